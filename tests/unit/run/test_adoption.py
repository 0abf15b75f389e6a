"""`callsheet adopt`: a slip of the keyboard takes nothing over, and what was wished for can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.model.ticket import TicketChange
from callsheet.plan.decide import DUPLICATE
from callsheet.run import asks
from callsheet.run.names import NotKnown
from callsheet.run.wishes import wishes
from tests.unit.run.asking import retried, wished
from tests.unit.run.world import ACTION, World

SECOND = "ACTION: Raise the limit @marcus.hill due 2026-11-21 P2"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One item, filed."""
    there = World(tmp_path).born()
    there.filed(ACTION)
    return there


def pending(world: World) -> dict[str, str]:
    with world.store() as store:
        return wishes(store)


@pytest.mark.parametrize("word", ["OPS-99", "OSP-1"])
def test_a_ticket_that_does_not_exist_is_refused_and_nothing_is_wished(world: World, word: str) -> None:
    with pytest.raises(NotKnown, match=f"no ticket {word} can be seen .* filed in OPS"):
        wished(world, word)
    assert pending(world) == {}


@pytest.mark.parametrize("word", ["", "the other one", "OPS 12", "ai-0123456789abcdef"])
def test_what_has_not_the_form_of_a_key_is_refused_unasked(world: World, word: str) -> None:
    asked = world.asked
    with pytest.raises(NotKnown, match="is no ticket's key; write it as"):
        wished(world, word)
    assert world.asked == asked


def test_an_item_that_has_a_ticket_keeps_it_unless_forced(world: World) -> None:
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    with pytest.raises(NotKnown, match=f"has {mine.key} .* already. `--force` follows {made.key}"):
        wished(world, made.key)
    world.settled()
    assert (world.item().ticket_id, pending(world)) == (mine.id, {})


def test_forced_the_old_ticket_is_followed_until_the_new_one_is(world: World) -> None:
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    found = wished(world, made.key, force=True)
    assert (found.was and found.was.key, found.ticket.key) == (mine.key, made.key)
    assert f"{mine.key} stays open and is linked as its duplicate." in found.remarks
    assert world.item().ticket_id == mine.id
    report = world.settled()
    assert report.counts["ticket.adopted"] == 1
    assert (world.item().ticket_id, pending(world)) == (made.id, {})
    assert DUPLICATE in world.tracker.read([mine.id]).found[0].labels
    with world.store() as store:
        told = [line.detail for line in store.ledger(f"adopt:{world.item().key}")]
    assert told[-1] == f"was {mine.key}, now {made.key}; it had nobody's marker"
    world.wait(minutes=5)
    assert world.settled().rounds == 0


def test_retry_takes_a_wish_back(world: World) -> None:
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    wished(world, made.key, force=True)
    assert retried(world).then == (
        "The ticket that was named for it is let be.",
        f"It is filed as {mine.key}; nothing needs doing.",
    )
    world.settled()
    assert world.item().ticket_id == mine.id


def test_drop_takes_a_wish_back(world: World) -> None:
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    wished(world, made.key, force=True)
    with world.store() as store:
        dropped = asks.drop(store, world.item().key, "not worth it", world.clock.now())
    assert (dropped.ticket, dropped.unwished, pending(world)) == (mine.key, True, {})
    world.settled()
    assert world.item().ticket_id == mine.id


def test_a_second_wish_takes_the_place_of_the_first(world: World) -> None:
    first, second = world.tracker.make(title="One"), world.tracker.make(title="Two")
    wished(world, first.key, force=True)
    wished(world, second.key, force=True)
    world.settled()
    assert world.item().ticket_id == second.id


def test_naming_the_ticket_that_it_has_ends_a_wish_for_another(world: World) -> None:
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    wished(world, made.key, force=True)
    found = wished(world, mine.key.lower())
    assert found.was
    assert found.was.id == found.ticket.id == mine.id
    assert pending(world) == {}


def test_a_ticket_that_vanished_since_ends_the_wish_with_a_refusal_that_people_see(world: World) -> None:
    mine, made = world.ticket(), world.tracker.make(title="By hand")
    wished(world, made.key, force=True)
    world.tracker.delete(made.id)
    report = world.once()
    assert [failure.error for failure in report.failed if failure.effect == "Adopt"] == [
        f"the ticket can no longer be seen; `callsheet adopt {world.item().key} TICKET` names another"
    ]
    assert (world.item().ticket_id, pending(world)) == (mine.id, {})
    world.wait(minutes=1)
    assert world.once().failed == []


@pytest.mark.parametrize("force", [False, True])
def test_a_ticket_that_is_followed_as_another_item_is_refused_even_by_force(world: World, *, force: bool) -> None:
    taken = world.ticket()
    world.filed(SECOND)
    with pytest.raises(NotKnown, match=f"{taken.key} is followed as .*“Add an alert.*” already"):
        wished(world, taken.key, title="Raise the limit", force=force)


def test_another_items_marker_is_told_and_needs_force(world: World) -> None:
    made = world.tracker.make(title="Of another house")
    world.tracker.update(made.id, TicketChange(add_labels=("cs-0123456789abcdef",)))
    world.tracker.delete(world.ticket().id)
    world.once()
    with world.store() as store:
        gone = world.item()
        store.ticket_gone([gone.ticket_id or ""], world.clock.now())
    with pytest.raises(NotKnown, match=f"{made.key} .* carries the marker of another item"):
        wished(world, made.key)
    assert f"{made.key} carries another item's marker as well." in wished(world, made.key, force=True).remarks


def test_an_address_will_do_for_a_key(world: World) -> None:
    made = world.tracker.make(title="By hand")
    assert wished(world, f"https://jira.example/browse/{made.key}", force=True).ticket.key == made.key


def test_an_address_is_taken_as_a_browser_shows_it(world: World) -> None:
    made = world.tracker.make(title="By hand")
    for tail in ("/", "?filter=7", "/?filter=7#comments"):
        assert wished(world, f"https://jira.example/browse/{made.key}{tail}", force=True).ticket.key == made.key
