"""The season at a glance: weeks that add up, and what waits for a person."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from callsheet.model.action_item import Hold, ItemStatus, OwnerReason
from callsheet.model.effect import Guard, Refusal
from callsheet.model.ledger import IntentState
from callsheet.plan.season import Investigation, Promise, Record
from callsheet.run.glance import NAMED, WEEKS, Need, Wants, glance, needs, weeks
from callsheet.store import Store
from callsheet.testing.builders import make_incident, make_item
from tests.unit.run.world import NOW, PLAIN_RULES, World

TODAY = date(2026, 11, 30)


def promise(made: datetime, kept: datetime | None = None) -> Promise:
    status = ItemStatus.DONE if kept else ItemStatus.OPEN
    return Promise(item=make_item(status=status, closed_at=kept), incident=make_incident(), filed_at=made)


def test_weeks_count_all_until_then() -> None:
    made = [promise(NOW), promise(NOW + timedelta(days=15), NOW + timedelta(days=20))]
    found = weeks(made, TODAY)

    assert [(week.promised, week.kept) for week in found] == [(0, 0), (1, 0), (1, 0), (1, 0), (2, 1), (2, 1)]
    assert found[-1].ends_on == TODAY


def test_there_are_no_more_weeks_than_a_season_has() -> None:
    assert len(weeks([promise(NOW - timedelta(days=900))], TODAY)) == WEEKS
    assert weeks([], TODAY) == ()


def test_a_dropped_promise_is_never_counted_as_kept() -> None:
    dropped = Promise(item=make_item(status=ItemStatus.DROPPED, closed_at=NOW), incident=make_incident(), filed_at=NOW)
    assert weeks([dropped], TODAY)[-1].kept == 0


def waiting(folder: Path, **given: object) -> dict[Wants, Need]:
    store = Store(folder / "callsheet.db")
    try:
        store.save_items([make_item(**given)])
        store.save_refusals([Refusal(id="R1", guard=Guard.TOO_MANY_FILINGS, what="60 filings")], at=NOW)
        return {need.what: need for need in needs(store, Record(), store.items())}
    finally:
        store.close()


def test_an_owner_whom_nobody_could_find_waits(tmp_path: Path) -> None:
    assert Wants.OWNERLESS in waiting(tmp_path, owner_reason=OwnerReason.FALLBACK_UNKNOWN)


def test_one_that_the_policy_gave_to_its_fallback_does_not(tmp_path: Path) -> None:
    assert set(waiting(tmp_path, owner_reason=OwnerReason.FALLBACK_NOT_NAMED)) == {Wants.REFUSAL}


def test_nor_one_of_the_past_that_is_held(tmp_path: Path) -> None:
    assert Wants.OWNERLESS not in waiting(tmp_path, owner_reason=OwnerReason.NO_ACCOUNT, hold=Hold.BACKFILLED)


def test_a_refusal_waits_until_it_is_approved(tmp_path: Path) -> None:
    assert Wants.REFUSAL in waiting(tmp_path)
    store = Store(tmp_path / "callsheet.db")
    store.approve("R1", at=NOW)
    assert needs(store, Record(), store.items()) == ()
    store.close()


@pytest.mark.parametrize(
    ("state", "want"), [(IntentState.PARKED, Wants.UNKNOWN), (IntentState.REJECTED, Wants.REJECTED)]
)
def test_a_ticket_of_which_nobody_knows_or_that_was_refused_waits(
    tmp_path: Path, state: IntentState, want: Wants
) -> None:
    item, store = make_item(), Store(tmp_path / "callsheet.db")
    store.save_items([item])
    intent = store.intend(f"file:{item.key}", marker="m", target="jira")
    store.conclude(intent, state, error="no answer")
    (need,) = needs(store, Record(), store.items())
    store.close()
    assert (need.what, [each.key for each in need.named]) == (want, [item.key])


def test_only_the_first_few_are_named(tmp_path: Path) -> None:
    store = Store(tmp_path / "callsheet.db")
    store.save_items([make_item(key=f"ai-{n}", owner_reason=OwnerReason.NO_ACCOUNT) for n in range(NAMED + 3)])
    (need,) = needs(store, Record(), store.items())
    store.close()
    assert (need.count, len(need.named)) == (NAMED + 3, NAMED)


TO_CHECK, CAUSE = "- [ ] Checked by a subject expert", "*unknown until the review; write them here.*"


def waits(world: World) -> set[Wants]:
    with world.store() as store:
        told = glance(store, world.rules, world.clock.now())
    return {need.what for need in told.needs} & {Wants.SUMMARYLESS, Wants.CAUSELESS}


def edited(world: World, incident_id: str, old: str, new: str) -> None:
    text = world.publisher.text(incident_id)
    assert old in text
    world.publisher.edit(incident_id, text.replace(old, new, 1))
    world.settled()


def test_a_draft_waits_for_its_summary_and_then_for_its_cause(tmp_path: Path) -> None:
    world = World(tmp_path, rules=PLAIN_RULES).born()
    incident = world.filed()
    assert waits(world) == {Wants.SUMMARYLESS}
    edited(world, incident.id, TO_CHECK, TO_CHECK.replace("[ ]", "[x]"))
    assert waits(world) == {Wants.CAUSELESS}
    edited(world, incident.id, CAUSE, "A cold cache.")
    assert waits(world) == set()


def test_a_cause_alone_is_no_summary(tmp_path: Path) -> None:
    world = World(tmp_path, rules=PLAIN_RULES).born()
    incident = world.filed()
    edited(world, incident.id, CAUSE, "A cold cache.")
    assert waits(world) == {Wants.SUMMARYLESS}


@pytest.mark.parametrize("status", ["final as it is", "waived"])
def test_what_is_no_draft_any_more_waits_for_nothing(tmp_path: Path, status: str) -> None:
    world = World(tmp_path, rules=PLAIN_RULES).born()
    incident = world.filed()
    edited(world, incident.id, "status: draft", f"status: {status}")
    assert waits(world) == set()


def test_what_ended_before_our_first_cycle_waits_for_nothing(tmp_path: Path) -> None:
    past = Investigation(incident=make_incident(), opened_at=NOW, backfilled=True)
    with closing(Store(tmp_path / "callsheet.db")) as store:
        assert needs(store, Record(investigations=(past,)), ()) == ()
        (need,) = needs(store, Record(investigations=(replace(past, backfilled=False),)), ())
    assert (need.what, need.named[0].incident_id) == (Wants.SUMMARYLESS, past.incident.id)


def test_who_waits_longest_comes_first_and_says_of_which_incident_it_is(tmp_path: Path) -> None:
    opened = [(1003, 0), (1002, 1), (1001, 1)]
    drafts = tuple(
        Investigation(incident=make_incident(number=number), opened_at=NOW + timedelta(days=days))
        for number, days in opened
    )
    lost = make_item("Add an alert", incident_id=drafts[0].incident.id, owner_reason=OwnerReason.NO_ACCOUNT)
    with closing(Store(tmp_path / "callsheet.db")) as store:
        store.save_incidents([drafts[0].incident])
        ownerless, summaryless = needs(store, Record(investigations=drafts), [lost])
    assert [each.words[:5] for each in summaryless.named] == ["#1003", "#1001", "#1002"]
    assert ownerless.named[0].words.startswith("#1003 Add an alert")
