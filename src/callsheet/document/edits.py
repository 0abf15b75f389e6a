"""What people changed in a call sheet since it was last published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from callsheet.document.front import incident_of
from callsheet.document.regions import lines_of
from callsheet.document.sheet import COLUMNS, Askew, DocRow, Sheet, sheet_of
from callsheet.document.table import take_apart
from callsheet.model.publication import BegunText

__all__ = ["CellEdit", "Edits", "edits", "incident_of", "standing_on", "without_keys"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEdit:
    """One cell that a person changed: plain text before and after, empty for an empty cell."""

    key: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """Changed cells, rows without a key, the keys of rows that were taken out.

    `foreign` are rows under a key that was not in the last publication: brought back, or copied from elsewhere.
    `askew` are rows with words in their Key cell that are known by nothing else.
    """

    cells: tuple[CellEdit, ...] = ()
    added: tuple[DocRow, ...] = ()
    removed: tuple[str, ...] = ()
    foreign: tuple[DocRow, ...] = ()
    askew: tuple[Askew, ...] = ()


def edits(current: str, published: str | None, taken_in: str | None = None) -> Edits:
    """Compare the document as it stands with the one last written; its cells with those `taken_in` since.

    Without `published` only new rows are told: nobody knows what the others said before. A table that can't be
    read tells nothing at all: silence is no wish to take rows out. A row whose key was lost is known by its wording.
    """
    now, before = sheet_of(current), sheet_of(published)
    if now is None:
        return Edits()
    known = {row.key: row for row in before.rows if row.key} if before else {}
    rows = _keyed(now, known)
    told = sheet_of(taken_in)
    latest = known | {row.key: row for row in _keyed(told, known) if row.key in known} if told else known
    columns = [column for column in COLUMNS[1:] if column in now.table.columns]
    lines = {row.line for row in rows}
    present = now.keys | {row.key for row in rows}
    return Edits(
        cells=tuple(edit for row in rows if row.key in known for edit in _cells(latest[row.key], row, columns)),
        added=tuple(row for row in rows if row.key is None),
        removed=tuple(key for key in known if key not in present),
        foreign=tuple(row for row in now.rows if row.key and row.key not in before.keys) if before else (),
        askew=tuple(each for each in now.askew if each.as_typed.line not in lines),
    )


def _keyed(sheet: Sheet, known: Mapping[str, DocRow]) -> list[DocRow]:
    """The rows under their keys; one whose key was lost, or written over, is known by its wording."""
    askew = [each.as_typed for each in sheet.askew]
    found = by_wording((*sheet.rows, *askew), {key: row.action for key, row in known.items() if key not in sheet.keys})
    rows = (*sheet.rows, *(row for row in askew if row.line in found))
    return [replace(row, key=row.key or found.get(row.line)) for row in rows]


def standing_on(text: str, begun: Iterable[BegunText], before: str) -> BegunText | None:
    """Which of the texts that we set out to write a document stands on; None: on what stood there `before`.

    An answer may be lost and the next try begun with other words, so there may be several: the nearest it is.
    """
    lines = {*lines_of(text)}
    grown = [each for each in begun if _grew_from(text, each.text, before)]
    return min(grown, key=lambda each: len(lines ^ {*lines_of(each.text)}), default=None)


def _grew_from(text: str, begun: str, before: str) -> bool:
    """People may have edited it since, so most of the lines that only we were about to write are enough."""
    if text == begun:
        return True
    fresh = {*lines_of(begun)} - {*lines_of(before)}
    return 2 * len(fresh & {*lines_of(text)}) > len(fresh)


def without_keys(text: str, rows: Iterable[DocRow]) -> str:
    """The text with the Key cells of these rows emptied, so that they are given keys of their own."""
    sheet = sheet_of(text)
    if sheet is None or "Key" not in sheet.table.columns:
        return text
    lines = lines_of(text)
    for row in rows:
        lines[row.line - 1] = take_apart(lines[row.line - 1]).with_cell(sheet.table.columns["Key"], "").text
    return "".join(lines)


def by_wording(rows: Iterable[DocRow], missing: Mapping[str, str]) -> dict[int, str]:
    """Keys for rows that lost theirs, by line: the one row with the wording of the one missing key.

    `missing` maps keys that stand in no row to the wording they had.
    """
    lost: dict[str, list[int]] = {}
    for row in rows:
        if row.key is None:
            lost.setdefault(row.action.casefold(), []).append(row.line)
    wanted: dict[str, list[str]] = {}
    for key, action in missing.items():
        wanted.setdefault(action.casefold(), []).append(key)
    return {
        places[0]: wanted[action][0]
        for action, places in lost.items()
        if len(places) == 1 and len(wanted.get(action, ())) == 1
    }


def _cells(before: DocRow, after: DocRow, columns: Iterable[str]) -> Iterable[CellEdit]:
    return (
        CellEdit(key=before.key or "", column=column, before=before.cell(column), after=after.cell(column))
        for column in columns
        if before.cell(column) != after.cell(column)
    )
