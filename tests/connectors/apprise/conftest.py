"""Real places for messages to arrive at: a web hook and a mail server, both on this machine."""

import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from callsheet.connect.context import Context
from callsheet.connect.ports import Notifier
from callsheet.model.nudge import Digest, Recipient
from callsheet.testing.clock import FakeClock
from callsheet_apprise import CONNECTOR
from callsheet_apprise.options import AppriseOptions
from tests.loopback import answering

PATH_SECRET = "canary-in-the-path-4f1e"
PASSWORD = "canary-password-9c2a"


class Hook:
    """A web hook that keeps what it was sent. `status` is what it answers; `location` where it redirects to."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.port = server.server_port
        self.status = 200
        self.location: str | None = None
        self.hold = threading.Event()
        self.hold.set()
        self.paths: list[str] = []
        self.messages: list[dict[str, Any]] = []

    def url(self, options: str = "") -> str:
        return f"json://robot:{PASSWORD}@127.0.0.1:{self.port}/{PATH_SECRET}/{{email}}{options}"

    def wrap(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            place.paths.append(self.path)
            place.messages.append(json.loads(body))
            place.hold.wait(10)
            self.send_response(place.status)
            if place.location:
                self.send_header("Location", place.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        place = Hook(server)
        yield place
        place.hold.set()


class Mailbox:
    """A mail server in miniature. `refused` recipients are turned away."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.refused: set[str] = set()
        self.mails: list[str] = []


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 here")
            for raw in self.rfile:
                line = raw.decode().strip()
                if line.upper().startswith("RCPT") and any(one in line for one in box.refused):
                    self.say("550 nobody by that name")
                elif line.upper() == "DATA":
                    self.say("354 go on")
                    box.mails.append("".join(iter(lambda: self.rfile.readline().decode(), ".\r\n")))
                    self.say("250 taken")
                else:
                    self.say("221 bye" if line.upper() == "QUIT" else "250 fine")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with answering(server):
        box = Mailbox(server.server_address[1])
        yield box


class House:
    """Builds notifiers as the daemon does, and counts what they count."""

    def __init__(self) -> None:
        self.counted = 0
        self.context = Context(
            clock=FakeClock(datetime(2026, 11, 2, 9, tzinfo=UTC)),
            count=self._count,
            namespace="callsheet",
            zone=UTC,
            user_agent="callsheet/0",
        )

    def _count(self) -> None:
        self.counted += 1

    def notifier(
        self, person_url: str | None, context: Context | None = None, *, team_url: str | None = None
    ) -> Notifier:
        options = AppriseOptions.read({"APPRISE_PERSON_URL": person_url or "", "APPRISE_TEAM_URL": team_url or ""})
        assert CONNECTOR.notifier is not None
        return CONNECTOR.notifier(options, context or self.context)


@pytest.fixture
def house() -> House:
    return House()


def digest(email: str | None = "ada@example.com", name: str = "Ada Lovelace") -> Digest:
    to = Recipient(id="u1", name=name, email=email)
    return Digest(to=to, local_on=date(2026, 11, 2), lines=())


@pytest.fixture
def ada() -> Digest:
    return digest()


@pytest.fixture
def nobody() -> Digest:
    return digest(email=None)
