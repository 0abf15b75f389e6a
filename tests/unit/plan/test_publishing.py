"""The call sheet's rows, when a document is written, and the one note on the incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callsheet.model.action_item import Conflict, Hold, ItemStatus, OwnerReason, Source, SourceKind, Words
from callsheet.model.effect import Reason
from callsheet.model.publication import Publication
from callsheet.model.ticket import Field
from callsheet.plan.publishing import (
    fingerprint_of,
    note,
    ours,
    publishes,
    sheet_rows,
)
from callsheet.plan.repeats import repeats
from callsheet.plan.rules import Calendar
from callsheet.plan.sheet_words import owner_words, remarks, status_words
from callsheet.plan.snapshot import Case
from callsheet.testing.builders import NOON, make_dossier, make_item, make_note, make_ticket
from tests.unit.plan.reading import HOUSE, INCIDENT, OPENED, RULES, reading

TODAY = date(2026, 11, 2)
READING = reading()
ITEM = make_item(filed="10001")


def case(*items: Any, **more: Any) -> Case:
    given = {
        "incident": INCIDENT,
        "opened": OPENED,
        "dossier": make_dossier(INCIDENT),
        "items": items,
        "tickets": {item.ticket_id: make_ticket(id=item.ticket_id) for item in items if item.ticket_id},
    }
    return Case(**{**given, **more})


def other(number: int, **more: Any) -> Any:
    return make_item(f"Thing {number}", source=Source(kind=SourceKind.NOTE, id=f"N1/{number}"), **more)


# Rows.


def test_rows_are_sorted_by_priority_then_date() -> None:
    items = (
        other(1, priority="P3", due_on=date(2026, 11, 3)),
        other(2, priority="P1", due_on=date(2026, 12, 3)),
        other(3, priority="P1", due_on=date(2026, 11, 3)),
        other(4, priority="P1", due_on=None),
    )
    assert [row.action for row in sheet_rows(case(*items), TODAY)] == ["Thing 3", "Thing 2", "Thing 4", "Thing 1"]


def test_a_row_shows_people_words_and_the_tickets_key() -> None:
    (row,) = sheet_rows(case(ITEM), TODAY)
    assert (row.key, row.action, row.owner, row.due, row.priority, row.ticket, row.status) == (
        ITEM.key,
        "Add an alert",
        "Ana Ferreira",
        "2026-11-16",
        "P1",
        "OPS-1",
        "open",
    )
    assert row.ticket_url == "https://acme.tracker.example/browse/OPS-1"


def test_a_row_that_repeats_another_stands_as_its_own_and_says_so() -> None:
    alias = Source(kind=SourceKind.DOCUMENT, id="ai-0123456789abcdef")
    rows = sheet_rows(case(replace(ITEM, also_in=(alias, Source(kind=SourceKind.NOTE, id="N2/0")))), TODAY)
    assert [(row.key, row.remark) for row in rows] == [
        (ITEM.key, "promised again in another note; it is one promise"),
        (alias.id, f"same as {ITEM.key}"),
    ]


def test_a_row_rewritten_before_it_was_taken_in_is_not_shown() -> None:
    row = make_item(source=Source(kind=SourceKind.DOCUMENT, id="ai-1"), status=ItemStatus.DROPPED)
    assert sheet_rows(case(row), TODAY) == ()
    assert len(sheet_rows(case(replace(row, row_published=True)), TODAY)) == 1


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (ITEM, "open"),
        (make_item(filed="10001", due_on=date(2026, 11, 1)), "overdue"),
        (make_item(due_on=date(2026, 11, 1)), "open"),
        (make_item(filed="10001", due_on=TODAY), "open"),
        (replace(ITEM, status=ItemStatus.DONE), "done"),
        (replace(ITEM, status=ItemStatus.DONE, closed_at=NOON + timedelta(days=14)), "done"),
        (replace(ITEM, status=ItemStatus.DONE, closed_at=NOON + timedelta(days=15)), "done, 1 day late"),
        (replace(ITEM, status=ItemStatus.DONE, closed_at=NOON + timedelta(days=17)), "done, 3 days late"),
        (replace(ITEM, status=ItemStatus.DROPPED), "dropped"),
        (make_item(hold=Hold.BACKFILLED), "not filed"),
    ],
)
def test_a_status_in_a_word(item: Any, words: str) -> None:
    assert status_words(item, TODAY) == words


SAID = Words(title="Add an alert", owner="@somebody")


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (ITEM, "Ana Ferreira"),
        (replace(ITEM, owner=None), ""),
        (replace(ITEM, owner=None, words=SAID), "nobody yet (for “@somebody”)"),
        (replace(ITEM, words=SAID, owner_reason=OwnerReason.FALLBACK_UNKNOWN), "Ana Ferreira (for “@somebody”)"),
        (replace(ITEM, words=SAID, owner_reason=OwnerReason.FALLBACK_NO_ACCOUNT), "Ana Ferreira (for “@somebody”)"),
        (replace(ITEM, owner_reason=OwnerReason.FALLBACK_NOT_NAMED), "Ana Ferreira"),
    ],
)
def test_a_fallback_keeps_the_original_words(item: Any, words: str) -> None:
    assert owner_words(item) == words


CONFLICT = Conflict(field=Field.DUE_ON, ours="2026-12-01", theirs="2026-12-24", at=NOON)


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (replace(ITEM, status=ItemStatus.DROPPED, status_because="we retire it"), "dropped: we retire it"),
        (replace(ITEM, source_gone=True), "was deleted"),
        (replace(ITEM, cleared=(Field.OWNER, Field.DUE_ON)), "cleared in the tracker: owner, due_on"),
        (
            replace(ITEM, ticket_title="Renamed", terms=replace(ITEM.terms, title="Renamed")),
            "the ticket is titled “Renamed”",
        ),
        (replace(ITEM, conflicts=(CONFLICT,)), "due date: “2026-12-01” was set aside for “2026-12-24”"),
    ],
)
def test_what_people_should_know_besides(item: Any, says: str) -> None:
    assert says in "; ".join(remarks(item))


def test_an_item_that_is_as_it_should_be_needs_no_remark() -> None:
    assert list(remarks(ITEM)) == []


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("N2/0", "promised again at 2026-11-02 12:30 UTC by Ana Ferreira; it is one promise"),
        ("N1/1", "written twice in its note; it is one promise"),
        ("N7/0", "promised again in another note; it is one promise"),
    ],
)
def test_a_promise_that_was_made_again_says_so(source: str, says: str) -> None:
    item = replace(ITEM, source=Source(kind=SourceKind.NOTE, id="N1/0"))
    again = replace(item, also_in=(Source(kind=SourceKind.NOTE, id=source),))
    notes = (make_note("ACTION: Add an alert", id="N2"),)
    assert list(repeats(item, (), notes)) == []
    assert list(repeats(again, (), notes)) == [says]
    assert list(repeats(replace(again, status=ItemStatus.DONE), (), notes)) == []
    (effect,) = publishes(case(again), READING, HOUSE)
    assert "it is one promise" in (effect.postmortem.call_sheet[0].remark or "")


def test_what_was_promised_anew_after_it_was_over_says_so() -> None:
    before = replace(other(1), status=ItemStatus.DONE, noted_at=ITEM.noted_at - timedelta(days=3))
    before = replace(before, words=ITEM.words, cells=ITEM.cells)
    assert list(repeats(ITEM, (before,), ())) == [f"promised anew: {before.key}, in the same words, was done before"]


# When a document is written.


def test_a_document_is_written_when_it_is_new_and_when_its_value_changed() -> None:
    (effect,) = publishes(case(ITEM), READING, HOUSE)
    assert (effect.publisher, effect.reason) == ("files", Reason.POSTMORTEM_OPENED)
    held = Publication(
        publisher="files",
        incident_id=INCIDENT.id,
        fingerprint=effect.fingerprint,
        version="1",
        location="a.md",
        current="",
        published="",
        generated="",
    )
    same = {"publications": {"files": held}}
    assert publishes(case(ITEM, **same), READING, HOUSE) == ()
    assert len(publishes(case(ITEM, **same, rowless=("files",)), READING, HOUSE)) == 1
    (changed,) = publishes(case(replace(ITEM, status=ItemStatus.DONE), **same), READING, HOUSE)
    assert changed.reason is Reason.POSTMORTEM_CHANGED
    later = reading(now=READING.now + timedelta(hours=3))
    assert publishes(case(ITEM, **same), later, HOUSE) == ()


@pytest.mark.parametrize(
    "more", [{"opened": None}, {"opened": replace(OPENED, waived_because="a drill")}, {"dossier": None}]
)
def test_nothing_is_written_of_what_is_not_open_or_not_read(more: dict[str, Any]) -> None:
    assert publishes(case(ITEM, **more), READING, HOUSE) == ()


def test_a_fingerprint_tells_values_apart() -> None:
    (one,) = publishes(case(ITEM), READING, HOUSE)
    (two,) = publishes(case(ITEM, other(1)), READING, HOUSE)
    assert fingerprint_of(one.postmortem) == one.fingerprint != two.fingerprint


# The note.


def told(*items: Any, **more: Any) -> str:
    (effect,) = note(case(*items, **more), READING, HOUSE)
    return effect.text


def test_the_note_counts_what_is_done_overdue_dropped_and_next() -> None:
    items = (
        other(1, filed="10001", status=ItemStatus.DONE),
        other(2, filed="10002", due_on=date(2026, 11, 1)),
        other(3, filed="10003", status=ItemStatus.DROPPED),
        other(4, filed="10004", due_on=date(2026, 11, 20)),
        other(5),
    )
    said = told(*items)
    first, *lines = said.splitlines()
    assert first == "Post-mortem action items: 1 of 3 done, 1 overdue, 1 dropped, next due Friday (2026-11-20)."
    assert "- OPS-2 Thing 2 (Ana Ferreira, overdue)" in lines
    assert "Thing 5" not in said
    assert ours(said)


def test_the_note_is_new_then_edited_then_left_alone() -> None:
    (new,) = note(case(ITEM), READING, HOUSE)
    assert (new.note_id, new.reason) == (None, Reason.POSTMORTEM_OPENED)
    known = replace(OPENED, note_id="N9", note_text=new.text)
    assert note(case(ITEM, opened=known), READING, HOUSE) == ()
    (edit,) = note(case(replace(ITEM, status=ItemStatus.DONE), opened=known), READING, HOUSE)
    assert (edit.note_id, edit.marker) == ("N9", new.marker)


@pytest.mark.parametrize(
    ("items", "opened"),
    [
        pytest.param((make_item(),), OPENED, id="nothing is filed"),
        pytest.param((ITEM,), replace(OPENED, waived_because="a drill"), id="waived"),
        pytest.param((ITEM,), replace(OPENED, note_id="", note_text="x"), id="a person deleted it"),
        pytest.param((ITEM,), None, id="not opened"),
    ],
)
def test_no_note_is_written(items: Any, opened: Any) -> None:
    assert note(case(*items, opened=opened), READING, HOUSE) == ()


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        ("1 of 2 done.\nKept up to date by Callsheet [cs-0123456789abcdef]", True),
        ("1 of 2 done.\nKept up to date by Callsheet [cs-0123456789abcdef]  \n", True),
        ("Callsheet says: Kept up to date by Callsheet [cs-0123456789abcdef]. ACTION: x", False),
        ("ACTION: Kept up to date by Callsheet", False),
        ("", False),
    ],
)
def test_our_own_texts_are_known_by_their_signature_at_the_end(text: str, is_ours: bool) -> None:
    assert ours(text) is is_ours


@pytest.mark.parametrize(
    ("zone", "hour", "status"),
    [
        ("UTC", 1, "overdue"),
        ("America/New_York", 1, "open"),
        ("Pacific/Auckland", 23, "overdue"),
        ("UTC", 23, "overdue"),
    ],
)
def test_overdue_is_judged_where_the_people_are(zone: str, hour: int, status: str) -> None:
    now = datetime(2026, 11, 17, hour, tzinfo=UTC)
    there = reading(replace(RULES, calendar=Calendar(zone=zone)), now=now)
    item = make_item(filed="10001", due_on=date(2026, 11, 16))
    case = Case(
        incident=INCIDENT,
        opened=replace(OPENED, opened_at=now - timedelta(days=9)),
        dossier=make_dossier(INCIDENT),
        items=(item,),
        tickets={"10001": make_ticket(id="10001")},
    )
    (effect,) = publishes(case, there, HOUSE)
    assert [row.status for row in effect.postmortem.call_sheet] == [status]
    (posted,) = note(case, there, HOUSE)
    assert f"(Ana Ferreira, {status})" in posted.text
