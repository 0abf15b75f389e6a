"""The shape of policy.toml: its tables and keys, with the defaults of `callsheet.plan.rules`, and the way to Rules.

The descriptions are the operator's reference and go into the JSON Schema.
"""

from typing import Any, Literal

from pydantic import Field, JsonValue, ValidationInfo, field_validator

from callsheet.model.action_item import ItemKind
from callsheet.plan.rules import (
    DUE_DAYS,
    Calendar,
    OnUnknown,
    OpenRules,
    Route,
    Rules,
    StandingItem,
)
from callsheet.settings.duration import duration
from callsheet.settings.holiday_codes import check_country, check_subdivision
from callsheet.settings.policy_nudge import NudgeTable
from callsheet.settings.policy_seasons import SeasonsTable
from callsheet.settings.policy_table import Table
from callsheet.settings.policy_theatre import CastingTable, TheatreTable
from callsheet.settings.policy_words import (
    Days,
    Json,
    Label,
    Line,
    Person,
    Priority,
    PriorityWord,
    Span,
    StandingId,
    Zone,
)

DEFAULTS = Rules()


class OpenTable(Table):
    """Which resolved incidents get a post-mortem."""

    priorities: list[PriorityWord] = Field(
        default=list(DEFAULTS.open.priorities), description="Incidents of these priorities."
    )
    minutes: int = Field(
        default=DEFAULTS.open.minutes,
        ge=0,
        le=525_600,
        description="In an account without priorities: high urgency and this long.",
    )

    def rules(self) -> OpenRules:
        """As plan has it."""
        return OpenRules(priorities=tuple(self.priorities), minutes=self.minutes)


class DueTable(Table):
    """Business days until an item is due, by its priority."""

    P1: Days = DUE_DAYS["P1"]
    P2: Days = DUE_DAYS["P2"]
    P3: Days = DUE_DAYS["P3"]
    P4: Days = DUE_DAYS["P4"]
    P5: Days = DUE_DAYS["P5"]


class CalendarTable(Table):
    """Which days are business days."""

    zone: Zone | None = Field(default=None, description="IANA zone in which dates are read; else CALLSHEET_TIME_ZONE.")
    country: str | None = Field(
        default=None, description="Country whose holidays are free, such as DE; else weekends only."
    )
    subdivision: str | None = Field(default=None, description="State or region with holidays of its own, such as BE.")

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str) -> str:
        return check_country(value)

    @field_validator("subdivision")
    @classmethod
    def _known_subdivision(cls, value: str, info: ValidationInfo) -> str:
        if "country" not in info.data:  # It is wrong itself, and that is told.
            return value
        if info.data["country"] is None:
            raise ValueError("needs the country that it belongs to")
        return check_subdivision(info.data["country"], value)

    def rules(self, default_zone: str) -> Calendar:
        """As plan has it."""
        return Calendar(zone=self.zone or default_zone, country=self.country, subdivision=self.subdivision)


class StandingTable(Table):
    """A promise that every post-mortem brings."""

    id: StandingId = Field(description="Its name for ever; the item's key comes from it.")
    title: Line
    owner: Person | None = Field(default=None, description="E-mail or PagerDuty id; else the route's fallback owner.")
    due_days: Days | None = Field(default=None, description="Business days; else by priority.")
    priority: Priority | None = Field(default=None, description="Else the incident's.")
    kind: Literal["prevent", "detect", "mitigate", "process"] = "process"

    def rules(self) -> StandingItem:
        """As plan has it."""
        return StandingItem(**{**self.model_dump(), "kind": ItemKind(self.kind)})


class Destination(Table):
    """Where items go, and with what."""

    project: Line | None = Field(default=None, description="The tracker's project key; else the tracker's own default.")
    issue_type: Line | None = Field(default=None, description="Else the tracker's own default.")
    labels: list[Label] = Field(default=[], description="Labels for every ticket, besides Callsheet's own.")
    fallback_owner: Person | None = Field(
        default=None, description="Who gets items that name nobody, or somebody unknown."
    )
    channel: Line | None = Field(
        default=None,
        description="How owners are reminded first: a notifier's name, or ticket for a comment on the ticket.",
    )
    fields: dict[str, Json] = Field(
        default={}, description="Required fields by the tracker's field id, with the value that its API takes."
    )

    @field_validator("fields")
    @classmethod
    def _no_strays(cls, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        # In TOML every key after [routes.fields] belongs to it, which is seldom what was meant.
        strays = [name for name in value if name in RouteTable.model_fields]
        if strays:
            raise ValueError(f"holds {', '.join(strays)}: write keys of the route above its fields")
        return value

    def rules(self) -> Route:
        """As plan has it."""
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in self.model_dump().items()
        }
        return Route(**given)


class RouteTable(Destination):
    """A destination for some items. The first route whose every given condition matches is taken."""

    name: Line
    services: list[Line] = Field(default=[], description="Ids or names.")
    teams: list[Line] = Field(default=[], description="Ids or names.")
    priorities: list[PriorityWord] = Field(default=[])


class ReconcileTable(Table):
    """How the tracker's state is understood."""

    dropped_resolutions: list[Line] = Field(
        default=list(DEFAULTS.dropped_resolutions),
        description="A ticket closed with one of these was dropped, not done.",
    )
    statuses: dict[str, Literal["open", "done", "dropped"]] = Field(
        default={}, description="What a status means, by its name, where its category does not tell."
    )


class GuardsTable(Table):
    """When Callsheet stops and asks."""

    filings_a_cycle: int = Field(
        default=DEFAULTS.filings_a_cycle, ge=1, description="More new tickets in one cycle wait."
    )
    file_after: Span = Field(
        default="0s",
        description="How long a new item waits before its ticket is filed, so that its words can still be changed.",
    )
    vanished_share: float = Field(
        default=DEFAULTS.vanished_share,
        gt=0,
        le=1,
        description="More of the known tickets gone in one sweep is suspicious.",
    )
    on_unknown: Literal["adopt_or_create", "park"] = Field(
        default="adopt_or_create",
        description="When nobody knows whether a ticket was made: search, then make it, or `park` it for a person.",
    )


class PriorityNames(Table):
    """The tracker's names for priorities, where rank alone would not find them."""

    P1: Line | None = None
    P2: Line | None = None
    P3: Line | None = None
    P4: Line | None = None
    P5: Line | None = None


class PolicyFile(Table):
    """The policy of Callsheet: every table and key may be left out."""

    open: OpenTable = OpenTable()
    due: DueTable = DueTable()
    calendar: CalendarTable = CalendarTable()
    calendars: dict[str, CalendarTable] = Field(
        default={}, description="By team id or name; the zone is else [calendar]'s."
    )
    standing: list[StandingTable] = Field(
        default=[StandingTable(id=item.id, title=item.title, due_days=item.due_days) for item in DEFAULTS.standing],
        description="Items of every post-mortem.",
    )
    routes: list[RouteTable] = Field(default=[], description="Where items go, first match wins.")
    default_route: Destination = Field(default=Destination(), description="Where everything else goes.")
    aliases: dict[str, Person] = Field(
        default={}, description="Words that notes use for a person: e-mail or PagerDuty id."
    )
    accounts: dict[Person, Line] = Field(
        default={}, description="E-mail or PagerDuty id of a person = the account id or user name in the tracker."
    )
    priorities: PriorityNames = PriorityNames()
    reconcile: ReconcileTable = ReconcileTable()
    nudge: NudgeTable = NudgeTable()
    seasons: SeasonsTable = SeasonsTable()
    guards: GuardsTable = GuardsTable()
    theatre: TheatreTable = TheatreTable()
    casting: CastingTable = CastingTable()

    def rules(self, default_zone: str) -> Rules:
        """As plan has it."""
        calendar = self.calendar.rules(default_zone)
        return Rules(
            open=self.open.rules(),
            due_days=self.due.model_dump(),
            calendar=calendar,
            calendars={team: table.rules(calendar.zone) for team, table in self.calendars.items()},
            standing=tuple(item.rules() for item in self.standing),
            routes=tuple(route.rules() for route in self.routes),
            default_route=self.default_route.rules(),
            aliases=dict(self.aliases),
            accounts=dict(self.accounts),
            priority_names=self.priorities.model_dump(exclude_none=True),
            dropped_resolutions=tuple(self.reconcile.dropped_resolutions),
            statuses={name.casefold(): meaning for name, meaning in self.reconcile.statuses.items()},
            nudge=self.nudge.rules(),
            theatre=self.theatre.rules(),
            casting=self.casting.rules(),
            seasons=self.seasons.rules(),
            filings_a_cycle=self.guards.filings_a_cycle,
            file_after=duration(self.guards.file_after),
            vanished_share=self.guards.vanished_share,
            on_unknown=OnUnknown(self.guards.on_unknown),
        )
