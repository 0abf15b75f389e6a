"""A document as HTML, for pages and mails: from its Markdown, without our markers, and nothing in it runs."""

import re
from html import escape
from typing import Final

import nh3
from comrak import ExtensionOptions, RenderOptions, render_markdown

from callsheet.document.front import body_of
from callsheet.document.regions import without_markers

# Quotations in quotations, and columns, that no person writes: a page of them would take the browser's time, and ours.
ENDLESS: Final = re.compile(r"^(?:[ \t]*>){50}|^(?:[^|\n]*\|){100}", re.MULTILINE)
BOX: Final = re.compile(r"(<li>(?:\s*<p>)?)\[(?P<tick>[ xX])\] ")
TAGS: Final = frozenset({
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
IMAGE: Final = re.compile(r'<img src="(?P<url>[^"]*)" alt="(?P<words>[^"]*)"[^>]*>')
# A key, a date, but no log's and none in an address: a line's end in the middle of it would make it hard to read.
ONE_LINE: Final = re.compile(r"(?<![\w/-])(?:ai-[0-9a-f]{16}|\d{4}-\d\d-\d\d)(?![\w/-]| \d\d:)(?=[^<>]*<)")
ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}


def to_html(markdown: str) -> str:
    """The document's body as an HTML fragment. Whatever stands in it, nothing runs: no script, style, image or form.

    Links lead to http and https only, open without handing anything on, and are not followed by search engines.
    """
    return fragment(body_of(markdown))


def fragment(markdown: str) -> str:
    """A piece of a document, which has no front matter, by the same rules."""
    text = without_markers(markdown)
    made = f"<pre>{escape(text)}</pre>" if ENDLESS.search(text) else _drawn(text)
    clean = nh3.clean(
        made,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )
    return ONE_LINE.sub(r'<span class="nowrap">\g<0></span>', clean)


def _drawn(markdown: str) -> str:
    return IMAGE.sub(_image, BOX.sub(_box, render_markdown(markdown, *DIALECT)))


def _dialect() -> tuple[ExtensionOptions, None, RenderOptions]:
    """HTML in the Markdown is shown as words. Nothing is made a link that was not written as one."""
    extensions, output = ExtensionOptions(), RenderOptions()
    extensions.table = extensions.strikethrough = output.escape = True
    return extensions, None, output


DIALECT: Final = _dialect()


def _image(match: re.Match[str]) -> str:
    """A page fetches nothing from elsewhere: a picture is a link to it, or its path if it lies beside the document."""
    url, words = match["url"], match["words"] or "picture"
    return f'<a href="{url}">{words}</a>' if url.startswith(("https://", "http://")) else f"{words} ({url})"


def _box(match: re.Match[str]) -> str:
    return f"{match[1]}{'☐' if match['tick'] == ' ' else '☑'} "
