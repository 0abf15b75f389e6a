"""The ASGI side: bytes in, bytes out, and connections that break when a fault says so."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from callsheet.sandbox.control import Control
from callsheet.sandbox.exchange import SIDES, Answer, Call, Exchange
from callsheet.sandbox.faults import cut
from callsheet.sandbox.front import Front, Outcome
from callsheet.sandbox.pages import page_for

_TRANSPORT = "callsheet.transport"
_DROPS = ("drop_before", "drop_after", "late_apply")
Observer = Callable[[Exchange], None]


class SocketProtocol(H11Protocol):
    """uvicorn's own protocol, except that the application can reach the connection to break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it.
        super().connection_made(transport)
        served = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[_TRANSPORT] = transport
            await served(scope, receive, send)

        self.app = with_transport


class Application:
    """Routes by mount: `/pagerduty`, `/jira`, `/jira-dc`, `/_sandbox`, and a few pages."""

    def __init__(self, front: Front, control: Control, observe: Observer | None = None) -> None:
        self.front, self.control, self.observe = front, control, observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        body = await request.body()
        path = request.url.path
        if path.startswith("/_sandbox"):
            answer = self.control.handle(request.method, path, request.url.query, body)
            await _response(answer)(scope, receive, send)
            return
        with self.front.world.lock:
            page = page_for(self.front.world, path) if request.method == "GET" else None
        if page is not None:
            await _response(Answer(text=page, media="text/html; charset=utf-8"))(scope, receive, send)
            return
        await self._vendor(request, body, send)

    async def _vendor(self, request: Request, body: bytes, send: Send) -> None:
        call = _call(request, body)
        if call is None:
            answer = Answer(status=404, document={"error": "Nothing here: /pagerduty, /jira or /jira-dc"})
            await _response(answer)(request.scope, request.receive, send)
            return
        outcome = self.front.handle(call)
        if self.observe:
            self.observe(_exchange(call, outcome.answer))
        if outcome.kind == "slow" and outcome.rule:
            await asyncio.sleep(outcome.rule.seconds("seconds", 1).total_seconds())
        await _deliver(request, outcome, self.front.world.clock.now(), send)


async def _deliver(request: Request, outcome: Outcome, now: datetime, send: Send) -> None:
    transport: asyncio.Transport = request.scope["extensions"][_TRANSPORT]
    if outcome.kind in _DROPS and outcome.rule:
        _break(transport, reset=outcome.rule.more.get("how") == "reset")
        await _until_gone(request.receive)
        return
    response = _response(outcome.answer)
    response.headers["Date"] = format_datetime(now, usegmt=True)
    if outcome.kind != "truncate":
        await response(request.scope, request.receive, send)
        return
    start = {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
    await send(start)
    await send({"type": "http.response.body", "body": cut(bytes(response.body)), "more_body": True})
    transport.close()
    await _until_gone(request.receive)


def _break(transport: asyncio.Transport, *, reset: bool) -> None:
    """Close without a word; `reset` makes the kernel send RST instead of FIN."""
    sock: Any = transport.get_extra_info("socket")
    if reset and sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _until_gone(receive: Receive) -> None:
    """uvicorn complains about an application that ends without an answer, unless the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _call(request: Request, body: bytes) -> Call | None:
    _, _, rest = request.url.path.partition("/")
    side, slash, path = rest.partition("/")
    if side not in SIDES:
        return None
    root = f"{request.url.scheme}://{request.url.netloc}"
    return Call(
        side=side,
        method=request.method,
        path=slash + path or "/",
        query=request.url.query,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        base=f"{root}/{side}",
    )


def _response(answer: Answer) -> Response:
    body = answer.body()
    media = answer.media if body else None
    return Response(body, status_code=answer.status, headers=answer.headers, media_type=media)


def _exchange(call: Call, answer: Answer) -> Exchange:
    response = _response(answer)
    return Exchange(
        side=call.side,
        method=call.method,
        path=call.path,
        template=call.template,
        query=call.query,
        request_headers=dict(call.headers),
        request_body=call.body,
        status=answer.status,
        response_headers=dict(response.headers),
        response_body=bytes(response.body),
        exempt=answer.exempt,
    )
