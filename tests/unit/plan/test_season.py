"""What a season comes to."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.model.action_item import ActionItem, Fix, ItemKind, ItemStatus, Source, SourceKind
from callsheet.model.incident import Incident, Ref
from callsheet.model.season import Season, SeasonLength, Seasons
from callsheet.plan.rules import Calendar, Rules
from callsheet.plan.season import (
    Figures,
    Investigation,
    Promise,
    Record,
    Standing,
    figures,
    lines_of,
    seasons_of,
    trend,
)
from callsheet.testing.builders import NOON, make_incident, make_item

RULES = Rules()
Q4, Q1 = RULES.seasons.of(date(2026, 11, 1)), RULES.seasons.of(date(2027, 2, 1))
IN_Q4, IN_Q1 = datetime(2026, 12, 1, 12, tzinfo=UTC), datetime(2027, 2, 1, 12, tzinfo=UTC)
CHECKOUT = make_incident()


def promise(due_on: date | None = date(2026, 11, 16), *, incident: Incident = CHECKOUT, **given: Any) -> Promise:
    """A promise whose only date is this one."""
    dates = given.pop("dates", (due_on,) if due_on else ())
    filed_at = given.pop("filed_at", NOON + timedelta(hours=2))
    item = make_item(due_on=due_on, incident_id=incident.id, filed="10001", **given)
    return Promise(item=item, incident=incident, dates=dates, filed_at=filed_at)


def done(due_on: date, closed_at: datetime, **given: Any) -> Promise:
    return promise(due_on, status=ItemStatus.DONE, closed_at=closed_at, **given)


def of(*promises: Promise, season: Season = Q4, now: datetime = IN_Q4, rules: Rules = RULES) -> Figures:
    return figures(season, Record(promises=promises), rules, now)


def standings(one: Promise, now: datetime, rules: Rules = RULES) -> list[tuple[str, str]]:
    return [(line.season.name, line.standing.value) for line in lines_of(one, rules, now)]


@pytest.mark.parametrize(
    ("status", "closed_at", "now", "standing"),
    [
        (ItemStatus.OPEN, None, datetime(2026, 11, 10, tzinfo=UTC), Standing.OPEN),
        (ItemStatus.OPEN, None, datetime(2026, 12, 31, 23, tzinfo=UTC), Standing.OPEN),
        (ItemStatus.OPEN, None, datetime(2027, 1, 1, tzinfo=UTC), Standing.DRIFTED),
        (ItemStatus.DONE, datetime(2026, 11, 16, 23, tzinfo=UTC), IN_Q4, Standing.KEPT),
        (ItemStatus.DONE, datetime(2026, 11, 17, tzinfo=UTC), IN_Q4, Standing.KEPT_LATE),
        (ItemStatus.DONE, datetime(2027, 1, 20, tzinfo=UTC), IN_Q1, Standing.KEPT_LATE),
        (ItemStatus.DONE, None, IN_Q4, Standing.KEPT),
        (ItemStatus.DROPPED, None, IN_Q1, Standing.CUT),
    ],
)
def test_what_became_of_a_promise(
    status: ItemStatus, closed_at: datetime | None, now: datetime, standing: Standing
) -> None:
    assert standings(promise(status=status, closed_at=closed_at), now) == [("2026-Q4", standing.value)]


def test_a_promise_that_moved_on_is_renewed_where_it_was_made_for() -> None:
    moved = promise(date(2027, 5, 3), dates=(date(2026, 11, 16), date(2027, 2, 1), date(2027, 5, 3)))
    assert standings(moved, IN_Q4) == [("2026-Q4", "renewed"), ("2027-Q1", "renewed"), ("2027-Q2", "open")]


@pytest.mark.parametrize(
    ("dates", "now_due", "found"),
    [
        # Within a season nothing is renewed.
        ((date(2026, 11, 16), date(2026, 12, 20)), date(2026, 12, 20), [("2026-Q4", "open")]),
        # Moved on by mistake, and back.
        ((date(2026, 11, 16), date(2027, 11, 16)), date(2026, 11, 16), [("2026-Q4", "open")]),
        # A year that was past when the promise was made: a slip of the pen.
        ((date(2025, 11, 16), date(2026, 11, 16)), date(2026, 11, 16), [("2026-Q4", "open")]),
        # Cleared in the tracker: it counts by its last date.
        ((date(2026, 11, 16),), None, [("2026-Q4", "open")]),
        ((), None, []),
    ],
)
def test_where_a_promise_counts(dates: tuple[date, ...], now_due: date | None, found: list[tuple[str, str]]) -> None:
    assert standings(promise(now_due, dates=dates), IN_Q4) == found


def test_days_are_those_of_the_people() -> None:
    tokyo = Rules(calendars={"Storefront": Calendar(zone="Asia/Tokyo")})
    # 16 November 23:00 UTC is the 17th in Tokyo.
    late = done(date(2026, 11, 16), datetime(2026, 11, 16, 23, tzinfo=UTC))
    assert standings(late, IN_Q4, tokyo) == [("2026-Q4", "kept_late")]
    evening = datetime(2026, 12, 31, 20, tzinfo=UTC)
    assert standings(promise(), evening, tokyo) == [("2026-Q4", "drifted")]
    assert standings(promise(), evening) == [("2026-Q4", "open")]


def test_the_parts_are_the_whole() -> None:
    other = make_incident(number=1002, service=Ref(id="S-PAY", name="Payments"), teams=())
    told = of(
        done(date(2026, 11, 16), datetime(2026, 11, 10, tzinfo=UTC), kind=ItemKind.DETECT),
        done(date(2026, 11, 16), datetime(2026, 11, 20, tzinfo=UTC), kind=ItemKind.DETECT),
        promise(status=ItemStatus.DROPPED, incident=other),
        promise(date(2027, 2, 1), dates=(date(2026, 11, 16), date(2027, 2, 1))),
        promise(),
        promise(date(2026, 12, 20), incident=other),
    )
    assert asdict(told.total) == {
        "promised": 6,
        "kept": 1,
        "kept_late": 1,
        "cut": 1,
        "renewed": 1,
        "drifted": 0,
        "open": 2,
        "overdue": 1,
    }
    assert {name: tally.promised for name, tally in told.by_team.items()} == {"Storefront": 4, "no team": 2}
    assert {name: tally.promised for name, tally in told.by_service.items()} == {"Checkout API": 4, "Payments": 2}
    assert {name: tally.kept_late for name, tally in told.by_kind.items()} == {"not said": 0, "detect": 1}


days = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(
    st.lists(st.tuples(st.lists(days, min_size=1, max_size=4), st.sampled_from(ItemStatus), st.none() | days)),
    days,
    st.sampled_from(SeasonLength),
)
def test_every_promise_is_in_one_state_in_each_season(
    drawn: list[tuple[list[date], ItemStatus, date | None]], today: date, length: SeasonLength
) -> None:
    rules = Rules(seasons=Seasons(length=length))
    record = Record(
        promises=tuple(
            promise(
                dates[-1],
                dates=tuple(dates),
                status=status,
                closed_at=datetime(closed.year, closed.month, closed.day, tzinfo=UTC) if closed else None,
                noted_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
            for dates, status, closed in drawn
        )
    )
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    every = [figures(season, record, rules, now) for season in seasons_of(record, rules, now)]
    for told in every:
        tally = told.total
        parts = (tally.kept, tally.kept_late, tally.cut, tally.renewed, tally.drifted, tally.open)
        assert tally.promised == sum(parts) == len(told.lines)
        assert tally.overdue <= tally.drifted + tally.open
        assert (tally.open == 0) if told.over else (tally.drifted == 0)
        assert len({id(line.promise) for line in told.lines}) == len(told.lines)
        for part in (told.by_team, told.by_service, told.by_kind):
            assert sum(each.promised for each in part.values()) == tally.promised
    # Each is somewhere, and in one season alone as what it is now.
    settled = [line for told in every for line in told.lines if line.standing is not Standing.RENEWED]
    assert len(settled) == len(record.promises)


def test_open_promises_of_earlier_seasons_are_carried_in() -> None:
    renewed = promise(date(2027, 2, 20), dates=(date(2026, 11, 16), date(2027, 2, 20)))
    told = of(promise(date(2026, 11, 16)), renewed, season=Q1, now=IN_Q1)
    assert (told.total.promised, told.carried_in) == (1, 1)


def test_what_can_still_be_kept_in_its_own_season_is_carried_into_no_other() -> None:
    assert of(promise(date(2026, 12, 16)), season=Q1, now=IN_Q4).carried_in == 0


def test_days_are_medians_of_what_can_be_measured() -> None:
    start = CHECKOUT.created_at
    record = Record(
        promises=(
            done(date(2026, 11, 16), start + timedelta(days=4), filed_at=start + timedelta(days=1)),
            done(date(2026, 11, 16), start + timedelta(days=8), filed_at=start + timedelta(days=2)),
            promise(filed_at=start + timedelta(days=6)),
            # A hand-made ticket may be older than the incident.
            promise(filed_at=start - timedelta(days=6)),
            promise(filed_at=None),
        ),
        investigations=(
            Investigation(incident=CHECKOUT, opened_at=start + timedelta(hours=12)),
            Investigation(incident=make_incident(number=1002), opened_at=start + timedelta(days=300), backfilled=True),
        ),
    )
    told = figures(Q4, record, RULES, IN_Q4).days
    assert (told.incident_to_postmortem, told.incident_to_filed) == (0.5, 1.5)
    assert (told.incident_to_done, told.filed_to_done) == (6.0, 4.5)
    nothing = of().days
    assert (nothing.incident_to_postmortem, nothing.filed_to_done) == (None, None)


def again(**given: Any) -> Incident:
    """The next incident on the same service, three weeks later."""
    return make_incident(number=1009, created_at=NOON + timedelta(days=21), **given)


def repeats(*promises: Promise, incident: Incident | None = None) -> tuple[int, int]:
    investigation = Investigation(incident=incident or again(), opened_at=NOON + timedelta(days=22))
    told = figures(Q4, Record(promises=promises, investigations=(investigation,)), RULES, IN_Q4)
    return told.repeats_on_open_promises, told.repeats_after_stopgap


def test_an_incident_on_a_service_with_an_open_promise_is_a_repeat() -> None:
    later, sooner = NOON + timedelta(days=25), NOON + timedelta(days=5)
    elsewhere = again(service=Ref(id="S-PAY", name="Payments"))
    assert repeats(promise()) == (1, 0)
    assert repeats(promise(), promise()) == (1, 0)
    assert repeats(done(date(2026, 11, 16), later)) == (1, 0)
    assert repeats(done(date(2026, 11, 16), sooner)) == (0, 0)
    assert repeats(promise(), incident=elsewhere) == (0, 0)
    # What an incident promises itself makes it no repeat, and neither does what was promised later.
    assert repeats(promise(incident=again(), noted_at=NOON)) == (0, 0)
    assert repeats(promise(noted_at=NOON + timedelta(days=22))) == (0, 0)


def test_an_incident_after_a_stopgap_is_told_until_the_root_is_mended() -> None:
    sooner = NOON + timedelta(days=5)
    stopgap = done(date(2026, 11, 16), sooner, fix=Fix.STOPGAP)
    root = done(date(2026, 11, 16), sooner, fix=Fix.ROOT)
    assert repeats(stopgap) == (0, 1)
    assert repeats(stopgap, root) == (0, 0)
    assert repeats(stopgap, promise(fix=Fix.ROOT)) == (1, 1)
    assert repeats(promise(fix=Fix.STOPGAP)) == (1, 0)


def test_an_investigation_is_complete_when_it_was_reviewed_and_its_causes_are_stated() -> None:
    told = figures(
        Q4,
        Record(
            investigations=tuple(
                Investigation(incident=make_incident(number=n), opened_at=NOON, reviewed=reviewed, causes=causes)
                for n, (reviewed, causes) in enumerate(((True, True), (True, False), (False, True)), start=1)
            )
        ),
        RULES,
        IN_Q4,
    ).investigated
    assert (told.incidents, told.reviewed, told.causes, told.complete) == (3, 2, 2, 1)
    assert told.minutes_to_resolve == 60
    assert told.time_to_resolve == "1 h"


def test_the_trend_has_the_seasons_that_something_was_promised_for() -> None:
    promises = tuple(promise(date(year, month, 10)) for year in (2024, 2025, 2026) for month in (2, 5, 8))
    told = trend(Q1, Record(promises=promises), RULES, IN_Q1)
    assert [each.season.name for each in told] == [
        "2025-Q2",
        "2025-Q3",
        "2026-Q1",
        "2026-Q2",
        "2026-Q3",
        "2027-Q1",
    ]


def test_when_a_season_was_closed_is_told() -> None:
    record = Record(closed={"2026-Q4": date(2027, 1, 4)})
    assert figures(Q4, record, RULES, IN_Q1).closed_on == date(2027, 1, 4)
    assert figures(Q1, record, RULES, IN_Q1).closed_on is None


@pytest.mark.parametrize("now", [IN_Q4, IN_Q1])
def test_what_was_closed_before_its_end_is_not_closed(now: datetime) -> None:
    record = Record(closed={"2026-Q4": Q4.ends_on})
    assert figures(Q4, record, RULES, now).closed_on is None


def test_an_item_of_another_kind_of_source_counts_alike() -> None:
    item: ActionItem = make_item(source=Source(kind=SourceKind.TICKET, id="10001"), filed="10001")
    told = of(replace(promise(), item=item))
    assert told.total.promised == 1
