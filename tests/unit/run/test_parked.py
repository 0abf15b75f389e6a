"""`on_unknown = "park"`: a create whose answer was lost and that nothing was found of waits for a person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from callsheet.connect.errors import Transient
from callsheet.model.action_item import Hold, OwnerReason
from callsheet.model.ledger import Intent, IntentState, Outcome
from callsheet.plan.rules import OnUnknown
from callsheet.run import asks, views
from callsheet.run.explaining import explain
from callsheet.run.takeover import wish
from callsheet.store import Store
from tests.unit.run.world import ACTION, PLAIN_RULES, World


@pytest.fixture
def parked(tmp_path: Path) -> World:
    """The create never arrived, nobody knows, and the settle time has passed."""
    world = World(tmp_path, rules=replace(PLAIN_RULES, on_unknown=OnUnknown.PARK)).born()
    world.tracker.faults.fail("create", lambda: Transient("reset", sent=True))
    world.story(ACTION)
    assert world.once().unknown == 1
    world.wait(minutes=6)
    assert world.once().unknown == 1
    assert world.item().hold is Hold.PARKED
    return world


def parked_in(store: Store) -> tuple[Intent, ...]:
    return store.intents(IntentState.PARKED)


def test_it_is_never_sent_again_by_itself_and_costs_no_request(parked: World) -> None:
    parked.wait(hours=2)
    parked.settled()
    asked = parked.asked
    for _ in range(3):
        parked.wait(hours=2)
        parked.settled()
    assert (parked.asked - asked, parked.tracker.tickets) == (6, ())


def test_people_are_shown_that_it_waits_for_them_and_how_to_end_it(parked: World) -> None:
    key, today = parked.item().key, parked.clock.now().date()
    with parked.store() as store:
        (row,) = views.sheet(store, views.Wanted(), today)
        (waiting,) = parked_in(store)
        explained = explain(store, PLAIN_RULES, key, parked.clock.now())
    assert explained is not None
    told = explained.lines
    assert (row["hold"], row["shown"]["status"]) == ("parked", "parked")
    hints = (" ".join(row["shown"]["remarks"]), told[-1].detail, parked.publisher.text(parked.item().incident_id))
    assert all(f"callsheet adopt {key} TICKET" in hint and f"callsheet retry {key}" in hint for hint in hints)
    assert waiting.key == f"file:{key}"
    assert [line.outcome for line in told if line.effect == "FileTicket"] == [Outcome.UNKNOWN, Outcome.PARKED]


def test_retry_makes_the_ticket(parked: World) -> None:
    with parked.store() as store:
        asks.retry(store, parked.item().key, parked.clock.now())
    parked.settled()
    assert parked.item().ticket_id == parked.ticket().id
    with parked.store() as store:
        assert parked_in(store) == ()


def test_adopt_names_it(parked: World) -> None:
    made = parked.tracker.make(title="Made by hand")
    with parked.app() as app:
        wish(app, parked.item().key, made.key)
    parked.settled()
    assert (parked.item().ticket_id, len(parked.tracker.tickets)) == (made.id, 1)
    with parked.store() as store:
        assert parked_in(store) == ()


@pytest.fixture
def hidden(tmp_path: Path) -> World:
    """The create arrived, nobody knows, and no search has shown its ticket within the settle time."""
    world = World(tmp_path, rules=replace(PLAIN_RULES, on_unknown=OnUnknown.PARK)).born()
    world.tracker.faults.lose_reply("create")
    world.story(ACTION)
    world.once()
    world.tracker.faults.calls.clear()
    world.tracker.hidden.add("OPS")
    world.wait(minutes=6)
    world.once()
    assert world.item().hold is Hold.PARKED
    world.tracker.hidden.clear()
    world.wait(minutes=5)
    return world


def test_a_ticket_that_turns_up_after_all_is_adopted(hidden: World) -> None:
    hidden.settled()
    assert (hidden.item().ticket_id, hidden.item().hold) == (hidden.ticket().id, None)
    assert hidden.tracker.faults.calls["create"] == 0


def test_who_was_named_while_it_was_parked_gets_the_ticket_that_turns_up(hidden: World) -> None:
    incident_id = hidden.item().incident_id
    hidden.type_cell(incident_id, "Add an alert", "Owner", "Marcus Hill")
    hidden.settled()
    owner = hidden.ticket().owner
    assert (owner.name if owner else None, hidden.item().cleared) == ("Marcus Hill", ())
    assert hidden.row(incident_id, "Add an alert").owner == "Marcus Hill"


def test_a_name_that_nobody_has_takes_the_ticket_that_turns_up_from_no_one(hidden: World) -> None:
    hidden.type_cell(hidden.item().incident_id, "Add an alert", "Owner", "Nobody Known")
    (malady,) = hidden.once().quarantined
    assert "Owner “Nobody Known”: nobody by that name; it stays with Ana Ferreira" in malady.error
    owner = hidden.ticket().owner
    assert (owner.name if owner else None, hidden.item().owner_reason) == ("Ana Ferreira", OwnerReason.TRACKER)


def test_by_default_it_is_sent_again(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    world.tracker.faults.fail("create", lambda: Transient("reset", sent=True))
    world.story(ACTION)
    world.once()
    world.wait(minutes=6)
    world.settled()
    assert len(world.tracker.tickets) == 1
