"""Before the API: who asks, may they act from where they are, and does their body end?

| what comes                                                         | answer |
|--------------------------------------------------------------------|--------|
| from nobody whom the door knows                                    | 401    |
| to change something, by what a browser sends along from any page   | 403    |
| more than 256 KB                                                   | 413    |
| a body that takes longer than 5 s                                  | 408    |

It stands before FastAPI, which reads a body to its end before it asks who sent it.
"""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callsheet.web.api.problems import problem
from callsheet.web.body import Parting, TooLarge, TooSlow, read_body
from callsheet.web.door import Door
from callsheet.web.site import UNKEPT

BODY_SECONDS: Final = 5.0
OWN_NAMES: Final = "Ask by a name of this machine: 127.0.0.1 or localhost."
BRING_TOKEN: Final = "Send the token, as Authorization: Bearer …"  # noqa: S105 - tells of it
SET_TOKEN: Final = "Set CALLSHEET_WEB_TOKEN, and send it as Authorization: Bearer …"  # noqa: S105 - tells of it
FOREIGN: Final = "This came from no page of ours. A program sends the token, as Authorization: Bearer …"


class Threshold:
    """An application whose visitors are known, in `request.state.visitor`, and whose bodies have ends."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer those who stay outside, and pass the others on."""
        request = Request(scope, receive)
        turned_away = await self._turned_away(request)
        app, heard = (turned_away, receive) if turned_away else (self._app, _again(request, receive))
        await app(scope, heard, _unkept(send))

    async def _turned_away(self, request: Request) -> Response | None:
        visitor = request.state.visitor = await run_in_threadpool(self._door.visitor, request)
        if visitor is None:
            return problem(401, self._unknown(), headers={"WWW-Authenticate": "Bearer"})
        # Nothing is changed by any other method, which FastAPI says to those who try.
        if request.method != "POST":
            return None
        if not self._door.may_act(request, visitor):
            return problem(403, FOREIGN)
        return await self._unreadable(request)

    def _unknown(self) -> str:
        if self._door.is_open:
            return OWN_NAMES
        return BRING_TOKEN if self._door.token else SET_TOKEN

    async def _unreadable(self, request: Request) -> Response | None:
        """Why its body is not read; otherwise it is kept in the request's state."""
        try:
            request.state.body = await read_body(request, BODY_SECONDS)
        except TooLarge:
            return problem(413, "The body is too large.", by=Parting)
        except (TooSlow, ClientDisconnect):
            return problem(408, "The body did not come in time.", by=Parting)
        return None


def _again(request: Request, receive: Receive) -> Receive:
    """What was read already, for who reads it next."""
    left: list[Message] = []
    if hasattr(request.state, "body"):
        left.append({"type": "http.request", "body": request.state.body, "more_body": False})

    async def heard() -> Message:
        return left.pop() if left else await receive()

    return heard


def _unkept(send: Send) -> Send:
    """Nobody keeps what is told here."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(UNKEPT)
        await send(message)

    return told
