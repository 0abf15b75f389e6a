"""DESIGN's table of what happens after filing, field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from callsheet.model.action_item import DueReason, ItemStatus, OwnerReason
from callsheet.model.effect import Reason, RecordStatus, TransitionTicket, UpdateTicket
from callsheet.model.ticket import Category, Field, Ticket
from callsheet.plan.reconcile import reconciled, status_of, terms_of
from callsheet.plan.taking import adopting
from callsheet.testing.builders import make_account, make_item, make_rules, make_ticket
from tests.unit.plan.reading import RULES, reading

READING = reading()
PROJECT = make_rules()
DAY, LATER, LATEST = date(2026, 11, 16), date(2026, 12, 1), date(2026, 12, 24)
ITEM = make_item(filed="10001", base_status=ItemStatus.OPEN)
MARCUS, GRACE = make_account("Marcus Hill"), make_account("Grace Okafor")
THERE: dict[str, Any] = {"owner": make_account(), "due_on": DAY, "priority": "Highest"}


def ticket(**changes: Any) -> Ticket:
    """The ticket that agrees with the item, but for these changes."""
    return make_ticket(**{**THERE, **changes})


def test_two_sides_that_agree_need_nothing() -> None:
    assert reconciled(ITEM, ticket(), PROJECT, READING) == ()


# The ticket's field and its new value there; the item's terms, as changed by both; what is written.
TABLE: tuple[Any, ...] = (
    ("owner", {"owner": MARCUS}, "acc-marcus.hill", "acc-grace.okafor", "acc-marcus.hill"),
    ("due_on", {"due_on": LATER}, LATER, LATEST, LATER),
    ("priority", {"priority": "Medium"}, "P3", "P5", "P3"),
    ("title", {"title": "Add two alerts"}, "Add two alerts", "Add three alerts", "Add two alerts"),
)
FIELDS = [case[0] for case in TABLE]


@pytest.mark.parametrize(("field", "there", "value", "ours", "final"), TABLE, ids=FIELDS)
def test_a_change_in_the_tracker_is_recorded(field: str, there: Any, value: Any, ours: Any, final: Any) -> None:
    (effect,) = reconciled(ITEM, ticket(**there), PROJECT, READING)
    assert isinstance(effect, RecordStatus)
    assert effect.reason is Reason.TRACKER_CHANGED
    settled = effect.settled
    assert getattr(settled.terms, field) == getattr(settled.base, field) == value
    assert settled.conflicts == ()
    assert set(effect.after) == {field}


@pytest.mark.parametrize(("field", "there", "value", "ours", "final"), TABLE, ids=FIELDS)
def test_a_change_of_ours_is_written(field: str, there: Any, value: Any, ours: Any, final: Any) -> None:
    item = replace(ITEM, terms=replace(ITEM.terms, **{field: ours}))
    (effect,) = reconciled(item, ticket(), PROJECT, READING)
    assert isinstance(effect, UpdateTicket)
    assert effect.reason is Reason.SOURCE_CHANGED
    assert effect.change.fields == {Field(field): "5" if field == "priority" else ours}
    assert effect.settled.base == effect.settled.terms == item.terms


@pytest.mark.parametrize(("field", "there", "value", "ours", "final"), TABLE, ids=FIELDS)
def test_when_both_changed_the_tracker_wins_and_what_was_set_aside_is_shown(
    field: str, there: Any, value: Any, ours: Any, final: Any
) -> None:
    item = replace(ITEM, terms=replace(ITEM.terms, **{field: ours}), owner=replace(ITEM.owner, name="Grace Okafor"))
    (effect,) = reconciled(item, ticket(**there), PROJECT, READING)
    assert isinstance(effect, RecordStatus)
    assert effect.reason is Reason.BOTH_CHANGED
    (conflict,) = effect.settled.conflicts
    assert conflict.field == field
    assert getattr(effect.settled.terms, field) == final
    if field == "owner":
        assert (conflict.ours, conflict.theirs) == ("Grace Okafor", "Marcus Hill")


@pytest.mark.parametrize(("field", "there", "value", "ours", "final"), TABLE, ids=FIELDS)
def test_the_same_change_on_both_sides_is_no_conflict(
    field: str, there: Any, value: Any, ours: Any, final: Any
) -> None:
    item = replace(ITEM, terms=replace(ITEM.terms, **{field: value}))
    (effect,) = reconciled(item, ticket(**there), PROJECT, READING)
    assert isinstance(effect, RecordStatus)
    assert effect.settled.conflicts == ()


@pytest.mark.parametrize("field", ["owner", "due_on", "priority"])
def test_what_is_cleared_in_the_tracker_stays_cleared(field: str) -> None:
    (effect,) = reconciled(ITEM, ticket(**{field: None}), PROJECT, READING)
    settled = effect.settled
    assert getattr(settled.terms, field) is None
    assert settled.cleared == (Field(field),)
    if field == "owner":
        assert (settled.owner, settled.owner_reason) == (None, OwnerReason.UNASSIGNED)
    assert reconciled(settled, ticket(**{field: None}), PROJECT, READING) == ()


def test_a_field_that_is_set_again_is_no_longer_cleared() -> None:
    cleared = reconciled(ITEM, ticket(due_on=None), PROJECT, READING)[0].settled
    again = reconciled(cleared, ticket(due_on=LATER), PROJECT, READING)[0].settled
    assert (again.cleared, again.terms.due_on, again.due_reason) == ((), LATER, DueReason.TRACKER)


def test_different_fields_go_both_ways_at_once() -> None:
    item = replace(ITEM, terms=replace(ITEM.terms, due_on=LATER))
    record, update = reconciled(item, ticket(owner=MARCUS), PROJECT, READING)
    assert isinstance(record, RecordStatus)
    assert isinstance(update, UpdateTicket)
    assert update.change.fields == {Field.DUE_ON: LATER}
    assert update.planned_on == record.settled


# Status.

OPEN, DONE, DROPPED = ItemStatus.OPEN, ItemStatus.DONE, ItemStatus.DROPPED
CLOSED = {"category": Category.DONE, "status": "Done", "resolution": "Done"}
REFUSED = {"category": Category.DONE, "status": "Done", "resolution": "Won't Do"}
STARTED = {"category": Category.STARTED, "status": "In Progress"}


@pytest.mark.parametrize(
    ("status", "base", "there", "after", "moves"),
    [
        pytest.param(OPEN, OPEN, {}, OPEN, False, id="open and open"),
        pytest.param(OPEN, OPEN, STARTED, OPEN, False, id="started"),
        pytest.param(OPEN, OPEN, CLOSED, DONE, False, id="closed"),
        pytest.param(OPEN, OPEN, REFUSED, DROPPED, False, id="closed as won't do"),
        pytest.param(DONE, DONE, STARTED, OPEN, False, id="reopened"),
        pytest.param(DONE, DONE, REFUSED, DROPPED, False, id="done, then won't do"),
        pytest.param(DROPPED, OPEN, {}, DROPPED, True, id="dropped by a person: the ticket is closed"),
        pytest.param(DROPPED, OPEN, CLOSED, DROPPED, False, id="dropped stays dropped when it lands in done"),
        pytest.param(DROPPED, DROPPED, REFUSED, DROPPED, False, id="dropped on both sides"),
        pytest.param(DROPPED, DROPPED, STARTED, OPEN, False, id="dropped, then reopened in the tracker"),
    ],
)
def test_the_status_table(
    status: ItemStatus, base: ItemStatus, there: dict[str, Any], after: ItemStatus, moves: bool
) -> None:
    item = replace(ITEM, status=status, base_status=base)
    effects = reconciled(item, ticket(**there), PROJECT, READING)
    assert any(isinstance(effect, TransitionTicket) for effect in effects) is moves
    final = effects[-1].settled if effects else item
    assert final.status is after
    if not moves:
        assert reconciled(final, ticket(**there), PROJECT, READING) == ()


def test_a_drop_offers_the_policys_resolutions_and_keeps_its_reason() -> None:
    item = replace(ITEM, status=DROPPED, status_because="we retire it")
    (effect,) = reconciled(item, ticket(), PROJECT, READING)
    assert isinstance(effect, TransitionTicket)
    assert (effect.category, effect.because, effect.reason) == (Category.DONE, "we retire it", Reason.ITEM_DROPPED)
    assert effect.resolutions == RULES.dropped_resolutions


@pytest.mark.parametrize(
    ("status", "resolution", "means"),
    [
        ("Done", "Done", DONE),
        ("Done", None, DONE),
        ("Done", "won't do", DROPPED),
        ("Won't Fix", None, DROPPED),
        ("Closed", "Duplicate", DROPPED),
    ],
)
def test_a_done_category_means_done_unless_the_resolution_or_status_is_on_the_list(
    status: str, resolution: str | None, means: ItemStatus
) -> None:
    there = ticket(category=Category.DONE, status=status, resolution=resolution)
    assert status_of(there, RULES) is means


def test_when_it_was_closed_is_kept() -> None:
    there = ticket(**CLOSED)
    assert reconciled(ITEM, there, PROJECT, READING)[0].settled.closed_at == there.updated_at


# What a project does not have, or has fewer of.


def test_a_date_without_a_field_in_the_project_is_ours_alone() -> None:
    project = make_rules(has_due_on=False)
    assert reconciled(ITEM, ticket(due_on=None), project, READING) == ()
    moved = replace(ITEM, terms=replace(ITEM.terms, due_on=LATER))
    assert reconciled(moved, ticket(due_on=None), project, READING) == ()


def test_without_the_projects_rules_an_empty_date_proves_nothing() -> None:
    assert terms_of(ticket(due_on=None), ITEM, None, RULES).due_on == DAY
    assert terms_of(ticket(due_on=LATER), ITEM, None, RULES).due_on == LATER


@pytest.mark.parametrize("ours", ["P3", "P4", "P5"])
def test_a_priority_that_stands_for_several_of_ours_changes_nothing(ours: str) -> None:
    project = make_rules(priorities=PROJECT.priorities[:3])
    item = make_item(filed="10001", base_status=OPEN, priority=ours)
    assert reconciled(item, ticket(priority="Medium"), project, READING) == ()


def test_a_priority_that_we_never_set_tells_nothing() -> None:
    assert reconciled(ITEM, ticket(priority="Blocker"), PROJECT, READING) == ()


def test_adopting_takes_the_tickets_word_for_everything() -> None:
    item = make_item()
    there = ticket(id="10005", title="Theirs", owner=MARCUS, due_on=LATER, priority="Low")
    adopted = adopting(item, there, PROJECT, READING)
    assert adopted.terms == adopted.base == terms_of(there, item, PROJECT, RULES)
    assert (adopted.ticket_id, adopted.ticket_title, adopted.owner_reason) == ("10005", "Theirs", OwnerReason.TRACKER)
    assert reconciled(adopted, there, PROJECT, READING) == ()
