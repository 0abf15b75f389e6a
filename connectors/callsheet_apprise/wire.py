"""Words and addresses for other people's formats, pure: filling the template, escaping a Body for each format.

Titles come from incidents and tickets, so they are data: they may not become markup, a mention of everybody, a link
or a second header line.
"""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from string import Formatter
from urllib.parse import quote

from callsheet.model.nudge import Recipient
from callsheet.model.text import Body, Bullets, Paragraph, Span, plain

PLACEHOLDERS = ("email", "name", "handle")
# An address with one of these could become two addresses, another path, or another option of the URL.
_NO_ADDRESS = re.compile(r"[\s,;/\\<>\"'%\x00-\x1f\x7f]")
_MENTION = re.compile(r"(?<!\w)@(?=(?:everyone|here|channel|all|room|team|[!&]?\d{15,})\b)|<(?=[@!#]|/?at>)", re.I)
_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
_MARKDOWN = re.compile(
    r"[\\`*\[\]<>~]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # snake_case is left readable
    r"|&(?=#?\w{1,32};)"
)
# What would make a heading, a list or a rule of the line that it begins: the escape goes behind the match.
_MARKDOWN_START = re.compile(r"^(?:\d{1,9}(?=[.)](?:\s|$))|(?=[#=]|[-+](?:\s|$)))")
_UNSAFE_IN_URL = re.compile(r"[()<>\\*`\"|]")
_LINK = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.I)


def placeholders(template: str) -> frozenset[str]:
    """The placeholders that a template uses. ValueError, without a word of the template, for any other."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        raise ValueError("has a brace without its partner. Write a brace that is meant as such twice") from None
    used = {name for _, name, _, _ in parts if name is not None}
    plain_ones = all(not form and not conversion for _, _, form, conversion in parts)
    if not plain_ones or not used <= set(PLACEHOLDERS):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"has a placeholder that is not known. Use {known}; write a brace that is meant as such twice")
    return frozenset(used)


def filled(template: str, to: Recipient) -> str | None:
    """The template with the person's values, URL-quoted; None when one that it uses is missing or unusable."""
    values = {name: _value(name, to) for name in placeholders(template)}
    if not all(values.values()):
        return None
    return "".join(
        literal + quote(values[name] or "", safe="") if name else literal
        for literal, name, _, _ in Formatter().parse(template)
    )


def _value(name: str, to: Recipient) -> str | None:
    value: str = getattr(to, name) or ""
    if name == "name":
        return one_line(value.replace("%", ""))
    return None if _NO_ADDRESS.search(value) else value


def one_line(text: str) -> str:
    """The text on one line, without control characters: fit for a subject."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def title(subject: str, form: str, *, longest: int) -> str:
    """The subject as a service takes it; `longest` of 0 means that it becomes a line of the body, in its format."""
    line = _inert(one_line(subject))
    if longest > 0:
        return line if len(line) <= longest else f"{line[: longest - 1]}…"
    return _ESCAPE[form](line)


def written(body: Body, form: str, *, longest: int) -> str:
    """The body as `html`, `markdown` or `text`, within `longest` characters: the last bullets give way."""
    tidy = tuple(_tidy(block) for block in body)
    text = _WRITE[form](tidy)
    dropped = 0
    while len(text) > longest and (shorter := _without_last_bullet(tidy)) is not None:
        tidy, dropped = shorter, dropped + 1
        more = Paragraph(spans=(Span(text=f"… and {dropped} more."),))
        text = _WRITE[form]((*tidy, more))
    return text


def _without_last_bullet(body: Body) -> Body | None:
    for place in range(len(body) - 1, -1, -1):
        block = body[place]
        if isinstance(block, Bullets) and block.items:
            return (*body[:place], replace(block, items=block.items[:-1]), *body[place + 1 :])
    return None


def _tidy(block: Paragraph | Bullets) -> Paragraph | Bullets:
    if isinstance(block, Bullets):
        return Bullets(items=tuple(Paragraph(spans=_tidy_spans(entry.spans)) for entry in block.items))
    return Paragraph(spans=_tidy_spans(block.spans))


def _tidy_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(
        Span(text=_inert(_flat(span.text)), url=span.url if _is_link(span.url) else None, strong=span.strong)
        for span in spans
    )


def _flat(text: str) -> str:
    # Unlike `one_line`, spaces at the ends stay: the next span follows at once.
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _inert(text: str) -> str:
    """The text with mentions broken up: nobody may page a whole channel by the title of a ticket."""
    return _MENTION.sub(lambda found: found.group() + _ZERO_WIDTH_SPACE, text)


def _is_link(url: str | None) -> bool:
    return bool(url and _LINK.fullmatch(url))


def _as_html(body: Body) -> str:
    blocks = []
    for block in body:
        if isinstance(block, Bullets):
            items = "".join(f"<li>{_html_line(entry)}</li>" for entry in block.items)
            blocks.append(f"<ul>{items}</ul>")
        else:
            blocks.append(f"<p>{_html_line(block)}</p>")
    return "\n".join(blocks)


def _html_line(line: Paragraph) -> str:
    return "".join(_html_span(span) for span in line.spans)


def _html_span(span: Span) -> str:
    text = html.escape(span.text)
    if span.strong:
        text = f"<strong>{text}</strong>"
    return f'<a href="{html.escape(span.url)}">{text}</a>' if span.url else text


def _as_markdown(body: Body) -> str:
    blocks = []
    for block in body:
        if isinstance(block, Bullets):
            blocks.append("\n".join(f"- {_markdown_line(entry)}" for entry in block.items))
        else:
            blocks.append(_markdown_line(block))
    return "\n\n".join(blocks)


def _markdown_line(line: Paragraph) -> str:
    text = "".join(_markdown_span(span) for span in line.spans).strip()
    return _MARKDOWN_START.sub(r"\g<0>\\", text)


def _markdown_span(span: Span) -> str:
    text = _escaped_markdown(span.text)
    if span.strong and (core := text.strip()):
        # Markdown knows no emphasis that begins or ends with a space.
        text = text.replace(core, f"**{core}**", 1)
    if not span.url:
        return text
    target = _UNSAFE_IN_URL.sub(lambda found: quote(found.group()), span.url)
    return f"[{text}]({target})"


def _escaped_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", text)


def _itself(text: str) -> str:
    return text


_ESCAPE: dict[str, Callable[[str], str]] = {"html": html.escape, "markdown": _escaped_markdown, "text": _itself}
_WRITE: dict[str, Callable[[Body], str]] = {"html": _as_html, "markdown": _as_markdown, "text": plain}
