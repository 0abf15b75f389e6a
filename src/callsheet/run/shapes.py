"""What programs read: the JSON of `--json` and of `/api/v1`, each shape in one place. The read models make them.

mypy holds the read models to these, and OpenAPI is drawn from them.
"""

from typing import Annotated, Any

from pydantic import Field as Described
from typing_extensions import TypedDict  # pydantic reads typing's own from Python 3.12 on only

from callsheet.model.action_item import DueReason, Fix, Hold, ItemKind, ItemStatus, OwnerReason
from callsheet.model.effect import Guard
from callsheet.model.incident import IncidentStatus
from callsheet.model.ledger import Outcome
from callsheet.model.ticket import Field

Day = Annotated[str, Described(json_schema_extra={"format": "date"})]
Moment = Annotated[str, Described(json_schema_extra={"format": "date-time"})]


# The call sheet.


class AboutIncident(TypedDict):
    """The incident that a promise comes from."""

    id: str
    number: int
    title: str
    url: str


class Who(TypedDict):
    """Who keeps a promise."""

    name: str
    email: str | None


class Shown(TypedDict):
    """The same in words, as the pages show it."""

    status: str
    owner: str
    remarks: list[str]


class AboutTicket(TypedDict):
    """The ticket of a promise."""

    key: str
    url: str


class Row(TypedDict):
    """One promise. `priority` is P1 to P5 or the account's own word; `not_filed` says why it has no ticket."""

    key: str
    title: str
    kind: ItemKind | None
    standing: bool
    fix: Fix | None
    incident: AboutIncident
    service: str
    team: str | None
    owner: Who | None
    owner_reason: OwnerReason
    owner_words: str | None
    owner_checked: bool
    due_on: Day | None
    due_reason: DueReason
    priority: str
    status: ItemStatus
    shown: Shown
    overdue: bool
    not_filed: str | None
    hold: Hold | None
    ticket: AboutTicket | None


class Disputed(TypedDict):
    """A field that both sides changed: the tracker won, `ours` was set aside."""

    field: Field
    ours: str
    theirs: str


class RowWithConflicts(Row):
    """One promise, with what both sides changed."""

    conflicts: list[Disputed]


# Incidents.


class IncidentHead(AboutIncident):
    """An incident as the paging side has it."""

    status: IncidentStatus
    priority: str | None
    service: str
    team: str | None
    created_at: Moment
    resolved_at: Moment | None


class Listed(TypedDict):
    """A post-mortem in the list. `status` is its document's (draft, in review, final), or waived."""

    incident: IncidentHead
    status: str
    waived_because: str | None
    promised: int
    settled: int
    overdue: int


class Told(TypedDict):
    """One incident: how it stands in sentences, its document (Markdown; null: there is none yet), its promises."""

    incident: IncidentHead
    stands: list[str]
    waived_because: str | None
    document: str | None
    items: list[Row]


# The season.


class Span(TypedDict):
    """A season: both days are its own."""

    name: str
    starts_on: Day
    ends_on: Day


class Counts(TypedDict):
    """promised = kept + kept_late + cut + renewed + drifted + open; overdue are the late ones of the last two."""

    promised: int
    kept: int
    kept_late: int
    cut: int
    renewed: int
    drifted: int
    open: int
    overdue: int


class Cast(TypedDict):
    """Of so many incidents: how often a leader took over uncalled, and whose level was the one wanted."""

    incidents: int
    took_over: int
    matched: int
    below: int
    above: int
    unknown: int


class Medians(TypedDict):
    """Days; null where there is nothing to measure."""

    incident_to_postmortem: float | None
    incident_to_filed: float | None
    incident_to_done: float | None
    filed_to_done: float | None


class Wholeness(TypedDict):
    """How whole the investigations of the season's incidents are."""

    incidents: int
    complete: int
    reviewed: int
    causes_stated: int
    minutes_to_resolve: float | None


class InTrend(Counts):
    """A season among those before it."""

    season: Span
    casting: dict[str, Cast]


class SeasonReport(Counts):
    """A season, with those before it (`trend`, oldest first). `casting` is by priority."""

    season: Span
    over: bool
    closed_on: Day | None
    carried_in: int
    by_team: dict[str, Counts]
    by_service: dict[str, Counts]
    by_kind: dict[str, Counts]
    days: Medians
    repeats_on_open_promises: int
    repeats_after_stopgap: int
    investigations: Wholeness
    casting: dict[str, Cast]
    trend: list[InTrend]


# The season at a glance.


class Awaited(TypedDict):
    """One thing that waits for a person: in words, and by the key or the incident where it is looked at."""

    words: str
    key: str | None
    incident_id: str | None


class Needed(TypedDict):
    """Everything of one kind that waits for a person: how many, and the first few."""

    what: str
    count: int
    named: list[Awaited]


class InWeek(TypedDict):
    """The seven days that end on that day: how many promises were made and kept until then, in all."""

    ends_on: Day
    promised: int
    kept: int


class Glanced(Counts):
    """The present season, what waits for a person (worst first), and how it grew."""

    season: Span
    carried_in: int
    by_team: dict[str, Counts]
    needs: list[Needed]
    weeks: list[InWeek]


# The plan.


class Planned(TypedDict):
    """One effect: what is there (null: nothing yet), and what would be. A digest has no incident."""

    key: str
    effect: str
    reason: str
    target: str
    name: str
    incident: AboutIncident | None
    before: dict[str, Any] | None
    after: dict[str, Any]


class Hindered(TypedDict):
    """What can't be done until a person mends its cause."""

    key: str
    effect: str
    reason: str
    what: str


class HeldBack(TypedDict):
    """What a guard holds back."""

    id: str
    guard: Guard
    what: str


class Planning(TypedDict):
    """What the next cycle would do. `silent` are the sides that could not be asked, with what they said; `requests`
    is how many it took to find out, by connector.
    """

    at: Moment
    silent: dict[str, str]
    effects: list[Planned]
    blocked: list[Hindered]
    refused: list[HeldBack]
    requests: dict[str, int]


# Why.


class LedgerLine(TypedDict):
    """One line of the ledger: what was done, why, and what came of it."""

    at: Moment
    event: str
    effect: str
    key: str
    reason: str
    outcome: Outcome
    subject: str
    detail: str
