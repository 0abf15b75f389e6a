"""Two sides and what they last agreed on: whatever each of them changed, they agree afterwards and nobody is overruled
in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from callsheet.model.action_item import ActionItem, ItemStatus, Terms
from callsheet.model.effect import RecordStatus, TransitionTicket, UpdateTicket
from callsheet.model.ticket import Category, Field, ProjectRules, Ticket, TicketChange
from callsheet.plan.filing import priority_id
from callsheet.plan.meaning import Reading
from callsheet.plan.reconcile import FIELDS, reconciled, terms_of
from callsheet.plan.rules import Rules
from callsheet.testing.builders import NOON, make_account, make_item, make_rules, make_ticket

ACCOUNTS = {account.id: account for account in map(make_account, ("Ana Ferreira", "Marcus Hill", "Grace Okafor"))}
RULES = Rules()
READING = Reading(rules=RULES, people=(), namespace="callsheet", now=NOON, first_cycle_at=NOON)
PROJECTS = (make_rules(), make_rules(priorities=make_rules().priorities[:3]), make_rules(has_due_on=False))

titles = st.sampled_from(("Add an alert", "Add a better alert", "Add two alerts"))
owners = st.sampled_from((None, *ACCOUNTS))
dues = st.sampled_from((None, date(2026, 11, 16), date(2026, 11, 20), date(2026, 12, 1)))
ranks = st.sampled_from(("P1", "P2", "P3", "P4", "P5"))
ours_terms = st.builds(Terms, title=titles, owner=owners, due_on=dues, priority=ranks)


def ticket_of(terms: Terms, project: ProjectRules, **more: object) -> Ticket:
    """A ticket that holds these terms as far as the project has fields for them."""
    option = priority_id(terms.priority, project, RULES)
    return make_ticket(
        title=terms.title,
        owner=ACCOUNTS[terms.owner] if terms.owner else None,
        due_on=terms.due_on if project.has_due_on else None,
        priority=next((choice.name for choice in project.priorities if choice.id == option), None),
        **more,
    )


def written(ticket: Ticket, change: TicketChange, project: ProjectRules) -> Ticket:
    """The ticket after an update, as a tracker makes it."""
    fields: dict[str, Any] = {name.value: value for name, value in change.fields.items()}
    if Field.OWNER in change.fields:
        fields["owner"] = ACCOUNTS[str(change.fields[Field.OWNER])]
    if Field.PRIORITY in change.fields:
        fields["priority"] = next(c.name for c in project.priorities if c.id == change.fields[Field.PRIORITY])
    return replace(ticket, **fields)


def carried_out(item: ActionItem, ticket: Ticket, project: ProjectRules) -> tuple[ActionItem, Ticket]:
    """Both sides after one round."""
    for effect in reconciled(item, ticket, project, READING):
        assert effect.planned_on == item
        item = effect.settled
        if isinstance(effect, UpdateTicket):
            ticket = written(ticket, effect.change, project)
        elif isinstance(effect, TransitionTicket):
            ticket = replace(ticket, category=Category.DONE, status="Done", resolution="Won't Do")
    return item, ticket


@settings(max_examples=250, deadline=None, derandomize=True)
@given(base=ours_terms, ours=ours_terms, theirs=ours_terms, project=st.sampled_from(PROJECTS))
def test_both_sides_agree_after_one_round_and_the_second_does_nothing(
    base: Terms, ours: Terms, theirs: Terms, project: ProjectRules
) -> None:
    item = replace(make_item(terms=base, filed="10001"), terms=ours)
    before = ticket_of(theirs, project)
    there = terms_of(before, item, project, RULES)
    settled, after = carried_out(item, before, project)
    for name in FIELDS:
        said, heard = getattr(ours, name), getattr(there, name)
        agreed, final = getattr(base, name), getattr(settled.terms, name)
        we, they = said != agreed, heard != agreed
        conflicts = [conflict for conflict in settled.conflicts if conflict.field is name]
        # The tracker's word is taken over, and ours is shown where it was set aside.
        if they:
            assert final == heard
            assert bool(conflicts) == (we and said != heard)
            assert (name in settled.cleared) == (heard is None)
        # Nobody contradicts us.
        else:
            assert final == said
            assert not conflicts
            has_field = name is not Field.DUE_ON or project.has_due_on
            if we and said is not None and has_field:
                assert getattr(terms_of(after, settled, project, RULES), name) == said
    assert reconciled(settled, after, project, READING) == ()


@settings(max_examples=250, deadline=None, derandomize=True)
@given(base=ours_terms, ours=ours_terms, theirs=ours_terms, attempted=ours_terms, project=st.sampled_from(PROJECTS))
def test_one_round_ends_the_doubt_about_an_edit_wherever_we_may_write(
    base: Terms, ours: Terms, theirs: Terms, attempted: Terms, project: ProjectRules
) -> None:
    item = replace(make_item(terms=base, filed="10001"), terms=ours, attempted=attempted)
    settled, after = carried_out(item, ticket_of(theirs, project), project)
    assert reconciled(settled, after, project, READING) == ()
    for name in FIELDS if settled.attempted else ():
        unsure = getattr(settled.attempted, name) != getattr(settled.base, name)
        ours_alone = getattr(settled.terms, name) is None or (name is Field.DUE_ON and not project.has_due_on)
        assert not unsure or ours_alone


@settings(max_examples=120, deadline=None, derandomize=True)
@given(base=ours_terms, ours=ours_terms, theirs=ours_terms, project=st.sampled_from(PROJECTS))
def test_only_what_we_alone_changed_is_ever_written(
    base: Terms, ours: Terms, theirs: Terms, project: ProjectRules
) -> None:
    item = replace(make_item(terms=base, filed="10001"), terms=ours)
    ticket = ticket_of(theirs, project)
    there = terms_of(ticket, item, project, RULES)
    for effect in reconciled(item, ticket, project, READING):
        if isinstance(effect, UpdateTicket):
            for name, value in effect.change.fields.items():
                assert value is not None
                assert getattr(ours, name) != getattr(base, name)
                assert getattr(there, name) == getattr(base, name)
        else:
            assert isinstance(effect, RecordStatus)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(steps=st.lists(st.sampled_from(("done", "won't do", "reopen", "drop", "look")), max_size=8))
def test_a_status_follows_the_tracker_and_only_a_drop_of_ours_goes_there(steps: list[str]) -> None:
    project = PROJECTS[0]
    item = make_item(filed="10001", base_status=ItemStatus.OPEN)
    ticket = ticket_of(item.terms, project)
    for step in steps:
        match step:
            case "done" | "won't do":
                resolution = "Done" if step == "done" else "Won't Do"
                ticket = replace(ticket, category=Category.DONE, status="Done", resolution=resolution)
            case "reopen":
                ticket = replace(ticket, category=Category.STARTED, status="In Progress", resolution=None)
            case "drop" if item.open:
                item = replace(item, status=ItemStatus.DROPPED, status_because="not worth it")
        dropped = item.status is ItemStatus.DROPPED
        effects = reconciled(item, ticket, project, READING)
        moved = any(isinstance(effect, TransitionTicket) for effect in effects)
        assert not moved or (dropped and ticket.category is not Category.DONE)
        item, ticket = carried_out(item, ticket, project)
        assert item.open == (ticket.category is not Category.DONE)
        assert reconciled(item, ticket, project, READING) == ()
