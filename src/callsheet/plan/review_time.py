"""When the review could be: the first time that lies inside everyone's working hours."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from callsheet.plan.due import add_business_days
from callsheet.plan.rules import Calendar
from callsheet.plan.workdays import Desk

DAYS_AHEAD: Final = 5
HALF_HOURS: Final = 48
HALF_AN_HOUR: Final = timedelta(minutes=30)


def review_time(opened_on: date, minutes: int, desks: Iterable[Desk], team: Calendar) -> datetime | None:
    """The start in UTC, on one of the team's five business days after the post-mortem opened; None where none suits.

    Everybody is at their desk then: in their own working hours, on no holiday of theirs, and not away. Full and half
    hours are tried.
    """
    everywhere = tuple(desks)
    for ahead in range(1, DAYS_AHEAD + 1):
        midnight = datetime.combine(add_business_days(opened_on, ahead, team), time(), tzinfo=UTC)
        for step in range(HALF_HOURS):
            start = midnight + step * HALF_AN_HOUR
            if all(desk.at_work_for(start, timedelta(minutes=minutes)) for desk in everywhere):
                return start
    return None
