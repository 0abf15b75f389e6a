"""On which days an item's owner hears of it, and what begins that anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callsheet.model.action_item import ActionItem, Hold, ItemStatus
from callsheet.model.nudge import Told
from callsheet.plan.ladder import next_day, rearmed, wake_at
from callsheet.plan.rules import Calendar, NudgeRules, Route
from callsheet.plan.workdays import desk_of
from callsheet.testing.builders import make_item
from tests.unit.plan.reading import HOUSE, INCIDENT, RULES, reading

# A Wednesday.
DUE = date(2026, 11, 18)
ITEM = make_item(filed="10001", due_on=DUE)
TODAY = date(2026, 11, 10)
LADDER = NudgeRules()
DESK = desk_of(None, Calendar(), LADDER)


def told(**given: Any) -> Told:
    """What was said about ITEM as it is."""
    usual = Told(item_key=ITEM.key, ticket_id=ITEM.ticket_id, owner=ITEM.terms.owner, due_on=DUE)
    return replace(usual, **given)


def day(number: int, month: int = 11) -> date:
    return date(2026, month, number)


@pytest.mark.parametrize(
    ("heard", "then"),
    [
        (None, day(13)),
        (day(12), day(13)),
        (day(13), day(18)),
        (day(18), day(19)),
        (day(19), day(23)),
        (day(23), day(27)),
        (day(27), day(4, 12)),
        (day(4, 12), day(11, 12)),
        # From the last word on, whenever that was.
        (day(8, 12), day(15, 12)),
        # A week later is a Saturday.
        (day(5, 12), day(14, 12)),
    ],
)
def test_rungs_are_business_days_around_the_due_date_and_then_a_week_apart(heard: date | None, then: date) -> None:
    assert next_day(ITEM, told(told_on=heard), DESK, LADDER) == then


def test_without_weekly_the_ladder_ends() -> None:
    assert next_day(ITEM, told(told_on=day(27)), DESK, replace(LADDER, weekly=False)) is None


def test_an_empty_ladder_or_no_date_reminds_nobody() -> None:
    assert next_day(ITEM, told(), DESK, replace(LADDER, ladder=())) is None
    assert next_day(replace(ITEM, terms=replace(ITEM.terms, due_on=None)), told(), DESK, LADDER) is None


def test_a_due_date_on_a_weekend_counts_as_the_monday() -> None:
    item = replace(ITEM, terms=replace(ITEM.terms, due_on=day(21)))
    assert next_day(item, told(told_on=day(20)), DESK, LADDER) == day(23)


def test_a_word_of_the_owner_counts_as_having_heard() -> None:
    item = replace(ITEM, alive_at=datetime(2026, 11, 18, 20, tzinfo=UTC))
    assert next_day(item, told(told_on=day(13)), DESK, LADDER) == day(19)
    assert next_day(item, told(told_on=day(19)), DESK, LADDER) == day(23)


@pytest.mark.parametrize(
    ("until", "heard", "then"),
    [
        pytest.param(day(30), day(18), day(30), id="later than the due date: a ladder from there"),
        pytest.param(day(30), day(30), day(1, 12), id="and its next rung"),
        pytest.param(day(16), None, day(18), id="before it: the rungs that are left"),
    ],
)
def test_a_snooze_silences_and_then_begins_anew(until: date, heard: date | None, then: date) -> None:
    item = replace(ITEM, snoozed_until=until, snoozed_because="the vendor answers then")
    assert next_day(item, told(told_on=heard), DESK, LADDER) == then


@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        pytest.param({}, {"told_on": day(9)}, None, id="nothing changed"),
        pytest.param({"ticket_title": "Other"}, {"told_on": day(9)}, None, id="nothing that it stands on"),
        pytest.param({}, {"ticket_id": None}, {"given_on": TODAY}, id="filed: they hear that it is theirs"),
        pytest.param(
            {"terms": replace(ITEM.terms, owner="acc-marcus.hill")},
            {"told_on": day(9), "steps": ("fallback",)},
            {"given_on": TODAY, "steps": ("fallback",)},
            id="another owner",
        ),
        pytest.param({"terms": replace(ITEM.terms, owner=None)}, {"told_on": day(9)}, {}, id="nobody's now"),
        pytest.param(
            {"terms": replace(ITEM.terms, due_on=day(25))},
            {"told_on": day(9), "steps": ("fallback", "team", "incident:Q1")},
            {"told_on": TODAY, "steps": ("incident:Q1",)},
            id="another date ahead: who moved it knows",
        ),
        pytest.param({"terms": replace(ITEM.terms, due_on=day(9))}, {"told_on": day(6)}, {}, id="a date that is past"),
        pytest.param({}, {"open": False, "told_on": day(9)}, {}, id="reopened"),
        pytest.param({"snoozed_until": day(30)}, {"told_on": day(9)}, {"told_on": day(9)}, id="snoozed"),
        pytest.param({"status": ItemStatus.DONE}, {"told_on": day(9)}, {"told_on": day(9)}, id="done"),
    ],
)
def test_what_begins_the_ladder_anew(
    changes: dict[str, Any], before: dict[str, Any], after: dict[str, Any] | None
) -> None:
    found = rearmed(replace(ITEM, **changes), told(**before), today=TODAY, filed_by_us=True)
    kept = {name: getattr(found, name) for name in ("told_on", "given_on", "steps")} if found else None
    assert kept == (None if after is None else {"told_on": None, "given_on": None, "steps": (), **after})


def test_the_owner_of_an_adopted_ticket_is_not_told_that_it_is_theirs() -> None:
    found = rearmed(ITEM, told(ticket_id=None), today=TODAY, filed_by_us=False)
    assert found is not None
    assert found.given_on is None


# When plan has to look.


def wake(item: ActionItem = ITEM, known: Told | None = None, **changes: Any) -> datetime | None:
    given = {"rules": RULES, "house": replace(HOUSE, has_notifier=True), **changes}
    read = reading(given["rules"], now=datetime(2026, 11, 10, 12, tzinfo=UTC))
    return wake_at(item, known or told(), item.owner, INCIDENT, read, given["house"])


@pytest.mark.parametrize(
    ("item", "at"),
    [
        (ITEM, datetime(2026, 11, 13, 9, tzinfo=UTC)),
        (replace(ITEM, status=ItemStatus.DONE), None),
        (replace(ITEM, ticket_id=None), None),
        (replace(ITEM, hold=Hold.BACKFILLED), None),
    ],
)
def test_an_item_is_looked_at_when_its_owners_work_begins(item: ActionItem, at: datetime | None) -> None:
    assert wake(item) == at


def test_what_is_new_is_told_the_next_morning_where_there_is_a_channel() -> None:
    assert wake(known=told(given_on=TODAY)) == datetime(2026, 11, 11, 9, tzinfo=UTC)
    assert wake(known=told(given_on=TODAY), house=HOUSE) == datetime(2026, 11, 13, 9, tzinfo=UTC)
    quiet = replace(RULES, nudge=replace(RULES.nudge, new_items=False))
    assert wake(known=told(given_on=TODAY), rules=quiet) == datetime(2026, 11, 13, 9, tzinfo=UTC)


def test_an_escalation_wakes_between_two_rungs_only_where_somebody_would_hear() -> None:
    """After +3d the next rung is +7d, on the 27th; the fallback owner hears from +5d on, the 25th."""
    heard = told(told_on=day(23))
    assert wake(known=heard) == datetime(2026, 11, 25, 9, tzinfo=UTC)
    nobody = replace(RULES, default_route=Route())
    assert wake(known=heard, rules=nobody) == datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert wake(known=replace(heard, steps=("fallback",))) == datetime(2026, 11, 27, 9, tzinfo=UTC)


def test_what_struck_again_is_looked_at_at_once() -> None:
    found = wake(known=told(told_on=day(23), struck_by="Q2"))
    assert found is not None
    assert found < datetime(2026, 11, 10, tzinfo=UTC) - timedelta(days=365)


def test_what_struck_an_overdue_promise_is_no_news_about_one_that_was_given_a_new_date() -> None:
    struck = told(due_on=day(9), struck_by="Q2", steps=("incident:Q2",))
    moved = rearmed(ITEM, struck, today=TODAY, filed_by_us=False)
    assert moved is not None
    assert (moved.struck_by, moved.steps) == (None, ("incident:Q2",))
    still_late = rearmed(
        replace(ITEM, terms=replace(ITEM.terms, due_on=day(6))), struck, today=TODAY, filed_by_us=False
    )
    assert still_late is not None
    assert still_late.struck_by == "Q2"
