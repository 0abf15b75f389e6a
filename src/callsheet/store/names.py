"""What people may call incidents and items, for a shell that completes words: read only, whatever schema there is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

# A shell shows no more than a page, and nobody waits for it.
OFFERED = 200
BUSY_SECONDS = 0.2


class Named:
    """Names with their titles."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def incidents(self) -> list[tuple[str, str]]:
        """Incidents by number, the newest first."""
        return self._pairs("SELECT number, json_extract(head, '$.title') FROM incident ORDER BY number DESC LIMIT ?")

    def items(self) -> list[tuple[str, str]]:
        """Open items, by their ticket's key where there is one."""
        return self._pairs(
            "SELECT COALESCE(ticket.key, item.key), json_extract(item.body, '$.words.title') FROM item"
            " LEFT JOIN ticket ON ticket.id = item.ticket_id WHERE item.status = 'open' ORDER BY 1 LIMIT ?"
        )

    def _pairs(self, sql: str) -> list[tuple[str, str]]:
        return [
            (str(name), " ".join(str(title or "").split())) for name, title in self._connection.execute(sql, (OFFERED,))
        ]


@contextmanager
def names_in(path: Path) -> Iterator[Named]:
    """The names in a database that is there; sqlite3.Error where it is not, or can't be read."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as connection:
        yield Named(connection)
