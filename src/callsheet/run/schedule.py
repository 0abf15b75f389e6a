"""The daemon: a cycle now and then one every so often, until it is asked to stop."""

import threading
from collections.abc import Callable
from datetime import UTC, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

log = structlog.get_logger()


def keep_running(cycle: Callable[[], object], *, every: timedelta, stop: threading.Event) -> None:
    """Run `cycle` at once and then every so often, one at a time, until `stop` is set; waits for the last one.

    The schedule is configuration, not state: it lives in memory and in UTC. A cycle that raises is logged, and the
    next one comes all the same.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    guarded = _guarded(cycle)
    scheduler.add_job(guarded, id="first")
    scheduler.add_job(guarded, "interval", seconds=every.total_seconds(), id="cycle")
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)


def _guarded(cycle: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            cycle()
        except Exception as error:
            log.error("cycle.failed", error=f"{type(error).__name__}: {error}")

    return run
