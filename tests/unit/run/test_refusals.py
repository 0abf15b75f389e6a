"""A clear no is not asked again and again, nor a side that is down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from callsheet.connect.errors import AuthRefused, ConnectorError, NotFound, RateLimited, Rejected, Transient
from callsheet.model.ticket import Category
from callsheet.run import asks
from callsheet.run.report import Report
from tests.unit.run.world import ACTION, World


def calls(world: World, name: str, **given: Any) -> tuple[int, Report]:
    """How often one call was made in one cycle, a minute later, and what the cycle said."""
    world.wait(minutes=1)
    before = world.source.faults.calls[name] + world.tracker.faults.calls[name]
    report = world.once(**given)
    return world.source.faults.calls[name] + world.tracker.faults.calls[name] - before, report


# A clear no.


@pytest.mark.parametrize("error", [Rejected("no"), AuthRefused("403"), NotFound("404")])
def test_a_refused_create_waits_an_hour_and_stays_a_failure(world: World, error: ConnectorError) -> None:
    world.tracker.faults.fail("create", lambda: error, times=100)
    world.story(ACTION)
    made = [calls(world, "create") for _ in range(4)]
    assert [count for count, _ in made] == [1, 0, 0, 0]
    assert [report.exit_code for _, report in made] == [1, 1, 1, 1]
    assert {(f.effect, f.error) for _, report in made for f in report.failed} == {("FileTicket", error.what)}
    world.wait(hours=1)
    assert calls(world, "create")[0] == 1


@pytest.mark.parametrize("change", ["retry", "row", "rules"])
def test_what_changes_or_is_asked_for_again_does_not_wait(world: World, change: str) -> None:
    world.tracker.faults.fail("create", lambda: Rejected("no"), times=1)
    incident = world.story(ACTION)
    world.once()
    if change == "retry":
        with world.store() as store:
            asks.retry(store, world.item().key, world.clock.now())
    elif change == "row":
        world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    else:
        world.rules = replace(world.rules, filings_a_cycle=49)
    assert calls(world, "create")[0] == 1
    assert world.item().ticket_id is not None


def test_a_refused_change_of_a_ticket_waits_until_the_ticket_changes(world: World) -> None:
    incident = world.filed()
    world.tracker.rejected = {"due_on": "not on the edit screen"}
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    assert [calls(world, "update")[0] for _ in range(4)] == [1, 0, 0, 0]
    world.tracker.rejected = {}
    world.tracker.edit(world.ticket().id, priority="Low")
    assert calls(world, "update")[0] == 1
    assert world.ticket().due_on == date(2026, 12, 15)


def test_a_refused_change_is_tried_again_when_somebody_asks(world: World) -> None:
    incident = world.filed()
    world.tracker.rejected = {"due_on": "not on the edit screen"}
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    world.once()
    world.tracker.rejected = {}
    with world.store() as store:
        asks.retry(store, world.item().key, world.clock.now())
    assert calls(world, "update")[0] == 1


def test_a_refused_edit_of_the_note_waits(world: World) -> None:
    world.filed()
    world.source.faults.fail("edit_note", lambda: Rejected("400"), times=100)
    world.tracker.move_to(world.ticket().id, Category.DONE)
    assert [calls(world, "edit_note")[0] for _ in range(4)] == [1, 0, 0, 0]


# A side that is down.


@pytest.mark.parametrize("error", [Transient("down", sent=True), RateLimited("wait", retry_after=60)])
def test_a_source_that_is_down_is_asked_for_one_dossier(world: World, error: ConnectorError) -> None:
    incidents = [world.story(f"ACTION: Step {number} @ana.ferreira") for number in range(5)]
    world.settled()
    for incident in incidents:
        world.source.say(incident.id, "one more thing")
    world.source.faults.fail("dossier", lambda: error, times=100)
    assert calls(world, "dossier")[0] == 1


@pytest.mark.parametrize(
    ("error", "most"),
    [
        (Transient("down", sent=False), 4),
        (Transient("down", sent=True), 4),
        (RateLimited("wait", retry_after=60), 1),
    ],
)
def test_a_tracker_that_is_down_is_asked_once_a_round(world: World, error: ConnectorError, most: int) -> None:
    world.story(*(f"ACTION: Step {number} @ana.ferreira" for number in range(10)))
    world.tracker.faults.fail("create", lambda: error, times=100)
    assert calls(world, "create")[0] <= most
    world.tracker.faults.clear()
    for _ in range(3):
        world.wait(minutes=6)
        world.once()
    assert len(world.tracker.tickets) == 10


def test_one_refused_dossier_leaves_the_others_alone(world: World) -> None:
    first, second = (world.filed(f"ACTION: Step {number} @ana.ferreira") for number in range(2))
    world.source.say(first.id, "one more thing")
    world.source.say(second.id, "ACTION: Step 5 @ana.ferreira")
    world.source.faults.fail("dossier", lambda: AuthRefused("403"), times=1)
    world.wait(minutes=1)
    report = world.once()
    assert not report.silent
    assert [malady.where for malady in report.quarantined] == [f"incident #{first.number}"]
    assert world.ticket("Step 5")
    world.wait(minutes=1)
    world.settled()


def test_a_refused_dossier_is_asked_for_again_after_an_hour_and_then_set_aside_no_longer(world: World) -> None:
    incident = world.filed()
    world.source.say(incident.id, "ACTION: Step 5 @ana.ferreira")
    world.source.faults.fail("dossier", lambda: AuthRefused("403"), times=1)
    world.wait(minutes=1)
    assert [malady.error for malady in world.once().quarantined] == ["403"]
    assert [calls(world, "dossier")[0] for _ in range(2)] == [0, 0]
    world.wait(hours=1)
    world.settled()
    assert world.ticket("Step 5")
    with world.store() as store:
        assert store.quarantined() == ()
