"""What the tests of this folder share: a scripted PagerDuty behind httpx2's transport, raw answers, recordings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from callsheet.connect.context import Context
from callsheet.testing.clock import FakeClock
from callsheet_pagerduty.client import Client
from callsheet_pagerduty.connector import PagerDuty, build
from callsheet_pagerduty.options import PagerDutyOptions
from tests.lent import payloads

TOKEN = "u+CANARY-thetoken-1234"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SETTINGS = {
    "PAGERDUTY_API_TOKEN": TOKEN,
    "PAGERDUTY_BASE_URL": "https://api.pagerduty.com",
    "PAGERDUTY_FROM_EMAIL": "callsheet@example.com",
}

Answer = Callable[[httpx2.Request], httpx2.Response]


def reply(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> httpx2.Response:
    """An answer as it comes over a wire: a stream of bytes."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return httpx2.Response(status, headers=dict(headers or {}), stream=httpx2.ByteStream(body))


@dataclass
class Wire:
    """A PagerDuty that answers what it is told, in turn, the last for ever; it remembers what was sent."""

    answers: list[Answer | httpx2.Response | Exception] = field(default_factory=list)
    sent: list[httpx2.Request] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else reply_again(answer)

    @property
    def asked(self) -> list[str]:
        """Methods and paths, in order."""
        return [f"{request.method} {request.url.path}" for request in self.sent]


def reply_again(answer: httpx2.Response) -> httpx2.Response:
    """A fresh copy: an answer's stream can be read once."""
    if not hasattr(answer, "_content"):
        answer.read()
    # Decoded once already, so it must not say that it is encoded.
    return httpx2.Response(answer.status_code, headers=dict(answer.headers), stream=httpx2.ByteStream(answer.content))


@dataclass
class Stage:
    """A connector with everything around it that a test may want to look at."""

    wire: Wire
    clock: FakeClock
    counted: list[None]
    options: PagerDutyOptions
    client: Client
    source: PagerDuty

    @property
    def requests(self) -> int:
        """How many requests were counted."""
        return len(self.counted)


def context(clock: FakeClock, count: Callable[[], None], **more: Any) -> Context:
    """A context as the daemon builds it."""
    return Context(clock=clock, count=count, namespace="callsheet", zone=UTC, user_agent="callsheet/test", **more)


def stage(*answers: Answer | httpx2.Response | Exception, **settings: str) -> Stage:
    """A connector on a scripted wire."""
    wire, clock, counted = Wire(list(answers)), FakeClock(NOW), []
    options = PagerDutyOptions.read({**SETTINGS, **settings})
    around = context(clock, lambda: counted.append(None))
    transport = httpx2.MockTransport(wire)
    return Stage(
        wire,
        clock,
        counted,
        options,
        Client(options, around, transport=transport),
        build(options, around, transport=transport),
    )


def ref(kind: str, key: str, name: str) -> dict[str, Any]:
    """A reference as PagerDuty writes it."""
    page = f"https://acme.pagerduty.com/{kind}s/{key}"
    return {"id": key, "type": f"{kind}_reference", "summary": name, "self": None, "html_url": page}


ANA, MARCUS = ref("user", "PANA001", "Ana Ferreira"), ref("user", "PMARCUS", "Marcus Hill")
CHECKOUT = ref("service", "PCHECKO", "Checkout API")


def incident(key: str = "Q1", **more: Any) -> dict[str, Any]:
    """A resolved incident."""
    return {
        "id": key,
        "type": "incident",
        "summary": "[#7] Checkout is slow",
        "html_url": f"https://acme.pagerduty.com/incidents/{key}",
        "incident_number": 7,
        "title": "Checkout is slow",
        "status": "resolved",
        "urgency": "high",
        "service": CHECKOUT,
        "created_at": "2026-11-20T08:00:00Z",
        "updated_at": "2026-11-20T09:30:00Z",
        "resolved_at": "2026-11-20T09:00:00Z",
        "last_status_change_at": "2026-11-20T09:00:00Z",
        "priority": {"id": "PPRIO1", "type": "priority", "summary": "P1", "name": "P1"},
        "teams": [ref("team", "PTEAM01", "Storefront")],
        **more,
    }


def entry(key: str = "R1", kind: str = "acknowledge", **more: Any) -> dict[str, Any]:
    """A log entry of incident Q1."""
    return {
        "id": key,
        "type": f"{kind}_log_entry",
        "summary": f"{kind} by somebody.",
        "created_at": "2026-11-20T08:05:00Z",
        "agent": ANA,
        "channel": {"type": "website"},
        "incident": ref("incident", "Q1", "[#7] Checkout is slow"),
        **more,
    }


def page(key: str, rows: list[Any], *, more: bool = False, total: int | None = None) -> dict[str, Any]:
    """A page of a listing."""
    return {key: rows, "limit": 100, "offset": 0, "more": more, "total": total}


def recording(name: str) -> Any:
    """A recorded payload, read in place."""
    return json.loads(payloads("pagerduty", name).read_bytes())


NOTE = {"id": "PN1", "user": ANA, "content": "Action: mend it", "created_at": "2026-11-20T04:30:00-04:00"}


def by_path(table: dict[str, Any]) -> Answer:
    """Answers by the end of the path; the longest fitting end wins, a number is a status."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        found = [end for end in table if request.url.path.endswith(end)]
        document = table[max(found, key=len)] if found else 404
        return reply({"error": {"message": "No"}}, document) if isinstance(document, int) else reply(document)

    return answer
