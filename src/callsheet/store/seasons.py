"""Seasons: the due dates that promises ever had, so that a promise that moved on still counts where it was made for."""

from collections.abc import Iterable, Sequence
from datetime import date

from callsheet.model.action_item import ActionItem
from callsheet.store.codec import load
from callsheet.store.table import Table

_CLOSED = "season.closed:"


def agreed_dates(items: Iterable[ActionItem]) -> Sequence[tuple[str, str]]:
    """The due dates that items and tickets agree on, by key. A date that only one side has is no promise."""
    return [(item.key, item.base.due_on.isoformat()) for item in items if item.base and item.base.due_on]


class Seasons(Table):
    """What a season's figures are drawn from, beside what the other parts keep."""

    def promised(self) -> tuple[ActionItem, ...]:
        """Every item that was filed or adopted."""
        rows = self._rows("SELECT body FROM item WHERE ticket_id IS NOT NULL ORDER BY key")
        return tuple(load(ActionItem, row["body"]) for row in rows)

    def due_dates(self) -> dict[str, tuple[date, ...]]:
        """All due dates that were ever agreed on, by item, oldest agreement first."""
        found: dict[str, list[date]] = {}
        for row in self._rows("SELECT item_key, due_on FROM due_date ORDER BY id"):
            found.setdefault(row["item_key"], []).append(date.fromisoformat(row["due_on"]))
        return {key: tuple(dates) for key, dates in found.items()}

    def close_season(self, name: str, on: date) -> None:
        """People have gone through the season's open items."""
        self.note_down(f"{_CLOSED}{name}", on.isoformat())

    def closed_seasons(self) -> dict[str, date]:
        """When each season was closed, by name."""
        rows = self._rows("SELECT name, value FROM meta WHERE substr(name, 1, ?) = ?", (len(_CLOSED), _CLOSED))
        return {row["name"].removeprefix(_CLOSED): date.fromisoformat(row["value"]) for row in rows}
