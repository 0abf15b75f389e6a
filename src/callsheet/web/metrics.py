"""`/metrics`: what the process did, counted as it happens, and what the store holds, counted when it is asked.

No label holds an id, a person or a title: all of them are few, and known beforehand.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from callsheet import __version__
from callsheet.connect.errors import ConnectorError
from callsheet.model.action_item import ItemStatus
from callsheet.run.history import last_cycle, sides
from callsheet.run.pull import SWEPT
from callsheet.run.status import Expected
from callsheet.store import Store
from callsheet.web.counters import CYCLE
from callsheet.web.desk import Desk
from callsheet.web.health import unready

# Only what is open can be late; all of these have a sample, so that an alert never misses a series.
LATE = {ItemStatus.OPEN: ("false", "true"), ItemStatus.DONE: ("false",), ItemStatus.DROPPED: ("false",)}

Samples = Mapping[tuple[str, ...], float]


class _Kept(Collector):
    """What is read when somebody asks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Metric]:
        """Each metric with its samples."""
        desk = self._desk
        yield _gauge(
            "build_info",
            "Which Callsheet runs, and in which mode.",
            {(__version__, desk.expected.mode.value): 1},
            "version",
            "mode",
        )
        yield _gauge("ready", "1 when /readyz says so.", {(): not unready(desk)})
        yield _webhooks(desk)
        # A database that can't be read shows as not ready, a clock that is served and silent is for tests only.
        with suppress(sqlite3.Error, ConnectorError), desk.reading() as store:
            yield from _of_store(store, desk.expected, desk.clock.now())


def _of_store(store: Store, expected: Expected, now: datetime) -> Iterator[Metric]:
    tally = store.tally(now.astimezone(expected.zone).date())
    yield _gauge(
        "last_success_timestamp_seconds", "When each job last came off, in Unix time.", _successes(store), "job"
    )
    intents: Samples = {(state,): number for state, number in tally.intents.items()}
    yield _gauge("intents", "Writes that must not happen twice, by state; sending ones are unknown.", intents, "state")
    unknown = (now - tally.unknown_since).total_seconds() if tally.unknown_since else 0.0
    yield _gauge("intents_oldest_unknown_seconds", "How long the oldest outcome has been unknown.", {(): unknown})
    items: dict[tuple[str, ...], float] = {(status.value, late): 0 for status in ItemStatus for late in LATE[status]}
    items |= {(status, str(late).lower()): number for (status, late), number in tally.items.items()}
    yield _gauge("action_items", "Action items, by status and whether they are late.", items, "status", "overdue")
    yield _gauge("quarantined_items", "What could not be read and is set aside.", {(): tally.quarantined})
    yield _gauge("refusals", "What guards hold back until somebody approves.", {(): tally.held})


def _successes(store: Store) -> Samples:
    """By job: `cycle`, `sweep`, and each side by its name. A job that never came off has no sample."""
    cycle, swept = last_cycle(store), store.noted(SWEPT)
    ended = {CYCLE: cycle.ended_at if cycle else None, "sweep": datetime.fromisoformat(swept) if swept else None}
    ended |= {name: side.read_at for name, side in sides(store).items()}
    return {(job,): at.timestamp() for job, at in ended.items() if at}


def _webhooks(desk: Desk) -> Metric:
    family = CounterMetricFamily(
        "callsheet_webhooks", "Webhooks that came in, by result.", labels=("connector", "result")
    )
    for labels, number in sorted(dict(desk.counted).items()):
        family.add_metric(labels, number)
    return family


def _gauge(name: str, told: str, samples: Samples, *labels: str) -> Metric:
    family = GaugeMetricFamily(f"callsheet_{name}", told, labels=labels)
    for values, number in samples.items():
        family.add_metric(values, number)
    return family


def page(desk: Desk) -> bytes:
    """All of it as Prometheus reads it. What the store holds is left out while it can't be read."""
    kept = CollectorRegistry()
    kept.register(_Kept(desk))
    return generate_latest(desk.counters.registry) + generate_latest(kept)


def routes(desk: Desk) -> APIRouter:
    """`/metrics`."""
    router = APIRouter()

    @router.get("/metrics")
    def metrics() -> Response:
        return Response(page(desk), headers={"content-type": CONTENT_TYPE_LATEST})

    return router
