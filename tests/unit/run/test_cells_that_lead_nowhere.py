"""What people type into a filed row and can't be had: the ticket, the document, the sheet and the reminders agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callsheet.model.action_item import OwnerReason
from callsheet.model.incident import Incident
from callsheet.model.ticket import Category
from callsheet.run.explaining import explain
from callsheet.run.rehearsal import rehearse
from callsheet.testing.builders import make_person
from tests.unit.run.world import World

MARCUS = "acc-marcus.hill"
STAYS = "the project does not let tickets be given to them; it stays with Ana Ferreira"


def refused_owner(world: World, action: str = "ACTION: Add an alert @ana.ferreira due 2026-11-04") -> Incident:
    """Ana's ticket; its Owner cell now names Marcus, whom the project does not allow."""
    incident = world.filed(action)
    world.tracker.not_assignable.add(MARCUS)
    world.type_cell(incident.id, "Add an alert", "Owner", "Marcus Hill")
    return incident


def owner_id(world: World) -> str | None:
    owner = world.ticket().owner
    return owner.id if owner else None


def test_an_owner_whom_the_project_refuses_leaves_the_ticket_with_its_assignee(world: World) -> None:
    incident = refused_owner(world)
    world.once()
    item, document = world.item(), world.publisher.text(incident.id)
    assert item.owner is not None
    assert (owner_id(world), item.owner.name, item.terms.owner) == ("acc-ana.ferreira", "Ana Ferreira", owner_id(world))
    assert f"“Marcus Hill”: {STAYS}" in document
    assert "it went to" not in document
    (note,) = [note for note in world.source.seen(incident.id) if "Kept up" in note.text]
    assert "Ana Ferreira" in note.text
    assert "Grace Okafor" not in note.text


def test_it_is_told_in_status_until_somebody_else_is_named(world: World) -> None:
    incident = refused_owner(world)
    world.once()
    with world.store() as store:
        ((_, place, error),) = store.quarantined()
    assert (place, STAYS in error) == (f"{world.item().key} owner", True)
    world.type_cell(incident.id, "Add an alert", "Owner", "Grace Okafor")
    world.settled()
    with world.store() as store:
        assert store.quarantined() == ()
    assert owner_id(world) == "acc-grace.okafor"


def test_explain_tells_whose_it_is_and_which_words_led_nowhere(world: World) -> None:
    refused_owner(world)
    world.once()
    with world.store() as store:
        found = explain(store, world.rules, world.ticket().key, world.clock.now())
    assert found
    told = "\n".join(found.stands)
    assert "owner Ana Ferreira (set in the tracker);" in told
    assert f"Owner “Marcus Hill”: {STAYS}" in told


def test_the_reminder_goes_to_who_has_the_ticket(world: World) -> None:
    refused_owner(world)
    world.once()
    world.wait(days=3)
    world.once()
    assert [message.digest.to.name for message in world.notifier.inbox] == ["Ana Ferreira"]


def test_an_owner_without_an_account_leaves_it_too(world: World) -> None:
    incident = world.filed()
    world.source.people = (*world.source.people, make_person("Eve Novak"))
    world.wait(days=1, minutes=5)
    world.once()
    world.type_cell(incident.id, "Add an alert", "Owner", "Eve Novak")
    world.once()
    assert owner_id(world) == "acc-ana.ferreira"
    assert "“Eve Novak”: no account in the tracker; it stays with Ana Ferreira" in world.publisher.text(incident.id)


def test_what_was_told_wrong_before_is_put_right(world: World) -> None:
    incident = refused_owner(world)
    world.once()
    item = world.item()
    assert item.owner is not None
    astray = replace(
        item,
        owner=replace(item.owner, name="Grace Okafor", email="grace.okafor@example.com", account="acc-grace.okafor"),
        owner_reason=OwnerReason.FALLBACK_NOT_ASSIGNABLE,
        terms=replace(item.terms, owner=None),
        unread={},
    )
    with world.store() as store:
        store.save_items([astray])
        store.mark([incident.id])
    world.once()
    found = world.item()
    assert found.owner is not None
    assert (found.owner.name, found.terms) == ("Ana Ferreira", item.terms)
    assert STAYS in world.publisher.text(incident.id)


def test_a_comment_that_names_somebody_refused_leaves_it_and_is_answered(world: World) -> None:
    incident = world.filed()
    world.tracker.not_assignable.add(MARCUS)
    ana = world.tracker.accounts["acc-ana.ferreira"]
    world.tracker.remark(world.ticket().id, "callsheet: owner @marcus.hill", by=ana)
    world.once()
    assert owner_id(world) == "acc-ana.ferreira"
    assert len([comment for comment in world.ticket().comments if comment.ours]) == 1
    assert STAYS not in world.publisher.text(incident.id)
    world.wait(minutes=5)
    world.tracker.remark(world.ticket().id, "callsheet: owner @grace.okafor", by=ana)
    world.once()
    assert owner_id(world) == "acc-grace.okafor"
    with world.store() as store:
        assert store.quarantined() == ()
    assert len([comment for comment in world.ticket().comments if comment.ours]) == 1


# A look that is needed no longer.


def unread_row(world: World) -> Incident:
    """A row of its own, filed; somebody typed an owner into it whom nobody knows."""
    incident = world.filed()
    world.type_row(incident.id, "Write the runbook", Owner="Ana Ferreira", Due="2026-11-20")
    world.settled()
    world.type_cell(incident.id, "Write the runbook", "Owner", "Bob Nobody")
    world.once()
    with world.store() as store:
        assert len(store.quarantined()) == 1
    return incident


def test_words_that_led_nowhere_are_forgotten_with_their_row_and_come_back_with_it(world: World) -> None:
    incident = unread_row(world)
    before = world.publisher.text(incident.id)
    world.cut_row(incident.id, "Write the runbook")
    world.once()
    with world.store() as store:
        assert store.quarantined() == ()
    assert "Bob Nobody" not in world.publisher.text(incident.id)
    world.publisher.edit(incident.id, before)
    world.once()
    with world.store() as store:
        assert len(store.quarantined()) == 1


def test_a_closed_ticket_ends_every_question_about_a_deleted_row(world: World) -> None:
    incident = unread_row(world)
    for action in ("Write the runbook", "Add an alert"):
        world.cut_row(incident.id, action)
    world.once()
    with world.store() as store:
        assert [what for what, _, _ in store.quarantined()] == ["a deleted row"]
    for ticket in world.tracker.tickets:
        world.tracker.move_to(ticket.id, Category.DONE)
    world.wait(minutes=5)
    world.settled()
    with world.store() as store:
        assert store.quarantined() == ()


def test_words_that_led_nowhere_are_forgotten_when_the_tracker_says_otherwise(world: World) -> None:
    incident = unread_row(world)
    world.tracker.edit(world.ticket("Write the runbook").id, owner=world.tracker.accounts[MARCUS])
    world.wait(minutes=5)
    world.settled()
    assert world.row(incident.id, "Write the runbook").owner == "Marcus Hill"
    with world.store() as store:
        assert store.quarantined() == ()


# An emptied cell.


@pytest.mark.parametrize(
    ("column", "stays"), [("Owner", "with Ana Ferreira"), ("Due", "2026-11-20"), ("Priority", "P1")]
)
def test_an_emptied_cell_is_filled_again_and_says_so(world: World, column: str, stays: str) -> None:
    incident = world.filed()
    before = world.ticket()
    words = world.row(incident.id, "Add an alert").cell(column)
    world.type_cell(incident.id, "Add an alert", column, "")
    world.settled()
    said = f"{column} was emptied here; it stays {stays}; write another, or clear it in the tracker"
    assert world.row(incident.id, "Add an alert").cell(column) == words
    assert said in world.publisher.text(incident.id)
    assert world.ticket() == before
    other = {"Owner": "Marcus Hill", "Due": "2026-11-27", "Priority": "P2"}[column]
    world.type_cell(incident.id, "Add an alert", column, other)
    world.settled()
    assert "was emptied" not in world.publisher.text(incident.id)


def test_an_emptied_cell_is_answered_by_clearing_the_field_in_the_tracker(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Owner", "")
    world.settled()
    assert "Owner was emptied" in world.publisher.text(incident.id)
    world.tracker.edit(world.ticket().id, owner=None)
    world.wait(minutes=5)
    world.settled()
    document = world.publisher.text(incident.id)
    assert "was emptied" not in document
    assert "cleared in the tracker: owner" in document


# The plan of a row that waits for its key.


def test_the_plan_shows_the_ticket_of_a_row_that_was_just_typed(world: World) -> None:
    incident = world.filed()
    world.story("ACTION: Call the vendor @marcus.hill due 2026-11-27")
    world.type_row(incident.id, "Write the runbook", Owner="Marcus Hill", Due="2026-11-24")
    with world.app() as app:
        told = rehearse(app, app.memory.copy_to)
    filed = [change.after for change in told.changes if change.effect == "FileTicket"]
    assert {(each["title"], each["owner"], each["due_on"]) for each in filed} == {
        ("Write the runbook", "Marcus Hill", "2026-11-24"),
        # Of the post-mortem that would open.
        ("Call the vendor", "Marcus Hill", "2026-11-27"),
    }
    document = next(change for change in told.changes if change.effect == "Publish")
    assert any("Write the runbook" in line for line in document.diff)
    assert [change.key for change in told.changes] == [effect.key for effect in told.plan.effects]
    assert len({change.key for change in told.changes}) == len(told.changes)
    assert [ticket.title for ticket in world.tracker.tickets] == ["Add an alert"]
    world.settled()
    assert {ticket.title for ticket in world.tracker.tickets} >= {"Add an alert", "Write the runbook"}
