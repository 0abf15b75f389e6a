"""The team's week and the leaders' month: when they are due, and what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callsheet.model.action_item import ActionItem, ItemStatus, Source, SourceKind
from callsheet.model.effect import Reason, SendReport
from callsheet.model.text import plain
from callsheet.plan.occasions import LONGEST_LIST, occasions, reports
from callsheet.plan.rhythm import Facts, Rhythm
from callsheet.plan.season import Promise, Record, figures
from callsheet.testing.builders import make_item, make_ticket
from tests.unit.plan.reading import HOUSE, INCIDENT, RULES, reading

HEARD = replace(HOUSE, has_notifier=True, has_team_channel=True)
LED = replace(RULES, nudge=replace(RULES.nudge, leaders=("grace.okafor@example.com", "PNOBODY")))
# The Monday after the first cycle's week, ten o'clock.
MONDAY = datetime(2026, 11, 9, 10, tzinfo=UTC)


def due(now: datetime, rules: Any = RULES, house: Any = HEARD) -> list[tuple[Rhythm, date]]:
    return [(each.rhythm, each.since) for each in occasions(reading(rules, now=now), house)]


@pytest.mark.parametrize(
    ("now", "comes"),
    [
        (MONDAY, True),
        (MONDAY + timedelta(days=2), True),
        (MONDAY - timedelta(hours=2), False),
        (MONDAY + timedelta(days=5), False),
    ],
)
def test_the_team_hears_once_a_week_in_working_hours(now: datetime, comes: bool) -> None:
    monday = now.date() - timedelta(days=now.weekday())
    assert due(now) == ([(Rhythm.WEEK, monday)] if comes else [])


def test_the_week_in_which_the_daemon_first_looked_is_no_news() -> None:
    read = reading(now=MONDAY + timedelta(days=1), first_cycle_at=MONDAY)
    assert occasions(read, HEARD) == ()


def test_without_a_channel_or_where_the_policy_says_never_the_team_hears_nothing() -> None:
    never = replace(RULES, nudge=replace(RULES.nudge, team_digest_on=None))
    assert due(MONDAY, house=replace(HEARD, has_team_channel=False)) == due(MONDAY, rules=never) == []


def test_leaders_hear_once_a_month_and_those_without_an_address_do_not() -> None:
    december = datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert (Rhythm.MONTH, date(2026, 12, 1)) in due(december, LED)
    assert [rhythm for rhythm, _ in due(december, LED)].count(Rhythm.MONTH) == 1
    assert Rhythm.MONTH not in [rhythm for rhythm, _ in due(MONDAY, LED)]


def promise(number: int, **more: Any) -> ActionItem:
    source = Source(kind=SourceKind.NOTE, id=f"N1/{number}")
    return make_item(
        f"Thing {number}", source=source, filed=str(10_001 + number), **{"due_on": date(2026, 11, 5), **more}
    )


def told(items: tuple[ActionItem, ...], now: datetime = MONDAY, **more: Any) -> tuple[SendReport, ...]:
    rules = more.pop("rules", RULES)
    tickets = {item.ticket_id: make_ticket(id=item.ticket_id) for item in items if item.ticket_id}
    facts = Facts(items=items, incidents={INCIDENT.id: INCIDENT}, tickets=tickets, **more)
    read = reading(rules, now=now)
    return reports(occasions(read, HEARD), facts, read)


def test_the_week_counts_lists_and_says_how_many_more() -> None:
    late = tuple(promise(number) for number in range(LONGEST_LIST + 2))
    soon = promise(90, due_on=date(2026, 11, 11))
    done = replace(promise(91), status=ItemStatus.DONE, closed_at=MONDAY - timedelta(days=1))
    (report,) = told((*late, soon, done))
    assert report.reason is Reason.WEEK_BEGAN
    assert report.subject == "Promises this week: 12 overdue, 1 due, 1 done last week"
    text = plain(report.body)
    for words in (
        "13 are open",
        "Storefront: 12 of 13 open",
        "(#1001 Checkout API): Ana Ferreira",
        "… and 2 more.",
        "due Wednesday 11 November",
    ):
        assert words in text
    assert "Thing 91" not in text


def test_where_nothing_was_promised_nothing_is_said() -> None:
    assert told(()) == ()


def test_one_incident_is_told_as_one() -> None:
    now = datetime(2026, 12, 1, 10, tzinfo=UTC)
    record = Record(promises=(Promise(item=promise(1), incident=INCIDENT),))
    counted = figures(LED.seasons.of(date(2026, 11, 30)), record, LED, now)
    again = replace(counted, repeats_on_open_promises=1, repeats_after_stopgap=2)
    (report,) = [
        each for each in told((promise(1),), now, rules=LED, figures=again) if each.reason is Reason.MONTH_BEGAN
    ]
    words = plain(report.body)
    assert "1 incident hit a service that still had an open promise." in words
    assert "2 incidents came back after a stopgap" in words


def test_the_month_tells_the_season_in_bars() -> None:
    kept = replace(promise(1), status=ItemStatus.DONE, closed_at=datetime(2026, 11, 4, tzinfo=UTC))
    now = datetime(2026, 12, 1, 10, tzinfo=UTC)
    record = Record(promises=tuple(Promise(item=item, incident=INCIDENT) for item in (kept, promise(2))))
    season = LED.seasons.of(date(2026, 11, 30))
    found = told((kept,), now, rules=LED, figures=figures(season, record, LED, now))
    (report,) = [each for each in found if each.reason is Reason.MONTH_BEGAN]
    assert report.subject == "Season 2026-Q4: 1 of 2 promises kept"
    assert report.to.email == "grace.okafor@example.com"
    assert "█████░░░░░ kept: 1 of 2" in plain(report.body)
