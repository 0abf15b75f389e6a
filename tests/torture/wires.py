"""The wire without sockets: the connectors' own client libraries, with the sandbox's handlers behind them.

Requests are prepared, and answers and faults are read, by the libraries that the connectors use; so the connectors'
own classification of errors is what is exercised.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import requests
import urllib3
from requests.adapters import HTTPAdapter

from callsheet.sandbox.exchange import Call
from callsheet.sandbox.faults import cut
from tests.torture.faults import Faults, writes
from tests.torture.stage import Stage

DROPPED = ("drop_before", "drop_after", "late_apply")


class Refused(Exception):
    """No connection came about: the request never left."""


class Broken(Exception):
    """The connection broke before there was an answer."""


class TooLate(Exception):
    """No answer came in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What came back. `length` is what the answer said of itself; a body that is shorter broke off."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    length: int = field(default=0)


@dataclass(slots=True, kw_only=True)
class Line:
    """One process's line to the world. `step` is told before a request leaves, and before its answer is heard."""

    stage: Stage
    faults: Faults
    step: Callable[[str], None]
    who: str

    def carry(self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout: float) -> Given:
        """One request to the world and back."""
        call = _call(method, url, headers, body)
        told = f"{method} {call.side}{call.path}"
        self.step(f"{'write' if writes(call) else 'read'}: {told}")
        trouble = self.faults.meet(call, timeout)
        self.stage.note(self.who, f"{told} {call.query}{f'  [{trouble.name}]' if trouble else ''}")
        self.stage.travel()
        if trouble and trouble.rule is None:
            raise Refused
        self.stage.front.world.faults.rules = [trouble.rule] if trouble and trouble.rule else []
        answer = self.stage.front.handle(call).answer
        self.stage.note(self.who, f"    {answer.status}")
        self.step(f"{'written' if writes(call) else 'answered'}: {told}")
        self.stage.travel(trouble.seconds if trouble else 0.0)
        if trouble and trouble.name == "timeout":
            raise TooLate
        if trouble and trouble.rule and trouble.rule.kind in DROPPED:
            raise Broken
        whole = answer.body()
        sent = cut(whole) if trouble and trouble.name == "truncated" else whole
        media = {"Content-Type": answer.media} if whole else {}
        return Given(status=answer.status, headers={**media, **answer.headers}, body=sent, length=len(whole))


def _call(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Call:
    parts = urlsplit(url)
    side, slash, path = parts.path.lstrip("/").partition("/")
    return Call(
        side=side,
        method=method,
        path=slash + path,
        query=parts.query,
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
        base=f"{parts.scheme}://{parts.netloc}/{side}",
    )


class PagerDutyWire(httpx2.BaseTransport):
    """Under the official PagerDuty client: an httpx2 transport."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """As a network would: an answer, or the error that a network raises."""
        timeout = float(request.extensions["timeout"]["read"])
        try:
            given = self._line.carry(request.method, str(request.url), dict(request.headers), request.read(), timeout)
        except Refused:
            raise httpx2.ConnectError("connection refused", request=request) from None
        except Broken:
            raise httpx2.ReadError("connection reset", request=request) from None
        except TooLate:
            raise httpx2.ReadTimeout("timed out", request=request) from None
        if len(given.body) < given.length:
            raise httpx2.RemoteProtocolError("peer closed connection", request=request)
        return httpx2.Response(given.status, headers=dict(given.headers), content=given.body, request=request)


class JiraWire(HTTPAdapter):
    """Under the Jira client's session: a requests adapter."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def send(self, request: requests.PreparedRequest, *_: Any, timeout: Any = None, **__: Any) -> requests.Response:
        """As a network would: an answer, or the error that requests makes of what urllib3 raises."""
        url, body = str(request.url), request.body or b""
        sent = body.encode() if isinstance(body, str) else bytes(body)
        try:
            given = self._line.carry(str(request.method), url, dict(request.headers), sent, float(timeout[1]))
        except Refused:
            why = urllib3.exceptions.NewConnectionError(None, "connection refused")
            raise requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, url, why)) from None
        except Broken:
            reset = ConnectionResetError(104, "Connection reset by peer")
            raise requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", reset)) from None
        except TooLate:
            raise requests.ReadTimeout("Read timed out.") from None
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(given.body),
            headers={**given.headers, "Content-Length": str(given.length)},
            status=given.status,
            preload_content=False,
            enforce_content_length=True,
        )
        return self.build_response(request, raw)
