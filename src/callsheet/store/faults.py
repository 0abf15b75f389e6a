"""What it means when SQLite can't do what was asked: in words, for pages, programs and logs."""

import sqlite3
from dataclasses import dataclass
from typing import Final

# Extended codes have theirs in the last byte.
PRIMARY: Final = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, and what to do. `passing`: it is over in a moment, so that trying again helps."""

    words: str
    passing: bool = False


BUSY: Final = Fault(words="The daemon is writing just now. Try once more.", passing=True)
_ASK: Final = "Whoever runs Callsheet has to mend that; `callsheet doctor` looks at it."
_FAULTS: Final = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: Fault(words=f"The disk of the database is full. {_ASK}"),
    sqlite3.SQLITE_READONLY: Fault(words=f"The database can't be written: it is read-only here. {_ASK}"),
    sqlite3.SQLITE_CANTOPEN: Fault(words=f"The database can't be opened. {_ASK}"),
    sqlite3.SQLITE_IOERR: Fault(words=f"The disk of the database fails. {_ASK}"),
    sqlite3.SQLITE_CORRUPT: Fault(words=f"The database is damaged; docs/backup.md tells how to restore it. {_ASK}"),
    sqlite3.SQLITE_NOTADB: Fault(words=f"The database is damaged; docs/backup.md tells how to restore it. {_ASK}"),
}


def fault_of(error: sqlite3.Error) -> Fault | None:
    """What it is; None where neither disk nor neighbour is to blame, but a statement of ours."""
    return _FAULTS.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY)
