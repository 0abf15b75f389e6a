"""What a review of words finds: where, what, and a better way to put it."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What a finding is about. The value is its name in reports and in JSON."""

    SHOULD_HAVE = "should-have"
    HUMAN_ERROR = "human-error"
    FAULT = "fault"
    FAILED_TO = "failed-to"
    COUNTERFACTUAL = "counterfactual"
    JUDGEMENT = "judgement"
    DISCIPLINE = "discipline"
    SUMMARY = "summary"
    JARGON = "jargon"
    LENGTH = "length"
    READING = "reading-ease"
    UPDATE = "status-update"
    ORDER = "timeline-order"
    GAP = "timeline-gap"
    EVIDENCE = "timeline-evidence"
    OWNER = "action-owner"
    DATE = "action-date"
    VERB = "action-verb"
    OUTCOME = "action-outcome"
    VAGUE = "action-vague"
    WAITING = "waiting-for-words"
    UNCHECKED = "unchecked"


BLAME = frozenset(
    {Rule.SHOULD_HAVE, Rule.HUMAN_ERROR, Rule.FAULT, Rule.FAILED_TO}
    | {Rule.COUNTERFACTUAL, Rule.JUDGEMENT, Rule.DISCIPLINE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend. `line` counts from 1 in the text that was judged; `quote` is what stands there."""

    rule: Rule
    line: int
    quote: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How much of what a reader needs is there: `points` of 100, and what is missing."""

    points: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The judgement on one document: scores of its parts (name -> score), and all findings by line.

    `points` of 100 is what a threshold is held against.
    """

    points: int
    scores: dict[str, Score]
    findings: tuple[Finding, ...]
