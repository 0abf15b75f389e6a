"""An incident and all that was recorded about it: what gather stores and the skeleton is drawn from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from callsheet.model.person import Person


class IncidentStatus(StrEnum):
    """Where an incident stands."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Urgency(StrEnum):
    """How loudly an incident pages."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A service, team or person by id, with the name it had when it was last seen."""

    id: str
    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPriority:
    """A priority as the account names it. `rank` is 1 for the most severe."""

    id: str
    name: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The head of an incident. `account` tells one paging account from another in item keys.

    `merged_into` is the id of the incident that took this one over.
    """

    account: str
    id: str
    number: int
    title: str
    url: str
    status: IncidentStatus
    urgency: Urgency
    service: Ref
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    priority: IncidentPriority | None = None
    teams: tuple[Ref, ...] = ()
    merged_into: str | None = None

    @property
    def resolved(self) -> bool:
        """Whether the incident is over."""
        return self.status is IncidentStatus.RESOLVED

    @property
    def duration(self) -> timedelta | None:
        """From the trigger to the resolution; None while it goes on."""
        return self.resolved_at - self.created_at if self.resolved_at else None


class ActorKind(StrEnum):
    """Who can act in an incident."""

    PERSON = "person"
    SERVICE = "service"
    INTEGRATION = "integration"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did something: a person, or one of the system's own voices."""

    kind: ActorKind
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link found in an alert, a change event or a note."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of the incident's log.

    `kind` is the vendor's type without its `_log_entry` suffix (`acknowledge`, `annotate`, …): an open set.
    `text` is what was written in it (a note's text, a status update's message), None where there is none.
    `targets` are the people or teams that it was done to (assigned, notified, asked).
    """

    id: str
    incident_id: str
    at: datetime
    kind: str
    summary: str
    actor: Actor | None = None
    text: str | None = None
    targets: tuple[Ref, ...] = ()
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody wrote on the incident."""

    id: str
    author: Actor
    text: str
    created_at: datetime
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a monitor said. `details` is the redacted payload as indented text, cut to a readable length."""

    id: str
    at: datetime
    summary: str
    severity: str | None = None
    source: str | None = None
    resolved_at: datetime | None = None
    links: tuple[Link, ...] = ()
    details: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A deploy or another change near the incident. `why_related` is the vendor's reason.

    `services` are what it changed, empty where the record does not say.
    """

    id: str
    at: datetime
    summary: str
    source: str | None = None
    why_related: str | None = None
    links: tuple[Link, ...] = ()
    services: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Somebody who was asked to help. `state` is `pending`, `joined`, `declined` or what the vendor says."""

    person: Ref
    state: str
    at: datetime | None = None
    requested_by: Ref | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdate:
    """A message that was published to stakeholders while the incident went on."""

    at: datetime
    author: Actor | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything about one incident, oldest first, as the post-mortem needs it.

    `people` holds those that the incident mentions and the account still knows. `roles` maps a role's name
    (from custom fields) to a person's name.
    """

    incident: Incident
    entries: tuple[LogEntry, ...] = ()
    notes: tuple[Note, ...] = ()
    alerts: tuple[Alert, ...] = ()
    changes: tuple[Change, ...] = ()
    responders: tuple[Responder, ...] = ()
    status_updates: tuple[StatusUpdate, ...] = ()
    people: tuple[Person, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()
