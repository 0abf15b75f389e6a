"""The sandbox's own time: it ticks with the wall clock, jumps on `advance`, and can be frozen.

Every date the sandbox shows comes from here, so a test or a demo can live through a month in a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def wall_now() -> datetime:
    """The machine's clock. The only place in the sandbox that reads it."""
    return datetime.now(UTC)  # noqa: TID251 - a ticking clock has to start from the wall somewhere.


def parse_duration(text: str) -> timedelta:
    """Read `90s`, `15m`, `36h`, `30d` or `2w`; raises ValueError for anything else."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)([smhdw])\s*", text)
    if not match:
        raise ValueError(f"{text!r} is not a duration: write it like 90s, 15m, 36h, 30d or 2w")
    return timedelta(**{_UNITS[match[2]]: float(match[1])})


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 date-time, with any offset; one without an offset is UTC."""
    moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def zulu(moment: datetime) -> str:
    """`2026-11-02T09:00:00Z`: seconds, UTC, as PagerDuty writes its incidents."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Clock:
    """Base time plus elapsed wall time plus every advance; frozen, it moves by advances only."""

    def __init__(self, start: datetime, *, tick: bool, wall: Callable[[], datetime] = wall_now) -> None:
        self._wall = wall
        self._offset = start.astimezone(UTC) - wall()
        self._frozen: datetime | None = None if tick else start.astimezone(UTC)
        self._pinned: datetime | None = None

    def now(self) -> datetime:
        """The sandbox's present, aware and in UTC."""
        if self._pinned is not None:
            return self._pinned
        if self._frozen is not None:
            return self._frozen
        return self._wall() + self._offset

    def advance(self, delta: timedelta) -> datetime:
        """Jump forward; time never runs back, because the vendors' clocks do not."""
        if delta < timedelta(0):
            raise ValueError("The clock only goes forward")
        if self._frozen is not None:
            self._frozen += delta
        else:
            self._offset += delta
        return self.now()

    def freeze(self, frozen: bool) -> None:
        """Stop or restart the ticking at the present moment."""
        present = self.now()
        if frozen:
            self._frozen = present
        elif self._frozen is not None:
            self._frozen = None
            self._offset = present - self._wall()

    def set(self, moment: datetime) -> None:
        """Go to `moment`, forward only."""
        self.advance(moment.astimezone(UTC) - self.now())

    @contextmanager
    def pinned(self, moment: datetime) -> Iterator[None]:
        """Hold the time for one replayed or late mutation."""
        before, self._pinned = self._pinned, moment
        try:
            yield
        finally:
            self._pinned = before

    def dump(self) -> dict[str, Any]:
        """What a later process needs to go on from here."""
        frozen = self._frozen.isoformat() if self._frozen else None
        return {"offset": self._offset.total_seconds(), "frozen": frozen}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a dumped clock; a ticking one has ticked on meanwhile, as the world does."""
        self._offset = timedelta(seconds=float(state["offset"]))
        self._frozen = parse_instant(state["frozen"]) if state["frozen"] else None
