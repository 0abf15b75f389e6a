"""The port on a scripted wire: which requests are made, what is left out and named, what ends everything."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from callsheet.connect.errors import AuthRefused, ConnectorError, Malformed, NotFound, RateLimited, Transient
from callsheet.connect.ports import FeedPage, Malady
from callsheet.connect.registry import load
from callsheet_pagerduty import wire
from callsheet_pagerduty.connector import PagerDuty
from tests.connectors.pagerduty.stage import (
    ANA,
    CHECKOUT,
    HOUR,
    MARCUS,
    NOW,
    Answer,
    Stage,
    entry,
    incident,
    page,
    ref,
    reply,
    stage,
)

SINCE = NOW - timedelta(days=30)
NO_INCIDENTS = reply(page("incidents", []))
QUIET = reply(page("log_entries", []))


def by_path(table: dict[str, Any]) -> Answer:
    """Answers by the end of the path; the longest fitting end wins, a number is a status."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        found = [end for end in table if request.url.path.endswith(end)]
        document = table[max(found, key=len)] if found else 404
        return reply({"error": {"message": "No"}}, document) if isinstance(document, int) else reply(document)

    return answer


def feed(rows: list[Any]) -> httpx2.Response:
    return reply(page("log_entries", rows))


def changes(on: Stage) -> list[FeedPage]:
    return list(on.source.changes(NOW - HOUR, NOW))


def query(on: Stage, place: int = 0) -> dict[str, list[str]]:
    params = on.wire.sent[place].url.params
    return {name: params.get_list(name) for name in params}


# The change feed


def test_a_quiet_feed_is_one_request() -> None:
    on = stage(QUIET)
    assert changes(on) == [FeedPage()]
    assert on.wire.asked == ["GET /log_entries"]
    assert query(on) == {
        "time_zone": ["UTC"],
        "include[]": ["incidents", "channels"],
        "since": ["2026-11-21T09:00:00Z"],
        "until": ["2026-11-21T10:00:00Z"],
        "limit": ["100"],
        "offset": ["0"],
        "total": ["true"],
    }


def test_entries_come_with_their_incidents_once_a_page() -> None:
    rows = [
        entry("R1", incident=incident("Q1")),
        entry("R2", incident=incident("Q2")),
        entry("R3", incident=incident("Q1")),
    ]
    on = stage(feed(rows))
    (found,) = changes(on)
    assert [(each.id, each.incident_id) for each in found.entries] == [("R1", "Q1"), ("R2", "Q2"), ("R3", "Q1")]
    assert [each.id for each in found.incidents] == ["Q1", "Q2"]
    assert on.requests == 1


def test_an_incident_that_came_only_as_a_pointer_is_read_once_in_a_pass() -> None:
    pointer = ref("incident", "Q1", "[#7] Checkout is slow")
    first = page("log_entries", [entry("R1", incident=pointer), entry("R2", incident=pointer)], more=True)
    second = page("log_entries", [entry("R3", incident=pointer)])
    on = stage(reply(first), reply({"incident": incident("Q1")}), reply(second))
    assert [[each.id for each in found.incidents] for found in changes(on)] == [["Q1"], ["Q1"]]
    assert on.wire.asked == ["GET /log_entries", "GET /incidents/Q1", "GET /log_entries"]


def test_a_pointer_that_leads_nowhere_is_quarantined() -> None:
    on = stage(feed([entry("R1", incident=ref("incident", "Q1", "gone"))]), reply({}, 404))
    (found,) = changes(on)
    assert (found.entries, found.incidents) == ((), ())
    assert [(each.what, each.where) for each in found.maladies] == [("incident Q1", "log_entries[0].incident")]


def test_one_bad_entry_and_one_bad_incident_leave_the_rest_alone() -> None:
    rows = [
        entry("R1", incident=incident("Q1")),
        entry("R2", incident=incident("Q1"), created_at="soon"),
        entry("R3", incident=incident("Q2", created_at=None)),
        entry("R4", incident=incident("Q2", created_at=None)),
        entry("R5", incident=None),
        "junk",
    ]
    (found,) = changes(stage(feed(rows)))
    assert [each.id for each in found.entries] == ["R1"]
    assert [each.id for each in found.incidents] == ["Q1"]
    assert [(each.what, each.where) for each in found.maladies] == [
        ("log entry R2", "log_entries[1].created_at"),
        ("log entry R5", "log_entries[4].incident.id"),
        ("log entry", "log_entries[5]"),
        ("incident Q2", "log_entries[2].incident.created_at"),
    ]


def test_the_scope_reaches_the_feed() -> None:
    other = ref("service", "POTHER1", "Search")
    rows = [
        entry("R1", incident=incident("Q1")),
        entry("R2", incident=incident("Q2", service=other)),
        entry("R3", service=other, incident=ref("incident", "Q3", "pointer")),
        entry("R4", service=CHECKOUT, incident=incident("Q4", service=other)),
    ]
    on = stage(feed(rows), PAGERDUTY_TEAM_IDS="PT1,PT2", PAGERDUTY_SERVICE_IDS="PCHECKO")
    (found,) = changes(on)
    assert [each.id for each in found.entries] == ["R1"]
    assert query(on)["team_ids[]"] == ["PT1", "PT2"]
    assert "service_ids[]" not in query(on)  # /log_entries knows no such filter
    assert on.requests == 1


# Incidents


def test_incidents_of_the_window_come_first_then_older_ones_that_are_open() -> None:
    window = [incident("Q1"), incident("Q2", created_at="2026-10-20T08:00:00Z")]  # Q2 lies before the window
    opened = [
        incident("Q0", status="triggered", created_at="2026-09-01T00:00:00Z"),
        incident("Q1"),
        incident("Q9", status="triggered", created_at="2026-11-21T11:00:00Z"),  # after the window
    ]
    on = stage(reply(page("incidents", window)), reply(page("incidents", opened)))
    found = list(on.source.incidents(SINCE, NOW))
    assert [[each.id for each in one.incidents] for one in found] == [["Q1"], ["Q0"]]
    assert all(one.entries == () for one in found)
    assert query(on, 0) | {"offset": ["0"]} == {
        "time_zone": ["UTC"],
        "sort_by": ["created_at:asc"],
        "since": ["2026-10-22T10:00:00Z"],
        "until": ["2026-11-21T10:00:00Z"],
        "limit": ["100"],
        "offset": ["0"],
        "total": ["true"],
    }
    assert query(on, 1)["statuses[]"] == ["triggered", "acknowledged"]
    assert query(on, 1)["date_range"] == ["all"]


def test_the_scope_reaches_both_listings() -> None:
    on = stage(NO_INCIDENTS, PAGERDUTY_TEAM_IDS="PT1", PAGERDUTY_SERVICE_IDS="PS2,PS1")
    list(on.source.incidents(SINCE, NOW))
    for place in (0, 1):
        assert (query(on, place)["team_ids[]"], query(on, place)["service_ids[]"]) == (["PT1"], ["PS1", "PS2"])


def test_a_bad_incident_is_quarantined() -> None:
    rows = [incident("Q1"), incident("Q2", incident_number=None), None]
    first, _ = stage(reply(page("incidents", rows)), NO_INCIDENTS).source.incidents(SINCE, NOW)
    assert [each.id for each in first.incidents] == ["Q1"]
    assert [each.where for each in first.maladies] == ["incidents[1].incident_number", "incidents[2]"]
    assert first.maladies[0].what == "incident Q2"


def test_more_open_incidents_than_can_be_listed_are_told() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if "since" in request.url.params:
            return reply(page("incidents", []))
        offset = int(request.url.params["offset"])
        rows = [incident(f"Q{place}", created_at="2025-01-01T00:00:00Z") for place in range(offset, offset + 100)]
        return reply(page("incidents", rows, more=True, total=12_345 if not offset else None))

    found = list(stage(answer).source.incidents(SINCE, NOW))
    assert sum(len(one.incidents) for one in found) == 10_000
    (malady,) = (each for one in found for each in one.maladies)
    assert "12345 open incidents" in malady.error
    assert "PAGERDUTY_TEAM_IDS" in malady.error


# The dossier

NOTE = {"id": "PN1", "user": ANA, "content": "Action: mend it", "created_at": "2026-11-20T04:30:00-04:00"}
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


@pytest.mark.parametrize("fault", [402, 404, [], {"wrong": 1}])
@pytest.mark.parametrize("part", ["/incidents/Q1", "/log_entries", "/notes", "/alerts", "/related_change_events"])
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


# People


def test_the_directory_is_everybody_whatever_the_scope() -> None:
    on = stage(by_path(PARTS), PAGERDUTY_TEAM_IDS="PT1")
    found = on.source.directory()
    assert [each.name for each in found.people] == ["Ana Ferreira", "X"]
    assert [(each.name, each.rank) for each in found.priorities] == [("Critical", 1), ("P1", 2)]
    assert "team_ids[]" not in query(on)
    assert on.requests == 2


@pytest.mark.parametrize("status", [402, 404])
def test_an_account_may_have_no_priorities(status: int) -> None:
    assert stage(by_path({**PARTS, "/priorities": status})).source.directory().priorities == ()


def test_a_fault_on_the_priorities_is_not_taken_for_none() -> None:
    with pytest.raises(AuthRefused):
        stage(by_path({**PARTS, "/priorities": 403})).source.directory()


def test_the_places_are_all_of_the_account_whatever_the_scope() -> None:
    team, service = ref("team", "PTEAM01", "Storefront"), CHECKOUT
    table = {"/teams": page("teams", [team]), "/services": page("services", [service, {"name": "no id"}])}
    on = stage(by_path(table), PAGERDUTY_TEAM_IDS="PTEAM09")
    places = on.source.places()
    assert [(each.id, each.name) for each in places.teams] == [("PTEAM01", "Storefront")]
    assert [(each.id, each.name) for each in places.services] == [("PCHECKO", "Checkout API")]
    assert on.requests == 2


def test_a_plan_without_teams_has_none() -> None:
    assert stage(by_path({"/teams": 402, "/services": page("services", [])})).source.places().teams == ()


# Our note


def test_notes_come_oldest_first() -> None:
    later = {**NOTE, "id": "PN2", "created_at": "2026-11-20T09:00:00Z"}
    on = stage(reply({"notes": [later, NOTE]}))
    assert [each.id for each in on.source.notes("Q1")] == ["PN1", "PN2"]
    assert on.requests == 1


def test_a_note_that_cannot_be_read_is_not_passed_over() -> None:
    with pytest.raises(Malformed, match="note PN2 of incident Q1"):
        stage(reply({"notes": [NOTE, {**NOTE, "id": "PN2", "created_at": None}]})).source.notes("Q1")


def test_a_posted_note_gives_its_id() -> None:
    on = stage(reply({"note": NOTE}))
    assert on.source.post_note("Q1", "Filed OPS-1") == "PN1"
    assert on.wire.sent[0].content == b'{"note":{"content":"Filed OPS-1"}}'


@pytest.mark.parametrize("answer", [{}, {"note": None}, {"note": {"id": None}}, {"note": {"id": ""}}])
def test_a_posted_note_without_an_id_is_unknown(answer: Any) -> None:
    with pytest.raises(Malformed) as caught:
        stage(reply(answer)).source.post_note("Q1", "x")
    assert caught.value.outcome_unknown


def test_a_deleted_note_cannot_be_edited() -> None:
    on = stage(reply({"error": {"message": "Not Found", "code": 2100}}, 404))
    with pytest.raises(NotFound):
        on.source.edit_note("Q1", "PN1", "x")
    assert on.wire.asked == ["PUT /incidents/Q1/notes/PN1"]


def test_building_makes_no_request() -> None:
    on = stage(QUIET)
    connector = load("pagerduty")
    assert connector.source is not None
    assert isinstance(on.source, PagerDuty)
    assert (on.wire.sent, on.requests) == ([], 0)


def test_iterating_stops_asking_when_nobody_listens() -> None:
    on = stage(reply(page("log_entries", [entry("R1", incident=incident("Q1"))], more=True)))
    list(itertools.islice(on.source.changes(NOW - HOUR, NOW), 1))
    assert on.requests == 1
