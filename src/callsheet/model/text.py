"""Rich text as a value: what a connector turns into ADF, wiki markup, Slack or plain text, escaped there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of text on one line, perhaps a link."""

    text: str
    url: str | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Spans that stand together."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list; each entry is one line."""

    items: tuple[Paragraph, ...]


Body = tuple[Paragraph | Bullets, ...]


def paragraph(*parts: str | Span) -> Paragraph:
    """A paragraph from words and spans."""
    return Paragraph(spans=tuple(Span(text=part) if isinstance(part, str) else part for part in parts if part))


def plain(body: Body) -> str:
    """The same words without any markup, one block a line; a link's address follows its text."""
    lines: list[str] = []
    for block in body:
        if isinstance(block, Bullets):
            lines += [f"- {_line(entry)}" for entry in block.items]
        else:
            lines.append(_line(block))
    return "\n".join(lines)


def _line(block: Paragraph) -> str:
    return "".join(
        f"{span.text} ({span.url})" if span.url and span.url != span.text else span.text for span in block.spans
    )
