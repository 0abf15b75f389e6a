"""What earlier versions got wrong, or nearly: each of these once lost, doubled or misreported something."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from callsheet.model.action_item import ItemStatus
from callsheet.model.effect import Reason
from callsheet.model.person import Account
from callsheet.model.ticket import Category, Choice, RequiredField
from callsheet.plan.policy import Mode
from callsheet.plan.rules import Route
from callsheet.run import asks
from callsheet.run.app import Ask
from callsheet.run.cycle import READ_AHEAD, run_cycle
from callsheet.run.plan_views import TO_COME
from callsheet.run.rehearsal import rehearse
from callsheet.testing.builders import make_account, make_rules
from callsheet.testing.twins import MemoryPublisher
from tests.unit.run.world import ACTION, PLAIN_RULES, World


def test_a_plan_has_the_tickets_of_post_mortems_that_would_open_and_leaves_all_as_it_was(world: World) -> None:
    opened = [world.story(f"ACTION: Add alert {number} @ana.ferreira") for number in range(READ_AHEAD + 2)]
    world.wait(minutes=1)
    with world.store() as store:
        found = rehearse(world.assembled(store), store.copy_to)
        assert store.every_postmortem() == ()
    kinds = Counter(change.effect for change in found.changes)
    assert kinds == {"OpenPostmortem": len(opened), "FileTicket": READ_AHEAD, "Publish": READ_AHEAD}
    items = [change.after["items"] for change in found.changes if change.effect == "OpenPostmortem"]
    assert items == [1] * READ_AHEAD + [TO_COME] * 2
    assert world.tracker.tickets == ()
    report = world.once()
    planned = {change.name for change in found.changes if change.effect == "FileTicket"}
    assert planned < {f"“{item.spoken.title}”" for item in world.items()}
    assert report.counts["ticket.filed"] == len(opened)


def test_a_project_that_is_not_there_is_told_before_anything_waits_for_it(world: World) -> None:
    world.rules = replace(PLAIN_RULES, routes=(Route(name="far", teams=("Nobody",), project="OPSX"),))
    for _ in range(2):
        report = world.once()
        (failure,) = report.failed
        assert (failure.key, failure.effect, report.exit_code) == ("OPSX", "FileTicket", 1)
        assert failure.error.startswith('the route "far": ')
    assert world.once(mode=Mode.SHADOW).failed == []


def test_a_project_that_is_there_is_asked_for_once(world: World) -> None:
    asked = world.tracker.faults.calls["rules"]
    for _ in range(3):
        assert world.once().failed == []
    assert world.tracker.faults.calls["rules"] == asked


def test_what_was_retried_is_there_because_a_person_asked(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.story(ACTION)
    world.wait(minutes=1)
    world.once(Ask(file_backfill=True))
    world.tracker.delete(world.ticket().id)
    world.wait(days=1, minutes=1)
    world.once()
    with world.store() as store:
        asks.retry(store, world.item().key, world.clock.now())
    world.once()
    with world.store() as store:
        lines = [line for line in store.ledger(world.item().key) if line.event == "ticket.filed"]
    assert [line.reason for line in lines] == [Reason.HELD_ITEM_RELEASED, Reason.ASKED_FOR]


def test_a_duplicate_that_turns_up_much_later_is_noticed(world: World) -> None:
    world.filed()
    world.settled()
    world.wait(hours=3)
    kept = world.ticket()
    late = world.tracker.make(title="Add an alert", labels=tuple(kept.labels))
    world.settled()
    assert world.tracker.links == {(late.id, kept.id)}


def test_a_new_date_in_the_document_starts_the_ladder_anew(world: World) -> None:
    incident = world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-06")
    world.type_cell(incident.id, "Add an alert", "Due", "2026-11-20")
    world.settled()
    world.wait(days=4)
    world.settled()
    assert world.notifier.inbox == []
    world.wait(days=14)
    world.settled()
    (message,) = world.notifier.inbox
    assert "due today" in message.body


def test_an_earlier_date_in_the_document_is_nudged_on_its_own_day(world: World) -> None:
    incident = world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-20")
    world.type_cell(incident.id, "Add an alert", "Due", "2026-11-06")
    world.settled()
    world.wait(days=4)
    world.settled()
    assert len(world.notifier.inbox) == 1


def test_a_priority_that_the_tracker_merges_with_another_stays_ours(world: World) -> None:
    world.tracker.projects["OPS"] = make_rules(
        priorities=tuple(Choice(id=str(n), name=name) for n, name in enumerate(("High", "Medium", "Low"), start=1))
    )
    world.filed("ACTION: Add an alert @ana.ferreira P5")
    assert world.settled().counts["status.recorded"] == 0
    assert world.item().terms.priority == "P5"
    assert world.ticket().priority == "Low"


def test_a_date_that_the_project_has_no_field_for_is_kept_and_changed_on_our_side(world: World) -> None:
    world.tracker.projects["OPS"] = make_rules(has_due_on=False)
    incident = world.filed()
    assert world.ticket().due_on is None
    assert "Due on 2026-11-20" in world.ticket().text
    world.wait(days=2)
    world.tracker.edit(world.ticket().id, title="Add a better alert")
    world.settled()
    assert world.item().terms.due_on == date(2026, 11, 20)
    world.wait(minutes=5)
    world.type_cell(incident.id, "Add an alert", "Due", "2026-11-10")
    assert world.settled().counts["ticket.updated"] == 0
    assert world.item().terms.due_on == date(2026, 11, 10)
    world.wait(days=6)
    world.settled()
    assert len(world.notifier.inbox) == 1


def test_a_row_added_in_one_document_is_not_taken_for_rewritten_by_another(world: World) -> None:
    other = MemoryPublisher()
    incident = world.story(ACTION)
    with world.app() as app:
        house = replace(app.house, publishers=("files", "wiki"))
    both = {"publishers": {"files": world.publisher, "wiki": other}, "house": house}
    world.settled(**both)
    world.wait(minutes=5)
    world.type_row(incident.id, "Raise the limit")
    world.settled(**both)
    assert world.item("Raise the limit").status is ItemStatus.OPEN
    assert world.ticket("Raise the limit")
    assert "Raise the limit" in other.text(incident.id)


class Crash(BaseException):
    """The process dies."""


def test_a_row_survives_a_crash_between_writing_the_document_and_remembering_it(world: World) -> None:
    incident = world.filed()
    world.type_row(incident.id, "Raise the limit")
    world.publisher.faults.fail("publish", Crash, applied=True)
    with pytest.raises(Crash):
        world.once()
    assert world.row(incident.id, "Raise the limit").key
    world.wait(minutes=1)
    world.settled()
    item = world.item("Raise the limit")
    assert (item.status, item.ticket_id) == (ItemStatus.OPEN, world.ticket("Raise the limit").id)


def test_a_note_that_was_posted_before_a_crash_is_brought_up_to_date(world: World) -> None:
    incident = world.story(ACTION)
    world.source.faults.fail("post_note", Crash, applied=True)
    with pytest.raises(Crash):
        world.once()
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.wait(minutes=10)
    world.settled()
    ours = [note.text for note in world.source.notes(incident.id) if "Callsheet" in note.text]
    assert len(ours) == 1
    assert "1 of 1 done" in ours[0]


def test_tickets_deleted_long_ago_do_not_count_as_vanished_today(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, filings_a_cycle=100)).born()
    world.filed("\n".join(f"ACTION: Do thing number {number} of many" for number in range(30)))
    tickets = world.tracker.tickets
    for ticket in tickets[:8]:
        world.tracker.delete(ticket.id)
    world.wait(hours=25)
    world.settled()
    for ticket in tickets[8:10]:
        world.tracker.delete(ticket.id)
    world.wait(hours=25)
    assert world.settled().refused == []


def test_somebody_with_a_hidden_address_gets_one_digest_for_all_their_items(world: World) -> None:
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-06\nACTION: Raise the limit due 2026-11-06")
    hidden: Account = replace(make_account("Ana Ferreira"), email=None)
    world.tracker.edit(world.ticket("Raise the limit").id, owner=hidden)
    world.settled()
    world.wait(days=4)
    world.settled()
    (message,) = world.notifier.inbox
    assert len(message.digest.lines) == 2
    assert world.tracker.comments(world.ticket().id) == ()


def test_standing_refusals_stay_visible_until_they_no_longer_hold(world: World) -> None:
    world.filed("\n".join(f"ACTION: Do the {word} thing" for word in ("first", "second", "third")))
    world.tracker.hidden.add("OPS")
    world.wait(hours=25)
    assert world.once().exit_code == 3
    world.wait(minutes=1)
    assert [refusal.id for refusal in world.once().refused] == ["tickets-vanished"]
    world.tracker.hidden.clear()
    world.wait(hours=25)
    assert world.settled().refused == []


def test_merging_an_incident_away_tells_its_notes_in_the_one_that_took_it_over(world: World) -> None:
    lesser = world.source.happen(resolved_at=None)
    world.source.say(lesser.id, "TODO: Raise the limit @marcus.hill")
    target = world.story(ACTION)
    world.source.merge(lesser.id, target.id)
    world.wait(minutes=1)
    world.settled()
    assert {ticket.title for ticket in world.tracker.tickets} == {"Add an alert", "Raise the limit"}
    assert {item.incident_id for item in world.items()} == {target.id}
    world.wait(minutes=1)
    assert world.settled().rounds == 0


def test_a_waived_incident_files_nothing_more_and_keeps_following_what_is_filed(world: World) -> None:
    incident = world.filed()
    with world.store() as store:
        opened = store.postmortems([incident.id])[incident.id]
        store.save_postmortem(replace(opened, waived_because="it was a drill"))
        store.mark([incident.id])
    world.source.say(incident.id, "TODO: Raise the limit")
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.settled()
    assert len(world.tracker.tickets) == 1
    assert world.item().status is ItemStatus.DONE


def test_an_account_that_nobody_has_goes_to_the_fallback_and_says_so(world: World) -> None:
    del world.tracker.accounts["acc-ana.ferreira"]
    incident = world.filed()
    ticket = world.ticket()
    assert ticket.owner is not None
    assert ticket.owner.name == "Grace Okafor"
    assert "no account in the tracker" in ticket.text
    assert "ana.ferreira" in world.row(incident.id, "Add an alert").owner


def test_somebody_who_may_not_be_assigned_leaves_the_ticket_open_and_the_fallback_is_nudged(world: World) -> None:
    world.tracker.not_assignable.add("acc-ana.ferreira")
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-06")
    assert world.ticket().owner is None
    world.wait(days=4)
    world.settled()
    (message,) = world.notifier.inbox
    assert message.digest.to.email == "grace.okafor@example.com"
    assert "does not let tickets be given" in message.body


def test_required_fields_block_with_the_policy_line_and_file_once_they_are_there(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    risk = RequiredField(id="customfield_1", name="Risk", kind="choice", allowed=(Choice(id="1", name="Low"),))
    world.tracker.projects["OPS"] = make_rules(required=(risk,))
    world.story(ACTION)
    report = world.once()
    (failure,) = report.failed
    assert 'customfield_1 = { value = "Low" }' in failure.error
    assert world.tracker.faults.calls["create"] == 0
    world.wait(minutes=1)
    route = replace(PLAIN_RULES.default_route, fields={"customfield_1": {"value": "Low"}})
    world.rules = replace(PLAIN_RULES, default_route=route)
    assert world.settled().counts["ticket.filed"] == 1


def test_a_cycle_that_is_asked_to_stop_begins_nothing_new_and_the_next_one_goes_on(world: World) -> None:
    world.story("ACTION: Add an alert\nACTION: Raise the limit")
    with world.app() as app:
        run_cycle(app, stopping=lambda: bool(world.tracker.tickets))
    assert len(world.tracker.tickets) == 1
    world.wait(minutes=1)
    world.settled()
    assert len(world.tracker.tickets) == 2


def test_time_in_the_tracker_may_differ_from_ours(world: World) -> None:
    world.tracker.clock = type(world.clock)(world.clock.now() - timedelta(minutes=30))
    world.filed()
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.settled()
    assert world.item().status is ItemStatus.DONE


def test_a_post_mortem_whose_document_changed_later_counts_as_updated(world: World) -> None:
    world.story(ACTION)
    assert world.settled().to_json()["postmortems"] == {"opened": 1, "updated": 0}
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.wait(minutes=1)
    assert world.settled().to_json()["postmortems"] == {"opened": 0, "updated": 1}
