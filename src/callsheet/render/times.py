"""Times in words: UTC first, and the team's clock beside it."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callsheet.model.counted import counted

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


class Clock:
    """Shows times for one team. `place` is what its clock is called, empty for a team that lives in UTC."""

    def __init__(self, zone: str, start: datetime) -> None:
        """Take the team's IANA zone (one that this machine does not know is shown as UTC) and the incident's start."""
        self._start = start
        try:
            self._zone: ZoneInfo | None = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._zone = None
        named = zone.rpartition("/")[2].replace("_", " ")
        self.place = "" if self._zone is None or named in ("UTC", "GMT", "Zulu", "UCT") else named

    def day_of(self, at: datetime) -> date:
        """The UTC date."""
        return at.astimezone(UTC).date()

    def utc(self, at: datetime) -> str:
        """`14:05`, in UTC."""
        return f"{at.astimezone(UTC):%H:%M}"

    def local(self, at: datetime) -> str:
        """`15:05` on the team's clock, with its date where that is another one; empty for a team in UTC."""
        if not self.place:
            return ""
        here = at.astimezone(self._zone)
        other_day = here.date() != self.day_of(at)
        return f"{here:%H:%M}, {here.day} {MONTHS[here.month - 1][:3]}" if other_day else f"{here:%H:%M}"

    def moment(self, at: datetime) -> str:
        """`14:05 UTC (15:05 Berlin)`."""
        return f"{self.utc(at)} UTC{self._beside(at)}"

    def full(self, at: datetime) -> str:
        """`2 November 2026 at 14:05 UTC (15:05 Berlin)`."""
        return f"{day(self.day_of(at))} at {self.moment(at)}"

    def near(self, at: datetime) -> str:
        """The time, with its date only where that is not the day on which the incident began."""
        return self.moment(at) if self.day_of(at) == self.day_of(self._start) else self.full(at)

    def when(self, at: datetime) -> str:
        """The same as it follows a verb: `at 14:05 UTC`, `on 2 November 2026 at 14:05 UTC`."""
        return f"{'at' if self.day_of(at) == self.day_of(self._start) else 'on'} {self.near(at)}"

    def short(self, at: datetime) -> str:
        """`14:05 (15:05)`, for places where the zones are said elsewhere; with its date if that is another day's."""
        on = self.day_of(at)
        dated = "" if on == self.day_of(self._start) else f"{on.day} {MONTHS[on.month - 1][:3]} "
        return f"{dated}{self.utc(at)}{f' ({self.local(at)})' if self.place else ''}"

    def _beside(self, at: datetime) -> str:
        if not self.place:
            return ""
        clock, _, on = self.local(at).partition(", ")
        return f" ({clock} {self.place}{f', {on}' if on else ''})"


def day(on: date) -> str:
    """`2 November 2026`."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def weekday(on: date) -> str:
    """`Monday 2 November 2026`."""
    return f"{DAYS[on.weekday()]} {day(on)}"


def exact(at: datetime) -> str:
    """`2026-11-02 22:51:10`, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 alert`, `3 alerts`, `no alerts`."""
    words = counted(number, one, many)
    return words if number else words.replace("0", "no", 1)
