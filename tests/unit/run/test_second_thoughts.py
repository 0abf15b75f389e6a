"""While an item is not filed yet, whatever keeps it, what people write into its row is what is filed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from callsheet.model.incident import Incident
from callsheet.run.app import Ask
from callsheet.run.asks import approve
from tests.unit.run.world import ACTION, PLAIN_RULES, World


def edit(world: World, incident: Incident) -> None:
    world.type_cell(incident.id, "Add an alert", "Owner", "Marcus Hill")
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-04")
    world.type_cell(incident.id, "Add an alert", "Action", "Add two alerts")


def held_by_a_guard(world: World) -> None:
    world.rules = replace(PLAIN_RULES, filings_a_cycle=0)
    world.born()
    incident = world.story(ACTION)
    assert world.once().exit_code == 3
    edit(world, incident)
    assert world.once().exit_code == 3
    with world.store() as store:
        approve(store, "too-many-filings", world.clock.now())
    world.settled()


def rejected(world: World) -> None:
    world.born()
    world.tracker.rejected["title"] = "not so short"
    incident = world.story(ACTION)
    assert world.once().exit_code == 1
    edit(world, incident)
    world.tracker.rejected.clear()
    world.wait(hours=2)
    world.settled()


def backfilled(world: World) -> None:
    incident = world.story(ACTION)
    world.wait(days=1)
    world.settled()
    edit(world, incident)
    world.settled()
    assert world.tracker.tickets == ()
    world.once(Ask(file_backfill=True))


@pytest.mark.parametrize("kept", [held_by_a_guard, rejected, backfilled])
def test_owner_date_and_title_are_filed_as_people_changed_them(kept: object, tmp_path: Path) -> None:
    world = World(tmp_path)
    assert callable(kept)
    kept(world)
    (ticket,) = world.tracker.tickets
    assert (ticket.title, ticket.due_on) == ("Add two alerts", date(2026, 12, 4))
    assert ticket.owner is not None
    assert ticket.owner.name == "Marcus Hill"
