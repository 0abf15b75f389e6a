"""Ringing for a cycle: soon, once, and not more often than every few seconds; and the scheduler's signs of life."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

import pytest

from callsheet.connect.errors import Transient
from callsheet.run.pulse import Bell, Pulse
from callsheet.run.schedule import RUNG_EVERY, keep_running

HOUR = timedelta(hours=1)
WAIT = threading.Event()
# In seconds: what a busy machine may take.
PATIENCE = 60


class Running:
    """`keep_running` in a thread, and when its cycles began."""

    def __init__(self, cycle: Callable[[], object]) -> None:
        self.bell, self.pulse, self.stop = Bell(), Pulse(), threading.Event()
        self.began: list[float] = []
        self._cycle = cycle
        self._changed = threading.Condition()

    def run(self) -> None:
        keep_running(self._one, every=HOUR, stop=self.stop, pulse=self.pulse, bell=self.bell)

    def _one(self) -> None:
        with self._changed:
            self.began.append(monotonic())
            self._changed.notify_all()
        self._cycle()

    def wait_for(self, cycles: int, seconds: float) -> bool:
        """Whether so many cycles began before the time was up."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.began) >= cycles, seconds)


@contextmanager
def running(cycle: Callable[[], object] = lambda: None) -> Iterator[Running]:
    scheduled = Running(cycle)
    thread = threading.Thread(target=scheduled.run)
    thread.start()
    try:
        assert scheduled.wait_for(1, PATIENCE)
        yield scheduled
    finally:
        scheduled.stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_ring_brings_a_cycle_at_once() -> None:
    with running() as scheduled:
        scheduled.bell.ring()
        assert scheduled.wait_for(2, PATIENCE)


def test_a_storm_of_rings_makes_one_cycle_every_few_seconds() -> None:
    with running() as scheduled:
        scheduled.bell.ring()
        assert scheduled.wait_for(2, PATIENCE)
        for _ in range(1000):
            scheduled.bell.ring()
        assert scheduled.wait_for(3, PATIENCE)
        assert scheduled.began[2] - scheduled.began[1] >= RUNG_EVERY - 0.1
        assert not scheduled.wait_for(4, 1)


def test_a_ring_during_a_cycle_brings_another_behind_it() -> None:
    go_on = threading.Event()
    with running(lambda: go_on.wait(PATIENCE)) as scheduled:
        scheduled.bell.ring()
        scheduled.bell.ring()
        assert not scheduled.wait_for(2, 0.3)
        go_on.set()
        assert scheduled.wait_for(2, PATIENCE)
        assert not scheduled.wait_for(3, 0.5)


def test_a_ring_before_the_scheduler_is_there_is_heard() -> None:
    bell, rung = Bell(), threading.Event()
    bell.ring()
    bell.hear_by(rung.set)
    assert rung.is_set()


def test_stopping_ends_a_cycle_that_waits_its_turn() -> None:
    with running() as scheduled:
        scheduled.bell.ring()
        assert scheduled.wait_for(2, PATIENCE)
        scheduled.bell.ring()
    assert len(scheduled.began) == 2


def ended(pulse: Pulse, cycles: int) -> str | None:
    """How the last of so many cycles ended."""
    for _ in range(100):
        if pulse.cycles >= cycles:
            break
        WAIT.wait(0.1)
    assert pulse.cycles == cycles
    return pulse.failure


def test_the_pulse_beats_while_a_cycle_runs_and_tells_how_the_last_one_ended() -> None:
    errors: list[Exception] = [OSError("disk full")]
    go_on = threading.Event()

    def cycle() -> None:
        go_on.wait(PATIENCE)
        if errors:
            raise errors.pop()

    with running(cycle) as scheduled:
        assert (scheduled.pulse.ticking, scheduled.pulse.cycles) == (True, 0)
        go_on.set()
        assert ended(scheduled.pulse, 1) == "OSError: disk full"
        scheduled.bell.ring()
        assert ended(scheduled.pulse, 2) is None


@pytest.mark.parametrize(
    ("error", "told"), [(None, None), (Transient("away", sent=False), None), (ValueError("x"), "ValueError: x")]
)
def test_a_side_out_of_reach_is_no_failure_of_ours(error: Exception | None, told: str | None) -> None:
    pulse = Pulse()
    assert not pulse.ticking
    pulse.ended(error)
    assert pulse.failure == told
