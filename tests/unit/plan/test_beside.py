"""What people promise beside the table, or amid the marks of a git conflict, is told and never swallowed."""

from __future__ import annotations

import pytest

from callsheet.document.conflict import conflict_line
from callsheet.model.ticket import Category
from callsheet.plan.beside import NO_SHEET, WRITE_A_ROW, promises_beside
from tests.unit.run.world import World

SECTION = "## Call sheet\n\n| Key | Action |\n| --- | --- |\n| | Do it |\n\n{below}\n\n## Next\n"
HEAD = f"# Title\n\n## Notes\n\n{{notes}}\n\n{SECTION}"


def told(below: str = "", notes: str = "", generated: str = "") -> list[str]:
    lines = promises_beside(HEAD.format(notes=notes, below=below), generated)
    assert all(line.why.endswith(WRITE_A_ROW) for line in lines)
    return [line.why.removesuffix(f" {WRITE_A_ROW}") for line in lines]


@pytest.mark.parametrize(
    "line",
    [
        "- Write a bullet @lena.weber due Friday",
        "* Write a bullet, owner: Lena Weber",
        "1. Write a bullet by 2026-12-05",
        "ACTION: in the doc @lena.weber",
        "TODO: in the doc",
        "- [ ] in the doc",
        "ACTION - in the doc",
    ],
)
def test_what_looks_like_a_promise_near_the_table_is_asked_about(line: str) -> None:
    assert told(below=line) == [f"“{line}”"]
    assert told(below=line, generated=f"{line}\n") == []


@pytest.mark.parametrize(
    "line",
    ["- We left the old alert out on purpose", "- [x] Told support", "Plain words @lena.weber", "- @lena.weber", ""],
)
def test_other_words_near_the_table_are_nobodys_promise(line: str) -> None:
    assert told(below=line) == []


def test_code_is_nobodys_promise() -> None:
    assert told(below="```\nACTION: drop it\n```", notes="```\nACTION: drop it\n```") == []


def test_far_from_the_table_only_the_loudest_words_are_asked_about() -> None:
    loud = "ACTION: in the notes @lena.weber"
    assert told(notes=loud) == [f"“{loud}”"]
    assert told(notes="- **Action item:** the same") == ["“- **Action item:** the same”"]
    assert told(notes="TODO: say more here\n- [ ] ask legal\n- Ask @lena.weber by Friday\nThe action: restart") == []
    assert promises_beside(f"# Title\n\n{loud}\n") == ()


def test_a_call_sheet_that_was_deleted_as_a_whole_is_told() -> None:
    (line,) = promises_beside("# Title\n", SECTION.format(below=""))
    assert (line.line, line.why) == (1, NO_SHEET)


def write_below(world: World, incident_id: str, words: str) -> None:
    end = "<!-- callsheet:end call-sheet -->\n"
    text = world.publisher.text(incident_id)
    assert end in text
    world.publisher.edit(incident_id, text.replace(end, f"{end}\n{words}\n"))


def set_aside(world: World) -> list[tuple[str, str]]:
    with world.store() as store:
        return [(what, why) for what, _, why in store.quarantined()]


def test_it_is_told_in_the_document_and_in_status_until_it_is_a_row(world: World) -> None:
    incident = world.filed()
    typed = "- Write a bullet @ana.ferreira due Friday"
    write_below(world, incident.id, typed)
    for _ in range(3):
        world.once()
        world.wait(minutes=1)
    document = world.publisher.text(incident.id)
    assert f"\n{typed}\n" in document
    assert document.count("looks like a promise, but only rows are read") == 1
    assert set_aside(world) == [("a line of a document", f"“{typed}” {WRITE_A_ROW}")]
    assert len(world.tracker.tickets) == 1
    world.publisher.edit(incident.id, document.replace(f"\n{typed}\n", ""))
    world.settled()
    world.wait(minutes=1)
    world.settled()
    assert "looks like a promise" not in world.publisher.text(incident.id)
    assert set_aside(world) == []


# Git's marks.

CONFLICT = "<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> branch\n"


def test_a_whole_conflict_is_known_by_its_three_marks() -> None:
    text = CONFLICT.format(ours="a", theirs="b")
    assert conflict_line(f"x\n{text}") == 2
    assert conflict_line(text.replace("\n", "\r\n")) == 1
    assert conflict_line(f"<<<<<<< lost\n{text}") == 2


@pytest.mark.parametrize(
    "text", ["", "Title\n=======\n", "<<<<<<< HEAD\na\n=======\n", "=======\n<<<<<<< a\n>>>>>>> b\n", "a <<<<<<< b"]
)
def test_anything_less_is_somebodys_words(text: str) -> None:
    assert conflict_line(text) is None


def test_a_document_in_conflict_is_left_alone_and_told_until_it_is_mended(world: World) -> None:
    incident = world.filed()
    row = "| | {} | Marcus Hill | | | | | | |"
    marked = CONFLICT.format(ours=row.format("Row of ours"), theirs=row.format("Row of theirs"))
    text = world.publisher.text(incident.id)
    before, end, behind = text.partition("\n<!-- callsheet:end call-sheet -->\n")
    broken = f"{before}{marked}{end}{behind}".replace("status: draft", "status: final")
    world.publisher.edit(incident.id, broken)
    world.tracker.move_to(world.ticket().id, Category.DONE)
    for _ in range(3):
        world.wait(minutes=1)
        world.once()
    assert world.publisher.text(incident.id) == broken
    assert len(world.tracker.tickets) == 1
    assert [why for _, why in set_aside(world)] == [
        "has git conflict markers; it is neither read nor written until you mend them"
    ]
    mended = f"{before}{row.format('Row of ours')}\n{end}{behind}"
    world.publisher.edit(incident.id, mended)
    world.settled()
    assert world.ticket("Row of ours").owner is not None
    assert world.row(incident.id, "Add an alert").status == "done"
    assert set_aside(world) == []
