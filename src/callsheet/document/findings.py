"""What an investigation found, read from the document: what people wrote of the incident, and what brought it about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from callsheet.document.front import value_of
from callsheet.document.markdown import plain
from callsheet.document.regions import Region, regions_of, split
from callsheet.document.sections import Section, section, sections

HEADING: Final = re.compile(r"#{1,6}\s+(?P<title>.+?)\s*#*")
CAUSES: Final = re.compile(r"\b(?:contributing factors?|root causes?|causes?)\b", re.IGNORECASE)
# A line that begins so says the cause right there.
CAUSE_LINE: Final = re.compile(r"\*\*(?:root )?causes?:?\*\*:?\s*(?P<words>.*)", re.IGNORECASE)
# The same of what customers noticed.
IMPACT_LINE: Final = re.compile(r"\*\*What customers noticed:?\*\*:?\s*(?P<words>.*)", re.IGNORECASE)
# What our own template leaves for people to fill: a line in italics, or "unknown".
EMPTY: Final = re.compile(r"[-*\s]*|\*[^*].*\*|_.*_|[-*\s]*(?:unknown|none|tbd|\?+)\W*", re.IGNORECASE)
EMPHASIS: Final = re.compile(r"\*+|`+")
# Headings under which a summary stands.
SUMMARY: Final = ("summary", "executive summary", "overview", "tl;dr")
OURS: Final = "summary"
# The list of promises stands under the summary, and is none of its words.
PROMISED: Final = "improvements"
CHECKED: Final = re.compile(
    r"^[ \t]*[-*+]\s+\[(?P<tick>[ xX])\]\s+.*checked by (?:a|the) subject expert", re.IGNORECASE | re.MULTILINE
)
BULLET: Final = re.compile(r"^(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")
LONGEST_CAUSES: Final = 1000
FINAL: Final = "final"
# What sends a document out although nobody wrote down what brought the incident about.
AS_IT_IS: Final = "final as it is"
OVER: Final = frozenset({FINAL, AS_IT_IS, "waived"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a document says of its investigation. `status` is as written; `causes`: somebody wrote them down.

    `summary`: somebody wrote one, changed ours, or ticked that an expert has checked it.
    """

    status: str = ""
    causes: bool = False
    summary: bool = False

    @property
    def final(self) -> bool:
        """Whether a person set the status to final: then the review was held."""
        return self.status.casefold() in {FINAL, AS_IT_IS}

    @property
    def draft(self) -> bool:
        """Whether it still is one: neither final, nor is its review waived."""
        return self.status.casefold() not in OVER


def findings(text: str, generated: str = "") -> Findings:
    """What stands in the document. `generated` is what we had to say in it: none of that is a person's."""
    return Findings(status=value_of(text, "status"), causes=states_causes(text), summary=has_summary(text, generated))


def has_summary(text: str, generated: str = "") -> bool:
    """Whether a person stands behind the summary.

    | what is under its heading                         | a person's |
    |---------------------------------------------------|------------|
    | the box "Checked by a subject expert", ticked     | yes        |
    | words of ours that somebody changed or took out   | yes        |
    | words outside ours that we did not generate       | yes        |
    | what waits for words, the cause, what is promised | not of it  |
    | nothing else, or there is no summary              | no         |
    """
    found, known = _summary_of(text), {line.strip() for line in generated.split("\n")}
    if is_checked(text):
        return True
    for part in split(found.text) if found else ():
        if isinstance(part, Region):
            if part.name != PROMISED and not part.untouched:
                return True
        elif any(_is_prose(line.strip()) and line.strip() not in known for line in part.text.split("\n")):
            return True
    return False


def _summary_of(text: str) -> Section | None:
    """The section that is called so; else the one in which ours stands, whatever people call it."""
    return section(text, *SUMMARY) or next(
        (each for each in sections(text) if each.level > 1 and OURS in regions_of(each.text)), None
    )


def is_checked(text: str) -> bool:
    """Whether somebody ticked the box under the summary."""
    found = CHECKED.search(text)
    return found is not None and found["tick"] != " "


def _is_prose(line: str) -> bool:
    """Whether it tells something of its own: neither a heading, a comment, an empty place, nor a box to tick."""
    about_else = CAUSE_LINE.fullmatch(line) or IMPACT_LINE.fullmatch(line) or CHECKED.match(line)
    return not (about_else or EMPTY.fullmatch(line) or line.startswith(("#", "<!--")))


def states_causes(text: str) -> bool:
    """Whether somebody wrote causes or contributing factors into the document; our own empty lines count as nothing."""
    return any(_is_cause(line) for line in _cause_lines(text))


def stated_causes(text: str) -> str | None:
    """What brought it about, as somebody wrote it: the lines as sentences, without marks; None while nobody did."""
    told = (plain(EMPHASIS.sub("", BULLET.sub("", line))) for line in _cause_lines(text) if _is_cause(line))
    sentences = [line if line.endswith((".", "!", "?", "…", ":")) else f"{line}." for line in told if line]
    return " ".join(sentences)[:LONGEST_CAUSES] or None


def _is_cause(line: str) -> bool:
    return not (EMPTY.fullmatch(line) or line.startswith("<!--"))


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
