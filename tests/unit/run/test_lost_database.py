"""After a lost database the tickets are found again, and none is filed twice."""

from __future__ import annotations

from pathlib import Path

from callsheet.connect.errors import AuthRefused, Transient
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
