"""The control plane: clock, counts, people at work, pages."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from callsheet.sandbox.actions import VERBS
from callsheet.sandbox.control import Control
from callsheet.sandbox.server import Sandbox

from .office import NOW, Office


@pytest.fixture
def control(office: Office) -> Control:
    return Control(office.front, lambda flavour: {"JIRA_FLAVOUR": flavour})


def test_the_clock_is_read_advanced_frozen_and_set(served: Sandbox) -> None:
    url = f"{served.url}/_sandbox/clock"
    assert httpx2.get(url).json() == {"now": "2026-11-02T09:00:00.000Z"}
    assert httpx2.post(url, json={"advance": "3d"}).json() == {"now": "2026-11-05T09:00:00.000Z"}
    assert httpx2.post(url, json={"freeze": False}).status_code == 200
    assert httpx2.post(url, json={"freeze": True, "set": "2026-12-01T00:00:00Z"}).json()["now"][:10] == "2026-12-01"
    assert httpx2.post(url, json={"advance": "soon"}).status_code == 400


def test_requests_are_counted_by_side_method_and_template_until_forgotten(office: Office, control: Control) -> None:
    office.pagerduty.get("/incidents/1005")
    office.pagerduty.get("/incidents/1006")
    office.jira.post("/search/jql", {"jql": "project = OPS"})
    counts = control.handle("GET", "/_sandbox/requests", "", b"").document
    assert counts["pagerduty"] == {"total": 2, "GET /incidents/{id}": 2}
    assert counts["jira"] == {"total": 1, "POST /rest/api/3/search/jql": 1}
    assert control.handle("DELETE", "/_sandbox/requests", "", b"").document["jira"] == {"total": 0}


def test_pages_and_the_control_plane_are_not_counted(served: Sandbox) -> None:
    key = served.world.pagerduty.incidents[0].id
    for path in ("/", f"/pagerduty/ui/incidents/{key}", "/jira/browse/OPS-1", "/_sandbox/state"):
        assert httpx2.get(served.url + path).status_code == 200
    assert {counts["total"] for counts in served.requests().values()} == {0}


def test_links_lead_to_pages_that_escape_what_they_show(served: Sandbox) -> None:
    title = "<script>alert(1)</script>"
    made = served.pagerduty_act("trigger", title=title, notes=[title])
    key = served.jira_act("create", summary=title, description=title)["key"]
    for path in (f"/pagerduty/ui/incidents/{made['incident']}", f"/jira/browse/{key}", "/"):
        assert "<script>" not in httpx2.get(served.url + path).text


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ({"do": "due", "on": "2026-12-24"}, "duedate", "2026-12-24"),
        ({"do": "summary", "text": "Other words"}, "summary", "Other words"),
        ({"do": "label", "add": "callsheet"}, "labels", ["callsheet"]),
    ],
)
def test_people_change_tickets(control: Control, office: Office, action: Any, field: str, value: Any) -> None:
    key = office.file()
    control.act("jira", {"issue": key, **action})
    body = office.jira.get(f"/issue/{key}", expand="changelog")
    assert body["fields"][field] == value
    assert body["changelog"]["histories"][0]["author"]["displayName"] == "Grace Okafor"


def test_people_close_assign_and_comment_on_tickets(control: Control, office: Office) -> None:
    key = office.file()
    control.act("jira", {"do": "assign", "issue": key, "to": "Lena Weber"})
    control.act("jira", {"do": "priority", "issue": key, "to": "Highest"})
    control.act("jira", {"do": "comment", "issue": key, "text": "On it", "user": "lena.weber"})
    control.act("jira", {"do": "transition", "issue": key, "to": "Won't Do"})
    fields = office.jira.get(f"/issue/{key}")["fields"]
    assert fields["assignee"]["displayName"] == "Lena Weber"
    assert fields["priority"]["name"] == "Highest"
    assert fields["comment"]["comments"][0]["author"]["displayName"] == "Lena Weber"
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Won't Do", "Won't Do")


def test_people_find_a_way_through_a_strict_workflow(control: Control, office: Office) -> None:
    control.act("jira", {"do": "transition", "issue": "WEB-1", "to": "Done"})
    assert office.jira.get("/issue/WEB-1")["fields"]["status"]["name"] == "Done"


def test_an_incident_triggered_by_hand_gets_its_notes_and_resolution_in_time(control: Control, office: Office) -> None:
    made = control.act(
        "pagerduty",
        {
            "do": "trigger",
            "title": "Now",
            "service": "search",
            "priority": "P1",
            "notes": ["Looking", {"text": "ACTION: x @marcus.hill", "after": 1200, "user": "ana.ferreira"}],
            "resolve_after": 600,
        },
    )
    path = f"/incidents/{made['incident']}"
    first = office.pagerduty.get(path)["incident"]
    assert (first["status"], first["priority"]["name"]) == ("triggered", "P1")
    assert len(office.pagerduty.get(f"{path}/notes")["notes"]) == 1
    office.advance(minutes=30)
    later = office.pagerduty.get(path)["incident"]
    assert later["resolved_at"] == "2026-11-02T09:10:00Z"
    assert office.pagerduty.get(f"{path}/notes")["notes"][0]["user"]["summary"] == "Ana Ferreira"
    assert office.pagerduty.get("/log_entries", since="2026-11-02T09:15:00Z")["log_entries"]


def test_people_resolve_reopen_and_merge_incidents(control: Control, office: Office) -> None:
    live, pool = office.scene("live"), office.scene("pool")
    control.act("pagerduty", {"do": "resolve", "incident": live})
    control.act("pagerduty", {"do": "reopen", "incident": pool})
    control.act("pagerduty", {"do": "merge", "incident": pool, "source": live})
    merged = office.pagerduty.get(f"/incidents/{live}")["incident"]
    assert office.pagerduty.get(f"/incidents/{pool}")["incident"]["status"] == "triggered"
    assert merged["resolve_reason"]["incident"]["id"] == pool


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/_sandbox/jira/act", b'{"do": "transition", "issue": "OPS-999"}'),
        ("/_sandbox/pagerduty/act", b'{"do": "dance", "incident": "1005"}'),
        ("/_sandbox/faults", b'{"kind": "meteor"}'),
        ("/_sandbox/clock", b"no JSON"),
    ],
)
def test_what_cannot_be_done_is_400_with_a_reason(control: Control, path: str, body: bytes) -> None:
    answer = control.handle("POST", path, "", body)
    assert answer.status == 400
    assert answer.document["error"]


def test_the_sandbox_lists_what_it_can_be_asked_and_what_people_can_do(control: Control) -> None:
    told = control.handle("GET", "/_sandbox", "", b"").document
    assert "POST /_sandbox/jira/act" in told["ways"]
    assert told["jira/act"]["do"]["transition"] == "issue, to?, resolution?, user?"
    lost = control.handle("GET", "/_sandbox/nowhere", "", b"")
    assert (lost.status, lost.document["ways"]) == (404, told["ways"])


@pytest.mark.parametrize("side", VERBS)
def test_each_verb_that_is_listed_is_known_and_any_other_is_told_the_list(control: Control, side: str) -> None:
    for verb in VERBS[side]:
        said = control.handle("POST", f"/_sandbox/{side}/act", "", json.dumps({"do": verb}).encode()).document
        assert "Cannot do" not in said.get("error", ""), verb
    said = control.handle("POST", f"/_sandbox/{side}/act", "", b'{"do": "nonsense"}').document["error"]
    assert all(f"{verb} (" in said for verb in VERBS[side])


def test_the_state_shows_what_comes_next(control: Control) -> None:
    following = control.state()["pagerduty"]["next"][0]
    assert following["title"] == "Payments Gateway: TLS handshakes to the card network fail"
    assert following["at"] == (NOW + timedelta(minutes=90)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_environment_points_at_the_flavour_asked_for(served: Sandbox) -> None:
    cloud, center = served.env(), served.env(flavour="datacenter")
    assert cloud["JIRA_BASE_URL"].endswith("/jira")
    assert {"JIRA_EMAIL", "JIRA_API_TOKEN"} <= set(cloud)
    assert center["JIRA_BASE_URL"].endswith("/jira-dc")
    assert "JIRA_PERSONAL_ACCESS_TOKEN" in center
    assert httpx2.get(f"{served.url}/_sandbox/env?flavour=datacenter").json() == center
