"""What it means when SQLite can't do what was asked: in words, for pages, programs and logs."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Extended codes have theirs in the last byte.
PRIMARY: Final = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong: `words` for readers of pages, `mend` for whoever runs Callsheet, with the file's `{path}`.

    `passing`: it is over in a moment, so that trying again helps.
    """

    words: str
    mend: str
    passing: bool = False


def _lasting(what: str, mend: str) -> Fault:
    ask = "Whoever runs Callsheet has to mend that; `callsheet doctor` looks at it."
    return Fault(words=f"{what} {ask}", mend=f"{what} {mend}")


BUSY: Final = Fault(
    words="The daemon is writing just now. Try once more.",
    mend="Another process has held the database for too long. See which one has {path} open; nothing is lost.",
    passing=True,
)
_GRANT: Final = "Let Callsheet's user write {path} and its folder, or set CALLSHEET_DATABASE_URL to another place."
_DAMAGED: Final = _lasting(
    "The database is damaged; docs/backup.md tells how to restore it.", "Move {path} away before, and keep it."
)
FULL: Final = _lasting(
    "The disk of the database is full.",
    "Free room on the disk of {path}; nothing is lost, and a daemon goes on by itself.",
)
_FAULTS: Final = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: _lasting("The database can't be written: it is read-only here.", _GRANT),
    sqlite3.SQLITE_CANTOPEN: _lasting("The database can't be opened.", _GRANT),
    sqlite3.SQLITE_IOERR: _lasting(
        "The disk of the database fails.",
        "See that the disk of {path} has room and is sound; nothing is lost, and a daemon goes on by itself.",
    ),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


def fault_of(error: sqlite3.Error) -> Fault | None:
    """What it is; None where neither disk nor neighbour is to blame, but a statement of ours."""
    return _FAULTS.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY)


@contextmanager
def placed(path: Path) -> Iterator[None]:
    """SQLite's errors say what is wrong and not where, so the path joins them, as a note."""
    try:
        yield
    except sqlite3.Error as error:
        error.add_note(str(path))
        raise
