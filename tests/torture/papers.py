"""People's hands on a document: they type into the call sheet's cells, add rows, and write below it."""

from __future__ import annotations

from callsheet.document.sheet import COLUMNS, DocRow, read_sheet
from tests.torture.stage import Stage


def text_of(stage: Stage, incident_id: str) -> str:
    """The document as it stands; empty where there is none."""
    return stage.shelf.get(incident_id, ("", None))[1] or ""


def row_of(stage: Stage, incident_id: str, action: str) -> DocRow | None:
    """The one row that says this; None where there is none, or several."""
    rows = [row for row in read_sheet(text_of(stage, incident_id))[0] if row.action == action]
    return rows[0] if len(rows) == 1 else None


def type_cell(stage: Stage, incident_id: str, row: DocRow, column: str, words: str) -> None:
    """Somebody types into a cell."""
    lines = text_of(stage, incident_id).split("\n")
    cells = lines[row.line - 1].strip().strip("|").split("|")
    cells[COLUMNS.index(column)] = f" {words} "
    lines[row.line - 1] = "|" + "|".join(cells) + "|"
    _save(stage, incident_id, "\n".join(lines))


def add_row(stage: Stage, incident_id: str, **cells: str) -> bool:
    """Somebody adds a row at the end; False where there is no call sheet."""
    lines = text_of(stage, incident_id).split("\n")
    rows = read_sheet("\n".join(lines))[0]
    heading = next((number for number, line in enumerate(lines) if line.startswith("| Key")), None)
    if heading is None:
        return False
    place = max((row.line for row in rows), default=heading + 2)
    lines.insert(place, "| " + " | ".join(cells.get(column, "") for column in COLUMNS) + " |")
    _save(stage, incident_id, "\n".join(lines))
    return True


def write_below(stage: Stage, incident_id: str, words: str) -> None:
    """Somebody writes a line at the end."""
    _save(stage, incident_id, f"{text_of(stage, incident_id)}\n{words}\n")


def _save(stage: Stage, incident_id: str, text: str) -> None:
    stage.shelf[incident_id] = (stage.shelf[incident_id][0], text)
