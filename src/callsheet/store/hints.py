"""Hints: what webhooks named, until a cycle takes it, and which webhooks were heard before."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from callsheet.model.hint import Hint, HintKind
from callsheet.store.table import Table, stamp


class Hints(Table):
    """What may have changed, as far as webhooks told us."""

    def hear(self, hint: Hint, events: Sequence[str], *, at: datetime) -> bool:
        """Keep a hint under the names of its event; False when the event was heard before under one of them."""
        with self.transaction():
            if any(self._rows_in("SELECT id FROM heard_event WHERE id IN ({in})", events)):
                return False
            self._write_many("INSERT INTO heard_event (id, at) VALUES (?, ?)", [(id_, stamp(at)) for id_ in events])
            self._write(
                "INSERT INTO hint (kind, subject, told, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (kind, subject) DO UPDATE SET told = hint.told + 1, at = excluded.at",
                (hint.kind, hint.subject, hint.told, stamp(at)),
            )
        return True

    def hints(self, kind: HintKind) -> tuple[Hint, ...]:
        """What is waiting to be looked at, the longest waiting first."""
        rows = self._rows("SELECT subject, told FROM hint WHERE kind = ? ORDER BY at, subject", (kind,))
        return tuple(Hint(kind=kind, subject=row["subject"], told=row["told"]) for row in rows)

    def settle_hints(self, hints: Iterable[Hint]) -> None:
        """These were looked at. One that was told again meanwhile stays."""
        self._write_many(
            "DELETE FROM hint WHERE kind = ? AND subject = ? AND told = ?", [(h.kind, h.subject, h.told) for h in hints]
        )

    def forget_events(self, before: datetime) -> None:
        """Let go of webhooks that nobody sends again."""
        self._let_go("heard_event", "at < ?", (stamp(before),))
