"""Where time comes from: the system, or a clock that the sandbox serves, so that days can pass in seconds."""

import json
import threading
from datetime import UTC, datetime
from time import monotonic
from urllib.request import ProxyHandler, build_opener

import structlog

from callsheet.connect.errors import Transient
from callsheet.connect.ports import Clock

# A shorter wait, in seconds, is not worth a line.
WORTH_A_LINE = 2.0

log = structlog.get_logger()


class SystemClock:
    """The machine's own time. `stop` ends every wait: the process was asked to end."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place where the daemon reads the wall clock

    def wait(self, seconds: float) -> bool:
        """Wait; True when asked to stop."""
        return self._stop.wait(seconds)

    def monotonic(self) -> float:
        """The machine's own seconds."""
        return monotonic()


class ServedClock:
    """A clock behind an address on loopback (CALLSHEET_CLOCK_URL): `{"now": "2026-11-21T10:00:00Z"}`."""

    def __init__(self, url: str, stop: threading.Event) -> None:
        self._url = url
        self._stop = stop
        self._open = build_opener(ProxyHandler({})).open

    def now(self) -> datetime:
        """The time there."""
        try:
            with self._open(self._url, timeout=10) as answer:
                return datetime.fromisoformat(json.load(answer)["now"]).astimezone(UTC)
        except (OSError, ValueError, KeyError) as error:
            what = (
                f"the clock at {self._url} (CALLSHEET_CLOCK_URL) does not tell the time: {error}; "
                "if it is the sandbox's, start that, else unset the variable"
            )
            raise Transient(what, sent=False) from None

    def wait(self, seconds: float) -> bool:
        """Wait in real time; True when asked to stop."""
        return self._stop.wait(seconds)

    def monotonic(self) -> float:
        """The machine's own seconds: requests take real ones."""
        return monotonic()


class ToldClock:
    """Another clock, for the connector `side`: its longer waits are told, so that nobody takes them for a hang."""

    def __init__(self, clock: Clock, side: str) -> None:
        self._clock = clock
        self._side = side

    def now(self) -> datetime:
        """The other clock's time."""
        return self._clock.now()

    def wait(self, seconds: float) -> bool:
        """Wait; True when asked to stop."""
        if seconds >= WORTH_A_LINE:
            log.warning("side.awaited", side=self._side, seconds=round(seconds, 1))
        return self._clock.wait(seconds)

    def monotonic(self) -> float:
        """The other clock's seconds."""
        return self._clock.monotonic()
