"""The port: Callsheet's tracker, spoken as Jira. Says what is asked in which order; how is in the other modules."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from requests.adapters import BaseAdapter

from callsheet.connect.context import Context
from callsheet.connect.errors import Malformed, NotFound, Rejected
from callsheet.connect.http import Reply
from callsheet.connect.ports import Examination, TicketsRead
from callsheet.model.check import Check
from callsheet.model.person import Account
from callsheet.model.text import Body
from callsheet.model.ticket import (
    AccountMatch,
    Category,
    MatchKind,
    ProjectRules,
    Ticket,
    TicketChange,
    TicketComment,
    TicketDraft,
    TicketRef,
)
from callsheet_jira import jql, people, screens, wire, workflow
from callsheet_jira.client import Client
from callsheet_jira.examining import examined
from callsheet_jira.flavour import Cloud, DataCenter, Flavour
from callsheet_jira.options import JiraOptions
from callsheet_jira.transport import Transport
from callsheet_jira.wire import Raw, record, records

_MOST_PAGES = 100
# A query goes into the address, which some proxies cut at 4,000 characters.
_LABELS_A_SEARCH = 50
_DUPLICATE = "Duplicate"


class Jira:
    """A tracker (`callsheet.connect.ports.Tracker`) over Jira's REST API."""

    def __init__(self, options: JiraOptions, context: Context, *, adapter: BaseAdapter | None = None) -> None:
        self.default_project = options.project
        self.default_issue_type = options.issue_type
        self.works_as = options.email or ""
        self._options = options
        self._browse = options.browse_base
        self._flavour: Flavour = Cloud() if options.on_cloud else DataCenter()
        self.settles_within = self._flavour.settles_within
        transport = Transport(options, context, api=self._flavour.api, adapter=adapter)
        self._clock = context.clock
        self._client = Client(transport, context.clock, api=self._flavour.api, proof=self._flavour.proof)

    def examine(self, wanted: Examination) -> Iterator[Check]:
        """Permissions one by one, the product, whether a ticket can be closed, and when our token ends."""
        return examined(self._client, self._options, wanted, self._clock)

    # Reading.

    def changes(self, label: str, since: datetime | None) -> Iterator[Ticket]:
        """Tickets with the label that changed since then, oldest change first; one request when nothing did."""
        yield from self._search(jql.labelled(label, since))

    def read(self, ids: Sequence[str]) -> TicketsRead:
        """These tickets now; one that is not among the answer is asked for by itself before it counts as missing."""
        wanted = tuple(dict.fromkeys(ids))
        fetched = ((issue, reply) for reply, issues in self._flavour.fetch(self._client, wanted) for issue in issues)
        found = {ticket.id: ticket for ticket in (self._ticket(issue, reply) for issue, reply in fetched)}
        missing = []
        for ticket_id in wanted:
            if ticket_id in found:
                continue
            reply = self._client.seek(_issue(ticket_id), fields=",".join(wire.TICKET_FIELDS))
            if reply is None:
                missing.append(ticket_id)
            else:
                found[ticket_id] = self._ticket(reply.json(), reply)
        return TicketsRead(found=tuple(found.values()), missing=tuple(missing))

    def find(self, labels: Sequence[str]) -> tuple[Ticket, ...]:
        """Tickets that carry one of the labels, as far as the search index knows."""
        starts = range(0, len(labels), _LABELS_A_SEARCH)
        queries = [jql.labelled_any(labels[start : start + _LABELS_A_SEARCH]) for start in starts]
        return tuple({ticket.id: ticket for query in queries for ticket in self._search(query)}.values())

    def comments(self, ticket_id: str) -> tuple[TicketComment, ...]:
        """The comments, oldest first, each with its marker in its text."""
        path = f"{_issue(ticket_id)}/comment"
        pages = self._paged(path, "comments", expand="properties", orderBy="created")
        return tuple(wire.comment(raw, text=self._flavour.words, account=self._flavour.account) for raw in pages)

    # Writing.

    def create(self, draft: TicketDraft) -> TicketRef:
        """One POST with everything; sent once. Malformed when it was accepted and the answer names no issue."""
        description = self._flavour.text(draft.body) if draft.body else None
        fields = wire.new_issue(draft, description=description, person=self._flavour.person)
        return wire.created(self._client.post("/issue", {"fields": fields}).json(), browse=self._browse)

    def update(self, ticket_id: str, change: TicketChange) -> None:
        """One PUT, or nothing when nothing changes."""
        body = wire.edited(change, person=self._flavour.person)
        if body:
            self._client.put(_issue(ticket_id), body)

    def transition(self, ticket_id: str, category: Category, resolutions: Sequence[str]) -> Ticket:
        """Look, choose, step, and look again: Jira is known to answer 204 without moving a ticket."""
        before = self._now(ticket_id)
        if before.category is category:
            return before
        path = f"{_issue(ticket_id)}/transitions"
        reply = self._client.get(path, expand="transitions.fields")
        offered = records(record(reply.json(), "transitions").get("transitions") or [], "transitions")
        if not offered:
            self._client.prove(reply)
        step = workflow.choose(offered, category, resolutions, before.status)
        self._client.post(path, step.body())
        after = self._now(ticket_id)
        if after.category is not category:
            raise Rejected(f"Jira accepted the step, but the ticket is in {after.status!r}; move it by hand")
        return after

    def comment(self, ticket_id: str, body: Body, marker: str) -> str:
        """One POST; sent once."""
        reply = self._client.post(f"{_issue(ticket_id)}/comment", self._flavour.comment(body, marker))
        return wire.required(record(reply.json(), "comment"), "id", "comment")

    def link_duplicate(self, duplicate_id: str, kept_id: str) -> None:
        """The first duplicates the second. Nothing is sent when they are linked so already."""
        issue = record(self._client.get(_issue(duplicate_id), fields="issuelinks").json(), "issue")
        links = record(issue.get("fields") or {}, "issue.fields").get("issuelinks") or []
        if any(_links_to(link, kept_id) for link in records(links, "issuelinks")):
            return
        # Jira reads a link from its inward issue, which "duplicates", to its outward one, which "is duplicated by".
        ends = {"inwardIssue": {"id": duplicate_id}, "outwardIssue": {"id": kept_id}}
        self._client.post("/issueLink", {"type": {"name": _DUPLICATE}, **ends})

    # Looking up.

    def rules(self, project: str, issue_type: str) -> ProjectRules:
        """What the project's creation screen takes. Rejected, with what there is, for an unknown project or type."""
        path = f"/issue/createmeta/{quote(project, safe='')}/issuetypes"
        try:
            kinds = list(self._paged(path, "issueTypes", "values", size=200))
        except NotFound as error:
            self.who_am_i()  # A project is hidden from nobody's account as well.
            raise Rejected(
                f"Jira has no project {project!r} for our account; check JIRA_PROJECT or the policy, and grant the "
                "account Browse Projects and Create Issues",
                fields={"project": "unknown or hidden"},
                request_id=error.request_id,
            ) from None
        kind = screens.issue_type(kinds, issue_type, project)
        fields = self._paged(f"{path}/{quote(str(kind.get('id')), safe='')}", "fields", "values", "results", size=200)
        return screens.rules(fields, project=project, kind=kind)

    def account(self, email: str, name: str) -> AccountMatch:
        """The account of exactly this address."""
        if not email.strip():
            return AccountMatch(kind=MatchKind.NOBODY)
        hits = self._users("/user/search", self._flavour.user_query(email.strip()))
        return people.match(hits, email, name, self._flavour.account)

    def assignable(self, project: str, account_id: str) -> bool:
        """Whether this very account is among the project's assignable ones."""
        query = {"project": project, **self._flavour.assignable_query(account_id)}
        accounts = map(self._flavour.account, self._users("/user/assignable/search", query))
        return any(account and account.id == account_id and account.active for account in accounts)

    def who_am_i(self) -> Account:
        """Our own account; AuthRefused when Jira knows us not."""
        account = self._flavour.account(self._client.get("/myself").json())
        if account is None:
            raise Malformed("Jira's answer names no account; check JIRA_FLAVOUR", where="myself")
        return account

    # Steps of the above.

    def _ticket(self, issue: object, reply: Reply) -> Ticket:
        us, words, account = self._us(reply), self._flavour.words, self._flavour.account
        return wire.ticket(issue, browse=self._browse, text=words, account=account, us=us)

    def _us(self, reply: Reply) -> str:
        """Whom this answer was given to: our own account, as Jira says in every answer."""
        return reply.headers.get(self._flavour.proof, "")

    def _search(self, query: str) -> Iterator[Ticket]:
        seen: set[str] = set()
        for reply, issues in self._flavour.pages(self._client, query):
            if not issues:
                self._client.prove(reply)
            for ticket in (self._ticket(issue, reply) for issue in issues):
                if ticket.id not in seen:
                    seen.add(ticket.id)
                    yield ticket

    def _now(self, ticket_id: str) -> Ticket:
        reply = self._client.get(_issue(ticket_id), fields=",".join(wire.TICKET_FIELDS))
        return self._ticket(reply.json(), reply)

    def _users(self, path: str, query: dict[str, str]) -> list[Raw]:
        reply = self._client.get(path, **query)
        users = records(reply.json(), "users")
        if not users:
            self._client.prove(reply)
        return users

    def _paged(self, path: str, *names: str, size: int = 100, **params: str) -> Iterator[Raw]:
        """A list by `startAt`, under the first of these names that the answer has."""
        start = 0
        for _ in range(_MOST_PAGES):
            reply = self._client.get(path, startAt=str(start), maxResults=str(size), **params)
            raw = record(reply.json(), path)
            entries = records(_first(raw, names), path)
            yield from entries
            start += len(entries)
            if self._ended(reply, raw, start, bool(entries)):
                return
        raise Malformed("Jira's list does not end", where=path)

    def _ended(self, reply: Reply, raw: Raw, read: int, some: bool) -> bool:
        if not some:
            self._client.prove(reply)
        total = raw.get("total")
        return not some or raw.get("isLast") is True or (isinstance(total, int) and read >= total)


def build(options: JiraOptions, context: Context, *, adapter: BaseAdapter | None = None) -> Jira:
    """The tracker; makes no request. Tests may bring their own adapter, which carries requests instead of a socket."""
    return Jira(options, context, adapter=adapter)


def _issue(ticket_id: str) -> str:
    return f"/issue/{quote(ticket_id, safe='')}"


def _first(raw: Raw, names: Sequence[str]) -> object:
    return next((raw[name] for name in names if name in raw), [])


def _links_to(link: Raw, kept_id: str) -> bool:
    if (link.get("type") or {}).get("name") != _DUPLICATE:
        return False
    ends = (link.get("outwardIssue") or {}, link.get("inwardIssue") or {})
    return any(str(end.get("id")) == kept_id for end in ends)
