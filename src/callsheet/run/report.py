"""What one cycle did, as people and programs read it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from callsheet.connect.errors import AuthRefused, ConnectorError, RateLimited
from callsheet.connect.ports import Malady
from callsheet.model.effect import Refusal
from callsheet.run.ports import ActsMemory
from callsheet.run.stopping import Stopped

if TYPE_CHECKING:
    # Pydantic describes them, which takes its time to start.
    from callsheet.run.shapes import HeldBack
    from callsheet.run.status_shapes import Failed, SetAside

CELL = "a cell of the call sheet"
_ROW = ", row "
NOTED = "words of a note"


def in_row(document: str, action: str, why: str) -> str:
    """The error of a CELL: where its row is, and why it was set aside."""
    return f"{document}{_ROW}“{action}”: {why}"


def document_and_row(error: str) -> tuple[str, str]:
    """What `in_row` put together: the document, and what is said about its row."""
    document, _, row = error.partition(_ROW)
    return document, row


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An effect that did not come off, and why."""

    key: str
    effect: str
    reason: str
    error: str


def told_failed(failure: Failure) -> "Failed":
    """A failure as programs read it, from `once` and `status` alike."""
    return {"key": failure.key, "effect": failure.effect, "reason": failure.reason, "error": failure.error}


def told_held_back(refusal: Refusal) -> "HeldBack":
    """A guard's word, likewise."""
    return {"id": refusal.id, "guard": refusal.guard, "what": refusal.what}


def told_set_aside(what: str, where: str, error: str) -> "SetAside":
    """What could not be read, likewise."""
    return {"what": what, "where": where, "error": error}


@dataclass(slots=True, kw_only=True)
class Report:
    """Filled while the cycle runs. `unreachable` are sides that could not be read, with what they said; `strangers` are
    those of them that did not take our credential.

    `throttled` are sides that asked us to wait: that is no failure, the rest follows in the next cycle.
    `unread` are incidents whose dossier was refused, each with the one whose post-mortem tells of it.
    `cut_off` are sides that were being read when we were asked to stop: how they are is not known.
    `met_before` counts tickets that an installation of our namespace filed and that this memory, a new one, never knew.
    `acts` counts effects by kind and outcome, `nudges` digests by channel and outcome.
    """

    rounds: int = 0
    seconds: float = 0.0
    pulled_incidents: int = 0
    pulled_tickets: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    opened: set[str] = field(default_factory=set)
    updated: set[str] = field(default_factory=set)
    met_before: int = 0
    unknown: int = 0
    failed: list[Failure] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    quarantined: list[Malady] = field(default_factory=list)
    unreachable: dict[str, str] = field(default_factory=dict)
    throttled: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    cut_off: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)
    requests: Counter[str] = field(default_factory=Counter)
    acts: Counter[tuple[str, str]] = field(default_factory=Counter)
    nudges: Counter[tuple[str, str]] = field(default_factory=Counter)

    def side_failed(self, side: str, error: ConnectorError) -> None:
        """A side could not be read."""
        if isinstance(error, Stopped):
            self.cut_off.add(side)
        elif isinstance(error, RateLimited):
            self.throttled[side] = error.what
        else:
            if isinstance(error, AuthRefused):
                self.strangers.add(side)
            doubt = "refused our credential: " if side in self.strangers else ""
            self.unreachable[side] = f"{doubt}{error.what}"

    def set_aside(self, found: Iterable[Malady], memory: ActsMemory, now: datetime) -> None:
        """What could not be read or thought about: told once in a cycle, shown until it is mended."""
        maladies = list(found)
        self.quarantined += [malady for malady in maladies if malady not in self.quarantined]
        memory.quarantine([(malady.what, malady.where, malady.error) for malady in maladies], at=now)

    def take_in(self, place: str, memory: ActsMemory) -> None:
        """What is known of a place is thought about again: what was set aside in it is found again, or was mended."""
        self.quarantined = [malady for malady in self.quarantined if not malady.where.startswith(f"{place}:")]
        memory.readmit(within=place)

    def let_go(self, place: str, memory: ActsMemory) -> None:
        """A place is read again, and all that lies in it: if it is still ill, that is found out right after."""
        self.take_in(place, memory)
        self.quarantined = [malady for malady in self.quarantined if malady.where != place]
        memory.readmit(place=place)

    @property
    def silent(self) -> frozenset[str]:
        """The sides that could not be read in this cycle."""
        return frozenset({*self.unreachable, *self.throttled, *self.cut_off})

    @property
    def exit_code(self) -> int:
        """0 done, 1 something failed or was out of reach, 3 a guard held something back."""
        if self.refused:
            return 3
        return 1 if self.failed or self.unreachable else 0

    def to_json(self) -> dict[str, Any]:
        """The document that `once --json` prints."""
        n = self.counts
        return {
            "cycle": {"rounds": self.rounds, "seconds": round(self.seconds, 3)},
            "pulled": {"incidents": self.pulled_incidents, "tickets": self.pulled_tickets},
            "met_before": self.met_before,
            "postmortems": {"opened": n["postmortem.opened"], "updated": len(self.updated - self.opened)},
            "tickets": {
                "filed": n["ticket.filed"],
                "adopted": n["ticket.adopted"],
                "updated": n["ticket.updated"],
                "transitioned": n["ticket.transitioned"],
                "commented": n["ticket.commented"],
                "linked": n["ticket.linked"],
            },
            "statuses": {"recorded": n["status.recorded"]},
            "notes": {"posted": n["note.posted"], "edited": n["note.edited"]},
            "nudges": {"sent": n["nudge.sent"]},
            "reports": {"sent": n["report.sent"]},
            "published": n["document.published"],
            "unknown": self.unknown,
            "failed": [told_failed(failure) for failure in self.failed],
            "refused": [told_held_back(refusal) for refusal in self.refused],
            "quarantined": [told_set_aside(malady.what, malady.where, malady.error) for malady in self.quarantined],
            "unreachable": dict(self.unreachable),
            "throttled": dict(self.throttled),
            "requests": dict(self.requests),
        }
