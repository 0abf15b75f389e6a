"""Exchanges to hold against the descriptions: recorded bodies in the envelopes that their endpoints use.

Where the recordings are: `tests/lent.py`; no copy of them is kept here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.lent import payloads

SENT_HEADERS = {
    "pagerduty": {
        "Accept": "application/vnd.pagerduty+json;version=2",
        "Authorization": "Token token=not-a-token",
        "Content-Type": "application/json",
        "From": "callsheet@example.com",
    },
    "jira": {
        "Accept": "application/json",
        "Authorization": "Basic bm90OmEtdG9rZW4=",
        "Content-Type": "application/json",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One exchange, the twin of the sandbox's own record of what was sent and answered."""

    side: str
    method: str
    path: str
    query: str = ""
    request_headers: Mapping[str, str]
    request_body: bytes = b""
    status: int = 200
    response_headers: Mapping[str, str] = field(default_factory=dict)
    response_body: bytes = b""
    exempt: str | None = None


def call(operation: str, answer: object = None, *, sent: object = None, status: int = 200, query: str = "") -> Call:
    """A call from `"GET /incidents"` (PagerDuty) or `"GET /rest/api/3/…"` (Jira); None is an empty body."""
    method, path = operation.split(" ")
    side = "jira" if path.startswith("/rest/") else "pagerduty"
    return Call(
        side=side,
        method=method,
        path=path,
        query=query,
        request_headers=SENT_HEADERS[side],
        request_body=b"" if sent is None else json.dumps(sent).encode(),
        status=status,
        response_headers={} if answer is None else {"content-type": "application/json;charset=UTF-8"},
        response_body=b"" if answer is None else json.dumps(answer).encode(),
    )


@cache
def payload(name: str) -> Any:
    """A recording by its name in the folder; shared, so not to be changed."""
    return json.loads((payloads() / name).read_bytes())


def page(key: str, items: list[Any]) -> dict[str, Any]:
    """PagerDuty's offset page."""
    return {key: items, "limit": 100, "offset": 0, "more": False, "total": None}


def incidents() -> list[dict[str, Any]]:
    """Recorded incidents, as `GET /incidents` answers them."""
    devlake = payload("pagerduty/devlake_incidents_with_log_entries.json")["incidents"]
    bare = [{name: value for name, value in one.items() if name != "log_entries"} for one in devlake]
    return bare + _airbyte("incidents")


def log_entries() -> list[dict[str, Any]]:
    """Recorded log entries of nine types."""
    devlake = payload("pagerduty/devlake_incidents_with_log_entries.json")["incidents"]
    return [entry for one in devlake for entry in one["log_entries"]] + _airbyte("incident_logs")


def _airbyte(stream: str) -> list[dict[str, Any]]:
    records = payload("pagerduty/airbyte_expected_records.json")
    return [record["data"] for record in records if record["stream"] == stream]


def webhook_incidents() -> Iterator[dict[str, Any]]:
    """Incidents out of recorded webhooks: their shape is not REST's, but their nulls are."""
    for delivery in payload("pagerduty/aldaviva_webhooks_v3_signed.json")["deliveries"]:
        data = json.loads(delivery["raw_body"])["event"]["data"]
        if data["type"] == "incident":
            yield data


def recorded_v2(name: str, operation: str) -> Call:
    """A call recorded on Jira's v2 path, moved to the v3 operation that kept its shape."""
    recording = payload(name)
    response = recording["response"]
    return call(operation, response["body"], sent=recording["request"]["body"], status=response["status"])


# File -> the calls made of it; the keys are all recordings of REST answers.
RECORDED = {
    "pagerduty/devlake_incidents_with_log_entries.json": lambda: [
        call(
            "GET /incidents", page("incidents", incidents()), query="statuses[]=resolved&statuses[]=triggered&limit=100"
        ),
        call(
            "GET /log_entries", page("log_entries", log_entries()), query="since=2022-11-01T00:00:00Z&is_overview=false"
        ),
        call("GET /incidents/Q3YON8WNWTZMRQ/log_entries", page("log_entries", log_entries())),
    ],
    "pagerduty/airbyte_expected_records.json": lambda: [
        call("GET /incidents/Q2U8NVNBMCM7JW", {"incident": _airbyte("incidents")[0]}),
        call("GET /incidents/Q2U8NVNBMCM7JW/log_entries", page("log_entries", _airbyte("incident_logs"))),
    ],
    "pagerduty/alerts_real_shape_sanitised.json": lambda: [
        call("GET /incidents/Q0XXXXXXXXXX01/alerts", payload("pagerduty/alerts_real_shape_sanitised.json"))
    ],
    "jira/issue_cloud_v3_adf.json": lambda: [
        call("GET /rest/api/3/issue/TESTKEY13-1", payload("jira/issue_cloud_v3_adf.json")),
        call(
            "POST /rest/api/3/issue/bulkfetch",
            {"issues": [payload("jira/issue_cloud_v3_adf.json")], "issueErrors": []},
            sent={"issueIdsOrKeys": ["10627"], "fields": ["*all"]},
        ),
    ],
    "jira/user_search_cloud_v3.json": lambda: [
        call("GET /rest/api/3/user/search", payload("jira/user_search_cloud_v3.json"), query="query=test"),
        call("GET /rest/api/3/myself", payload("jira/user_search_cloud_v3.json")[0]),
    ],
    "jira/search_jql_200_page_token.json": lambda: [
        call(
            "POST /rest/api/3/search/jql",
            payload("jira/search_jql_200_page_token.json"),
            sent={"jql": "project = XIVY", "maxResults": 100, "fields": ["summary"]},
        )
    ],
    "jira/create_issue_201_cloud_v2.json": lambda: [
        recorded_v2("jira/create_issue_201_cloud_v2.json", "POST /rest/api/3/issue")
    ],
    "jira/create_issue_400_bad_issuetype.json": lambda: [
        recorded_v2("jira/create_issue_400_bad_issuetype.json", "POST /rest/api/3/issue")
    ],
    "jira/transition_204.json": lambda: [
        recorded_v2("jira/transition_204.json", "POST /rest/api/3/issue/20076/transitions")
    ],
    "jira/createmeta_issuetype_fields_new_shape_DERIVED.json": lambda: [
        call(
            "GET /rest/api/3/issue/createmeta/REQ/issuetypes/6",
            payload("jira/createmeta_issuetype_fields_new_shape_DERIVED.json"),
        )
    ],
}

# File -> why no description says what it must look like.
NOT_REST = {
    "pagerduty/aldaviva_webhooks_v3_signed.json": "webhooks, described in no OpenAPI document",
    "jira/webhook_cloud_comment_created.json": "a webhook, described in no OpenAPI document",
    "jira/webhook_cloud_issue_updated_assigned.json": "a webhook, described in no OpenAPI document",
    "jira/webhook_cloud_issue_updated_labels.json": "a webhook, described in no OpenAPI document",
    "jira/webhook_cloud_issue_updated_resolved.json": "a webhook, described in no OpenAPI document",
    "jira/error_bodies_quoted.json": "errors of statuses without a schema: held against our own error shape",
}
