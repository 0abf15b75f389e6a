"""How this Jira is configured: projects with their traps, workflows, screens, priorities and accounts.

OPS is healthy. SEC demands a custom select field. WEB has no due date, no priority, and a stricter workflow. LAB is
team-managed: statuses of its own and never a resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from callsheet.sandbox.company import DOMAIN, Company, Person
from callsheet.sandbox.ids import make_hex

CATEGORIES = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}
PRIORITIES = {"1": "Highest", "2": "High", "3": "Medium", "4": "Low", "5": "Lowest"}
RESOLUTIONS = {"10000": "Done", "10001": "Won't Do", "10002": "Duplicate"}
RISK = "customfield_10050"
RISK_OPTIONS = {"10200": "Low", "10201": "Medium", "10202": "High"}
FIELDS = {
    "summary": ("Summary", "string"),
    "issuetype": ("Issue Type", "issuetype"),
    "project": ("Project", "project"),
    "description": ("Description", "string"),
    "duedate": ("Due date", "date"),
    "labels": ("Labels", "array"),
    "priority": ("Priority", "priority"),
    "assignee": ("Assignee", "user"),
    RISK: ("Risk class", "option"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A Jira user: `id` is Cloud's accountId, `name` is Data Center's user name."""

    id: str
    name: str
    display: str
    email: str
    zone: str
    hidden: bool = False
    active: bool = True
    assignable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    id: str
    name: str
    category: str
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """`sources` are the status ids it starts from; `resolution` is set on arrival, "" clears it."""

    id: str
    name: str
    to: str
    sources: tuple[str, ...]
    resolution: str = ""
    screen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueType:
    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    id: str
    key: str
    name: str
    types: tuple[IssueType, ...]
    screen: tuple[str, ...]
    statuses: tuple[Status, ...]
    transitions: tuple[Transition, ...]
    required: tuple[str, ...] = ("summary",)
    team_managed: bool = False
    everyone_assignable: bool = True

    @property
    def names(self) -> set[str]:
        """What JQL takes for it; paths and bodies take no title."""
        return {self.id, self.key, self.name}

    def status(self, key: str) -> Status:
        return next(status for status in self.statuses if status.id == key)


TASK = IssueType(id="10100", name="Task", description="A small, distinct piece of work.")
BUG = IssueType(id="10101", name="Bug", description="A problem or error.")
LAB_TASK = IssueType(id="10110", name="Task", description="A small, distinct piece of work.")

TO_DO = Status(id="10000", name="To Do", category="new")
DOING = Status(id="3", name="In Progress", category="indeterminate")
DONE = Status(id="10001", name="Done", category="done")
DROPPED = Status(id="10002", name="Won't Do", category="done")
LAB_STATUSES = (
    Status(id="10020", name="Backlog", category="new", project="10003"),
    Status(id="10021", name="Doing", category="indeterminate", project="10003"),
    Status(id="10022", name="Complete", category="done", project="10003"),
)

_OPEN, _CLOSED = (TO_DO.id, DOING.id), (DONE.id, DROPPED.id)
WORKFLOW = (
    Transition(id="11", name="To Do", to=TO_DO.id, sources=(DOING.id,)),
    Transition(id="21", name="In Progress", to=DOING.id, sources=(TO_DO.id,)),
    Transition(id="31", name="Done", to=DONE.id, sources=_OPEN, resolution="Done"),
    Transition(id="41", name="Won't Do", to=DROPPED.id, sources=_OPEN, resolution="Won't Do", screen=("resolution",)),
    Transition(id="51", name="Reopen", to=TO_DO.id, sources=_CLOSED),
)
STRICT = (
    Transition(id="61", name="Start", to=DOING.id, sources=(TO_DO.id,)),
    Transition(id="71", name="Finish", to=DONE.id, sources=(DOING.id,), resolution="Done"),
    Transition(id="81", name="Reject", to=DROPPED.id, sources=(DOING.id,), resolution="Won't Do"),
    Transition(id="91", name="Reopen", to=TO_DO.id, sources=_CLOSED),
)
_LAB_ALL = tuple(status.id for status in LAB_STATUSES)
FREE = tuple(
    Transition(id=f"{index + 2}", name=status.name, to=status.id, sources=_LAB_ALL)
    for index, status in enumerate(LAB_STATUSES)
)

_FULL = ("summary", "issuetype", "project", "description", "duedate", "labels", "priority", "assignee")
_STATUSES = (TO_DO, DOING, DONE, DROPPED)

PROJECTS = (
    Project(
        id="10000",
        key="OPS",
        name="Operations",
        types=(TASK, BUG),
        screen=_FULL,
        statuses=_STATUSES,
        transitions=WORKFLOW,
        everyone_assignable=False,
    ),
    Project(
        id="10001",
        key="SEC",
        name="Security",
        types=(TASK, BUG),
        screen=(*_FULL, RISK),
        statuses=_STATUSES,
        transitions=WORKFLOW,
        required=("summary", RISK),
    ),
    Project(
        id="10002",
        key="WEB",
        name="Web shop",
        types=(TASK, BUG),
        screen=tuple(name for name in _FULL if name not in ("duedate", "priority")),
        statuses=_STATUSES,
        transitions=STRICT,
    ),
    Project(
        id="10003",
        key="LAB",
        name="Laboratory",
        types=(LAB_TASK,),
        screen=_FULL,
        statuses=LAB_STATUSES,
        transitions=FREE,
        team_managed=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """The accounts; `robot` is the one that the API token belongs to, `human` acts for the control plane."""

    accounts: tuple[Account, ...]
    robot: Account
    human: Account
    by_id: dict[str, Account] = field(default_factory=dict)

    def with_people(self, seed: int, people: Sequence[Person]) -> Directory:
        """The same directory and accounts for these people, where their address is new."""
        known = {account.email for account in self.accounts}
        new = [_account(seed, each.name, each.email, each.zone) for each in people if each.email not in known]
        accounts = (*self.accounts, *new)
        return replace(self, accounts=accounts, by_id={account.id: account for account in accounts})

    def without(self, leaver: Account) -> Directory:
        """The same directory, with one account closed."""
        closed = replace(leaver, active=False)
        accounts = tuple(closed if account.id == leaver.id else account for account in self.accounts)
        return replace(self, accounts=accounts, by_id={account.id: account for account in accounts})


def build_directory(seed: int, company: Company) -> Directory:
    """Most of PagerDuty's people, and strangers whose addresses or names begin like theirs, listed first."""
    strangers = (
        ("Ana Ferreira (contractor)", f"ana.ferreira@{DOMAIN}.contractors.example"),
        ("Jonas Weberknecht", f"jonas.weberknecht@{DOMAIN}"),
        ("Lena Webern", f"lena.weber@{DOMAIN}.partners.example"),
    )
    accounts = [_account(seed, display, email, "Europe/Berlin") for display, email in strangers]
    accounts += [
        _account(
            seed,
            person.name,
            person.email,
            person.zone,
            hidden=person.jira == "hidden",
            active=person.jira != "inactive",
            assignable=person.jira != "unassignable",
        )
        for person in (*company.people, company.bot)
        if person.jira != "missing"
    ]
    by_id = {account.id: account for account in accounts}
    robot = next(account for account in accounts if account.email == company.bot.email)
    human = next(account for account in accounts if account.display == "Grace Okafor")
    return Directory(accounts=tuple(accounts), robot=robot, human=human, by_id=by_id)


def _account(
    seed: int,
    display: str,
    email: str,
    zone: str,
    *,
    hidden: bool = False,
    active: bool = True,
    assignable: bool = True,
) -> Account:
    stranger = f"@{DOMAIN}." in email
    return Account(
        id=f"712020:{make_hex(24, seed, 'account', email)}",
        name=f"ext.{email.partition('@')[0]}" if stranger else email.partition("@")[0],
        display=display,
        email=email,
        zone=zone,
        hidden=hidden,
        active=active,
        assignable=assignable,
    )
