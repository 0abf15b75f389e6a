"""A tracker in memory: the `Tracker` port with a search that lags, and the hands of people who work there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from callsheet.connect.errors import NotFound, Rejected
from callsheet.connect.ports import Clock, TicketsRead
from callsheet.model.person import Account
from callsheet.model.text import Body, plain
from callsheet.model.ticket import (
    AccountMatch,
    Category,
    Field,
    MatchKind,
    ProjectRules,
    Ticket,
    TicketChange,
    TicketComment,
    TicketDraft,
    TicketRef,
)
from callsheet.testing.builders import make_account, make_rules
from callsheet.testing.faults import Faults

STATUSES = {Category.NEW: "To Do", Category.STARTED: "In Progress", Category.DONE: "Done"}
ROBOT = make_account("Callsheet")


def _faults() -> Faults:
    return Faults(writes=("create", "update", "transition", "comment", "link_duplicate"))


def _accounts() -> dict[str, Account]:
    some = [make_account(name) for name in ("Ana Ferreira", "Marcus Hill", "Grace Okafor")]
    return {account.id: account for account in (*some, ROBOT)}


@dataclass(slots=True)
class MemoryTracker:
    """Tickets that live as long as the process.

    `lag` is how long the search shows an older state; reading by id never lags. `rejected` are fields, by name, that
    the create screen refuses with a sentence. `projects` are what each project takes. `hidden` are projects that we
    lost the permission for: their tickets look deleted. `resolutions` are those that the workflow offers.
    `not_assignable` are account ids. `most_comments` is how many a ticket shows by itself. `links` are (duplicate,
    kept) pairs.
    """

    clock: Clock
    lag: timedelta = timedelta(0)
    projects: dict[str, ProjectRules] = field(default_factory=lambda: {"OPS": make_rules()})
    accounts: dict[str, Account] = field(default_factory=_accounts)
    rejected: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    not_assignable: set[str] = field(default_factory=set)
    resolutions: tuple[str, ...] = ("Done", "Won't Do", "Duplicate")
    most_comments: int = 20
    links: set[tuple[str, str]] = field(default_factory=set)
    faults: Faults = field(default_factory=_faults)
    default_project: str = "OPS"
    default_issue_type: str = "Task"
    settles_within: timedelta = timedelta(minutes=5)
    _tickets: dict[str, Ticket] = field(default_factory=dict)
    _versions: dict[str, list[tuple[datetime, Ticket | None]]] = field(default_factory=dict)
    _comments: dict[str, list[TicketComment]] = field(default_factory=dict)
    _made: int = 0

    # Reading.

    def changes(self, label: str, since: datetime | None) -> Iterator[Ticket]:
        """Tickets with the label, as the search knows them, oldest change first."""
        with self.faults.around("changes"):
            found = [ticket for ticket in self._indexed(label) if since is None or ticket.updated_at >= since]
        yield from map(self._cut, sorted(found, key=lambda ticket: (ticket.updated_at, len(ticket.id), ticket.id)))

    def read(self, ids: Sequence[str]) -> TicketsRead:
        """These tickets now, by id or key."""
        with self.faults.around("read"):
            seen = {id_: self._seen(id_) for id_ in dict.fromkeys(ids)}
        return TicketsRead(
            found=tuple(self._cut(ticket) for ticket in seen.values() if ticket),
            missing=tuple(id_ for id_, ticket in seen.items() if ticket is None),
        )

    def find(self, labels: Sequence[str]) -> tuple[Ticket, ...]:
        """Tickets with one of the labels, as the search knows them."""
        with self.faults.around("find"):
            return tuple({ticket.id: ticket for label in labels for ticket in self._indexed(label)}.values())

    def comments(self, ticket_id: str) -> tuple[TicketComment, ...]:
        """A ticket's comments, oldest first."""
        with self.faults.around("comments"):
            return tuple(self._comments.get(self._ticket(ticket_id).id, ()))

    # Writing.

    def create(self, draft: TicketDraft) -> TicketRef:
        """Create one ticket."""
        with self.faults.around("create"):
            project = self._project(draft.project)
            self._check(draft, project)
            ticket = self._new(draft, project)
        return TicketRef(id=ticket.id, key=ticket.key, url=ticket.url)

    def update(self, ticket_id: str, change: TicketChange) -> None:
        """Set fields to values."""
        with self.faults.around("update"):
            ticket = self._ticket(ticket_id)
            refused = {name.value: self.rejected[name] for name in change.fields if name in self.rejected}
            if change.fields.get(Field.OWNER) not in {None, *self.accounts}:
                refused[Field.OWNER.value] = "there is no such account"
            if refused:
                raise Rejected("the ticket's screen refuses it", fields=refused)
            self._keep(self._changed(ticket, change))

    def transition(self, ticket_id: str, category: Category, resolutions: Sequence[str]) -> Ticket:
        """Bring the ticket to the category."""
        with self.faults.around("transition"):
            ticket = self._ticket(ticket_id)
            if ticket.category is not category:
                resolution = next((name for name in resolutions if name in self.resolutions), None)
                self.move_to(ticket.id, category, resolution)
            return self._ticket(ticket_id)

    def comment(self, ticket_id: str, body: Body, marker: str) -> str:
        """Write one comment in our own name."""
        with self.faults.around("comment"):
            return self.remark(ticket_id, f"{plain(body)}\n[{marker}]", by=ROBOT)

    def link_duplicate(self, duplicate_id: str, kept_id: str) -> None:
        """Link two tickets."""
        with self.faults.around("link_duplicate"):
            self.links.add((self._ticket(duplicate_id).id, self._ticket(kept_id).id))

    # Looking up.

    def rules(self, project: str, issue_type: str) -> ProjectRules:
        """What the project takes."""
        with self.faults.around("rules"):
            found = self._project(project)
            if found.issue_type.casefold() != issue_type.casefold():
                raise Rejected(f"{project} has no {issue_type}; it has {found.issue_type}")
            return found

    def account(self, email: str, name: str) -> AccountMatch:
        """The account of exactly this address; with hidden addresses, one of exactly this name counts, labelled so."""
        del name
        with self.faults.around("account"):
            wanted = email.strip().casefold()
            found = [a for a in self.accounts.values() if a.active and wanted and (a.email or "").casefold() == wanted]
        if len(found) == 1:
            return AccountMatch(kind=MatchKind.EMAIL, account=found[0])
        return AccountMatch(kind=MatchKind.SEVERAL if found else MatchKind.NOBODY)

    def assignable(self, project: str, account_id: str) -> bool:
        """Whether the account exists, is active, and was not taken out."""
        with self.faults.around("assignable"):
            self._project(project)
            account = self.accounts.get(account_id)
            return account is not None and account.active and account_id not in self.not_assignable

    def who_am_i(self) -> Account:
        """Our own account."""
        with self.faults.around("who_am_i"):
            return ROBOT

    # What people do.

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """The truth, without any index or permission."""
        return tuple(self._tickets.values())

    def make(self, **given: Any) -> Ticket:
        """Somebody makes a ticket by hand."""
        draft = {"title": "Made by hand", "labels": (), "body": (), **given}
        text = str(draft.pop("text", ""))
        project = self._project(str(draft.pop("project", self.default_project)))
        made = TicketDraft(project=project.project, issue_type_id=project.issue_type_id, **draft)
        return self._keep(replace(self._new(made, project), text=text))

    def edit(self, ticket_id: str, **changes: Any) -> Ticket:
        """Somebody changes fields: `title`, `owner` (an account or None), `due_on`, `priority`, `labels`, …"""
        return self._keep(replace(self._ticket(ticket_id), **changes))

    def move_to(self, ticket_id: str, category: Category, resolution: str | None = None) -> Ticket:
        """Somebody moves it on. Done without a word is resolved as Done."""
        done = category is Category.DONE
        return self.edit(
            ticket_id,
            category=category,
            status=STATUSES[category],
            resolution=(resolution or self.resolutions[0]) if done else None,
        )

    def remark(self, ticket_id: str, text: str, *, by: Account | None = None) -> str:
        """Somebody comments."""
        ticket = self._ticket(ticket_id)
        self._made += 1
        author = by or next(iter(self.accounts.values()))
        comment = TicketComment(
            id=f"C{self._made}", text=text, author=author, created_at=self.clock.now(), ours=author == ROBOT
        )
        self._comments.setdefault(ticket.id, []).append(comment)
        self._keep(replace(ticket, comments=(*ticket.comments, comment.kept())))
        return comment.id

    def delete(self, ticket_id: str) -> None:
        """Somebody deletes it; the search forgets it with its lag."""
        ticket = self._ticket(ticket_id)
        del self._tickets[ticket.id]
        self._versions[ticket.id].append((self.clock.now(), None))

    # Steps of the above.

    def _cut(self, ticket: Ticket) -> Ticket:
        shown = ticket.comments[: self.most_comments]
        return ticket if shown == ticket.comments else replace(ticket, comments=shown, comments_cut=True)

    def _seen(self, word: str) -> Ticket | None:
        found = self._tickets.get(word) or next((t for t in self._tickets.values() if t.key == word), None)
        return None if found is None or found.project in self.hidden else found

    def _ticket(self, word: str) -> Ticket:
        found = self._seen(word)
        if found is None:
            raise NotFound(f"there is no ticket {word}, or no right to see it")
        return found

    def _project(self, name: str) -> ProjectRules:
        if name not in self.projects or name in self.hidden:
            raise Rejected(f"there is no project {name}", fields={"project": "unknown or hidden"})
        return self.projects[name]

    def _check(self, draft: TicketDraft, project: ProjectRules) -> None:
        given: Mapping[str, object] = {"title": draft.title, "owner": draft.owner, "due_on": draft.due_on}
        refused = {name: why for name, why in self.rejected.items() if given.get(name) is not None}
        refused |= {field.id: f"{field.name} is required" for field in project.required if field.id not in draft.extra}
        if draft.due_on and not project.has_due_on:
            refused["due_on"] = "it is not on the screen"
        if refused:
            raise Rejected("the create screen refuses it", fields=refused)

    def _new(self, draft: TicketDraft, project: ProjectRules) -> Ticket:
        self._made += 1
        number = len(self._versions) + 1
        now = self.clock.now()
        key = f"{draft.project}-{number}"
        return self._keep(
            Ticket(
                id=str(10_000 + number),
                key=key,
                url=f"https://acme.tracker.example/browse/{key}",
                project=draft.project,
                title=draft.title,
                status=STATUSES[Category.NEW],
                category=Category.NEW,
                created_at=now,
                updated_at=now,
                owner=self.accounts[draft.owner] if draft.owner else None,
                due_on=draft.due_on,
                priority=_priority(draft.priority_id, project) or _middle(project),
                labels=frozenset(draft.labels),
                text=plain(draft.body),
            )
        )

    def _changed(self, ticket: Ticket, change: TicketChange) -> Ticket:
        changes: dict[str, Any] = {name.value: value for name, value in change.fields.items()}
        if Field.OWNER in change.fields:
            owner = change.fields[Field.OWNER]
            changes["owner"] = self.accounts[str(owner)] if owner else None
        if Field.PRIORITY in change.fields:
            changes["priority"] = _priority(str(change.fields[Field.PRIORITY]), self.projects[ticket.project])
        labels = (ticket.labels | set(change.add_labels)) - set(change.remove_labels)
        return replace(ticket, labels=labels, **changes)

    def _keep(self, ticket: Ticket) -> Ticket:
        now = self.clock.now()
        kept = replace(ticket, updated_at=now)
        self._tickets[ticket.id] = kept
        self._versions.setdefault(ticket.id, []).append((now, kept))
        return kept

    def _indexed(self, label: str) -> list[Ticket]:
        """What the search shows: each ticket as it was a lag ago."""
        until = self.clock.now() - self.lag
        shown: list[Ticket] = []
        for versions in self._versions.values():
            past = [ticket for at, ticket in versions if at <= until]
            ticket = past[-1] if past else None
            if ticket and label in ticket.labels and ticket.project not in self.hidden:
                shown.append(ticket)
        return shown


def _priority(option_id: str | None, project: ProjectRules) -> str | None:
    return next((choice.name for choice in project.priorities if choice.id == option_id), None)


def _middle(project: ProjectRules) -> str | None:
    """What a tracker takes when nobody says anything."""
    return project.priorities[len(project.priorities) // 2].name if project.priorities else None
