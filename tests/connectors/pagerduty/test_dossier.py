"""One incident on a scripted wire: five requests, what is left out and named, what ends everything."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from callsheet.connect.errors import AuthRefused, ConnectorError, NotFound, RateLimited, Transient
from callsheet.connect.ports import Malady
from callsheet_pagerduty import wire
from tests.connectors.pagerduty.stage import (
    ANA,
    CHECKOUT,
    MARCUS,
    NOTE,
    by_path,
    entry,
    incident,
    page,
    reply,
    stage,
)

ALERT = {
    "id": "A1",
    "created_at": "2026-11-20T02:00:00-06:00",
    "summary": "Slow",
    "body": {"details": {"password": "x1"}},
}
CHANGE = {"id": "C1", "timestamp": "2026-11-20T07:58:00Z", "summary": "Build 1", "links": []}
LOG = [
    entry("R9", "resolve", created_at="2026-11-20T09:00:00Z"),
    entry("R3", "status_update", created_at="2026-11-20T08:06:00Z", message="We are on it"),
    entry("R2", "acknowledge", created_at="2026-11-20T08:05:00Z"),
    entry("R1", "notify", created_at="2026-11-20T08:05:00Z", user=MARCUS),
    entry("R0", "assign", created_at="2026-11-20T08:00:00Z", agent=CHECKOUT, assignees=[ANA]),
]
ROLE = {"name": "incident_commander", "display_name": "Incident Commander", "value": "Ana Ferreira"}
PARTS: dict[str, Any] = {
    "/incidents/Q1": {"incident": incident("Q1", title="Renamed", custom_fields=[ROLE])},
    "/log_entries": page("log_entries", LOG),
    "/notes": {"notes": [NOTE]},
    "/alerts": page("alerts", [ALERT]),
    "/related_change_events": {"change_events": [CHANGE], "limit": None, "offset": None, "total": None, "more": False},
    "/users": page(
        "users", [{"id": "PANA001", "name": "Ana Ferreira", "email": "ana@example.com"}, {"id": "PX", "name": "X"}]
    ),
    "/priorities": page("priorities", [{"id": "PA", "name": "Critical"}, {"id": "PPRIO1", "name": "P1"}]),
}
HEAD = wire.incident(incident("Q1"), {})


def test_a_dossier_is_five_requests_oldest_first() -> None:
    on = stage(by_path(PARTS))
    dossier, maladies = on.source.dossier(HEAD)
    assert maladies == ()
    assert sorted(on.wire.asked) == [
        "GET /incidents/Q1",
        "GET /incidents/Q1/alerts",
        "GET /incidents/Q1/log_entries",
        "GET /incidents/Q1/notes",
        "GET /incidents/Q1/related_change_events",
    ]
    assert on.requests == 5
    assert dossier.incident.title == "Renamed"
    assert [each.id for each in dossier.entries] == ["R0", "R1", "R2", "R3", "R9"]  # ties turned round
    assert [each.text for each in dossier.notes] == ["Action: mend it"]
    assert dossier.notes[0].created_at.isoformat() == "2026-11-20T08:30:00+00:00"
    assert dossier.alerts[0].details == "password: [redacted]"
    assert [each.summary for each in dossier.changes] == ["Build 1"]
    assert [(each.person.name, each.state) for each in dossier.responders] == [("Ana Ferreira", "joined")]
    assert [each.message for each in dossier.status_updates] == ["We are on it"]
    assert dossier.roles == (("Incident Commander", "Ana Ferreira"),)
    assert dossier.people == ()  # the directory was not read yet


def test_a_known_directory_gives_people_and_ranks() -> None:
    on = stage(by_path(PARTS))
    on.source.directory()
    dossier, _ = on.source.dossier(HEAD)
    assert [each.email for each in dossier.people] == ["ana@example.com"]
    assert dossier.incident.priority is not None
    assert dossier.incident.priority.rank == 2


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        (part, fault)
        for part in ("/incidents/Q1", "/log_entries", "/notes", "/alerts", "/related_change_events")
        for fault in (402, 404, [], {"wrong": 1})
        # Without the incident itself there is nothing.
        if (part, fault) != ("/incidents/Q1", 404)
    ],
)
def test_a_part_that_fails_is_left_out_and_named(part: str, fault: Any) -> None:
    dossier, maladies = stage(by_path({**PARTS, part: fault})).source.dossier(HEAD)
    (malady,) = maladies
    assert malady.what.endswith("of incident Q1")
    assert malady.error
    missing = {
        "/incidents/Q1": dossier.roles,
        "/log_entries": dossier.entries,
        "/notes": dossier.notes,
        "/alerts": dossier.alerts,
        "/related_change_events": dossier.changes,
    }
    assert {name for name, value in missing.items() if not value} == {part}
    assert dossier.incident.id == "Q1"


def test_bad_pieces_of_a_dossier_are_named_by_their_place() -> None:
    spoilt = {
        **PARTS,
        "/incidents/Q1": {"incident": incident("Q1", created_at=3)},
        "/notes": {"notes": [NOTE, {**NOTE, "id": "PN2", "content": None}]},
        "/alerts": page("alerts", [None, ALERT]),
    }
    dossier, maladies = stage(by_path(spoilt)).source.dossier(HEAD)
    assert dossier.incident is HEAD
    assert Malady(what="note PN2", where="notes[1].content", error="is missing instead of a text") in maladies
    assert sorted(each.where for each in maladies) == ["alerts[0]", "incident.created_at", "notes[1].content"]


@pytest.mark.parametrize(
    ("fault", "error"), [(401, AuthRefused), (403, AuthRefused), (503, Transient)], ids=["401", "403", "503"]
)
def test_refused_auth_and_lost_networks_end_it(fault: int, error: type[ConnectorError]) -> None:
    with pytest.raises(error):
        stage(by_path({**PARTS, "/alerts": fault})).source.dossier(HEAD)


def test_an_incident_that_is_gone_costs_one_request() -> None:
    on = stage(by_path({**PARTS, "/incidents/Q1": 404}))
    with pytest.raises(NotFound):
        on.source.dossier(HEAD)
    assert on.requests == 1


def test_a_throttled_dossier_ends() -> None:
    on = stage(reply({}, 429, {"ratelimit-reset": "90"}))
    with pytest.raises(RateLimited):
        on.source.dossier(HEAD)
    assert on.requests == 1


def test_a_long_log_is_paged_and_repeated_rows_come_once() -> None:
    rows = [entry(f"R{place}") for place in range(150)]

    def answer(request: httpx2.Request) -> httpx2.Response:
        if not request.url.path.endswith("/log_entries"):
            return by_path(PARTS)(request)
        # A new entry pushed everything down by one between the pages.
        shown = rows[:100] if request.url.params["offset"] == "0" else rows[99:]
        return reply(page("log_entries", shown, more=shown[-1] is not rows[-1]))

    on = stage(answer)
    dossier, maladies = on.source.dossier(HEAD)
    assert (len(dossier.entries), maladies) == (150, ())
    assert on.requests == 6


def test_a_hostile_id_stays_inside_its_segment() -> None:
    on = stage(reply({"notes": []}))
    on.source.notes("../users?x=#")
    assert on.wire.sent[0].url.raw_path == b"/incidents/..%2Fusers%3Fx%3D%23/notes"
