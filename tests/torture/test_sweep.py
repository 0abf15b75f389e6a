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
CALM = dict.fromkeys(
    ("together", "late", "frozen_late", "wild_clock", "parks", "merges", "guarded", "loses_database"), False
)
RICH = replace(Setting.of(3), fault_rate=0.0, crash_rate=0.0, meetings=2, **CALM)
SLICES = 8
# So many points a restart goes through, about, until it has found out what the death left behind.
RECOVERY = 60
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
        whole = played(RICH.seed, setting=RICH, dies_at=[point])
        assert not whole.broken, (point, whole.broken)
        died += whole.tally["crashes"]
    print(f"{died} deaths, all of them without consequence")
    assert died == len(range(1 + part, points + 1, SLICES))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(SLICES))
def test_dying_again_while_mending_a_death_doubles_and_loses_nothing(points: int, part: int) -> None:
    """Each point once more, with a second death in the recovery: from its first steps to where it would be through."""
    for place, point in enumerate(range(1 + part, points + 1, 2 * SLICES)):
        again = point + 1 + (7 * place + part) % RECOVERY
        whole = played(RICH.seed, setting=RICH, dies_at=[point, again])
        assert not whole.broken, (point, again, whole.broken)


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
