"""What the process counts as it happens: requests, cycles, effects, digests. `/metrics` shows it.

No label holds an id, a person or a title: all of them are few, and known beforehand.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from callsheet.connect.context import Exchange
from callsheet.run.report import Report

# Cycles take a second, a backfill may take half an hour; a request seconds at most.
CYCLE_SECONDS = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
REQUEST_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
CYCLE = "cycle"


class Counters:
    """What the process counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._cycles = Counter(
            "callsheet_reconcile_total",
            "Cycles, and readings of each side, by result.",
            ("kind", "result"),
            registry=registry,
        )
        self._seconds = Histogram(
            "callsheet_reconcile_duration_seconds", "How long cycles took.", buckets=CYCLE_SECONDS, registry=registry
        )
        self._requests = Counter(
            "callsheet_api_requests_total", "Requests really sent.", ("api", "method", "code"), registry=registry
        )
        self._request_seconds = Histogram(
            "callsheet_api_request_duration_seconds",
            "How long answers took.",
            ("api",),
            buckets=REQUEST_SECONDS,
            registry=registry,
        )
        self._remaining = Gauge(
            "callsheet_api_ratelimit_remaining",
            "Requests that the side said it still takes.",
            ("api",),
            registry=registry,
        )
        self._throttled = Counter(
            "callsheet_throttled_seconds_total", "Seconds that sides asked us to wait.", ("api",), registry=registry
        )
        self._effects = Counter(
            "callsheet_effects_total",
            "Effects carried out or not, by kind and outcome.",
            ("effect", "outcome"),
            registry=registry,
        )
        self._nudges = Counter(
            "callsheet_nudges_total", "Digests, by channel and outcome.", ("channel", "outcome"), registry=registry
        )

    def heard(self, side: str, exchange: Exchange) -> None:
        """A connector sent a request."""
        self._requests.labels(side, exchange.method, str(exchange.status or "none")).inc()
        self._request_seconds.labels(side).observe(exchange.seconds)
        if exchange.remaining is not None:
            self._remaining.labels(side).set(exchange.remaining)
        if exchange.retry_after:
            self._throttled.labels(side).inc(exchange.retry_after)

    def ended(self, report: Report, names: tuple[str, ...]) -> None:
        """A cycle came to its end; `names` are the sides that it read."""
        self._cycles.labels(CYCLE, _result(report)).inc()
        self._seconds.observe(report.seconds)
        for name in names:
            if name in report.cut_off:
                continue
            result = "unreachable" if name in report.unreachable else "throttled" if name in report.throttled else "ok"
            self._cycles.labels(name, result).inc()
        for (effect, outcome), number in report.acts.items():
            self._effects.labels(effect, outcome).inc(number)
        for (channel, outcome), number in report.nudges.items():
            self._nudges.labels(channel, outcome).inc(number)

    def broke(self) -> None:
        """A cycle broke off."""
        self._cycles.labels(CYCLE, "broke").inc()


def _result(report: Report) -> str:
    return {0: "ok", 1: "failed", 3: "held"}[report.exit_code]
