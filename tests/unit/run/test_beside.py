"""What people ask for while a cycle is under way counts for the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from callsheet.connect.ports import TicketsRead
from callsheet.model.action_item import ItemStatus, marker
from callsheet.model.ticket import Category, TicketChange, TicketDraft, TicketRef
from callsheet.run import asks
from callsheet.run.names import NotKnown
from callsheet.testing.twins import MemoryTracker
from tests.unit.run.asking import dropped, retried, wished
from tests.unit.run.world import ACTION, World

SECOND = "ACTION: Raise the limit @marcus.hill due 2026-11-21 P2"
Asked = Callable[[World], object]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path).born()


def once_while_filing(world: World, monkeypatch: pytest.MonkeyPatch, asked: Callable[[TicketDraft], object]) -> None:
    """A cycle in which somebody asks for something as the first ticket is made."""
    create, seen = MemoryTracker.create, list[TicketDraft]()

    def created(tracker: MemoryTracker, draft: TicketDraft) -> TicketRef:
        seen.append(draft)
        if len(seen) == 1:
            asked(draft)
        return create(tracker, draft)

    with monkeypatch.context() as patched:
        patched.setattr(MemoryTracker, "create", created)
        world.once()


def test_a_waiver_ends_the_filing_of_what_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = world.story(ACTION, SECOND)

    def waived(_: TicketDraft) -> object:
        with world.store() as store:
            return asks.waive(store, incident.id, "a drill", world.clock.now())

    once_while_filing(world, monkeypatch, waived)
    assert len(world.tracker.tickets) == 1


def test_an_item_whose_ticket_was_just_named_is_not_filed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.story(ACTION, SECOND)
    made = world.tracker.make(title="By hand")

    def named(draft: TicketDraft) -> None:
        title = "Raise the limit" if "alert" in draft.title else "Add an alert"
        wished(world, made.key, force=True, title=title)

    once_while_filing(world, monkeypatch, named)
    world.wait(minutes=5)
    world.settled()
    assert len(world.tracker.tickets) == 2
    assert made.id in {item.ticket_id for item in world.items()}


@pytest.mark.parametrize("asked", [retried, dropped])
@pytest.mark.parametrize("during", ["read", "update"])
def test_a_wish_that_is_taken_back_in_the_act_leaves_the_ticket_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, asked: Asked, during: str
) -> None:
    world.filed(ACTION)
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    wished(world, made.key, force=True)
    read, update, seen = MemoryTracker.read, MemoryTracker.update, list[str]()

    def take_back(call: str, ticket_id: str) -> None:
        if call == during and ticket_id == made.id and not seen:
            seen.append(call)
            asked(world)

    def reads(tracker: MemoryTracker, ids: Sequence[str]) -> TicketsRead:
        for each in ids:
            take_back("read", each)
        return read(tracker, ids)

    def updates(tracker: MemoryTracker, ticket_id: str, change: TicketChange) -> None:
        update(tracker, ticket_id, change)
        take_back("update", ticket_id)

    with monkeypatch.context() as patched:
        patched.setattr(MemoryTracker, "read", reads)
        patched.setattr(MemoryTracker, "update", updates)
        report = world.once()
    assert seen == [during]
    assert report.counts["ticket.adopted"] == 0
    world.wait(minutes=5)
    world.settled()
    there = world.tracker.read([made.id]).found[0]
    assert (world.item().ticket_id, there.labels, there.category) == (mine.id, frozenset(), Category.NEW)


def test_a_second_process_that_is_slower_leaves_the_labels_that_the_first_follows_it_by(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.filed(ACTION)
    made = world.tracker.make(title="By hand")
    wished(world, made.key, force=True)
    update, seen = MemoryTracker.update, list[str]()

    def updates(tracker: MemoryTracker, ticket_id: str, change: TicketChange) -> None:
        update(tracker, ticket_id, change)
        if not seen:
            seen.append(ticket_id)
            world.once()

    monkeypatch.setattr(MemoryTracker, "update", updates)
    world.once()
    (there,) = world.tracker.read([made.id]).found
    assert (seen, world.item().ticket_id) == ([made.id], made.id)
    assert marker("callsheet", world.item().key) in there.labels


def test_a_kept_promise_is_not_given_up_afterwards(world: World) -> None:
    world.filed(ACTION)
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.settled()
    with pytest.raises(NotKnown, match="is done already, so there is nothing to give up"):
        dropped(world)
    assert world.item().status is ItemStatus.DONE
