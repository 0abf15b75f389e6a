"""A ticket that people made becomes an item's own: nothing of the promise is lost, nothing is closed or left by it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from callsheet.connect.errors import Rejected
from callsheet.model.action_item import ItemStatus
from callsheet.model.ticket import Category, Field, Ticket, TicketChange
from callsheet.plan.decide import DUPLICATE
from callsheet.run.names import NotKnown
from tests.unit.run.asking import dropped, wished
from tests.unit.run.world import ACTION, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One item, filed."""
    there = World(tmp_path).born()
    there.filed(ACTION)
    return there


@pytest.fixture
def unfiled(tmp_path: Path) -> World:
    """One item, whose ticket was refused."""
    there = World(tmp_path).born()
    there.tracker.faults.fail("create", lambda: Rejected("no such screen"))
    there.story(ACTION)
    there.once()
    return there


def followed(world: World) -> None:
    """Until there is nothing left to do."""
    world.settled()
    world.wait(minutes=5)
    world.settled()
    world.wait(minutes=5)
    assert world.settled().rounds == 0


def now(world: World, ticket: Ticket) -> Ticket:
    return world.tracker.read([ticket.id]).found[0]


@pytest.mark.parametrize("filed", [True, False])
def test_a_bare_ticket_is_given_the_owner_and_the_date_of_the_promise(
    request: pytest.FixtureRequest, *, filed: bool
) -> None:
    world: World = request.getfixturevalue("world" if filed else "unfiled")
    made = world.tracker.make(title="By hand")
    before = world.item()
    wished(world, made.key, force=filed)
    followed(world)
    there, item = now(world, made), world.item()
    assert (item.owner, item.terms.due_on, item.cleared) == (before.owner, before.terms.due_on, ())
    assert (there.owner and there.owner.id, there.due_on) == (before.terms.owner, date(2026, 11, 20))


def test_a_date_that_was_typed_in_the_same_minute_reaches_the_ticket(world: World) -> None:
    made = world.tracker.make(title="By hand")
    world.type_cell(world.item().incident_id, "Add an alert", "Due", "2026-12-24")
    wished(world, made.key, force=True)
    followed(world)
    assert (world.item().terms.due_on, now(world, made).due_on) == (date(2026, 12, 24), date(2026, 12, 24))


def test_what_people_set_on_the_ticket_counts_and_a_new_priority_is_told(world: World) -> None:
    made = world.tracker.make(title="By hand")
    world.tracker.update(made.id, TicketChange(fields={Field.DUE_ON: date(2027, 1, 8)}))
    found = wished(world, made.key, force=True)
    followed(world)
    item = world.item()
    assert item.terms.due_on == now(world, made).due_on == date(2027, 1, 8)
    assert item.terms.priority != "P1"
    assert f"Its priority becomes {item.terms.priority}, as on {made.key}; it was P1." in found.remarks


def test_a_done_item_opens_again_with_an_open_ticket(world: World) -> None:
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    world.tracker.move_to(mine.id, Category.DONE)
    followed(world)
    assert world.item().status is ItemStatus.DONE
    found = wished(world, made.key, force=True)
    assert f"{world.item().key} was done; it opens again with {made.key}." in found.remarks
    assert f"{mine.key} stays closed and is linked as its duplicate." in found.remarks
    followed(world)
    item = world.item()
    assert (item.status, item.closed_at, now(world, made).category) == (ItemStatus.OPEN, None, Category.NEW)


def test_a_closed_ticket_is_not_written_to_and_ends_the_item(world: World) -> None:
    made = world.tracker.make(title="By hand")
    world.tracker.move_to(made.id, Category.DONE)
    wished(world, made.key, force=True)
    followed(world)
    assert (world.item().status, now(world, made).owner, now(world, made).due_on) == (ItemStatus.DONE, None, None)


def test_a_dropped_item_takes_no_ticket_and_its_own_is_named(world: World) -> None:
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    dropped(world)
    followed(world)
    with pytest.raises(NotKnown, match=f"was dropped; to promise it again, reopen {mine.key}"):
        wished(world, made.key, force=True)
    followed(world)
    assert now(world, made).category is Category.NEW


def test_a_dropped_item_without_a_ticket_is_to_be_written_down_again(unfiled: World) -> None:
    made = unfiled.tracker.make(title="By hand")
    dropped(unfiled)
    with pytest.raises(NotKnown, match="to promise it again, write it down once more"):
        wished(unfiled, made.key)


def test_an_item_that_is_dropped_in_the_document_lets_the_named_ticket_be(world: World) -> None:
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    wished(world, made.key, force=True)
    world.type_cell(world.item().incident_id, "Add an alert", "Status", "dropped because it is moot")
    report = world.once()
    assert [failure.error for failure in report.failed] == [f"the item was dropped meanwhile, so {made.key} is let be"]
    world.wait(minutes=5)
    followed(world)
    assert (now(world, mine).category, now(world, made).category) == (Category.DONE, Category.NEW)
    assert not now(world, made).labels


def test_swapped_back_only_the_one_that_is_left_repeats_the_other(world: World) -> None:
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    wished(world, made.key, force=True)
    followed(world)
    wished(world, mine.key, force=True)
    followed(world)
    assert world.item().ticket_id == mine.id
    assert (DUPLICATE in now(world, mine).labels, DUPLICATE in now(world, made).labels) == (False, True)


def test_a_wish_is_tried_again_at_once_after_a_refusal(world: World) -> None:
    made = world.tracker.make(title="By hand")
    wished(world, made.key, force=True)
    world.tracker.faults.fail("update", lambda: Rejected("no labels on this screen"))
    assert [failure.effect for failure in world.once().failed] == ["Adopt"]
    world.wait(minutes=1)
    wished(world, made.key, force=True)
    world.settled()
    assert world.item().ticket_id == made.id
