"""A waived post-mortem: its document says so, is kept up to date, and loses no word that people type into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.model.ticket import Category
from callsheet.run import asks
from tests.unit.run.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path).born()


def waive(world: World, incident_id: str) -> None:
    with world.store() as store:
        asks.waive(store, incident_id, "not worth it", world.clock.now())


def draft(world: World, incident_id: str) -> None:
    with world.store() as store:
        asks.draft(store, incident_id, world.clock.now())


def test_a_document_that_somebody_typed_into_just_before_says_that_it_is_waived(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    waive(world, incident.id)
    world.settled()
    assert "waived, because not worth it" in world.publisher.text(incident.id)
    assert (world.row(incident.id, "Add an alert").due, str(world.ticket().due_on)) == ("2026-12-15", "2026-12-15")
    world.wait(minutes=5)
    assert world.settled().rounds == 0


def test_what_people_type_under_a_waiver_is_taken_in_at_once(world: World) -> None:
    incident = world.filed()
    waive(world, incident.id)
    world.settled()
    world.type_cell(incident.id, "Add an alert", "Owner", "Marcus Hill")
    world.settled()
    owner = world.item().owner
    assert (owner and owner.name, world.row(incident.id, "Add an alert").owner) == ("Marcus Hill", "Marcus Hill")


def test_statuses_are_followed_in_a_waived_document_that_somebody_typed_into(world: World) -> None:
    incident = world.filed()
    waive(world, incident.id)
    world.type_cell(incident.id, "Add an alert", "Owner", "Marcus Hill")
    world.settled()
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.wait(minutes=5)
    world.settled()
    assert world.row(incident.id, "Add an alert").status == "done"


def test_prose_and_unread_cells_stay_as_people_typed_them(world: World) -> None:
    incident = world.filed()
    waive(world, incident.id)
    world.type_cell(incident.id, "Add an alert", "Due", "when it suits")
    world.publisher.edit(incident.id, world.publisher.text(incident.id) + "\nWe slept well.\n")
    report = world.once()
    assert [malady.what for malady in report.quarantined] == ["a cell of the call sheet"]
    text = world.publisher.text(incident.id)
    assert "We slept well." in text
    assert "when it suits" in text


def test_a_row_that_is_added_under_a_waiver_is_kept_and_filed_once_the_waiver_ends(world: World) -> None:
    incident = world.filed()
    waive(world, incident.id)
    world.type_row(incident.id, "Raise the limit", Owner="Marcus Hill", Due="2026-12-15")
    world.settled()
    row = world.row(incident.id, "Raise the limit")
    assert row.key
    assert (row.owner, row.due, row.ticket) == ("Marcus Hill", "2026-12-15", "")
    assert len(world.tracker.tickets) == 1
    world.wait(minutes=5)
    assert world.settled().rounds == 0
    draft(world, incident.id)
    world.settled()
    assert str(world.ticket("Raise the limit").due_on) == "2026-12-15"


def test_a_waived_incident_is_not_read_anew(world: World) -> None:
    incident = world.filed()
    waive(world, incident.id)
    world.settled()
    world.source.say(incident.id, "ACTION: Raise the limit @marcus.hill due 2026-12-15 P2")
    world.settled()
    assert [item.spoken.title for item in world.items()] == ["Add an alert"]
    draft(world, incident.id)
    world.settled()
    assert len(world.tracker.tickets) == 2


def test_what_people_type_counts_although_the_tracker_says_something_at_the_same_time(world: World) -> None:
    incident = world.filed()
    waive(world, incident.id)
    world.settled()
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    world.tracker.edit(world.ticket().id, priority="Low")
    world.settled()
    assert str(world.ticket().due_on) == "2026-12-15"
    assert world.row(incident.id, "Add an alert").due == "2026-12-15"
    assert world.ticket().priority == "Low"
