"""The demo as a person starts it: a process, a folder, a story that ends by itself and leaves nothing running.

Each play takes some fifteen seconds, most of them waiting for the daemon's cycles; so few plays prove many things.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sysconfig
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from callsheet.model.action_item import marker
from callsheet.run.views import Wanted, sheet
from callsheet.sandbox.server import Sandbox, SandboxOptions
from callsheet.store import Store

CALLSHEET = Path(sysconfig.get_path("scripts")) / "callsheet"
ACTS = ("CALLSHEET", "ACT I ·", "ACT II ·", "INTERMISSION", "ACT III ·", "ACT IV ·", "EPILOGUE")
LONGEST = 110
LATE_YEARS = date(2999, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a play printed, and how it ended."""

    out: str
    err: str
    code: int


def environment() -> dict[str, str]:
    # What would win over the demo's own files if it came through.
    misleading = {"CALLSHEET_DATABASE_URL": "sqlite:///elsewhere.db", "JIRA_PROJECT": "NOWHERE"}
    return {**os.environ, **misleading, "CALLSHEET_DEMO_FAST": "1"}


@contextmanager
def playing(cwd: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A play in a session of its own: what it leaves behind would still be in that session."""
    process = subprocess.Popen(
        [str(CALLSHEET), "demo", *words],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def played(cwd: Path, *words: str) -> Told:
    with playing(cwd, *words) as process:
        out, err = process.communicate(timeout=LONGEST)
        assert leftovers(process.pid) == [], "nothing is left running"
        return Told(out=out, err=err, code=process.returncode)


def leftovers(session: int) -> list[str]:
    """The command lines of what still runs in a session."""
    left = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            # State, parent, group, session.
            if int(fields[3]) == session and fields[0] != "Z":
                left.append((entry / "cmdline").read_text().replace("\0", " "))
    return left


def tickets(folder: Path) -> Counter[str]:
    """The markers of all tickets in the world that the play left behind, and how many carry each."""
    box = Sandbox(SandboxOptions(state=folder / "world"))
    labels = [label for ticket in box.state()["jira"]["issues"] for label in ticket["fields"]["labels"]]
    box.close()
    return Counter(label for label in labels if re.fullmatch(r"cs-[0-9a-f]{16}", label))


def items(folder: Path) -> list[dict[str, Any]]:
    store = Store(folder / "callsheet.db")
    try:
        return sheet(store, Wanted(every=True), LATE_YEARS)
    finally:
        store.close()


def assert_one_ticket_each(folder: Path) -> None:
    """Each item that is not held back has one ticket, and each of our tickets is one item's."""
    copies = tickets(folder)
    due = {marker("callsheet", row["key"]) for row in items(folder) if row["hold"] is None}
    assert len(due) > 5
    assert copies == Counter(dict.fromkeys(due, 1))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """One undisturbed play, with the folder that it was started in."""
    cwd = tmp_path_factory.mktemp("demo")
    return cwd, played(cwd)


def test_it_tells_the_whole_story_and_ends_well(first: tuple[Path, Told]) -> None:
    _, told = first
    assert told.code == 0, told.err
    places = [told.out.find(act) for act in ACTS]
    assert -1 not in places
    assert places == sorted(places)
    for expected in ("0 tickets filed", "kill -9", "one each", "a day late", "duplicates: 0"):
        assert expected in told.out


def test_a_pipe_gets_plain_words(first: tuple[Path, Told]) -> None:
    _, told = first
    assert "\x1b" not in told.out
    assert "Traceback" not in told.err


def test_each_promise_has_one_ticket(first: tuple[Path, Told]) -> None:
    cwd, _ = first
    assert_one_ticket_each(cwd / "callsheet-demo")


def test_what_it_says_to_look_at_is_there(first: tuple[Path, Told]) -> None:
    cwd, told = first
    places = [line.strip() for line in told.out.splitlines() if line.startswith("    callsheet-demo/")]
    assert len(places) >= 2
    assert all((cwd / place).is_file() for place in places)
    commands = re.findall(r"^    \$ (.+ --config .+ (?:sheet|status|explain .+))$", told.out, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        words = command.split()[1:]
        done = subprocess.run([str(CALLSHEET), *words], cwd=cwd, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


def test_it_needs_nothing_outside_of_its_folder(first: tuple[Path, Told]) -> None:
    cwd, _ = first
    assert [entry.name for entry in cwd.iterdir()] == ["callsheet-demo"]


def test_a_second_play_starts_anew_and_survives_kills_at_random(first: tuple[Path, Told]) -> None:
    cwd, _ = first
    folder = cwd / "callsheet-demo"
    (folder / "postmortems" / "of-the-last-play.md").write_text("old")
    ended, killed = threading.Event(), []
    roll = random.Random(20261116)

    def assassin() -> None:
        while not ended.wait(roll.uniform(0.5, 4.0)):
            with suppress(OSError, ValueError):
                pid = json.loads((folder / "callsheet.db.holder").read_text())["pid"]
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    lines: list[str] = []
    with playing(cwd) as process:
        assert process.stdout
        thread = threading.Thread(target=assassin, daemon=True)
        thread.start()
        for line in process.stdout:
            lines.append(line)
            if line.startswith("ACT IV"):
                # A reminder whose sending was cut off is not sent again, by design: the act would wait a day longer.
                ended.set()
        ended.set()
        thread.join()
        code = process.wait(LONGEST)
        assert process.stderr
        err = process.stderr.read()
        assert leftovers(process.pid) == []
    assert code == 0, err
    assert "starts anew" in err
    assert killed
    assert not (folder / "postmortems" / "of-the-last-play.md").exists()
    assert_one_ticket_each(folder)


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_ended_at_any_time(tmp_path: Path, name: signal.Signals) -> None:
    with playing(tmp_path) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("ACT I "):
                break
        process.send_signal(name)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "ended early" in err
        assert leftovers(process.pid) == []


def test_it_clears_away_nothing_that_it_did_not_make(tmp_path: Path) -> None:
    mine = tmp_path / "callsheet-demo" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("precious")
    told = played(tmp_path)
    assert told.code == 2
    assert "--folder" in told.err
    assert mine.read_text() == "precious"


def test_staying_up_says_how_to_look_around_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with playing(tmp_path, "--serve", "--folder", "stage") as process:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if "kill -9" in line and "THE STAGE STAYS LIT" in said:
                break
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert "/_sandbox/clock" in said
        assert leftovers(process.pid) == []
