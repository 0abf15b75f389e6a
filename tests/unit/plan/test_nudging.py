"""Who is reminded of what today, in their own day, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callsheet.model.action_item import ActionItem, Hold, ItemStatus, Owner, OwnerReason, Source, SourceKind
from callsheet.model.effect import Reason, SendNudge
from callsheet.model.nudge import Rung
from callsheet.model.ticket import AccountMatch, MatchKind
from callsheet.plan.nudging import first_nudge_on, ladder, next_nudge_on, nudges
from callsheet.plan.rules import Calendar, Route
from callsheet.plan.snapshot import Case, Lookups, Snapshot
from callsheet.testing.builders import NOON, make_account, make_item, make_person, make_ticket
from tests.unit.plan.reading import HOUSE, INCIDENT, OPENED, RULES, reading

DUE = date(2026, 11, 16)
LADDER = (0, 1, 3, 7)
ITEM = make_item(filed="10001", due_on=DUE)


def other(number: int, **more: Any) -> ActionItem:
    """Further items."""
    source = Source(kind=SourceKind.NOTE, id=f"N1/{number}")
    return make_item(f"Thing {number}", source=source, filed=str(10_001 + number), **{"due_on": DUE, **more})


def plan(*items: ActionItem, now: datetime, rules: Any = RULES, **more: Any) -> tuple[SendNudge, ...]:
    days = {item.key: first_nudge_on(item, LADDER) or date.max for item in items}
    case = Case(
        incident=INCIDENT,
        opened=OPENED,
        items=items,
        tickets={item.ticket_id: make_ticket(id=item.ticket_id) for item in items if item.ticket_id},
    )
    given: dict[str, Any] = {
        "now": now,
        "first_cycle_at": NOON,
        "house": replace(HOUSE, has_notifier=True),
        "nudgeable": items,
        "nudge_days": days,
        "nudge_cases": {INCIDENT.id: case},
        **more,
    }
    return nudges(Snapshot(**given), reading(rules, now=now, people=given.pop("people", reading().people)))


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


# The ladder.


@pytest.mark.parametrize(
    ("changes", "on"),
    [
        ({}, DUE),
        ({"status": ItemStatus.DONE}, None),
        ({"ticket_id": None}, None),
        ({"hold": Hold.BACKFILLED}, None),
        ({"terms": replace(ITEM.terms, due_on=None)}, None),
    ],
)
def test_the_first_rung_is_the_due_day_of_what_is_open_and_filed(changes: dict[str, Any], on: date | None) -> None:
    assert first_nudge_on(replace(ITEM, **changes), LADDER) == on


@pytest.mark.parametrize(("days", "then"), [(-3, 0), (0, 1), (1, 3), (2, 3), (3, 7), (6, 7), (7, None), (90, None)])
def test_the_next_rung_lies_after_today(days: int, then: int | None) -> None:
    expected = DUE + timedelta(days=then) if then is not None else None
    assert next_nudge_on(ITEM, LADDER, DUE + timedelta(days=days)) == expected


def test_an_empty_ladder_nudges_nobody() -> None:
    assert first_nudge_on(ITEM, ()) is None
    assert next_nudge_on(ITEM, (), DUE) is None


@pytest.mark.parametrize(
    ("before", "anew"),
    [
        pytest.param(ITEM, False, id="nothing changed"),
        pytest.param(replace(ITEM, ticket_title="Other"), False, id="something else changed"),
        pytest.param(replace(ITEM, terms=replace(ITEM.terms, due_on=date(2026, 12, 1))), True, id="another date"),
        pytest.param(replace(ITEM, status=ItemStatus.DONE), True, id="reopened"),
        pytest.param(replace(ITEM, ticket_id=None), True, id="filed"),
        pytest.param(None, True, id="new"),
    ],
)
def test_the_ladder_starts_anew_when_its_day_does(before: ActionItem | None, anew: bool) -> None:
    assert ladder(before, ITEM, LADDER) == ({ITEM.key: DUE} if anew else {})


# Digests.


def test_nothing_is_said_before_the_day() -> None:
    assert plan(ITEM, now=at(15)) == ()


@pytest.mark.parametrize(
    ("day", "rung", "late", "reason"),
    [
        (16, Rung.DUE_TODAY, 0, Reason.DUE_TODAY),
        (17, Rung.OVERDUE, 1, Reason.OVERDUE),
        (23, Rung.OVERDUE, 7, Reason.OVERDUE),
    ],
)
def test_a_line_says_how_late_it_is(day: int, rung: Rung, late: int, reason: Reason) -> None:
    (effect,) = plan(ITEM, now=at(day))
    (line,) = effect.digest.lines
    assert (line.rung, line.days_late, effect.reason) == (rung, late, reason)
    assert effect.key == f"nudge:ana.ferreira@example.com:2026-11-{day}"


def test_one_person_gets_one_digest_the_latest_first_and_its_ticket_is_the_last_resort() -> None:
    late, urgent = other(1, due_on=date(2026, 11, 10), priority="P4"), other(2, priority="P1")
    (effect,) = plan(ITEM, late, urgent, now=at(16))
    assert effect.digest.lines[0].item_key == late.key
    assert len(effect.digest.lines) == 3
    assert effect.comment_on == late.ticket_id


def test_two_people_get_two_digests() -> None:
    marcus = other(1, owner=Owner(name="Marcus Hill", email="marcus.hill@example.com", account="acc-marcus.hill"))
    assert {effect.digest.to.name for effect in plan(ITEM, marcus, now=at(16))} == {"Ana Ferreira", "Marcus Hill"}


def test_a_day_that_is_taken_stays_quiet() -> None:
    taken = frozenset({("ana.ferreira@example.com", DUE)})
    assert plan(ITEM, now=at(16), taken_days=taken) == ()
    assert len(plan(ITEM, now=at(17), taken_days=taken)) == 1


def test_case_does_not_make_two_people_of_one() -> None:
    shouted = other(1, owner=Owner(name="Ana", email="Ana.Ferreira@Example.com", account="acc-ana.ferreira"))
    assert len(plan(ITEM, shouted, now=at(16))) == 1


@pytest.mark.parametrize("known_by", ["another item", "a look-up"])
def test_a_hidden_address_does_not_make_two_people_of_one(known_by: str) -> None:
    hidden = other(1, owner=Owner(name="Ana Ferreira", account="acc-ana.ferreira"))
    if known_by == "another item":
        (effect,) = plan(ITEM, hidden, now=at(16))
        assert len(effect.digest.lines) == 2
    else:
        match = AccountMatch(kind=MatchKind.EMAIL, account=make_account())
        (effect,) = plan(hidden, now=at(16), lookups=Lookups(accounts={("ana.ferreira@example.com", "Ana"): match}))
    assert (effect.digest.to.id, effect.digest.to.email) == ("ana.ferreira@example.com", "ana.ferreira@example.com")


# Whose day.


@pytest.mark.parametrize(
    ("zone", "now", "today"),
    [
        pytest.param("UTC", datetime(2026, 11, 15, 23, 59, tzinfo=UTC), None, id="a minute before"),
        pytest.param("UTC", datetime(2026, 11, 16, tzinfo=UTC), DUE, id="midnight"),
        pytest.param("Pacific/Auckland", datetime(2026, 11, 15, 11, tzinfo=UTC), DUE, id="ahead of us"),
        pytest.param("America/Los_Angeles", datetime(2026, 11, 16, 7, tzinfo=UTC), None, id="behind us"),
        pytest.param("America/Los_Angeles", datetime(2026, 11, 16, 8, tzinfo=UTC), DUE, id="behind us, at last"),
        pytest.param("Nowhere/At_All", datetime(2026, 11, 16, tzinfo=UTC), DUE, id="a zone that nobody knows"),
    ],
)
def test_the_day_is_the_owners_own(zone: str, now: datetime, today: date | None) -> None:
    assert ITEM.owner is not None
    found = plan(replace(ITEM, owner=replace(ITEM.owner, time_zone=zone)), now=now)
    assert [effect.digest.local_on for effect in found] == ([today] if today else [])


def test_the_teams_day_counts_for_an_owner_without_a_zone() -> None:
    rules = replace(RULES, calendars={"Storefront": Calendar(zone="Pacific/Auckland")})
    assert len(plan(ITEM, now=datetime(2026, 11, 15, 12, tzinfo=UTC), rules=rules)) == 1


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
def test_a_night_with_a_clock_change_has_one_digest(zone: str) -> None:
    """Every half hour around both changes of the year: never two keys for one local day."""
    assert ITEM.owner is not None
    item = replace(ITEM, owner=replace(ITEM.owner, time_zone=zone), terms=replace(ITEM.terms, due_on=date(2026, 3, 1)))
    for month, day in ((3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31)):
        start = datetime(2026, month, day, tzinfo=UTC)
        days: dict[date, set[str]] = {}
        for step in range(100):
            for effect in plan(item, now=start + timedelta(minutes=30 * step)):
                days.setdefault(effect.digest.local_on, set()).add(effect.key)
        assert days
        assert all(len(keys) == 1 for keys in days.values())


# Whom, when there is no owner.


def test_nobodys_item_goes_to_the_fallback_who_is_told_why() -> None:
    (effect,) = plan(replace(ITEM, owner=None, owner_reason=OwnerReason.UNASSIGNED), now=at(16))
    assert effect.digest.to.name == "Grace Okafor"
    assert effect.digest.lines[0].why_you == OwnerReason.UNASSIGNED


def test_without_a_fallback_the_ticket_is_reminded() -> None:
    rules = replace(RULES, default_route=Route())
    (effect,) = plan(replace(ITEM, owner=None), now=at(16), rules=rules)
    assert effect.digest.to.id == f"ticket:{ITEM.ticket_id}"


def test_a_fallback_owner_is_told_that_they_are_one() -> None:
    grace = Owner(name="Grace Okafor", email="grace.okafor@example.com", account="acc-grace.okafor")
    (effect,) = plan(replace(ITEM, owner=grace, owner_reason=OwnerReason.FALLBACK_UNKNOWN), now=at(16))
    assert effect.digest.lines[0].why_you == OwnerReason.FALLBACK_UNKNOWN


def test_without_a_notifier_the_reason_says_so() -> None:
    (effect,) = plan(ITEM, now=at(16), house=HOUSE)
    assert effect.reason is Reason.NO_CHANNEL


def test_a_person_who_is_unknown_here_keeps_their_address() -> None:
    (effect,) = plan(ITEM, now=at(16), people=(make_person("Somebody Else"),))
    assert effect.digest.to.handle == "ana.ferreira"
