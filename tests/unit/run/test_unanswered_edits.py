"""An edit of a ticket whose answer is lost or late: what the ticket shows of it is ours, the rest people's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callsheet.connect.ports import Touched
from callsheet.model.effect import Reason
from callsheet.run.hints import hear
from callsheet.run.takeover import wish
from callsheet.testing.builders import make_rules
from tests.unit.run.mortal import Killed
from tests.unit.run.row_sheet import FIRST, SECOND, THIRD, WAS, Sheet, day
from tests.unit.run.world import World

arrived = pytest.mark.parametrize("applied", [True, False], ids=["arrived", "lost on the way"])


# The answer is lost.


@arrived
def test_an_edit_whose_answer_was_lost_stands_in_the_end(sheet: Sheet, applied: bool) -> None:
    sheet.types(FIRST)
    sheet.lost(applied=applied)
    sheet.looks()
    sheet.looks()
    assert (sheet.due, sheet.item.conflicts) == (FIRST, ())


@arrived
def test_what_is_typed_after_a_lost_answer_stands(sheet: Sheet, applied: bool) -> None:
    sheet.types(FIRST)
    sheet.lost(applied=applied)
    sheet.looks()
    sheet.types(SECOND)
    sheet.looks()
    assert (sheet.due, sheet.item.conflicts) == (SECOND, ())


@arrived
def test_what_is_typed_after_two_lost_answers_stands(sheet: Sheet, applied: bool) -> None:
    for words in (FIRST, SECOND):
        sheet.types(words)
        sheet.lost(applied=applied)
        sheet.looks()
    sheet.types(THIRD)
    sheet.looks()
    assert (sheet.due, sheet.item.conflicts) == (THIRD, ())


@arrived
def test_what_is_typed_while_the_search_lags_behind_a_lost_answer_stands(sheet: Sheet, applied: bool) -> None:
    sheet.world.tracker.lag = timedelta(minutes=3)
    sheet.types(FIRST)
    sheet.lost(applied=applied)
    sheet.looks()
    for words in (SECOND, THIRD):
        sheet.types(words)
        sheet.looks()
    sheet.world.wait(minutes=5)
    sheet.looks()
    assert (sheet.due, sheet.item.conflicts) == (THIRD, ())


@arrived
def test_what_a_person_sets_after_a_lost_answer_wins(sheet: Sheet, applied: bool) -> None:
    sheet.types(FIRST)
    sheet.lost(applied=applied)
    sheet.looks()
    sheet.edits(due_on=day(SECOND))
    sheet.looks()
    assert sheet.due == SECOND


@arrived
def test_the_same_value_set_by_a_person_after_a_lost_answer_is_agreed(sheet: Sheet, applied: bool) -> None:
    sheet.types(FIRST)
    sheet.lost(applied=applied)
    sheet.looks()
    sheet.edits(due_on=day(FIRST))
    sheet.looks()
    assert (sheet.due, sheet.item.conflicts) == (FIRST, ())


def test_a_webhook_that_is_quicker_than_the_search_brings_our_own_edit(sheet: Sheet) -> None:
    sheet.world.tracker.lag = timedelta(minutes=3)
    sheet.types(FIRST)
    sheet.lost(applied=True)
    sheet.looks()
    with sheet.world.store() as store:
        hear(store, "tracker", Touched(events=("1",), ticket_id=sheet.ticket_id), sheet.world.clock.now())
    sheet.types(SECOND)
    sheet.looks()
    sheet.world.wait(minutes=5)
    sheet.looks()
    assert (sheet.due, sheet.item.conflicts) == (SECOND, ())


def test_the_ledger_tells_an_edit_of_ours_from_a_change_of_the_ticket(sheet: Sheet) -> None:
    sheet.types(FIRST)
    sheet.lost(applied=True)
    sheet.looks()
    sheet.looks()
    with sheet.world.store() as store:
        (line,) = [line for line in store.ledger(sheet.item.key) if line.effect == "RecordStatus"]
    assert (line.reason, line.detail) == (Reason.EDIT_ARRIVED, "")


def test_a_priority_that_the_project_has_fewer_of_is_known_for_ours(world: World) -> None:
    world.tracker.projects["OPS"] = make_rules(priorities=make_rules().priorities[:3])
    sheet = Sheet(world)
    sheet.types("P5", "Priority")
    sheet.lost(applied=True)
    sheet.looks()
    sheet.types("P2", "Priority")
    sheet.looks()
    assert (sheet.item.terms.priority, world.ticket().priority, sheet.item.conflicts) == ("P2", "High", ())


# An edit of several fields arrives whole or not at all.


def test_what_a_person_puts_back_of_two_fields_stays_back(sheet: Sheet) -> None:
    sheet.types(FIRST)
    sheet.types("Marcus Hill", "Owner")
    sheet.lost(applied=True)
    sheet.looks()
    sheet.edits(due_on=day(WAS))
    sheet.looks()
    owner = sheet.world.ticket().owner
    assert (sheet.due, owner and owner.name) == (WAS, "Marcus Hill")


def test_what_a_person_sets_of_two_fields_that_never_arrived_wins_alone(sheet: Sheet) -> None:
    sheet.types(FIRST)
    sheet.types("Marcus Hill", "Owner")
    sheet.lost(applied=False)
    sheet.looks()
    sheet.edits(due_on=day(SECOND))
    sheet.looks()
    owner = sheet.world.ticket().owner
    assert (sheet.due, owner and owner.name) == (SECOND, "Marcus Hill")


def test_a_field_that_the_project_lacks_is_not_taken_back_when_another_one_arrives(world: World) -> None:
    world.tracker.projects["OPS"] = make_rules(has_due_on=False)
    sheet = Sheet(world)
    sheet.types(FIRST)
    sheet.types("Marcus Hill", "Owner")
    sheet.lost(applied=True)
    sheet.looks()
    sheet.looks()
    item = sheet.item
    assert (item.terms.due_on, item.owner and item.owner.name) == (day(FIRST), "Marcus Hill")
    assert item.attempted is None


# It never outlives its doubt.


@arrived
def test_what_is_typed_back_after_a_lost_answer_stands(sheet: Sheet, applied: bool) -> None:
    sheet.types(FIRST)
    sheet.lost(applied=applied)
    sheet.looks()
    sheet.types(WAS)
    sheet.looks()
    assert (sheet.due, sheet.item.conflicts) == (WAS, ())


@arrived
@pytest.mark.parametrize("typed", [None, WAS, SECOND])
def test_what_we_once_tried_is_a_persons_word_when_a_person_sets_it_later(
    sheet: Sheet, applied: bool, typed: str | None
) -> None:
    sheet.types(FIRST)
    sheet.lost(applied=applied)
    sheet.looks()
    if typed:
        sheet.types(typed)
        sheet.looks()
    sheet.looks()
    for words in (THIRD, FIRST):
        sheet.edits(due_on=day(words))
        sheet.looks()
        assert sheet.due == words


def test_an_edit_that_was_overruled_is_forgotten(sheet: Sheet) -> None:
    sheet.types(FIRST)
    sheet.lost(applied=False)
    sheet.looks()
    for words in (SECOND, FIRST):
        sheet.edits(due_on=day(words))
        sheet.looks()
        assert sheet.due == words


def test_another_ticket_knows_nothing_of_an_edit_of_the_first(sheet: Sheet) -> None:
    sheet.types(FIRST)
    sheet.lost(applied=False)
    sheet.looks()
    other = sheet.world.tracker.make(title="Theirs", due_on=day(SECOND))
    with sheet.world.app() as app:
        wish(app, sheet.item.key, other.key, force=True)
    sheet.looks()
    sheet.ticket_id = other.id
    sheet.edits(due_on=day(FIRST))
    sheet.looks()
    assert sheet.due == FIRST


# The process dies.


@arrived
def test_what_is_typed_after_a_death_in_the_middle_of_an_edit_stands(sheet: Sheet, applied: bool) -> None:
    sheet.types(FIRST)
    sheet.world.tracker.faults.fail("update", Killed, applied=applied)
    with pytest.raises(Killed):
        sheet.looks()
    sheet.types(SECOND)
    sheet.looks()
    assert (sheet.due, sheet.item.conflicts) == (SECOND, ())


# The search lags behind our own edits.


def test_what_a_lagging_search_shows_between_two_edits_is_nobodys_change(sheet: Sheet) -> None:
    sheet.world.tracker.lag = timedelta(seconds=90)
    for words in (FIRST, SECOND, THIRD):
        sheet.types(words)
        sheet.looks()
    sheet.looks()
    sheet.looks()
    assert (sheet.due, sheet.item.conflicts) == (THIRD, ())


def test_an_exchange_of_labels_alone_leaves_no_doubt(sheet: Sheet) -> None:
    sheet.edits(due_on=day("2027-02-01"))
    sheet.lost(applied=False)
    assert sheet.looks().unknown == 1
    assert sheet.item.attempted is None
    sheet.looks()
    assert (sheet.due, sheet.item.season_left) == ("2027-02-01", None)
