"""A document by its headings, and the part of it that people wrote: what a review of words reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from callsheet.document.regions import Region, lines_of, split

HEADING: Final = re.compile(r"(?P<marks>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*\s*$")
FENCE: Final = re.compile(r"[ \t]{0,3}(```|~~~)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The text under one heading, deeper headings included. `line` is the first one under the heading, from 1."""

    title: str
    level: int
    line: int
    text: str


def sections(text: str) -> tuple[Section, ...]:
    """Every section of a Markdown text, in order; code blocks hold no headings."""
    lines = lines_of(text)
    heads = list(_heads(lines))
    return tuple(
        Section(
            title=title,
            level=level,
            line=place + 2,
            text="".join(lines[place + 1 : next((at for at, deep, _ in heads[number:] if deep <= level), len(lines))]),
        )
        for number, (place, level, title) in enumerate(heads, start=1)
    )


def section(text: str, *names: str) -> Section | None:
    """The first section whose title begins with one of the names, without regard to case."""
    wanted = tuple(name.casefold() for name in names)
    return next((found for found in sections(text) if found.title.casefold().startswith(wanted)), None)


def by_people(text: str) -> str:
    """The text with everything blanked that Callsheet generated and nobody touched; the lines keep their numbers."""
    return "".join(
        "\n" * part.text.count("\n") if isinstance(part, Region) and part.untouched else part.text
        for part in split(text)
    )


def _heads(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    fenced = False
    for place, line in enumerate(lines):
        fenced ^= bool(FENCE.match(line))
        match = None if fenced else HEADING.match(line)
        if match:
            yield place, len(match["marks"]), match["title"]
