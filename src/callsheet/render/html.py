"""A document as HTML, for pages and mails: from its Markdown, without our markers, and nothing in it runs."""

import re
from typing import Final

import nh3
from markdown_it import MarkdownIt

from callsheet.document.front import body_of
from callsheet.document.regions import without_markers

# HTML in the Markdown is shown as words. Nothing is made a link that was not written as one.
READER: Final = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
BOX: Final = re.compile(r"(<li>(?:\s*<p>)?)\[(?P<tick>[ xX])\] ")
TAGS: Final = frozenset({
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
# A key, a date: a line's end in the middle of it would make it hard to read.
ONE_LINE: Final = re.compile(r"<td>(?=(?:ai-[0-9a-f]{16}|\d{4}-\d\d-\d\d)</td>)")
ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}


def to_html(markdown: str) -> str:
    """The document's body as an HTML fragment. Whatever stands in it, nothing runs: no script, style, image or form.

    Links lead to http and https only, open without handing anything on, and are not followed by search engines.
    """
    return fragment(body_of(markdown))


def fragment(markdown: str) -> str:
    """A piece of a document, which has no front matter, by the same rules."""
    made = BOX.sub(_box, READER.render(without_markers(markdown)))
    clean = nh3.clean(
        made,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )
    return ONE_LINE.sub('<td class="nowrap">', clean)


def _box(match: re.Match[str]) -> str:
    return f"{match[1]}{'☐' if match['tick'] == ' ' else '☑'} "
