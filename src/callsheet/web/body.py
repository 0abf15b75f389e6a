"""Reading a body whose sender is not known yet: only so much of it, and only for so long."""

import asyncio
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

# PagerDuty drops events above this, and promises only 55 KB.
CAP = 256 * 1024
HEARD_OUT = 1024 * 1024
HEARD_OUT_SECONDS = 1.0


class TooLarge(Exception):
    """The body is above the cap; what was read of it is dropped."""


class TooSlow(Exception):
    """The body did not come in time."""


async def read_body(request: Request, seconds: float) -> bytes:
    """The raw body. A length that is announced too large is believed, and nothing is read."""
    if int(request.headers.get("content-length", "0")) > CAP:
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                if len(body) + len(chunk) > CAP:
                    raise TooLarge
                body += chunk
    except TimeoutError:
        raise TooSlow from None
    return bytes(body)


class Parting(JSONResponse):
    """An answer to somebody who is still sending: given in full, and then a little of the rest runs into the void.

    Closing at once would make the kernel reset the connection, and the answer could get lost on its way.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        self.headers["connection"] = "close"
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(HEARD_OUT_SECONDS):
                left = HEARD_OUT
                while left > 0:
                    message = await receive()
                    left -= len(message.get("body", b""))
                    if not message.get("more_body", False):
                        break
        await send({"type": "http.response.body", "body": b"", "more_body": False})
