"""Checks a timeline: does time run forwards, is a long silence told, does each line show what it rests on."""

import itertools
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from callsheet.model.review import Finding, Rule, Score

LONGEST_SILENCE: Final = timedelta(minutes=30)
TIME: Final = re.compile(
    r"^\s*(?:[-*+|]|\d+[.)])?\s*[*_`]*(?:\d{4}-\d\d-\d\d[ T])?(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?"
)
# A silence that is told is none, and hours may lie between a change and what it led to.
TOLD: Final = re.compile(
    r"\b(?:silence|silent|nothing (?:is )?on record|nobody\** wrote or did|"
    r"quiet|pause[ds]?|hold|held|waited|waiting|no entr|rogue deploy)",
    re.IGNORECASE,
)
# What a line may rest on: words as they were said, a link, code, a ticket or incident, a measured number.
EVIDENCE: Final = re.compile(
    r"“|\"|\]\(|https?:|`|#\d|\b[A-Z]{2,}-\d|\d+(?:[.,]\d+)?\s?(?:%|ms|s\b|GB|MB|req|errors|orders)|\b(?:alert|page|graph|log|dashboard|note|update)\w*\b",
    re.IGNORECASE,
)
HALF_A_DAY: Final = timedelta(hours=12)


class Beat(NamedTuple):
    """One line with a time. `by_people`: somebody wrote or changed it, so that we can't know what it rests on."""

    at: timedelta
    text: str
    line: int
    day: int
    by_people: bool


def timeline_checks(beats: Iterable[Beat]) -> Score:
    """Judge a timeline. `points`: 100 less ten for each finding; none for an empty timeline."""
    told = tuple(beats)
    findings = (
        *_in_time(told),
        *(_bare(beat) for beat in told if beat.by_people and not EVIDENCE.search(_after_time(beat))),
    )
    ordered = tuple(sorted(findings, key=lambda finding: finding.line))
    return Score(points=max(0, 100 - 10 * len(ordered)) if told else 0, findings=ordered)


def beats_of(text: str, *, first_line: int = 1, by_people: frozenset[int] = frozenset()) -> Iterator[Beat]:
    """The lines that begin with a time of day. A heading begins a new day; `by_people` are lines that people wrote."""
    day = 0
    goes_on = False
    for line, written in enumerate(text.splitlines(), start=first_line):
        day += written.startswith("#")
        # After a hard break it is still the line before, whatever time a quotation begins with.
        match = None if goes_on else TIME.match(written)
        goes_on = written.endswith("\\")
        if match:
            at = timedelta(hours=int(match["hour"]), minutes=int(match["minute"]))
            yield Beat(at=at, text=written.strip(), line=line, day=day, by_people=line in by_people)


def _in_time(beats: tuple[Beat, ...]) -> Iterator[Finding]:
    for before, after in itertools.pairwise(beats):
        # Two lines of ours: we tell silences ourselves, as long ones as the policy says.
        if before.day != after.day or not (before.by_people or after.by_people):
            continue
        passed = after.at - before.at
        # Midnight without a heading: 23:50, then 00:10.
        if passed < -HALF_A_DAY:
            passed += timedelta(days=1)
        if passed < timedelta(0):
            yield Finding(
                rule=Rule.ORDER,
                line=after.line,
                quote=after.text,
                hint="This is earlier than the line above it: put it in its place.",
            )
        elif passed > LONGEST_SILENCE and not (TOLD.search(before.text) or TOLD.search(after.text)):
            minutes = int(passed.total_seconds() // 60)
            yield Finding(
                rule=Rule.GAP,
                line=after.line,
                quote=after.text,
                hint=f"Nothing is told of the {minutes} minutes before: what was tried, or waited for?",
            )


def _bare(beat: Beat) -> Finding:
    return Finding(
        rule=Rule.EVIDENCE,
        line=beat.line,
        quote=beat.text,
        hint="Say what shows it: a link, a graph, an alert, or words as they were said.",
    )


def _after_time(beat: Beat) -> str:
    return TIME.sub("", beat.text, count=1)
