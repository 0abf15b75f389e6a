"""What `draft`, `waive` and `retry` answer: what will happen to this one, or that nothing needs doing."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.connect.errors import Rejected, Transient
from callsheet.model.ticket import Category
from callsheet.run import asks
from callsheet.run.app import Ask
from callsheet.run.names import NotKnown
from callsheet.run.views import Wanted, sheet
from callsheet.testing.builders import make_priority
from tests.unit.run.world import ACTION, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path).born()


def drafted(world: World, incident_id: str) -> str:
    with world.store() as store:
        return " ".join(asks.draft(store, incident_id, world.clock.now()).then)


def retried(world: World) -> str:
    with world.store() as store:
        return " ".join(asks.retry(store, world.item().key, world.clock.now()).then)


def waived(world: World, incident_id: str) -> None:
    with world.store() as store:
        asks.waive(store, incident_id, "a drill", world.clock.now(), by="ana")


def not_filed(world: World) -> str | None:
    with world.store() as store:
        (row,) = sheet(store, Wanted(), world.clock.now().date())
    return None if row["not_filed"] is None else str(row["not_filed"])


def backfilled(folder: Path) -> World:
    """An incident that ended before the first cycle of all."""
    world = World(folder)
    world.story(ACTION)
    world.settled()
    return world


# draft


def test_a_draft_of_what_is_open_already_changes_nothing(world: World) -> None:
    incident = world.filed()
    assert drafted(world, incident.id).startswith("It has its post-mortem already; nothing needs doing.")
    assert world.once().rounds == 0


def test_a_draft_opens_once_and_the_second_time_says_so(world: World) -> None:
    incident = world.story(priority=make_priority(5))
    world.settled()
    assert drafted(world, incident.id) == "The next cycle opens a post-mortem."
    assert "asked for already" in drafted(world, incident.id)
    assert world.once().counts["postmortem.opened"] == 1


def test_a_draft_takes_a_waiver_back_and_says_whose(world: World) -> None:
    incident = world.filed()
    waived(world, incident.id)
    assert "No longer waived (it was waived by ana, because a drill)." in drafted(world, incident.id)


def test_a_draft_of_the_past_says_that_its_items_are_held(tmp_path: Path) -> None:
    world = World(tmp_path)
    incident = world.story(priority=make_priority(5))
    world.settled()
    assert "`callsheet backfill --file` files all that is held" in drafted(world, incident.id)
    world.settled()
    waived(world, incident.id)
    again = drafted(world, incident.id)
    assert "The next cycle brings its document up to date. It ended before" in again


# retry


def test_a_retry_of_what_is_filed_says_that_nothing_needs_doing(world: World) -> None:
    world.filed()
    assert retried(world) == f"It is filed as {world.ticket().key}; nothing needs doing."
    assert world.once().rounds == 0


def test_a_retry_of_what_was_refused_files_it(world: World) -> None:
    world.tracker.faults.fail("create", lambda: Rejected("no such screen"), times=1)
    world.story(ACTION)
    world.once()
    assert "refused: no such screen; it is tried again every hour" in (not_filed(world) or "")
    assert retried(world) == "The next cycle files it."
    world.settled()
    assert not_filed(world) is None


@pytest.mark.parametrize("applied", [True, False])
def test_it_is_said_when_nobody_knows_whether_a_ticket_was_made(world: World, *, applied: bool) -> None:
    world.tracker.faults.fail("create", lambda: Transient("reset", sent=True), applied=applied)
    world.story(ACTION)
    assert world.once().unknown
    assert (not_filed(world) or "").startswith("it is not known yet whether its ticket was made")
    world.wait(minutes=10)
    world.settled()
    assert not_filed(world) is None


def test_a_silent_tracker_is_told_as_what_keeps_an_item_from_being_filed(world: World) -> None:
    world.story(ACTION)
    for call in ("changes", "rules", "account", "create"):
        world.tracker.faults.fail(call, lambda: Transient("down", sent=False), times=9)
    world.once()
    assert not_filed(world) == "the tracker did not answer (down); it is filed once it does"
    world.tracker.faults.clear()
    world.settled()
    assert not_filed(world) is None


def test_a_retry_files_one_of_those_that_are_held(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.story(f"{ACTION}\nACTION: Something else @ana")
    world.settled()
    one, other = sorted(world.items(), key=lambda item: item.key)
    with world.store() as store:
        said = asks.retry(store, one.key, world.clock.now()).then
    assert said == (
        "It was held from before Callsheet’s first cycle; it alone is held no longer.",
        "The next cycle files it.",
    )
    world.settled()
    assert [ticket.title for ticket in world.tracker.tickets] == [one.terms.title]
    assert [item.key for item in world.items() if item.hold] == [other.key]


def test_a_retry_under_a_waiver_is_refused_says_what_takes_it_back_and_changes_nothing(tmp_path: Path) -> None:
    world = backfilled(tmp_path)
    head = world.item().incident_id
    waived(world, head)
    before = world.item()
    with pytest.raises(NotKnown, match=r"can't be filed now: .*“callsheet draft \d+” takes that back"):
        retried(world)
    with world.store() as store:
        assert [line.event for line in store.ledger(before.key) if line.event == "item.retried"] == []
    assert world.item() == before


def test_a_retry_of_what_was_dropped_files_nothing(world: World) -> None:
    world.tracker.faults.fail("create", lambda: Rejected("no"), times=9)
    world.story(ACTION)
    world.once()
    with world.store() as store:
        asks.drop(store, world.item().key, "not worth it", world.clock.now())
    assert retried(world).startswith("It is dropped, so nothing is filed. To take it up again, write the promise ")


def test_a_retry_of_what_was_dropped_after_it_was_filed_says_how_to_take_it_up_again(world: World) -> None:
    world.filed()
    with world.store() as store:
        asks.drop(store, world.item().key, "not worth it", world.clock.now())
    ticket = world.ticket().key
    again = f"To take it up again, reopen {ticket}: the next cycle follows."
    assert retried(world) == f"It is dropped and the next cycle closes {ticket}. {again}"
    world.settled()
    assert retried(world) == f"It is dropped and {ticket} is closed. {again}"
    world.wait(minutes=5)
    world.tracker.move_to(world.ticket().id, Category.NEW)
    world.settled()
    assert world.item().open


# Why something is not filed, where people read it.


def test_the_document_and_the_sheet_say_why_the_past_is_not_filed(tmp_path: Path) -> None:
    world = backfilled(tmp_path)
    document = world.publisher.text(world.item().incident_id)
    assert (
        "- 1 promise not filed: held from before Callsheet’s first cycle; “callsheet backfill --file” files" in document
    )
    assert "“callsheet backfill --file” files what is held" in (not_filed(world) or "")
    world.once(Ask(file_backfill=True))
    assert "not filed" not in world.publisher.text(world.item().incident_id)


def test_a_waiver_leaves_its_mark_in_the_document_until_it_is_taken_back(world: World) -> None:
    incident = world.filed()
    waived(world, incident.id)
    assert world.settled().counts["document.published"] == 1
    assert "waived by ana, because a drill" in world.publisher.text(incident.id)
    world.wait(minutes=5)
    assert world.settled().rounds == 0
    drafted(world, incident.id)
    world.settled()
    assert "waived" not in world.publisher.text(incident.id)


def test_a_waiver_of_what_has_no_document_writes_none(world: World) -> None:
    incident = world.story(priority=make_priority(5))
    world.settled()
    waived(world, incident.id)
    assert world.settled().counts["document.published"] == 0
