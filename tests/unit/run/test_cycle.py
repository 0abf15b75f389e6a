"""A cycle ends settled, and a second one over an unchanged world does nothing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from callsheet.connect.errors import NotFound, RateLimited, Rejected, Transient
from callsheet.model.action_item import ItemStatus, OwnerReason
from callsheet.model.ticket import Category
from callsheet.plan.policy import Mode
from callsheet.run.app import Ask
from callsheet.run.cycle import ROUNDS
from tests.unit.run.world import ACTION, World


def boring(world: World) -> None:
    """The next cycle asks two questions and writes nothing."""
    written, asked = world.written, world.asked
    report = world.settled()
    assert (report.rounds, world.written - written, world.asked - asked) == (0, 0, 2)
    assert not report.counts


def test_a_noted_action_becomes_a_ticket_with_owner_date_and_priority(world: World) -> None:
    incident = world.story(ACTION)
    report = world.settled()
    ticket, item = world.ticket(), world.item()
    assert (ticket.owner and ticket.owner.name, ticket.due_on, ticket.priority) == (
        "Ana Ferreira",
        date(2026, 11, 20),
        "Highest",
    )
    assert (item.ticket_id, item.owner_reason) == (ticket.id, OwnerReason.LOCAL_PART)
    assert world.row(incident.id, "Add an alert").ticket == ticket.key
    assert ticket.key in world.source.notes(incident.id)[-1].text
    assert report.counts["ticket.filed"] == report.counts["note.posted"] == report.counts["postmortem.opened"] == 1
    assert report.rounds <= ROUNDS
    boring(world)


def test_the_second_cycle_is_boring_already_right_after_our_own_writes(world: World) -> None:
    world.story(ACTION, "TODO: Raise the limit @marcus.hill")
    world.settled()
    boring(world)
    world.wait(minutes=1)
    boring(world)
    world.wait(hours=2)
    boring(world)


def test_the_world_is_boring_when_the_search_lags(world: World) -> None:
    world.tracker.lag = timedelta(minutes=2)
    incident = world.story(ACTION)
    world.settled()
    boring(world)
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-01")
    world.settled()
    for _ in range(4):
        boring(world)
        world.wait(minutes=1)
    assert world.item().terms.due_on == world.ticket().due_on == date(2026, 12, 1)


def test_a_daily_sweep_writes_nothing_either(world: World) -> None:
    world.filed()
    # The hour that the document proposes for the review passes first, which the document tells.
    world.wait(hours=25)
    world.settled()
    written = world.written
    world.wait(hours=25)
    assert world.settled().rounds <= 1
    assert world.written == written
    boring(world)


# What people change after filing.


def test_a_closed_ticket_closes_its_item(world: World) -> None:
    incident = world.filed()
    world.tracker.move_to(world.ticket().id, Category.DONE)
    report = world.settled()
    assert world.item().status is ItemStatus.DONE
    assert report.counts["status.recorded"] == 1
    assert world.row(incident.id, "Add an alert").status == "done"
    assert "1 of 1 done" in world.source.notes(incident.id)[-1].text
    boring(world)


def test_a_reopened_ticket_reopens_its_item(world: World) -> None:
    world.filed()
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.settled()
    world.wait(minutes=5)
    world.tracker.move_to(world.ticket().id, Category.STARTED)
    world.settled()
    assert world.item().status is ItemStatus.OPEN
    boring(world)


def test_a_date_typed_into_the_document_is_written_to_the_tracker_once(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-01")
    report = world.settled()
    assert world.ticket().due_on == world.item().terms.due_on == date(2026, 12, 1)
    assert report.counts["ticket.updated"] == 1
    assert report.counts["status.recorded"] == 0
    assert world.item().conflicts == ()
    boring(world)


def test_an_owner_typed_into_the_document_is_written_to_the_tracker(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Owner", "Marcus Hill")
    world.settled()
    owner = world.ticket().owner
    assert owner is not None
    assert owner.name == "Marcus Hill"
    boring(world)


def test_a_priority_typed_into_the_document_is_written_even_days_later(world: World) -> None:
    incident = world.filed()
    world.wait(days=3)
    world.settled()
    world.type_cell(incident.id, "Add an alert", "Priority", "P3")
    world.settled()
    assert world.ticket().priority == "Medium"
    boring(world)


def test_a_dropped_item_closes_its_ticket_and_stays_dropped(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Status", "dropped: we retire the service")
    report = world.settled()
    ticket, item = world.ticket(), world.item()
    assert (ticket.category, ticket.resolution) == (Category.DONE, "Won't Do")
    assert (item.status, item.status_because) == (ItemStatus.DROPPED, "we retire the service")
    assert report.counts["ticket.transitioned"] == 1
    boring(world)
    world.wait(days=2)
    world.settled()
    assert world.item().status is ItemStatus.DROPPED


def test_when_both_sides_change_a_date_the_tracker_wins_and_people_see_it(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-01")
    world.tracker.edit(world.ticket().id, due_on=date(2026, 12, 24))
    world.settled()
    item = world.item()
    assert world.ticket().due_on == item.terms.due_on == date(2026, 12, 24)
    assert [(c.field, c.ours, c.theirs) for c in item.conflicts] == [("due_on", "2026-12-01", "2026-12-24")]
    assert "set aside" in world.publisher.text(incident.id)
    boring(world)


def test_what_was_cleared_in_the_tracker_stays_cleared(world: World) -> None:
    world.filed()
    world.tracker.edit(world.ticket().id, due_on=None, owner=None)
    world.settled()
    item = world.item()
    assert (item.terms.due_on, item.owner, item.owner_reason) == (None, None, OwnerReason.UNASSIGNED)
    world.wait(days=2)
    world.settled()
    assert (world.ticket().due_on, world.ticket().owner) == (None, None)
    boring(world)


def test_a_row_that_somebody_adds_gets_its_key_into_the_document_and_then_its_ticket(world: World) -> None:
    incident = world.filed()
    world.type_row(incident.id, "Raise the pool limit", Owner="Marcus Hill")
    world.settled()
    row = world.row(incident.id, "Raise the pool limit")
    assert row.key == world.item("Raise the pool limit").key
    assert row.ticket == world.ticket("Raise the pool limit").key
    boring(world)


def test_a_deleted_note_leaves_its_ticket_alone_and_asks(world: World) -> None:
    incident = world.filed()
    written = world.source.notes(incident.id)[0]
    world.source.unsay(incident.id, written.id)
    world.wait(days=1)
    world.settled()
    assert world.item().source_gone
    assert world.ticket().category is Category.NEW
    assert "was deleted" in world.publisher.text(incident.id)


def test_our_own_note_stays_away_when_a_person_deleted_it(world: World) -> None:
    incident = world.filed()
    ours = world.source.notes(incident.id)[-1]
    world.source.unsay(incident.id, ours.id)
    for day in (3, 4, 5):
        world.tracker.edit(world.ticket().id, due_on=date(2026, 12, day))
        report = world.settled()
        assert report.counts["note.posted"] == report.counts["note.edited"] == 0
        world.wait(minutes=5)
    assert [note.text for note in world.source.notes(incident.id)] == [ACTION]


def test_a_hand_made_ticket_with_our_label_is_adopted_not_duplicated(world: World) -> None:
    incident = world.filed()
    made = world.tracker.make(title=f"Call the vendor (#{incident.number})", labels=("callsheet",))
    report = world.settled()
    assert report.counts["ticket.adopted"] == 1
    assert len(world.tracker.tickets) == 2
    assert world.row(incident.id, made.title).ticket == made.key
    boring(world)


# Faults.


def test_a_create_whose_answer_is_lost_is_found_and_adopted(world: World) -> None:
    world.story(ACTION)
    world.tracker.lag = timedelta(minutes=2)
    world.tracker.faults.lose_reply("create")
    report = world.once()
    assert report.unknown == 1
    world.wait(minutes=3)
    world.settled()
    assert world.item().ticket_id == world.ticket().id
    with world.store() as store:
        assert store.intents("sending") == ()
    boring(world)


def test_a_late_duplicate_is_linked_and_reported_and_never_deleted(world: World) -> None:
    world.filed()
    kept = world.ticket()
    late = world.tracker.make(title="Add an alert", labels=tuple(kept.labels))
    report = world.settled()
    assert report.counts["ticket.linked"] == 1
    assert world.tracker.links == {(late.id, kept.id)}
    assert any(kept.key in comment.text for comment in world.tracker.comments(late.id))
    assert len(world.tracker.tickets) == 2
    boring(world)


def test_a_failing_effect_never_ends_the_cycle(world: World) -> None:
    world.story(ACTION, "TODO: Raise the limit @marcus.hill")
    world.tracker.faults.fail("create", lambda: Rejected("the title is too long", fields={"title": "too long"}))
    report = world.once()
    assert (report.counts["ticket.filed"], report.exit_code) == (1, 1)
    assert [(failure.effect, failure.error) for failure in report.failed] == [("FileTicket", "the title is too long")]
    world.wait(hours=2)
    assert world.settled().counts["ticket.filed"] == 1


@pytest.mark.parametrize("call", ["dossier", "account", "assignable", "rules"])
def test_a_look_up_that_fails_once_is_made_up_for_in_the_next_cycle(world: World, call: str) -> None:
    world.story(ACTION)
    twin = world.source if call == "dossier" else world.tracker
    twin.faults.fail(call, lambda: Transient("the network is down", sent=True))
    assert world.once().exit_code == 1
    assert world.tracker.tickets == ()
    world.wait(minutes=1)
    assert world.settled().counts["ticket.filed"] == 1
    boring(world)


def test_a_side_that_asks_us_to_wait_is_no_failure(world: World) -> None:
    world.story(ACTION)
    world.tracker.faults.fail("create", lambda: RateLimited("slow down", retry_after=90))
    report = world.once()
    assert (report.exit_code, report.failed) == (0, [])
    world.wait(minutes=1)
    assert world.once().counts["ticket.filed"] == 0
    world.wait(minutes=1)
    assert world.settled().counts["ticket.filed"] == 1


def test_a_document_edited_between_reading_and_writing_is_merged_in_the_next_cycle(world: World) -> None:
    incident = world.filed()
    world.tracker.move_to(world.ticket().id, Category.DONE)
    publisher, words = world.publisher, "A person's words."

    class Late(type(publisher)):
        """The twin, with somebody who types at the wrong moment."""

        def publish(self, incident_id: str, name: str, text: str, expected: str | None) -> str:
            if words not in self.text(incident_id):
                self.edit(incident_id, f"{self.text(incident_id)}\n{words}\n")
            return super().publish(incident_id, name, text, expected)

    report = world.once(publishers={"files": Late(publisher.shelf)})
    assert [failure.effect for failure in report.failed] == ["Publish"]
    world.settled()
    assert words in publisher.text(incident.id)
    assert world.row(incident.id, "Add an alert").status == "done"


def test_an_unreadable_tracker_lets_the_documents_go_on_and_files_nothing(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    incident = world.story(ACTION)
    world.tracker.faults.fail("changes", lambda: Transient("down", sent=True))
    report = world.once()
    assert report.exit_code == 1
    assert set(report.unreachable) == {"tracker"}
    assert world.tracker.tickets == ()
    assert world.publisher.text(incident.id)
    world.wait(minutes=1)
    assert world.settled().counts["ticket.filed"] == 1


# Modes.


@pytest.mark.parametrize(
    ("mode", "tickets", "documents", "notes"),
    [(Mode.FULL, 1, 1, 2), (Mode.FILE_TICKETS, 1, 1, 1), (Mode.SHADOW, 0, 1, 1)],
)
def test_a_mode_lets_out_what_it_says(tmp_path: Path, mode: Mode, tickets: int, documents: int, notes: int) -> None:
    world = World(tmp_path, mode=mode).born()
    incident = world.story(ACTION)
    world.settled()
    assert len(world.tracker.tickets) == tickets
    assert bool(world.publisher.text(incident.id)) == bool(documents)
    assert len(world.source.notes(incident.id)) == notes
    assert world.settled().counts == {}


def test_backfilled_incidents_get_documents_and_file_nothing_until_asked(tmp_path: Path) -> None:
    world = World(tmp_path)
    incident = world.story(ACTION)
    world.wait(days=1)
    world.settled()
    assert world.publisher.text(incident.id)
    assert world.row(incident.id, "Add an alert").status == "not filed"
    assert world.tracker.tickets == ()
    world.source.say(incident.id, "ACTION: Raise the limit @marcus.hill")
    world.settled()
    assert [ticket.title for ticket in world.tracker.tickets] == ["Raise the limit"]
    world.once(Ask(file_backfill=True))
    assert {ticket.title for ticket in world.tracker.tickets} == {"Raise the limit", "Add an alert"}


def test_a_ticket_deleted_by_hand_is_not_made_again_by_itself(world: World) -> None:
    world.filed(f"{ACTION}\nACTION: Raise the limit")
    world.tracker.delete(world.ticket().id)
    world.wait(hours=25)
    world.settled()
    assert [ticket.title for ticket in world.tracker.tickets] == ["Raise the limit"]
    with pytest.raises(NotFound):
        world.tracker.comments(str(world.item().ticket_id))
