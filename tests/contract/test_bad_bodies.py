"""A deliberately bad body is refused, on every endpoint that the product uses and whose body is described.

A rig that accepts everything would look the same as one that works, so every good body has a bad twin.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest

from tests.contract.official import Official
from tests.contract.recorded import call, page
from tests.lent import REPOSITORY

pytestmark = pytest.mark.contracts

Body = Any


def ref(kind: str, ident: str = "P1") -> dict[str, Any]:
    """A PagerDuty reference."""
    return {"id": ident, "type": f"{kind}_reference", "summary": "x", "self": None, "html_url": None}


AT = "2026-11-02T09:00:00Z"
INCIDENT = {"id": "Q1", "type": "incident", "status": "resolved", "created_at": AT, "service": ref("service")}
ENTRY = {"id": "R1", "type": "trigger_log_entry", "created_at": AT, "channel": {"type": "auto"}}
ALERT = {"id": "A1", "type": "alert", "status": "resolved", "severity": "critical", "service": ref("service")}
NOTE = {"id": "N1", "content": "x", "user": ref("user"), "channel": {"summary": "web"}, "created_at": AT}
CHANGE = {"id": "C1", "type": "change_event", "timestamp": AT, "correlation_reason": {"reason": "most_recent"}}
USER = {"id": "U1", "type": "user", "name": "Ada", "email": "ada@example.com", "role": "user"}
SERVICE = {"id": "S1", "type": "service", "name": "api", "escalation_policy": ref("escalation_policy")}
TEAM = {"id": "T1", "type": "team", "name": "Payments"}
POLICY = {"id": "E1", "type": "escalation_policy", "name": "Payments", "escalation_rules": []}
DUTY = {
    "user": ref("user"),
    "schedule": ref("schedule"),
    "escalation_policy": ref("escalation_policy"),
    "escalation_level": 1,
    "start": AT,
    "end": AT,
}
ACCOUNT = {"accountId": "5b10", "accountType": "atlassian", "displayName": "Ada", "active": True}
ISSUE = {"id": "10001", "key": "A-1", "self": "https://jira.invalid/rest/api/3/issue/10001", "fields": {}}
STATUS = {"id": "3", "name": "Done", "statusCategory": {"id": 3, "key": "done", "name": "Done"}}
COMMENT = {
    "id": "7",
    "author": {"accountId": "5b10"},
    "body": {"type": "doc"},
    "created": "2026-11-02T09:00:00.000+0000",
}
FIELD = {
    "fieldId": "duedate",
    "key": "duedate",
    "name": "Due date",
    "operations": ["set"],
    "required": False,
    "schema": {"type": "date", "system": "duedate"},
}
PERMISSION = {"id": "10", "key": "BROWSE_PROJECTS", "name": "Browse", "type": "PROJECT", "havePermission": True}
KIND = {
    "id": "1",
    "name": "Task",
    "self": "https://jira.invalid/rest/api/3/issuetype/1",
    "subtask": False,
    "statuses": [],
}
LINK = {"type": {"name": "Duplicate"}, "inwardIssue": {"key": "A-1"}, "outwardIssue": {"key": "A-2"}}
SAY = {"note": {"content": "x"}}
V3 = "/rest/api/3"


class Twin(NamedTuple):
    """A good body, and a bad one whose fault must be found at `where`."""

    operation: str
    good: Body
    bad: Body
    where: str
    sent: Body = None
    status: int = 200


ANSWERS = [
    Twin(
        "GET /incidents", page("incidents", [INCIDENT]), page("incidents", [INCIDENT | {"status": "closed"}]), "status"
    ),
    Twin("GET /incidents", page("incidents", []), page("incident", []), "'incidents' is a required"),
    Twin("GET /incidents/Q1", {"incident": INCIDENT}, {"incident": INCIDENT | {"service": {"id": "P1"}}}, "service"),
    Twin("GET /log_entries", page("log_entries", [ENTRY]), page("log_entries", [ENTRY | {"channel": {}}]), "channel"),
    Twin("GET /log_entries", page("log_entries", [ENTRY]), page("log_entries", [ENTRY | {"type": "x"}]), "[0]"),
    Twin(
        "GET /incidents/Q1/log_entries",
        page("log_entries", [ENTRY]),
        page("log_entries", [ENTRY | {"agent": ref("team")}]),
        "agent",
    ),
    Twin(
        "GET /incidents/Q1/alerts", page("alerts", [ALERT]), page("alerts", [ALERT | {"severity": "sev1"}]), "severity"
    ),
    Twin("GET /incidents/Q1/notes", {"notes": [NOTE]}, {"notes": [NOTE | {"user": ref("team")}]}, "user"),
    Twin("POST /incidents/Q1/notes", {"note": NOTE}, {"note": NOTE | {"content": None}}, "content", SAY),
    Twin("PUT /incidents/Q1/notes/N1", {"note": NOTE}, {"note": NOTE | {"channel": {}}}, "channel", SAY),
    Twin(
        "GET /incidents/Q1/related_change_events",
        {"change_events": [CHANGE]},
        {"change_events": [CHANGE | {"correlation_reason": {"reason": "hunch"}}]},
        "reason",
    ),
    Twin(
        "GET /priorities", page("priorities", [{"id": "P1", "name": "P1"}]), page("priorities", [{"name": 1}]), "name"
    ),
    Twin("GET /users", page("users", [USER]), page("users", [USER | {"email": None}]), "email"),
    Twin("GET /users/U1", {"user": USER}, {"user": USER | {"role": "boss"}}, "role"),
    Twin("GET /services", page("services", [SERVICE]), page("services", [SERVICE | {"type": "team"}]), "type"),
    Twin("GET /teams", page("teams", [TEAM]), page("teams", [{"id": "T1", "type": "team"}]), "name"),
    Twin("GET /teams", page("teams", [TEAM]), {"teams": [TEAM], "more": "no"}, "more"),
    Twin("GET /teams/T1", {"team": TEAM}, {"team": TEAM | {"type": "user"}}, "type"),
    Twin("GET /users/me", {"user": USER}, {"user": USER | {"name": None}}, "name"),
    Twin("GET /services/S1", {"service": SERVICE}, {"service": SERVICE | {"status": "asleep"}}, "status"),
    Twin(
        "GET /escalation_policies", page("escalation_policies", [POLICY]), page("policies", [POLICY]), "is a required"
    ),
    Twin("GET /oncalls", page("oncalls", [DUTY]), page("oncalls", [DUTY | {"escalation_level": "1"}]), "level"),
    Twin(
        "GET /change_events",
        page("change_events", [CHANGE]),
        page("change_events", [CHANGE | {"timestamp": "now"}]),
        "timestamp",
    ),
    Twin(f"POST {V3}/issue", {"id": "10001", "key": "A-1"}, {"id": 10001, "key": "A-1"}, "id", {"fields": {}}, 201),
    Twin(f"POST {V3}/issue", {"id": "10001"}, {"id": "10001", "fields": {}}, "'fields' was unexp", {"fields": {}}, 201),
    Twin(f"POST {V3}/issue", {"errors": {"a": "b"}}, {"errors": ["b"]}, "errors", {"fields": {}}, 400),
    Twin(f"GET {V3}/issue/A-1", ISSUE, ISSUE | {"fields": []}, "fields"),
    Twin(f"POST {V3}/search/jql", {"issues": [ISSUE]}, {"issues": [], "nextPageToken": None}, "Token", {"jql": "a"}),
    Twin(f"POST {V3}/search/jql", {"issues": []}, {"issues": [], "total": 0}, "'total' was unexpected", {"jql": "a"}),
    Twin(
        f"POST {V3}/issue/bulkfetch",
        {"issues": [ISSUE], "issueErrors": [{"id": "9", "errorMessage": "x"}]},
        {"issues": [ISSUE], "issueErrors": [{"id": 9}]},
        "issueErrors[0].id",
        {"issueIdsOrKeys": ["1"]},
    ),
    Twin(
        f"GET {V3}/issue/A-1/transitions",
        {"transitions": [{"id": "31", "name": "Done", "to": STATUS}]},
        {"transitions": [{"id": 31, "name": "Done", "to": STATUS}]},
        "transitions[0].id",
    ),
    Twin(
        f"GET {V3}/issue/A-1/comment", {"comments": [COMMENT]}, {"comments": [COMMENT | {"created": "now"}]}, "created"
    ),
    Twin(f"POST {V3}/issue/A-1/comment", COMMENT, COMMENT | {"id": 7}, "id", {"body": {}}, 201),
    Twin(f"GET {V3}/user/search?query=ada", [ACCOUNT], [ACCOUNT | {"emailAddress": None}], "emailAddress"),
    Twin(f"GET {V3}/user/assignable/search?project=A", [ACCOUNT], [ACCOUNT | {"active": "yes"}], "active"),
    Twin(f"GET {V3}/serverInfo", {"deploymentType": "Cloud"}, {"deploymentType": 1}, "deploymentType"),
    Twin(f"GET {V3}/project/A/statuses", [KIND], [KIND | {"statuses": [STATUS | {"id": 3}]}], "id"),
    Twin(f"GET {V3}/myself", ACCOUNT, ACCOUNT | {"email": "ada@example.com"}, "'email' was unexpected"),
    Twin(
        f"GET {V3}/issue/createmeta/A/issuetypes",
        {"issueTypes": [{"id": "1", "name": "Task", "subtask": False}]},
        {"issueTypes": [{"id": "1", "name": "Task", "subtask": "no"}]},
        "subtask",
    ),
    Twin(
        f"GET {V3}/issue/createmeta/A/issuetypes/1",
        {"fields": [FIELD]},
        {"fields": [{name: value for name, value in FIELD.items() if name != "schema"}]},
        "'schema' is a required",
    ),
    Twin(
        f"GET {V3}/mypermissions?projectKey=A&permissions=BROWSE_PROJECTS",
        {"permissions": {"BROWSE_PROJECTS": PERMISSION}},
        {"permissions": {"BROWSE_PROJECTS": PERMISSION | {"havePermission": "yes"}}},
        "havePermission",
    ),
]

REQUESTS = [
    Twin("POST /incidents/Q1/notes", SAY, {"note": {"text": "x"}}, "content", status=200),
    Twin("PUT /incidents/Q1/notes/N1", SAY, {"content": "x"}, "note"),
    Twin(f"POST {V3}/issue", {"fields": {}}, {"fields": []}, "fields", status=201),
    Twin(f"POST {V3}/issue", {"properties": [{"key": "a"}]}, {"properties": {"a": 1}}, "properties", status=201),
    Twin(f"POST {V3}/issue", {"fields": {}}, None, "Missing required request body", status=201),
    Twin(
        f"PUT {V3}/issue/A-1",
        {"update": {"labels": [{"add": "a"}]}},
        {"update": {"labels": ["a"]}},
        "labels",
        status=204,
    ),
    Twin(f"POST {V3}/search/jql", {"jql": "a"}, {"jql": "a", "startAt": 50}, "'startAt' was unexpected"),
    Twin(f"POST {V3}/search/jql", {"jql": "a", "expand": "names"}, {"jql": "a", "expand": ["names"]}, "expand"),
    Twin(f"POST {V3}/issue/bulkfetch", {"issueIdsOrKeys": ["1"]}, {"issueIdsOrKeys": [1]}, "issueIdsOrKeys[0]"),
    Twin(f"POST {V3}/issue/bulkfetch", {"issueIdsOrKeys": []}, {"fields": []}, "'issueIdsOrKeys' is a required"),
    Twin(f"POST {V3}/issue/A-1/transitions", {"transition": {"id": "5"}}, {"transition": {"id": 5}}, "id", status=204),
    Twin(
        f"POST {V3}/issue/A-1/comment",
        {"body": {}, "visibility": {"type": "role"}},
        {"body": {}, "visibility": {"type": "friends"}},
        "visibility",
        status=201,
    ),
    Twin(
        f"POST {V3}/issueLink",
        LINK,
        {"type": {"name": "Duplicate"}, "inwardIssue": {"key": "A-1"}},
        "outward",
        status=201,
    ),
    Twin(
        f"PUT {V3}/issue/A-1/assignee", {"accountId": "5b10"}, {"assignee": "5b10"}, "'assignee' was unexp", status=204
    ),
]

# What no description can catch -> who does. Each is shown to pass, so that a stricter description is noticed.
BLIND: dict[str, tuple[str, Body, Body, int, str]] = {
    "an issue without summary": (
        f"POST {V3}/issue",
        {},
        {"id": "1"},
        201,
        "`fields` is an open object: createmeta and the wire tests judge it",
    ),
    "a description that is no ADF": (
        f"POST {V3}/issue",
        {"fields": {"description": "x"}},
        {"id": "1"},
        201,
        "same; the sandbox answers 400 itself",
    ),
    "an issue edit of unknown fields": (f"PUT {V3}/issue/A-1", {"fields": {"dueDate": 5}}, None, 204, "same"),
    "a comment that is no ADF": (
        f"POST {V3}/issue/A-1/comment",
        {"body": "x"},
        COMMENT,
        201,
        "`body` is open: the ADF tests judge it",
    ),
    "an issue whose fields are nonsense": (
        f"GET {V3}/issue/A-1",
        None,
        ISSUE | {"fields": {"duedate": 5}},
        200,
        "`fields` is open: recordings judge it",
    ),
    "change events under no key": (
        "GET /incidents/Q1/related_change_events",
        None,
        {"events": []},
        200,
        "the envelope's key is not required",
    ),
    "a note request without a body": (
        "POST /incidents/Q1/notes",
        None,
        {"note": NOTE},
        200,
        "the body is described, but not as required",
    ),
    "a priority without a name": (
        "GET /priorities",
        None,
        page("priorities", [{"id": "P1"}]),
        200,
        "only the type of `name` is described",
    ),
    "an error that is none": (
        f"GET {V3}/issue/A-1",
        None,
        {"oops": 1},
        404,
        "errors have no schema here: our own error shape judges them",
    ),
}


def ids(twins: list[Twin]) -> list[str]:
    return [f"{twin.operation.replace(V3, '')}, {twin.where}" for twin in twins]


def split(operation: str) -> tuple[str, str]:
    path, _, query = operation.partition("?")
    return path, query


def test_every_path_that_a_connector_names_has_its_twins() -> None:
    sources = [file.read_text(encoding="utf-8") for file in (REPOSITORY / "connectors").glob("callsheet_[jp]*/*.py")]
    named = {path for source in sources for path in re.findall(r'"(/[a-zA-Z]\w*(?:/\w+)*)"', source)}
    judged = {split(twin.operation)[0].split(" ")[1].removeprefix(V3) for twin in (*ANSWERS, *REQUESTS)}

    # Roots, and what Data Center alone has: no description tells of it.
    assert named - judged == {"/rest/api/2", "/rest/api/3", "/rest/pat/latest/tokens", "/search"}
    assert len(named) > 15


@pytest.mark.parametrize("twin", ANSWERS, ids=ids(ANSWERS))
def test_a_bad_answer_is_refused_and_its_good_twin_is_not(official: Official, twin: Twin) -> None:
    path, query = split(twin.operation)

    assert official.check(call(path, twin.good, sent=twin.sent, status=twin.status, query=query)) == []
    (problem,) = official.check(call(path, twin.bad, sent=twin.sent, status=twin.status, query=query))
    assert f"the {twin.status} answer" in problem
    assert twin.where in problem


@pytest.mark.parametrize("twin", REQUESTS, ids=ids(REQUESTS))
def test_a_bad_request_is_refused_and_its_good_twin_is_not(official: Official, twin: Twin) -> None:
    answer = next((t.good for t in ANSWERS if (t.operation, t.status) == (twin.operation, twin.status)), None)

    assert official.check(call(twin.operation, answer, sent=twin.good, status=twin.status)) == []
    (problem,) = official.check(call(twin.operation, answer, sent=twin.bad, status=twin.status))
    assert "the request" in problem
    assert twin.where in problem


@pytest.mark.parametrize("name", BLIND)
def test_what_the_description_cannot_catch_is_known_by_name(official: Official, name: str) -> None:
    operation, sent, answer, status, reason = BLIND[name]
    print(f"blind: {name}: {reason}")

    assert official.check(call(operation, answer, sent=sent, status=status)) == []
