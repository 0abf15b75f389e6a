"""Larkspur, a fictitious web shop: its teams, services, people and priorities, the same for every seed but for ids.

The people are chosen for the traps they set: two Webers, two Anas, one colleague without a Jira account, one whose
account is closed, one who may not be assigned in OPS, and a stranger whose address begins like a colleague's.
"""

from __future__ import annotations

from dataclasses import dataclass

from callsheet.sandbox.ids import make_id

DOMAIN = "larkspur.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody PagerDuty knows; `jira` says what Jira knows: full, hidden, missing, inactive or unassignable."""

    id: str
    name: str
    email: str
    title: str
    zone: str
    role: str
    teams: tuple[str, ...]
    jira: str = "full"
    color: str = "teal"

    @property
    def handle(self) -> str:
        """The part of the address people type after an @."""
        return self.email.partition("@")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    id: str
    name: str
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    id: str
    name: str
    slug: str
    team: str
    policy: str
    alert: str
    integration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    id: str
    name: str
    description: str
    color: str
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    people: tuple[Person, ...]
    leaver: Person
    bot: Person
    teams: tuple[Team, ...]
    services: tuple[Service, ...]
    priorities: tuple[Priority, ...]

    def members(self, team_id: str) -> tuple[Person, ...]:
        return tuple(person for person in self.people if team_id in person.teams)

    def service(self, slug: str) -> Service:
        return next(service for service in self.services if service.slug == slug)

    def priority(self, name: str) -> Priority:
        return next(priority for priority in self.priorities if priority.name == name)


_TEAMS = (("storefront", "Storefront"), ("payments", "Payments"), ("platform", "Platform"), ("data", "Data"))

_SERVICES = (
    ("checkout-api", "Checkout API", "storefront", "CheckoutLatencyHigh"),
    ("search", "Search", "storefront", "SearchErrorRateHigh"),
    ("catalog", "Catalog", "storefront", "CatalogCacheMissesHigh"),
    ("payments-gateway", "Payments Gateway", "payments", "PaymentAuthFailures"),
    ("ledger", "Ledger", "payments", "LedgerReplicationLag"),
    ("identity", "Identity", "platform", "LoginFailuresHigh"),
    ("notifications", "Notifications", "platform", "NotificationQueueDepth"),
    ("data-pipeline", "Data Pipeline", "data", "PipelineFreshnessLow"),
)

_BERLIN, _NEW_YORK = "Europe/Berlin", "America/New_York"
_KOLKATA, _SINGAPORE = "Asia/Kolkata", "Asia/Singapore"

# name, title, zone, role, team, what Jira knows
_PEOPLE = (
    ("Ana Ferreira", "Site Reliability Engineer", _BERLIN, "admin", "storefront", "full"),
    ("Marcus Hill", "Senior Software Engineer", _NEW_YORK, "user", "storefront", "hidden"),
    ("Felix Brandt", "Software Engineer", _BERLIN, "limited_user", "storefront", "unassignable"),
    ("Wei Ling Tan", "Platform Engineer", _SINGAPORE, "user", "storefront", "full"),
    ("Jonas Weber", "Staff Engineer", _BERLIN, "user", "payments", "full"),
    ("Lena Weber", "Engineering Manager", _BERLIN, "user", "payments", "full"),
    ("Diego Santos", "Senior Software Engineer", _NEW_YORK, "user", "payments", "hidden"),
    ("Ana Kowalski", "Backend Engineer", _NEW_YORK, "user", "platform", "full"),
    ("Tomasz Zielinski", "Software Engineer", _BERLIN, "user", "platform", "inactive"),
    ("Noor Haddad", "Site Reliability Engineer", _SINGAPORE, "user", "platform", "missing"),
    ("Priya Natarajan", "Data Engineer", _KOLKATA, "user", "data", "hidden"),
    ("Rahul Mehta", "Senior Data Engineer", _KOLKATA, "user", "data", "full"),
    ("Sofie Lindqvist", "Product Manager", _BERLIN, "observer", "data", "full"),
    ("Grace Okafor", "Director of Reliability", _NEW_YORK, "owner", "platform", "full"),
)

_PRIORITIES = (
    ("P1", "Customers cannot buy", "a8171c"),
    ("P2", "A main function is impaired", "eb6016"),
    ("P3", "A minor function is impaired", "f9b406"),
    ("P4", "Nobody outside notices", "555555"),
    ("P5", "For the record", "9b9b9b"),
)

COLORS = ("purple", "teal", "cayenne", "green", "red", "dark-slate-grey", "olive", "brown")


def build_company(seed: int) -> Company:
    """The whole cast, with ids that follow from the seed."""
    teams = {slug: Team(id=make_id("P", 7, seed, "team", slug), name=name, slug=slug) for slug, name in _TEAMS}
    people = tuple(_person(seed, teams, *row) for row in _PEOPLE)
    return Company(
        people=people,
        leaver=_person(seed, teams, "Kim Larsson", "Software Engineer", _BERLIN, "user", "data", "missing"),
        bot=_person(seed, teams, "Callsheet", "Automation", _NEW_YORK, "limited_user", "platform", "full"),
        teams=tuple(teams.values()),
        services=tuple(_service(seed, teams, *row) for row in _SERVICES),
        priorities=tuple(
            Priority(
                id=make_id("P", 7, seed, "priority", name),
                name=name,
                description=text,
                color=color,
                order=500_000_000 >> index,
            )
            for index, (name, text, color) in enumerate(_PRIORITIES)
        ),
    )


def _service(seed: int, teams: dict[str, Team], slug: str, name: str, team: str, alert: str) -> Service:
    return Service(
        id=make_id("P", 7, seed, "service", slug),
        name=name,
        slug=slug,
        team=teams[team].id,
        policy=make_id("P", 7, seed, "policy", team),
        alert=alert,
        integration=make_id("P", 7, seed, "integration", slug),
    )


def _person(
    seed: int, teams: dict[str, Team], name: str, title: str, zone: str, role: str, team: str, jira: str
) -> Person:
    every_team = tuple(entry.id for entry in teams.values())
    return Person(
        id=make_id("P", 7, seed, "user", name),
        name=name,
        email=f"{name.lower().replace(' ', '.')}@{DOMAIN}",
        title=title,
        zone=zone,
        role=role,
        teams=every_team if name == "Grace Okafor" else (teams[team].id,),
        jira=jira,
        color=COLORS[len(name) % len(COLORS)],
    )
