"""What is exchanged with the other sides: heard from every connector, told to the log and to whoever counts."""

from collections.abc import Callable
from datetime import datetime

import structlog

from callsheet.connect.context import Exchange

# An effect or a side's reading takes a handful; nobody looks for more than these in a line of the log.
IDS_KEPT = 8

Listener = Callable[[str, Exchange], None]
log = structlog.get_logger()


class Traffic:
    """The exchanges of all connectors. `listener` is told of each: the connector's name, and the exchange.

    `held_until` is until when sides asked us to wait, by their names; it may be past.
    """

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener
        self._ids: list[str] = []
        self.held_until: dict[str, datetime] = {}

    def hear(self, side: str, exchange: Exchange) -> None:
        """One request was sent. What was not answered well is worth a line, with the id that the other side knows."""
        if exchange.request_id:
            self._ids = [*self._ids, exchange.request_id][-IDS_KEPT:]
        if exchange.held_until:
            self.held_until[side] = max(exchange.held_until, self.held_until.get(side, exchange.held_until))
        if self._listener:
            self._listener(side, exchange)
        tell = log.info if exchange.status is None or exchange.status >= 400 else log.debug
        tell(
            "request.sent",
            side=side,
            method=exchange.method,
            path=exchange.path,
            status=exchange.status,
            seconds=round(exchange.seconds, 3),
            request_id=exchange.request_id,
        )

    def take_ids(self) -> list[str]:
        """The other sides' ids of the exchanges since this was asked last, the latest few."""
        taken, self._ids = self._ids, []
        return taken
