"""A clock that tests turn by hand: the `Clock` port without any waiting."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Time that passes only when somebody says so.

    `waited` lists the seconds of every wait that was granted, oldest first.
    """

    def __init__(self, start: datetime) -> None:
        """Begin at an aware datetime."""
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware datetime; add a time zone")
        self._now = start.astimezone(UTC)
        self._passed = 0.0
        self._stopped = False
        self.waited: list[float] = []

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._now

    def wait(self, seconds: float) -> bool:
        """Let the time pass at once; True, without any time passing, after `stop`."""
        if self._stopped:
            return True
        self.waited.append(seconds)
        self.advance(timedelta(seconds=max(0.0, seconds)))
        return False

    def advance(self, by: timedelta) -> None:
        """Go on by this much; back is possible too, as with real clocks."""
        self._now += by
        self._passed += max(0.0, by.total_seconds())

    def monotonic(self) -> float:
        """The seconds that passed since it began: setting it back takes none of them away."""
        return self._passed

    def stop(self) -> None:
        """Ask the program to stop: every further wait ends at once."""
        self._stopped = True
