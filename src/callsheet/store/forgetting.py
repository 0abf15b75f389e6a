"""Forgetting somebody: out of every table at once, and out of what comes in later."""

import json
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from callsheet.model.ticket import Ticket
from callsheet.plan.forgetting import Forgotten, Traces
from callsheet.store.codec import dump, load
from callsheet.store.discretion import SALT, Discreet, clean_cell

# Documents, and texts on their way: people's words stay in them, and ours are drawn anew by the next cycle.
_KEPT = ("publication", "begun_text", "forgotten")
# Rows that are read at once, and of those that name somebody so many are written in one short transaction.
_AT_ONCE, _WRITTEN_AT_ONCE = 200, 20


class Forgetting(Discreet):
    """What was forgotten, by hash alone."""

    def as_kept(self, tickets: Iterable[Ticket]) -> tuple[Ticket, ...]:
        """Tickets as the store would give them back: comparable with what is known."""
        forgotten = self._forgotten()
        given = tuple(tickets)
        return tuple(load(Ticket, clean_cell(dump(ticket), forgotten)) for ticket in given) if forgotten else given

    def with_traces(self, traces: Traces) -> Forgotten:
        """Everybody who was forgotten and this one, before it is done: for telling what it would find."""
        before = self._forgotten()
        salt = before.salt or self._salt()
        added = list(traces.hashes(salt))
        return Forgotten(
            salt=salt,
            instead={**before.instead, **{hashed: instead for hashed, instead, _ in added}},
            longest=max([before.longest, *(words for _, _, words in added)]),
        )

    def _salt(self) -> str:
        with self.transaction():
            if self.noted(SALT) is None:
                self.note_down(SALT, secrets.token_hex(16))
            return self.noted(SALT) or ""

    def texts(self, table: str) -> Iterator[tuple[str, str]]:
        """The texts of a table's rows, all cells as one, each with its first cell: to look what would be found."""
        for row in self._rows(f"SELECT * FROM {table}"):  # noqa: S608 - our own table's name
            cells = [str(cell) for cell in dict(row).values()]
            yield cells[0], "\n".join(cells)

    def shun(self, traces: Traces) -> None:
        """Remember somebody by hash: from now on nothing that comes in names them."""
        with self.transaction():
            rows = list(traces.hashes(self.with_traces(traces).salt))
            self._write_many(
                "INSERT INTO forgotten (hash, instead, words) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING", rows
            )

    def empty_journal(self) -> None:
        """What was written over may still lie beside the database. Not within a transaction."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def clean(self) -> dict[str, int]:
        """Take everybody who was forgotten out of every table; the rows that changed, by table.

        A large store takes minutes, so it is read without a lock and written a few rows at a time: a daemon goes on
        beside it. Not within a transaction; what was interrupted is done by doing it again.
        """
        forgotten = self._forgotten()
        gone = [(row["id"],) for row in self._rows("SELECT id FROM person") if forgotten.known(row["id"])]
        self._write_many("DELETE FROM person WHERE id = ?", gone)
        changed = {table: self._clean_table(table, forgotten) for table in self._tables()}
        changed["person"] += len(gone)
        return {table: rows for table, rows in changed.items() if rows}

    def _tables(self) -> list[str]:
        rows = self._rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return [row["name"] for row in rows if row["name"] not in _KEPT]

    def _clean_table(self, table: str, forgotten: Forgotten) -> int:
        """Every text of every row; names of tables and columns are the schema's own."""
        changed, last = 0, -1
        while rows := self._rows(
            f"SELECT rowid AS _row, * FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT {_AT_ONCE}",  # noqa: S608 - see above
            (last,),
        ):
            naming = [row["_row"] for row in rows if any(_changes(table, dict(row), forgotten))]
            for start in range(0, len(naming), _WRITTEN_AT_ONCE):
                changed += self._clean_rows(table, naming[start : start + _WRITTEN_AT_ONCE], forgotten)
            last = rows[-1]["_row"]
        return changed

    def _clean_rows(self, table: str, naming: Iterable[int], forgotten: Forgotten) -> int:
        """Read once more, now that nobody else writes: a cycle may have changed them meanwhile."""
        changed = 0
        with self.transaction():
            for number in naming:
                row = self._row(f"SELECT * FROM {table} WHERE rowid = ?", (number,))  # noqa: S608 - see above
                cells = dict(_changes(table, dict(row), forgotten)) if row else {}
                if cells:
                    sets = ", ".join(f"{name} = ?" for name in cells)
                    sql = f"UPDATE OR REPLACE {table} SET {sets} WHERE rowid = ?"  # noqa: S608 - see above
                    changed += self._write(sql, (*cells.values(), number))
        return changed


def _changes(table: str, row: dict[str, Any], forgotten: Forgotten) -> Iterator[tuple[str, str]]:
    for name, cell in row.items():
        if isinstance(cell, str):
            cleaned = clean_cell(cell, forgotten)
            if cleaned != cell:
                yield name, _without_note(cleaned) if (table, name) == ("postmortem", "body") else cleaned


def _without_note(body: str) -> str:
    """What our note on the incident says is not known any more, so that it is written anew."""
    value = json.loads(body)
    return json.dumps({**value, "note_text": None}, ensure_ascii=False, separators=(",", ":"))
