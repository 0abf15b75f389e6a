"""The daemon can be killed at any moment: started again, it files nothing twice and loses nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from pathlib import Path
from random import Random

from callsheet.sandbox.server import SandboxOptions
from tests.conftest import StartPlay
from tests.scenario.daemon import Play
from tests.scenario.test_faults import markers, until_quiet

KILLS = 4
WAIT = threading.Event()


def run_and_kill(p: Play, after: float) -> None:
    """`callsheet run` for so many seconds, and then kill -9."""
    process = subprocess.Popen(p.command("run"), env=p.process_env(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        # It says when it begins: how long Python takes to start is not what is tested.
        assert process.stderr is not None
        process.stderr.readline()
        WAIT.wait(after)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


def test_a_daemon_killed_at_random_files_nothing_twice_and_loses_nothing(play: StartPlay, tmp_path: Path) -> None:
    p = play(state=tmp_path / "state", env={"CALLSHEET_CYCLE_EVERY": "1s"})
    p.settled()
    roll = Random(20261122)
    # Slow answers: most kills come while a write is under way.
    p.box.fault("slow", side="jira", method="POST", path="/rest/api/3/issue", seconds=0.2)
    p.box.fault("slow", side="pagerduty", method="POST", seconds=0.2)
    incidents = []
    for number in range(KILLS):
        word = "abcdef"[number]
        incidents.append(
            p.incident(f"ACTION: Promise {word} @ana.ferreira\nTODO: Keep {word}", title=f"Trouble {word}")
        )
        run_and_kill(p, roll.uniform(0.1, 1.2))
        p.wait(seconds=15)
    p.box.no_faults()
    p.wait(minutes=6)
    until_quiet(p)
    assert len(markers(p)) == len(set(markers(p))) == len(p.tickets()) == 3 * KILLS
    assert [len(p.our_notes(incident)) for incident in incidents] == [1] * KILLS
    assert all(len(p.rows(incident)) == 3 for incident in incidents)
    with p.store() as store:
        assert store.intents() == ()


def test_a_killed_sandbox_comes_back_with_all_that_it_confirmed(play: StartPlay, tmp_path: Path) -> None:
    from callsheet.sandbox.server import Sandbox  # noqa: PLC0415 - the second life, outside of the fixture

    p = play(state=tmp_path / "state")
    p.settled()
    p.incident("ACTION: Promise a @ana.ferreira")
    p.settled()
    before = p.box.state()
    again = Sandbox(SandboxOptions(state=tmp_path / "state"))
    try:
        assert json.dumps(again.state()["jira"], sort_keys=True) == json.dumps(before["jira"], sort_keys=True)
        assert again.state()["pagerduty"]["notes"] == before["pagerduty"]["notes"]
    finally:
        again.close()


def test_sigterm_ends_the_daemon_between_two_effects_with_exit_code_0(play: StartPlay) -> None:
    p = play(env={"CALLSHEET_CYCLE_EVERY": "1s"})
    p.settled()
    p.incident("ACTION: Promise a @ana.ferreira")
    process = subprocess.Popen(p.command("run"), env=p.process_env(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    process.stderr.readline()
    WAIT.wait(0.3)
    process.terminate()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert b"Traceback" not in said
    p.settled()
    assert len(markers(p)) == len(set(markers(p))) == 2


def test_a_second_cycle_runner_refuses_to_start_and_says_who_holds_the_lock(play: StartPlay) -> None:
    p = play()
    with p.store() as store, store.cycle_lock("run"):
        done = p.cli("once")
        assert p.cli("status").returncode == 0
    assert done.returncode == 1
    assert "`callsheet run`" in done.stderr
    assert "Traceback" not in done.stderr
