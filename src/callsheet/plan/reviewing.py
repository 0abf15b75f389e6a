"""Reviews a document: which of its words go to which check, and what the whole is worth."""

import re
from collections.abc import Iterable
from typing import Final

from callsheet.document.findings import CHECKED, PROMISED, SUMMARY
from callsheet.document.front import value_of
from callsheet.document.markdown import plain
from callsheet.document.regions import Region, split
from callsheet.document.sections import Section, by_people, section
from callsheet.document.sheet import read_sheet
from callsheet.model.review import BLAME, Finding, Review, Rule, Score
from callsheet.plan.own_words import is_own_beat
from callsheet.plan.plain_documents import listed_actions, listed_updates
from callsheet.review.actions import Action, action_checks
from callsheet.review.blame import blame
from callsheet.review.summary import summary_score
from callsheet.review.timeline import beats_of, timeline_checks
from callsheet.review.updates import update_score

FULL: Final = Score(points=100)
# What each part is worth; a part that is not there takes no points away, a missing summary does.
WEIGHTS: Final = {
    "words": 25,
    "summary": 30,
    "filled in": 20,
    "action items": 15,
    "timeline": 5,
    "status updates": 5,
}
# Words of our templates that wait for a person's.
WAITING: Final = re.compile(
    r"(?<!\w)(?P<mark>[*_])[^*_\n]*\bwrite (?:it|them|yours) (?:here|down)\b[^*_\n]*(?P=mark)", re.IGNORECASE
)
# A document without headings may have a line for each part.
SUMMARY_LINE: Final = re.compile(
    r"^[ \t]*(?:[-*][ \t]+)?\*\*(?:executive )?(?:summary|overview|tl;dr):?\*\*:?[ \t]*(?P<words>\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
WAITING_COSTS: Final = 20
# A document that waits for words is a draft, however sound the rest of it is.
MOST_FOR_A_DRAFT: Final = 75
BLAME_COSTS: Final = 15
BOLD: Final = re.compile(r"^\s*[-*+]\s+\*\*(?P<name>[^*]+)\*\*")
UPDATE: Final = re.compile(
    r"(?:stakeholders were|customers were) (?:last )?told[^“]*“(?P<words>[^”]*)”|status update[^“]*“(?P<more>[^”]*)”",
    re.IGNORECASE,
)
CLOSED: Final = ("done", "dropped")
QUIET: Final = frozenset({"System itself", "Rogue deploy"})


def review_of(text: str, *, names: Iterable[str] = (), known: Iterable[str] = ()) -> Review:
    """Judge a post-mortem in Markdown, ours or any other. `names`: who took part; `known`: words its readers know."""
    cast = frozenset(names) | _cast(text)
    words = by_people(text)
    faults = blame(words, cast)
    parts = {
        "words": Score(points=max(0, 100 - BLAME_COSTS * len(faults)), findings=faults),
        "summary": _summary(text, frozenset(known) | {value_of(text, "service")}),
        "filled in": _filled_in(text),
        "action items": _actions(text),
        "timeline": _timeline(text, words),
        "status updates": _updates(text, frozenset(known)),
    }
    scores = {name: score for name, score in parts.items() if score is not None}
    weight = sum(WEIGHTS[name] for name in scores)
    findings = [finding for score in scores.values() for finding in score.findings] + _unchecked(text)
    points = round(sum(WEIGHTS[name] * score.points for name, score in scores.items()) / weight)
    return Review(
        points=points if parts["filled in"] == FULL else min(points, MOST_FOR_A_DRAFT),
        scores=scores,
        findings=tuple(sorted(findings, key=lambda finding: (finding.line, finding.rule not in BLAME))),
    )


def _cast(text: str) -> frozenset[str]:
    found = section(text, "cast")
    names = (BOLD.match(line) for line in found.text.splitlines()) if found else ()
    return frozenset(plain(match["name"]) for match in names if match) - QUIET


def _summary(text: str, known: frozenset[str]) -> Score:
    found = section(_without_promises(text), *SUMMARY)
    if found:
        return summary_score(_prose(found), line=found.line, known=known)
    inline = SUMMARY_LINE.search(text)
    line = text.count("\n", 0, inline.start("words")) + 1 if inline else 1
    return summary_score(plain(inline["words"]) if inline else "", line=line, known=known)


def _filled_in(text: str) -> Score:
    findings = tuple(
        Finding(
            rule=Rule.WAITING,
            line=number,
            quote=plain(match[0].strip("*_")),
            hint="Still waits for somebody's words.",
        )
        for number, line in enumerate(text.splitlines(), start=1)
        for match in WAITING.finditer(line)
    )
    return Score(points=max(0, 100 - WAITING_COSTS * len(findings)), findings=findings)


def _prose(found: Section) -> str:
    """The words under a heading, without our markers and ticks."""
    lines = (line for line in found.text.splitlines() if not line.lstrip().startswith(("<!--", "#", "- [")))
    # A place that still waits for words says nothing yet.
    kept = (line for line in lines if not WAITING.search(line))
    return " ".join(plain(line) for line in kept)


def _without_promises(text: str) -> str:
    """The list of promises stands under the summary and is none of its words; the lines keep their numbers."""
    return "".join(
        "\n" * part.text.count("\n") if isinstance(part, Region) and part.name == PROMISED else part.text
        for part in split(text)
    )


def _actions(text: str) -> Score | None:
    rows, _ = read_sheet(text)
    still_open = [row for row in rows if not row.status.casefold().startswith(CLOSED)]
    ours = (Action(title=row.action, owner=row.owner, due=row.due, line=row.line) for row in still_open)
    found = tuple(ours) if rows else listed_actions(text)
    return action_checks(found) if found else None


def _timeline(text: str, words: str) -> Score | None:
    found = section(text, "timeline", "screenplay")
    if not found:
        return None
    lines = enumerate(words.splitlines(), start=1)
    theirs = frozenset(number for number, line in lines if line.strip() and not is_own_beat(line))
    beats = tuple(beats_of(found.text, first_line=found.line, by_people=theirs))
    return timeline_checks(beats) if beats else None


def _updates(text: str, known: frozenset[str]) -> Score | None:
    told: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for match in UPDATE.finditer(line):
            told.setdefault(plain(match["words"] or match["more"] or ""), number)
    # What we cut for the summary says less than its author did.
    whole = ((words, line) for words, line in told.items() if words and not words.endswith("…"))
    found = tuple(whole) or listed_updates(text)
    scores = [update_score(words, line=line, known=known) for words, line in found]
    if not scores:
        return None
    findings = tuple(finding for score in scores for finding in score.findings)
    return Score(points=round(sum(score.points for score in scores) / len(scores)), findings=findings)


def _unchecked(text: str) -> list[Finding]:
    match = CHECKED.search(text)
    if not match or match["tick"] != " ":
        return []
    line = text.count("\n", 0, match.start()) + 1
    return [
        Finding(
            rule=Rule.UNCHECKED,
            line=line,
            quote=match[0].strip(),
            hint="Ask somebody who knows this system to read it, and tick the box.",
        )
    ]
