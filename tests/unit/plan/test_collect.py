"""Action items from every place where people write them, the same item for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from callsheet.document.edits import CellEdit, Edits
from callsheet.document.sheet import DocRow
from callsheet.model.action_item import ActionItem, Hold, ItemStatus, Source, SourceKind, Words, item_key, marker
from callsheet.model.effect import Reason
from callsheet.model.incident import Note
from callsheet.plan.collect import collect
from callsheet.plan.lines import Known, match_lines
from callsheet.plan.place import Place
from callsheet.plan.rows import row_keys
from callsheet.plan.rules import StandingItem
from callsheet.plan.sheet_words import deleted_rows, owner_words
from callsheet.testing.builders import ACCOUNT, NOON, make_incident, make_note, make_ticket
from tests.unit.plan.reading import INCIDENT, OPENED, RULES, reading

READING = reading()


def place(*notes: Note, **more: Any) -> Place:
    return Place(incident=INCIDENT, opened=OPENED, notes=tuple((INCIDENT, note) for note in notes), **more)


def told(*notes: Note, known: tuple[ActionItem, ...] = (), **more: Any) -> dict[str, ActionItem]:
    """The items by their wording; none is there twice."""
    items = collect(place(*notes, **more), known, READING).values()
    found = {item.spoken.title: item for item in items}
    assert len(found) == len(items)
    return found


def known(*notes: Note, **more: Any) -> tuple[ActionItem, ...]:
    return tuple(told(*notes, **more).values())


def doc_row(action: str, key: str | None = None, line: int = 10, **cells: str) -> DocRow:
    empty = dict.fromkeys(("owner", "due", "priority", "kind", "fix", "ticket", "status"), "")
    return DocRow(key=key, action=action, line=line, **{**empty, **cells})


def words(*titles: str) -> tuple[Words, ...]:
    return tuple(Words(title=title) for title in titles)


def before(*titles: str) -> tuple[Known, ...]:
    return tuple(Known(ordinal=ordinal, title=title) for ordinal, title in enumerate(titles))


# Lines of a note.


@pytest.mark.parametrize(
    ("lines", "held", "ordinals"),
    [
        pytest.param(words("a", "b"), (), (0, 1), id="a new note counts from nought"),
        pytest.param(words("a", "b"), before("a", "b"), (0, 1), id="unchanged"),
        pytest.param(words("b", "a"), before("a", "b"), (1, 0), id="swapped"),
        pytest.param(words("new", "a", "b"), before("a", "b"), (2, 0, 1), id="inserted above"),
        pytest.param(words("b"), before("a", "b"), (1,), id="the first was deleted"),
        pytest.param(words("A.", "b"), before("a", "b"), (0, 1), id="case and full stop are no other wording"),
        pytest.param(
            words("Add an alert for the pool", "b"), before("Add an alert", "b"), (0, 1), id="likeness before order"
        ),
        pytest.param(
            words("x", "Raise the pool limit to 300"),
            before("Raise the pool limit to 200", "Drain queues"),
            (1, 0),
            id="the like one moved down, the other was rewritten",
        ),
        pytest.param(words("completely other"), before("Add an alert"), (0,), id="rewritten in place"),
        pytest.param(
            words("Zebra", "Yak", "Quince"),
            before("Add an alert", "Drain queues"),
            (2, 3, 4),
            id="more than before and none alike: order proves nothing",
        ),
        pytest.param(words("a", "a"), before("a", "a"), (0, 1), id="twice the same"),
    ],
)
def test_lines_are_matched_by_wording_then_likeness_then_order(
    lines: tuple[Words, ...], held: tuple[Known, ...], ordinals: tuple[int, ...]
) -> None:
    assert tuple(ordinal for _, ordinal in match_lines(lines, held)) == ordinals


def test_a_used_ordinal_is_never_given_again() -> None:
    assert match_lines(words("new", "b"), (Known(ordinal=4, title="b"),))[0][1] == 5


def test_an_items_key_is_its_place_and_survives_any_edit() -> None:
    first = make_note("ACTION: Add an alert\nACTION: Drain queues")
    items = known(first)
    edited = replace(first, text="ACTION: Write a runbook\nACTION: Add an alert on latency\nACTION: Drain queues")
    after = told(edited, known=items)
    keys = {item.words.title: item.key for item in items}
    assert after["Add an alert on latency"].key == keys["Add an alert"]
    assert after["Drain queues"].key == keys["Drain queues"]
    source = Source(kind=SourceKind.NOTE, id="N1/2")
    assert after["Write a runbook"].key == item_key(ACCOUNT, INCIDENT.id, source)


def test_a_line_that_is_gone_asks_and_comes_back_as_itself() -> None:
    whole = make_note("ACTION: Add an alert\nACTION: Drain queues")
    items = known(whole)
    cut = told(replace(whole, text="ACTION: Drain queues"), known=items)
    assert cut["Add an alert"].source_gone
    assert not cut["Drain queues"].source_gone
    back = told(whole, known=tuple(cut.values()))
    assert not back["Add an alert"].source_gone


def test_a_deleted_note_asks_unless_notes_could_not_be_read() -> None:
    items = known(make_note("ACTION: Add an alert"))
    assert told(known=items)["Add an alert"].source_gone
    assert not told(known=items, notes_complete=False)["Add an alert"].source_gone


def test_a_note_of_a_merged_incident_keeps_its_own_incident_in_the_key() -> None:
    merged = make_incident(number=1002, merged_into=INCIDENT.id)
    both = Place(incident=INCIDENT, opened=OPENED, notes=((merged, make_note("TODO: Drain queues")),))
    (item,) = collect(both, (), READING).values()
    assert item.key == item_key(ACCOUNT, merged.id, Source(kind=SourceKind.NOTE, id="N1/0"))
    assert item.incident_id == INCIDENT.id


# One wording in two places.


def test_the_same_wording_in_two_notes_is_one_item() -> None:
    items = told(make_note("ACTION: Add an alert"), make_note("todo: add an alert.", id="N2"))
    assert [source.id for source in items["Add an alert"].also_in] == ["N2/0"]


def test_the_same_wording_in_a_note_and_a_row_is_one_item() -> None:
    edits = Edits(added=(doc_row("Add an alert"),))
    (item,) = told(make_note("ACTION: Add an alert"), edits=(edits,)).values()
    assert [source.kind for source in item.also_in] == [SourceKind.DOCUMENT]


def test_a_merged_line_that_is_reworded_becomes_an_item_of_its_own() -> None:
    first, second = make_note("ACTION: Add an alert"), make_note("ACTION: Add an alert", id="N2")
    items = known(first, second)
    after = told(first, replace(second, text="ACTION: Write a runbook"), known=items)
    assert after["Add an alert"].also_in == ()
    assert after["Write a runbook"].source.id == "N2/0"
    assert not after["Write a runbook"].source_gone


def test_while_another_place_says_the_same_nothing_is_gone() -> None:
    first, second = make_note("ACTION: Add an alert"), make_note("ACTION: Add an alert", id="N2")
    items = known(first, second)
    without_first = told(second, known=items)
    assert not without_first["Add an alert"].source_gone
    without_both = told(known=tuple(without_first.values()))
    assert without_both["Add an alert"].source_gone
    assert told(known=items)["Add an alert"].source_gone


def test_a_deleted_copy_is_no_longer_told_as_a_place() -> None:
    first, second = make_note("ACTION: Add an alert"), make_note("ACTION: Add an alert", id="N2")
    after = told(first, known=known(first, second))
    assert after["Add an alert"].also_in == ()


# Rows of the document.


def test_a_row_has_the_same_key_until_it_is_printed() -> None:
    edits = Edits(added=(doc_row("Raise the limit", owner="Marcus Hill"),))
    (item,) = told(edits=(edits,)).values()
    assert item.source == Source(kind=SourceKind.DOCUMENT, id=item.key)
    again = told(edits=(edits,), known=(item,))
    assert list(again.values()) == [item]


def test_two_rows_of_one_wording_have_two_keys() -> None:
    rows = (doc_row("Raise the limit", line=3), doc_row("raise the limit", line=4))
    keys = row_keys(INCIDENT, rows, {}, ())
    assert len({*keys.values()}) == 2


def test_a_new_row_never_takes_the_key_of_a_printed_one() -> None:
    (item,) = told(edits=(Edits(added=(doc_row("Raise the limit"),)),)).values()
    printed = replace(item, row_published=True)
    assert row_keys(INCIDENT, (doc_row("Raise the limit"),), {item.key: printed}, ())[10] != item.key


def test_a_row_rewritten_before_it_was_taken_in_is_the_new_row_only() -> None:
    (old,) = told(edits=(Edits(added=(doc_row("Raise the limit"),)),)).values()
    after = told(edits=(Edits(added=(doc_row("Write a runbook"),)),), known=(old,))
    assert after["Raise the limit"].status is ItemStatus.DROPPED
    assert after["Write a runbook"].open


def test_a_row_of_one_document_is_not_missed_in_another() -> None:
    here = Edits(added=(doc_row("Raise the limit"),))
    (item,) = told(edits=(here, Edits())).values()
    assert item.open
    assert told(edits=(Edits(), here), known=(item,))["Raise the limit"].open


def test_a_row_that_stands_under_its_key_was_taken_in() -> None:
    (item,) = told(edits=(Edits(added=(doc_row("Raise the limit"),)),)).values()
    after = told(edits=(Edits(),), printed=frozenset({item.key}), known=(item,))
    assert after["Raise the limit"].open
    assert after["Raise the limit"].row_published


def test_a_row_that_somebody_took_out_asks() -> None:
    (item,) = told(edits=(Edits(added=(doc_row("Raise the limit"),)),)).values()
    printed = replace(item, row_published=True, ticket_id="10001")
    assert told(edits=(Edits(removed=(item.key,)),), known=(printed,))["Raise the limit"].source_gone


def test_cells_change_the_item_and_an_emptied_cell_says_nothing() -> None:
    (item,) = known(make_note("ACTION: Add an alert @ana.ferreira"))
    cells = (
        CellEdit(key=item.key, column="Owner", before="Ana Ferreira", after="Marcus Hill"),
        CellEdit(key=item.key, column="Due", before="2026-11-09", after=""),
        CellEdit(key=item.key, column="Ticket", before="OPS-1", after="OPS-2"),
    )
    (after,) = told(
        make_note("ACTION: Add an alert @ana.ferreira"), edits=(Edits(cells=cells),), known=(item,)
    ).values()
    assert after.owner is not None
    assert after.owner.name == "Marcus Hill"
    assert after.cells == {"owner": "Marcus Hill"}
    assert after.terms.due_on == item.terms.due_on


def test_a_row_that_was_copied_asks_for_whom_the_first_one_asked_for() -> None:
    (item,) = known(make_note("ACTION: Add an alert @bob"))
    rows = tuple(
        doc_row(f"Add alert {n}", line=n, owner=words) for n, words in enumerate([owner_words(item), "Bob (for now)"])
    )
    first, second = told(edits=(Edits(added=rows),)).values()
    assert owner_words(item) == "Grace Okafor (for “@bob”)"
    assert (first.spoken.owner, owner_words(first)) == ("@bob", owner_words(item))
    assert second.spoken.owner == "Bob (for now)"
    pasted = CellEdit(key=item.key, column="Owner", before="", after=owner_words(item))
    assert known(make_note("ACTION: Add an alert @bob"), edits=(Edits(cells=(pasted,)),))[0].spoken.owner == "@bob"


def test_a_deleted_row_is_brought_back_by_one_that_says_the_same() -> None:
    note = make_note("ACTION: Add an alert")
    (item,) = known(note)
    (gone,) = known(note, known=(item,), edits=(Edits(removed=(item.key,)),))
    assert [key for key, _ in deleted_rows([gone])] == [item.key]
    (back,) = known(note, known=(gone,), edits=(Edits(added=(doc_row("Add an alert"),)),))
    assert list(deleted_rows([back])) == []
    (row,) = back.also_in
    assert known(note, known=(back,), edits=(Edits(removed=(row.id,)),), printed=frozenset({item.key})) == (item,)
    (again,) = known(note, known=(back,), edits=(Edits(removed=(row.id,)),))
    assert [key for key, _ in deleted_rows([again])] == [item.key]


def test_an_owner_and_a_date_may_stand_in_the_action_of_a_row() -> None:
    row = doc_row("Raise the limit @marcus.hill due 2026-11-20")
    (item,) = told(edits=(Edits(added=(row,)),)).values()
    assert item.owner is not None
    assert (item.spoken.title, item.owner.name, str(item.terms.due_on)) == (
        "Raise the limit",
        "Marcus Hill",
        "2026-11-20",
    )


# Standing items and hand-made tickets.


STANDING = replace(RULES, standing=(StandingItem(id="review", title="Hold the blameless review", due_days=5),))


def standing(reason: Reason, **opened: Any) -> dict[str, ActionItem]:
    there = Place(incident=INCIDENT, opened=replace(OPENED, reason=reason, standing=("review",), **opened))
    return collect(there, (), reading(STANDING))


def test_a_standing_item_comes_with_every_post_mortem_but_one_opened_for_a_single_action() -> None:
    (item,) = standing(Reason.MATCHES_POLICY).values()
    assert item.source == Source(kind=SourceKind.POLICY, id="review")
    assert str(item.terms.due_on) == "2026-11-09"
    assert standing(Reason.ACTION_NOTED) == {}


def test_a_hand_made_ticket_is_an_item_with_the_tickets_words() -> None:
    ticket = make_ticket(title="Call the vendor")
    (item,) = told(hand_made=(ticket,)).values()
    assert item.source == Source(kind=SourceKind.TICKET, id=ticket.id)


def test_a_ticket_that_is_somebodys_already_makes_no_item() -> None:
    (item,) = known(make_note("ACTION: Add an alert"))
    owned = replace(item, ticket_id="10001")
    assert len(told(make_note("ACTION: Add an alert"), hand_made=(make_ticket(),), known=(owned,))) == 1


# Backfill and a lost database.


@pytest.mark.parametrize(("hours", "hold"), [(-1, Hold.BACKFILLED), (1, None)])
def test_day_one_holds_back_what_was_written_before_it(hours: int, hold: Hold | None) -> None:
    note = make_note("ACTION: Add an alert", created_at=NOON + timedelta(hours=hours))
    there = Place(incident=INCIDENT, opened=replace(OPENED, backfilled=True), notes=((INCIDENT, note),))
    (item,) = collect(there, (), reading(first_cycle_at=NOON)).values()
    assert item.hold is hold


def test_lost_ordinals_are_found_by_the_markers_of_tickets() -> None:
    key = item_key(ACCOUNT, INCIDENT.id, Source(kind=SourceKind.NOTE, id="N1/3"))
    titles = {marker("callsheet", key): "Drain queues"}
    note = make_note("ACTION: Add an alert\nACTION: Drain queues")
    items = told(note, titles_by_marker=titles)
    assert items["Drain queues"].key == key
    assert items["Add an alert"].source.id == "N1/4"


def test_lost_ordinals_are_found_by_the_rows_that_were_printed() -> None:
    """The first line stood in the table without a ticket, the second had its ticket, when the database was lost."""
    note = make_note("ACTION: Add an alert\nACTION: Drain queues")
    keys = {title: item.key for title, item in told(note).items()}
    rows = (doc_row("Add an alert", key=keys["Add an alert"]),)
    titles = {marker("callsheet", keys["Drain queues"]): "Drain queues"}
    items = told(note, rows=rows, titles_by_marker=titles)
    assert {title: item.key for title, item in items.items()} == keys


def test_a_note_that_is_read_after_its_lost_row_changes_nothing_of_the_item() -> None:
    note = make_note("ACTION: Add an alert @ana.ferreira")
    (key,) = collect(place(note), (), READING)
    (lost,) = told(rows=(doc_row("Add an alert", key=key, owner="Marcus Hill"),)).values()
    item = collect(place(note), (lost,), READING)[key]
    assert (item.terms, item.owner) == (lost.terms, lost.owner)
    assert (item.source.kind, item.words.owner) == (SourceKind.NOTE, "@ana.ferreira")


def test_a_lost_row_is_the_item_that_its_key_says() -> None:
    row = doc_row("Raise the limit", key="ai-0123456789abcdef", owner="Marcus Hill")
    (item,) = told(rows=(row,)).values()
    assert (item.key, item.row_published) == (row.key, True)


def test_a_lost_row_of_a_note_or_a_hand_made_ticket_is_no_item_of_its_own() -> None:
    note, ticket = make_note("ACTION: Add an alert"), make_ticket(title="Call the vendor")
    keys = {title: item.key for title, item in told(note, hand_made=(ticket,)).items()}
    rows = tuple(doc_row(title, key=key) for title, key in keys.items())
    items = told(note, hand_made=(ticket,), rows=rows)
    assert {title: item.key for title, item in items.items()} == keys
    assert items["Call the vendor"].source.kind is SourceKind.TICKET


def test_collecting_twice_changes_nothing() -> None:
    notes = (make_note("ACTION: Add an alert\n- [ ] Drain queues"), make_note("TODO: Add an alert", id="N2"))
    edits = (Edits(added=(doc_row("Raise the limit"),)),)
    once = collect(place(*notes, edits=edits), (), READING)
    assert collect(place(*notes, edits=edits), once.values(), READING) == once
