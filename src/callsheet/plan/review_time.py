"""When the review could be: the first time that lies inside everyone's working hours."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from callsheet.plan.due import add_business_days
from callsheet.plan.rules import Calendar

WORK_BEGINS, WORK_ENDS = time(9), time(17)
DAYS_AHEAD: Final = 5
HALF_HOURS: Final = 48
HALF_AN_HOUR: Final = timedelta(minutes=30)


def review_time(opened_on: date, minutes: int, zones: Iterable[tzinfo], calendar: Calendar) -> datetime | None:
    """The start in UTC, on one of the five business days after the post-mortem opened; None where no hour suits all.

    Working hours are 9:00 to 17:00 of one's own clock, Monday to Friday. Full and half hours are tried.
    """
    places = tuple(zones)
    for ahead in range(1, DAYS_AHEAD + 1):
        midnight = datetime.combine(add_business_days(opened_on, ahead, calendar), time(), tzinfo=UTC)
        for step in range(HALF_HOURS):
            start = midnight + step * HALF_AN_HOUR
            if all(_at_work(start, start + timedelta(minutes=minutes), place) for place in places):
                return start
    return None


def _at_work(start: datetime, end: datetime, place: tzinfo) -> bool:
    begins, ends = start.astimezone(place), end.astimezone(place)
    same_day = begins.date() == ends.date() and begins.weekday() < 5
    return same_day and begins.time() >= WORK_BEGINS and ends.time() <= WORK_ENDS
