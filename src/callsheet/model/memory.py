"""What the daemon remembers beside the facts: opened post-mortems, and who was paged."""

from dataclasses import dataclass
from datetime import datetime

from callsheet.model.effect import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPostmortem:
    """A post-mortem that was opened, and what people said about it.

    `note_id` and `note_text` are our one note on the incident. `asked` comes from `callsheet draft`.
    `waived_by` is whoever gave `waived_because`, None where nobody said.
    `note_text` is None while it is not known what we last wrote. `standing` are the ids of the policy's standing items
    when it opened; None where that was not remembered yet: it gets no further ones.
    `final_at` is when its document was first seen as final; None while it is not.
    """

    incident_id: str
    opened_at: datetime | None = None
    reason: Reason | None = None
    backfilled: bool = False
    asked: bool = False
    waived_because: str | None = None
    waived_by: str | None = None
    note_id: str | None = None
    note_text: str | None = None
    standing: tuple[str, ...] | None = None
    final_at: datetime | None = None

    @property
    def live(self) -> bool:
        """Whether it is open and nobody waived it."""
        return self.opened_at is not None and self.waived_because is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseCount:
    """How many promises an incident led to, how many of them are open, and how many of those filed and late."""

    promised: int = 0
    open: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Somebody was paged for an incident, first at this time."""

    person_id: str
    incident_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Somebody in an incident: when they were first called (assigned, paged or asked), when they first did something
    besides reporting it, and when they first acknowledged it; each None where that never was.
    """

    person_id: str
    called_at: datetime | None = None
    acted_at: datetime | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFlags:
    """What gather noticed about an incident."""

    noted: bool
    stale: bool
    dirty: bool
