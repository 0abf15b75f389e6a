"""When a promise is due: as written if it names a day, otherwise by the policy. Between `wording` and the item."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from callsheet.model.action_item import DueReason
from callsheet.plan.dates import YEARS_AWAY, BusinessDays, Reading, Unclear, read_date
from callsheet.plan.rules import DUE_DAYS, Calendar

__all__ = ["Due", "Reading", "Unclear", "add_business_days", "due", "is_business_day", "read_date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The day, and where it comes from."""

    on: date
    reason: DueReason


# | words                       | day                                   | reason    |
# | none                        | policy's business days after the note | POLICY    |
# | name one day                | that day, weekend or past or not      | WRITTEN   |
# | name business days          | so many by the calendar               | WRITTEN   |
# | anything else               | policy's business days after the note | AMBIGUOUS |
def due(
    words: str | None,
    *,
    noted_at: datetime,
    zone: str,
    priority: str,
    calendar: Calendar,
    due_days: Mapping[str, int],
) -> Due:
    """When it is due, read against the note's own date in `zone` (an IANA name that exists; `noted_at` is aware)."""
    noted_on = noted_at.astimezone(ZoneInfo(zone)).date()
    by_policy = add_business_days(noted_on, _policy_days(priority, due_days), calendar)
    if words is None or not words.strip():
        return Due(on=by_policy, reason=DueReason.POLICY)
    reading = read_date(words, noted_on=noted_on)
    if isinstance(reading, BusinessDays):
        reading = add_business_days(noted_on, reading.count, calendar)
    # A count of business days is held to the same horizon as a written date.
    if isinstance(reading, date) and abs(reading.year - noted_on.year) <= YEARS_AWAY:
        return Due(on=reading, reason=DueReason.WRITTEN)
    return Due(on=by_policy, reason=DueReason.AMBIGUOUS)


# | priority                    | business days                         |
# | one that the policy knows   | the policy's                          |
# | any other                   | the policy's longest: nothing rushes  |
# | any, and an empty policy    | the same of the defaults              |
def _policy_days(priority: str, due_days: Mapping[str, int]) -> int:
    days = due_days or DUE_DAYS
    return days[priority] if priority in days else max(days.values())


# “Never”, as people write it into a tracker: no calendar reaches so far, and some days there have no next one.
FAR_AWAY: Final = date(2200, 1, 1)


# | start               | days | result                                |
# | business day        | 0    | start                                 |
# | weekend or holiday  | 0    | the next business day                 |
# | any                 | n    | the n-th business day after start     |
def add_business_days(start: date, days: int, calendar: Calendar) -> date:
    """The business day that lies `days` (zero or more) business days after `start`."""
    if start >= FAR_AWAY:
        return start
    if days < 1:
        return start if is_business_day(start, calendar) else _next_business_day(start, calendar)
    for _ in range(days):
        start = _next_business_day(start, calendar)
    return start


def _next_business_day(day: date, calendar: Calendar) -> date:
    day += timedelta(days=1)
    while not is_business_day(day, calendar):
        day += timedelta(days=1)
    return day


def is_business_day(day: date, calendar: Calendar) -> bool:
    """Whether people work on `day`: Monday to Friday, and no public holiday of the calendar's country."""
    return day.weekday() < 5 and day not in _holidays(calendar.country, calendar.subdivision, day.year)


# | country          | subdivision        | holidays              |
# | None or unknown  | any                | none: weekends only   |
# | known            | None or unknown    | the country's         |
# | known            | known              | the subdivision's     |
@lru_cache(maxsize=256)
def _holidays(country: str | None, subdivision: str | None, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    import holidays  # noqa: PLC0415 - heavy: only a calendar with a country pays for it

    for place in (subdivision, None):
        try:
            return frozenset(holidays.country_holidays(country.upper(), subdiv=place, years=year))
        except NotImplementedError:
            continue
    return frozenset()
