"""Reminders: what was said about each item, when plan has to look at it again, and who was told on which day."""

from collections.abc import Iterable
from datetime import date, datetime

from callsheet.model.action_item import ActionItem
from callsheet.model.nudge import Told
from callsheet.store.codec import dump, load
from callsheet.store.table import Table, stamp


class Reminders(Table):
    """What people have heard."""

    def save_told(self, told: Iterable[tuple[Told, datetime | None]]) -> None:
        """Keep what was said about items, each with the moment of the next look; None: there is none."""
        rows = [{"item_key": one.item_key, "wake_at": stamp(wake_at), "body": dump(one)} for one, wake_at in told]
        self._keep("reminder", ("item_key",), rows)

    def told(self, keys: Iterable[str]) -> dict[str, Told]:
        """What was said about these items, by key; nothing for those of which nobody was told."""
        rows = self._rows_in("SELECT item_key, body FROM reminder WHERE item_key IN ({in})", keys)
        return {row["item_key"]: load(Told, row["body"]) for row in rows}

    def items_to_nudge(self, now: datetime) -> tuple[tuple[ActionItem, Told], ...]:
        """Open, filed items that somebody may have to hear of by now, and what was said about them."""
        rows = self._rows(
            "SELECT item.body AS item, reminder.body AS told FROM reminder JOIN item ON item.key = reminder.item_key"
            " WHERE reminder.wake_at <= ? AND item.status = 'open' AND item.ticket_id IS NOT NULL AND item.hold IS NULL"
            " ORDER BY item.key",
            (stamp(now),),
        )
        return tuple((load(ActionItem, row["item"]), load(Told, row["told"])) for row in rows)

    def overdue_on(self, service_ids: Iterable[str], today: date) -> tuple[ActionItem, ...]:
        """Open, filed items that are overdue and come from incidents of these services."""
        rows = [
            row
            for service_id in service_ids
            for row in self._rows(
                "SELECT item.body FROM item JOIN incident ON incident.id = item.incident_id"
                " WHERE item.status = 'open' AND item.ticket_id IS NOT NULL AND item.hold IS NULL"
                " AND item.due_on < ? AND incident.service = ?",
                (today.isoformat(), service_id),
            )
        ]
        return tuple(load(ActionItem, row["body"]) for row in rows)

    def claim_day(self, person_id: str, local_on: date, *, at: datetime) -> bool:
        """Take somebody's day for one digest: False when it was taken before, by whatever channel."""
        taken = self._write(
            "INSERT INTO nudge (person_id, local_on, state, at) VALUES (?, ?, 'sending', ?)"
            " ON CONFLICT (person_id, local_on) DO NOTHING",
            (person_id, local_on.isoformat(), stamp(at)),
        )
        return bool(taken)

    def close_day(self, person_id: str, local_on: date, state: str) -> None:
        """Say how the digest of that day ended."""
        self._write(
            "UPDATE nudge SET state = ? WHERE person_id = ? AND local_on = ?", (state, person_id, local_on.isoformat())
        )

    def free_day(self, person_id: str, local_on: date) -> None:
        """Give a day back: the digest certainly did not go out."""
        self._write("DELETE FROM nudge WHERE person_id = ? AND local_on = ?", (person_id, local_on.isoformat()))

    def taken_days(self, since: date) -> frozenset[tuple[str, date]]:
        """Who had their digest on which day."""
        rows = self._rows("SELECT person_id, local_on FROM nudge WHERE local_on >= ?", (since.isoformat(),))
        return frozenset((row["person_id"], date.fromisoformat(row["local_on"])) for row in rows)

    def was_told(self, reader_id: str, on: date) -> bool:
        """Whether that reader was told for that day, or the week or month that began on it."""
        return bool(self._row("SELECT 1 FROM nudge WHERE person_id = ? AND local_on = ?", (reader_id, on.isoformat())))

    def receipts(self, prefix: str) -> dict[str, datetime | None]:
        """Readers whose id begins so, and when they were told; None where that is not certain."""
        rows = self._rows(
            # A range, so that the key's index is used: this is asked for each incident, and every reminder is kept.
            "SELECT person_id, state, at FROM nudge WHERE person_id >= ?1 AND person_id < ?1 || ?2 ORDER BY person_id",
            (prefix, "\U0010ffff"),
        )
        return {r["person_id"]: datetime.fromisoformat(r["at"]) if r["state"] == "sent" else None for r in rows}
