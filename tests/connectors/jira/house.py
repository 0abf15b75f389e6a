"""What the tests of the Jira connector share: a clock, a context, and a tiny server that answers what it is told."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callsheet.connect.context import Context
from callsheet.model.text import paragraph
from callsheet.model.ticket import TicketDraft
from callsheet_jira import CONNECTOR
from callsheet_jira.connector import Jira, build

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CANARY = "canary-7f3a9c51e2d84b60"
EMPTY: Mapping[str, Any] = {"issues": [], "isLast": True, "total": 0}
MYSELF: Mapping[str, Any] = {"accountId": "5b10", "name": "callsheet", "displayName": "Callsheet", "active": True}
DRAFT = TicketDraft(project="OPS", issue_type_id="3", title="Add an alert", body=(paragraph("why"),), labels=("cs-1",))
both = pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
PROOF = {"cloud": {"X-AAccountId": "5b10"}, "datacenter": {"X-AUSERNAME": "callsheet"}}


@dataclass(slots=True)
class Hands:
    """A clock that stands still until somebody waits."""

    at: datetime = NOW
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.at += timedelta(seconds=seconds)
        return False

    def monotonic(self) -> float:
        return self.at.timestamp()


@dataclass(slots=True)
class House:
    """A context, and what happened in it."""

    clock: Any = field(default_factory=Hands)
    requests: int = 0
    ca_file: Any = None

    def count(self) -> None:
        self.requests += 1

    def context(self) -> Context:
        return Context(
            clock=self.clock,
            count=self.count,
            namespace="callsheet",
            zone=ZoneInfo("UTC"),
            user_agent="callsheet/test",
            ca_file=self.ca_file,
        )

    def jira(self, env: Mapping[str, str]) -> Jira:
        return build(CONNECTOR.options.read(env), self.context())


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that arrived."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: Any
    connection: tuple[str, int]


@dataclass(slots=True)
class Answer:
    """What to answer. `cut` breaks the body off; `drop` closes the connection without a word."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    drop: bool = False

    def payload(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Script = Callable[[Seen], Answer]


class TinyJira:
    """Answers by a script and remembers what it saw."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.seen: list[Seen] = []
        tiny = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                """Silence."""

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                raw = self.rfile.read(length)
                path, _, query = self.path.partition("?")
                seen = Seen(
                    self.command,
                    path,
                    query,
                    {name.lower(): value for name, value in self.headers.items()},
                    json.loads(raw) if raw else None,
                    self.client_address,
                )
                tiny.seen.append(seen)
                self.reply(tiny.script(seen))

            def reply(self, answer: Answer) -> None:
                if answer.drop:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                payload = answer.payload()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.status not in {204, 304}:
                    self.send_header("Content-Length", str(len(payload) + (50 if answer.cut else 0)))
                self.end_headers()
                self.wfile.write(payload)
                if answer.cut:
                    self.close_connection = True

            do_GET = do_POST = do_PUT = answer  # noqa: N815 - the base class looks for these names.

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/jira"

    def wrap(self, certificate: Path) -> None:
        """Speak TLS from now on, with the key and certificate of one file."""
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def env(self, flavour: str = "cloud") -> dict[str, str]:
        signed = (
            {"JIRA_EMAIL": "callsheet@example.com", "JIRA_API_TOKEN": CANARY}
            if flavour == "cloud"
            else {"JIRA_PERSONAL_ACCESS_TOKEN": CANARY}
        )
        return {"JIRA_BASE_URL": self.url, "JIRA_PROJECT": "OPS", **signed}

    def __enter__(self) -> TinyJira:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


Serve = Callable[[Script], TinyJira]


def always(*answers: Answer) -> Script:
    """These answers in turn, the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def issue(number: int, **fields: Any) -> dict[str, Any]:
    """An issue as small as Jira would ever answer one."""
    return {
        "id": str(10000 + number),
        "key": f"OPS-{number}",
        "fields": {
            "summary": f"Item {number}",
            "status": {"name": "To Do", "statusCategory": {"key": "new"}},
            "updated": "2026-11-02T10:00:00.000+0100",
            "created": "2026-11-01T10:00:00.000+0100",
            "project": {"key": "OPS"},
            **fields,
        },
    }
