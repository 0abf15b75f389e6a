"""How far a long command is: bars for whoever watches, a line now and then for a log."""

from __future__ import annotations

import os
import subprocess
import threading

import structlog

from callsheet.cli.progress import Lines
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play


def watched(play: Play, *words: str) -> tuple[int, str]:
    """The program on a terminal: its exit code, and all that it showed there."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        play.command(*words), env={**play.process_env(), "TERM": "xterm"}, stdout=subprocess.DEVNULL, stderr=theirs
    )
    os.close(theirs)
    shown: list[bytes] = []

    def look() -> None:
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # How a terminal ends.
                return
            shown.append(part)

    reader = threading.Thread(target=look)
    reader.start()
    code = process.wait(60)
    reader.join(10)
    os.close(ours)
    return code, b"".join(shown).decode()


def test_a_backfill_shows_bars_on_a_terminal_instead_of_a_line_for_each_thing(play: StartPlay) -> None:
    p = play()
    for _ in range(3):
        p.incident(ACTION)
    code, shown = watched(p, "backfill")
    assert code == 0, shown
    for bar in ("pages of incidents read", "incidents looked at", "things done"):
        assert bar in shown
    assert "3/3" in shown
    assert "postmortem.opened" not in shown
    assert "/0" not in shown


def test_looking_people_up_shows_a_bar_on_a_terminal(play: StartPlay) -> None:
    code, shown = watched(play(), "people")
    assert code == 0, shown
    assert "people looked up" in shown
    assert "15/15" in shown


def test_what_is_wrong_is_told_beside_the_bars(play: StartPlay) -> None:
    p = play()
    p.box.fault("status", side="jira", status=401)
    code, shown = watched(p, "backfill")
    assert code == 1
    assert "side.silent" in shown


def test_a_log_gets_a_line_for_each_thing_as_ever(play: StartPlay) -> None:
    p = play()
    p.incident(ACTION)
    said = p.cli("backfill")
    assert "postmortem.opened" in said.stderr
    assert "\x1b" not in said.stderr


def test_a_long_loop_tells_now_and_then_and_at_its_end() -> None:
    now = 0.0
    lines = Lines(lambda: now)
    with structlog.testing.capture_logs() as logs:
        for number in lines("things done", range(10), 10):
            now += 2.0
            assert number < 10
        list(lines("quick ones", range(1000)))
    told = [(entry["done"], entry["of"]) for entry in logs]
    assert told == [(3, 10), (6, 10), (9, 10), (10, 10)]
