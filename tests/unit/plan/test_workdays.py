"""Where and when somebody can be met: zone, country, hours, days away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from callsheet.model.action_item import Owner
from callsheet.plan.rules import Calendar, NudgeRules
from callsheet.plan.workdays import desk_of, moved
from callsheet.plan.zones import country_of

ANA = Owner(name="Ana Ferreira", email="ana.ferreira@example.com", person_id="PANA001")
BERLIN = Calendar(zone="Europe/Berlin", country="DE", subdivision="BE")
RULES = NudgeRules()


def test_the_zones_of_countries_are_those_of_the_time_zone_database() -> None:
    lines = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert {row[2]: country_of(row[2]) for row in rows} == {row[2]: row[0] for row in rows}
    assert country_of("UTC") is None


@pytest.mark.parametrize(
    ("own", "team", "policy", "expected"),
    [
        pytest.param(None, BERLIN, None, BERLIN, id="no zone: the team's"),
        pytest.param("Not/A_Zone", BERLIN, None, BERLIN, id="an odd zone: the team's"),
        pytest.param("Europe/Berlin", BERLIN, None, BERLIN, id="the team's zone: its holidays"),
        pytest.param("Asia/Kolkata", BERLIN, None, Calendar(zone="Asia/Kolkata", country="IN"), id="one country"),
        pytest.param("Etc/GMT+3", BERLIN, None, Calendar(zone="Etc/GMT+3"), id="no country: weekends only"),
        pytest.param("UTC", Calendar(), None, Calendar(), id="UTC is nowhere"),
        pytest.param(
            "America/New_York",
            Calendar(zone="America/New_York"),
            None,
            Calendar(zone="America/New_York", country="US"),
            id="the team names no country",
        ),
        pytest.param(
            "Asia/Kolkata",
            BERLIN,
            ("GB", "SCT"),
            Calendar(zone="Asia/Kolkata", country="GB", subdivision="SCT"),
            id="the policy's word goes first",
        ),
    ],
)
def test_whose_calendar_somebody_has(
    own: str | None, team: Calendar, policy: tuple[str, str | None] | None, expected: Calendar
) -> None:
    rules = replace(RULES, countries={"ana.ferreira@example.com": policy} if policy else {})
    assert desk_of(replace(ANA, time_zone=own), team, rules).calendar == expected


def test_people_are_known_by_their_id_too() -> None:
    away = (date(2026, 11, 16), date(2026, 11, 18))
    desk = desk_of(ANA, Calendar(), replace(RULES, away={"pana001": (away,)}))
    assert [day for day in range(13, 22) if desk.works_on(date(2026, 11, day))] == [13, 19, 20]


@pytest.mark.parametrize(
    ("at", "works"),
    [
        (datetime(2026, 11, 16, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 16, 8, tzinfo=UTC), True),
        (datetime(2026, 11, 16, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 16, 16, tzinfo=UTC), False),
        (datetime(2026, 11, 15, 10, tzinfo=UTC), False),
        # In summer an hour earlier.
        (datetime(2026, 7, 6, 7, tzinfo=UTC), True),
    ],
)
def test_working_hours_are_local(at: datetime, works: bool) -> None:
    assert desk_of(None, BERLIN, RULES).at_work(at) is works


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (date(2026, 3, 27), datetime(2026, 3, 27, 8, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 26, 8, tzinfo=UTC)),
        (date(2026, 12, 25), datetime(2026, 12, 28, 8, tzinfo=UTC)),
    ],
)
def test_the_first_working_moment_minds_weekends_holidays_and_the_clocks(day: date, opens: datetime) -> None:
    assert desk_of(None, BERLIN, RULES).opens_at(day) == opens


def test_somebody_who_is_away_for_ever_ends_no_search_in_a_loop() -> None:
    desk = desk_of(ANA, Calendar(), replace(RULES, away={"pana001": ((date(2000, 1, 1), date(2999, 1, 1)),)}))
    assert desk.opens_at(date(2026, 11, 16)).year == 2027


@pytest.mark.parametrize(
    ("day", "days", "then"),
    [
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 24)),
        (date(2026, 11, 23), -3, date(2026, 11, 18)),
        # A leap day counts like any other.
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2028, 3, 1), -1, date(2028, 2, 29)),
        # Over Christmas and New Year's Day.
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2027, 1, 4), -1, date(2026, 12, 31)),
    ],
)
def test_business_days_count_both_ways(day: date, days: int, then: date) -> None:
    assert moved(day, days, BERLIN) == then
