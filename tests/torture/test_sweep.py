"""Death at every single point of one rich run: before and after each commit, each request, each document, each mail."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import Play
from tests.scenario.test_faults import markers, until_quiet
from tests.torture.mortal import DIED
from tests.torture.report import played
from tests.torture.setting import Setting

# Two incidents, tickets, notes, documents, reminders, edits of people: but no fault besides the death itself.
RICH = replace(Setting.of(3), fault_rate=0.0, crash_rate=0.0, together=False, late=False, wild_clock=False, meetings=2)
SLICES = 8
# Where processes really end: evenly over a cycle that files, notes, publishes.
SAMPLE = 6


@pytest.fixture(scope="module")
def points() -> int:
    """How many points the run has."""
    whole = played(RICH.seed, setting=RICH)
    assert not whole.broken, whole.broken
    assert whole.points > 300
    return whole.points


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(SLICES))
def test_dying_at_any_point_doubles_and_loses_nothing(points: int, part: int) -> None:
    died = 0
    for point in range(1 + part, points + 1, SLICES):
        whole = played(RICH.seed, setting=RICH, dies_at=point)
        assert not whole.broken, (point, whole.broken)
        died += whole.tally["crashes"]
    print(f"{died} deaths, all of them without consequence")
    assert died == len(range(1 + part, points + 1, SLICES))


def process(p: Play, point: int) -> subprocess.CompletedProcess[str]:
    """One cycle of a process that ends with `os._exit` at a point."""
    command = [sys.executable, "-m", "tests.torture.mortal", str(p.config), str(point)]
    env = {**p.process_env(), "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=p.folder)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(SAMPLE))
def test_a_process_that_ends_at_once_leaves_nothing_doubled_or_lost(play: StartPlay, part: int) -> None:
    p = play()
    p.settled()
    incident = p.incident("ACTION: Promise a @ana.ferreira\nTODO: Keep a")
    # The cycle has some hundred points; the first ones only read.
    died = process(p, 20 + 24 * part)
    assert died.returncode == DIED, (died.returncode, died.stdout, died.stderr)
    p.wait(minutes=6)
    until_quiet(p)

    assert len(markers(p)) == len(set(markers(p))) == len(p.tickets()) == 3
    assert len(p.our_notes(incident)) == 1
    assert len(p.rows(incident)) == 3
