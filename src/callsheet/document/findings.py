"""What an investigation found, read from the document: whether people wrote down what brought the incident about."""

import re
from collections.abc import Iterator
from typing import Final

from callsheet.document.front import value_of
from callsheet.document.regions import Region, split

HEADING: Final = re.compile(r"#{1,6}\s+(?P<title>.+?)\s*#*")
CAUSES: Final = re.compile(r"\b(?:contributing factors?|root causes?|causes?)\b", re.IGNORECASE)
# A line that begins so says the cause right there.
CAUSE_LINE: Final = re.compile(r"\*\*(?:root )?causes?:?\*\*:?\s*(?P<words>.*)", re.IGNORECASE)
# What our own template leaves for people to fill: a line in italics, or "unknown".
EMPTY: Final = re.compile(r"[-*\s]*|\*[^*].*\*|_.*_|[-*\s]*(?:unknown|none|tbd|\?+)\W*", re.IGNORECASE)
FINAL: Final = "final"


def is_final(text: str) -> bool:
    """Whether a person set the document's status to final: then its review was held."""
    return value_of(text, "status").casefold() == FINAL


def states_causes(text: str) -> bool:
    """Whether somebody wrote causes or contributing factors into the document; our own empty lines count as nothing."""
    return any(not EMPTY.fullmatch(line) for line in _cause_lines(text))


def _cause_lines(text: str) -> Iterator[str]:
    told = False
    for line in _lines(text):
        heading, cause = HEADING.fullmatch(line), CAUSE_LINE.fullmatch(line)
        if heading:
            told = CAUSES.search(heading["title"]) is not None
        elif cause:
            yield cause["words"]
        elif told:
            yield line


def _lines(text: str) -> Iterator[str]:
    """The lines that are people's: those of our regions count once somebody wrote into them."""
    for segment in split(text):
        if not isinstance(segment, Region):
            yield from (line.strip() for line in segment.text.split("\n"))
        elif not segment.untouched:
            yield from (line.strip() for line in segment.content.split("\n"))
