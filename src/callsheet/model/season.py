"""A season is the planning period that an item counts in, by its due date."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """From `starts_on` to `ends_on`, both included. `name` is fit for a label: `2026-Q4`."""

    name: str
    starts_on: date
    ends_on: date


def quarter(day: date) -> Season:
    """The calendar quarter that a day lies in."""
    number = (day.month - 1) // 3 + 1
    starts_on = date(day.year, 3 * number - 2, 1)
    following = date(day.year + (number == 4), 1 if number == 4 else 3 * number + 1, 1)
    return Season(name=f"{day.year}-Q{number}", starts_on=starts_on, ends_on=following - timedelta(days=1))
