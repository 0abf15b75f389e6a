"""The database can't be written: nothing is sent whose intent is not on disk, and it goes on by itself when it can.

The limit on file sizes stands for the full disk: the operating system refuses each write of the running process.
"""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from callsheet.model.ticket import TicketDraft, TicketRef
from callsheet.run.app import Ask
from callsheet.run.cycle import run_cycle
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.scenario.test_faults import CREATE, markers, until_quiet
from tests.scenario_webhooks.daemon import Daemon, living, until

POOL = "Alert when the pool is exhausted"
ALONE = "standing = []\n"
SECOND = {"CALLSHEET_CYCLE_EVERY": "1s"}
# Takes from root what lets it write where it may not, and becomes the program.
HUMBLE = """
import ctypes, os, sys
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def begin(play: StartPlay, **options: object) -> Play:
    p = play(policy=ALONE, **options)
    p.settled()
    return p


@contextmanager
def full_disk(daemon: Daemon) -> Iterator[None]:
    """The running process can write to no file."""
    pid = daemon.process.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


def test_a_full_disk_stops_before_any_effect_and_is_recovered_from_without_a_restart(play: StartPlay) -> None:
    p = begin(play, env=SECOND)
    with living(p) as daemon:
        with full_disk(daemon):
            cycles = daemon.cycles()
            until(lambda: daemon.cycles() > cycles + 1, "a cycle on the full disk")
            p.incident(ACTION)
            p.forget()
            cycles = daemon.cycles()
            until(lambda: daemon.cycles() > cycles + 2, "three more")
            assert p.writes() == {}
            status, told = daemon.get("/readyz")
            assert status == 503
            assert any("the last cycle broke off" in reason for reason in told["reasons"])
            assert daemon.get("/healthz")[0] == 200
            # A webhook can't be kept either: the sender is asked to send it again.
            assert daemon.pagerduty_tells("PANY")[0] == 503
        until(p.tickets, "the ticket, once there is space")
        until(lambda: daemon.get("/readyz")[0] == 200, "ready again")
    failed = next(line for line in daemon.words if "cycle.failed" in line)
    assert f"the disk of {p.database}" in failed
    until_quiet(p)
    assert (p.titles(), len(markers(p))) == ([POOL], 1)


@pytest.mark.parametrize("pages", [0, 1, 3, 6])
def test_sqlites_own_full_at_any_page_sends_nothing_twice(play: StartPlay, pages: int) -> None:
    p = begin(play)
    p.incident(*[f"ACTION: Promise {n} @ana.ferreira " + "x" * 900 for n in range(3)])
    with p.app() as app:
        database = app.memory.database
        (now,) = database.execute("PRAGMA page_count").fetchone()
        database.execute(f"PRAGMA max_page_count = {now + pages}")
        # At most pages the cycle breaks off somewhere; with enough of them it does not.
        with suppress(sqlite3.OperationalError):
            run_cycle(app, Ask())
        filed = len(p.tickets())
        assert filed <= 3
        # There is space again, in the same process.
        database.execute("PRAGMA max_page_count = 1073741823")
        p.wait(minutes=6)
        run_cycle(app, Ask())
    until_quiet(p)
    assert len(markers(p)) == len(set(markers(p))) == 3


def test_another_writer_is_waited_for_and_no_write_is_sent_twice(play: StartPlay) -> None:
    p = begin(play, env=SECOND)
    with living(p) as daemon:
        other = sqlite3.connect(p.database, isolation_level=None)
        p.box.fault("slow", side="jira", method="POST", path=CREATE["cloud"], seconds=2)
        p.incident(ACTION)
        # The other one takes the database while the create is under way, and keeps it.
        until(p.tickets, "the create is under way")
        other.execute("BEGIN IMMEDIATE")
        cycles = daemon.cycles()
        assert daemon.pagerduty_tells("PANY")[0] == 503
        assert daemon.get("/readyz")[0] == 200
        assert daemon.get("/status")[0] == 200
        p.box.no_faults()
        other.execute("COMMIT")
        other.close()
        until(lambda: daemon.cycles() > cycles, "the cycle went on")
        until(lambda: p.item(POOL).ticket_id, "the ticket is recorded")
    assert not any("cycle.failed" in line for line in daemon.words)
    until_quiet(p)
    assert (p.titles(), len(markers(p))) == ([POOL], 1)


def test_a_writer_that_never_lets_go_ends_the_cycle_and_the_create_is_adopted(play: StartPlay) -> None:
    p = begin(play)
    p.incident(ACTION)
    other = sqlite3.connect(p.database, isolation_level=None, check_same_thread=False)
    with p.app() as app:
        app.memory.database.execute("PRAGMA busy_timeout = 200")
        create = app.tracker.create

        class Late:
            """The tracker, and somebody who takes the database just when the ticket has been created."""

            def __getattr__(self, name: str) -> Any:
                return getattr(app.tracker, name)

            def create(self, draft: TicketDraft) -> TicketRef:
                made = create(draft)
                other.execute("BEGIN IMMEDIATE")
                return made

        with pytest.raises(sqlite3.OperationalError, match="locked"):
            run_cycle(replace(app, tracker=Late()), Ask())
    other.execute("ROLLBACK")
    other.close()
    assert len(p.tickets()) == 1
    p.forget()
    until_quiet(p)
    assert p.titles() == [POOL]
    assert f"POST {CREATE['cloud']}" not in p.requests()


def humbly(p: Play, *words: str) -> tuple[int, str]:
    """The program without the rights of root, when it has them: exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-c", HUMBLE, *p.command(*words)],
        env=p.process_env(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    mode = path.stat().st_mode
    path.chmod(0o500 if path.is_dir() else 0o400)
    yield
    path.chmod(mode)


def test_a_database_that_may_not_be_written_is_told_in_a_sentence_and_nothing_is_sent(play: StartPlay) -> None:
    p = begin(play)
    p.incident(ACTION)
    p.forget()
    with read_only(p.database), read_only(p.folder):
        code, said = humbly(p, "once")
    assert code == 1, said
    assert "CALLSHEET_DATABASE_URL" in said
    assert "Traceback" not in said
    assert p.writes() == {}
    p.settled()
    assert p.titles() == [POOL]


def test_the_doctor_says_of_a_database_that_may_not_be_written_that_alone(play: StartPlay) -> None:
    p = begin(play)
    p.documents.mkdir()
    with read_only(p.database), read_only(p.folder):
        code, said = humbly(p, "doctor")
    assert code == 1, said
    errors = [line for line in said.splitlines() if line.startswith("error ")]
    assert errors == [f"error    database: {p.database} can't be written: Permission denied"]
    assert "tickets of this namespace: not checked: needs the database" in said


def test_a_folder_of_documents_that_may_not_be_written_is_told_and_tickets_go_on(play: StartPlay) -> None:
    p = begin(play)
    p.documents.mkdir()
    p.incident(ACTION)
    with read_only(p.documents):
        code, said = humbly(p, "once")
    assert code == 1, said
    assert str(p.documents) in said
    assert "Traceback" not in said
    assert p.titles() == [POOL]
    until_quiet(p)
    assert len(p.paths()) == 1
