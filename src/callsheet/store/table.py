"""What the parts of the store share: one connection, and reading and writing rows in a few words."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, overload

CHUNK = 500


class Table:
    """Base of the parts, which are one store over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; the store gives it."""
        raise NotImplementedError

    def note_down(self, name: str, value: str) -> None:
        """Remember one word: a cursor, a time."""
        self._keep("meta", ("name",), [{"name": name, "value": value}])

    def noted(self, name: str) -> str | None:
        """The word that was remembered under a name."""
        row = self._row("SELECT value FROM meta WHERE name = ?", (name,))
        return row["value"] if row else None

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        return self._connection.execute(sql, values).fetchall()

    def _row(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def _rows_in(self, sql: str, names: Iterable[str]) -> Iterator[sqlite3.Row]:
        """Rows of a statement with one `({in})`, in chunks: a list of names may be longer than a statement can be."""
        pending = list(dict.fromkeys(names))
        for start in range(0, len(pending), CHUNK):
            chunk = pending[start : start + CHUNK]
            yield from self._rows(sql.replace("{in}", ",".join("?" * len(chunk))), chunk)

    def _keep(self, table: str, key: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows (column -> value), or bring those of the same key up to date. All have the same columns."""
        if rows:
            columns = tuple(rows[0])
            sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
            sql = (
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names
                f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}"
            )
            self._write_many(sql, [[row[name] for name in columns] for row in rows])

    def _let_go(self, table: str, where: str, values: Sequence[Any]) -> None:
        """Delete the rows of which that is true. Looks first: where there are none, nobody waits for a writer."""
        if self._row(f"SELECT 1 FROM {table} WHERE {where} LIMIT 1", values):  # noqa: S608 - our own names
            self._write(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608 - as above

    def _write(self, sql: str, values: Sequence[Any] = ()) -> int:
        with self.transaction():
            return self._connection.execute(sql, values).rowcount

    def _write_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            with self.transaction():
                self._connection.executemany(sql, rows)


@overload
def stamp(at: datetime) -> str: ...
@overload
def stamp(at: None) -> None: ...
def stamp(at: datetime | None) -> str | None:
    """A time as sortable text in UTC; None as it is."""
    return at.astimezone(UTC).isoformat() if at else None


def moment(text: str | None) -> datetime | None:
    """The time that `stamp` made the text of."""
    return datetime.fromisoformat(text) if text else None
