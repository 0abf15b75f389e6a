"""Comments come with the search; only where it cuts them off, and there is news, a ticket's own are read, once."""

from __future__ import annotations

from callsheet.testing.builders import make_account
from tests.unit.run.world import World

ANA = make_account()
TWO = "ACTION: Add an alert @ana.ferreira due 2026-11-20\nACTION: Raise the limit @ana.ferreira due 2026-11-20"


def chatter(world: World, title: str = "Add an alert", *, times: int) -> None:
    for number in range(times):
        world.tracker.remark(world.ticket(title).id, f"I looked again, {number}", by=make_account("Marcus Hill"))


def test_what_the_search_shows_whole_is_not_read_again(world: World) -> None:
    world.filed(TWO)
    chatter(world, times=world.tracker.most_comments - 1)
    world.tracker.remark(world.ticket().id, "callsheet: snooze 2w because of the freeze", by=ANA)
    world.settled()
    assert world.tracker.faults.calls["comments"] == 0
    assert world.item().snoozed_until is not None


def test_what_it_cuts_off_is_read_once_and_only_there(world: World) -> None:
    world.filed(TWO)
    chatter(world, times=world.tracker.most_comments)
    chatter(world, "Raise the limit", times=3)
    world.wait(minutes=1)
    world.tracker.remark(world.ticket().id, "callsheet: snooze 2w because of the freeze", by=ANA)
    world.settled()
    assert world.tracker.faults.calls["comments"] == 1
    assert world.item().snoozed_until is not None
    assert world.item("Raise the limit").snoozed_until is None


def test_without_news_it_is_not_read_again(world: World) -> None:
    world.filed(TWO)
    chatter(world, times=world.tracker.most_comments + 1)
    for _ in range(3):
        world.settled()
        world.wait(minutes=1)
    assert world.tracker.faults.calls["comments"] == 1
    chatter(world, times=1)
    world.settled()
    assert world.tracker.faults.calls["comments"] == 2


def test_a_ticket_that_no_item_follows_is_not_read(world: World) -> None:
    stranger = world.tracker.make(labels=("callsheet",))
    for number in range(world.tracker.most_comments + 1):
        world.tracker.remark(stranger.id, f"I looked again, {number}")
    world.once()
    assert world.tracker.faults.calls["comments"] == 0
