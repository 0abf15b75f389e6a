"""After a lost database a row and its ticket may say different things: the ticket counts, and the row tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from callsheet.model.action_item import ItemStatus
from callsheet.model.incident import Incident
from callsheet.model.ticket import Category
from callsheet.run import asks
from callsheet.testing.builders import make_person
from callsheet.testing.clock import FakeClock
from tests.unit.run.world import PLAIN_RULES, World

ACTION = "Write a runbook"
AS_FILED = {"Owner": "Ana Ferreira", "Due": "2026-11-20", "Priority": "P2"}


def promised(world: World, **cells: str) -> Incident:
    """A row that was filed, with what the document made of it since."""
    incident = world.filed()
    world.type_row(incident.id, ACTION, **{**AS_FILED, **cells})
    come_to_rest(world)
    return incident


def come_to_rest(world: World) -> None:
    for _ in range(2):
        world.once()
        world.wait(minutes=5)


def lose(world: World) -> None:
    world.lose_database()
    world.wait(days=8)
    come_to_rest(world)


def set_aside(world: World, incident: Incident) -> list[str]:
    return [line for line in world.publisher.text(incident.id).splitlines() if "was set aside" in line]


@pytest.mark.parametrize(
    ("column", "words", "told"),
    [
        ("Owner", "Marcus Hill", "owner: “Marcus Hill” was set aside for “Ana Ferreira” from the tracker"),
        ("Owner", "@marcus.hill", "owner: “@marcus.hill” was set aside for “Ana Ferreira” from the tracker"),
        ("Owner", "Nobody Known", "owner: “Nobody Known” was set aside for “Ana Ferreira” from the tracker"),
        ("Owner", "Ana & Marcus Hill", "owner: “Ana & Marcus Hill” was set aside for “Ana Ferreira” from the tracker"),
        ("Due", "2026-11-27", "due date: “2026-11-27” was set aside for “2026-11-20” from the tracker"),
        ("Due", "tomorrow", "due date: “tomorrow” was set aside for “2026-11-20” from the tracker"),
        ("Priority", "P3", "priority: “P3” was set aside for “P2” from the tracker"),
    ],
)
def test_what_was_typed_before_the_loss_and_reached_no_ticket_is_told(
    world: World, column: str, words: str, told: str
) -> None:
    incident = promised(world)
    ticket = world.ticket(ACTION)
    world.type_cell(incident.id, ACTION, column, words)
    lose(world)
    (line,) = set_aside(world, incident)
    assert told in line
    assert world.ticket(ACTION) == ticket
    assert world.row(incident.id, ACTION).cell(column) == AS_FILED[column]
    assert "read as" not in world.publisher.text(incident.id)


def test_what_people_changed_on_the_ticket_is_told_beside_what_its_row_said(world: World) -> None:
    incident = promised(world)
    world.tracker.edit(world.ticket(ACTION).id, owner=world.tracker.accounts["acc-marcus.hill"])
    lose(world)
    (line,) = set_aside(world, incident)
    assert "owner: “Ana Ferreira” was set aside for “Marcus Hill”" in line
    assert world.row(incident.id, ACTION).owner == "Marcus Hill"


def nothing_else(world: World, incident: Incident) -> None:
    """As it was filed."""


def other_name(world: World, incident: Incident) -> None:
    """The tracker writes her name in another way, and hides her address."""
    ana = world.tracker.accounts["acc-ana.ferreira"]
    world.tracker.accounts[ana.id] = renamed = replace(ana, name="Ferreira, Ana (IT)")
    for ticket in world.tracker.tickets:
        world.tracker.edit(ticket.id, owner=replace(renamed, email=None))


def spaced_name(world: World, incident: Incident) -> None:
    """The tracker writes her name with other spaces than a cell can hold."""
    ana = world.tracker.accounts["acc-ana.ferreira"]
    world.tracker.edit(world.ticket(ACTION).id, owner=replace(ana, id="odd", name=" Zoë\u00a0 X ", email=None))


def shut(world: World, incident: Incident) -> None:
    """The project is closed to us, so that nobody can be asked for its accounts; her name there is another."""
    other_name(world, incident)
    come_to_rest(world)
    del world.tracker.projects["OPS"]


def cleared(world: World, incident: Incident) -> None:
    """Somebody took the ticket from its owner."""
    world.tracker.edit(world.ticket(ACTION).id, owner=None)


def given(world: World, incident: Incident) -> None:
    """Somebody gave the ticket to somebody else."""
    world.tracker.edit(world.ticket(ACTION).id, owner=world.tracker.accounts["acc-marcus.hill"])


def namesakes(world: World, incident: Incident) -> None:
    """Another person of the same name came."""
    world.source.people = (*world.source.people, make_person("Ana Ferreira", id="P2", email="ana2@example.com"))


@pytest.mark.parametrize("cells", [{}, {"Owner": "Nobody Known"}, {"Owner": ""}, {"Due": "next friday"}, {"Due": ""}])
@pytest.mark.parametrize("happens", [nothing_else, other_name, spaced_name, shut, cleared, given, namesakes])
def test_where_row_and_ticket_agree_nothing_is_told(
    world: World, happens: Callable[[World, Incident], None], cells: dict[str, str]
) -> None:
    incident = promised(world, **cells)
    happens(world, incident)
    come_to_rest(world)
    due = world.ticket(ACTION).due_on
    lose(world)
    assert set_aside(world, incident) == []
    assert world.ticket(ACTION).due_on == due


@pytest.mark.parametrize("due", ["tomorrow", "Friday", "next friday", "in 2 weeks"])
@pytest.mark.parametrize(
    ("zone", "hour", "waits"), [("Pacific/Auckland", 20, 0), ("America/Los_Angeles", 3, 0), ("UTC", 22, 3)]
)
def test_a_day_in_words_is_what_it_was_where_and_when_it_was_typed(
    tmp_path: Path, zone: str, hour: int, waits: int, due: str
) -> None:
    rules = replace(PLAIN_RULES, calendar=replace(PLAIN_RULES.calendar, zone=zone), file_after=timedelta(hours=waits))
    world = World(tmp_path, rules=rules, clock=FakeClock(datetime(2026, 11, 2, hour, tzinfo=UTC))).born()
    incident = world.story("ACTION: Add an alert @ana.ferreira")
    world.once()
    world.type_row(incident.id, ACTION, **{**AS_FILED, "Due": due})
    world.once()
    world.wait(hours=waits)
    come_to_rest(world)
    assert world.ticket(ACTION)
    lose(world)
    assert set_aside(world, incident) == []


def test_what_a_note_said_before_its_ticket_was_changed_is_not_told(world: World) -> None:
    incident = world.filed()
    world.tracker.edit(world.ticket().id, owner=world.tracker.accounts["acc-marcus.hill"], due_on=date(2026, 12, 1))
    come_to_rest(world)
    lose(world)
    assert set_aside(world, incident) == []
    assert (world.row(incident.id, "Add an alert").owner, world.row(incident.id, "Add an alert").due) == (
        "Marcus Hill",
        "2026-12-01",
    )


def test_who_has_a_ticket_for_somebody_without_an_account_is_no_other_word(world: World) -> None:
    del world.tracker.accounts["acc-marcus.hill"]
    incident = promised(world, Owner="Marcus Hill")
    owner = world.ticket(ACTION).owner
    assert owner
    assert owner.name == "Grace Okafor"
    lose(world)
    assert set_aside(world, incident) == []


def test_a_project_without_owners_is_told_of_none(world: World) -> None:
    world.tracker.projects["OPS"] = replace(world.tracker.projects["OPS"], has_owner=False)
    incident = promised(world)
    lose(world)
    assert set_aside(world, incident) == []


def dropped(world: World) -> Incident:
    incident = promised(world)
    with world.store() as store:
        asks.drop(store, world.item(ACTION).key, "it is not worth it", world.clock.now())
    come_to_rest(world)
    assert (world.ticket(ACTION).category, world.row(incident.id, ACTION).status) == (Category.DONE, "dropped")
    return incident


def test_who_had_a_dropped_promise_is_called_as_the_tracker_calls_them_and_nothing_is_told(world: World) -> None:
    incident = dropped(world)
    other_name(world, incident)
    come_to_rest(world)
    world.lose_database()
    world.tracker.edit(world.ticket(ACTION).id, category=Category.NEW, status="To Do", resolution=None)
    world.wait(days=8)
    come_to_rest(world)
    assert world.item(ACTION).status is ItemStatus.OPEN
    assert set_aside(world, incident) == []


@pytest.mark.parametrize(
    ("edit", "status"),
    [
        ({}, ItemStatus.DROPPED),
        ({"resolution": "Done", "status": "Done"}, ItemStatus.DROPPED),
        ({"category": Category.NEW, "status": "To Do", "resolution": None}, ItemStatus.OPEN),
        ({"category": Category.UNKNOWN, "status": "???", "resolution": None}, ItemStatus.DROPPED),
    ],
)
def test_a_dropped_that_we_printed_is_open_again_only_with_an_open_ticket(
    world: World, edit: dict[str, object], status: ItemStatus
) -> None:
    dropped(world)
    if edit:
        world.tracker.edit(world.ticket(ACTION).id, **edit)
    category = world.ticket(ACTION).category
    lose(world)
    assert world.item(ACTION).status is status
    assert world.ticket(ACTION).category is category
