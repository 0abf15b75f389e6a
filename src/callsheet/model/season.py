"""A season is the planning period that an item counts in, by its due date; `Seasons` is how the year is cut."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache


class SeasonLength(StrEnum):
    """How long a season of the calendar is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """From `starts_on` to `ends_on`, both included. `name` is fit for a label: `2026-Q4`."""

    name: str
    starts_on: date
    ends_on: date

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


# | length    | months | a name    |
_MONTHS = {SeasonLength.MONTH: 1, SeasonLength.QUARTER: 3, SeasonLength.HALF_YEAR: 6}
_NAMES = {SeasonLength.MONTH: "{:04}-{:02}", SeasonLength.QUARTER: "{:04}-Q{}", SeasonLength.HALF_YEAR: "{:04}-H{}"}
_CALLED = re.compile(r"(?P<year>[0-9]{4})-(?P<part>[QH]?)(?P<number>[0-9]{1,2})", re.IGNORECASE)
_LENGTHS = {"": SeasonLength.MONTH, "Q": SeasonLength.QUARTER, "H": SeasonLength.HALF_YEAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seasons:
    """The year in parts of one length; where a named season covers a day, that one goes first."""

    length: SeasonLength = SeasonLength.QUARTER
    named: tuple[Season, ...] = ()

    def of(self, day: date) -> Season:
        """The season that a day lies in."""
        return next((season for season in self.named if day in season), None) or _of_calendar(day, self.length)

    def after(self, season: Season) -> Season:
        """The season that follows."""
        return self.of(season.ends_on + timedelta(days=1))

    def before(self, season: Season) -> Season:
        """The season that went before."""
        return self.of(season.starts_on - timedelta(days=1))

    def called(self, word: str) -> Season | None:
        """The season of that name, whatever its case; None when no season is called so here."""
        wanted = word.casefold()
        known = next((season for season in self.named if season.name.casefold() == wanted), None)
        found = _CALLED.fullmatch(word)
        if known or not found or _LENGTHS[found["part"].upper()] is not self.length:
            return known
        month = (int(found["number"]) - 1) * _MONTHS[self.length] + 1
        year = int(found["year"])
        return _of_calendar(date(year, month, 1), self.length) if year and 1 <= month <= 12 else None


@lru_cache(maxsize=4096)  # days are few, and asked for thousands of times
def _of_calendar(day: date, length: SeasonLength) -> Season:
    months = _MONTHS[length]
    number = (day.month - 1) // months + 1
    starts_on = date(day.year, months * (number - 1) + 1, 1)
    last = months * number
    # The day before the next season's first; the calendar's very last year has no next one.
    ends_on = date(day.year, 12, 31) if last == 12 else date(day.year, last + 1, 1) - timedelta(days=1)
    return Season(name=_NAMES[length].format(day.year, number), starts_on=starts_on, ends_on=ends_on)


QUARTERS = Seasons()
"""The calendar's quarters, where nobody says otherwise."""
