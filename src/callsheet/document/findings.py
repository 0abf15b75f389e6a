"""What an investigation found, read from the document: whether people wrote down what brought the incident about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from callsheet.document.front import value_of
from callsheet.document.regions import Region, split

HEADING: Final = re.compile(r"#{1,6}\s+(?P<title>.+?)\s*#*")
CAUSES: Final = re.compile(r"\b(?:contributing factors?|root causes?|causes?)\b", re.IGNORECASE)
# A line that begins so says the cause right there.
CAUSE_LINE: Final = re.compile(r"\*\*(?:root )?causes?:?\*\*:?\s*(?P<words>.*)", re.IGNORECASE)
# The same of what customers noticed.
IMPACT_LINE: Final = re.compile(r"\*\*What customers noticed:?\*\*:?\s*(?P<words>.*)", re.IGNORECASE)
# What our own template leaves for people to fill: a line in italics, or "unknown".
EMPTY: Final = re.compile(r"[-*\s]*|\*[^*].*\*|_.*_|[-*\s]*(?:unknown|none|tbd|\?+)\W*", re.IGNORECASE)
EMPHASIS: Final = re.compile(r"\*+|`+")
FINAL: Final = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a document says of its investigation. `status` is as written; `causes`: somebody wrote them down."""

    status: str = ""
    causes: bool = False

    @property
    def final(self) -> bool:
        """Whether a person set the status to final: then the review was held."""
        return self.status.casefold() == FINAL


def findings(text: str) -> Findings:
    """What stands in the document."""
    return Findings(status=value_of(text, "status"), causes=states_causes(text))


def states_causes(text: str) -> bool:
    """Whether somebody wrote causes or contributing factors into the document; our own empty lines count as nothing."""
    return any(not EMPTY.fullmatch(line) for line in _cause_lines(text))


def stated_impact(text: str) -> str | None:
    """What customers noticed, as somebody wrote it into the document, without its emphasis; None while nobody did."""
    found = (IMPACT_LINE.fullmatch(line) for line in _lines(text) if line.startswith("**"))
    words = next((each["words"] for each in found if each and not EMPTY.fullmatch(each["words"])), None)
    return EMPHASIS.sub("", words) if words else None


def _cause_lines(text: str) -> Iterator[str]:
    told = False
    for line in _lines(text):
        # Most lines are neither, and a season has hundreds of documents: the cheap look goes first.
        heading = HEADING.fullmatch(line) if line.startswith("#") else None
        cause = CAUSE_LINE.fullmatch(line) if line.startswith("**") else None
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
