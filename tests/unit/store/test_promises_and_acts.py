"""What was promised and done: items, documents, intents, ledger, days, refusals, quarantine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from callsheet.model.action_item import ActionItem, Conflict, Fix, Hold, ItemKind, ItemStatus, Source, SourceKind, Words
from callsheet.model.effect import Guard, Reason, Refusal
from callsheet.model.ledger import IntentState, LedgerEntry, Outcome
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.nudge import Told
from callsheet.model.publication import BegunText, Publication
from callsheet.model.ticket import Field
from callsheet.store import Store
from callsheet.testing.builders import NOON, make_incident, make_item

READY, SENDING, DONE, REJECTED = IntentState.READY, IntentState.SENDING, IntentState.DONE, IntentState.REJECTED
TODAY = date(2026, 11, 16)
ITEM = make_item(filed="10001")
FULL = replace(
    ITEM,
    words=Words(title="Add an alert", owner="@ana", due="Friday", status="dropped"),
    cells={"owner": "Marcus Hill"},
    also_in=(Source(kind=SourceKind.DOCUMENT, id="ai-1"),),
    kind=ItemKind.DETECT,
    fix=Fix.STOPGAP,
    hold=Hold.BACKFILLED,
    cleared=(Field.OWNER,),
    conflicts=(Conflict(field=Field.TITLE, ours="a", theirs="b", at=NOON),),
    closed_at=NOON,
)


def other(number: int, **more: object) -> object:
    return make_item(f"Thing {number}", source=Source(kind=SourceKind.NOTE, id=f"N1/{number}"), **more)


# Items.


@pytest.mark.parametrize("item", [ITEM, FULL, make_item(terms=replace(ITEM.terms, owner=None, due_on=None))])
def test_an_item_comes_back_as_it_was(store: Store, item: ActionItem) -> None:
    store.save_items([item])
    assert store.items(every=True) == (item,)
    assert store.item(ITEM.key) == item
    assert store.items_of([ITEM.incident_id]) == {ITEM.incident_id: (item,)}


def test_open_items_and_their_tickets_are_told_apart(store: Store) -> None:
    done = replace(ITEM, key="ai-done", status=ItemStatus.DONE, ticket_id="10002")
    store.save_items([ITEM, done])
    assert store.items() == (ITEM,)
    assert store.open_ticket_ids() == ("10001",)
    assert store.items_with_tickets(["10002", "10009"]) == {"10002": done}


def test_what_people_were_told_stays_when_an_item_is_saved_for_another_reason(store: Store) -> None:
    told = Told(item_key=ITEM.key, told_on=TODAY, steps=("fallback",))
    store.save_items([ITEM])
    store.save_told([(told, NOON)])
    store.save_items([replace(ITEM, ticket_title="x")])
    assert store.told([ITEM.key, "ai-other"]) == {ITEM.key: told}
    assert store.items_to_nudge(NOON) == ((replace(ITEM, ticket_title="x"), told),)
    store.save_told([(told, None)])
    assert store.items_to_nudge(NOON) == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"status": ItemStatus.DROPPED}, False),
        ({"ticket_id": None}, False),
        ({"hold": Hold.BACKFILLED}, False),
    ],
)
def test_only_open_filed_items_are_to_be_reminded_of(store: Store, changes: dict[str, Any], told: bool) -> None:
    item = replace(ITEM, **changes)
    store.save_items([item])
    store.save_told([(Told(item_key=item.key), NOON)])
    assert bool(store.items_to_nudge(NOON)) is told
    assert store.items_to_nudge(NOON - timedelta(seconds=1)) == ()


def test_overdue_items_are_found_by_the_service_of_their_incident(store: Store) -> None:
    incident = make_incident()
    store.save_incidents([incident])
    late = replace(ITEM, terms=replace(ITEM.terms, due_on=TODAY - timedelta(days=1)))
    store.save_items([late, replace(late, key="ai-later", terms=replace(late.terms, due_on=TODAY))])
    assert store.overdue_on([incident.service.id], TODAY) == (late,)
    assert store.overdue_on(["S-OTHER"], TODAY) == ()


# Post-mortems and documents.


def test_a_post_mortem_comes_back_as_it_was(store: Store) -> None:
    opened = OpenedPostmortem(incident_id="Q1", opened_at=NOON, reason=Reason.ASKED_FOR, asked=True, note_id="N1")
    store.save_postmortem(OpenedPostmortem(incident_id="Q1"))
    store.save_postmortem(opened)
    assert store.postmortems(["Q1", "Q2"]) == {"Q1": opened}
    assert store.every_postmortem() == (opened,)


def test_a_publication_comes_back_as_it_was(store: Store) -> None:
    one = Publication(
        publisher="files",
        incident_id="Q1",
        fingerprint="f",
        version="1",
        location="a.md",
        current="ünï",
        published=None,
        generated=None,
    )
    two = replace(one, publisher="git", version="2", published="x", generated="y", taken_in="z")
    for publication in (one, two, two):
        store.save_publication(publication)
    assert store.publications(["Q1"]) == {("files", "Q1"): one, ("git", "Q1"): two}
    assert store.known_versions("git") == {"Q1": "2"}


def test_texts_on_their_way_stand_side_by_side_until_it_is_known_what_came_of_them(store: Store) -> None:
    first, second, third = (
        BegunText(place="files", incident_id="Q1", text=text, basis="drawn") for text in ("one", "two", "three")
    )
    for begun in (second, first, second, third, replace(first, incident_id="Q2")):
        store.begin_text(begun)
    assert store.begun_texts("files", "Q1") == (first, second, third)
    store.end_texts("files", "Q1", up_to="never begun")
    assert store.begun_texts("files", "Q1") == (first, second, third)
    store.end_texts("files", "Q1", up_to="two")
    assert store.begun_texts("files", "Q1") == (third,)
    store.end_texts("files", "Q1")
    assert (store.begun_texts("files", "Q1"), len(store.begun_texts("files", "Q2"))) == ((), 1)


# Intents.


def test_an_intent_is_made_once_and_claimed_once(store: Store) -> None:
    made = store.intend("file:1", marker="cs-1", target="OPS")
    assert store.intend("file:1", marker="cs-2", target="WEB") == made
    assert (made.state, made.epoch, made.sent_at) == (READY, 0, None)
    claimed = store.claim(made, now=NOON)
    assert claimed is not None
    assert (claimed.state, claimed.epoch, claimed.sent_at) == (SENDING, 1, NOON)
    assert store.claim(made, now=NOON) is None
    assert store.claim(claimed, now=NOON) is None


def test_two_processes_can_not_both_claim(store: Store) -> None:
    beside = Store(store.path)
    ours, theirs = store.intend("file:1", marker="cs-1", target="OPS"), beside.intend("file:1", marker="m", target="t")
    assert ours == theirs
    assert [store.claim(ours, now=NOON) is not None, beside.claim(theirs, now=NOON) is not None] == [True, False]
    beside.close()


def test_whoever_lost_the_claim_moves_it_no_more(store: Store) -> None:
    claimed = store.claim(store.intend("file:1", marker="cs-1", target="OPS"), now=NOON)
    assert claimed is not None
    assert store.ready_again("file:1")
    assert not store.conclude(claimed, DONE, result="T1")
    now = store.intent("file:1")
    assert now is not None
    assert (now.state, now.result) == (READY, None)


def test_an_end_is_kept_with_its_result_its_error_and_its_time(store: Store) -> None:
    claimed = store.claim(store.intend("file:1", marker="cs-1", target="OPS"), now=NOON)
    assert claimed is not None
    assert store.conclude(claimed, REJECTED, error="no", not_before=NOON + timedelta(hours=1))
    (kept,) = store.intents(REJECTED)
    assert (kept.error, kept.not_before) == ("no", NOON + timedelta(hours=1))
    assert store.intents(SENDING, DONE) == ()
    assert not store.ready_again("file:2")


# Ledger.


def test_the_ledger_is_found_by_key_and_subject_oldest_first(store: Store) -> None:
    line = LedgerEntry(
        at=NOON,
        event="ticket.filed",
        effect="FileTicket",
        key="file:ai-1",
        reason=Reason.NEW_ITEM,
        outcome=Outcome.DONE,
        subject="ai-1",
        detail="OPS-1",
    )
    later = replace(line, event="ticket.updated", outcome=Outcome.LATER, key="update:ai-1")
    store.write_ledger([line, later])
    assert store.ledger("ai-1") == (line, later)
    assert store.ledger("file:ai-1") == (line,)
    assert isinstance(store.ledger("ai-1")[0].outcome, Outcome)


# Days.


def test_a_day_is_taken_once_whatever_the_channel_and_can_be_given_back(store: Store) -> None:
    assert store.claim_day("ana", TODAY, at=NOON)
    assert not store.claim_day("ana", TODAY, at=NOON)
    assert store.claim_day("marcus", TODAY, at=NOON)
    assert store.claim_day("ana", TODAY + timedelta(days=1), at=NOON)
    assert store.taken_days(TODAY + timedelta(days=1)) == {("ana", TODAY + timedelta(days=1))}
    store.close_day("ana", TODAY, "sent")
    assert not store.claim_day("ana", TODAY, at=NOON)
    store.free_day("ana", TODAY)
    assert store.claim_day("ana", TODAY, at=NOON)


# Refusals and quarantine.

MANY = Refusal(id="too-many-filings", guard=Guard.TOO_MANY_FILINGS, what="51 tickets")
GONE = Refusal(id="tickets-vanished", guard=Guard.TICKETS_VANISHED, what="all of OPS")


def test_a_refusal_stands_with_its_approval_until_it_no_longer_applies(store: Store) -> None:
    store.save_refusals([MANY, GONE], at=NOON)
    assert store.approve(MANY.id, at=NOON)
    assert not store.approve("another", at=NOON)
    more = replace(MANY, what="52 tickets")
    store.save_refusals([more], at=NOON)
    assert store.refusals() == ((more, True),)
    store.save_refusals([], at=NOON)
    assert store.refusals() == ()


def test_a_malady_is_kept_once_and_for_a_while(store: Store) -> None:
    store.quarantine([("a note", "notes[0]", "no text")], at=NOON)
    store.quarantine([("a note", "notes[0]", "no author"), ("an alert", "alerts[1]", "x")], at=NOON)
    assert store.quarantined() == (("a note", "notes[0]", "no author"), ("an alert", "alerts[1]", "x"))
    store.forget_quarantine(NOON)
    assert len(store.quarantined()) == 2
    store.forget_quarantine(NOON + timedelta(seconds=1))
    assert store.quarantined() == ()
