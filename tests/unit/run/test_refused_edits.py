"""An edit of a ticket whose answer is a no, and what is done to its item while it is on its way."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from callsheet.connect.errors import AuthRefused, ConnectorError, NotFound, RateLimited, Rejected, Transient
from callsheet.model.action_item import ActionItem
from callsheet.model.ticket import Category, TicketChange
from callsheet.run.asks import drop
from callsheet.store import Store
from callsheet.testing.twins import MemoryTracker
from tests.unit.run.row_sheet import FIRST, SECOND, Sheet, day
from tests.unit.run.world import World

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
