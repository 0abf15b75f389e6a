"""The demo as a person starts it: a process, a folder, a story that ends by itself and leaves nothing running.

Each play takes some 25 seconds, most of them waiting for the daemon's cycles; so two plays prove many things.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sysconfig
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from callsheet.cli.demo_backstage import MARKER
from callsheet.model.action_item import marker
from callsheet.run.views import Wanted, sheet
from callsheet.sandbox.server import Sandbox, SandboxOptions
from callsheet.store import Store

CALLSHEET = Path(sysconfig.get_path("scripts")) / "callsheet"
ACTS = ("CALLSHEET", "ACT I ·", "ACT II ·", "INTERMISSION", "ACT III ·", "ACT IV ·", "EPILOGUE")
LONGEST = 110
KILLS = 4
ANY_DAY = date(2026, 11, 16)


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


def members(session: int) -> dict[int, str]:
    """What runs in a session: command lines by process id."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # Behind the name: state, parent, group, session.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ").strip()
    return found


def tickets(folder: Path) -> Counter[str]:
    """The markers of all tickets in the world that the play left behind, and how many carry each."""
    box = Sandbox(SandboxOptions(state=folder / "world"))
    labels = [label for ticket in box.state()["jira"]["issues"] for label in ticket["fields"]["labels"]]
    box.close()
    return Counter(label for label in labels if re.fullmatch(r"cs-[0-9a-f]{16}", label))


def items(folder: Path) -> list[dict[str, Any]]:
    store = Store(folder / "callsheet.db")
    try:
        return sheet(store, Wanted(every=True), ANY_DAY)
    finally:
        store.close()


def assert_one_ticket_each(folder: Path) -> None:
    """Each item that is not held back has one ticket, and each of our tickets is one item's."""
    copies = tickets(folder)
    due = {marker("callsheet", row["key"]) for row in items(folder) if row["hold"] is None}
    assert len(due) > 5
    assert copies == Counter(dict.fromkeys(due, 1))


def assert_pages_answer(said: str) -> None:
    """The first address that is offered is that of Callsheet's own pages."""
    found = re.search(r"Callsheet's pages:\n\s+(http://127\.0\.0\.1:\d+/)\n", said)
    assert found
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(found[1], timeout=60) as page:
        assert (page.status, b"Callsheet" in page.read()) == (200, True)


def test_it_tells_the_whole_story_and_stays_up_until_ctrl_c(tmp_path: Path) -> None:
    with playing(tmp_path, "--serve") as process:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if "THE STAGE STAYS LIT" in said and "kill -9" in line:
                break
        assert_pages_answer(said)
        assert len(members(process.pid)) == 2, "the demo with its sandbox, and the daemon"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert not members(process.pid)
    assert_whole_story(said)
    assert "\x1b" not in said, "a pipe gets plain words"
    assert "Traceback" not in err
    assert "/_sandbox/clock" in said
    assert {entry.stat().st_mode & 0o777 for entry in (tmp_path / "callsheet-demo" / "config").glob("*.env")} == {0o600}
    assert [entry.name for entry in tmp_path.iterdir()] == ["callsheet-demo"]
    assert_one_ticket_each(tmp_path / "callsheet-demo")
    assert_places_are_there(said, tmp_path)
    assert_commands_answer(said, tmp_path)


def assert_whole_story(said: str) -> None:
    places = [said.find(act) for act in ACTS]
    assert -1 not in places
    assert places == sorted(places)
    for expected in ("0 tickets filed", "kill -9", "one each", "a day late", "duplicates: 0", "nudge.sent"):
        assert expected in said


def assert_places_are_there(said: str, cwd: Path) -> None:
    places = [line.strip() for line in said.splitlines() if line.startswith("    callsheet-demo/")]
    assert len(places) >= 2
    assert all((cwd / place).is_file() for place in places)


def assert_commands_answer(said: str, cwd: Path) -> None:
    """What it says to type works after the play, too, when its sandbox is gone."""
    commands = set(re.findall(r"^    \$ \S+ (--config .+ (?:sheet|status|explain .+))$", said, re.MULTILINE))
    assert len(commands) == 3
    for command in commands:
        words = [str(CALLSHEET), *command.split()]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CALLSHEET_")}
        done = subprocess.run(words, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


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
        assert not members(process.pid)


def test_it_clears_away_nothing_that_it_did_not_make(tmp_path: Path) -> None:
    mine = tmp_path / "callsheet-demo" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("precious")
    with playing(tmp_path) as process:
        _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "--folder" in err
    assert mine.read_text() == "precious"


def test_a_later_play_starts_anew_and_survives_kills_at_random(tmp_path: Path) -> None:
    folder = tmp_path / "stage"
    folder.mkdir()
    (folder / MARKER).touch()
    (folder / "of-an-earlier-play.md").touch()
    ended, killed = threading.Event(), list[int]()
    roll = random.Random(20261116)

    def assassin(session: int) -> None:
        while len(killed) < KILLS and not ended.wait(roll.uniform(1.0, 6.0)):
            for pid, command in members(session).items():
                if command.endswith(" run"):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

    said = ""
    with playing(tmp_path, "--folder", "stage") as process:
        assert process.stdout
        thread = threading.Thread(target=assassin, args=(process.pid,), daemon=True)
        thread.start()
        for line in process.stdout:
            said += line
            if line.startswith("ACT IV"):
                # A reminder whose sending was cut off is not sent again, by design, so this act would tell less.
                ended.set()
        ended.set()
        thread.join()
        _, err = process.communicate(timeout=LONGEST)
        assert process.returncode == 0, said + err
        assert not members(process.pid)
    assert "starts anew" in err
    assert killed
    assert not (folder / "of-an-earlier-play.md").exists()
    assert_whole_story(said)
    assert_one_ticket_each(folder)
