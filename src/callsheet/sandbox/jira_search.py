"""Finding issues: `search/jql` and `bulkfetch` on Cloud, `search` on Data Center."""

from __future__ import annotations

import base64
import json
from typing import Any

from callsheet.sandbox.exchange import Answer, Call, Handler
from callsheet.sandbox.ids import make_hex
from callsheet.sandbox.jira_fields import Invalid
from callsheet.sandbox.jira_views import Json, Views
from callsheet.sandbox.jql import BadQuery, parse
from callsheet.sandbox.jql_match import Row, Search
from callsheet.sandbox.tracker import Tracker

REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration "
    "guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
_MOST_IDS, _MOST_WITH_FIELDS, _MOST_FETCHED = 5_000, 100, 100


class SearchPages:
    """Search sees the lagging index; bulkfetch reads the issues."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker

    def table(self, prefix: str) -> tuple[tuple[str, str, Handler], ...]:
        if not self.tracker.cloud:
            return (("GET", f"{prefix}/search", self.classic), ("POST", f"{prefix}/search", self.classic))
        return (
            ("POST", f"{prefix}/search/jql", self.search),
            ("GET", f"{prefix}/search/jql", self.search),
            ("POST", f"{prefix}/issue/bulkfetch", self.bulkfetch),
            ("GET", f"{prefix}/search", self.removed),
            ("POST", f"{prefix}/search", self.removed),
        )

    def removed(self, call: Call) -> Answer:
        del call
        document = {"errorMessages": [REMOVED], "errors": {}}
        return Answer(status=410, document=document, exempt="removed endpoint")

    def search(self, call: Call) -> Answer:
        asked = _asked(call)
        fields, jql = asked["fields"], asked["jql"]
        rows = self._rows(jql, bounded=True)
        cap = _MOST_WITH_FIELDS if set(fields) - {"id", "key"} else _MOST_IDS
        size = min(max(_whole(asked.get("maxResults"), 50), 1), cap)
        start = _start(asked.get("nextPageToken"), jql)
        shown = rows[start : start + size]
        views = Views(self.tracker, call.base)
        properties = asked.get("properties") or []
        if len(properties) > 5:
            raise Invalid("A maximum of 5 properties can be requested.")
        document: Json = {
            "issues": [self._found(views, row, fields, properties) for row in shown],
            "isLast": start + len(shown) >= len(rows),
        }
        if not document["isLast"]:
            document["nextPageToken"] = _token(start + len(shown), jql)
        return Answer(document=document)

    def classic(self, call: Call) -> Answer:
        asked = _asked(call)
        rows = self._rows(asked["jql"], bounded=False)
        start = max(_whole(asked.get("startAt"), 0), 0)
        size = min(max(_whole(asked.get("maxResults"), 50), 0), 1000)
        views = Views(self.tracker, call.base)
        fields = asked["fields"] or ["*navigable"]
        return Answer(
            document={
                "expand": "schema,names",
                "startAt": start,
                "maxResults": size,
                "total": len(rows),
                "issues": [self._found(views, row, fields, []) for row in rows[start : start + size]],
            }
        )

    def bulkfetch(self, call: Call) -> Answer:
        sent = call.fields()
        wanted = sent.get("issueIdsOrKeys")
        if not isinstance(wanted, list) or not wanted:
            raise Invalid("Issue IDs or keys must be provided.")
        if len(wanted) > _MOST_FETCHED:
            raise Invalid(f"The number of issues requested exceeds the maximum of {_MOST_FETCHED}.")
        views = Views(self.tracker, call.base)
        found = {issue.id: issue for issue in map(self.tracker.seen, map(str, wanted)) if issue}
        issues = []
        for issue in sorted(found.values(), key=lambda each: int(each.id)):
            document = views.issue(issue, sent.get("fields") or ["*navigable"])
            if sent.get("properties"):
                document["properties"] = _chosen(issue.properties, sent["properties"])
            issues.append(document)
        return Answer(document={"issues": issues, "issueErrors": []})

    def _rows(self, jql: str, *, bounded: bool) -> list[Row]:
        try:
            query = parse(jql)
            if bounded and query.where is None:
                raise BadQuery(
                    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
                )
            return Search(self.tracker, self.tracker.directory.robot.zone).run(query)
        except BadQuery as refusal:
            raise Invalid(str(refusal)) from None

    def _found(self, views: Views, row: Row, fields: list[str], properties: list[str]) -> Json:
        issue, snapshot = row
        if not set(fields) - {"id", "key"}:
            return {"id": issue.id, **({"key": snapshot.key} if "key" in fields else {})}
        document = views.issue(issue, fields, key=snapshot.key, values=snapshot.fields)
        if properties:
            document["properties"] = _chosen(issue.properties, properties)
        return document


def _asked(call: Call) -> Json:
    """The question, from a body or from the query string."""
    if call.method == "POST":
        sent = call.fields()
        return {**sent, "jql": sent.get("jql") or "", "fields": list(sent.get("fields") or [])}
    names = ("maxResults", "startAt", "nextPageToken")
    given = {name: call.one(name) for name in names if call.one(name)}
    return {
        **given,
        "jql": call.one("jql"),
        "fields": call.many("fields"),
        "properties": call.many("properties"),
    }


def _chosen(properties: Json, wanted: list[str]) -> Json:
    return {key: value for key, value in properties.items() if key in wanted}


def _whole(value: Any, default: int) -> int:
    return int(value) if str(value).lstrip("-").isdigit() else default


def _token(start: int, jql: str) -> str:
    """Opaque to clients, and good for its own query only."""
    return base64.urlsafe_b64encode(json.dumps([start, make_hex(12, jql)]).encode()).decode()


def _start(token: Any, jql: str) -> int:
    if not token:
        return 0
    try:
        start, mark = json.loads(base64.urlsafe_b64decode(str(token)))
    except ValueError:
        start, mark = 0, None
    if mark != make_hex(12, jql):
        raise Invalid("The nextPageToken is invalid or has expired.")
    return int(start)
