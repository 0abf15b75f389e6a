"""Each patch is needed, and no patch opens more than its reason says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.official import FILES, Official
from tests.contract.patches import PATCHES, UNDOCUMENTED_LOG_ENTRIES, Patch
from tests.contract.recorded import (
    RECORDED,
    Call,
    call,
    incidents,
    log_entries,
    page,
    payload,
    webhook_incidents,
)
from tests.lent import contracts

pytestmark = [pytest.mark.contracts, pytest.mark.payloads]


def description_text(side: str) -> Any:
    return json.loads((contracts() / FILES[side]).read_bytes())


def entries(kind: str) -> list[dict[str, Any]]:
    return [entry for entry in log_entries() if entry["type"] == kind]


def official_incident() -> dict[str, Any]:
    """The description's own example of an incident: PagerDuty wrote it, the schema refuses it."""
    operation = description_text("pagerduty")["paths"]["/incidents"]["get"]
    example = operation["responses"]["200"]["content"]["application/json"]["examples"]["response"]["value"]
    incident: dict[str, Any] = example["incidents"][0]
    return incident


def incident_with_webhook_nulls() -> dict[str, Any]:
    """A recorded REST incident with the nulls of a recorded webhook, and of one that alerts opened."""
    nulls = {name for one in webhook_incidents() for name, value in one.items() if value is None}
    assert {"priority", "resolve_reason", "conference_bridge"} <= nulls
    return incidents()[-1] | dict.fromkeys(nulls) | {"incident_key": None}


def permanent_duty() -> dict[str, Any]:
    """The description's own example of a duty, with the nulls that its text tells of."""
    example: dict[str, Any] = description_text("pagerduty")["components"]["schemas"]["Oncall"]["example"]
    return example | dict.fromkeys(("schedule", "start", "end"))


# Patch -> an exchange that passes with it and fails without it: recorded, or put together out of recordings.
EVIDENCE = {
    "channel-forms-overlap": lambda: call("GET /log_entries", page("log_entries", entries("notify_log_entry"))),
    "acknowledge-log-entry-type": lambda: call(
        "GET /log_entries", page("log_entries", entries("acknowledge_log_entry"))
    ),
    "undocumented-log-entries": lambda: call(
        "GET /incidents/Q1/log_entries",
        page("log_entries", [entries("trigger_log_entry")[0] | {"type": kind} for kind in UNDOCUMENTED_LOG_ENTRIES]),
    ),
    "permanent-duty": lambda: call("GET /oncalls", page("oncalls", [permanent_duty()])),
    "log-entry-included-incident": lambda: call(
        "GET /log_entries",
        page("log_entries", [entries("trigger_log_entry")[0] | {"incident": incidents()[0]}]),
        query="include[]=incidents",
    ),
    "grouping-not-ended": lambda: call("GET /incidents/PT4KHLK", {"incident": official_incident()}),
    "open-incident-nulls": lambda: RECORDED["pagerduty/airbyte_expected_records.json"]()[0],
    "unset-incident-nulls": lambda: call("GET /incidents/Q1", {"incident": incident_with_webhook_nulls()}),
    "alert-without-integration": lambda: RECORDED["pagerduty/alerts_real_shape_sanitised.json"]()[0],
    "utc-pattern": lambda: call(
        "GET /change_events", page("change_events", []), query="since=2026-11-02T09:00:00Z&until=2026-11-02T10:00:00Z"
    ),
    "bodyless-answers": lambda: RECORDED["jira/transition_204.json"]()[0],
    "expand-beside-issues": lambda: RECORDED["jira/search_jql_200_page_token.json"]()[0],
    "unassign-by-null": lambda: call("PUT /rest/api/3/issue/A-1/assignee", sent={"accountId": None}, status=204),
}

# Patches that make the check stricter -> an exchange that fails with them and passes without.
STRICTER = {
    "repeated-parameters": lambda: call(
        "GET /incidents", page("incidents", []), query="statuses[]=resolved&statuses[]=closed"
    ),
}


def by_name(name: str) -> Patch:
    return next(patch for patch in PATCHES if patch.name == name)


def without(name: str) -> Official:
    return Official(without=frozenset({name}))


def test_every_patch_has_its_proof_and_its_reason() -> None:
    assert {patch.name for patch in PATCHES} == EVIDENCE.keys() | STRICTER.keys()
    assert all(patch.reason.endswith(".") and patch.side in FILES for patch in PATCHES)


@pytest.mark.parametrize("name", EVIDENCE)
def test_an_answer_of_the_vendor_fails_without_the_patch(official: Official, name: str) -> None:
    evidence: Call = EVIDENCE[name]()

    assert official.check(evidence) == []
    assert without(name).check(evidence) != [], f"{name} is needed no more: remove it"


@pytest.mark.parametrize("name", STRICTER)
def test_a_bad_request_passes_without_the_stricter_patch(official: Official, name: str) -> None:
    evidence: Call = STRICTER[name]()

    assert official.check(evidence) != []
    assert without(name).check(evidence) == [], f"{name} is needed no more: remove it"


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.name)
def test_a_patch_refuses_a_description_that_it_has_already_mended(contracts: None, patch: Patch) -> None:
    """So a newer description that mended the fault itself stops the run and names the patch to remove."""
    document = description_text(patch.side)
    patch.apply(document)

    with pytest.raises((KeyError, ValueError, AssertionError)):
        patch.apply(document)


@pytest.mark.parametrize(
    ("incident", "where"),
    [
        ({"resolved_at": 5}, "resolved_at"),
        ({"resolved_at": "yesterday"}, "resolved_at"),
        ({"alert_grouping": "basic"}, "alert_grouping"),
        ({"alert_grouping": {"ended_at": False}}, "ended_at"),
        ({"priority": "P1"}, "priority"),
        ({"resolve_reason": {"type": "solved"}}, "resolve_reason"),
        ({"incident_key": 5}, "incident_key"),
        ({"urgency": None}, "urgency"),
        ({"service": None}, "service"),
    ],
)
def test_nulls_are_let_in_and_nothing_else(official: Official, incident: dict[str, Any], where: str) -> None:
    (problem,) = official.check(call("GET /incidents/Q1", {"incident": incidents()[0] | incident}))

    assert where in problem


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"channel": {}}, "channel"),
        ({"channel": {"type": "auto", "notification": {"type": "pigeon"}}}, "notification"),
        ({"type": "acknowledgement_log_entry"}, "log_entries[0]"),
        ({"type": "coffee_log_entry"}, "log_entries[0]"),
        ({"incident": {"id": "Q1", "type": "service_reference"}}, "incident"),
        ({"incident": {"id": "Q1", "type": "incident", "status": "closed"}}, "incident"),
        ({"type": "status_update_log_entry", "created_at": "yesterday"}, "created_at"),
    ],
)
def test_log_entries_are_still_judged(official: Official, change: dict[str, Any], where: str) -> None:
    entry = entries("acknowledge_log_entry")[0] | change

    (problem,) = official.check(call("GET /log_entries", page("log_entries", [entry])))

    assert where in problem


def test_alerts_searches_times_and_assignees_are_still_judged(official: Official) -> None:
    alert = payload("pagerduty/alerts_real_shape_sanitised.json")["alerts"][0]
    odd = call("GET /incidents/Q1/alerts", {"alerts": [alert | {"integration": {"id": "P1", "type": "mail"}}]})
    search = call("POST /rest/api/3/search/jql", {"issues": [], "total": 3}, sent={"jql": "project = A"})
    local = call("GET /change_events", page("change_events", []), query="since=2026-11-02T09:00:00-06:00")
    nobody = call("PUT /rest/api/3/issue/A-1/assignee", sent={"accountId": 5}, status=204)

    assert all(official.check(one) for one in (odd, search, local, nobody))


def test_the_descriptions_text_unassigns_by_null(contracts: None) -> None:
    """The reason of `unassign-by-null`, in the vendor's words."""
    operation = description_text("jira")["paths"]["/rest/api/3/issue/{issueIdOrKey}/assignee"]["put"]

    assert "`null`, the issue is set to unassigned" in operation["description"]
