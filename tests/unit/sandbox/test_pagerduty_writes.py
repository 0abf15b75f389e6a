"""PagerDuty's few writes: notes above all."""

from __future__ import annotations

import pytest

from .office import Office, Side


def test_a_note_is_added_edited_and_deleted(office: Office) -> None:
    notes = f"/incidents/{office.scene('pool')}/notes"
    before = len(office.pagerduty.get(notes)["notes"])
    note = office.pagerduty.post(notes, {"note": {"content": "one"}}).body["note"]
    office.advance(minutes=1)
    edited = office.pagerduty.put(f"{notes}/{note['id']}", {"note": {"content": "two"}}).body["note"]
    assert (edited["id"], edited["content"]) == (note["id"], "two")
    assert edited["updated_at"] > edited["created_at"] == note["created_at"]
    assert office.pagerduty.get(notes)["notes"][0]["content"] == "two"
    assert office.pagerduty.ask("DELETE", f"{notes}/{note['id']}").status == 204
    assert len(office.pagerduty.get(notes)["notes"]) == before
    assert office.pagerduty.ask("DELETE", f"{notes}/{note['id']}").status == 404


def test_adding_a_note_shows_in_the_log_and_editing_does_not(office: Office) -> None:
    incident = office.scene("pool")
    total = office.pagerduty.get("/log_entries", total="true")["total"]
    note = office.pagerduty.post(f"/incidents/{incident}/notes", {"note": {"content": "new"}}).body["note"]
    office.pagerduty.put(f"/incidents/{incident}/notes/{note['id']}", {"note": {"content": "newer"}})
    log = office.pagerduty.get("/log_entries", total="true")
    assert log["total"] == total + 1
    assert log["log_entries"][0]["channel"] == {"type": "note", "summary": "new"}


def test_a_note_moves_updated_at(office: Office) -> None:
    incident = f"/incidents/{office.scene('pool')}"
    before = office.pagerduty.get(incident)["incident"]["updated_at"]
    office.pagerduty.post(f"{incident}/notes", {"note": {"content": "late"}})
    assert office.pagerduty.get(incident)["incident"]["updated_at"] > before


@pytest.mark.parametrize(("address", "code"), [("", 2016), ("nonsense", 1028), ("stranger@example.com", 1008)])
def test_writing_needs_the_address_of_a_known_user(office: Office, address: str, code: int) -> None:
    headers = {**office.pagerduty.headers, "from": address}
    side = Side(office.front, "pagerduty", headers=headers)
    reply = side.post(f"/incidents/{office.scene('pool')}/notes", {"note": {"content": "x"}})
    assert (reply.status, reply.body["error"]["code"]) == (400, code)


def test_an_empty_note_is_refused(office: Office) -> None:
    reply = office.pagerduty.post(f"/incidents/{office.scene('pool')}/notes", {"note": {"content": " "}})
    assert (reply.status, reply.body["error"]["code"]) == (400, 2001)


def test_a_resolved_incident_can_be_reopened(office: Office) -> None:
    path = f"/incidents/{office.scene('pool')}"
    reply = office.pagerduty.put(path, {"incident": {"type": "incident", "status": "triggered"}})
    assert reply.body["incident"]["status"] == "triggered"
    assert reply.body["incident"]["resolved_at"] is None


def test_an_incident_is_merged_once(office: Office) -> None:
    source, target = office.scene("reopened"), office.scene("pool")
    body = {"source_incidents": [{"id": source, "type": "incident_reference"}]}
    assert office.pagerduty.put(f"/incidents/{target}/merge", body).status == 200
    assert office.pagerduty.get(f"/incidents/{source}")["incident"]["resolve_reason"]["incident"]["id"] == target
    again = office.pagerduty.put(f"/incidents/{target}/merge", body)
    assert (again.status, again.body["error"]["code"]) == (400, 1019)


def test_a_new_incident_takes_the_next_number(office: Office) -> None:
    service = {"id": office.world.company.services[0].id, "type": "service_reference"}
    reply = office.pagerduty.post("/incidents", {"incident": {"type": "incident", "title": "New", "service": service}})
    assert reply.status == 201
    assert reply.body["incident"]["incident_number"] == 1025
