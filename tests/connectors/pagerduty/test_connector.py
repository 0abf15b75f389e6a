"""The port on a scripted wire: which requests are made, what is left out and named."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from callsheet.connect.errors import AuthRefused, Malformed, NotFound
from callsheet.connect.ports import FeedPage
from callsheet.connect.registry import load
from callsheet_pagerduty.connector import PagerDuty
from tests.connectors.pagerduty.stage import (
    CHECKOUT,
    HOUR,
    NOTE,
    NOW,
    Stage,
    by_path,
    entry,
    incident,
    page,
    ref,
    reply,
    stage,
)
from tests.connectors.pagerduty.test_dossier import PARTS

SINCE = NOW - timedelta(days=30)
NO_INCIDENTS = reply(page("incidents", []))
QUIET = reply(page("log_entries", []))


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
