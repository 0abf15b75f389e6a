"""When somebody can be met: business days of their country, working hours of their zone, days away. Feeds `nudging`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from callsheet.model.action_item import Owner
from callsheet.plan.due import FAR_AWAY, add_business_days, is_business_day
from callsheet.plan.rules import Calendar, NudgeRules, Span
from callsheet.plan.zones import country_of

T = TypeVar("T")

# Nobody is away for longer, and a calendar without any business day must not be searched for ever.
_LONGEST_ABSENCE = 400


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and when somebody works: between `opens` and `closes` of their zone, on business days, unless away."""

    calendar: Calendar
    opens: time
    closes: time
    away: tuple[Span, ...] = ()

    def today(self, now: datetime) -> date:
        """Their own date."""
        return now.astimezone(zone_of(self.calendar.zone)).date()

    def works_on(self, day: date) -> bool:
        """Whether that is a working day of theirs."""
        return is_business_day(day, self.calendar) and not any(first <= day <= last for first, last in self.away)

    def at_work(self, now: datetime) -> bool:
        """Whether it is a working hour of theirs."""
        local = now.astimezone(zone_of(self.calendar.zone))
        return self.opens <= local.time() < self.closes and self.works_on(local.date())

    def at_work_for(self, start: datetime, length: timedelta) -> bool:
        """Whether all of it lies in the working hours of one day of theirs."""
        place = zone_of(self.calendar.zone)
        begins, ends = start.astimezone(place), (start + length).astimezone(place)
        inside = self.opens <= begins.time() and ends.time() <= self.closes and begins.date() == ends.date()
        return inside and self.works_on(begins.date())

    def opens_at(self, day: date) -> datetime:
        """Their first working moment on that day or after it, in UTC."""
        for _ in range(_LONGEST_ABSENCE):
            if self.works_on(day):
                break
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, zone_of(self.calendar.zone)).astimezone(UTC)

    def opens_next(self, now: datetime) -> datetime:
        """The beginning of their next working day that has not begun yet, in UTC."""
        today = self.opens_at(self.today(now))
        return today if today > now else self.opens_at(self.today(now) + timedelta(days=1))


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """The zone, or UTC for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=512)
def _known(name: str) -> bool:
    return name == "UTC" or zone_of(name).key != "UTC"


def desk_of(owner: Owner | None, team: Calendar, rules: NudgeRules) -> Desk:
    """The desk of an owner; the team's where nobody is known. First match:

    | the owner                           | zone       | country                        |
    |-------------------------------------|------------|--------------------------------|
    | is named in the policy's countries  | own, team's| the policy's                   |
    | has no zone of their own            | team's     | team's                         |
    | has the team's zone                 | team's     | team's, else the zone's        |
    | has a zone that lies in one country | own        | the zone's                     |
    | has any other zone                  | own        | none: weekends only            |
    """
    own = owner.time_zone if owner and owner.time_zone and _known(owner.time_zone) else None
    named = _of(owner, rules.countries)
    away = _of(owner, rules.away) or ()
    zone = own or team.zone
    country: str | None
    subdivision: str | None
    if named:
        country, subdivision = named
    elif own in {None, team.zone} and (team.country or own is None):
        country, subdivision = team.country, team.subdivision
    else:
        country, subdivision = country_of(zone), None
    return _desk(Calendar(zone=zone, country=country, subdivision=subdivision), rules.opens, rules.closes, away)


@lru_cache(maxsize=4096)
def _desk(calendar: Calendar, opens: time, closes: time, away: tuple[Span, ...]) -> Desk:
    return Desk(calendar, opens, closes, away)


def _of(owner: Owner | None, by_person: Mapping[str, T]) -> T | None:
    """What the policy says of somebody, by e-mail or by their id at the paging side."""
    if owner is None or not by_person:
        return None
    for word in (owner.email, owner.person_id):
        if word and word.casefold() in by_person:
            return by_person[word.casefold()]
    return None


def moved(day: date, days: int, calendar: Calendar) -> date:
    """The business day so many business days after (or, below zero, before) the first one on or after `day`."""
    day = add_business_days(day, 0, calendar)
    if day >= FAR_AWAY:
        return day
    if days >= 0:
        return add_business_days(day, days, calendar)
    for _ in range(-days):
        day -= timedelta(days=1)
        while not is_business_day(day, calendar):
            day -= timedelta(days=1)
    return day
