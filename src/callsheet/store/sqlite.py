"""The store on SQLite: opening, migrating, transactions, and the lock that only one cycle runner may hold."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from callsheet.store.acts import Acts
from callsheet.store.around import Around
from callsheet.store.facts import Facts
from callsheet.store.faults import placed
from callsheet.store.forgetting import Forgetting
from callsheet.store.hints import Hints
from callsheet.store.promises import Promises
from callsheet.store.reminders import Reminders
from callsheet.store.seasons import Seasons
from callsheet.store.tallies import Tallies

if TYPE_CHECKING:
    import sqlite_utils

BUSY_SECONDS = 15


class NewerSchema(Exception):
    """The database was written by a newer Callsheet: use that version, or restore a backup made before it."""


class StoreLocked(Exception):
    """Another process runs cycles on this database."""


class NoFolder(Exception):
    """There is no folder to put the database into."""


class Store(Facts, Around, Promises, Seasons, Acts, Hints, Reminders, Tallies, Forgetting):
    """Everything that is remembered, for one thread at a time.

    `transaction()` groups writes; each method outside of one is a transaction of its own. Commits are durable
    (`synchronous=FULL`): an intent that was committed survives a power cut. A writer waits up to `busy_seconds` for
    the writer before it.
    """

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        # Two names of one file must meet at one lock.
        self.path = path = path.resolve()
        if lacks := folder_lacks(path):
            raise NoFolder(f"CALLSHEET_DATABASE_URL: {lacks}; create it")
        path.parent.mkdir(exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        super().__init__(_connected(path, busy_seconds))
        self._migrate()

    @property
    def database(self) -> "sqlite_utils.Database":
        """For inspection by hand and by tests."""
        import sqlite_utils  # noqa: PLC0415 - takes a while to load, and no cycle needs it

        return sqlite_utils.Database(self._connection)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Starts as a writer at once: a reader that turns writer is refused without waiting."""
        with self._lock:
            if self._depth:
                yield
                return
            with placed(self.path):
                self._connection.execute("BEGIN IMMEDIATE")
                self._depth += 1
                try:
                    yield
                    self._connection.execute("COMMIT")
                except BaseException:
                    # SQLite ends a transaction by itself when the disk is full.
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
                finally:
                    self._depth -= 1

    def copy_to(self, path: Path) -> "Store":
        """A throw-away copy with the same memory: a dry run writes there and not here."""
        self._copy(path)
        return Store(path)

    def back_up(self, path: Path) -> None:
        """Everything that is committed, in one file: whole, or the file that was there before. A daemon may go on."""
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        self._copy(part)
        part.replace(path)

    def _copy(self, path: Path) -> None:
        with self._lock, closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)

    def ailment(self) -> str | None:
        """What keeps us from reading the database, in words; None when nothing does."""
        try:
            found = self._schema()
            self._connection.execute("SELECT 1 FROM meta LIMIT 1").fetchone()
        except sqlite3.Error as error:
            return f"the database can't be read: {error}"
        known = known_schema()
        return None if found == known else f"the database has schema {found}, this Callsheet knows {known}"

    def _schema(self) -> int:
        (found,) = self._connection.execute("PRAGMA user_version").fetchone()
        return int(found)

    def _migrate(self) -> None:
        steps = _steps()
        done = self._schema()
        if done > len(steps):
            raise NewerSchema(
                f"{self.path} has schema {done}, this Callsheet knows {len(steps)}: "
                "run the newer version again, or restore a backup from before the upgrade"
            )
        # Who only reads must not wait for a writer.
        if done == len(steps):
            return
        with self.transaction():
            # Another process may have been faster.
            done = self._schema()
            for number, step in enumerate(steps[done:], start=done + 1):
                for statement in _statements(step.read_text()):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {number}")
            self.read_again()

    @contextmanager
    def cycle_lock(self, who: str) -> Iterator[None]:
        """Held by whoever runs cycles. StoreLocked names the holder."""
        lock_path = self.path.with_name(self.path.name + ".lock")
        holder = self.path.with_name(self.path.name + ".holder")
        try:
            with FileLock(lock_path, timeout=0):
                holder.write_text(json.dumps({"who": who, "pid": os.getpid()}))
                yield
        except Timeout:
            raise StoreLocked(
                f"{self.path} is in use by {_holder(holder)}; stop it first, or use another database"
            ) from None


def folder_lacks(path: Path) -> str:
    """That a database has no place to be, in words; empty where it has.

    The last folder is made where it lacks, and no more: that is likely a slip of the pen.
    """
    return "" if path.parent.parent.is_dir() else f"its folder {path.parent} does not exist"


def _connected(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """A connection that commits durably."""
    with placed(path):
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # What is deleted or written over is gone from the file, too: somebody may have asked to be forgotten.
        connection.execute("PRAGMA secure_delete=ON")
    return connection


def known_schema() -> int:
    """The number of the newest schema that this program knows."""
    return len(_steps())


def _steps() -> list[Traversable]:
    folder = files("callsheet.store").joinpath("schema")
    return sorted((step for step in folder.iterdir() if step.name[0].isdigit()), key=lambda step: step.name)


def _holder(path: Path) -> str:
    try:
        said = json.loads(path.read_text())
        return f"`callsheet {said['who']}` (process {said['pid']})"
    except (OSError, ValueError, KeyError):
        return "another callsheet process"


def _statements(script: str) -> Iterator[str]:
    """The statements of a migration one by one: executescript would end our transaction."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
