"""Rows of the call sheet: back again, under a key of their own, from another document, deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callsheet.document.edits import Edits, edits, without_keys
from callsheet.document.sheet import read_sheet
from callsheet.model.action_item import ActionItem, ItemStatus, Source, SourceKind
from callsheet.plan.rows import row_keys, strangers
from callsheet.plan.sheet_words import deleted_rows
from callsheet.testing.builders import make_note
from tests.unit.plan.reading import INCIDENT, collected
from tests.unit.plan.test_collect import doc_row
from tests.unit.run.world import World

FOREIGN = "ai-0123456789abcdef"


def row_item(action: str = "Raise the limit", **changes: Any) -> ActionItem:
    (item,) = collected(edits=(Edits(added=(doc_row(action),)),)).values()
    return replace(item, **changes)


# A row that is back.


def test_a_row_that_is_back_is_no_longer_gone() -> None:
    gone = row_item(row_published=True, source_gone=True)
    back = collected(gone, edits=(Edits(),), printed=frozenset({gone.key}))[gone.key]
    assert (back.row_published, back.source_gone) == (True, False)


def test_a_half_written_document_loses_nobodys_promise(world: World) -> None:
    incident = world.filed()
    world.type_row(incident.id, "Row of mine", Owner="Marcus Hill")
    world.wait(minutes=1)
    world.settled()
    whole = world.publisher.text(incident.id)
    world.cut_row(incident.id, "Row of mine")
    world.settled()
    assert world.item("Row of mine").source_gone
    world.wait(minutes=1)
    world.publisher.edit(incident.id, whole)
    world.settled()
    assert not world.item("Row of mine").source_gone


# A row's key.


def test_a_key_that_stands_in_a_document_is_taken() -> None:
    rows = (doc_row("Raise the limit"),)
    free = row_keys(INCIDENT, rows, {}, ())[10]
    assert row_keys(INCIDENT, rows, {}, {free})[10] != free


def test_a_row_with_a_notes_words_is_printed_under_the_key_that_it_was_read_by(world: World) -> None:
    incident = world.filed()
    world.type_row(incident.id, "Add an alert", Owner="Marcus Hill")
    world.wait(minutes=1)
    world.settled()
    (alias,) = world.item().also_in
    assert {row.key for row in world.rows(incident.id)} == {world.item().key, alias.id}


# A promise made anew.


@pytest.mark.parametrize("status", [ItemStatus.DONE, ItemStatus.DROPPED])
def test_a_promise_made_anew_is_not_swallowed_by_one_that_is_over(status: ItemStatus) -> None:
    (old,) = collected(notes=(make_note("ACTION: Add an alert"),)).values()
    over = replace(old, status=status, ticket_id="10001")
    notes = (make_note("ACTION: Add an alert"), make_note("ACTION: Add an alert", id="N2"))
    after = collected(over, notes=notes)
    assert sorted(item.status for item in after.values()) == sorted([status, ItemStatus.OPEN])


def test_a_place_that_was_told_as_anothers_stays_so_when_that_is_done() -> None:
    notes = (make_note("ACTION: Add an alert"), make_note("ACTION: Add an alert", id="N2"))
    (both,) = collected(notes=notes).values()
    assert len(collected(replace(both, status=ItemStatus.DONE), notes=notes)) == 1


def test_a_row_whose_words_return_before_it_was_printed_is_open_again() -> None:
    item = row_item()
    dropped = collected(item, edits=(Edits(),))[item.key]
    assert dropped.status is ItemStatus.DROPPED
    again = (Edits(added=(doc_row("Raise the limit"),)),)
    assert collected(dropped, edits=again)[item.key].open
    given_up = replace(dropped, status_because="we retire it")
    assert not collected(given_up, edits=again)[item.key].open


# Rows from another document and deleted rows.


def test_a_row_under_an_unknown_key_is_a_new_row() -> None:
    (item,) = collected(edits=(Edits(foreign=(doc_row("Drain queues", key=FOREIGN),)),)).values()
    assert item.open
    assert item.key != FOREIGN


def test_a_row_that_is_known_here_is_no_stranger() -> None:
    item = row_item()
    rows = (doc_row("Raise the limit", key=item.key), doc_row("Other", key=FOREIGN))
    assert [row.action for row in strangers(rows, {item.key: item})] == ["Other"]
    alias = replace(item, also_in=(Source(kind=SourceKind.DOCUMENT, id=FOREIGN),))
    assert strangers(rows, {item.key: alias}) == ()


TABLE = f"## Call sheet\n\n| Key | Action |\n| --- | --- |\n| {FOREIGN} | Drain queues |\n"


def test_keys_that_were_not_published_are_told_and_can_be_taken_away() -> None:
    empty = TABLE.rpartition("| ai-")[0]
    (row,) = edits(TABLE, empty).foreign
    assert (row.key, edits(TABLE, None).foreign, edits(TABLE, TABLE).foreign) == (FOREIGN, (), ())
    (bare,) = read_sheet(without_keys(TABLE, (row,)))[0]
    assert (bare.key, bare.action) == (None, "Drain queues")
    assert without_keys("no table", (row,)) == "no table"


def test_a_row_copied_from_another_document_is_taken_in_under_a_key_of_its_own(world: World) -> None:
    incident = world.filed()
    world.type_row(incident.id, "Drain queues", Key=FOREIGN, Owner="Marcus Hill")
    for _ in range(3):
        world.wait(minutes=1)
        world.settled()
    row = world.row(incident.id, "Drain queues")
    assert row.key == world.item("Drain queues").key != FOREIGN
    assert len(world.rows(incident.id)) == 2
    assert world.ticket("Drain queues").owner is not None


def test_a_deleted_row_of_a_note_is_told_until_it_is_back() -> None:
    (item,) = collected(notes=(make_note("ACTION: Add an alert"),)).values()
    removed = (Edits(removed=(item.key,)),)
    gone = collected(item, notes=(make_note("ACTION: Add an alert"),), edits=removed)[item.key]
    assert (gone.row_gone, gone.source_gone) == (True, False)
    assert [key for key, _ in deleted_rows((gone, replace(gone, status=ItemStatus.DONE)))] == [gone.key]
    back = collected(gone, notes=(make_note("ACTION: Add an alert"),), printed=frozenset({item.key}))
    assert not back[item.key].row_gone


# A row that is typed struck through.


@pytest.mark.parametrize("action", ["~~Raise the limit~~", "~~Raise the limit~~ @marcus.hill due Nov 30"])
def test_a_new_row_that_is_struck_through_is_asked_about_and_not_filed(world: World, action: str) -> None:
    incident = world.filed()
    world.type_row(incident.id, action)
    world.wait(minutes=1)
    world.once()
    item = world.item("~~Raise the limit~~")
    assert (item.ticket_id, item.status) == (None, ItemStatus.OPEN)
    text = world.publisher.text(incident.id)
    assert "is struck through; it stays open; write “dropped because …” as its Status to give it up, or" in text
    assert "1 promise not filed: its action is struck through" in text
    world.type_cell(incident.id, action, "Action", "Raise the limit")
    world.wait(minutes=1)
    world.settled()
    assert world.ticket("Raise the limit").title == "Raise the limit"


def test_a_new_row_that_is_struck_through_and_dropped_asks_nothing() -> None:
    (item,) = collected(edits=(Edits(added=(doc_row("~~Raise the limit~~", status="dropped"),)),)).values()
    assert (item.status, item.unread) == (ItemStatus.DROPPED, {})
