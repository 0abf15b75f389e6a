"""What became of the cycles: the last one, and each side's last word, kept for those who ask how the sync is."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callsheet.run.app import App
from callsheet.run.ports import FactsMemory
from callsheet.run.report import Failure, Report

SIDE = "side"
CYCLE = "cycle"
LAST = "last"
# A page of them tells as much as all.
FAILURES_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A side's last word. `read_at` is when it was last read to the end; `error` is why it could not be, since then.

    `since` is when the trouble began; `throttled`: it asked us to wait, which mends itself, and `held_until` is until
    when, also where only a write met it.
    """

    read_at: datetime | None = None
    error: str | None = None
    since: datetime | None = None
    throttled: bool = False
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCycle:
    """The last cycle that came to its end. `done` counts what it did, by event; `failed` is what it could not do.

    `failures` is how many there were, of which only the first are kept. `tracker_error` is why the tracker did not
    answer, so that nothing could be filed; `file_after` is how long new items waited by the policy of that cycle.
    """

    began_at: datetime
    ended_at: datetime
    seconds: float
    mode: str
    done: dict[str, int]
    requests: dict[str, int]
    failures: int
    failed: tuple[Failure, ...] = ()
    tracker_error: str | None = None
    file_after: timedelta = timedelta(0)


def keep_cycle(app: App, report: Report, began_at: datetime) -> None:
    """Remember how a cycle went."""
    now = app.clock.now()
    last = LastCycle(
        began_at=began_at,
        ended_at=now,
        seconds=round(report.seconds, 3),
        mode=app.mode.value,
        done=dict(report.counts),
        requests=dict(report.requests),
        failures=len(report.failed),
        failed=tuple(report.failed[:FAILURES_KEPT]),
        tracker_error=_error(report, app.tracker_name),
        file_after=app.rules.file_after,
    )
    before = sides(app.memory)
    names = (app.source_name, app.tracker_name, *app.publishers)
    with app.memory.transaction():
        app.memory.remember(CYCLE, {LAST: last}, now)
        words = {name: _side(before.get(name, Side()), report, name, now) for name in names}
        held = {name: until for name, until in app.traffic.held_until.items() if until > now}
        told = {name: replace(side, held_until=held.get(name)) for name, side in words.items()}
        app.memory.remember(SIDE, told, now)


def _side(before: Side, report: Report, name: str, now: datetime) -> Side:
    if name in report.cut_off:
        return before
    error = _error(report, name)
    if error is None:
        return Side(read_at=now)
    return Side(
        read_at=before.read_at, error=error, since=before.since or now, throttled=name not in report.unreachable
    )


def _error(report: Report, name: str) -> str | None:
    return report.unreachable.get(name) or report.throttled.get(name)


def sides(memory: FactsMemory) -> dict[str, Side]:
    """Each side's last word, by the connector's name."""
    return memory.recall(SIDE, Side)


def last_cycle(memory: FactsMemory) -> LastCycle | None:
    """The last cycle that came to its end; None before the first."""
    return memory.recall(CYCLE, LastCycle).get(LAST)
