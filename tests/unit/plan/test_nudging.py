"""Who hears of what now, in their own day and hours, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callsheet.model.action_item import ActionItem, ItemStatus, Owner, OwnerReason, Source, SourceKind
from callsheet.model.effect import Reason, SendNudge, Side, side_of
from callsheet.model.nudge import Rung, Told
from callsheet.model.text import plain
from callsheet.model.ticket import AccountMatch, MatchKind
from callsheet.plan.digest import digest_body
from callsheet.plan.nudging import nudges
from callsheet.plan.rules import Calendar, Route
from callsheet.plan.snapshot import Lookups, Snapshot
from callsheet.testing.builders import NOON, make_account, make_incident, make_item, make_person, make_ticket
from tests.unit.plan.reading import HOUSE, INCIDENT, RULES, reading

# A Monday.
DUE = date(2026, 11, 16)
ITEM = make_item(filed="10001", due_on=DUE)
AGAIN = make_incident(id="Q2", number=1002, title="Checkout API is slow again")
REACHING = replace(HOUSE, has_notifier=True)
TEAM = replace(REACHING, has_team_channel=True)
GRACE = "grace.okafor@example.com"


def other(number: int, **more: Any) -> ActionItem:
    """Further items."""
    source = Source(kind=SourceKind.NOTE, id=f"N1/{number}")
    return make_item(f"Thing {number}", source=source, filed=str(10_001 + number), **{"due_on": DUE, **more})


def told(item: ActionItem = ITEM, **given: Any) -> Told:
    """What was said about an item: the rung before its due date."""
    return Told(item_key=item.key, **{"told_on": DUE - timedelta(days=4), **given})


def plan(*items: ActionItem, now: datetime, rules: Any = RULES, **more: Any) -> tuple[SendNudge, ...]:
    known = {item.key: told(item) for item in items} | {each.item_key: each for each in more.pop("known", ())}
    given: dict[str, Any] = {
        "now": now,
        "first_cycle_at": NOON,
        "house": REACHING,
        "nudgeable": items,
        "told": known,
        "nudge_incidents": {INCIDENT.id: INCIDENT, AGAIN.id: AGAIN},
        "nudge_tickets": {item.ticket_id: make_ticket(id=item.ticket_id) for item in items if item.ticket_id},
        **more,
    }
    return nudges(Snapshot(**given), reading(rules, now=now, people=given.pop("people", reading().people)))


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


# Digests.


def test_nothing_is_said_between_two_rungs() -> None:
    assert plan(ITEM, now=at(13)) == ()


@pytest.mark.parametrize(
    ("day", "rung", "late", "reason"),
    [
        (16, Rung.DUE_TODAY, 0, Reason.DUE_TODAY),
        (17, Rung.OVERDUE, 1, Reason.OVERDUE),
        (20, Rung.OVERDUE, 4, Reason.OVERDUE),
    ],
)
def test_a_line_says_how_late_it_is(day: int, rung: Rung, late: int, reason: Reason) -> None:
    (effect,) = plan(ITEM, now=at(day))
    (line,) = effect.digest.lines
    assert (line.rung, line.days_late, effect.reason) == (rung, late, reason)
    assert effect.key == f"nudge:ana.ferreira@example.com:2026-11-{day}"


def test_three_business_days_before_it_is_due_soon() -> None:
    (effect,) = plan(ITEM, now=at(11), known=[told(told_on=None)])
    assert (effect.reason, effect.digest.lines[0].rung) == (Reason.DUE_SOON, Rung.DUE_SOON)


@pytest.mark.parametrize(
    "changes",
    [{"status": ItemStatus.DONE}, {"snoozed_until": date(2026, 11, 30), "snoozed_because": "the vendor"}],
)
def test_what_is_done_or_snoozed_is_not_spoken_of(changes: dict[str, Any]) -> None:
    assert plan(replace(ITEM, **changes), now=at(17)) == ()


def test_of_an_item_whose_ticket_is_gone_its_owner_hears_what_can_be_done() -> None:
    (effect,) = plan(ITEM, now=at(17), nudge_tickets={})
    (line,) = effect.digest.lines
    assert (line.rung, line.ticket_key, effect.comment_on, effect.reason) == (
        Rung.GONE,
        None,
        None,
        Reason.TICKET_GONE,
    )
    told = plain(digest_body(effect.digest))
    assert f"callsheet retry {ITEM.key}" in told
    assert f"callsheet drop {ITEM.key}" in told


def test_a_ticket_that_is_gone_takes_no_comment_about_itself_or_others() -> None:
    (effect,) = plan(ITEM, other(1), now=at(17), nudge_tickets={"10002": make_ticket(id="10002")})
    assert {line.rung for line in effect.digest.lines} == {Rung.GONE, Rung.OVERDUE}
    assert effect.comment_on == "10002"
    assert plan(ITEM, now=at(17), nudge_tickets={}, house=HOUSE) == ()


def test_one_person_gets_one_digest_the_latest_first_and_its_ticket_is_the_last_resort() -> None:
    late, urgent = other(1, due_on=date(2026, 11, 12), priority="P4"), other(2, priority="P1")
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


# Whose day and hours.


@pytest.mark.parametrize(
    ("zone", "now", "today"),
    [
        pytest.param("UTC", at(16, 8, 59), None, id="a minute before"),
        pytest.param("UTC", at(16, 9), DUE, id="work begins"),
        pytest.param("UTC", at(16, 16, 59), DUE, id="the last minute"),
        pytest.param("UTC", at(16, 17), None, id="work is over"),
        pytest.param("Pacific/Auckland", at(15, 20), DUE, id="ahead of us"),
        pytest.param("America/Los_Angeles", at(16, 16, 59), None, id="behind us"),
        pytest.param("America/Los_Angeles", at(16, 17), DUE, id="behind us, at last"),
        pytest.param("Nowhere/At_All", at(16), DUE, id="a zone that nobody knows"),
    ],
)
def test_the_day_and_its_hours_are_the_owners_own(zone: str, now: datetime, today: date | None) -> None:
    assert ITEM.owner is not None
    found = plan(replace(ITEM, owner=replace(ITEM.owner, time_zone=zone)), now=now)
    assert [effect.digest.local_on for effect in found] == ([today] if today else [])


def test_the_teams_day_counts_for_an_owner_without_a_zone() -> None:
    rules = replace(RULES, calendars={"Storefront": Calendar(zone="Pacific/Auckland")})
    assert len(plan(ITEM, now=at(15, 21), rules=rules)) == 1


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
def test_a_night_with_a_clock_change_has_one_digest_and_none_at_night(zone: str) -> None:
    """Every half hour around both changes of the year: never two keys for one local day."""
    assert ITEM.owner is not None
    item = replace(ITEM, owner=replace(ITEM.owner, time_zone=zone), terms=replace(ITEM.terms, due_on=date(2026, 3, 1)))
    for month, day in ((3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31)):
        start = datetime(2026, month, day, tzinfo=UTC)
        days: dict[date, set[str]] = {}
        for step in range(200):
            for effect in plan(
                item, now=start + timedelta(minutes=30 * step), known=[told(told_on=None, steps=("fallback",))]
            ):
                days.setdefault(effect.digest.local_on, set()).add(effect.key)
        assert days
        assert all(len(keys) == 1 and on.weekday() < 5 for on, keys in days.items())


# What is new.


def test_what_is_new_comes_the_next_day_and_only_where_there_is_a_channel() -> None:
    item = replace(ITEM, terms=replace(ITEM.terms, due_on=date(2026, 12, 16)))
    given = [told(told_on=None, given_on=date(2026, 11, 9))]
    assert plan(item, now=at(9), known=given) == ()
    (effect,) = plan(item, now=at(10), known=given)
    (line,) = effect.digest.lines
    assert (effect.reason, line.rung, line.fresh) == (Reason.NEWLY_YOURS, Rung.NEW, True)
    assert effect.comment_on is None
    assert plan(item, now=at(10), known=given, house=HOUSE) == ()


def test_what_is_new_and_overdue_stands_once_and_says_both() -> None:
    (effect,) = plan(ITEM, now=at(17), known=[told(told_on=None, given_on=DUE)])
    (line,) = effect.digest.lines
    assert (line.rung, line.fresh) == (Rung.OVERDUE, True)


# Escalations.


def test_the_fallback_owner_hears_after_five_business_days_once() -> None:
    for day, readers in ((20, ["ana.ferreira@example.com"]), (23, ["ana.ferreira@example.com", GRACE])):
        assert [effect.digest.to.id for effect in plan(ITEM, now=at(day))] == readers
    (_, effect) = plan(ITEM, now=at(23))
    (line,) = effect.digest.lines
    assert (effect.reason, line.rung, line.step, line.owner) == (
        Reason.ESCALATED,
        Rung.ESCALATED,
        "fallback",
        "Ana Ferreira",
    )
    assert len(plan(ITEM, now=at(23), known=[told(steps=("fallback",))])) == 1


def test_the_team_hears_after_ten_where_it_has_a_channel() -> None:
    done = [told(told_on=at(30).date(), steps=("fallback",))]
    assert plan(ITEM, now=at(30), known=done) == ()
    (effect,) = plan(ITEM, now=at(30), known=done, house=TEAM)
    assert effect.digest.to.team
    assert (effect.digest.lines[0].step, effect.comment_on) == ("team", None)


def test_the_fallback_of_one_and_owner_of_another_gets_one_digest() -> None:
    own = other(1, owner=Owner(name="Grace Okafor", email=GRACE, account="acc-grace.okafor"))
    effects = {effect.digest.to.id: effect for effect in plan(ITEM, own, now=at(23), known=[told(own, told_on=DUE)])}
    assert {line.item_key for line in effects[GRACE].digest.lines} == {ITEM.key, own.key}


def test_nobody_escalates_to_themselves() -> None:
    grace = replace(ITEM, owner=Owner(name="Grace Okafor", email=GRACE.upper(), account="acc-grace.okafor"))
    assert len(plan(grace, now=at(23))) == 1


STRUCK = [told(told_on=at(19).date(), struck_by=AGAIN.id)]


@pytest.mark.parametrize(
    ("house", "taken", "readers"),
    [
        pytest.param(REACHING, [], ["ana.ferreira@example.com", GRACE], id="in today's digests"),
        pytest.param(TEAM, [], ["ana.ferreira@example.com", GRACE], id="nobody else while that is free"),
        pytest.param(TEAM, [GRACE], ["ana.ferreira@example.com", "team:Q2"], id="the team when the fallback's is gone"),
        pytest.param(REACHING, [GRACE], ["ana.ferreira@example.com"], id="no team: tomorrow"),
    ],
)
def test_an_incident_on_the_service_of_an_overdue_item_escalates_it(
    house: Any, taken: list[str], readers: list[str]
) -> None:
    days = frozenset((who, at(20).date()) for who in taken)
    effects = plan(ITEM, now=at(20), known=STRUCK, house=house, taken_days=days)
    assert [effect.digest.to.id for effect in effects] == readers
    assert {line.about for effect in effects for line in effect.digest.lines} == {"#1002 Checkout API is slow again"}
    assert {effect.reason for effect in effects} == {Reason.STRUCK_AGAIN}


def test_an_owner_hears_of_an_incident_once_also_while_others_are_still_to_be_told() -> None:
    (first, _) = plan(ITEM, now=at(20), known=STRUCK, house=REACHING)
    heard = [told(told_on=at(19).date(), struck_by=AGAIN.id, steps=(str(first.digest.lines[0].step),))]
    assert [effect.digest.to.id for effect in plan(ITEM, now=at(20), known=heard, house=REACHING)] == [GRACE]


def test_others_hear_of_an_incident_once_also_while_the_owner_is_still_to_be_told() -> None:
    heard = [told(told_on=at(19).date(), struck_by=AGAIN.id, steps=(f"incident:{AGAIN.id}",))]
    (effect,) = plan(ITEM, now=at(20), known=heard, house=TEAM)
    assert (effect.digest.to.id, effect.reason) == ("ana.ferreira@example.com", Reason.STRUCK_AGAIN)
    (line,) = effect.digest.lines
    assert line.step == f"incident:{AGAIN.id}:owner"


@pytest.mark.parametrize(("heard_on", "readers"), [(30, []), (27, ["team:overdue"])])
def test_the_team_hears_of_an_item_in_one_message_a_day(heard_on: int, readers: list[str]) -> None:
    known = [told(told_on=at(30).date(), steps=("fallback", f"incident:{AGAIN.id}"))]
    days = frozenset({(f"team:{AGAIN.id}", at(heard_on).date())})
    effects = plan(ITEM, now=at(30), known=known, house=TEAM, taken_days=days)
    assert [effect.digest.to.id for effect in effects] == readers


def test_each_line_tells_which_incident_it_comes_from_since_titles_are_alike() -> None:
    (effect,) = plan(ITEM, now=at(17))
    said = plain(digest_body(effect.digest))
    assert f"(P1, from #{INCIDENT.number} {INCIDENT.service.name}) was due on Monday 16 November, 1 day ago." in said


def test_what_struck_at_night_waits_for_the_morning() -> None:
    assert plan(ITEM, now=at(20, 3), known=STRUCK, house=TEAM) == ()


def test_where_nobody_else_is_to_be_told_the_owners_line_settles_it() -> None:
    (effect,) = plan(ITEM, now=at(20), known=STRUCK, rules=replace(RULES, default_route=Route()))
    assert effect.digest.lines[0].step == "incident:Q2"


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
    named = replace(ITEM, words=replace(ITEM.words, owner="@jonas"))
    (effect,) = plan(replace(named, owner=grace, owner_reason=OwnerReason.FALLBACK_UNKNOWN), now=at(16))
    assert effect.digest.lines[0].why_you == "the fallback owner: “@jonas”, nobody by that name"
    (effect,) = plan(replace(ITEM, owner=grace, owner_reason=OwnerReason.FALLBACK_NOT_NAMED), now=at(16))
    assert effect.digest.lines[0].why_you == "the fallback owner: nobody was named"


def test_without_a_notifier_the_ticket_is_the_channel_and_the_reason_is_still_told() -> None:
    (effect,) = plan(ITEM, now=at(16), house=HOUSE)
    assert effect.reason is Reason.DUE_TODAY
    assert (effect.channel, effect.comment_on, side_of(effect)) == ("ticket", ITEM.ticket_id, Side.TRACKER)


def test_a_person_who_is_unknown_here_keeps_their_address() -> None:
    (effect,) = plan(ITEM, now=at(16), people=(make_person("Somebody Else"),))
    assert effect.digest.to.handle == "ana.ferreira"
