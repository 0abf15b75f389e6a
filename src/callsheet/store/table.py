"""What the parts of the store share: one connection, and reading and writing rows in a few words."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

CHUNK = 500


class Table:
    """Base of the parts: `Facts`, `Promises` and `Acts` are one store over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; the store gives it."""
        raise NotImplementedError

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

    def _write(self, sql: str, values: Sequence[Any] = ()) -> int:
        with self.transaction():
            return self._connection.execute(sql, values).rowcount

    def _write_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            with self.transaction():
                self._connection.executemany(sql, rows)


def stamp(at: datetime) -> str:
    """A time as sortable text in UTC."""
    return at.astimezone(UTC).isoformat()
