"""What plan sees: only what is dirty or due, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from callsheet.model.action_item import ActionItem
from callsheet.model.incident import Dossier, Incident
from callsheet.model.memory import OpenedPostmortem, Page
from callsheet.model.nudge import Told
from callsheet.model.person import Person
from callsheet.model.publication import Publication
from callsheet.model.ticket import AccountMatch, ProjectRules, Ticket
from callsheet.plan.rhythm import Facts, Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """What was asked of the tracker before anything is written, by what was asked.

    `accounts` by e-mail and name, `rules` by project and issue type, `assignable` by project and account id.
    """

    accounts: Mapping[tuple[str, str], AccountMatch] = field(default_factory=dict)
    rules: Mapping[tuple[str, str], ProjectRules | str] = field(default_factory=dict)
    assignable: Mapping[tuple[str, str], bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the store knows around an incident, for the stage directions.

    `beside` are incidents that were open at the same time, `pages` who was paged in the hours before (for this incident
    or another), `promised` the open items of earlier incidents on the same service, with their incident and ticket.
    """

    beside: tuple[Incident, ...] = ()
    pages: tuple[Page, ...] = ()
    promised: tuple[tuple[ActionItem, Incident, Ticket | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One incident that plan has to look at, with all that hangs on it.

    `tickets` are by id; `marked` are the tickets that carry an item's marker, by item key, the oldest first; `named`
    are tickets that a person named with `callsheet adopt`, by item key; `publications` are by publisher; `rowless`
    names publishers whose document holds rows without a key; `receipts` are of its circulation, by reader: when it
    went out, None where that is not certain; `scripts` the same of the lines that actors got. `draft` is what was said
    of the document itself, while it was unfinished; `retried` are items that somebody asked to be filed once more.
    """

    incident: Incident
    noted: bool = False
    opened: OpenedPostmortem | None = None
    dossier: Dossier | None = None
    items: tuple[ActionItem, ...] = ()
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    marked: Mapping[str, tuple[Ticket, ...]] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    publications: Mapping[str, Publication] = field(default_factory=dict)
    rowless: tuple[str, ...] = ()
    merged: tuple[Incident, ...] = ()
    around: Surroundings = Surroundings()
    receipts: Mapping[str, datetime | None] = field(default_factory=dict)
    scripts: Mapping[str, datetime | None] = field(default_factory=dict)
    draft: Told | None = None
    retried: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What does not change from case to case.

    `project` and `issue_type` are the tracker's defaults; `publishers` are names; `public_url` is where our pages are,
    None where nobody said.
    """

    namespace: str
    project: str
    issue_type: str
    publishers: tuple[str, ...] = ()
    has_notifier: bool = False
    has_team_channel: bool = False
    public_url: str | None = None

    def page_of(self, incident: Incident) -> str | None:
        """Where our pages show its post-mortem."""
        return f"{self.public_url}/incidents/{incident.id}" if self.public_url else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that one round decides by.

    `tried` are the keys of effects that an earlier round of the same cycle tried in vain: they wait for the next one.
    `nudgeable` are the items that somebody may have to hear of now, `told` what was said about them so far, by key;
    `nudge_incidents` and `nudge_tickets` are by id, those that struck a service again included. `taken_days` are who
    had their digest on which local day; until `hushed_until` that is not known, so nobody gets one. `occasions` are
    words to the team or to leaders that are due and unsaid, `facts` what they are drawn from.
    """

    now: datetime
    first_cycle_at: datetime
    house: House
    cases: tuple[Case, ...] = ()
    people: tuple[Person, ...] = ()
    lookups: Lookups = Lookups()
    account_has_priorities: bool = True
    nudgeable: tuple[ActionItem, ...] = ()
    told: Mapping[str, Told] = field(default_factory=dict)
    nudge_incidents: Mapping[str, Incident] = field(default_factory=dict)
    nudge_tickets: Mapping[str, Ticket] = field(default_factory=dict)
    occasions: tuple[Occasion, ...] = ()
    facts: Facts = field(default_factory=Facts)
    taken_days: frozenset[tuple[str, date]] = frozenset()
    hushed_until: datetime | None = None
    approved: frozenset[str] = frozenset()
    tried: frozenset[str] = frozenset()
    filed_before: int = 0
