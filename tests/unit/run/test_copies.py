"""Copies beside the document follow what stands in it, people's words included."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callsheet.connect.errors import Transient
from tests.unit.run.world import World


@pytest.fixture
def copying(world: World) -> World:
    """A world whose policy wants both forms."""
    world.rules = replace(world.rules, theatre=replace(world.rules.theatre, copies=("html", "ics")))
    return world


def test_without_the_policy_s_word_there_is_no_copy(world: World) -> None:
    world.story("Rolled back build 5001.")
    world.settled()
    assert world.publisher.copies == {}


def test_a_page_and_an_invitation_stand_beside_the_document(copying: World) -> None:
    incident = copying.story("Rolled back build 5001.")
    copying.settled()
    made = copying.publisher.copies[incident.id]
    assert "Rolled back build 5001." in made[".html"]
    assert "callsheet:begin" not in made[".html"]
    assert made[".ics"].startswith("BEGIN:VCALENDAR")


def test_a_person_s_words_reach_the_page_without_a_write_to_the_document(copying: World) -> None:
    incident = copying.story("Rolled back build 5001.")
    copying.settled()
    text = copying.publisher.text(incident.id) + "\nI was asleep <b>then</b>.\n"
    copying.publisher.edit(incident.id, text)
    copying.settled()
    assert copying.publisher.text(incident.id) == text
    assert "I was asleep &lt;b&gt;then&lt;/b&gt;." in copying.publisher.copies[incident.id][".html"]


def test_a_second_cycle_makes_no_copy_again(copying: World) -> None:
    incident = copying.story("Rolled back build 5001.")
    copying.settled()
    copying.publisher.copies.clear()
    assert copying.settled().counts["document.published"] == 0
    assert incident.id not in copying.publisher.copies


def test_a_copy_that_fails_costs_no_document_and_is_made_in_the_next_cycle(copying: World) -> None:
    incident = copying.story("Rolled back build 5001.")
    copying.publisher.faults.fail("copy_beside", lambda: Transient("the disk is full", sent=False), times=9)
    report = copying.once()
    assert "Rolled back build 5001." in copying.publisher.text(incident.id)
    assert any("without its copies: the disk is full" in failure.error for failure in report.failed)
    copying.publisher.faults.clear()
    copying.settled()
    assert incident.id in copying.publisher.copies
