"""What people need not read line by line in a call sheet: held promises, and standing items that are not late yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from callsheet.model.action_item import Hold, ItemStatus
from callsheet.run.shapes import Row

# So few are no crowd.
FEW: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """The rows to show, and beside them those to tell of in a line: each is in one of the three, in its order."""

    shown: tuple[Row, ...]
    held: tuple[Row, ...] = ()
    standing: tuple[Row, ...] = ()

    @property
    def held_late(self) -> int:
        """How many of the held ones are past their date."""
        return sum(row["overdue"] for row in self.held)


def folded(rows: Sequence[Row]) -> Folded:
    """The rows without the crowds among them; all of them where nothing else would be left."""
    held = _crowd([row for row in rows if row["hold"] is Hold.BACKFILLED])
    standing = _crowd([row for row in rows if _waits_in_peace(row)])
    apart = {row["key"] for row in (*held, *standing)}
    shown = tuple(row for row in rows if row["key"] not in apart)
    return Folded(shown=shown, held=held, standing=standing) if shown else Folded(shown=tuple(rows))


def _crowd(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(rows) if len(rows) >= FEW else ()


def _waits_in_peace(row: Row) -> bool:
    """Whether nobody wrote it and nothing is the matter with it."""
    lone = row["standing"] and row["status"] is ItemStatus.OPEN and row["hold"] is None
    return lone and row["shown"]["status"] == "open" and not row["overdue"]
