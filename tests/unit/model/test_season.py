"""How the year is cut into seasons."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.model.season import Season, SeasonLength, Seasons

PUSH = Season(name="Spring-Push", starts_on=date(2026, 2, 16), ends_on=date(2026, 5, 1))


@pytest.mark.parametrize(
    ("length", "day", "name", "starts_on", "ends_on"),
    [
        ("quarter", date(2026, 1, 1), "2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("quarter", date(2028, 2, 29), "2028-Q1", date(2028, 1, 1), date(2028, 3, 31)),
        ("quarter", date(2026, 12, 31), "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("month", date(2028, 2, 29), "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("month", date(2026, 12, 1), "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("half-year", date(2026, 6, 30), "2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("half-year", date(2026, 7, 1), "2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
    ],
)
def test_a_season_of_the_calendar(length: str, day: date, name: str, starts_on: date, ends_on: date) -> None:
    season = Seasons(length=SeasonLength(length)).of(day)
    assert season == Season(name=name, starts_on=starts_on, ends_on=ends_on)


@given(st.dates(date(1, 2, 1), date(9998, 12, 31)), st.sampled_from(SeasonLength))
def test_every_day_has_one_season_and_seasons_follow_each_other(day: date, length: SeasonLength) -> None:
    seasons = Seasons(length=length)
    season = seasons.of(day)
    assert day in season
    assert seasons.of(season.starts_on) == seasons.of(season.ends_on) == season
    assert seasons.after(season).starts_on == season.ends_on + timedelta(days=1)
    assert seasons.called(season.name) == season


def test_a_named_season_goes_before_the_calendar_s() -> None:
    seasons = Seasons(named=(PUSH,))
    assert [seasons.of(day).name for day in (date(2026, 2, 15), date(2026, 2, 16), date(2026, 5, 1))] == [
        "2026-Q1",
        "Spring-Push",
        "Spring-Push",
    ]
    assert seasons.after(PUSH).name == "2026-Q2"
    assert seasons.before(PUSH).name == "2026-Q1"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("2026-Q4", "2026-Q4"),
        ("2026-q4", "2026-Q4"),
        ("spring-push", "Spring-Push"),
        ("2026-Q5", None),
        ("2026-Q0", None),
        ("0000-Q1", None),
        ("2026-H1", None),
        ("2026-11", None),
        ("Q4", None),
        ("", None),
    ],
)
def test_a_season_is_found_by_its_name(word: str, name: str | None) -> None:
    season = Seasons(named=(PUSH,)).called(word)
    assert (season.name if season else None) == name
