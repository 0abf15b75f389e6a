"""The rules that plan decides by, as a value: the policy file read and checked, or its defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum

from callsheet.model.action_item import ItemKind
from callsheet.model.person import Level
from callsheet.model.postmortem import Part
from callsheet.model.season import QUARTERS, Seasons

DUE_DAYS = {"P1": 5, "P2": 10, "P3": 20, "P4": 30, "P5": 40}

# Seniority matched to priority; the lowest are where people learn it.
WANTED = {
    "P1": Level.SENIOR,
    "P2": Level.SENIOR,
    "P3": Level.ENGINEER,
    "P4": Level.JUNIOR,
    "P5": Level.JUNIOR,
}

Span = tuple[date, date]
"""Days from the first to the last, both included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRules:
    """Which resolved incidents get a post-mortem.

    Those of `priorities`; in an account without priorities those of high urgency that lasted `minutes` or more.
    """

    priorities: tuple[str, ...] = ("P1", "P2")
    minutes: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingItem:
    """A promise that every post-mortem brings. `id` is its name for ever; `due_days` are business days."""

    id: str
    title: str
    owner: str | None = None
    due_days: int | None = None
    priority: str | None = None
    kind: ItemKind | None = ItemKind.PROCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where items go. The first route whose every given condition matches is taken.

    `services` and `teams` hold ids or names; `fields` are required fields by the tracker's id; `channel` is the
    notifier that is tried first, or `ticket` for a comment on the ticket.
    """

    name: str = "default"
    services: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    project: str | None = None
    issue_type: str | None = None
    labels: tuple[str, ...] = ()
    fallback_owner: str | None = None
    channel: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Business days: Monday to Friday but for the public holidays of `country` (ISO code; None: weekends only).

    `zone` is the IANA zone in which dates are read.
    """

    zone: str = "UTC"
    country: str | None = None
    subdivision: str | None = None


class OnUnknown(StrEnum):
    """What becomes of a create whose answer was lost, when the settle time has passed and nothing was found."""

    ADOPT_OR_CREATE = "adopt_or_create"
    PARK = "park"


@dataclass(frozen=True, slots=True, kw_only=True)
class TheatreRules:
    """How the document is played.

    `concise` are the priorities that get the one-page form; `silence_minutes` without a word make a beat of their own;
    changes longer than `change_hours` before the incident have no part in it;
    `directors` are e-mails or ids of those who may be asked to direct a review (empty: everybody).
    `stale_days` are business days until a draft counts as unfinished (None: never).
    `parts` say who plays which part whenever they take part, by e-mail or id in lower case. `circulate` are e-mails or
    ids of those who get the final document besides the people who had a part. `lines` says whether actors get their
    lines beforehand; `copies` are the forms that stand beside the document: `html`, `ics`.
    """

    concise: tuple[str, ...] = ("P3", "P4", "P5")
    silence_minutes: int = 20
    change_hours: int = 12
    directors: tuple[str, ...] = ()
    stale_days: int | None = 10
    parts: Mapping[str, Part] = field(default_factory=dict)
    circulate: tuple[str, ...] = ()
    lines: bool = True
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CastingRules:
    """Who could manage which incident: `people` have levels by e-mail or id in lower case, `titles` by words in a job
    title in lower case; `wants` is the level that an incident of a priority, P1 to P5, asks for.
    """

    people: Mapping[str, Level] = field(default_factory=dict)
    titles: Mapping[str, Level] = field(default_factory=dict)
    wants: Mapping[str, Level] = field(default_factory=lambda: dict(WANTED))


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeRules:
    """When and how people are reminded.

    `ladder` are business days around the due date, in the owner's calendar; `weekly` goes on once a week after the last
    of them. `opens` and `closes` are local times of the reader. `countries` (ISO code, subdivision) and `away` are by
    e-mail or id of the paging side, in lower case. `fallback_after` and `team_after` are business days after the due
    date; None never escalates. `longest_snooze` is in days. `team_digest_on` is a weekday, Monday is 0;
    `leaders` get the season's figures once a month.
    """

    ladder: tuple[int, ...] = (-3, 0, 1, 3, 7)
    weekly: bool = True
    opens: time = time(9)
    closes: time = time(17)
    new_items: bool = True
    countries: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    away: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    fallback_after: int | None = 5
    team_after: int | None = 10
    longest_snooze: int = 90
    team_digest_on: int | None = 0
    leaders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything that the policy file can say. The defaults run without one.

    `calendars` are by team id or name; `aliases` map words to an e-mail or a person's id, `accounts` an e-mail or a
    person's id to the tracker's account; `priority_names` map P1..P5 to the tracker's names; `statuses` map a status
    name, in lower case, to what it means (`open`, `done` or `dropped`) where its category does not tell. `seasons` say
    how the year is cut. `file_after` is how long a new item waits for people's second thoughts before it is filed.
    """

    open: OpenRules = OpenRules()
    due_days: Mapping[str, int] = field(default_factory=lambda: dict(DUE_DAYS))
    calendar: Calendar = Calendar()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    standing: tuple[StandingItem, ...] = (StandingItem(id="review", title="Hold the blameless review", due_days=5),)
    routes: tuple[Route, ...] = ()
    default_route: Route = Route()
    aliases: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    priority_names: Mapping[str, str] = field(default_factory=dict)
    dropped_resolutions: tuple[str, ...] = (
        "Won't Do",
        "Won't Fix",
        "Duplicate",
        "Cannot Reproduce",
        "Declined",
        "Not a Bug",
        "Obsolete",
    )
    statuses: Mapping[str, str] = field(default_factory=dict)
    nudge: NudgeRules = NudgeRules()
    theatre: TheatreRules = TheatreRules()
    casting: CastingRules = CastingRules()
    seasons: Seasons = QUARTERS
    filings_a_cycle: int = 50
    file_after: timedelta = timedelta(0)
    on_unknown: OnUnknown = OnUnknown.ADOPT_OR_CREATE
    vanished_share: float = 0.3
