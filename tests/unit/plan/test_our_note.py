"""Our note on the incident: people's words around it are kept, and one that a person wrote over is theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callsheet.connect.errors import Transient
from callsheet.model.effect import PostNote, Reason
from callsheet.model.incident import Dossier
from callsheet.model.ledger import Outcome
from callsheet.model.ticket import Category
from callsheet.plan.publishing import own_part
from callsheet.run import writing
from tests.unit.run.world import World


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
