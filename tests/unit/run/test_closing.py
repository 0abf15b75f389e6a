"""A season ends: what is still open is renewed, cut or carried, and the next cycle follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from callsheet.connect.errors import Rejected
from callsheet.model.action_item import ActionItem, DueReason, ItemStatus
from callsheet.model.season import Season
from callsheet.model.ticket import Category, TicketChange
from callsheet.plan.season import Figures, figures
from callsheet.run.closing import Choice, Closing, Decision, Undecidable, close, undecided
from callsheet.run.seasons import record
from callsheet.testing.twins import MemoryTracker
from tests.unit.run.world import World

ALERT, RUNBOOK, LIMIT = "Add an alert", "Write the runbook", "Raise the limit"
NOTES = (
    f"ACTION: {ALERT} @ana.ferreira due 2026-11-20 P1",
    f"ACTION: {RUNBOOK} @ana.ferreira due 2026-11-20 P2",
    f"ACTION: {LIMIT} @ana.ferreira due 2026-12-01 P3",
)


def q4(world: World) -> Season:
    return world.rules.seasons.of(date(2026, 11, 1))


def decide(world: World, *decisions: Decision, carry_rest: bool = False) -> Closing:
    with world.store() as store:
        return close(store, q4(world), decisions, world.rules, world.clock.now(), carry_rest=carry_rest)


def waiting(world: World) -> list[str]:
    with world.store() as store:
        return [line.promise.item.spoken.title for line in undecided(store, q4(world), world.rules, world.clock.now())]


def told(world: World, name: str = "2026-Q4") -> Figures:
    season = world.rules.seasons.called(name)
    assert season
    with world.store() as store:
        return figures(season, record(store), world.rules, world.clock.now())


def renew(item: ActionItem, due_on: date = date(2027, 1, 29)) -> Decision:
    return Decision(word=item.key, choice=Choice.RENEW, due_on=due_on)


def cut(item: ActionItem, because: str | None = "the pool is gone") -> Decision:
    return Decision(word=item.key, choice=Choice.CUT, because=because)


def carry(item: ActionItem) -> Decision:
    return Decision(word=item.key, choice=Choice.CARRY)


@pytest.fixture
def ended(world: World) -> World:
    """Three open promises, and their season is over."""
    world.filed(*NOTES)
    world.wait(days=70)
    world.settled()
    return world


def test_each_open_promise_is_renewed_cut_or_carried(ended: World) -> None:
    assert waiting(ended) == [ALERT, RUNBOOK, LIMIT]
    done = decide(ended, renew(ended.item(ALERT)), cut(ended.item(RUNBOOK)), carry(ended.item(LIMIT)))
    assert done.closed
    assert {choice: [item.spoken.title for item in items] for choice, items in done.done.items()} == {
        Choice.RENEW: [ALERT],
        Choice.CUT: [RUNBOOK],
        Choice.CARRY: [LIMIT],
    }
    total = told(ended).total
    assert (total.promised, total.renewed, total.cut, total.drifted) == (3, 1, 1, 1)
    assert (told(ended, "2027-Q1").total.open, told(ended, "2027-Q1").carried_in) == (1, 1)
    assert told(ended).closed_on == ended.clock.now().date()


def test_the_next_cycle_takes_it_to_the_tickets(ended: World) -> None:
    decide(ended, renew(ended.item(ALERT)), cut(ended.item(RUNBOOK)), carry(ended.item(LIMIT)))
    ended.settled()
    renewed, dropped, carried = ended.ticket(ALERT), ended.ticket(RUNBOOK), ended.ticket(LIMIT)
    assert renewed.due_on == date(2027, 1, 29)
    assert "2027-Q1" in renewed.labels
    assert "2026-Q4" not in renewed.labels
    assert dropped.category is Category.DONE
    assert (carried.due_on, "2026-Q4" in carried.labels) == (date(2026, 12, 1), True)
    assert ended.item(ALERT).due_reason is DueReason.RENEWED
    assert ended.item(RUNBOOK).status_because == "the pool is gone"
    incident = ended.item(ALERT).incident_id
    assert (ended.row(incident, ALERT).due, ended.row(incident, RUNBOOK).status) == ("2027-01-29", "dropped")
    before = ended.written
    ended.wait(minutes=5)
    ended.settled()
    assert ended.written == before
    total = told(ended).total
    assert (total.promised, total.renewed, total.cut, total.drifted) == (3, 1, 1, 1)


def test_why_it_was_done_is_kept(ended: World) -> None:
    decide(ended, renew(ended.item(ALERT)), cut(ended.item(RUNBOOK)), carry(ended.item(LIMIT)))
    ended.settled()
    with ended.store() as store:
        alert = [(line.event, line.reason) for line in store.ledger(ended.item(ALERT).key)]
        runbook = [(line.event, line.detail) for line in store.ledger(ended.item(RUNBOOK).key)]
    assert ("item.renewed", "a person asked for it") in alert
    assert ("ticket.updated", "a person renewed the item for another season") in alert
    assert ("item.cut", "2026-Q4: the pool is gone") in runbook


def test_a_season_is_closed_when_nothing_is_undecided(ended: World) -> None:
    first = decide(ended, carry(ended.item(ALERT)))
    assert ([line.promise.item.spoken.title for line in first.undecided], first.closed) == ([RUNBOOK, LIMIT], False)
    assert told(ended).closed_on is None
    # What was carried is not asked about again.
    assert waiting(ended) == [RUNBOOK, LIMIT]
    assert decide(ended, cut(ended.item(LIMIT)), carry_rest=True).closed
    assert (waiting(ended), told(ended).closed_on) == ([], ended.clock.now().date())


def test_a_season_that_goes_on_is_not_closed(world: World) -> None:
    world.filed(*NOTES)
    with pytest.raises(Undecidable, match=r"2026-Q4 is not over: its last day is 2026-12-31"):
        decide(world, carry_rest=True)
    assert told(world).closed_on is None
    assert waiting(world) == [ALERT, RUNBOOK, LIMIT]


def test_a_ticket_s_key_names_its_item(ended: World) -> None:
    key = ended.ticket(ALERT).key
    decide(ended, Decision(word=key, choice=Choice.CUT, because="no longer"))
    assert ended.item(ALERT).status is ItemStatus.DROPPED


def test_all_that_is_wrong_is_told_and_nothing_is_changed(ended: World) -> None:
    alert, runbook, limit = ended.item(ALERT), ended.item(RUNBOOK), ended.item(LIMIT)
    today = ended.clock.now().date()
    decide(ended, carry(limit))
    with pytest.raises(Undecidable) as raised:
        decide(
            ended,
            renew(alert, today - timedelta(days=1)),
            cut(runbook, "  "),
            carry(limit),
            Decision(word="OPS-99", choice=Choice.CARRY),
            renew(runbook),
        )
    assert raised.value.problems == (
        f"{alert.key}: a renewed promise needs a new date, {today} or later",
        f"{runbook.key}: say why it is cut",
        f"{limit.key} was carried out of 2026-Q4 already; leave it out",
        "no action item or ticket OPS-99 is known; `callsheet sheet` lists them",
        f"{runbook.key} is decided on twice; leave one of the two out",
    )
    assert (ended.item(ALERT), ended.item(RUNBOOK)) == (alert, runbook)


def test_closing_many_is_no_surprise_to_the_guard(ended: World) -> None:
    ended.rules = replace(ended.rules, filings_a_cycle=1)
    decide(ended, *(renew(ended.item(title)) for title in (ALERT, RUNBOOK, LIMIT)))
    ended.settled()
    assert {ticket.due_on for ticket in ended.tracker.tickets} == {date(2027, 1, 29)}


def test_what_there_is_nothing_to_decide_about_says_why(ended: World) -> None:
    alert, runbook, limit = ended.item(ALERT), ended.item(RUNBOOK), ended.item(LIMIT)
    decide(ended, renew(alert), cut(runbook))
    ended.tracker.move_to(ended.ticket(LIMIT).id, Category.DONE)
    ended.wait(minutes=5)
    ended.settled()
    with pytest.raises(Undecidable) as raised:
        decide(ended, carry(alert), carry(runbook), carry(limit))
    assert raised.value.problems == (
        f"{alert.key} counts in 2027-Q1; leave it out",
        f"{runbook.key} was given up already; leave it out",
        f"{limit.key} is done; leave it out",
    )


def test_a_date_and_its_season_s_label_are_one_write(ended: World) -> None:
    decide(ended, renew(ended.item(ALERT)), carry_rest=True)
    assert ended.settled().counts["ticket.updated"] == 1
    assert (ended.ticket(ALERT).due_on, "2027-Q1" in ended.ticket(ALERT).labels) == (date(2027, 1, 29), True)


class Labelless(MemoryTracker):
    """Its edit screen has no labels."""

    def update(self, ticket_id: str, change: TicketChange) -> None:
        if change.add_labels:
            raise Rejected("labels are not on the screen")
        super().update(ticket_id, change)


def test_a_project_that_takes_no_label_takes_the_date(world: World) -> None:
    world.tracker = Labelless(world.clock)
    world.filed(NOTES[0])
    world.wait(days=70)
    world.settled()
    labels = world.ticket(ALERT).labels
    decide(world, renew(world.item(ALERT)))
    world.once()
    assert (world.ticket(ALERT).due_on, world.ticket(ALERT).labels) == (date(2027, 1, 29), labels)
    assert world.item(ALERT).season_left == "2026-Q4"
    # What was refused is not tried in every cycle.
    world.wait(minutes=5)
    before = world.written
    world.once()
    assert world.written == before


def test_a_label_follows_a_date_that_moved_in_the_tracker(world: World) -> None:
    world.filed(NOTES[0])
    world.tracker.edit(world.ticket(ALERT).id, due_on=date(2027, 2, 1))
    world.wait(minutes=5)
    world.settled()
    assert {label for label in world.ticket(ALERT).labels if label.startswith("20")} == {"2027-Q1"}
    assert world.item(ALERT).season_left is None


def test_a_label_that_could_not_follow_at_once_follows_later(world: World) -> None:
    world.filed(NOTES[0])
    world.tracker.edit(world.ticket(ALERT).id, due_on=date(2027, 2, 1))
    world.wait(minutes=5)
    world.tracker.faults.fail("update", lambda: Rejected("labels are not on the screen"), times=9)
    world.once()
    assert world.item(ALERT).season_left == "2026-Q4"
    world.tracker.faults.clear()
    world.wait(hours=2)
    world.settled()
    assert {label for label in world.ticket(ALERT).labels if label.startswith("20")} == {"2027-Q1"}


@pytest.mark.parametrize("labels", [frozenset(), frozenset({"2026-Q3"})])
def test_labels_that_people_set_are_theirs(world: World, labels: frozenset[str]) -> None:
    world.filed(NOTES[0])
    ticket = world.ticket(ALERT)
    world.tracker.edit(ticket.id, due_on=date(2027, 2, 1), labels=(ticket.labels - {"2026-Q4"}) | labels)
    world.wait(minutes=5)
    world.settled()
    assert world.ticket(ALERT).labels == (ticket.labels - {"2026-Q4"}) | labels
