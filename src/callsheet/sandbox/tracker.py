"""Jira's side of the world: issues, their history, and a search index that lags behind them.

Reads by id see the issue itself; search sees the newest snapshot that is older than the lag, stale fields and all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from callsheet.sandbox.adf import plain
from callsheet.sandbox.clock import Clock
from callsheet.sandbox.company import Company, Person
from callsheet.sandbox.ids import dice
from callsheet.sandbox.jira_setup import (
    PRIORITIES,
    PROJECTS,
    RISK_OPTIONS,
    Account,
    Directory,
    Project,
    Transition,
    build_directory,
)

Fields = dict[str, Any]
SEARCH_LAG = timedelta(seconds=2)
_KEEP = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class Comment:
    id: str
    author: str
    body: Any
    created: datetime
    updated: datetime
    properties: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    id: str
    author: str
    created: datetime
    items: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What the index knows after one write; `fields` is None once the issue is deleted."""

    at: datetime
    key: str
    project: str
    fields: Fields | None


@dataclass(slots=True, kw_only=True)
class Issue:
    """An issue. `fields` holds ids (priority, status, assignee), ISO dates and bodies as they were sent."""

    id: str
    key: str
    project: str
    fields: Fields
    created: datetime
    updated: datetime
    properties: dict[str, Any] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    remote: list[dict[str, Any]] = field(default_factory=list)
    history: list[Change] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)


class Tracker:
    """One flavour's issues. Callers hold the world's lock."""

    def __init__(self, seed: int, clock: Clock, company: Company, *, cloud: bool) -> None:
        self.clock, self.cloud = clock, cloud
        self.directory: Directory = build_directory(seed, company)
        self.projects: dict[str, Project] = {project.key: project for project in PROJECTS}
        self.lag = SEARCH_LAG
        # Projects in which our account has lost Browse Projects.
        self.hidden: frozenset[str] = frozenset()
        self.issues: dict[str, Issue] = {}
        self.deleted: dict[str, Issue] = {}
        self._keys: dict[str, str] = {}
        self._counts = dict.fromkeys(self.projects, 0)
        self._next = 10_200 if cloud else 54_300
        self._seed_issues(seed)

    def admit(self, seed: int, people: Sequence[Person]) -> None:
        """Give accounts to people who came with a recording."""
        self.directory = self.directory.with_people(seed, people)

    # Administrators

    def deactivate(self, account: Account) -> Account:
        """Close somebody's account; what is assigned to it stays so."""
        self.directory = self.directory.without(account)
        return account

    def require(self, project: Project, name: str) -> Project:
        """A field that each new issue must have from now on."""
        screen = project.screen if name in project.screen else (*project.screen, name)
        stricter = replace(project, screen=screen, required=(*project.required, name))
        self.projects[project.key] = stricter
        return stricter

    # Reading

    def find(self, id_or_key: str) -> Issue | None:
        """By id, key, or the key it had before it moved."""
        return self.issues.get(self._keys.get(id_or_key.upper(), id_or_key))

    def seen(self, id_or_key: str) -> Issue | None:
        """As `find`, as far as our account may look."""
        issue = self.find(id_or_key)
        return None if issue is None or issue.project in self.hidden else issue

    def project(self, id_or_key: Any) -> Project | None:
        """As paths and bodies name it: never by its title, which JQL takes."""
        return next((each for each in self.projects.values() if str(id_or_key) in (each.id, each.key)), None)

    def account(self, key: str | None) -> Account | None:
        """By accountId on Cloud, by user name on Data Center."""
        accounts = self.directory.accounts
        return next((each for each in accounts if key == (each.id if self.cloud else each.name)), None)

    def may_be_assigned(self, account: Account, project: Project) -> bool:
        return account.active and (account.assignable or project.everyone_assignable)

    def transitions(self, issue: Issue) -> list[Transition]:
        """Those that start at the current status and lead elsewhere."""
        status = issue.fields["status"]
        project = self.projects[issue.project]
        return [each for each in project.transitions if status in each.sources and each.to != status]

    def indexed(self) -> list[tuple[Issue, Snapshot]]:
        """What search can see at this moment."""
        horizon = self.clock.now() - self.lag
        found = []
        for issue in (*self.issues.values(), *self.deleted.values()):
            place = bisect_right(issue.snapshots, horizon, key=lambda snapshot: snapshot.at)
            there = place and issue.snapshots[place - 1].fields is not None
            if there and issue.project not in self.hidden:
                found.append((issue, issue.snapshots[place - 1]))
        return found

    # Writing

    def create(self, project: Project, fields: Fields, author: Account) -> Issue:
        now = self._now()
        self._counts[project.key] += 1
        self._next += 3
        key = f"{project.key}-{self._counts[project.key]}"
        issue = Issue(
            id=str(self._next),
            key=key,
            project=project.key,
            created=now,
            updated=now,
            fields={
                "labels": [],
                "priority": "3",
                "assignee": None,
                "description": None,
                "duedate": None,
                **fields,
                "status": project.statuses[0].id,
                "resolution": None,
                "resolutiondate": None,
                "reporter": author.id,
                "creator": author.id,
            },
        )
        self.issues[issue.id] = issue
        self._keys[key] = issue.id
        self._index(issue)
        return issue

    def edit(self, issue: Issue, changes: Fields, author: Account) -> None:
        """Set fields; a value that does not differ leaves no trace."""
        items = []
        for name, value in changes.items():
            before = issue.fields.get(name)
            if before != value:
                items.append(self._item(issue, name, before, value))
                issue.fields[name] = deepcopy(value)
        if items:
            self._log(issue, author, items)

    def transition(self, issue: Issue, transition: Transition, author: Account, resolution: str = "") -> None:
        now = self._now()
        resolved = resolution or transition.resolution or None
        self.edit(
            issue,
            {
                "status": transition.to,
                "resolution": resolved,
                "resolutiondate": now if resolved else None,
                "statuscategorychangedate": now,
            },
            author,
        )

    def comment(self, issue: Issue, body: Any, author: Account, properties: list[dict[str, Any]]) -> Comment:
        now = self._now()
        self._next += 1
        comment = Comment(
            id=str(self._next), author=author.id, body=body, created=now, updated=now, properties=properties
        )
        issue.comments.append(comment)
        self.touch(issue)
        return comment

    def edit_comment(self, issue: Issue, comment: Comment, body: Any, properties: list[dict[str, Any]]) -> None:
        comment.body, comment.updated = body, self._now()
        comment.properties = properties or comment.properties
        self.touch(issue)

    def move(self, issue: Issue, project: Project, author: Account) -> None:
        """Into another project: a new key, the old one keeps leading here."""
        before = issue.key
        self._counts[project.key] += 1
        issue.key, issue.project = f"{project.key}-{self._counts[project.key]}", project.key
        self._keys[issue.key] = issue.id
        if issue.fields["status"] not in {status.id for status in project.statuses}:
            issue.fields["status"] = project.statuses[0].id
        if issue.fields["issuetype"] not in {kind.id for kind in project.types}:
            issue.fields["issuetype"] = project.types[0].id
        item = {"field": "Key", "fieldtype": "jira", "from": None, "fromString": before, "to": None}
        self._log(issue, author, [{**item, "toString": issue.key}])

    def delete(self, issue: Issue) -> None:
        del self.issues[issue.id]
        self.deleted[issue.id] = issue
        issue.snapshots.append(Snapshot(at=self._now(), key=issue.key, project=issue.project, fields=None))

    def link(self, kind: str, inward: Issue, outward: Issue) -> None:
        self._next += 1
        for issue, side, other in ((inward, "outwardIssue", outward), (outward, "inwardIssue", inward)):
            issue.links.append({"id": str(self._next), "type": kind, "side": side, "other": other.id})
            self.touch(issue)

    def link_remote(self, issue: Issue, link: dict[str, Any]) -> tuple[int, bool]:
        """Upsert by globalId: the number, and whether it is new."""
        wanted = link.get("globalId")
        for known in issue.remote:
            if wanted and known.get("globalId") == wanted:
                number = known["id"]
                known.clear()
                known.update(link, id=number)
                return number, False
        self._next += 1
        issue.remote.append({**link, "id": self._next})
        self.touch(issue)
        return self._next, True

    def touch(self, issue: Issue) -> None:
        issue.updated = self._now()
        self._index(issue)

    def _log(self, issue: Issue, author: Account, items: list[dict[str, Any]]) -> None:
        self._next += 1
        shown = [item for item in items if item]
        issue.history.append(Change(id=str(self._next), author=author.id, created=self._now(), items=shown))
        self.touch(issue)

    def _item(self, issue: Issue, name: str, before: Any, after: Any) -> dict[str, Any]:
        """One changelog line; the bookkeeping fields have none."""
        if name in ("resolutiondate", "statuscategorychangedate"):
            return {}
        old, new = self._told(issue, name, before), self._told(issue, name, after)
        return {
            "field": name,
            "fieldtype": "custom" if name.startswith("customfield") else "jira",
            "fieldId": name,
            "from": old[0],
            "fromString": old[1],
            "to": new[0],
            "toString": new[1],
        }

    def _told(self, issue: Issue, name: str, value: Any) -> tuple[str | None, str | None]:
        if value in (None, [], ""):
            return None, None if name != "labels" else ""
        match name:
            case "status":
                told = value, self.projects[issue.project].status(value).name
            case "priority":
                told = value, PRIORITIES[value]
            case "assignee":
                account = self.directory.by_id[value]
                told = (account.id if self.cloud else account.name), account.display
            case "duedate":
                told = value, f"{value} 00:00:00.0"
            case "labels":
                told = None, " ".join(value)
            case _:
                told = None, RISK_OPTIONS.get(str(value)) or plain(value) or str(value)
        return told

    def _index(self, issue: Issue) -> None:
        stale = issue.updated - _KEEP
        recent = [snapshot for snapshot in issue.snapshots[:-1] if snapshot.at > stale]
        issue.snapshots = [*recent, *issue.snapshots[-1:]]
        fields = {**deepcopy(issue.fields), "updated": issue.updated, "created": issue.created}
        snapshot = Snapshot(at=issue.updated, key=issue.key, project=issue.project, fields=fields)
        issue.snapshots.append(snapshot)

    def _now(self) -> datetime:
        """Jira keeps milliseconds."""
        now = self.clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def _seed_issues(self, seed: int) -> None:
        """Tickets that people made before anybody installed anything."""
        start = self.clock.now()
        roll = dice(seed, "tickets", self.cloud)
        people = [each for each in self.directory.accounts if each.active and each.assignable]
        for place, (key, summary) in enumerate(_EXISTING):
            with self.clock.pinned((start - timedelta(days=28 - 3 * place)).replace(microsecond=0)):
                assignee = roll.choice(people).id if place % 3 else None
                fields: Fields = {"summary": summary, "issuetype": self.projects[key].types[0].id}
                issue = self.create(self.projects[key], {**fields, "assignee": assignee}, self.directory.human)
                if place % 2:
                    self.transition(issue, self.transitions(issue)[0], self.directory.human)


_EXISTING = (
    ("OPS", "Renew the office printer contract"),
    ("OPS", "Move the status page to the new provider"),
    ("OPS", "Order spare disks"),
    ("WEB", "Footer overlaps on small screens"),
    ("OPS", "Tidy the on-call calendar"),
    ("SEC", "Yearly access review"),
    ("LAB", "Try columnar storage for clickstreams"),
)
