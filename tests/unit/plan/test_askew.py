"""Rows typed without their empty Key cell: no word of them is lost, and nothing is filed from a misread."""

from __future__ import annotations

import pytest

from callsheet.document.sheet import Askew
from callsheet.plan.askew import CUT, meant, whole
from tests.unit.plan.reading import RULES, reading
from tests.unit.plan.test_collect import doc_row
from tests.unit.run.world import World

READING = reading()


def typed(*cells: str) -> Askew:
    names = ("action", "owner", "due", "priority", "kind", "fix", "ticket", "status")
    row = doc_row(**dict(zip(names, cells, strict=False)))
    return Askew(in_key=cells[0], as_typed=doc_row(cells[1] if len(cells) > 1 else ""), moved=row)


def add_line(world: World, incident_id: str, line: str) -> None:
    """A person types a line below the table's last row."""
    lines = world.publisher.text(incident_id).split("\n")
    lines.insert(max(row.line for row in world.rows(incident_id)), line)
    world.publisher.edit(incident_id, "\n".join(lines))


@pytest.mark.parametrize(
    "cells",
    [
        ("Write the runbook",),
        ("Write the runbook", "Ana Ferreira", "2026-11-20"),
        ("Write the runbook", "@ana.ferreira"),
        ("Runbook", "", "next Friday"),
        ("Write the runbook", "tbd", "in 3 business days", "P2", "prevent", "root"),
    ],
)
def test_a_row_that_is_understood_one_cell_further_on_is_read(cells: tuple[str, ...]) -> None:
    (row,) = meant([typed(*cells)], READING.people, RULES)
    assert row.action == cells[0]


@pytest.mark.parametrize(
    "cells",
    [
        ("1",),
        ("1", "Write the runbook", "Ana Ferreira"),
        ("Follow up", "Write the runbook"),
        ("Write the runbook", "Nobody Known", "2026-11-20"),
        ("Write the runbook", "Ana Ferreira", "soon"),
        ("Write the runbook", "Ana Ferreira", "2026-11-20", "P2", "", "", "OPS-1"),
        ("Write the runbook", "Ana Ferreira", "2026-11-20", "P2", "", "", "", "done"),
    ],
)
def test_a_row_with_anything_unclear_in_it_is_not(cells: tuple[str, ...]) -> None:
    assert meant([typed(*cells)], READING.people, RULES) == ()


@pytest.mark.parametrize("end", ["", " P2 | | | | | |"])
def test_a_row_without_its_key_cell_is_filed_as_it_was_meant(world: World, end: str) -> None:
    incident = world.filed()
    add_line(world, incident.id, f"| Write the runbook | Marcus Hill | 2026-11-20 |{end}")
    world.settled()
    item = world.item("Write the runbook")
    assert (item.owner.name if item.owner else "", item.terms.due_on and item.terms.due_on.isoformat()) == (
        "Marcus Hill",
        "2026-11-20",
    )
    assert world.ticket("Write the runbook").owner is not None
    row = world.row(incident.id, "Write the runbook")
    assert (row.key, row.owner, row.due) == (item.key, "Marcus Hill", "2026-11-20")
    assert len(world.tracker.tickets) == 2
    world.wait(minutes=1)
    world.settled()
    assert len(world.items()) == 2


LINES = [
    "| Write the runbook | Nobody Known | 2026-11-20 |",
    "| Write the runbook | Nobody Known | 2026-11-20 | P2 | | | | | |",
    "| 1 | Write the runbook | Marcus Hill |",
]


@pytest.mark.parametrize("line", LINES)
def test_a_row_that_is_unclear_stays_as_it_was_typed_and_is_asked_about(world: World, line: str) -> None:
    incident = world.filed()
    add_line(world, incident.id, line)
    for _ in range(3):
        report = world.once()
        world.wait(minutes=1)
    document = world.publisher.text(incident.id)
    assert f"\n{line}\n" in document
    assert "In the call sheet, “" in document
    assert "stands in the Key cell, so its row is not read" in document
    assert (len(world.items()), len(world.tracker.tickets)) == (1, 1)
    assert report.quarantined == []  # Told once, and then where it waits.
    with world.store() as store:
        assert [(what, "Key cell" in why) for what, _, why in store.quarantined()] == [
            ("a row of the call sheet", True)
        ]


def test_a_row_that_was_asked_about_is_taken_in_once_it_is_mended(world: World) -> None:
    incident = world.filed()
    add_line(world, incident.id, LINES[2])
    world.once()
    world.wait(minutes=1)
    world.publisher.edit(incident.id, world.publisher.text(incident.id).replace("| 1 | Write", "| | Write"))
    world.settled()
    assert world.ticket("Write the runbook").owner is not None
    assert "stands in the Key cell" not in world.publisher.text(incident.id)


def test_a_key_that_somebody_wrote_over_is_neither_printed_over_nor_taken_for_a_deleted_row(world: World) -> None:
    incident = world.filed()
    text = world.publisher.text(incident.id)
    world.publisher.edit(incident.id, text.replace(f"| {world.item().key} |", "| see below |"))
    world.once()
    world.wait(minutes=1)
    document = world.publisher.text(incident.id)
    assert "| see below | Add an alert |" in document
    assert (document.count("| Add an alert |"), world.item().row_gone) == (1, False)
    assert len(world.tracker.tickets) == 1


def test_a_row_that_a_bare_pipe_cut_in_two_is_asked_about_and_read_once_mended(world: World) -> None:
    incident = world.filed()
    line = "|  | Alert on | pipe | Marcus Hill | in 3 days | P2 |"
    add_line(world, incident.id, line)
    world.wait(minutes=1)
    world.once()
    assert [item.spoken.title for item in world.items()] == ["Add an alert"]
    assert line in world.publisher.text(incident.id)
    with world.store() as store:
        ((what, _, why),) = store.quarantined()
    assert (what, why) == ("a row of the call sheet", CUT.format("Alert on", "pipe"))
    world.publisher.edit(incident.id, world.publisher.text(incident.id).replace("Alert on | pipe", r"Alert on \| pipe"))
    world.settled()
    item = world.item("Alert on | pipe")
    assert (item.owner and item.owner.name, item.terms.priority) == ("Marcus Hill", "P2")
    assert world.ticket("Alert on | pipe")


@pytest.mark.parametrize(
    "cells",
    [
        ("Bob Unknown", "Friday"),
        ("Marcus Hill", "asap", "P2"),
        ("Bob Unknown",),
        ("", "in 3 days", "P2"),
        ("Bob Unknown", "someday", "P2"),
    ],
)
def test_a_slip_in_one_cell_is_no_cut(cells: tuple[str, ...]) -> None:
    names = ("owner", "due", "priority")
    row = doc_row("Add an alert", **dict(zip(names, cells, strict=False)))
    assert whole([row], READING.people, RULES) == (row,)
