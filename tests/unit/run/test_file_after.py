"""A new item may wait for second thoughts before its ticket is filed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from callsheet.run.asks import retry
from callsheet.run.explaining import explain
from callsheet.run.views import Wanted, sheet
from tests.unit.run.world import ACTION, World


@pytest.fixture
def patient(world: World) -> World:
    """A world that files nothing before it is two hours old."""
    world.rules = replace(world.rules, file_after=timedelta(hours=2))
    return world.born()


def test_it_is_filed_when_its_time_has_come_although_nothing_else_happened(patient: World) -> None:
    incident = patient.story(ACTION)
    patient.settled()
    assert patient.tracker.tickets == ()
    assert "it waits until 2026-11-02 11:" in patient.publisher.text(incident.id)
    patient.wait(hours=1)
    assert patient.settled().rounds == 0
    patient.wait(hours=1)
    patient.settled()
    assert [ticket.title for ticket in patient.tracker.tickets] == ["Add an alert"]
    assert "it waits until" not in patient.publisher.text(incident.id)


def test_what_people_change_until_then_is_what_is_filed(patient: World) -> None:
    incident = patient.story(ACTION)
    patient.settled()
    patient.type_cell(incident.id, "Add an alert", "Owner", "Marcus Hill")
    patient.type_cell(incident.id, "Add an alert", "Due", "2026-12-04")
    patient.type_cell(incident.id, "Add an alert", "Action", "Add two alerts")
    patient.settled()
    assert patient.tracker.tickets == ()
    patient.wait(hours=2)
    patient.settled()
    (ticket,) = patient.tracker.tickets
    assert (ticket.title, ticket.due_on.isoformat() if ticket.due_on else "") == ("Add two alerts", "2026-12-04")
    assert ticket.owner is not None
    assert ticket.owner.name == "Marcus Hill"


def test_a_ticket_that_is_there_is_adopted_at_once(patient: World) -> None:
    incident = patient.story(ACTION)
    patient.settled()
    key = patient.item().key
    made = patient.tracker.make(title="Made by hand").id
    with patient.store() as store:
        store.remember("adopt", {key: made}, patient.clock.now())
        store.mark([incident.id])
    patient.settled()
    assert [ticket.title for ticket in patient.tracker.tickets] == ["Made by hand"]


def test_until_then_everybody_who_asks_is_told_so(patient: World) -> None:
    patient.story(ACTION)
    patient.settled()
    key, until = patient.item().key, "it waits until 2026-11-02 11:"
    with patient.store() as store:
        explained = explain(store, patient.rules, key, patient.clock.now())
        (row,) = sheet(store, Wanted(), patient.clock.now().date())
        retried = retry(store, key, patient.clock.now())
    assert explained is not None
    assert any(line.startswith(f"not filed: {until}") for line in explained.stands)
    assert row["not_filed"].startswith(until)
    assert [line for line in retried.then if until in line]
    patient.wait(hours=3)
    with patient.store() as store:
        assert retry(store, key, patient.clock.now()).item.ticket_id is None
    patient.settled()
    assert [ticket.title for ticket in patient.tracker.tickets] == ["Add an alert"]
