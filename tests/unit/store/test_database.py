"""The database as a file: its lock, its folder, and what is said when it can not be used."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from callsheet.cli.errors import told
from callsheet.store import NoFolder, Store, StoreLocked
from callsheet.store.place import to_mend, unwritable


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    store = Store(tmp_path / "callsheet.db")
    with store.transaction():
        Store(tmp_path / "callsheet.db", busy_seconds=0).close()
    store.close()


def test_two_names_of_one_database_share_a_lock(tmp_path: Path) -> None:
    store = Store(tmp_path / "callsheet.db")
    (tmp_path / "other.db").symlink_to(tmp_path / "callsheet.db")
    other = Store(tmp_path / "other.db")
    with store.cycle_lock("run"), pytest.raises(StoreLocked), other.cycle_lock("once"):
        pass
    store.close()
    other.close()


def test_only_the_last_folder_is_made(tmp_path: Path) -> None:
    Store(tmp_path / "data" / "callsheet.db").close()
    with pytest.raises(NoFolder, match="does not exist; create it"):
        Store(tmp_path / "slip" / "data" / "callsheet.db")
    assert not (tmp_path / "slip").exists()


def test_what_keeps_a_file_from_being_written_is_told_as_the_system_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "callsheet.db"
    assert (unwritable(path), unwritable(tmp_path / "new" / "callsheet.db")) == (0, 0)
    path.touch()
    assert (unwritable(path), unwritable(path / "callsheet.db")) == (0, errno.ENOTDIR)
    # Rights would not stop root, as whom the tests may run, and a test can't mount a volume.
    monkeypatch.setattr("os.access", lambda *_: False)
    assert unwritable(path) == errno.EACCES
    monkeypatch.setattr("os.statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    assert unwritable(path) == errno.EROFS


def test_a_database_that_can_not_be_opened_is_named(tmp_path: Path) -> None:
    path = tmp_path / "callsheet.db"
    path.write_text("this is no database, whatever its name says")
    with pytest.raises(sqlite3.DatabaseError, match="file is not a database") as caught:
        Store(path)
    assert to_mend(caught.value).startswith("The database is damaged")
    assert f"Move {path} away" in to_mend(caught.value)


def _end_behind_its_back(store: Store) -> None:
    with store.transaction():
        store.database.conn.execute("ROLLBACK")
        raise ZeroDivisionError


def test_a_transaction_that_sqlite_ended_by_itself_tells_its_own_error(tmp_path: Path) -> None:
    store = Store(tmp_path / "callsheet.db")
    with pytest.raises(ZeroDivisionError):
        _end_behind_its_back(store)
    store.note_down("still", "works")
    store.close()


@pytest.mark.parametrize(
    "error",
    [
        lambda: sqlite3.OperationalError("database is locked"),
        lambda: sqlite3.DatabaseError("file is not a database"),
        lambda: NoFolder("its folder x does not exist; create it"),
    ],
)
def test_an_unusable_database_is_told_in_a_sentence(
    error: Callable[[], Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(error()) == 1
    assert str(error()) in capsys.readouterr().err
