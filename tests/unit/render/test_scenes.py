"""A document in its sections: all of it, once, with names that addresses can carry."""

from __future__ import annotations

from callsheet.render.renderer import Renderer
from callsheet.render.scenes import script
from tests.unit.render.story import postmortem


def test_the_sections_are_those_of_the_document() -> None:
    found = script(Renderer().document(postmortem()))

    titles = [scene.title for scene in found.scenes]
    assert titles[0] == "Summary"
    assert titles[-1] == "Appendix: the whole log"
    assert "Everyone in this story" in found.opening
    assert "<h1>" not in found.opening


def test_deeper_headings_stay_in_their_section() -> None:
    (scene,) = script("## A\n\none\n\n### B\n\ntwo\n").scenes
    assert "<h3>B</h3>" in scene.html
    assert "two" in scene.html


def test_names_are_plain_and_each_is_there_once() -> None:
    found = script("## What's <b>up</b>?\n\n## Notes\n\n## Notes\n\n## “…”\n")
    assert [scene.name for scene in found.scenes] == ["what-s-b-up-b", "notes", "notes-2", "part"]


def test_a_rule_at_the_start_of_a_section_hides_nothing() -> None:
    (scene,) = script("## A\n---\nname: value\n---\nafter\n").scenes
    assert "name: value" in scene.html
    assert "after" in scene.html


def test_a_document_without_sections_is_all_opening() -> None:
    found = script("---\nstatus: draft\n---\n# T\n\nwords\n")
    assert (found.scenes, "words" in found.opening, "status" in found.opening) == ((), True, False)
