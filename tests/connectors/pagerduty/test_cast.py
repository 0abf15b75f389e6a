"""Who took part: rebuilt from the log, because PagerDuty forgets it once an incident is over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from callsheet.model.incident import LogEntry
from callsheet.model.person import Person
from callsheet_pagerduty import cast, wire
from tests.connectors.pagerduty.stage import ANA, CHECKOUT, MARCUS, entry, ref

LENA = ref("user", "PLENA01", "Lena Weber")


def line(kind: str, minute: int, **more: Any) -> LogEntry:
    return wire.log_entry(entry(f"R{minute}", kind, created_at=f"2026-11-20T08:{minute:02}:00Z", **more))


def states(*entries: LogEntry, **raw: Any) -> dict[str, str]:
    return {each.person.name: each.state for each in cast.responders(entries, raw)}


def test_assigned_people_who_acknowledge_have_joined() -> None:
    log = [
        line("assign", 0, agent=CHECKOUT, assignees=[ANA]),
        line("escalate", 5, agent=CHECKOUT, assignees=[MARCUS]),
        line("acknowledge", 6, agent=ANA),
        line("assign", 9, agent=ANA, assignees=[ANA, MARCUS]),
    ]
    assert states(*log) == {"Ana Ferreira": "joined", "Marcus Hill": "assigned"}
    (ana, marcus) = cast.responders(log, {})
    assert ana.at == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert ana.requested_by is None  # a service assigned her, and later she herself
    assert marcus.requested_by is not None
    assert marcus.requested_by.name == "Ana Ferreira"


def test_the_request_is_kept_with_who_asked_and_what_for() -> None:
    asked = line("responder_request", 3, agent=ANA, responders=[MARCUS, LENA], message="Please join")
    listed = {"state": "declined", "user": LENA, "requester": ANA, "requested_at": "2026-11-20T09:03:00+01:00"}
    found = cast.responders([asked], {"incidents_responders": [listed]})
    assert [(each.person.name, each.state) for each in found] == [
        ("Marcus Hill", "pending"),
        ("Lena Weber", "declined"),
    ]
    assert all(each.message == "Please join" and each.requested_by for each in found)
    assert found[1].at == datetime(2026, 11, 20, 8, 3, tzinfo=UTC)


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("name", ["incidents_responders", "incident_responders"])
def test_requests_on_the_incident_are_read_in_both_shapes(wrapped: bool, name: str) -> None:
    target: dict[str, Any] = {"type": "user", "id": LENA["id"], name: [{"state": "joined", "user": LENA}]}
    request = {
        "requester": ANA,
        "message": "Join us",
        "requested_at": "nonsense",
        "responder_request_targets": [{"responder_request_target": target} if wrapped else target],
    }
    (found,) = cast.responders([], {"responder_requests": [request]})
    assert (found.person.name, found.state, found.message, found.at) == ("Lena Weber", "joined", "Join us", None)


def test_who_joined_stays_joined_and_strangers_to_the_shape_are_left_out() -> None:
    listed = [{"state": "pending", "user": ANA}, {"state": "joined", "user": None}, "text", None]
    assert states(line("acknowledge", 1, agent=ANA), incidents_responders=listed) == {"Ana Ferreira": "joined"}
    assert states(line("acknowledge", 1, agent=CHECKOUT), line("notify", 2, user=MARCUS)) == {}


def test_status_updates_come_out_of_the_log() -> None:
    updates = cast.status_updates(
        [
            line("status_update", 2, message="We are on it"),
            line("annotate", 3),
            line("status_update", 4, summary="Told"),
        ]
    )
    assert [each.message for each in updates] == ["We are on it", "Told"]
    assert updates[0].author is not None
    assert updates[0].author.name == "Ana Ferreira"


def field(title: str, value: object) -> dict[str, Any]:
    return {
        "id": "F",
        "type": "field_value",
        "name": title.lower().replace(" ", "_"),
        "display_name": title,
        "value": value,
    }


@pytest.mark.parametrize(
    ("title", "value", "found"),
    [
        ("Incident Commander", "Ana Ferreira", [("Incident Commander", "Ana Ferreira")]),
        ("Scribe", "lena weber", [("Scribe", "Lena Weber")]),
        (
            "Comms Lead",
            ["Lena Weber", "Jo O’Neil-Smith"],
            [("Comms Lead", "Lena Weber"), ("Comms Lead", "Jo O’Neil-Smith")],
        ),
        ("Service Owner", "Payments Team", []),
        ("Incident Commander", "TBD", []),
        ("Incident Commander", None, []),
        ("Incident Commander", 7, []),
        ("Leader board", "https://x.example.com", []),
        ("Environment", "Ana Ferreira", []),
        ("Misleading", "Ana Ferreira", []),
    ],
)
def test_roles_are_fields_that_name_a_role_and_hold_a_person(title: str, value: object, found: list[Any]) -> None:
    assert list(cast.roles({"custom_fields": [field(title, value)]}, ["Lena Weber"])) == found


@pytest.mark.parametrize("fields", [None, {}, "x", [None, 3, {}]])
def test_odd_custom_fields_are_no_roles(fields: object) -> None:
    assert cast.roles({"custom_fields": fields}, []) == ()


def test_mentioned_are_those_whom_the_directory_knows() -> None:
    people = {each["id"]: Person(id=each["id"], name=each["summary"]) for each in (ANA, MARCUS)}
    log = [line("assign", 1, agent=LENA, assignees=[MARCUS]), line("acknowledge", 2, agent=ANA)]
    responding = cast.responders(log, {})
    assert [each.name for each in cast.mentioned(log, [], responding, people)] == ["Marcus Hill", "Ana Ferreira"]
    assert cast.mentioned(log, [], responding, {}) == ()
