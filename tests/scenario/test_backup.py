"""A backup is taken while the daemon works, and a restored one files nothing twice and forgets no word."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play

POOL = "Alert when the pool is exhausted"


def back_up(p: Play) -> Path:
    """What an operator types; the file."""
    file = p.folder / "backup.db"
    done = p.cli("backup", str(file))
    assert done.returncode == 0, done.stderr
    return file


def restore(p: Play, file: Path) -> None:
    """docs/backup.md, step by step, with the daemon stopped."""
    for path in p.folder.glob("callsheet.db-*"):
        path.unlink()
    shutil.copy(file, p.database)


def test_a_backup_is_taken_beside_a_writer_and_holds_what_was_committed(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident(ACTION)
    p.settled()
    with p.store() as store, store.transaction(), store.cycle_lock("run"):
        store.database.execute("DELETE FROM item")
        file = back_up(p)

        with sqlite3.connect(file) as copy:
            titles = copy.execute("SELECT count(*) FROM item").fetchone()
            (sound,) = copy.execute("PRAGMA integrity_check").fetchone()
        copy.close()
        assert (titles[0] > 0, sound) == (True, "ok")
    assert [path.name for path in p.folder.glob("backup*")] == ["backup.db"]


def test_after_a_restore_what_was_filed_since_is_adopted_and_nothing_is_written_twice(play: StartPlay) -> None:
    p = play()
    p.settled()
    first = p.incident(ACTION)
    p.settled()
    file = back_up(p)
    second = p.incident("TODO: Diff before apply @jonas.weber")
    p.add_row(first, "Rehearse the failover")
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    p.settled()
    p.edit(second, "*unknown until the review; write them here.*", "The limit was a default of 2019.")
    p.settled()
    filed = {ticket["key"] for ticket in p.tickets()}

    restore(p, file)
    p.wait(seconds=30)
    for _ in range(3):
        p.settled()
        p.wait(minutes=10)

    assert {ticket["key"] for ticket in p.tickets()} == filed
    assert p.item(POOL).status == "done"
    assert p.rows(first)["Rehearse the failover"]["Ticket"]
    assert "The limit was a default of 2019." in p.document(second)
    assert (len(p.our_notes(first)), len(p.our_notes(second))) == (1, 1)
    p.forget()
    p.settled()
    assert p.writes() == {}


def test_what_jiras_search_does_not_show_yet_at_a_restore_is_found_later_and_told(play: StartPlay) -> None:
    """Why docs/backup.md asks for a minute before the start."""
    p = play()
    p.settled()
    p.incident(ACTION)
    file = back_up(p)
    p.settled()
    restore(p, file)
    p.settled()
    for _ in range(3):
        p.wait(seconds=30)
        p.settled()
    twins = [each["fields"]["labels"] for each in p.tickets() if each["fields"]["summary"].startswith(POOL)]
    assert ["callsheet-duplicate" in labels for labels in twins].count(True) == len(twins) - 1 == 1


def test_a_backup_replaces_another_only_when_it_is_told_to(play: StartPlay) -> None:
    p = play()
    p.settled()
    file = p.folder / "backup.db"
    file.write_text("the only copy of something")
    kept = p.cli("backup", str(file))
    assert (kept.returncode, file.read_text()) == (2, "the only copy of something")
    assert "replace it with --force" in kept.stderr
    assert p.cli("backup", "--force", str(file)).returncode == 0
    with sqlite3.connect(file) as copy:
        assert copy.execute("SELECT count(*) FROM item").fetchone()
    copy.close()


def test_a_backup_names_what_stands_in_its_way(play: StartPlay) -> None:
    p = play()
    nothing_yet = p.cli("backup", str(p.folder / "backup.db"))
    p.settled()
    itself, nowhere = p.cli("backup", str(p.database)), p.cli("backup", str(p.folder / "no" / "backup.db"))

    assert "There is no database yet" in nothing_yet.stderr
    assert "is the database itself" in itself.stderr
    assert "name a folder" in nowhere.stderr
    assert {nothing_yet.returncode, itself.returncode, nowhere.returncode} == {1}
