"""The database itself: durable, all or nothing, upgraded once, and run by one process at a time."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from callsheet.document.findings import Findings
from callsheet.store import NewerSchema, Store, StoreLocked

STEPS = len([step for step in files("callsheet.store").joinpath("schema").iterdir() if step.name.endswith(".sql")])


def pragma(store: Store, name: str) -> object:
    (value,) = store.database.execute(f"PRAGMA {name}").fetchone()
    return value


def test_commits_are_durable(store: Store) -> None:
    assert (pragma(store, "journal_mode"), pragma(store, "synchronous")) == ("wal", 2)


def test_a_new_database_is_at_the_newest_schema_and_opening_it_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "callsheet.db"
    for _ in range(2):
        store = Store(path)
        store.note_down("word", "kept")
        assert pragma(store, "user_version") == STEPS
        store.close()
    store = Store(path)
    assert store.noted("word") == "kept"
    store.close()


def test_an_older_database_is_brought_up_to_date_in_one_transaction(tmp_path: Path) -> None:
    path = tmp_path / "callsheet.db"
    sqlite3.connect(path).close()
    store = Store(path)
    assert {"incident", "ticket", "item", "intent", "ledger", "nudge"} <= set(store.database.table_names())
    store.close()


def test_a_text_on_its_way_is_kept_when_several_may_be() -> None:
    database = sqlite3.connect(":memory:")
    steps = {step.name[:4]: step.read_text() for step in files("callsheet.store").joinpath("schema").iterdir()}
    database.executescript(steps["0006"])
    database.execute("INSERT INTO begun_text VALUES ('files', 'Q1', 'text', 'drawn')")
    database.executescript(steps["0011"])
    assert database.execute("SELECT * FROM begun_text").fetchall() == [(1, "files", "Q1", "text", "drawn")]
    database.close()


def test_documents_of_an_older_database_are_read_as_it_is_brought_up_to_date(tmp_path: Path) -> None:
    path, steps = tmp_path / "callsheet.db", files("callsheet.store").joinpath("schema").iterdir()
    older = sqlite3.connect(path)
    for step in sorted((step for step in steps if step.name[:4] < "0012"), key=lambda step: step.name):
        older.executescript(step.read_text())
    for incident, text in (
        ("Q1", "---\nstatus: final\n---\n**Root causes:** a\n"),
        ("Q2", ""),
        ("Q4", "## Summary\n\nIt was down.\n"),
    ):
        older.execute(
            "INSERT INTO publication (publisher, incident_id, fingerprint, version, location, current)"
            " VALUES ('files', ?, '', '', '', ?)",
            (incident, text),
        )
    older.execute("PRAGMA user_version = 11")
    older.commit()
    older.close()
    with closing(Store(path)) as store:
        assert store.findings(["Q1", "Q2", "Q3", "Q4"]) == {
            "Q1": Findings(status="final", causes=True),
            "Q2": Findings(status="", causes=False),
            "Q4": Findings(summary=True),
        }


def test_a_newer_schema_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "callsheet.db"
    Store(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {STEPS + 1}")
    newer.close()
    with pytest.raises(NewerSchema) as caught:
        Store(path)
    assert f"has schema {STEPS + 1}, this Callsheet knows {STEPS}" in str(caught.value)
    assert "backup" in str(caught.value)


def test_a_failing_transaction_leaves_nothing_behind(store: Store) -> None:
    store.note_down("before", "1")

    def fail() -> None:
        with store.transaction():
            store.note_down("during", "1")
            store.note_down("before", "2")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert (store.noted("before"), store.noted("during")) == ("1", None)
    store.note_down("after", "1")
    assert store.noted("after") == "1"


def test_inner_transactions_belong_to_the_outer_one(store: Store) -> None:
    class Crash(BaseException):
        """The process dies."""

    def die() -> None:
        with store.transaction():
            with store.transaction():
                store.note_down("inner", "1")
            raise Crash

    with pytest.raises(Crash):
        die()
    assert store.noted("inner") is None


def test_another_connection_sees_only_what_was_committed(store: Store) -> None:
    other = Store(store.path)
    with store.transaction():
        store.note_down("word", "1")
        assert other.noted("word") is None
    assert other.noted("word") == "1"
    other.close()


def test_two_threads_take_turns(store: Store) -> None:
    def count() -> None:
        for _ in range(50):
            with store.transaction():
                store.note_down("n", str(int(store.noted("n") or 0) + 1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.noted("n") == "200"


def test_a_copy_has_the_same_memory_and_another_future(store: Store, tmp_path: Path) -> None:
    store.note_down("word", "1")
    copy = store.copy_to(tmp_path / "copy.db")
    copy.note_down("word", "2")
    assert (store.noted("word"), copy.noted("word")) == ("1", "2")
    copy.close()


HOLDER = """
import sys, pathlib
from callsheet.store import Store
store = Store(pathlib.Path(sys.argv[1]))
with store.cycle_lock("run"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_names_who_holds_it_and_goes_with_the_process(store: Store) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreLocked) as caught, store.cycle_lock("once"):
        pass
    assert f"`callsheet run` (process {holder.pid})" in str(caught.value)
    holder.kill()
    holder.communicate()
    with store.cycle_lock("once"):
        said = json.loads(store.path.with_name("callsheet.db.holder").read_text())
        assert said["who"] == "once"


def test_readers_need_no_lock(store: Store) -> None:
    with store.cycle_lock("run"):
        beside = Store(store.path)
        beside.note_down("word", "from beside")
        assert store.noted("word") == "from beside"
        beside.close()


def test_migrations_are_numbered_without_a_gap_or_a_double() -> None:
    steps = sorted(step.name for step in files("callsheet.store").joinpath("schema").iterdir())
    assert [step[:4] for step in steps] == [f"{number:04}" for number in range(1, len(steps) + 1)]
