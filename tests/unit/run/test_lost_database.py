"""After a lost database the tickets are found again, and none is filed twice."""

from __future__ import annotations

from pathlib import Path

from callsheet.connect.errors import AuthRefused, Transient
from callsheet.model.ticket import Category
from callsheet.run.app import Ask
from tests.unit.run.world import ACTION, World


def test_after_a_lost_database_tickets_are_adopted_and_none_is_filed_twice(world: World) -> None:
    incident = world.filed(f"{ACTION}\nACTION: Raise the limit @marcus.hill")
    world.tracker.make(title=f"Call the vendor (#{incident.number})", labels=("callsheet",))
    world.type_row(incident.id, "Write a runbook")
    world.settled()
    tickets = {ticket.id for ticket in world.tracker.tickets}
    assert len(tickets) == 4
    notes = len(world.source.notes(incident.id))
    world.lose_database()
    world.wait(hours=1)
    world.once()
    world.wait(minutes=5)
    world.once(Ask(file_backfill=True, force=True))
    assert {ticket.id for ticket in world.tracker.tickets} == tickets
    assert {item.ticket_id for item in world.items()} == tickets
    assert len(world.source.notes(incident.id)) == notes


def test_a_store_that_never_listed_the_tracker_files_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.tracker.faults.fail("changes", lambda: Transient("down", sent=True), times=2)
    world.once()
    world.wait(minutes=5)
    world.story(ACTION)
    world.once()
    assert world.tracker.tickets == ()


def test_a_lost_database_and_a_silent_tracker_swap_no_tickets(world: World) -> None:
    incident = world.story()
    note = world.source.say(incident.id, "ACTION: Second thing @ana.ferreira")
    world.wait(minutes=1)
    world.settled()
    world.wait(minutes=5)
    world.source.reword(incident.id, note, "ACTION: Brand new first @ana.ferreira\nACTION: Second thing @ana.ferreira")
    world.source.say(incident.id, "x")
    world.wait(minutes=5)
    world.settled()
    before = {item.spoken.title: item.ticket_id for item in world.items()}
    text = world.publisher.text(incident.id)
    world.lose_database()
    world.wait(minutes=10)
    world.tracker.faults.fail("changes", lambda: AuthRefused("expired"), times=1)
    world.once()
    assert world.items() == ()
    assert world.publisher.text(incident.id) == text
    for ask in (Ask(file_backfill=True, force=True), Ask()):
        world.wait(minutes=1)
        world.once(ask=ask)
    assert {item.spoken.title: item.ticket_id for item in world.items()} == before
    assert len(world.tracker.tickets) == 2


def test_after_a_lost_database_the_ticket_counts_and_a_cell_that_said_otherwise_is_told(world: World) -> None:
    incident = world.filed()
    world.type_row(incident.id, "Write a runbook", Owner="Ana Ferreira", Due="2026-11-20", Priority="P2")
    world.settled()
    world.lose_database()
    for column, words in {"Owner": "Marcus Hill", "Due": "2026-11-27", "Priority": "P3"}.items():
        world.type_cell(incident.id, "Write a runbook", column, words)
    world.wait(minutes=10)
    world.settled()
    row = next(row for row in world.rows(incident.id) if row.action == "Write a runbook")
    ticket = world.ticket("Write a runbook")
    assert (row.owner, row.due, row.priority) == ("Ana Ferreira", "2026-11-20", "P2")
    assert ticket.owner
    assert ticket.owner.name == "Ana Ferreira"
    text = world.publisher.text(incident.id) or ""
    assert "owner: “Marcus Hill” was set aside for “Ana Ferreira” from the tracker" in text
    assert "due date: “2026-11-27” was set aside for “2026-11-20” from the tracker" in text
    assert "priority: “P3” was set aside for “P2” from the tracker" in text


def test_after_a_lost_database_rows_that_say_what_their_tickets_say_are_told_nothing(world: World) -> None:
    incident = world.filed()
    world.type_row(incident.id, "Write a runbook")
    world.type_row(incident.id, "Ask the vendor", Owner="Nobody Known", Due="next friday")
    world.settled()
    before = {item.key: item.terms for item in world.items()}
    world.lose_database()
    world.wait(minutes=10)
    world.settled()
    assert {item.key: item.terms for item in world.items()} == before
    assert [item.conflicts for item in world.items()] == [(), (), ()]


def test_after_a_lost_database_our_own_word_for_dropped_closes_no_ticket(world: World) -> None:
    incident = world.filed()
    ticket = world.tracker.make(title="Call the vendor", text=f"#{incident.number}", labels=("callsheet",))
    world.wait(minutes=5)
    world.settled()
    world.tracker.move_to(ticket.id, Category.DONE, resolution="Won't Do")
    world.wait(minutes=5)
    world.settled()
    assert [row.status for row in world.rows(incident.id)] == ["open", "dropped"]
    world.lose_database()
    world.tracker.move_to(ticket.id, Category.NEW)
    world.wait(minutes=5)
    world.settled()
    assert world.ticket("Call the vendor").category is Category.NEW
    assert [row.status for row in world.rows(incident.id)] == ["open", "open"]


def test_who_filed_today_may_have_reminded_today_so_a_new_database_waits_a_day(world: World) -> None:
    world.filed(ACTION)
    world.wait(days=22, hours=3)
    assert world.once().counts["nudge.sent"] == 1
    world.lose_database()
    world.wait(minutes=10)
    report = world.once()
    assert (report.met_before, report.to_json()["met_before"]) == (1, 1)
    world.wait(hours=1)
    again = world.once()
    assert (report.counts["nudge.sent"], again.counts["nudge.sent"], again.met_before) == (0, 0, 0)
    world.wait(days=1)
    assert world.once().counts["nudge.sent"] == 1


def test_tickets_that_only_people_made_are_no_sign_of_another_database(world: World) -> None:
    incident = world.filed(ACTION)
    world.tracker.delete(world.ticket().id)
    world.tracker.make(title=f"Call the vendor (#{incident.number})", labels=("callsheet",))
    world.lose_database()
    assert world.once().met_before == 0
