"""The daemon: a cycle now, then one every so often and when somebody rings, until it is asked to stop."""

import threading
from collections.abc import Callable
from datetime import UTC, timedelta
from time import monotonic

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from callsheet.run.pulse import BEAT_EVERY, Bell, Pulse

# However often somebody rings: between the beginnings of two cycles that were rung for lies at least this, in seconds.
RUNG_EVERY = 5.0

log = structlog.get_logger()


def keep_running(
    cycle: Callable[[], object],
    *,
    every: timedelta,
    stop: threading.Event,
    pulse: Pulse | None = None,
    bell: Bell | None = None,
) -> None:
    """Run `cycle` at once, then every so often and when the bell rings, one at a time, until `stop` is set.

    Waits for the last one. The schedule is configuration, not state: it lives in memory and in UTC. A cycle that
    raises is logged, and the next one comes all the same.
    """
    pulse, bell = pulse or Pulse(), bell or Bell()
    scheduler = _Scheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(1), "pulse": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    guarded = _guarded(cycle, stop, pulse)
    rung_for = _rung_for(guarded, stop, bell, min(RUNG_EVERY, every.total_seconds()))
    scheduler.add_job(guarded, id="first")
    scheduler.add_job(guarded, "interval", seconds=every.total_seconds(), id="cycle")
    scheduler.add_job(pulse.beat, "interval", seconds=BEAT_EVERY, id="pulse", executor="pulse")
    pulse.beat()
    scheduler.start()
    # Without an id: it may be called for again while it runs.
    bell.hear_by(lambda: scheduler.add_job(rung_for))
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)


class _Scheduler(BackgroundScheduler):  # type: ignore[misc] # apscheduler ships no types
    """While it stops, a one-time job that has just begun can't be found any more: that is as it should be."""

    def remove_job(self, job_id: str, jobstore: str | None = None) -> None:
        try:
            super().remove_job(job_id, jobstore)
        except JobLookupError:
            if self.running:
                raise


def _guarded(cycle: Callable[[], object], stop: threading.Event, pulse: Pulse) -> Callable[[], None]:
    def run() -> None:
        # One that was waiting its turn when we were asked to stop.
        if stop.is_set():
            return
        try:
            cycle()
        except Exception as error:
            log.error("cycle.failed", error=pulse.words(error))
            pulse.ended(error)
        else:
            pulse.ended(None)

    return run


def _rung_for(guarded: Callable[[], None], stop: threading.Event, bell: Bell, gap: float) -> Callable[[], None]:
    """A cycle that waits in its turn, so that a storm of rings makes one every few seconds and not one each."""
    last = -gap

    def run() -> None:
        nonlocal last
        if stop.wait(max(0.0, last + gap - monotonic())):
            return
        last = monotonic()
        bell.answer()
        guarded()

    return run
