"""A row that people type into, and the edit of its ticket that follows."""

from __future__ import annotations

from datetime import date

from callsheet.connect.errors import Transient
from callsheet.model.action_item import ActionItem
from callsheet.run.report import Report
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


def day(text: str) -> date:
    return date.fromisoformat(text)
