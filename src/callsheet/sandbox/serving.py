"""The sandbox's server: between its socket and the ASGI application of `wire`."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from types import FrameType

import uvicorn

from callsheet.sandbox.wire import Application, SocketProtocol

# For answers that are under way at the end.
GRACE_SECONDS = 1.0


class Server(uvicorn.Server):
    """uvicorn, silent, on a socket of its own, telling when it serves, and at its end as soon as it is told.

    uvicorn itself looks ten times a second whether it shall end, and then waits as long for each of its parts.
    """

    def __init__(self, application: Application, port: int) -> None:
        config = uvicorn.Config(
            application,
            host="127.0.0.1",
            http=SocketProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            # Vendors' answers carry the time in here, see `wire`.
            date_header=False,
        )
        super().__init__(config)
        self.ready = threading.Event()
        self.port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def listen(self) -> socket.socket:
        """Take the port at once: requests that come before the loop runs wait in the backlog."""
        listener = socket.create_server(("127.0.0.1", self.port))
        # Inherited by each connection: head and body go out apart, and would wait 40 ms for each other's receipt.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = listener.getsockname()[1]
        return listener

    def stop(self) -> None:
        """From any thread, or from a signal."""
        self.should_exit = True
        if self._loop:
            # It may have ended by itself.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._told.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.stop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        # Sets the headers that every answer has.
        await self.on_tick(0)
        await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                while (state.connections or state.tasks) and not self.force_exit:
                    await asyncio.sleep(GRACE_SECONDS / 200)
        for task in state.tasks:
            task.cancel()
