"""What `callsheet run` says on stderr: sentences to a person at a terminal, else nothing but events of its log."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play

Json = dict[str, Any]


@contextmanager
def running(p: Play, stderr: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        p.command("run"), env=p.process_env(), stdout=subprocess.PIPE, stderr=stderr, text=True, bufsize=1
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def events(said: str) -> list[Json]:
    """One from each line: a line that is none fails."""
    told = [json.loads(line) for line in said.splitlines()]
    assert all({"event", "level", "timestamp"} <= event.keys() for event in told), said
    return told


def test_from_its_start_to_its_end_each_line_that_nobody_watches_is_an_event(play: StartPlay) -> None:
    p = play(env={"CALLSHEET_CYCLE_EVERY": "1s", "CALLSHEET_MODE": "shadow"})
    p.incident(ACTION)
    with running(p, subprocess.PIPE) as process:
        assert process.stderr is not None
        said = ""
        while "cycle.done" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        process.terminate()
        out, rest = process.communicate(timeout=30)
    told = events(said + rest)
    assert (process.returncode, out) == (0, "")
    assert [event["event"] for event in told[:2]] == ["database.begun", "daemon.started"]
    assert [event["event"] for event in told].count("database.begun") == 1
    assert told[0]["path"] == str(p.database)
    started = told[1]
    assert (started["mode"], started["cycle_every_seconds"]) == ("shadow", 1)
    assert started["url"].startswith("http://127.0.0.1:")
    assert told[-1]["event"] == "daemon.stopped"


def test_a_person_at_a_terminal_is_told_in_sentences_and_once(play: StartPlay) -> None:
    p = play()
    with terminal() as (ours, theirs), running(p, theirs) as process:
        os.close(theirs)
        said = read(ours, lambda so_far: "cycle.done" in so_far)
        process.terminate()
        said += read(ours, lambda _: False)
        assert process.wait(30) == 0
    assert (
        said.count("a new database begins: ") == said.count("callsheet runs in mode full; a cycle every 1 min; ") == 1
    )
    assert "; Ctrl-C ends it" in said
    assert "daemon.started" not in said
    assert "database.begun" not in said


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Our end of it, and theirs, which the caller closes."""
    ours, theirs = os.openpty()
    try:
        yield ours, theirs
    finally:
        os.close(ours)


def read(end: int, enough: Callable[[str], bool]) -> str:
    """What is shown there until it is enough, or until nobody shows anything any more."""
    shown = b""
    while not enough(shown.decode(errors="replace")):
        try:
            shown += os.read(end, 4096)
        except OSError:  # How a terminal ends.
            break
    return shown.decode()


@pytest.mark.parametrize("watched", [False, True])
def test_what_keeps_it_from_starting_is_an_event_and_at_a_terminal_a_sentence(
    play: StartPlay, *, watched: bool
) -> None:
    p = play(policy='[[routes]]\nname = "a"\n')
    with socket.create_server(("127.0.0.1", 0)) as other, p.store() as store:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        p.env["CALLSHEET_LISTEN"] = address
        taken = ended(p, watched=watched)
        p.env["CALLSHEET_LISTEN"] = "127.0.0.1:0"
        with store.cycle_lock("run"):
            second = ended(p, watched=watched)
        p.env["JIRA_PROJECT"] = "no key"
        wrong = ended(p, watched=watched)
    assert [code for code, _ in (taken, second, wrong)] == [2, 1, 2]
    for (_, said), why in zip(
        (taken, second, wrong), (f"cannot listen on {address}", "stop it first", "JIRA_PROJECT"), strict=True
    ):
        if watched:
            assert why in said
            assert "daemon.failed" not in said
        else:
            (event,) = events(said)
            assert (event["event"], event["level"]) == ("daemon.failed", "error")
            assert why in "".join((event["error"], *event.get("problems", ())))


def ended(p: Play, *, watched: bool) -> tuple[int, str]:
    """The exit code of a daemon that does not start, and its words."""
    if not watched:
        done = p.cli("run")
        return done.returncode, done.stderr
    with terminal() as (ours, theirs), running(p, theirs) as process:
        os.close(theirs)
        said = read(ours, lambda _: False)
        return process.wait(30), said
