"""The ladder for any dates, calendars and policies: business days only, ever upwards, silence for what is snoozed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from callsheet.model.action_item import ItemStatus, Owner
from callsheet.model.nudge import Told
from callsheet.plan.due import is_business_day
from callsheet.plan.ladder import next_day, rearmed, wake_at
from callsheet.plan.rules import Calendar, NudgeRules
from callsheet.plan.workdays import Desk, desk_of, moved
from callsheet.testing.builders import make_item
from tests.unit.plan.reading import HOUSE, INCIDENT, RULES, reading

DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati"]
)
COUNTRIES = st.sampled_from([None, "DE", "US", "IN", "JP"])
LADDERS = st.lists(st.integers(-10, 20), min_size=1, max_size=6, unique=True).map(lambda days: tuple(sorted(days)))
CALENDARS = st.builds(Calendar, zone=ZONES, country=COUNTRIES)
POLICIES = st.builds(NudgeRules, ladder=LADDERS, weekly=st.booleans())
ITEM = make_item(filed="10001")


def desk(calendar: Calendar) -> Desk:
    return desk_of(None, calendar, NudgeRules())


def told(day: date | None) -> Told:
    return Told(item_key=ITEM.key, told_on=day)


@given(due_on=DAYS, calendar=CALENDARS, rules=POLICIES, first=st.none() | DAYS)
def test_rungs_are_business_days_and_climbing_never_goes_back(
    due_on: date, calendar: Calendar, rules: NudgeRules, first: date | None
) -> None:
    item = replace(ITEM, terms=replace(ITEM.terms, due_on=due_on))
    heard, rungs = first, 0
    for _ in range(12):
        day = next_day(item, told(heard), desk(calendar), rules)
        if day is None:
            break
        assert is_business_day(day, calendar)
        assert heard is None or day > heard
        heard, rungs = day, rungs + 1
    if rules.weekly:
        assert rungs == 12
    elif first is None:
        # Two rungs may fall on one day around a weekend, none may be lost for another reason.
        assert rungs == len({moved(due_on, days, calendar) for days in rules.ladder})


@given(due_on=DAYS, calendar=CALENDARS, gap=st.integers(0, 40))
def test_after_the_ladder_a_week_passes_and_no_more_than_free_days_beside(
    due_on: date, calendar: Calendar, gap: int
) -> None:
    rules = NudgeRules()
    item = replace(ITEM, terms=replace(ITEM.terms, due_on=due_on))
    last = moved(due_on, max(rules.ladder), calendar) + timedelta(days=gap)
    day = next_day(item, told(last), desk(calendar), rules)
    assert day is not None
    assert timedelta(days=7) <= day - last <= timedelta(days=7 + 12)


@given(
    due_on=DAYS, calendar=CALENDARS, rules=POLICIES, snooze=st.integers(1, 90), heard=st.none() | st.integers(-60, 60)
)
def test_a_snooze_is_silence_until_its_day_and_not_for_ever(
    due_on: date, calendar: Calendar, rules: NudgeRules, snooze: int, heard: int | None
) -> None:
    until = due_on + timedelta(days=snooze - 30)
    item = replace(ITEM, terms=replace(ITEM.terms, due_on=due_on), snoozed_until=until, snoozed_because="why")
    before = until + timedelta(days=heard) if heard is not None else None
    day = next_day(item, told(before), desk(calendar), rules)
    if day is not None:
        assert day >= until
    if before is None or before < until:
        assert day is not None


@given(
    due_on=DAYS,
    moved_to=DAYS,
    today=DAYS,
    heard=st.none() | DAYS,
    steps=st.sets(st.sampled_from(["fallback", "team", "incident:Q1", "incident:Q2"])).map(
        lambda names: tuple(sorted(names))
    ),
)
def test_what_was_told_of_an_incident_is_told_once_whatever_happens_to_the_item(
    due_on: date, moved_to: date, today: date, heard: date | None, steps: tuple[str, ...]
) -> None:
    item = replace(ITEM, terms=replace(ITEM.terms, due_on=due_on))
    known = rearmed(item, Told(item_key=item.key), today=today, filed_by_us=False)
    assert known is not None
    known = replace(known, told_on=heard, steps=steps)
    assert rearmed(item, known, today=today, filed_by_us=False) is None
    for change in (
        replace(item, terms=replace(item.terms, due_on=moved_to)),
        replace(item, status=ItemStatus.DONE),
        replace(item, terms=replace(item.terms, owner="acc-other")),
    ):
        after = rearmed(change, known, today=today, filed_by_us=False)
        assert {step for step in (after or known).steps if ":" in step} == {step for step in steps if ":" in step}
        if after:
            assert rearmed(change, after, today=today, filed_by_us=False) is None


@settings(max_examples=60)
@given(
    due_on=st.dates(date(2027, 1, 1), date(2028, 12, 31)),
    zone=ZONES,
    heard=st.none() | st.integers(-20, 60),
    away=st.none() | st.tuples(st.integers(-20, 40), st.integers(0, 20)),
)
def test_plan_is_woken_in_somebodys_working_hours_only(
    due_on: date, zone: str, heard: int | None, away: tuple[int, int] | None
) -> None:
    owner = Owner(name="Ana Ferreira", email="ana.ferreira@example.com", account="acc-ana.ferreira", time_zone=zone)
    item = replace(ITEM, terms=replace(ITEM.terms, due_on=due_on), owner=owner)
    spans = {}
    if away:
        first = due_on + timedelta(days=away[0])
        spans = {"ana.ferreira@example.com": ((first, first + timedelta(days=away[1])),)}
    rules = replace(RULES, nudge=replace(RULES.nudge, away=spans))
    read = reading(rules, now=datetime.combine(due_on, time(12), tzinfo=reading().now.tzinfo))
    last = told(due_on + timedelta(days=heard) if heard is not None else None)
    at = wake_at(item, last, owner, INCIDENT, read, HOUSE)
    assume(at is not None)
    assert at is not None
    desks = [desk_of(owner, Calendar(), rules.nudge), desk_of(None, Calendar(), rules.nudge)]
    assert any(each.at_work(at) for each in desks)
