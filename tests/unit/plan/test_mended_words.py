"""Words that people wrote and that were once lost, swallowed or turned round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from callsheet.connect.errors import Transient
from callsheet.document.edits import CellEdit, Edits, edits, without_keys
from callsheet.document.sheet import read_sheet
from callsheet.model.action_item import ActionItem, ItemStatus, OwnerReason, Source, SourceKind, Words
from callsheet.model.effect import PostNote, Reason
from callsheet.model.incident import Dossier
from callsheet.model.ledger import Outcome
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.ticket import Category, Field
from callsheet.plan.beliefs import read_note
from callsheet.plan.collect import Place, collect, row_keys, strangers
from callsheet.plan.meaning import new_item, recelled, reworded
from callsheet.plan.publishing import note, own_part, publishes
from callsheet.plan.rules import Calendar, StandingItem
from callsheet.plan.sheet_words import deleted_rows, remarks
from callsheet.plan.snapshot import Case
from callsheet.run import writing
from callsheet.testing.builders import NOON, make_dossier, make_item, make_note, make_ticket
from tests.unit.plan.reading import HOUSE, INCIDENT, OPENED, RULES, reading
from tests.unit.plan.test_collect import doc_row
from tests.unit.run.world import PLAIN_RULES, World

READING = reading()
NOTE = Source(kind=SourceKind.NOTE, id="N1/0")
FOREIGN = "ai-0123456789abcdef"


def collected(*known: ActionItem, notes: tuple[Any, ...] = (), **more: Any) -> dict[str, ActionItem]:
    place = Place(incident=INCIDENT, opened=OPENED, notes=tuple((INCIDENT, n) for n in notes), **more)
    return collect(place, known, READING)


def row_item(action: str = "Raise the limit", **changes: Any) -> ActionItem:
    (item,) = collected(edits=(Edits(added=(doc_row(action),)),)).values()
    return replace(item, **changes)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path).born()


# A row that is back (R3).


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


# A row's key (R4).


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


# A promise made anew (R6).


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


# Words that can't be understood (N1, N2).


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


def test_before_it_is_filed_an_unknown_owner_goes_to_the_fallback() -> None:
    after = recelled(make_item(), {"owner": "Bob Unknown"}, INCIDENT, READING)
    assert (after.owner_reason, after.unread) == (OwnerReason.FALLBACK_UNKNOWN, {})


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


# Remarks that contradict themselves (N24).


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


# Rows from another document (R5) and deleted rows (N10).


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


# The note on the incident (R10, R8).


def our_note(world: World, incident_id: str) -> Any:
    return next(note for note in world.source.seen(incident_id) if "Kept up to date" in note.text)


def test_words_around_our_note_are_kept(world: World) -> None:
    incident = world.filed()
    ours = our_note(world, incident.id)
    world.source.reword(incident.id, ours.id, f"Talk to Bob first!\n{ours.text}\nAnd to Ana.")
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.wait(minutes=5)
    world.settled()
    first, *middle, last = our_note(world, incident.id).text.splitlines()
    assert (first, middle[0], last) == ("Talk to Bob first!", "Post-mortem action items: 1 of 1 done.", "And to Ana.")


def test_a_note_that_a_person_wrote_over_is_theirs(world: World) -> None:
    incident = world.filed()
    ours = our_note(world, incident.id)
    theirs = ours.text.replace("0 of 1 done", "all of it is as good as done")
    assert theirs != ours.text
    world.source.reword(incident.id, ours.id, theirs)
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.wait(minutes=5)
    report = world.settled()
    assert our_note(world, incident.id).text == theirs
    assert not report.counts["note.edited"]
    world.wait(minutes=5)
    before = world.written
    world.settled()
    assert world.written == before


def test_an_edit_whose_answer_was_lost_is_not_taken_for_a_persons(world: World) -> None:
    incident = world.filed()
    world.source.faults.fail("edit_note", lambda: Transient("no answer", sent=True), applied=True)
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.wait(minutes=5)
    world.once()
    world.tracker.move_to(world.ticket().id, Category.NEW)
    world.wait(minutes=5)
    world.once()
    world.wait(minutes=5)
    world.settled()
    assert "0 of 1 done" in our_note(world, incident.id).text


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda text: text, True),
        (lambda text: f"Hi\n{text}\nbye", True),
        (lambda text: text.replace("\n", "  \n"), True),
        (lambda text: text.replace("\n- ", "\n- well done, "), False),
        (lambda text: text.replace("\n- ", "\nmy line\n- "), False),
        (lambda text: text.replace("[cs-", "[cs-0"), False),
    ],
)
def test_our_part_of_a_note_is_known_by_its_print(world: World, change: Callable[[str], str], found: bool) -> None:
    text = our_note(world, world.filed().id).text
    label = text.rpartition("[")[2].split()[0]

    assert own_part(text, label) == text
    assert (own_part(change(text), label) is not None) is found


def test_after_a_lost_database_unread_notes_bring_no_second_one(world: World) -> None:
    incident = world.filed()
    ours = our_note(world, incident.id)
    label = ours.text.rpartition("[")[2].split()[0]
    effect = PostNote(
        key=f"note:{incident.id}",
        reason=Reason.POSTMORTEM_OPENED,
        incident_id=incident.id,
        note_id=None,
        marker=label,
        text=ours.text.replace("0 of 1", "1 of 1"),
    )
    world.lose_database()
    with world.app() as app:
        app.memory.save_incidents([incident])
        app.memory.save_dossier(Dossier(incident=incident), complete=False)
        done = writing.note(effect, app)
    assert (done.event, done.outcome) == ("note.edited", Outcome.DONE)
    assert [n.text for n in world.source.seen(incident.id) if "Kept up" in n.text] == [effect.text]


# Standing items (R21).

GAME_DAY = StandingItem(id="game", title="Run a game day")


def test_a_new_standing_item_is_not_asked_of_past_post_mortems(world: World) -> None:
    world.filed()
    world.rules = replace(PLAIN_RULES, standing=(GAME_DAY,))
    world.settled()
    assert [item.spoken.title for item in world.items()] == ["Add an alert"]


@pytest.mark.parametrize(("standing", "count"), [(None, 0), ((), 0), (("review",), 0), (("game",), 1)])
def test_a_post_mortem_brings_what_was_standing_when_it_opened(standing: Any, count: int) -> None:
    opened = replace(OPENED, reason=Reason.MATCHES_POLICY, standing=standing)
    rules = replace(RULES, standing=(GAME_DAY,))
    assert len(collect(Place(incident=INCIDENT, opened=opened), (), reading(rules))) == count


def test_what_is_standing_is_remembered_at_opening(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, standing=(GAME_DAY,))).born()
    incident = world.filed()
    with world.store() as store:
        assert store.postmortems([incident.id])[incident.id].standing == ("game",)
    assert OpenedPostmortem(incident_id="Q").standing is None


# Notes and days (N19, 28).


@pytest.mark.parametrize(
    ("text", "belief", "words"),
    [
        ("I think it is the pool.", "I think it is the pool.", None),
        (
            "Pool is full. I think it leaks. Restarting.",
            "I think it leaks.",
            "Pool is full. I think it leaks. Restarting.",
        ),
        ("I think it leaks.\nIt does not.", "I think it leaks.", "I think it leaks.\nIt does not."),
        ("Restarting.", None, "Restarting."),
    ],
)
def test_a_note_is_told_whole_and_in_order(text: str, belief: str | None, words: str | None) -> None:
    said = read_note(text)
    assert (said.belief, said.words) == (belief, words)


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
