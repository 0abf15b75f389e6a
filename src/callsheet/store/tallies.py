"""Tallies: how much of what there is, counted by the database, for those who ask every few seconds."""

from dataclasses import dataclass
from datetime import date, datetime

from callsheet.model.ledger import IntentState
from callsheet.store.table import Table, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Numbers only. `items` by status and whether overdue; `unknown_since` is the oldest open outcome's time."""

    intents: dict[str, int]
    unknown_since: datetime | None
    items: dict[tuple[str, bool], int]
    held: int
    quarantined: int


class Tallies(Table):
    """What is counted."""

    def tally(self, today: date) -> Tally:
        """All numbers of this moment."""
        intents = {
            row["state"]: row["n"] for row in self._rows("SELECT state, COUNT(*) AS n FROM intent GROUP BY state")
        }
        (since,) = self._row("SELECT MIN(sent_at) FROM intent WHERE state = ?", (IntentState.SENDING,)) or (None,)
        items = self._rows(
            "SELECT status, COUNT(*) AS n,"
            " status = 'open' AND ticket_id IS NOT NULL AND due_on IS NOT NULL AND due_on < ? AS overdue"
            " FROM item GROUP BY status, overdue",
            (today.isoformat(),),
        )
        (held,) = self._row("SELECT COUNT(*) FROM refusal WHERE approved_at IS NULL") or (0,)
        (quarantined,) = self._row("SELECT COUNT(*) FROM quarantine") or (0,)
        return Tally(
            intents={state.value: intents.get(state.value, 0) for state in IntentState},
            unknown_since=moment(since),
            items={(row["status"], bool(row["overdue"])): row["n"] for row in items},
            held=held,
            quarantined=quarantined,
        )
