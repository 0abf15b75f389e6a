"""Acts: intents that make writes safe to interrupt, the ledger, refusals, and what was quarantined."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from callsheet.model.action_item import Terms
from callsheet.model.effect import Guard, Refusal
from callsheet.model.ledger import Intent, IntentState, LedgerEntry, Outcome
from callsheet.store.codec import dump, load
from callsheet.store.discretion import Discreet, clean_cell
from callsheet.store.table import moment, stamp

# What the ledger tells about a word: the effects of that key, and those done about it.
LINES = (
    "SELECT id, at, event, effect, key, subject, reason, outcome, detail FROM ledger WHERE key IN ({in})",
    "SELECT id, at, event, effect, key, subject, reason, outcome, detail FROM ledger WHERE subject IN ({in})",
)
# Reminders stand under their reader; what they were about stands in their words.
REMINDERS = (
    "SELECT id, at, event, effect, key, subject, reason, outcome, detail FROM ledger"
    " WHERE effect = 'SendNudge' AND instr(detail, ?)"
)


class Acts(Discreet):
    """What we set out to do, what we did, and what held us back."""

    def intent(self, key: str) -> Intent | None:
        """The intent of a write."""
        row = self._row("SELECT * FROM intent WHERE key = ?", (key,))
        return _intent(dict(row)) if row else None

    def intend(self, key: str, *, marker: str, target: str) -> Intent:
        """The intent of a write, made durable now if it is new."""
        self._write(
            "INSERT INTO intent (key, marker, target, state) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, marker, target, IntentState.READY),
        )
        found = self.intent(key)
        assert found is not None  # noqa: S101 - it was inserted, or stood there, in the line above
        return found

    def claim(self, intent: Intent, *, now: datetime) -> Intent | None:
        """Take the right to send, by compare-and-swap: None when somebody else was faster."""
        sent = dump(intent.sent) if intent.sent else None
        taken = self._write(
            "UPDATE intent SET state = ?, epoch = epoch + 1, sent_at = ?, sent = ?, error = NULL"
            " WHERE key = ? AND state = ? AND epoch = ?",
            (IntentState.SENDING, stamp(now), sent, intent.key, IntentState.READY, intent.epoch),
        )
        return self.intent(intent.key) if taken else None

    def conclude(
        self,
        intent: Intent,
        state: IntentState,
        *,
        result: str | None = None,
        error: str | None = None,
        not_before: datetime | None = None,
    ) -> bool:
        """Bring an intent to its next state; False when it is no longer ours to move."""
        moved = self._write(
            "UPDATE intent SET state = ?, result = ?, error = ?, not_before = ? WHERE key = ? AND epoch = ?",
            (state, result, error, stamp(not_before), intent.key, intent.epoch),
        )
        return bool(moved)

    def intents(self, *states: IntentState) -> tuple[Intent, ...]:
        """Intents in one of these states, oldest sending first."""
        rows = self._rows_in("SELECT * FROM intent WHERE state IN ({in}) ORDER BY sent_at, key", states)
        return tuple(_intent(dict(row)) for row in rows)

    def ready_again(self, key: str) -> bool:
        """Let a write be tried again, because a person asked: whatever its state, it goes out once more."""
        return bool(
            self._write(
                "UPDATE intent SET state = ?, epoch = epoch + 1, not_before = NULL, result = NULL WHERE key = ?",
                (IntentState.READY, key),
            )
        )

    def write_ledger(self, entries: Iterable[LedgerEntry]) -> None:
        """Append lines."""
        self._write_many(
            "INSERT INTO ledger (at, event, effect, key, subject, reason, outcome, detail)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(stamp(e.at), e.event, e.effect, e.key, e.subject, e.reason, e.outcome, e.detail) for e in entries],
        )

    def begin_line(self, entry: LedgerEntry) -> int:
        """Append a line before the act that it tells of; its number, for `end_line`."""
        with self.transaction():
            self.write_ledger([entry])
            row = self._row("SELECT max(id) AS id FROM ledger")
            assert row is not None  # noqa: S101 - it was written in the line above
            return int(row["id"])

    def end_line(self, number: int, entry: LedgerEntry) -> None:
        """Say in a line that was begun how the act ended."""
        self._write(
            "UPDATE ledger SET at = ?, event = ?, outcome = ?, detail = ? WHERE id = ?",
            (stamp(entry.at), entry.event, entry.outcome, entry.detail, number),
        )

    def end_interrupted_lines(self, detail: str) -> None:
        """Of lines that nobody ended nobody knows how the act ended: the process died meanwhile."""
        if self._row("SELECT 1 FROM ledger WHERE outcome = 'begun' LIMIT 1"):
            self._write(
                "UPDATE ledger SET outcome = ?, detail = ? WHERE outcome = ?",
                (Outcome.UNKNOWN, detail, Outcome.BEGUN),
            )

    def ledger(self, *words: str, reminded_of: Iterable[str] = ()) -> tuple[LedgerEntry, ...]:
        """All lines whose key or subject is one of the words, in the order in which they were written.

        Among them reminders, whoever read them, in whose words one of `reminded_of` is found.
        """
        found = {row["id"]: row for sql in LINES for row in self._rows_in(sql, words)}
        found |= {row["id"]: row for name in reminded_of for row in self._rows(REMINDERS, (name,))}
        return tuple(
            _entry({name: value for name, value in dict(found[number]).items() if name != "id"})
            for number in sorted(found)
        )

    def save_refusals(self, refusals: Iterable[Refusal], *, at: datetime) -> None:
        """Keep what guards held back, until somebody approves or it no longer applies."""
        rows = [(r.id, r.guard, r.what, stamp(at)) for r in refusals]
        with self.transaction():
            self._write_many(
                "INSERT INTO refusal (id, guard, what, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET what = excluded.what",
                rows,
            )
            standing = {row[0] for row in rows}
            gone = [(r["id"],) for r in self._rows("SELECT id FROM refusal") if r["id"] not in standing]
            self._write_many("DELETE FROM refusal WHERE id = ?", gone)

    def refusals(self) -> tuple[tuple[Refusal, bool], ...]:
        """What is held back now, and whether a person approved it."""
        rows = self._rows("SELECT id, guard, what, approved_at FROM refusal ORDER BY at, id")
        return tuple(
            (Refusal(id=r["id"], guard=Guard(r["guard"]), what=r["what"]), r["approved_at"] is not None) for r in rows
        )

    def approve(self, refusal_id: str, *, at: datetime) -> bool:
        """Let the daemon go on with what a guard held back."""
        return bool(self._write("UPDATE refusal SET approved_at = ? WHERE id = ?", (stamp(at), refusal_id)))

    def quarantine(self, found: Iterable[tuple[str, str, str]], *, at: datetime) -> None:
        """Set aside what could not be read: (what, place, error)."""
        forgotten = self._forgotten()
        cleaned = ((clean_cell(words, forgotten) for words in each) for each in found)
        rows = [{"what": what, "place": place, "error": error, "at": stamp(at)} for what, place, error in cleaned]
        self._keep("quarantine", ("what", "place"), rows)

    def forget_quarantine(self, before: datetime) -> None:
        """Let go of what was set aside longer ago: if it is still ill it was, or will be, found again."""
        self._let_go("quarantine", "at < ?", (stamp(before),))

    def readmit(self, *, what: str | None = None, place: str | None = None, within: str | None = None) -> None:
        """Let go of one kind of what was set aside, of one place, or of what lies `within` one (`place:…`)."""
        if what is not None:
            self._write("DELETE FROM quarantine WHERE what = ?", (what,))
        if place is not None:
            self._write("DELETE FROM quarantine WHERE place = ?", (place,))
        if within is not None:
            self._write("DELETE FROM quarantine WHERE substr(place, 1, ?) = ?", (len(within) + 1, f"{within}:"))

    def quarantined(self) -> tuple[tuple[str, str, str], ...]:
        """All that is set aside: (what, place, error)."""
        rows = self._rows("SELECT what, place, error FROM quarantine ORDER BY at, what, place")
        return tuple((row["what"], row["place"], row["error"]) for row in rows)


def _entry(row: dict[str, Any]) -> LedgerEntry:
    typed = {"at": datetime.fromisoformat(row["at"]), "outcome": Outcome(row["outcome"])}
    return LedgerEntry(**{**row, **typed})


def _intent(row: dict[str, Any]) -> Intent:
    times = {name: moment(row[name]) for name in ("sent_at", "not_before")}
    sent = load(Terms, row["sent"]) if row["sent"] else None
    return Intent(**{**row, **times, "sent": sent, "state": IntentState(row["state"])})
