"""A few seeds with every test run, and proof that a seed is one run. `make torture` plays thousands."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture.report import MUST_MEET, Batch, batch, played, told
from tests.torture.run import Played
from tests.torture.setting import Setting

PRINTS = "import sys; from tests.torture.test_seeds import print_of; print(print_of(int(sys.argv[1])))"
# A seed in which two daemons meet, with faults and crashes.
LIVELY = next(
    seed
    for seed in range(1000)
    if (given := Setting.of(seed)).together and given.fault_rate >= 0.05 and given.crash_rate > 0
)


def print_of(seed: int) -> str:
    return hashlib.sha256("\n".join(told(played(seed))).encode()).hexdigest()


@pytest.mark.parametrize("seed", range(12))
def test_everything_holds(seed: int) -> None:
    whole = played(seed)

    assert not whole.broken, "\n".join([f"replay it with `make torture SEED={seed}`", *whole.broken])


def test_a_seed_is_one_run_whatever_the_process() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", PRINTS, str(LIVELY)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }

    assert len(found) == 1


def test_a_batch_that_never_met_something_says_so() -> None:
    small = batch(range(2), workers=1)

    assert small.seeds == 2
    assert set(small.missing) <= set(MUST_MEET)
    assert "never met: lost databases" in list(small.lines())


def test_a_failing_seed_prints_its_replay() -> None:
    found = Batch()
    found.add(Played(setting=Setting.of(7), broken=("I1: two",), tally=found.tally, trace=(), points=0))

    assert "seed 7: replay it with `make torture SEED=7`" in list(found.lines())
