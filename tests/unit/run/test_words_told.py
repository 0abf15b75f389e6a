"""What was understood otherwise than it was written is told where somebody can mend it, in words that help."""

from __future__ import annotations

from datetime import date

import pytest

from callsheet.plan.dates import moves
from tests.unit.run.world import World

MEANT = "“@ana”: nobody by that name (did you mean Ana Ferreira (@ana.ferreira)?); it went to Grace Okafor"


def remarks(world: World, incident_id: str) -> str:
    return world.publisher.text(incident_id).partition("call-sheet-remarks sha=")[2].partition("callsheet:end")[0]


def set_aside(world: World) -> list[tuple[str, str, str]]:
    with world.store() as store:
        return list(store.quarantined())


# Who may have been meant.


def test_a_name_that_is_nobodys_comes_with_those_who_may_be_meant(world: World) -> None:
    incident = world.filed("ACTION: Add an alert @ana due 2026-11-20")
    assert f"({MEANT})" in remarks(world, incident.id).replace("\\", "")
    assert MEANT in repr(world.ticket())


def test_a_cell_that_names_nobody_says_who_may_be_meant_and_stays_with_its_owner(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Owner", "Marcus")
    world.once()
    ((_, _, error),) = set_aside(world)
    assert "“Marcus”: nobody by that name (did you mean Marcus Hill (@marcus.hill)?); it stays with Ana" in error


def test_a_full_name_behind_an_at_sign_is_that_person(world: World) -> None:
    world.filed("ACTION: Add an alert @Marcus Hill due 2026-11-20")
    owner = world.ticket().owner
    assert owner is not None
    assert owner.name == "Marcus Hill"


# Which day was meant.


def test_a_day_that_moves_is_told_beside_the_cell_that_keeps_it(world: World) -> None:
    incident = world.filed()
    world.type_row(incident.id, "Write the runbook", Owner="Marcus Hill", Due="next Friday")
    world.settled()
    assert world.row(incident.id, "Write the runbook").due == "next Friday"
    assert "“Write the runbook” (Due “next Friday” was read as 2026-11-13)" in remarks(world, incident.id)
    world.wait(days=9)
    world.once()
    assert "Due “next Friday” was read as 2026-11-13" in remarks(world, incident.id)
    world.tracker.edit(world.ticket("Write the runbook").id, due_on=date(2026, 12, 1))
    world.wait(minutes=1)
    world.once()
    assert world.row(incident.id, "Write the runbook").due == "2026-12-01"
    assert "next Friday" not in remarks(world, incident.id)


def test_a_day_that_stays_needs_no_word(world: World) -> None:
    incident = world.filed("ACTION: Add an alert @ana.ferreira due next Friday")
    world.type_row(incident.id, "Write the runbook", Owner="Marcus Hill", Due="Nov 30")
    world.settled()
    # The note's own words stand nowhere in the table: its cell says the day.
    assert "was read as" not in remarks(world, incident.id)


@pytest.mark.parametrize("words", ["Friday", "next Monday", "tomorrow", "in 2 weeks", "in 3 business days", "EOW"])
def test_words_that_are_counted_from_today_move(words: str) -> None:
    assert moves(words, noted_on=date(2026, 11, 2))


@pytest.mark.parametrize("words", ["2026-11-30", "Nov 30", "30.11.", "25/12", "end of November"])
def test_a_date_does_not(words: str) -> None:
    assert not moves(words, noted_on=date(2026, 11, 2))


# Where it was written.


def test_words_of_a_note_are_set_aside_as_the_notes(world: World) -> None:
    incident = world.story("ACTION: Add an alert @ana.ferreira due 12/05/2026")
    world.once()
    ((what, _, error),) = set_aside(world)
    assert what == "words of a note"
    assert error.startswith(
        f"the note of Ana Ferreira on incident #{incident.number}, 2026-11-02 09:15 UTC, line “Add an alert”: "
    )
    assert "Due “12/05/2026” can't be read; it stays 2026-11-" in error
    assert world.publisher.text(incident.id).count("Due “12/05/2026” can't be read") == 1
    world.type_cell(incident.id, "Add an alert", "Due", "soon")
    world.wait(minutes=1)
    world.once()
    ((what, _, error),) = set_aside(world)
    assert what == "a cell of the call sheet"
    assert "row “Add an alert”: Due “soon”" in error
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-05")
    world.wait(minutes=1)
    world.settled()
    assert set_aside(world) == []
