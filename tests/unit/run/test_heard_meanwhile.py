"""What happens between a write and what is known of it: wishes, refusals, slow rounds, losses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from callsheet.connect.errors import RateLimited, Rejected, Transient
from callsheet.model.effect import LinkDuplicate, Reason
from callsheet.model.ledger import Outcome
from callsheet.model.ticket import Category, TicketChange
from callsheet.run import tickets
from callsheet.run.intents import Sent
from callsheet.run.stopping import never
from callsheet.testing.twins import MemoryTracker
from tests.unit.run.world import ACTION, PLAIN_RULES, World

SECOND = "TODO: Raise the limit @marcus.hill due 2026-11-20"
DROPPED = "dropped because it is not worth it"


def lost_create(world: World) -> str:
    """A create that arrived, and nobody heard so; the incident's id."""
    world.tracker.faults.lose_reply("create")
    incident = world.story(ACTION)
    assert world.once().unknown == 1
    return incident.id


def test_what_is_asked_for_before_a_lost_create_is_found_reaches_its_ticket(world: World) -> None:
    incident = lost_create(world)
    world.type_cell(incident, "Add an alert", "Due", "2026-12-15")
    world.settled()
    assert world.ticket().due_on == date(2026, 12, 15)
    assert world.rows(incident)[0].due == "2026-12-15"


def test_what_people_set_on_the_ticket_before_a_lost_create_is_found_wins(world: World) -> None:
    incident = lost_create(world)
    world.type_cell(incident, "Add an alert", "Due", "2026-12-15")
    world.wait(minutes=1)
    world.tracker.edit(world.ticket().id, due_on=date(2027, 1, 5))
    world.settled()
    assert world.ticket().due_on == date(2027, 1, 5)


def test_who_touches_the_ticket_of_a_lost_create_overrules_only_the_field_that_they_set(world: World) -> None:
    incident = lost_create(world)
    world.type_cell(incident, "Add an alert", "Owner", "Marcus Hill")
    world.wait(minutes=1)
    world.tracker.edit(world.ticket().id, due_on=date(2027, 1, 5))
    world.settled()
    owner, row = world.ticket().owner, world.row(incident, "Add an alert")
    assert (owner.name if owner else None, world.ticket().due_on) == ("Marcus Hill", date(2027, 1, 5))
    assert (row.owner, row.due) == ("Marcus Hill", "2027-01-05")


@pytest.mark.parametrize("touched", [False, True])
def test_a_name_that_nobody_has_takes_the_ticket_of_a_lost_create_from_no_one(world: World, *, touched: bool) -> None:
    incident = lost_create(world)
    world.type_cell(incident, "Add an alert", "Owner", "Nobody Known")
    world.wait(minutes=1)
    if touched:
        world.tracker.edit(world.ticket().id, due_on=date(2027, 1, 5))
    (malady,) = world.once().quarantined
    assert "Owner “Nobody Known”: nobody by that name; it stays with Ana Ferreira" in malady.error
    owner = world.ticket().owner
    assert owner
    assert owner.name == "Ana Ferreira"


@pytest.mark.parametrize("touched", [False, True])
def test_who_has_no_account_takes_the_ticket_of_a_lost_create_from_no_one(world: World, *, touched: bool) -> None:
    incident = lost_create(world)
    del world.tracker.accounts["acc-marcus.hill"]
    world.type_cell(incident, "Add an alert", "Owner", "Marcus Hill")
    world.wait(minutes=1)
    if touched:
        world.tracker.edit(world.ticket().id, due_on=date(2027, 1, 5))
    told = [malady.error for malady in world.once().quarantined]
    owner = world.ticket().owner
    assert owner
    assert owner.name == "Ana Ferreira"
    assert any("Owner “Marcus Hill”: no account in the tracker; it stays with Ana Ferreira" in each for each in told)


@pytest.mark.parametrize("owner", ["Ana Ferreira", "Nobody Known"])
@pytest.mark.parametrize("touched", [False, True])
def test_a_date_that_nobody_can_read_moves_no_ticket_of_a_lost_create(
    world: World, owner: str, *, touched: bool
) -> None:
    incident = lost_create(world)
    due_on = world.ticket().due_on
    world.type_cell(incident, "Add an alert", "Due", "rubbish")
    world.type_cell(incident, "Add an alert", "Owner", owner)
    world.wait(minutes=1)
    if touched:
        world.tracker.edit(world.ticket().id, priority="Low")
    told = [malady.error for malady in world.once().quarantined]
    world.settled()
    assert world.ticket().due_on == due_on == world.item().terms.due_on
    assert any(f"Due “rubbish” can't be read; it stays {due_on}" in each for each in told)


def test_who_is_named_for_a_lost_create_that_had_nobody_gets_its_ticket(tmp_path: Path) -> None:
    rules = replace(PLAIN_RULES, default_route=replace(PLAIN_RULES.default_route, fallback_owner=None))
    world = World(tmp_path, rules=rules).born()
    world.tracker.faults.lose_reply("create")
    incident = world.story("ACTION: Add an alert due 2026-11-20")
    assert world.once().unknown == 1
    world.type_cell(incident.id, "Add an alert", "Owner", "Marcus Hill")
    world.settled()
    owner = world.ticket().owner
    assert owner
    assert (owner.name, world.item().cleared) == ("Marcus Hill", ())


def test_a_refused_field_does_not_keep_a_dropped_item_open(world: World) -> None:
    incident = world.filed()
    world.tracker.faults.fail("update", lambda: Rejected("no such field"), times=9)
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    world.type_cell(incident.id, "Add an alert", "Status", DROPPED)
    report = world.once()
    assert [failure.effect for failure in report.failed] == ["UpdateTicket"]
    assert world.ticket().category is Category.DONE


def test_a_round_that_takes_long_looks_at_its_tickets_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = world.filed(ACTION, SECOND)
    first, second = world.tracker.tickets
    update = MemoryTracker.update
    for action in ("Add an alert", "Raise the limit"):
        world.type_cell(incident.id, action, "Due", "2026-12-15")

    def slowly(tracker: MemoryTracker, ticket_id: str, change: TicketChange) -> None:
        update(tracker, ticket_id, change)
        world.wait(minutes=2)
        (other,) = {first.id, second.id} - {ticket_id}
        if tracker.read([other]).found[0].due_on == date(2026, 11, 20):
            tracker.edit(other, due_on=date(2027, 1, 5))

    monkeypatch.setattr(MemoryTracker, "update", slowly)
    world.once()
    assert sorted(str(ticket.due_on) for ticket in world.tracker.tickets) == ["2026-12-15", "2027-01-05"]


def test_a_quick_round_looks_once(world: World) -> None:
    incident = world.filed(ACTION, SECOND)
    for action in ("Add an alert", "Raise the limit"):
        world.type_cell(incident.id, action, "Due", "2026-12-15")
    before = world.tracker.faults.calls["read"]
    world.settled()
    assert world.tracker.faults.calls["read"] == before + 1


def test_a_late_duplicate_of_a_dropped_item_is_linked_too(world: World) -> None:
    incident = world.filed()
    kept = world.ticket()
    world.type_cell(incident.id, "Add an alert", "Status", DROPPED)
    world.settled()
    late = world.tracker.make(title="Add an alert", labels=tuple(kept.labels))
    assert world.settled().counts["ticket.linked"] == 1
    assert world.tracker.links == {(late.id, kept.id)}


def duplicate(world: World) -> LinkDuplicate:
    world.filed()
    kept = world.ticket()
    late = world.tracker.make(title="Add an alert", labels=tuple(kept.labels))
    return LinkDuplicate(
        key=f"duplicate:{late.id}",
        reason=Reason.MARKER_FOUND,
        item_key=world.item().key,
        incident_id=world.item().incident_id,
        kept_id=kept.id,
        duplicate_id=late.id,
    )


def test_linking_a_duplicate_ends_between_its_steps_when_asked_to_stop(world: World) -> None:
    effect = duplicate(world)
    with world.app() as app:
        app.memory.save_tickets(world.tracker.tickets)
        with pytest.raises(RateLimited):
            tickets.link(effect, app, lambda: True)
        assert world.tracker.links == {(effect.duplicate_id, effect.kept_id)}
        assert world.tracker.comments(effect.duplicate_id) == ()
        tickets.link(effect, app, never).save()
    assert len(world.tracker.comments(effect.duplicate_id)) == 1


def test_a_fault_of_ours_beside_an_unknown_comment_on_a_duplicate_is_told_as_unknown(world: World) -> None:
    duplicate(world)
    world.tracker.faults.fail("comment", lambda: Transient("reset", sent=True))
    assert world.once().unknown == 1
    world.tracker.faults.fail("link_duplicate", lambda: RuntimeError("a fault of ours"))
    report = world.once()
    assert (report.unknown, report.failed) == (1, [])


def test_an_item_whose_ticket_was_found_by_another_process_is_not_parked(world: World) -> None:
    world.filed()
    with world.app() as app:
        free = replace(world.item(), ticket_id=None)
        app.memory.save_items([free])
        done = tickets._parked(free, Sent(outcome=Outcome.PARKED, conclude=lambda: False), app)
        done.save()
    assert world.item().hold is None


def test_after_a_lost_database_a_typed_status_is_heard_and_stays(world: World) -> None:
    incident = world.filed()
    world.lose_database()
    world.type_cell(incident.id, "Add an alert", "Status", DROPPED)
    world.settled()
    world.wait(days=40)
    world.settled()
    assert world.ticket().category is Category.DONE
    assert world.rows(incident.id)[0].status == DROPPED


def test_after_a_lost_database_words_within_a_line_of_our_note_stay(world: World) -> None:
    incident = world.filed()
    (ours,) = [note for note in world.source.seen(incident.id) if "Kept up" in note.text]
    theirs = ours.text.replace("\n- ", "\n- well done, ")
    world.source.edit_note(incident.id, ours.id, theirs)
    world.lose_database()
    world.settled()
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.wait(minutes=5)
    world.settled()
    assert theirs in [note.text for note in world.source.seen(incident.id)]
