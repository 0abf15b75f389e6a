"""Recorded incidents brought into the world."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from callsheet.sandbox.clock import parse_instant
from callsheet.sandbox.load import read_files, shift
from tests.lent import payloads

from .office import NOW, Office, open_office


def loaded(*documents: dict[str, Any], tmp_path: Path, as_of_now: bool = False) -> Office:
    paths = []
    for place, document in enumerate(documents):
        path = tmp_path / f"{place}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        paths.append(path)
    read = read_files(paths)
    return open_office(incidents=0, loaded=shift(read, NOW) if as_of_now else read)


def incident(**more: Any) -> dict[str, Any]:
    return {
        "id": "QINC",
        "incident_number": 7,
        "title": "Recorded",
        "status": "triggered",
        "created_at": "2026-10-30T08:00:00Z",
        "service": {"id": "PSVC", "type": "service_reference", "summary": "Recorded service"},
        **more,
    }


def test_later_files_add_notes_people_and_the_resolution_to_earlier_ones(tmp_path: Path) -> None:
    second = incident(
        status="resolved",
        priority={"id": "PPRIO", "name": "SEV1", "summary": "SEV1"},
        notes=[
            {
                "id": "N1",
                "content": "ACTION: x @una",
                "created_at": "2026-10-30T09:00:00Z",
                "user": {"id": "PUNA", "summary": "Una"},
            }
        ],
        log_entries=[{"id": "R1", "type": "resolve_log_entry", "created_at": "2026-10-30T10:00:00Z", "channel": {}}],
    )
    users = [{"id": "PUNA", "name": "Una", "email": "una@recorded.example"}]
    office = loaded({"incidents": [incident()]}, {"incidents": [second], "users": users}, tmp_path=tmp_path)
    shown = office.pagerduty.get("/incidents/7")["incident"]
    assert (shown["status"], shown["resolved_at"]) == ("resolved", "2026-10-30T10:00:00Z")
    assert shown["priority"]["name"] == "SEV1"
    assert office.pagerduty.get("/incidents/QINC/notes")["notes"][0]["content"] == "ACTION: x @una"
    kinds = [each["type"] for each in office.pagerduty.get("/log_entries")["log_entries"]]
    assert kinds == ["resolve_log_entry", "annotate_log_entry", "trigger_log_entry"]
    assert office.pagerduty.get("/users/PUNA")["user"]["email"] == "una@recorded.example"
    assert len(office.jira.get("/user/search", query="una@recorded.example")) == 1


def test_as_of_now_puts_the_newest_date_shortly_before_now(tmp_path: Path) -> None:
    old = incident(
        created_at="2019-05-01T08:00:00Z",
        notes=[{"id": "N1", "content": "x", "created_at": "2019-05-01T05:30:00-04:00"}],
    )
    office = loaded({"incidents": [old]}, tmp_path=tmp_path, as_of_now=True)
    shown = office.pagerduty.get("/incidents")["incidents"][0]
    note = office.pagerduty.get("/incidents/QINC/notes")["notes"][0]
    assert NOW - timedelta(minutes=10) <= parse_instant(note["created_at"]) < NOW
    assert parse_instant(note["created_at"]) - parse_instant(shown["created_at"]) == timedelta(minutes=90)


@pytest.mark.payloads
def test_the_recorded_incidents_are_shown_as_they_were() -> None:
    path = payloads("pagerduty", "devlake_incidents_with_log_entries.json")
    office = open_office(incidents=0, loaded=shift(read_files([path]), NOW))
    recorded = json.loads(path.read_text(encoding="utf-8"))["incidents"]
    shown = office.pagerduty.get("/incidents", date_range="all", limit=100)["incidents"]
    assert {each["id"] for each in shown} == {each["id"] for each in recorded}
    entries = office.pagerduty.get("/log_entries", limit=100, total="true")
    assert entries["total"] == 44
    by_id = {each["id"]: each["status"] for each in shown}
    assert by_id == {each["id"]: each["status"] for each in recorded}
    for each in shown:
        for part in ("log_entries", "alerts", "notes", "related_change_events"):
            office.pagerduty.get(f"/incidents/{each['id']}/{part}")
