"""What differs between Jira Cloud (API v3) and Jira Data Center (API v2), behind one interface."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from callsheet.connect.errors import Malformed, Rejected
from callsheet.connect.http import Reply
from callsheet.model.person import Account
from callsheet.model.text import Body, paragraph
from callsheet_jira import adf, jql, wiki
from callsheet_jira.client import Client
from callsheet_jira.wire import TICKET_FIELDS, Raw, record, records, required

PAGE = 100
_MOST_PAGES = 2_000
# Pages of a Data Center search overlap by so many issues: one that changes while we read moves to the end of the
# order, and everything behind its old place moves up by one.
_OVERLAP = 5
# Up to so many ids are read one by one: Data Center can only read several at once through its search index.
_FEW = 5

Page = tuple[Reply, list[Raw]]


class Flavour(Protocol):
    """One kind of Jira."""

    api: str
    proof: str
    settles_within: timedelta

    def text(self, body: Body) -> object:
        """Rich text as this API takes it."""
        ...

    def words(self, value: object) -> str:
        """Rich text of this API as plain words."""
        ...

    def person(self, account_id: str | None) -> object:
        """A user as a field's value; None clears the field."""
        ...

    def account(self, user: object) -> Account | None:
        """A user of this API; None when there is none."""
        ...

    def comment(self, body: Body, marker: str) -> dict[str, Any]:
        """A comment in which the marker can be found again."""
        ...

    def pages(self, client: Client, query: str) -> Iterator[Page]:
        """A search, page by page, each with the reply it came in."""
        ...

    def fetch(self, client: Client, ids: Sequence[str]) -> Iterator[Page]:
        """Issues by id, in as few requests as possible; those that are not found are simply left out."""
        ...

    def user_query(self, words: str) -> dict[str, str]:
        """Parameters of a user search."""
        ...

    def assignable_query(self, account_id: str) -> dict[str, str]:
        """Parameters that narrow a search for assignable users to one account."""
        ...


class Cloud:
    """Jira Cloud: ADF, accountIds, cursors, and a read of many issues that does not go through the index."""

    api = "/rest/api/3"
    proof = "x-aaccountid"
    # Its index is said to lag by "a few seconds to minutes".
    settles_within = timedelta(minutes=5)

    def text(self, body: Body) -> object:
        """An ADF document."""
        return adf.render(body)

    def words(self, value: object) -> str:
        """ADF as words."""
        return adf.plain(value)

    def person(self, account_id: str | None) -> object:
        """By accountId."""
        return {"accountId": account_id} if account_id else None

    def account(self, user: object) -> Account | None:
        """By accountId."""
        return _account(user, "accountId")

    def comment(self, body: Body, marker: str) -> dict[str, Any]:
        """The marker sits in a property, where people don't see it."""
        return {"body": self.text(body), "properties": [{"key": "callsheet", "value": {"marker": marker}}]}

    def pages(self, client: Client, query: str) -> Iterator[Page]:
        """By `nextPageToken`. A missing token is the end; one that comes again would never end."""
        body: dict[str, Any] = {"jql": query, "fields": list(TICKET_FIELDS), "maxResults": PAGE}
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            reply = client.query("/search/jql", body)
            raw = record(reply.json(), "search")
            yield reply, records(raw.get("issues") or [], "search.issues")
            token = raw.get("nextPageToken")
            if raw.get("isLast") is True or not token:
                return
            if token in seen:
                raise Malformed("Jira's search hands out the same page token again", where="search.nextPageToken")
            seen.add(token)
            body = {**body, "nextPageToken": token}
        raise Malformed("Jira's search does not end", where="search.nextPageToken")

    def fetch(self, client: Client, ids: Sequence[str]) -> Iterator[Page]:
        """By bulkfetch, a hundred at once."""
        for start in range(0, len(ids), PAGE):
            body = {"issueIdsOrKeys": list(ids[start : start + PAGE]), "fields": list(TICKET_FIELDS)}
            reply = client.query("/issue/bulkfetch", body)
            yield reply, records(record(reply.json(), "bulkfetch").get("issues") or [], "bulkfetch.issues")

    def user_query(self, words: str) -> dict[str, str]:
        """Matches names and addresses by prefix."""
        return {"query": words, "maxResults": "50"}

    def assignable_query(self, account_id: str) -> dict[str, str]:
        """Matches the id exactly."""
        return {"accountId": account_id}


class DataCenter:
    """Jira Data Center: wiki markup, user names, offsets."""

    api = "/rest/api/2"
    proof = "x-ausername"
    # Its index lags by what nodes need to tell each other.
    settles_within = timedelta(minutes=1)

    def text(self, body: Body) -> object:
        """Wiki markup."""
        return wiki.render(body)

    def words(self, value: object) -> str:
        """Wiki markup as words."""
        return wiki.plain(value) if isinstance(value, str) else ""

    def person(self, account_id: str | None) -> object:
        """By user name; a null name clears the field, as the documentation of the assignee resource has it."""
        return {"name": account_id}

    def account(self, user: object) -> Account | None:
        """By user name."""
        return _account(user, "name")

    def comment(self, body: Body, marker: str) -> dict[str, Any]:
        """Comments have no properties here, so the marker is the last line."""
        return {"body": wiki.render((*body, paragraph(marker)))}

    def pages(self, client: Client, query: str) -> Iterator[Page]:
        """By `startAt`, overlapping."""
        start = 0
        for _ in range(_MOST_PAGES):
            reply, issues, total = self._page(client, query, start)
            yield reply, issues
            if not issues or start + len(issues) >= total:
                return
            start += max(1, len(issues) - _OVERLAP)
        raise Malformed("Jira's search does not end", where="search.startAt")

    def fetch(self, client: Client, ids: Sequence[str]) -> Iterator[Page]:
        """Many by search; a few are left to be read one by one, which is stronger than the index."""
        known = [one for one in ids if jql.is_id(one)]
        for start in range(0, len(known) if len(known) > _FEW else 0, PAGE):
            try:
                reply, issues, _ = self._page(client, jql.by_ids(known[start : start + PAGE]), 0)
            except Rejected:
                # An id that is gone can make the whole query invalid: then each is read by itself.
                continue
            yield reply, issues

    def user_query(self, words: str) -> dict[str, str]:
        """`username` matches user names, names and addresses."""
        return {"username": words, "maxResults": "50"}

    def assignable_query(self, account_id: str) -> dict[str, str]:
        """Matches by prefix, so the hits must be compared."""
        return {"username": account_id, "maxResults": "50"}

    def _page(self, client: Client, query: str, start: int) -> tuple[Reply, list[Raw], int]:
        body = {
            "jql": query,
            "fields": list(TICKET_FIELDS),
            "startAt": start,
            "maxResults": PAGE,
            # Ids that are gone are then left out instead of failing the query.
            "validateQuery": False,
        }
        reply = client.query("/search", body)
        raw = record(reply.json(), "search")
        total = int(required(raw, "total", "search"))
        return reply, records(raw.get("issues") or [], "search.issues"), total


def _account(user: object, identity: str) -> Account | None:
    if not isinstance(user, Mapping) or not user.get(identity):
        return None
    return Account(
        id=str(user[identity]),
        name=str(user.get("displayName") or user[identity]),
        email=str(user["emailAddress"]) if user.get("emailAddress") else None,
        active=user.get("active") is not False,
    )
