"""Due dates: as written where the words name one day, by the policy where they do not."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from callsheet.model.action_item import DueReason
from callsheet.plan.dates import BusinessDays, Shape, leading_date
from callsheet.plan.due import Due, Unclear, add_business_days, due, is_business_day, read_date
from callsheet.plan.rules import DUE_DAYS, Calendar

TUESDAY = date(2026, 11, 17)
FRIDAY = date(2026, 11, 20)
SATURDAY = date(2026, 11, 21)
WEEKENDS = Calendar()
BAVARIA = Calendar(zone="Europe/Berlin", country="DE", subdivision="BY")


def on(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Nov 30", on(11, 30)),
        ("30 Nov", on(11, 30)),
        ("30th of November", on(11, 30)),
        ("the 30th of November", on(11, 30)),
        ("November 30, 2026", on(11, 30)),
        ("Nov. 30th", on(11, 30)),
        ("30-Nov-2026", on(11, 30)),
        ("30. November 2026", on(11, 30)),
        ("Sept 30, 2026", on(9, 30)),
        ("2026-11-30", on(11, 30)),
        ("2026/11/30", on(11, 30)),
        ("2026-11-30T10:00:00Z", on(11, 30)),
        ("30.11.2026", on(11, 30)),
        ("5.12.26", on(12, 5)),
        ("30.11.", on(11, 30)),
        ("25/12", on(12, 25)),
        ("12/25", on(12, 25)),
        ("30/11/2026", on(11, 30)),
        ("11-30-2026", on(11, 30)),
        ("5/5", on(5, 5, 2027)),
        ("Mon, Nov 30", on(11, 30)),
        ("Nov 30 (Monday)", on(11, 30)),
        ("Nov 30 17:00", on(11, 30)),
        ("by Nov 30 EOD", on(11, 30)),
        ("in two weeks", on(12, 1)),
        ("2 weeks", on(12, 1)),
        ("within a week", on(11, 24)),
        ("in 10 days", on(11, 27)),
        ("in a month", on(12, 17)),
        ("in 3 months", on(2, 17, 2027)),
        ("today", TUESDAY),
        ("EOD", TUESDAY),
        ("end of day", TUESDAY),
        ("Tomorrow.", on(11, 18)),
        ("the day after tomorrow", on(11, 19)),
        ("Friday", FRIDAY),
        ("by fri 5pm", FRIDAY),
        ("EOD Friday", FRIDAY),
        ("this Friday", FRIDAY),
        ("Tuesday", on(11, 24)),
        ("next Friday", on(11, 27)),
        ("next Monday", on(11, 23)),
        ("Monday next week", on(11, 23)),
        ("end of week", FRIDAY),
        ("EOW", FRIDAY),
        ("end of next week", on(11, 27)),
        ("end of the month", on(11, 30)),
        ("EOM", on(11, 30)),
        ("end of next month", on(12, 31)),
        ("end of February", on(2, 28, 2027)),
        ("end of quarter", on(12, 31)),
        ("EOQ", on(12, 31)),
        ("end of Q1", on(3, 31, 2027)),
        ("end of year", on(12, 31)),
        ("３０ Ｎｏｖ", on(11, 30)),
    ],
)
def test_words_that_name_one_day_are_that_day(words: str, day: date) -> None:
    assert read_date(words, noted_on=TUESDAY) == day


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("11/12", Unclear.EITHER_ORDER),
        ("11/12/2026", Unclear.EITHER_ORDER),
        ("26/11/27", Unclear.EITHER_ORDER),
        ("Dec", Unclear.SPAN),
        ("December 2026", Unclear.SPAN),
        ("next week", Unclear.SPAN),
        ("Q1", Unclear.SPAN),
        ("the 30th", Unclear.SPAN),
        ("mid-December", Unclear.SPAN),
        ("before Friday", Unclear.SPAN),
        ("ASAP", Unclear.SPAN),
        ("in 48 hours", Unclear.SPAN),
        ("Nov 31", Unclear.NO_SUCH_DAY),
        ("Feb 29", Unclear.NO_SUCH_DAY),
        ("2026-13-01", Unclear.NO_SUCH_DAY),
        ("13/13", Unclear.NO_SUCH_DAY),
        ("0/0", Unclear.NO_SUCH_DAY),
        ("Sunday, Nov 30", Unclear.OTHER_WEEKDAY),
        ("2029-01-01", Unclear.TOO_FAR),
        ("Nov 30, 2062", Unclear.TOO_FAR),
        ("in 200 weeks", Unclear.TOO_FAR),
        ("this Monday", Unclear.UNKNOWN),
        ("Friday, Monday", Unclear.UNKNOWN),
        ("Nov 30 or Dec 2", Unclear.UNKNOWN),
        ("when the freeze ends", Unclear.UNKNOWN),
        ("", Unclear.UNKNOWN),
    ],
)
def test_words_that_name_no_single_day_say_why(words: str, why: Unclear) -> None:
    assert read_date(words, noted_on=TUESDAY) is why


@pytest.mark.parametrize(
    ("words", "noted_on", "day"),
    [
        pytest.param("Nov 16", TUESDAY, on(11, 16), id="yesterday-is-overdue"),
        pytest.param("Sep 18", TUESDAY, on(9, 18), id="sixty-days-ago-is-overdue"),
        pytest.param("Sep 17", TUESDAY, on(9, 17, 2027), id="sixty-one-days-ago-is-next-year"),
        pytest.param("Jan 5", TUESDAY, on(1, 5, 2027), id="a-day-that-comes-next-year"),
        pytest.param("Dec 20", on(1, 5, 2027), on(12, 20), id="overdue-across-new-year"),
        pytest.param("Feb 29", on(1, 5, 2028), on(2, 29, 2028), id="a-leap-day-in-a-leap-year"),
        pytest.param("Friday", FRIDAY, on(11, 27), id="friday-noted-on-a-friday"),
        pytest.param("this Friday", FRIDAY, FRIDAY, id="this-friday-noted-on-a-friday"),
        pytest.param("next Friday", FRIDAY, on(11, 27), id="next-friday-noted-on-a-friday"),
        pytest.param("end of week", FRIDAY, FRIDAY, id="end-of-week-noted-on-a-friday"),
        pytest.param("end of week", SATURDAY, on(11, 27), id="end-of-week-noted-on-a-saturday"),
        pytest.param("next Monday", SATURDAY, on(11, 23), id="next-monday-noted-on-a-saturday"),
        pytest.param("end of month", on(11, 30), on(11, 30), id="end-of-month-noted-on-its-last-day"),
        pytest.param("in a month", on(1, 31), on(2, 28), id="a-month-on-from-the-31st"),
        pytest.param("end of quarter", on(1, 1), on(3, 31), id="end-of-quarter-noted-on-its-first-day"),
    ],
)
def test_relative_words_count_from_the_noted_day(words: str, noted_on: date, day: date) -> None:
    assert read_date(words, noted_on=noted_on) == day


def test_business_days_are_left_to_the_calendar() -> None:
    assert read_date("in 3 business days", noted_on=TUESDAY) == BusinessDays(count=3)


@pytest.mark.parametrize(
    ("text", "words", "shape"),
    [
        ("Nov 30 @ann", "Nov 30", Shape.DAY),
        ("by Friday, then rest", "by Friday", Shape.DAY),
        ("2 weeks of work", "2 weeks", Shape.LENGTH),
        ("1/2", "1/2", Shape.DIGITS),
        ("1.5", "1.5", Shape.DIGITS),
        ("May", "May", Shape.VAGUE),
    ],
)
def test_a_date_at_the_front_of_a_text_is_found_with_its_shape(text: str, words: str, shape: Shape) -> None:
    found = leading_date(text)
    assert found is not None
    assert (text[: found.end], found.shape) == (words, shape)


@pytest.mark.parametrize("text", ["to memory pressure", "Friday's deploy", "Mondays", "1.2.3", "Nov 30x", ""])
def test_what_only_begins_like_a_date_is_none(text: str) -> None:
    assert leading_date(text) is None


def _due(words: str | None, priority: str = "P2", calendar: Calendar = WEEKENDS, zone: str = "UTC") -> Due:
    noted_at = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)
    return due(words, noted_at=noted_at, zone=zone, priority=priority, calendar=calendar, due_days=DUE_DAYS)


@pytest.mark.parametrize(
    ("words", "day", "reason"),
    [
        pytest.param("Nov 30", on(11, 30), DueReason.WRITTEN, id="a-day"),
        pytest.param("Nov 1", on(11, 1), DueReason.WRITTEN, id="a-day-that-has-passed"),
        pytest.param("Nov 29", on(11, 29), DueReason.WRITTEN, id="a-sunday-stays-a-sunday"),
        pytest.param("in 3 business days", FRIDAY, DueReason.WRITTEN, id="business-days"),
        pytest.param(None, on(12, 1), DueReason.POLICY, id="no-words"),
        pytest.param(" ", on(12, 1), DueReason.POLICY, id="only-spaces"),
        pytest.param("11/12", on(12, 1), DueReason.AMBIGUOUS, id="either-way-round"),
        pytest.param("Dec", on(12, 1), DueReason.AMBIGUOUS, id="a-bare-month"),
        pytest.param("Nov 31", on(12, 1), DueReason.AMBIGUOUS, id="a-day-that-does-not-exist"),
        pytest.param("in 999 business days", on(12, 1), DueReason.AMBIGUOUS, id="business-days-beyond-the-horizon"),
    ],
)
def test_a_due_date_comes_with_its_reason(words: str | None, day: date, reason: DueReason) -> None:
    assert _due(words) == Due(on=day, reason=reason)


@pytest.mark.parametrize(
    ("priority", "day"), [("P1", on(11, 24)), ("P3", on(12, 15)), ("P5", on(1, 12, 2027)), ("P9", on(1, 12, 2027))]
)
def test_the_policy_counts_business_days_by_priority_and_an_unknown_one_takes_the_longest(
    priority: str, day: date
) -> None:
    assert _due(None, priority=priority).on == day


def test_an_empty_policy_falls_back_to_the_defaults() -> None:
    when = due(
        None,
        noted_at=datetime(2026, 11, 17, 9, tzinfo=UTC),
        zone="UTC",
        priority="P1",
        calendar=WEEKENDS,
        due_days={},
    )
    assert when.on == on(11, 24)


def test_words_are_read_against_the_local_day_of_the_note() -> None:
    assert _due("tomorrow").on == on(11, 18)
    assert _due("tomorrow", zone="Europe/Berlin").on == on(11, 19)
    assert _due("tomorrow", zone="America/New_York").on == on(11, 18)


def test_the_same_moment_in_another_offset_gives_the_same_day() -> None:
    moment = datetime(2026, 11, 18, 5, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    when = due("today", noted_at=moment, zone="UTC", priority="P1", calendar=WEEKENDS, due_days=DUE_DAYS)
    assert when.on == TUESDAY


@pytest.mark.parametrize(
    ("start", "days", "calendar", "day"),
    [
        pytest.param(TUESDAY, 0, WEEKENDS, TUESDAY, id="none-from-a-business-day"),
        pytest.param(SATURDAY, 0, WEEKENDS, on(11, 23), id="none-from-a-weekend"),
        pytest.param(FRIDAY, 1, WEEKENDS, on(11, 23), id="one-over-a-weekend"),
        pytest.param(SATURDAY, 1, WEEKENDS, on(11, 23), id="one-from-a-weekend"),
        pytest.param(on(12, 23), 2, WEEKENDS, on(12, 25), id="christmas-without-a-country"),
        pytest.param(on(12, 23), 2, BAVARIA, on(12, 28), id="christmas-in-bavaria"),
        pytest.param(on(12, 31), 1, BAVARIA, on(1, 4, 2027), id="over-new-year"),
    ],
)
def test_business_days_skip_weekends_and_holidays(start: date, days: int, calendar: Calendar, day: date) -> None:
    assert add_business_days(start, days, calendar) == day


@pytest.mark.parametrize(
    ("calendar", "works"),
    [
        pytest.param(BAVARIA, False, id="a-holiday-of-the-subdivision"),
        pytest.param(Calendar(country="de", subdivision="BY"), False, id="a-country-in-lower-case"),
        pytest.param(Calendar(country="DE"), True, id="not-of-the-whole-country"),
        pytest.param(Calendar(country="DE", subdivision="ZZ"), True, id="an-unknown-subdivision-is-the-country"),
        pytest.param(Calendar(country="XX"), True, id="an-unknown-country-is-weekends-only"),
    ],
)
def test_epiphany_depends_on_the_calendar(calendar: Calendar, works: bool) -> None:
    assert is_business_day(on(1, 6), calendar) is works
