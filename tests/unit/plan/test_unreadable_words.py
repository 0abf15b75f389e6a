"""Words in a cell that can't be understood: they take nothing away, and say so until they can."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callsheet.document.edits import CellEdit, Edits
from callsheet.model.action_item import ActionItem, ItemStatus, OwnerReason, Source, SourceKind, Words
from callsheet.model.ticket import Field
from callsheet.plan.meaning import new_item, recelled, reworded
from callsheet.plan.sheet_words import remarks
from callsheet.testing.builders import NOON, make_item
from tests.unit.plan.reading import INCIDENT, READING, collected
from tests.unit.run.world import World

NOTE = Source(kind=SourceKind.NOTE, id="N1/0")


# Words that can't be understood.


def filed(**changes: Any) -> ActionItem:
    return make_item(filed="10001", priority="P2", **changes)


@pytest.mark.parametrize(
    ("words", "why"),
    [("Bob Unknown", "nobody by that name"), ("TBD", "nobody was named"), ("a", "nobody by that name")],
)
def test_a_slip_in_the_owner_cell_takes_no_ticket_away(words: str, why: str) -> None:
    before = filed()
    after = recelled(before, {"owner": words}, INCIDENT, READING)
    assert (after.owner, after.terms, after.owner_reason) == (before.owner, before.terms, before.owner_reason)
    assert list(remarks(after)) == [
        f"Owner “{words}”: {why}; it stays with Ana Ferreira; write one handle, e-mail or full name"
    ]
    mended = recelled(after, {"owner": "Marcus Hill"}, INCIDENT, READING)
    assert mended.owner is not None
    assert (mended.owner.name, mended.unread) == ("Marcus Hill", {})


@pytest.mark.parametrize("words", ["Ana Ferreira, Marcus Hill", "Ana & Marcus", "@ana.ferreira and @marcus.hill"])
def test_of_two_names_in_an_owner_cell_nobody_is_chosen(words: str) -> None:
    why = "more than one person is named, and an action has one owner, so nobody was chosen"
    (told,) = remarks(recelled(filed(), {"owner": words}, INCIDENT, READING))
    assert told.startswith(f"Owner “{words}”: {why}")
    assert "; it stays with Ana Ferreira; write one handle" in told
    (told,) = remarks(recelled(make_item(), {"owner": words}, INCIDENT, READING))
    assert told.startswith(f"“{words}”: {why}")
    assert told.endswith("; it went to Grace Okafor")


def test_before_it_is_filed_an_unknown_owner_goes_to_the_fallback() -> None:
    after = recelled(make_item(), {"owner": "Bob Unknown"}, INCIDENT, READING)
    assert (after.owner_reason, after.unread) == (OwnerReason.FALLBACK_UNKNOWN, {})


def test_a_date_that_is_unreadable_now_was_not_read_before_either() -> None:
    dated = recelled(filed(), {"due": "in 2 weeks"}, INCIDENT, READING)
    assert any("was read as" in remark for remark in remarks(dated))
    after = recelled(dated, {"due": "asap"}, INCIDENT, READING)
    assert after.terms.due_on == dated.terms.due_on
    assert [remark.partition(";")[0] for remark in remarks(after)] == ["Due “asap” can't be read"]


def test_an_action_that_is_struck_through_keeps_its_ticket_and_asks() -> None:
    before = filed()
    struck = f"~~{before.spoken.title}~~"
    after = recelled(before, {"title": struck}, INCIDENT, READING)
    assert (after.terms, after.status) == (before.terms, ItemStatus.OPEN)
    ask = "write “dropped because …” as its Status to give it up, or close its ticket"
    assert list(remarks(after)) == [f"Action “{struck}” is struck through; it stays open; {ask}"]
    dropped = recelled(after, {"status": "dropped because it was replaced"}, INCIDENT, READING)
    assert list(remarks(dropped)) == ["dropped: it was replaced"]
    assert recelled(after, {"title": before.spoken.title}, INCIDENT, READING).unread == {}
    bold = recelled(before, {"title": f"**{before.spoken.title}** again"}, INCIDENT, READING)
    assert bold.terms.title == f"{before.spoken.title} again"


@pytest.mark.parametrize(
    ("field", "words", "remark"),
    [
        ("due", "next sprint", "Due “next sprint” can't be read; it stays 2026-11-16; write a day such as 2026-12-05"),
        ("priority", "urgentish", "Priority “urgentish” can't be read; it stays P2; write P1 to P5"),
        (
            "kind",
            "cake",
            "Kind “cake” can't be read; it stays empty; write prevent, detect, mitigate, process, or nothing",
        ),
        ("fix", "maybe", "Fix “maybe” can't be read; it stays empty; write root or stopgap, or nothing"),
        (
            "status",
            "in limbo",
            (
                "Status “in limbo” can't be read; it stays open; "
                "write “dropped because …” to give it up, or close its ticket"
            ),
        ),
    ],
)
def test_a_cell_that_cannot_be_read_says_so_until_it_can(field: str, words: str, remark: str) -> None:
    good = {"due": "2026-12-01", "priority": "P3", "kind": "detect", "fix": "root", "status": "open"}
    after = recelled(filed(), {field: words}, INCIDENT, READING)
    assert remark in remarks(after)
    assert recelled(after, {field: words}, INCIDENT, READING) == after
    assert recelled(after, {field: good[field]}, INCIDENT, READING).unread == {}


def test_a_new_items_words_are_not_swallowed_either() -> None:
    words = Words(title="x", due="next sprint", priority="urgentish", kind="cake", fix="maybe", status="done")
    item = new_item("ai-1", NOTE, words, INCIDENT, NOON, READING)
    assert set(item.unread) == {"due", "priority", "kind", "fix", "status"}
    silent = reworded(item, Words(title="x"), INCIDENT, NOON, READING)
    assert silent.unread == {}


def test_a_cleared_field_stays_cleared_by_words_that_cannot_be_read() -> None:
    item = filed(cleared=(Field.OWNER, Field.DUE_ON))
    after = recelled(item, {"owner": "Bob Unknown", "due": "soonish"}, INCIDENT, READING)
    assert after.cleared == (Field.OWNER, Field.DUE_ON)


@pytest.mark.parametrize(("column", "words"), [("Due", "next sprint"), ("Owner", "Bob Unknown"), ("Status", "done")])
def test_words_are_taken_back_by_emptying_their_cell(column: str, words: str) -> None:
    item = recelled(filed(row_published=True), {column.lower(): words}, INCIDENT, READING)
    cell = CellEdit(key=item.key, column=column, before=words, after="")
    after = collected(item, edits=(Edits(cells=(cell,)),), notes_complete=False)[item.key]
    assert (after.unread, after.cells, after.conflicts) == ({}, {}, ())


def test_a_typo_in_the_document_is_told_in_its_row(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Owner", "Bob Unknown")
    world.wait(minutes=1)
    world.once()
    assert "Bob Unknown”: nobody by that name; it stays with Ana Ferreira" in world.publisher.text(incident.id)
    assert world.row(incident.id, "Add an alert").owner == "Bob Unknown"
    assert world.ticket().owner is not None


# Remarks that contradict themselves.


def test_of_an_item_that_is_over_only_the_reason_is_told() -> None:
    over = filed(
        status=ItemStatus.DROPPED,
        status_because="we retire it",
        owner_reason=OwnerReason.FALLBACK_NOT_NAMED,
        owner=None,
    )
    assert list(remarks(over)) == ["dropped: we retire it"]
    assert list(remarks(replace(over, status=ItemStatus.DONE, status_because=None))) == []


def test_done_typed_in_the_document_says_what_to_do_once() -> None:
    said = recelled(filed(), {"status": "done"}, INCIDENT, READING)
    assert list(remarks(said)) == ["“done” was typed here, but its ticket is open; close the ticket"]
    again = recelled(recelled(said, {"status": "open"}, INCIDENT, READING), {"status": "done"}, INCIDENT, READING)
    assert len(again.conflicts) == 1
    assert recelled(said, {"status": "open"}, INCIDENT, READING).conflicts == ()
