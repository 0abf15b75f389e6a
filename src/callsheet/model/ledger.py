"""The ledger: what was done, why, and how it ended. Also the intents that make writes safe to interrupt."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callsheet.model.action_item import Terms


class Outcome(StrEnum):
    """How an effect ended; BEGUN is one that is under way."""

    BEGUN = "begun"
    DONE = "done"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    LATER = "later"
    UNKNOWN = "unknown"
    PARKED = "parked"
    SKIPPED = "skipped"


_NOUNS = {"postmortem": "post-mortem", "nudge": "reminder"}
_ENDS = {"begun", "failed", "skipped"}
_HOW = {
    Outcome.BEGUN: "under way",
    Outcome.DONE: "done",
    Outcome.ADOPTED: "done",
    Outcome.REJECTED: "refused",
    Outcome.LATER: "put off",
    Outcome.UNKNOWN: "not known yet",
    Outcome.PARKED: "waits for a person",
    Outcome.SKIPPED: "let be",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One line: which effect, on what, why, and what came of it. `event` is `noun.verb`: `ticket.filed`."""

    at: datetime
    event: str
    effect: str
    key: str
    reason: str
    outcome: Outcome
    subject: str
    detail: str = ""

    @property
    def what(self) -> str:
        """The event for people: `ticket filed`. An event that only tells how it ended leaves the noun."""
        noun, _, verb = self.event.partition(".")
        said = "" if verb in _ENDS else verb.replace("_", " ")
        return f"{_NOUNS.get(noun, noun)} {said}".rstrip()

    @property
    def how(self) -> str:
        """How it ended, for people."""
        return _HOW[self.outcome]


class IntentState(StrEnum):
    """The life of a write that must not happen twice.

    READY -> SENDING -> DONE, back to READY when it certainly did not happen, REJECTED when a person must look.
    A SENDING row that nobody holds any more is an unknown outcome; PARKED is one that the policy leaves to a person.
    """

    READY = "ready"
    SENDING = "sending"
    PARKED = "parked"
    DONE = "done"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A durable promise to do one write. `result` is the id that the other side gave.

    `sent` are the fields that a new ticket was told to have when it was last sent; None of anything else.
    """

    key: str
    marker: str
    target: str
    state: IntentState
    epoch: int
    sent_at: datetime | None = None
    not_before: datetime | None = None
    result: str | None = None
    error: str | None = None
    sent: Terms | None = None
