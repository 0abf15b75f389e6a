"""The table [nudge] of policy.toml: when people are reminded, in whose days and hours, and who hears of it next."""

import re
from datetime import date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator

from callsheet.plan.rules import NudgeRules, Span
from callsheet.settings.holiday_codes import check_country, check_subdivision
from callsheet.settings.policy_table import Table
from callsheet.settings.policy_words import Person

DEFAULTS = NudgeRules()
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKLY = "weekly"
_RUNG = re.compile(r"([+-]?\d{1,3})d")
_PLACE = re.compile(r"([A-Za-z]{2})(?:-([A-Za-z0-9]{1,5}))?")


def _rung(value: str) -> str:
    if value != WEEKLY and not _RUNG.fullmatch(value):
        raise ValueError('must be business days around the due date, such as "-3d", "0d" or "+7d", or "weekly"')
    return value


def _hour(value: str) -> str:
    if not re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError('must be a time of day, such as "09:00"')
    return value


def _place(value: str) -> str:
    found = _PLACE.fullmatch(value)
    if found is None:
        raise ValueError('must be a country, such as "DE", or a part of one, such as "DE-BE"')
    country = check_country(found[1])
    return f"{country}-{check_subdivision(country, found[2])}" if found[2] else country


def _days(value: str) -> str:
    span(value)
    return value


def span(value: str) -> Span:
    """`2026-12-24..2027-01-02`, or a single day."""
    first, _, last = value.partition("..")
    try:
        found = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    except ValueError:
        raise ValueError('must be a day or a span of days, such as "2026-12-24..2027-01-02"') from None
    if found[1] < found[0]:
        raise ValueError("ends before it begins")
    return found


RungWord = Annotated[
    str, AfterValidator(_rung), WithJsonSchema({"type": "string", "pattern": r"^([+-]?\d{1,3}d|weekly)$"})
]
Hour = Annotated[str, AfterValidator(_hour), WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}$"})]
Place = Annotated[str, AfterValidator(_place), WithJsonSchema({"type": "string", "examples": ["DE", "DE-BE"]})]
Days = Annotated[str, AfterValidator(_days), WithJsonSchema({"type": "string", "examples": ["2026-12-24..2027-01-02"]})]


def _count_or_never(value: object) -> object:
    if value is not False and (type(value) is not int or not 0 <= value <= 3650):
        raise ValueError("must be a whole number of days without quotes, or false")
    return value


CountOrNever = Annotated[int | Literal[False], BeforeValidator(_count_or_never)]


class EscalateTable(Table):
    """Who hears of an overdue item besides its owner."""

    fallback_after: CountOrNever = Field(
        default=DEFAULTS.fallback_after or False,
        description="Business days after the due date until the fallback owner hears of it; false: never.",
    )
    team_after: CountOrNever = Field(
        default=DEFAULTS.team_after or False,
        description="Business days after the due date until the team's channel hears of it; false: never.",
    )


class NudgeTable(Table):
    """When people are reminded."""

    ladder: list[RungWord] = Field(
        default=[*(f"{'+' if day > 0 else ''}{day}d" for day in DEFAULTS.ladder), WEEKLY],
        description='Business days around the due date; "weekly" goes on after the last. []: nobody is reminded.',
    )
    hours: list[Hour] = Field(
        default=[f"{DEFAULTS.opens:%H:%M}", f"{DEFAULTS.closes:%H:%M}"],
        min_length=2,
        max_length=2,
        description="Working hours, in the zone of whoever is reminded: from, until.",
    )
    new_items: bool = Field(default=DEFAULTS.new_items, description="Whether people hear of what is given to them.")
    countries: dict[Person, Place] = Field(
        default={}, description="Whose holidays somebody has, by e-mail or PagerDuty id; else by their time zone."
    )
    away: dict[Person, list[Days]] = Field(
        default={}, description="Days on which somebody is not reminded, by e-mail or PagerDuty id."
    )
    escalate: EscalateTable = EscalateTable()
    longest_snooze: Annotated[int, Field(ge=1, le=3650)] = Field(
        default=DEFAULTS.longest_snooze, description="Days that a comment may snooze an item for at most."
    )
    team_digest: Literal["monday", "tuesday", "wednesday", "thursday", "friday", False] = Field(
        default="monday", description="On which day of the week the team's channel hears how it stands; false: never."
    )
    leaders: list[Person] = Field(
        default=[], description="Who gets the season's figures once a month, by e-mail or PagerDuty id."
    )

    @field_validator("hours")
    @classmethod
    def _in_order(cls, value: list[str]) -> list[str]:
        if len(value) == 2 and not value[0] < value[1]:
            raise ValueError("must end after they begin")
        return value

    @field_validator("ladder")
    @classmethod
    def _weekly_after_something(cls, value: list[str]) -> list[str]:
        if value == [WEEKLY]:
            raise ValueError('"weekly" goes on after the last rung: name one, such as "0d"')
        return value

    def rules(self) -> NudgeRules:
        """As plan has it."""
        found = (_RUNG.fullmatch(word) for word in self.ladder)
        return NudgeRules(
            ladder=tuple(sorted({int(rung[1]) for rung in found if rung})),
            weekly=WEEKLY in self.ladder,
            opens=time.fromisoformat(self.hours[0]),
            closes=time.fromisoformat(self.hours[1]),
            new_items=self.new_items,
            countries={who.casefold(): _parts(place) for who, place in self.countries.items()},
            away={who.casefold(): tuple(sorted(map(span, days))) for who, days in self.away.items()},
            fallback_after=_or_never(self.escalate.fallback_after),
            team_after=_or_never(self.escalate.team_after),
            longest_snooze=self.longest_snooze,
            team_digest_on=WEEKDAYS.index(self.team_digest) if self.team_digest else None,
            leaders=tuple(self.leaders),
        )


def _parts(place: str) -> tuple[str, str | None]:
    country, _, subdivision = place.partition("-")
    return country, subdivision or None


def _or_never(count: int | Literal[False]) -> int | None:
    return None if count is False else count
