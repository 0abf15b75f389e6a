"""The rig accepts what the vendors really answered, and what it cannot judge it counts by reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.contract.official import FILES, Official
from tests.contract.recorded import NOT_REST, RECORDED, call, payload
from tests.lent import payloads

pytestmark = [pytest.mark.contracts, pytest.mark.payloads]

# Our own: the descriptions say nothing of most Jira errors, and nothing at all of Data Center's.
ERROR_SHAPE = Draft202012Validator(
    {
        "type": "object",
        "required": ["errorMessages", "errors"],
        "properties": {
            "errorMessages": {"type": "array", "items": {"type": "string", "minLength": 1}},
            "errors": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
        },
        "anyOf": [
            {"properties": {"errorMessages": {"minItems": 1}}},
            {"properties": {"errors": {"minProperties": 1}}},
        ],
    }
)


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_answer_passes_the_patched_description(official: Official, name: str) -> None:
    problems = [problem for one in RECORDED[name]() for problem in official.check(one)]

    assert problems == []


def test_every_recording_is_held_against_a_description_or_exempt_by_name() -> None:
    root = payloads()
    there = {path.relative_to(root).as_posix() for path in root.glob("*/*.json")}

    for name, reason in NOT_REST.items():
        print(f"exempt: {name}: {reason}")
    assert there == set(RECORDED) | set(NOT_REST)


def quoted_errors() -> dict[str, Any]:
    quoted = payload("jira/error_bodies_quoted.json")
    return {name: one["body"] for name, one in quoted.items() if one["status"] >= 400}


def test_quoted_and_recorded_jira_errors_have_the_error_shape() -> None:
    bodies = quoted_errors()
    bodies["create_issue_400"] = payload("jira/create_issue_400_bad_issuetype.json")["response"]["body"]

    problems = {name: [error.message for error in ERROR_SHAPE.iter_errors(body)] for name, body in bodies.items()}

    assert len(bodies) > 10
    assert {name: found for name, found in problems.items() if found} == {}


@pytest.mark.parametrize(
    "body",
    [
        {"errorMessages": [], "errors": {}},
        {"errorMessages": "no", "errors": {"summary": "no"}},
        {"errorMessages": [], "errors": {"summary": ["no"]}},
        {"errors": {"summary": "no"}},
        {"message": "no"},
    ],
)
def test_a_body_that_says_no_error_in_jiras_way_is_not_the_error_shape(body: object) -> None:
    assert not ERROR_SHAPE.is_valid(body)


def test_a_quoted_error_passes_where_the_description_has_a_schema_for_errors(official: Official) -> None:
    sent = {"fields": {"summary": "x"}}
    calls = [call("POST /rest/api/3/issue", body, sent=sent, status=400) for body in quoted_errors().values()]

    assert [problem for one in calls for problem in official.check(one)] == []


def test_an_unknown_operation_is_a_problem_that_names_it(official: Official) -> None:
    assert official.check(call("GET /rest/api/2/issue/A-1", {})) == [
        "jira GET /rest/api/2/issue/A-1: the official description has no such operation"
    ]
    assert official.check(call("PATCH /incidents/Q1/notes", {})) == [
        "pagerduty PATCH /incidents/Q1/notes: the official description has no such operation"
    ]


def test_a_status_that_the_operation_does_not_answer_is_a_problem(official: Official) -> None:
    note = {"note": {"content": "x"}}

    assert official.check(call("POST /incidents/Q1/notes", note, sent=note, status=201)) == [
        "pagerduty POST /incidents/Q1/notes: the 201 answer is refused: Unknown response http status: 201"
    ]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("statuses[]=resolved&statuses[]=closed", "'closed' is not one of"),
        ("include[]=log_entries", "'log_entries' is not one of"),
        ("limit=many", "limit"),
        ("updated_since=2026-01-01T00:00:00Z", "unknown query parameter 'updated_since'"),
    ],
)
def test_a_bad_query_is_a_problem(official: Official, query: str, problem: str) -> None:
    (found,) = official.check(call("GET /incidents", {"incidents": []}, query=query))

    assert problem in found


def test_a_time_without_an_offset_is_a_problem(official: Official) -> None:
    """PagerDuty would read it in the account's own zone."""
    (found,) = official.check(call("GET /log_entries", {"log_entries": []}, query="since=2026-01-01T00:00:00"))

    assert "since" in found
    assert "date-time" in found


@pytest.mark.parametrize(
    "operation", ["GET /users", "POST /incidents/Q1/notes", "GET /rest/api/3/myself", "POST /rest/api/3/issue"]
)
def test_a_request_without_authorization_is_a_problem(official: Official, operation: str) -> None:
    sent = {"note": {"content": "x"}} if "notes" in operation else {"fields": {}} if "issue" in operation else None
    whole = call(operation, sent=sent)
    bare = {name: value for name, value in whole.request_headers.items() if name != "Authorization"}

    assert any("request" in problem for problem in official.check(replace(whole, request_headers=bare)))


@pytest.mark.parametrize("sender", [None, "callsheet"])
def test_a_note_without_a_senders_address_is_a_problem(official: Official, sender: str | None) -> None:
    note = {"note": {"content": "x"}}
    whole = call("POST /incidents/Q1/notes", note, sent=note)
    headers = {name: value for name, value in whole.request_headers.items() if name != "From"}
    headers |= {"From": sender} if sender else {}

    (found,) = official.check(replace(whole, request_headers=headers))

    assert "From" in found


def test_what_cannot_be_judged_is_counted_by_its_reason(contracts: None) -> None:
    rig = Official()
    good = call("GET /teams", {"teams": []})
    bad = call("GET /teams", {})

    assert rig.check(good) == []
    assert rig.check(replace(bad, exempt="fault: torn body")) == []
    assert rig.check(replace(bad, side="jira-dc")) == []
    assert rig.check(replace(bad, side="webhook")) == []
    assert rig.check(replace(bad, side="pagerdutty")) == ["pagerdutty GET /teams: no side is called 'pagerdutty'"]

    assert rig.checked == {"pagerduty": 1}
    assert rig.exempt["fault: torn body"] == 1
    assert sum(rig.exempt.values()) == 3
    assert "1 fault: torn body" in rig.summary()


def test_equal_exchanges_are_judged_alike_the_second_time(official: Official) -> None:
    bad = call("GET /incidents/Q1", {"incident": {"status": "closed"}})

    first, again = official.check(bad), official.check(bad)

    assert first == again
    assert len(first) == 1


def test_both_sides_have_a_description(contracts: None) -> None:
    assert set(FILES) == {"pagerduty", "jira"}
