"""The server of `callsheet run` on a real port, with a real database and both connectors' receivers; no daemon."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from callsheet.connect.context import Context
from callsheet.connect.ports import WebhookReceiver
from callsheet.model.effect import Plan
from callsheet.model.hint import HintKind
from callsheet.plan.policy import Mode
from callsheet.plan.rules import Rules
from callsheet.run.pulse import Bell, Pulse
from callsheet.run.rehearsal import Rehearsal
from callsheet.run.report import Report
from callsheet.run.status import Expected
from callsheet.settings import Settings
from callsheet.settings.sign_in import SignIn
from callsheet.store import Store
from callsheet.testing.builders import make_ticket
from callsheet.testing.clock import FakeClock
from callsheet.web.desk import Desk, Shared
from callsheet.web.door import Door
from callsheet.web.oidc import Provider
from callsheet.web.server import address_of, listen, running
from callsheet.web.site import Site
from callsheet_jira.receiver import Receiver as JiraReceiver
from callsheet_pagerduty.receiver import Receiver as PagerDutyReceiver
from tests.unit.run.world import NOW, PLAIN_RULES

SECRET, OLD_SECRET = "CANARY-new-secret", "CANARY-old-secret"
KNOWN_TICKET = "10040"
Json = dict[str, Any]


def pagerduty_body(incident_id: str = "Q1", event_id: str = "01EVENT") -> bytes:
    """An event as PagerDuty sends it, as far as anybody reads it."""
    data = {"id": incident_id, "type": "incident", "status": "resolved"}
    return json.dumps({"event": {"id": event_id, "event_type": "incident.resolved", "data": data}}).encode()


def jira_body(ticket_id: str = KNOWN_TICKET, timestamp: int = 1) -> bytes:
    """An event as Jira sends it."""
    issue = {"id": ticket_id, "key": "OPS-1"}
    return json.dumps({"timestamp": timestamp, "webhookEvent": "jira:issue_updated", "issue": issue}).encode()


def by_pagerduty(body: bytes, *secrets: str) -> dict[str, str]:
    """PagerDuty's signature with each of these secrets."""
    return {"X-PagerDuty-Signature": ",".join(f"v1={_digest(secret, body)}" for secret in secrets or (SECRET,))}


def by_jira(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """Jira's signature."""
    return {"X-Hub-Signature": f"sha256={_digest(secret, body)}"}


def _digest(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Page:
    """An answer as a browser gets it, header names in lower case; `cookies` are those that it is to keep or drop."""

    status: int
    headers: Mapping[str, str]
    text: str
    cookies: Mapping[str, Morsel[str]]


@dataclass
class Web:
    """A running server, what it knows, and how to talk to it."""

    desk: Desk
    port: int
    store: Store
    clock: FakeClock
    site: Site
    rings: list[None] = field(default_factory=list)

    def browse(
        self, path: str, headers: Mapping[str, str] | None = None, *, form: Mapping[str, str] | None = None
    ) -> Page:
        """What a browser gets; it follows no redirect. With `form` it sends one, from our own page."""
        sent = {"Accept": "text/html,*/*;q=0.8"}
        if form is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        method, body = ("GET", b"") if form is None else ("POST", urlencode(form).encode())
        return self._answer(method, path, body, {**sent, **(headers or {})})

    def head(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        """What somebody gets who asks for the headers of a page alone."""
        return self._answer("HEAD", path, b"", {"Accept": "text/html", **(headers or {})})

    def send(self, path: str, body: bytes, headers: Mapping[str, str]) -> Page:
        """What a program gets that posts something."""
        return self._answer("POST", path, body, headers)

    def _answer(self, method: str, path: str, body: bytes, sent: Mapping[str, str]) -> Page:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, dict(sent))
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            cookies = SimpleCookie()
            for told in answer.headers.get_all("Set-Cookie", ()):
                cookies.load(told)
            return Page(answer.status, headers, answer.read().decode(), cookies)

    def get(self, path: str) -> tuple[int, Json]:
        """Status and document of a page."""
        return self._ask("GET", path, b"", {})

    def post(
        self, body: bytes, headers: Mapping[str, str] | None = None, *, connector: str = "pagerduty"
    ) -> tuple[int, Json]:
        """Status and answer of a webhook."""
        return self._ask("POST", f"/webhooks/{connector}", body, headers or {})

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Json]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, dict(headers))
            return read(connection.getresponse())

    @contextmanager
    def socket(self) -> Iterator[socket.socket]:
        """A bare connection, for those who keep no rules."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as bare:
            yield bare

    def hinted(self, kind: HintKind = HintKind.INCIDENT) -> dict[str, int]:
        """What waits to be looked at, and how often it was named."""
        return {hint.subject: hint.told for hint in self.store.hints(kind)}

    def counted(self, connector: str = "pagerduty") -> Json:
        """What came in, by result, as `/status` tells."""
        received: Json = self.get("/status")[1]["webhooks"][connector]["received"]
        return received

    def heard(self) -> int:
        """How many names of events are remembered."""
        return int(self.store.database["heard_event"].count)


def read(response: HTTPResponse) -> tuple[int, Json]:
    """Status and JSON of an answer."""
    return response.status, json.loads(response.read())


def unplanned() -> Rehearsal:
    """A plan of nothing."""
    return Rehearsal(at=NOW, plan=Plan(effects=()), changes=(), report=Report())


def provider_of(
    sign_in: SignIn | None, clock: FakeClock, renewed: Callable[[], SecretStr | None] = lambda: None
) -> Provider | None:
    """Who people sign in with."""
    context = Context(clock=clock, count=lambda: None, namespace="callsheet", zone=UTC, user_agent="callsheet/test")
    return Provider(sign_in, context, renewed) if sign_in else None


@contextmanager
def opened(
    folder: Path,
    receivers: Mapping[str, WebhookReceiver | None] | None = None,
    *,
    patience: float = 5.0,
    rules: Rules = PLAIN_RULES,
    now: datetime = NOW,
    rehearse: Callable[[], Rehearsal] | None = None,
    templates: Path | None = None,
    port: int = 0,
    renewed: Callable[[], SecretStr | None] = lambda: None,
    **settings: Any,
) -> Iterator[Web]:
    """The server on a free port or this one, with a ticket that is known. `settings` are the core's, for the door."""
    path, clock, bell, stop = folder / "callsheet.db", FakeClock(now), Bell(), threading.Event()
    given = receivers or {"pagerduty": PagerDutyReceiver([SECRET]), "jira": JiraReceiver([SecretStr(SECRET)])}
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store(path)))
        store.save_tickets([make_ticket(id=KNOWN_TICKET)])
        reading, writing, browsing = (
            stack.enter_context(closing(Shared(Store(path, busy_seconds=0.2)))) for _ in range(3)
        )
        expected = Expected(mode=Mode.FULL, cycle_every=timedelta(minutes=1))
        desk = Desk(
            reading=reading,
            writing=writing,
            receivers=given,
            clock=clock,
            pulse=Pulse(),
            bell=bell,
            stopping=stop.is_set,
            expected=expected,
            patience=patience,
        )
        door = Door.of(Settings(**settings), clock)
        site = Site(
            browsing=browsing,
            rules=rules,
            expected=expected,
            clock=clock,
            door=door,
            rehearse=rehearse or unplanned,
            provider=provider_of(door.sign_in, clock, renewed),
            templates=templates,
        )
        listener = stack.enter_context(closing(listen(("127.0.0.1", port))))
        web = Web(desk, int(address_of(listener).rpartition(":")[2]), store, clock, site)

        def cycle() -> None:
            web.rings.append(None)
            bell.answer()

        bell.hear_by(cycle)
        stack.enter_context(running(desk, site, listener))
        yield web
