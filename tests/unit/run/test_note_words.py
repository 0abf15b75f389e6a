"""What a person writes into our note stays, whatever became of our own edits of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from callsheet.connect.errors import ConnectorError, RateLimited, Rejected
from callsheet.model.incident import Note
from tests.unit.run.world import ACTION, World

WORDS = " -- Ana: the vendor confirmed, do not page them again"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path).born()


def ours(world: World, incident_id: str) -> Note:
    """The one note that Callsheet wrote."""
    (note,) = [note for note in world.source.seen(incident_id) if "Kept up" in note.text]
    return note


def words_in_a_line(world: World, incident_id: str) -> None:
    """A person appends to the line of the first action item."""
    note = ours(world, incident_id)
    first, second, *rest = note.text.split("\n")
    world.source.edit_note(incident_id, note.id, "\n".join((first, second + WORDS, *rest)))


def news(world: World, day: int) -> None:
    """Another due date, so that the note has something new to say."""
    world.tracker.edit(world.ticket().id, due_on=date(2026, 12, day))
    world.wait(minutes=70)
    world.once()


def test_words_written_after_an_unclear_edit_stay(world: World) -> None:
    incident = world.filed()
    world.source.faults.lose_reply("edit_note")
    news(world, 1)
    words_in_a_line(world, incident.id)
    for day in (8, 9):
        news(world, day)
    assert WORDS in ours(world, incident.id).text


@pytest.mark.parametrize(
    "no", [RateLimited("slow down", retry_after=30), Rejected("no such field")], ids=["throttled", "rejected"]
)
def test_words_written_after_a_clear_no_stay(world: World, no: ConnectorError) -> None:
    incident = world.filed()
    world.source.faults.fail("edit_note", lambda: no)
    news(world, 1)
    words_in_a_line(world, incident.id)
    for day in (8, 9):
        news(world, day)
    assert WORDS in ours(world, incident.id).text


def test_after_a_clear_no_the_note_is_brought_up_to_date_again(world: World) -> None:
    incident = world.filed()
    world.source.faults.fail("edit_note", lambda: RateLimited("slow down", retry_after=30))
    news(world, 1)
    news(world, 8)
    assert "2026-12-08" in ours(world, incident.id).text


def test_words_written_before_the_first_note_is_found_stay(world: World) -> None:
    incident = world.story(ACTION)
    world.source.faults.lose_reply("post_note")
    world.once()
    words_in_a_line(world, incident.id)
    for _ in range(3):
        world.wait(minutes=10)
        world.once()
    assert WORDS in ours(world, incident.id).text


def test_a_first_note_that_was_found_again_is_brought_up_to_date(world: World) -> None:
    incident = world.story(ACTION)
    world.source.faults.lose_reply("post_note")
    world.once()
    for day in (1, 8):
        news(world, day)
    assert "2026-12-08" in ours(world, incident.id).text
