"""An edit of a ticket whose answer is lost, late or a no: what the ticket shows of it is ours, the rest people's."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import pytest

from callsheet.connect.errors import AuthRefused, ConnectorError, NotFound, RateLimited, Rejected, Transient
from callsheet.connect.ports import Touched
from callsheet.model.action_item import ActionItem
from callsheet.model.effect import Reason
from callsheet.model.ticket import Category, TicketChange
from callsheet.run.asks import drop
from callsheet.run.hints import hear
from callsheet.run.report import Report
from callsheet.run.takeover import wish
from callsheet.store import Store
from callsheet.testing.builders import make_rules
from callsheet.testing.twins import MemoryTracker
from tests.unit.run.mortal import Killed
from tests.unit.run.world import World

FIRST, SECOND, THIRD = "2026-12-01", "2026-12-08", "2026-12-15"
WAS = "2026-11-20"


class Sheet:
    """A call sheet with one filed item; people type into its row, and the edit that follows meets what it meets."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.incident = world.filed()
        self.ticket_id = world.ticket().id

    def types(self, words: str, column: str = "Due") -> None:
        """Somebody types into the item's row."""
        (row,) = self.world.rows(self.incident.id)
        self.world.type_cell(self.incident.id, row.action, column, words)

    def lost(self, *, applied: bool) -> None:
        """The next edit's answer is lost, whether or not the edit arrived."""
        self.world.tracker.faults.fail("update", lambda: Transient("no answer", sent=True), applied=applied)

    def looks(self) -> Report:
        """A cycle, a minute later."""
        self.world.wait(minutes=1)
        return self.world.once()

    def edits(self, **fields: object) -> None:
        """Somebody edits the ticket."""
        self.world.wait(seconds=5)
        self.world.tracker.edit(self.ticket_id, **fields)

    @property
    def item(self) -> ActionItem:
        (found,) = self.world.items()
        return found

    @property
    def due(self) -> str:
        """The ticket's date, which is the item's and the row's."""
        (ticket,) = self.world.tracker.read([self.ticket_id]).found
        ((row,), item) = (self.world.rows(self.incident.id), self.item)
        assert str(ticket.due_on) == str(item.terms.due_on) == row.due
        assert item.attempted is None
        return row.due


@pytest.fixture
def sheet(world: World) -> Sheet:
    return Sheet(world)


def day(text: str) -> date:
    return date.fromisoformat(text)


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


# The answer is a no.


NOES = (
    Rejected("no"),
    NotFound("404"),
    AuthRefused("403"),
    RateLimited("wait", retry_after=0),
    Transient("", sent=False),
)


@pytest.mark.parametrize("error", NOES, ids=lambda error: type(error).__name__)
def test_of_an_edit_that_was_clearly_refused_nothing_is_ours(sheet: Sheet, error: ConnectorError) -> None:
    sheet.types(FIRST)
    sheet.world.tracker.faults.fail("update", lambda: error, times=9)
    sheet.looks()
    assert sheet.item.attempted is None
    # Both set it anew, and the tracker wins as ever.
    sheet.types(SECOND)
    sheet.edits(due_on=day(FIRST))
    sheet.looks()
    assert (sheet.due, [conflict.ours for conflict in sheet.item.conflicts]) == (FIRST, [SECOND])


@pytest.mark.parametrize("error", [Rejected("no"), NotFound("404"), AuthRefused("403")], ids=lambda e: type(e).__name__)
def test_a_refused_edit_is_not_asked_again_at_once(sheet: Sheet, error: ConnectorError) -> None:
    sheet.types(FIRST)
    sheet.world.tracker.faults.fail("update", lambda: error, times=9)
    for _ in range(3):
        sheet.looks()
    assert sheet.world.tracker.faults.calls["update"] == 1


def test_a_refusal_after_a_lost_answer_leaves_the_doubt(sheet: Sheet) -> None:
    sheet.types(FIRST)
    sheet.lost(applied=True)
    sheet.looks()
    # The look before the next try does not see it yet.
    sheet.world.tracker.lag = timedelta(hours=1)
    sheet.world.tracker.faults.fail("read", lambda: Transient("no answer", sent=True), times=9)
    sheet.types(SECOND)
    sheet.looks()
    assert str(sheet.item.attempted and sheet.item.attempted.due_on) == FIRST
    sheet.world.tracker.faults.clear()
    sheet.looks()
    assert (sheet.due, sheet.item.conflicts) == (SECOND, ())


# Somebody drops the item while the edit is on its way.


def dropped_meanwhile(sheet: Sheet, monkeypatch: pytest.MonkeyPatch, error: ConnectorError | None) -> None:
    """The next update is carried out, or meets an error; before its answer comes the item is dropped."""
    update = MemoryTracker.update

    def slow(tracker: MemoryTracker, ticket_id: str, change: TicketChange) -> None:
        monkeypatch.setattr(MemoryTracker, "update", update)
        if error is None or error.outcome_unknown:
            update(tracker, ticket_id, change)
        with sheet.world.store() as store:
            drop(store, sheet.item.key, "not worth it", sheet.world.clock.now())
        if error:
            raise error

    monkeypatch.setattr(MemoryTracker, "update", slow)


@pytest.mark.parametrize("error", [None, Transient("no answer", sent=True), *NOES], ids=lambda e: type(e).__name__)
def test_who_drops_an_item_while_its_ticket_is_edited_is_heard(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch, error: ConnectorError | None
) -> None:
    sheet.types(FIRST)
    dropped_meanwhile(sheet, monkeypatch, error)
    sheet.looks()
    sheet.world.wait(hours=1)
    sheet.looks()
    assert (sheet.due, sheet.item.status_because) == (FIRST, "not worth it")
    assert sheet.world.ticket().category is Category.DONE


class Crowded(Store):
    """A store on which somebody else acts in the very moment in which the next edit is written down."""

    acts: list[Thread]

    def save_items(self, items: Iterable[ActionItem]) -> None:
        """As the store does."""
        given = tuple(items)
        if any(item.attempted for item in given) and self.acts[0].ident is None:
            self.acts[0].start()
            # They wait for the database, unless nobody holds it.
            self.acts[0].join(0.3)
        super().save_items(given)


def test_a_drop_in_the_moment_in_which_an_edit_is_written_down_is_not_lost(tmp_path: Path) -> None:
    sheet = Sheet(World(tmp_path).born())
    sheet.types(FIRST)
    key, now = sheet.item.key, sheet.world.clock.now()

    def dropped() -> None:
        with closing(Store(tmp_path / "callsheet.db")) as store:
            drop(store, key, "not worth it", now)

    somebody = Thread(target=dropped)
    sheet.world.store_class = type("Crowded", (Crowded,), {"acts": [somebody]})
    sheet.looks()
    somebody.join()
    sheet.looks()
    assert (sheet.due, sheet.item.status_because) == (FIRST, "not worth it")
    assert sheet.world.ticket().category is Category.DONE


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
