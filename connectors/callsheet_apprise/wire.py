"""Words and addresses for other people's formats, pure: filling the template, escaping a body for each format.

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
from callsheet.model.text import Bar, Bars, Bullets, Letter, Paragraph, Span, drawn, plain, share

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
_MARKDOWN_START = re.compile(r"^(?:\d{1,9}(?=[.)](?:\s|$))|(?=[#=]|[-+](?:[\s-]|$)))")
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


def written(body: Letter, form: str, *, longest: int) -> str:
    """The body as `html`, `mail`, `markdown` or `text`, within `longest` characters: the last bullets give way."""
    tidy = tuple(_tidy(block) for block in body)
    text = _WRITE[form](tidy)
    dropped = 0
    while len(text) > longest and (shorter := _without_last_bullet(tidy)) is not None:
        tidy, dropped = shorter, dropped + 1
        more = Paragraph(spans=(Span(text=f"… and {dropped} more."),))
        text = _WRITE[form]((*tidy, more))
    return text


def _without_last_bullet(body: Letter) -> Letter | None:
    for place in range(len(body) - 1, -1, -1):
        block = body[place]
        if isinstance(block, Bullets) and block.items:
            return (*body[:place], replace(block, items=block.items[:-1]), *body[place + 1 :])
    return None


def _tidy(block: Paragraph | Bullets | Bars) -> Paragraph | Bullets | Bars:
    if isinstance(block, Bars):
        return Bars(rows=tuple(replace(r, label=_inert(_flat(r.label)), words=_flat(r.words)) for r in block.rows))
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


# A table begins with a font of its own.
_BARS_STYLE = "border-spacing:0 4px;font:inherit;color:inherit"


def _as_html(body: Letter) -> str:
    blocks = []
    for block in body:
        if isinstance(block, Bars):
            blocks.append(f'<table style="{_BARS_STYLE}">{"".join(map(_html_bar, block.rows))}</table>')
        elif isinstance(block, Bullets):
            items = "".join(f"<li>{_html_line(entry)}</li>" for entry in block.items)
            blocks.append(f"<ul>{items}</ul>")
        else:
            blocks.append(f"<p>{_html_line(block)}</p>")
    return "\n".join(blocks)


# No colour of the words: the mail program's own stands out from its ground, be that light or dark.
_MAIL_STYLE = "font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:15px;line-height:1.5"
_ANCHOR = re.compile(r'<a href="([^"]*)">[^<]*(?:<strong>[^<]*</strong>)?</a>')


def _as_mail(body: Letter) -> str:
    """HTML for people's mail programs.

    The library makes a mail's other, plain part of this one and forgets where links lead: their addresses stand behind
    them, unseen here.
    """
    text = _ANCHOR.sub(lambda a: f'{a.group()}<span style="display:none"> ({a.group(1)})</span>', _as_html(body))
    return f'<div style="{_MAIL_STYLE};max-width:640px">\n{text}\n</div>'


def _html_bar(row: Bar) -> str:
    """A bar of table cells: mail programs draw neither SVG nor CSS of any weight."""
    full = share(row)
    cells = [(full, "#2f7d6b"), (100 - full, "#e3e7e6")]
    drawn_cells = "".join(
        f'<td width="{width}%" height="14" bgcolor="{colour}" style="background:{colour};font-size:1px"></td>'
        for width, colour in cells
        if width
    )
    bar = f'<table width="140" cellspacing="0" cellpadding="0"><tr>{drawn_cells}</tr></table>'
    label, words = html.escape(row.label), html.escape(row.words)
    # In one cell: of each the mail's plain part makes a line.
    return f'<tr><td style="padding-right:12px;white-space:nowrap">{label}: {words}</td><td>{bar}</td></tr>'


def _html_line(line: Paragraph) -> str:
    return "".join(_html_span(span) for span in line.spans)


def _html_span(span: Span) -> str:
    text = html.escape(span.text)
    if span.strong:
        text = f"<strong>{text}</strong>"
    return f'<a href="{html.escape(span.url)}">{text}</a>' if span.url else text


def _as_markdown(body: Letter) -> str:
    blocks = []
    for block in body:
        if isinstance(block, Bars):
            rows = (f"- {drawn(row)} {_escaped_markdown(f'{row.label}: {row.words}')}" for row in block.rows)
            blocks.append("\n".join(rows))
        elif isinstance(block, Bullets):
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
_WRITE: dict[str, Callable[[Letter], str]] = {
    "html": _as_html,
    "mail": _as_mail,
    "markdown": _as_markdown,
    "text": plain,
}
