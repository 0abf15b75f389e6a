"""Hints in a cycle: what they name is read again, they cost nothing when there are none, and nothing hangs on them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from callsheet.connect.errors import Transient
from callsheet.connect.ports import Touched
from callsheet.model.hint import HintKind
from callsheet.model.ticket import Category
from callsheet.run.hints import EVENTS_KEPT, Heard, ask_sweep, hear, sweep_asked
from callsheet.store import Store
from tests.unit.run.world import ACTION, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world whose first cycle has passed."""
    return World(tmp_path).born()


def told(world: World, event: str, *, incident: str | None = None, ticket: str | None = None) -> Heard:
    """A webhook came in."""
    with world.store() as store:
        touched = Touched(events=(event,), incident_id=incident, ticket_id=ticket)
        return hear(store, "somebody", touched, world.clock.now())


def waiting(world: World) -> int:
    with world.store() as store:
        return sum(len(store.hints(kind)) for kind in HintKind)


def asked(world: World) -> dict[str, int]:
    """What one cycle asks of the two sides."""
    world.source.faults.calls.clear()
    world.tracker.faults.calls.clear()
    world.settled()
    return {**world.source.faults.calls, **{f"tracker.{n}": c for n, c in world.tracker.faults.calls.items()}}


def test_a_quiet_cycle_without_hints_asks_each_side_once(world: World) -> None:
    world.filed()
    world.settled()
    assert asked(world) == {"changes": 1, "tracker.changes": 1}


def test_a_named_incident_is_read_again_and_an_unchanged_one_changes_nothing(world: World) -> None:
    incident = world.filed()
    world.settled()
    published = world.publisher.faults.written
    assert told(world, "E1", incident=incident.id) is Heard.TAKEN
    assert asked(world) == {"changes": 1, "tracker.changes": 1, "dossier": 1}
    assert (world.publisher.faults.written, waiting(world)) == (published, 0)
    # And then it is quiet again.
    assert asked(world) == {"changes": 1, "tracker.changes": 1}


def test_the_echo_of_our_own_note_and_ticket_starts_no_loop(world: World) -> None:
    incident = world.story(ACTION)
    world.settled()
    written = world.written
    assert written > 0
    for number in range(3):
        told(world, f"note-{number}", incident=incident.id)
        told(world, f"ticket-{number}", ticket=world.ticket().id)
        world.settled()
    assert world.written == written


def test_an_incident_that_nobody_knows_yet_comes_with_the_feed(world: World) -> None:
    incident = world.source.happen(resolved_at=None)
    assert told(world, "E1", incident=incident.id) is Heard.TAKEN
    assert told(world, "E2", incident="QNOBODY") is Heard.TAKEN
    assert asked(world) == {"changes": 1, "tracker.changes": 1}
    assert waiting(world) == 0
    with world.store() as store:
        assert incident.id in store.incidents([incident.id])
        assert store.incidents(["QNOBODY"]) == {}


def test_an_incident_that_was_merged_away_is_told_by_the_one_that_took_it_over(world: World) -> None:
    target, source = world.filed(), world.source.happen(resolved_at=None)
    world.source.merge(source.id, target.id)
    world.settled()
    told(world, "E1", incident=source.id)
    assert asked(world)["dossier"] == 1


def test_named_tickets_are_read_by_id_in_one_call(world: World) -> None:
    world.filed(ACTION, "TODO: Write it down @marcus.hill")
    tickets = world.tracker.tickets
    for ticket in tickets:
        assert told(world, ticket.id, ticket=ticket.id) is Heard.TAKEN
    assert len(tickets) == 2
    assert asked(world)["tracker.read"] == 1
    assert waiting(world) == 0


def test_a_change_is_taken_in_although_the_search_does_not_show_it_yet(world: World) -> None:
    world.filed()
    world.settled()
    world.tracker.lag = EVENTS_KEPT
    world.tracker.edit(world.ticket().id, category=Category.DONE, status="Done")
    world.settled()
    assert world.item().open
    told(world, "E1", ticket=world.ticket().id)
    world.settled()
    assert not world.item().open


def test_with_all_hints_lost_the_next_poll_finds_the_same(world: World) -> None:
    incident = world.filed()
    world.tracker.edit(world.ticket().id, category=Category.DONE, status="Done")
    world.source.say(incident.id, "TODO: Write it down @marcus.hill")
    world.wait(minutes=1)
    world.settled()
    assert not world.item().open
    assert world.ticket("Write it down")


def test_a_tracker_out_of_reach_keeps_the_hints(world: World) -> None:
    world.filed()
    told(world, "E1", ticket=world.ticket().id)
    world.tracker.faults.fail("read", lambda: Transient("nobody there", sent=False))
    assert "tracker" in world.once().unreachable
    assert waiting(world) == 1
    world.settled()
    assert waiting(world) == 0


def test_a_named_ticket_that_is_gone_is_for_the_sweep_to_judge(world: World) -> None:
    world.filed()
    id_ = world.ticket().id
    world.tracker.delete(id_)
    told(world, "E1", ticket=id_)
    world.settled()
    with world.store() as store:
        assert id_ in store.tickets([id_])
        assert sweep_asked(store, "tracker")
    world.settled()
    with world.store() as store:
        assert store.tickets([id_]) == {}
        assert sweep_asked(store, "tracker") is None
    # It is known to be gone: told again, it asks for nothing more.
    world.wait(hours=2)
    told(world, "E2", ticket=id_)
    world.settled()
    with world.store() as store:
        assert sweep_asked(store, "tracker") is None


def test_hints_conclude_no_loss_of_a_whole_project_past_the_guard(world: World) -> None:
    world.filed(*(f"TODO: Promise {word} @ana.ferreira" for word in "abcd"))
    world.tracker.hidden.add("OPS")
    for ticket in world.tracker.tickets:
        told(world, ticket.id, ticket=ticket.id)
    world.settled()
    report = world.once()
    assert [refusal.id for refusal in report.refused] == ["tickets-vanished"]
    with world.store() as store:
        ids = [ticket.id for ticket in world.tracker.tickets]
        assert len(store.tickets(ids)) == 4


def test_names_of_events_are_forgotten_after_a_week(world: World) -> None:
    told(world, "E1", incident="Q1")
    world.wait(days=6)
    world.settled()
    assert told(world, "E1", incident="Q1") is Heard.DUPLICATE
    world.wait(days=2)
    world.settled()
    with world.store() as store:
        assert store.database["heard_event"].count == 0


@pytest.mark.parametrize("side", ["source", "tracker"])
def test_a_sweep_that_was_asked_for_comes_once(world: World, side: str) -> None:
    world.filed()
    sweeps = {"source": "incidents", "tracker": "tracker.read"}[side]
    with world.store() as store:
        assert ask_sweep(store, side, world.clock.now())
        assert not ask_sweep(store, side, world.clock.now())
    assert asked(world)[sweeps] == 1
    assert sweeps not in asked(world)


def test_a_sweep_that_did_not_come_off_is_still_due(world: World) -> None:
    world.filed()
    with world.store() as store:
        ask_sweep(store, "tracker", world.clock.now())
    world.tracker.faults.fail("read", lambda: Transient("nobody there", sent=False))
    assert "tracker" in world.once().unreachable
    assert asked(world)["tracker.read"] == 1


def test_a_database_from_before_webhooks_gets_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "callsheet.db"
    first = files("callsheet.store").joinpath("schema", "0001_start.sql").read_text()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(f"{first}; PRAGMA user_version = 1; INSERT INTO meta VALUES ('kept', 'yes');")
    with closing(Store(path)) as store:
        assert (store.noted("kept"), store.hints(HintKind.INCIDENT), store.ailment()) == ("yes", (), None)
