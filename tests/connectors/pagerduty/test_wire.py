"""Reading incidents, log entries, notes and people: recordings first, then what life may bring."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.connect.errors import Malformed
from callsheet.model.incident import ActorKind, IncidentStatus, Urgency
from callsheet_pagerduty import payloads, wire
from callsheet_pagerduty.reading import collect
from tests.connectors.pagerduty.stage import ANA, CHECKOUT, MARCUS, entry, incident, recording, ref


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.payloads
def test_a_recorded_incident_is_read() -> None:
    (raw,) = (each["data"] for each in recording("airbyte_expected_records.json") if each["stream"] == "incidents")
    read = wire.incident(raw, {})
    assert (read.account, read.id, read.number, read.title) == ("dev-pixil", "Q2U8NVNBMCM7JW", 1, "admin")
    assert (read.status, read.urgency, read.resolved_at) == (IncidentStatus.TRIGGERED, Urgency.HIGH, None)
    assert read.created_at == datetime(2023, 10, 7, 7, 25, 26, tzinfo=UTC)
    assert (read.service.id, read.service.name) == ("P3VUFA7", "asd")
    assert read.priority is not None
    assert (read.priority.id, read.priority.name, read.priority.rank) == ("PXS7CUY", "P1", 1)


@pytest.mark.payloads
def test_recorded_incidents_without_newer_fields_are_read() -> None:
    raws = recording("devlake_incidents_with_log_entries.json")["incidents"]
    read = [wire.incident(raw, {}) for raw in raws]
    assert [each.number for each in read] == [raw["incident_number"] for raw in raws]
    for each, raw in zip(read, raws, strict=True):
        assert each.updated_at == at(raw["last_status_change_at"])  # they were recorded before `updated_at`
        assert each.resolved is (raw["status"] == "resolved")
        assert (each.duration is not None) is each.resolved


@pytest.mark.payloads
def test_every_recorded_log_entry_is_read() -> None:
    raws = [
        raw for one in recording("devlake_incidents_with_log_entries.json")["incidents"] for raw in one["log_entries"]
    ]
    assert len(raws) == 44
    read = [wire.log_entry(raw) for raw in raws]
    assert {each.kind + "_log_entry" for each in read} == {raw["type"] for raw in raws}
    assert all(each.summary and each.incident_id for each in read)
    assert {each.actor.kind for each in read if each.actor} == {ActorKind.PERSON, ActorKind.SERVICE}


@pytest.mark.payloads
def test_a_recorded_note_in_the_log_carries_its_words() -> None:
    (raw,) = (each["data"] for each in recording("airbyte_expected_records.json") if each["stream"] == "incident_logs")
    read = wire.log_entry(raw)
    assert (read.kind, read.text, read.channel) == ("annotate", "sdgsdf", "note")
    assert read.actor is not None
    assert (read.actor.kind, read.actor.name) == (ActorKind.PERSON, "tester tester")


def test_times_of_any_offset_become_utc() -> None:
    read = wire.incident(
        incident(created_at="2026-11-20T02:00:00-06:00", updated_at="2026-11-20T09:30:00.123+00:30"), {}
    )
    assert read.created_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert read.updated_at.tzinfo is UTC
    assert read.updated_at == datetime(2026, 11, 20, 9, 0, 0, 123_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("page", "account"),
    [
        ("https://acme.pagerduty.com/incidents/Q1", "acme"),
        ("https://acme.eu.pagerduty.com/incidents/Q1", "acme"),
        ("http://127.0.0.1:8123/pagerduty/ui/incidents/Q1", "sandbox"),
        ("http://localhost:9/pagerduty/ui/incidents/Q1", "sandbox"),
        ("http://[::1]:9/x", "sandbox"),
    ],
)
def test_the_account_is_the_first_label_and_no_port_changes_it(page: str, account: str) -> None:
    assert wire.incident(incident(html_url=page), {}).account == account


@pytest.mark.parametrize("page", [None, "", "http://[", "/incidents/Q1", 3])
def test_a_missing_page_is_built_beside_the_services_page(page: object) -> None:
    read = wire.incident(incident(html_url=page), {})
    assert (read.account, read.url) == ("acme", "https://acme.pagerduty.com/incidents/Q1")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"status": "suspended", "resolved_at": None}, IncidentStatus.TRIGGERED),
        ({"status": "archived"}, IncidentStatus.RESOLVED),
        ({"status": "acknowledged", "resolved_at": None}, IncidentStatus.ACKNOWLEDGED),
    ],
)
def test_an_unknown_status_is_open_unless_a_resolution_time_says_otherwise(
    more: dict[str, Any], status: IncidentStatus
) -> None:
    assert wire.incident(incident(**more), {}).status is status


def test_an_unknown_urgency_is_high() -> None:
    assert wire.incident(incident(urgency="severe"), {}).urgency is Urgency.HIGH
    assert wire.incident(incident(urgency=None), {}).urgency is Urgency.HIGH
    assert wire.incident(incident(urgency="low"), {}).urgency is Urgency.LOW


def test_a_reopened_incident_has_no_end_and_no_merge_target() -> None:
    reason = {"type": "merge_resolve_reason", "incident": ref("incident", "Q2", "other")}
    assert wire.incident(incident(resolve_reason=reason), {}).merged_into == "Q2"
    reopened = wire.incident(incident(resolve_reason=reason, status="triggered"), {})
    assert (reopened.merged_into, reopened.resolved_at, reopened.duration) == (None, None, None)


@pytest.mark.parametrize(
    ("raw", "rank"),
    [
        ({"id": "PPRIO1", "summary": "P1"}, 4),
        ({"id": "X", "name": "P2"}, 2),
        ({"id": "X", "summary": "SEV-3"}, 3),
        ({"id": "X", "summary": "Critical"}, 99),
    ],
)
def test_a_priority_ranks_by_directory_then_by_its_number_then_last(raw: dict[str, Any], rank: int) -> None:
    read = wire.priority(raw, {"PPRIO1": 4})
    assert read is not None
    assert read.rank == rank


@pytest.mark.parametrize("raw", [None, {}, {"id": "X"}, {"summary": "P1"}, "P1"])
def test_no_priority_is_none(raw: object) -> None:
    assert wire.incident(incident(priority=raw), {}).priority is None


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": None}, "id"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": None}, "created_at"),
        ({"created_at": 1732180000}, "created_at"),
        ({"updated_at": "soon"}, "updated_at"),
        ({"incident_number": "seven"}, "incident_number"),
        ({"incident_number": True}, "incident_number"),
        ({"service": None}, "service"),
        ({"service": {"summary": "nameless"}}, "service.id"),
        ({"status": 3}, "status"),
        ({"html_url": None, "service": {"id": "P1"}}, "html_url"),
    ],
)
def test_what_cannot_be_read_is_quarantined_with_its_place(change: dict[str, Any], where: str) -> None:
    pieces = [("incidents[0]", incident("Q0")), ("incidents[1]", {**incident("Q1"), **change}), ("incidents[2]", [])]
    found, bad = collect(pieces, "incident", lambda raw: wire.incident(raw, {}))
    assert [each.id for each in found] == ["Q0"]
    assert [each.where for each in bad] == [f"incidents[1].{where}", "incidents[2]"]
    assert "yesterday" not in str(bad)  # the value itself is never quoted


def test_entries_of_unknown_types_are_kept_with_their_summary() -> None:
    read = wire.log_entry(entry(kind="telepathy", summary="Thoughts were exchanged.", agent=None, channel=None))
    assert (read.kind, read.summary, read.actor, read.text) == ("telepathy", "Thoughts were exchanged.", None, None)
    assert wire.log_entry(entry(kind="telepathy_link", summary=None)).summary == "Telepathy link"
    assert wire.log_entry({**entry(), "type": "something_else"}).kind == "something_else"


@pytest.mark.parametrize(
    ("kind", "more", "written"),
    [
        ("annotate", {"channel": {"type": "note", "summary": "Rolled back."}}, "Rolled back."),
        ("annotate", {"event_details": {"description": "Rolled back."}}, "Rolled back."),
        ("status_update", {"message": "We are on it."}, "We are on it."),
        ("status_update", {"channel": {"summary": "We are on it."}}, "We are on it."),
        ("responder_request", {"message": "Please join."}, "Please join."),
        ("resolve", {"note": "Fixed by a restart."}, "Fixed by a restart."),
        ("trigger", {"channel": {"type": "api", "summary": "Checkout is slow"}}, None),
    ],
)
def test_what_was_written_is_found_where_the_type_keeps_it(
    kind: str, more: dict[str, Any], written: str | None
) -> None:
    assert wire.log_entry(entry(kind=kind, **more)).text == written


@pytest.mark.parametrize(
    ("more", "targets"),
    [
        ({"assignees": [ANA, MARCUS]}, ["PANA001", "PMARCUS"]),
        ({"user": MARCUS}, ["PMARCUS"]),
        ({"responders": [{"user": ANA}, MARCUS]}, ["PANA001", "PMARCUS"]),
        ({"responder": {"user": ANA}, "assignees": [ANA]}, ["PANA001"]),
        ({"channel": {"type": "x", "user": ANA}}, ["PANA001"]),
        ({"assignees": [ref("escalation_policy", "PEP", "On call"), None, 3, {}]}, []),
        ({"assignees": None, "user": None}, []),
    ],
)
def test_targets_are_found_in_every_shape(more: dict[str, Any], targets: list[str]) -> None:
    assert [each.id for each in wire.log_entry(entry(kind="assign", **more)).targets] == targets


@pytest.mark.parametrize(
    ("kind", "actor"),
    [
        ("user_reference", ActorKind.PERSON),
        ("user", ActorKind.PERSON),
        ("service_reference", ActorKind.SERVICE),
        ("events_api_v2_inbound_integration_reference", ActorKind.INTEGRATION),
        ("bot_user_reference", ActorKind.OTHER),
        ("workflow_reference", ActorKind.OTHER),
    ],
)
def test_actors_are_told_apart(kind: str, actor: ActorKind) -> None:
    read = wire.log_entry(entry(agent={"id": "X", "type": kind, "summary": "X"})).actor
    assert read is not None
    assert read.kind is actor


def test_a_note_whose_author_is_forgotten_is_read() -> None:
    raw = {
        "id": "PN1",
        "user": None,
        "content": "Action: x",
        "created_at": "2026-11-20T04:00:00-04:00",
        "updated_at": None,
    }
    read = wire.note(raw)
    assert (read.author.name, read.author.kind) == ("Unknown", ActorKind.OTHER)
    assert (read.created_at, read.updated_at) == (datetime(2026, 11, 20, 8, tzinfo=UTC), None)


def test_a_person_without_address_or_title_is_read() -> None:
    read = wire.person({"id": "P1", "name": "Ana", "email": "", "job_title": None, "time_zone": "Europe/Berlin"})
    assert (read.email, read.job_title, read.time_zone, read.active) == (None, None, "Europe/Berlin", True)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_ALERT = {
    "id": "A1",
    "created_at": "2026-11-20T08:00:00Z",
    "summary": "x",
    "body": {"details": {}, "cef_details": {}, "contexts": []},
}
_NOTE = {"id": "N1", "user": ANA, "content": "x", "created_at": "2026-11-20T08:00:00Z"}


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (incident(), lambda raw: wire.incident(raw, {})),
        (entry(), wire.log_entry),
        (_NOTE, wire.note),
        ({"id": "P1", "name": "Ana"}, wire.person),
        (_ALERT, payloads.alert),
        ({"id": "C1", "timestamp": "2026-11-20T08:00:00Z", "links": []}, payloads.change),
    ],
    ids=["incident", "log entry", "note", "person", "alert", "change"],
)
@given(data=st.data())
def test_whatever_stands_in_a_field_is_read_or_quarantined(raw: dict[str, Any], read: Any, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(raw)))
    broken = {**raw, name: data.draw(json_values)}
    # Anything but a value or Malformed would end the whole page.
    with suppress(Malformed):
        read(broken)


def test_a_service_without_a_name_goes_by_its_id() -> None:
    assert wire.ref({**CHECKOUT, "summary": None}).name == CHECKOUT["id"]


def test_half_characters_become_ones_that_can_be_stored() -> None:
    raw = {
        "id": "N1",
        "user": ANA,
        "content": "cut \ud83d here, whole \U0001f3ad",
        "created_at": "2026-11-20T08:00:00Z",
    }
    assert wire.note(raw).text == "cut \ufffd here, whole \U0001f3ad"
    details = {"id": "A1", "created_at": "2026-11-20T08:00:00Z", "body": {"details": {"\udc00": ["\ud83d"]}}}
    assert (payloads.alert(details).details or "").encode() == "\ufffd:\n  - \ufffd".encode()


def test_a_title_is_a_monitor_s_words_and_holds_no_credential() -> None:
    raw = incident() | {"title": "Token: validation fails with api_key=CANARY"}
    assert wire.incident(raw, {}).title == "Token: validation fails with api_key=[redacted]"
