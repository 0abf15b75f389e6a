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


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a chart: `count` of `of` (the same for all rows of a chart makes them comparable), in `words`."""

    label: str
    count: int
    of: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A simple chart: bars one below the other."""

    rows: tuple[Bar, ...]


Body = tuple[Paragraph | Bullets, ...]
Letter = tuple[Paragraph | Bullets | Bars, ...]
"""A body for people's channels, which may hold charts."""


def paragraph(*parts: str | Span) -> Paragraph:
    """A paragraph from words and spans."""
    return Paragraph(spans=tuple(Span(text=part) if isinstance(part, str) else part for part in parts if part))


def plain(body: Letter) -> str:
    """The same words without any markup, one block a line; a link's address follows its text."""
    lines: list[str] = []
    for block in body:
        if isinstance(block, Bars):
            lines += [f"{drawn(row)} {row.label}: {row.words}" for row in block.rows]
        elif isinstance(block, Bullets):
            lines += [f"- {_line(entry)}" for entry in block.items]
        else:
            lines.append(_line(block))
    return "\n".join(lines)


def share(row: Bar) -> int:
    """How much of the bar is filled, in percent; what is more than nothing shows."""
    return min(100, max(1, round(100 * row.count / row.of))) if row.count > 0 and row.of > 0 else 0


def drawn(row: Bar) -> str:
    """A bar of ten characters."""
    full = min(10, max(1, round(share(row) / 10))) if share(row) else 0
    return "█" * full + "░" * (10 - full)


def _line(block: Paragraph) -> str:
    return "".join(
        f"{span.text} ({span.url})" if span.url and span.url != span.text else span.text for span in block.spans
    )
