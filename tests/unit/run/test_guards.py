"""A guard holds back what would be suspiciously much, until a person decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from callsheet.connect.errors import Rejected, Transient
from callsheet.model.action_item import Hold
from callsheet.model.ticket import Category
from callsheet.run import asks
from callsheet.run.app import Ask
from tests.unit.run.world import ACTION, PLAIN_RULES, World


def test_mass_filings_are_held_back_until_somebody_approves(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, filings_a_cycle=2)).born()
    world.story("\n".join(f"ACTION: Do the {word} thing" for word in ("first", "second", "third")))
    report = world.once()
    assert ([refusal.id for refusal in report.refused], report.exit_code) == (["too-many-filings"], 3)
    assert world.tracker.tickets == ()
    world.wait(minutes=1)
    with world.store() as store:
        assert store.approve("too-many-filings", at=world.clock.now())
    world.settled()
    assert len(world.tracker.tickets) == 3


def test_force_overrides_the_guard(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, filings_a_cycle=0)).born()
    world.story(ACTION)
    assert world.once(Ask(force=True)).counts["ticket.filed"] == 1


def test_many_vanished_tickets_change_nothing_until_somebody_approves(world: World) -> None:
    world.filed("\n".join(f"ACTION: Do the {word} thing" for word in ("first", "second", "third")))
    for ticket in world.tracker.tickets:
        world.tracker.delete(ticket.id)
    world.wait(hours=25)
    report = world.once()
    assert ([refusal.id for refusal in report.refused], report.exit_code) == (["tickets-vanished"], 3)
    world.wait(minutes=1)
    with world.store() as store:
        assert store.database["ticket"].count_where("gone_at IS NOT NULL") == 0
        assert store.approve("tickets-vanished", at=world.clock.now())
    world.settled()
    with world.store() as store:
        assert store.database["ticket"].count_where("gone_at IS NOT NULL") == 3
    assert world.tracker.tickets == ()


def test_a_backfill_that_the_guard_holds_back_releases_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, filings_a_cycle=2))
    for number in range(3):
        world.story(f"ACTION: Old {number} @ana.ferreira")
    world.wait(hours=1)
    world.once()
    world.wait(minutes=5)
    report = world.once(ask=Ask(file_backfill=True, past=True))
    assert [refusal.id for refusal in report.refused] == ["too-many-filings"]
    assert {item.hold for item in world.items()} == {Hold.BACKFILLED}
    world.wait(minutes=5)
    world.story("ACTION: Fresh @ana.ferreira")
    assert world.once().exit_code == 0
    assert [ticket.title for ticket in world.tracker.tickets] == ["Fresh"]
    world.wait(minutes=5)
    world.once(ask=Ask(file_backfill=True, past=True, force=True))
    assert len(world.tracker.tickets) == 4


def test_an_approval_is_used_up_although_a_publisher_is_out_of_reach(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, filings_a_cycle=2)).born()
    world.story(*(f"ACTION: First {number} @ana.ferreira" for number in range(3)))
    assert world.once().exit_code == 3
    with world.store() as store:
        asks.approve(store, "too-many-filings", world.clock.now())
    world.publisher.faults.fail("read_changed", lambda: Rejected("no such folder"), times=1000)
    world.wait(minutes=1)
    world.once()
    assert len(world.tracker.tickets) == 3
    world.wait(minutes=1)
    world.story(*(f"ACTION: Then {number} @ana.ferreira" for number in range(3)))
    assert world.once().exit_code == 3
    assert len(world.tracker.tickets) == 3


def test_mass_changes_are_held_back(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    world.filed(*(f"ACTION: Step {number} @ana.ferreira" for number in range(3)))
    world.rules = replace(world.rules, filings_a_cycle=2)
    with world.store() as store:
        for item in store.items():
            asks.drop(store, item.key, "no", world.clock.now())
    report = world.once()
    assert [refusal.id for refusal in report.refused] == ["too-many-changes"]
    assert {ticket.category for ticket in world.tracker.tickets} == {Category.NEW}
    with world.store() as store:
        asks.approve(store, "too-many-changes", world.clock.now())
    world.wait(minutes=1)
    world.settled()
    assert {ticket.category for ticket in world.tracker.tickets} == {Category.DONE}


def test_an_approval_lasts_while_the_tracker_is_silent(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, filings_a_cycle=2)).born()
    world.story(*(f"ACTION: Step {number} @ana.ferreira" for number in range(3)))
    world.once()
    with world.store() as store:
        asks.approve(store, "too-many-filings", world.clock.now())
    world.tracker.faults.fail("changes", lambda: Transient("down", sent=False), times=1)
    world.wait(minutes=1)
    world.once()
    world.wait(minutes=1)
    world.once()
    assert len(world.tracker.tickets) == 3
