"""What a review found about tickets, routes and reminders, as behaviours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from callsheet.connect.errors import Transient
from callsheet.model.effect import Comment, Plan, Reason
from callsheet.model.incident import Ref
from callsheet.model.ledger import Outcome
from callsheet.model.text import paragraph
from callsheet.model.ticket import Field, TicketChange
from callsheet.plan.rules import Route
from callsheet.run.cycle import never
from callsheet.run.execute import execute
from callsheet.run.report import Report
from callsheet.run.takeover import wish
from callsheet.run.wishes import end_wish
from callsheet.testing.builders import make_account
from callsheet.testing.twins import MemoryTracker
from tests.unit.run.world import ACTION, PLAIN_RULES, World

SEARCH = Ref(id="S-SEARCH", name="Search")


def test_a_change_in_the_tracker_that_no_search_has_shown_yet_is_not_overwritten(world: World) -> None:
    incident = world.filed()
    world.tracker.lag = timedelta(hours=1)
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    world.tracker.edit(world.ticket().id, due_on=date(2027, 1, 5))
    world.once()
    assert world.ticket().due_on == date(2027, 1, 5)
    assert [conflict.field for conflict in world.item().conflicts] == [Field.DUE_ON]


def test_what_is_written_to_a_ticket_that_was_deleted_meanwhile_fails_no_cycle(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Status", "dropped because it is not worth it")
    world.tracker.delete(world.ticket().id)
    report = world.once()
    world.wait(hours=2)
    assert (report.failed, world.settled().rounds, world.tracker.tickets) == ([], 0, ())


def test_a_late_duplicate_of_a_ticket_that_was_deleted_is_left_alone(world: World) -> None:
    world.filed()
    kept = world.ticket()
    world.tracker.delete(kept.id)
    world.wait(hours=25)
    world.settled()
    world.tracker.make(title="Add an alert", labels=tuple(kept.labels))
    assert world.settled().rounds <= 1
    assert world.settled().rounds == 0


def test_an_owner_whom_people_took_away_stays_away_when_the_database_is_lost(world: World) -> None:
    world.filed()
    world.tracker.edit(world.ticket().id, owner=None)
    world.wait(minutes=10)
    world.lose_database()
    world.once()
    world.wait(minutes=10)
    assert world.settled().rounds == 0
    assert world.ticket().owner is None
    assert Field.OWNER in world.item().cleared


def test_one_mistyped_route_blocks_only_what_it_routes_and_is_named(world: World) -> None:
    world.rules = replace(PLAIN_RULES, routes=(Route(name="typo", services=("Search",), project="NOPE"),))
    world.story(ACTION)
    world.story("ACTION: Warm the cache @marcus.hill due 2026-11-21", id="QSEARCH", number=1002, service=SEARCH)
    report = world.once()
    assert world.ticket().project == "OPS"
    assert report.silent == frozenset()
    assert [('the route "typo"' in failure.error, failure.effect) for failure in report.failed] == [
        (True, "FileTicket")
    ]


def test_a_deleted_ticket_keeps_its_owner_reminded_of_the_others(world: World) -> None:
    world.has_notifier = False
    world.filed(ACTION, "ACTION: Raise the limit @ana.ferreira due 2026-11-20 P2")
    gone, kept = world.ticket(), world.ticket("Raise the limit")
    world.tracker.delete(gone.id)
    world.wait(days=18)
    world.once()
    assert any(
        "Raise the limit" in comment.text or "due" in comment.text for comment in world.tracker.comments(kept.id)
    )


def test_an_adopted_ticket_gets_the_labels_by_which_it_is_found_again(world: World) -> None:
    world.tracker.hidden = {"OPS"}
    world.story(ACTION)
    world.once()
    world.tracker.hidden = set()
    made = world.tracker.make(title="Add an alert, by hand")
    with world.app() as app:
        wish(app, world.item().key, made.key)
    world.wait(hours=2)
    world.once()
    assert world.item().ticket_id == made.id
    labels = world.tracker.read([made.id]).found[0].labels
    assert "callsheet" in labels
    assert any(label.startswith("cs-") for label in labels)


def test_a_cell_that_leads_nowhere_is_shown_after_the_last_round_too(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Due", "when we get to it")
    report = world.once()
    assert report.rounds > 0
    (told,) = report.quarantined
    with world.store() as store:
        assert store.quarantined() == ((told.what, told.where, told.error),)


def test_a_comment_goes_out_once_even_when_its_answer_was_lost(world: World) -> None:
    world.filed()
    item, ticket = world.item(), world.ticket()
    effect = Comment(
        key="comment:1",
        reason=Reason.ASKED_FOR,
        item_key=item.key,
        incident_id=item.incident_id,
        ticket_id=ticket.id,
        marker="cs-0123456789abcdef",
        body=(paragraph("Noted."),),
    )
    world.tracker.faults.lose_reply("comment")
    for _ in range(3):
        with world.app() as app:
            execute(Plan(effects=(effect,)), app, Report(), never)
    assert len(world.tracker.comments(ticket.id)) == 1
    with world.store() as store:
        assert [line.outcome for line in store.ledger("comment:1")] == ["unknown", "adopted", "done"]


def test_however_many_answers_were_lost_one_search_finds_out(world: World) -> None:
    world.tracker.faults.lose_reply("create", times=3)
    world.tracker.lag = timedelta(minutes=3)
    world.story("\n".join(f"ACTION: Do the {word} thing" for word in ("first", "second", "third")))
    world.once()
    assert (len(world.tracker.tickets), world.tracker.faults.calls["find"]) == (3, 0)
    # The search can't know them yet, and it is too early to send them again.
    world.wait(minutes=1)
    assert world.once().unknown == 3
    assert world.tracker.faults.calls["find"] == 1
    world.wait(minutes=5)
    world.settled()
    assert all(item.ticket_id for item in world.items())
    assert (len(world.tracker.tickets), world.tracker.faults.calls["create"]) == (3, 3)


def test_a_search_that_is_older_than_the_settle_time_does_not_let_a_create_go_out_again(world: World) -> None:
    world.tracker.faults.fail("create", lambda: Transient("reset", sent=True), times=2)
    world.story("ACTION: Do the first thing\nACTION: Do the second thing")
    world.once()
    world.wait(minutes=4)
    # The search takes two minutes: when it was asked, it was still too early.
    searches = world.tracker.faults.calls
    world.tracker.faults.count = lambda: world.wait(minutes=2) if searches["find"] == 1 else None
    assert world.once().unknown == 2
    world.tracker.faults.count = lambda: None
    assert world.tracker.tickets == ()
    world.settled()
    assert len(world.tracker.tickets) == 2


def test_words_that_the_tracker_overruled_are_no_news_while_the_document_cannot_be_written(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Owner", "Marcus Hill")
    world.wait(seconds=5)
    world.tracker.edit(world.ticket().id, owner=make_account("Grace Okafor"))
    world.publisher.faults.fail("publish", lambda: Transient("the disk is full", sent=False), times=100)
    for _ in range(2):
        world.wait(minutes=1)
        world.once()
    world.publisher.faults.clear()
    world.wait(minutes=1)
    world.settled()
    assert world.ticket().owner == make_account("Grace Okafor")
    assert [(told.ours, told.theirs) for told in world.item().conflicts] == [("Marcus Hill", "Grace Okafor")]


def test_labels_written_for_an_adoption_that_another_process_was_faster_with_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = world.filed()
    made = world.tracker.make(title="Call the vendor", text=f"#{incident.number}", labels=("callsheet",))
    relabel = MemoryTracker.update

    def and_the_other_adopts(tracker: MemoryTracker, ticket_id: str, change: TicketChange) -> None:
        relabel(tracker, ticket_id, change)
        with world.store() as store:
            (item,) = [each for each in store.items(every=True) if each.source.id == ticket_id]
            store.save_items([replace(item, ticket_id=ticket_id)])

    monkeypatch.setattr(MemoryTracker, "update", and_the_other_adopts)
    world.wait(minutes=5)
    world.once()
    with world.store() as store:
        (item,) = [each for each in store.items(every=True) if each.source.id == made.id]
        (line,) = [each for each in store.ledger(item.key) if each.effect == "Adopt"]
    assert (line.outcome, line.detail) == (Outcome.SKIPPED, "changed meanwhile, after its labels were written")


def test_labels_of_a_wish_that_ended_meanwhile_are_told_to_be_off_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.filed()
    made, key = world.tracker.make(title="By hand"), world.item().key
    with world.app() as app:
        wish(app, key, made.key, force=True)
    relabel = MemoryTracker.update

    def and_the_wish_ends(tracker: MemoryTracker, ticket_id: str, change: TicketChange) -> None:
        relabel(tracker, ticket_id, change)
        with world.store() as store:
            end_wish(store, key)

    monkeypatch.setattr(MemoryTracker, "update", and_the_wish_ends)
    world.once()
    with world.store() as store:
        (line,) = [each for each in store.ledger(key) if each.effect == "Adopt" and each.outcome is Outcome.SKIPPED]
    assert line.detail == "changed meanwhile, after its labels were written, which were taken off again"
    assert world.ticket("By hand").labels == frozenset()
