"""The ports: what the daemon asks of a connector, by role. A connector implements what its role needs, no more.

Every method may raise a `ConnectorError`. Reads may be repeated by the connector; a write is sent once, and an error
whose `outcome_unknown` is true leaves the question to the caller. All datetimes are aware.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from callsheet.model.check import Check
from callsheet.model.incident import Dossier, Incident, IncidentPriority, LogEntry, Note, Ref
from callsheet.model.nudge import Digest
from callsheet.model.person import Account, OnCall, Person
from callsheet.model.text import Body, Letter
from callsheet.model.ticket import (
    AccountMatch,
    Category,
    ProjectRules,
    Ticket,
    TicketChange,
    TicketComment,
    TicketDraft,
    TicketRef,
)


class Clock(Protocol):
    """Time as an argument."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait; True when the program is asked to stop, which ends the wait early."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment, for telling how long something took: nobody sets this one, forward or back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Malady:
    """Something that came in and could not be read; it is quarantined and shown, the rest goes on."""

    what: str
    where: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """A page of the change feed: the entries, and the incidents they belong to as they are now.

    `told_at` is the other side's own time when it answered, None where it does not say: ours may be wrong.
    """

    entries: tuple[LogEntry, ...] = ()
    incidents: tuple[Incident, ...] = ()
    maladies: tuple[Malady, ...] = ()
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """The account's people and priorities. `priorities` is empty when the account has none."""

    people: tuple[Person, ...]
    priorities: tuple[IncidentPriority, ...]


class PagingSource(Protocol):
    """Where incidents come from."""

    def incidents(self, since: datetime, until: datetime) -> Iterator[FeedPage]:
        """Incidents created in the window, and older ones that are still open; pages without entries."""
        ...

    def changes(self, since: datetime, until: datetime) -> Iterator[FeedPage]:
        """The change feed of a window: every log entry in it, each page with the incidents as they are now."""
        ...

    def dossier(self, incident: Incident) -> tuple[Dossier, tuple[Malady, ...]]:
        """All about one incident, oldest first. Parts that can't be read are left out and named.

        Raises NotFound where the incident itself is gone, or hidden from us.
        """
        ...

    def directory(self) -> Directory:
        """People and priorities of the account."""
        ...


class OnCalls(Protocol):
    """Who is on call. Asked by `callsheet casting` alone, so no cycle pays for it."""

    def on_calls(self) -> tuple[OnCall, ...]:
        """Everybody who is on call now, each duty once, those first who are paged first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where incidents can happen."""

    teams: tuple[Ref, ...]
    services: tuple[Ref, ...]


class Map(Protocol):
    """What teams and services there are. Asked by `callsheet doctor` alone, where the policy names some."""

    def places(self) -> Places:
        """All of the account, whatever we are narrowed to. Forbidden where we may not list them."""
        ...


class IncidentNotes(Protocol):
    """Where the incident's own note is kept."""

    def notes(self, incident_id: str) -> tuple[Note, ...]:
        """The notes of an incident, oldest first."""
        ...

    def post_note(self, incident_id: str, text: str) -> str:
        """Write a new note; its id. Sent once."""
        ...

    def edit_note(self, incident_id: str, note_id: str, text: str) -> None:
        """Replace a note's text. May be repeated."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketsRead:
    """Tickets by id: those that are there, and the ids that certainly are not visible to us."""

    found: tuple[Ticket, ...]
    missing: tuple[str, ...]


class TicketReader(Protocol):
    """Reading tickets. Every answer is proven to come from our own account; one that is not raises AuthRefused."""

    def changes(self, label: str, since: datetime | None) -> Iterator[Ticket]:
        """Tickets with the label that changed since then (all of them for None), oldest change first.

        `since` is compared with the tracker's clock. The search lags behind what was written.
        """
        ...

    def read(self, ids: Sequence[str]) -> TicketsRead:
        """These tickets as they are now, without the search index."""
        ...

    def find(self, labels: Sequence[str]) -> tuple[Ticket, ...]:
        """Tickets that carry one of the labels, by search: it lags, so what is missing proves nothing for a while."""
        ...

    def comments(self, ticket_id: str) -> tuple[TicketComment, ...]:
        """A ticket's comments, oldest first."""
        ...


class TicketWriter(Protocol):
    """Writing tickets."""

    def create(self, draft: TicketDraft) -> TicketRef:
        """Create one ticket. Sent once, on a fresh connection."""
        ...

    def update(self, ticket_id: str, change: TicketChange) -> None:
        """Set fields to values: all of them or none. May be repeated."""
        ...

    def transition(self, ticket_id: str, category: Category, resolutions: Sequence[str]) -> Ticket:
        """Bring the ticket to a status of the category, with the first resolution of those that it offers.

        Answers with the ticket as it is then, not with what the search says. Does nothing when it is there already.
        Rejected when the workflow offers no such step.
        """
        ...

    def comment(self, ticket_id: str, body: Body, marker: str) -> str:
        """Write one comment; its id. Sent once. The marker can be found again in `comments`."""
        ...

    def link_duplicate(self, duplicate_id: str, kept_id: str) -> None:
        """Link two tickets as duplicates. May be repeated."""
        ...


class TicketLookup(Protocol):
    """What must be known before a ticket is written."""

    def rules(self, project: str, issue_type: str) -> ProjectRules:
        """What the project accepts. Rejected when project or type does not exist for us."""
        ...

    def account(self, email: str, name: str) -> AccountMatch:
        """The account of a person: an exact, single match or none."""
        ...

    def assignable(self, project: str, account_id: str) -> bool:
        """Whether tickets of the project can be given to the account."""
        ...

    def who_am_i(self) -> Account:
        """Our own account, which proves the credential."""
        ...


class Tracker(TicketReader, TicketWriter, TicketLookup, Protocol):
    """A tracker does all three, and knows where tickets go unless the policy says otherwise.

    `settles_within` is how long an unknown create is searched for before it may be sent again.
    """

    default_project: str
    default_issue_type: str
    settles_within: timedelta


class Source(PagingSource, IncidentNotes, OnCalls, Map, Protocol):
    """A paging source feeds us, keeps our note, and knows who is on call and which teams and services there are."""


class Notifier(Protocol):
    """A channel to people, and to the team where `digest.to.team` says so."""

    def reaches(self, digest: Digest) -> bool:
        """Whether it has an address for this person."""
        ...

    def send(self, digest: Digest, subject: str, body: Letter) -> None:
        """Send once. Rejected is a clear no; an error with an unknown outcome is never re-sent."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A document as it stands at a publisher. `version` is opaque; it changes with every byte."""

    incident_id: str
    text: str
    version: str
    location: str


class Publisher(Protocol):
    """Where documents live and where people edit them."""

    def publish(self, incident_id: str, name: str, text: str, expected: str | None) -> Published:
        """Write the whole document atomically. `name` is a safe file stem.

        `expected` is the version that the text was merged with, None for a new document. EditedMeanwhile when
        another version is there.
        """
        ...

    def read_changed(self, known: dict[str, str]) -> Iterator[Published | Malady]:
        """Documents whose version differs from the known ones (incident id -> version), new ones included."""
        ...


@runtime_checkable
class Copies(Protocol):
    """Any publisher may also keep copies beside its documents, in other forms. They are made anew, never read back."""

    def copy_beside(self, incident_id: str, name: str, copies: Mapping[str, str]) -> None:
        """Write each copy whole beside the incident's document, under its name; `name` is the stem where it has none.

        `copies` maps a suffix (`.html`, `.ics`) to the text. May be repeated.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What a model wrote, and which one: a claim that nobody has verified."""

    text: str
    model: str


class Drafter(Protocol):
    """A language model. Asking it changes nothing anywhere."""

    def draft(self, prompt: str) -> Drafted:
        """Its answer, whole. Rejected when it would not, Malformed when the answer is none or was cut off."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a connector has to be able to do here.

    `writes` says that it may write at all, `files` that it may file tickets (a mode between). `projects` are where
    tickets go: (project, issue type). `tickets` has the id of one open ticket of ours for each project that has one.
    `messages` says that a test message over each channel follows, which proves more than a look at its address.
    """

    writes: bool
    files: bool
    projects: tuple[tuple[str, str], ...] = ()
    tickets: Mapping[str, str] = field(default_factory=dict)
    messages: bool = False


@runtime_checkable
class Examinable(Protocol):
    """Any connector may also be examined: it proves what it was configured for, for `callsheet doctor`."""

    def examine(self, wanted: Examination) -> Iterator[Check]:
        """One check for each thing, by reads alone. What only a write proves is a warning that says so (`unproved`).
        Raises nothing: what the other side says is in the checks. Names begin with the connector's, and those about a
        project end in it: `jira: permissions in OPS`. What can't be asked because of an error above is `unasked`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a webhook speaks of: an incident or a ticket, by id.

    `events` are the names under which the same event may come again: its delivery's, its own. One of them is enough
    to know it by; at least one must come from what is signed.
    """

    events: tuple[str, ...]
    incident_id: str | None = None
    ticket_id: str | None = None


class WebhookReceiver(Protocol):
    """Reads the webhooks of one product. Both methods are pure; header names come in lower case.

    A webhook is only a hint of what to read again, so a late, lost or doubled one does no harm.
    """

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether it was signed with a secret that we share. Asked about the raw body, before anything reads it."""
        ...

    def touched(self, headers: Mapping[str, str], body: bytes) -> Touched | None:
        """What it speaks of; None for nothing of ours, such as a test. Malformed when it can't be read."""
        ...
