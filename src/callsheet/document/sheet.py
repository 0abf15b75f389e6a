"""The call sheet of a document as values: what each row says, and which lines could not be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from callsheet.document.regions import lines_of
from callsheet.document.table import COLUMNS, KEY, Line, Table, find_section, find_table

__all__ = ["COLUMNS", "Askew", "DocRow", "OddLine", "askew_rows", "read_sheet"]

NO_TABLE: Final = "no table with an Action column stands under this heading: undo the edit that took it out"
BEGIN_EMPTY: Final = "begin the row with an empty cell, the action comes second"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocRow:
    """One row as people see it, in plain text. `key` is None for a row that has none yet; `line` counts from 1."""

    key: str | None
    action: str
    owner: str
    due: str
    priority: str
    kind: str
    fix: str
    ticket: str
    status: str
    line: int

    def cell(self, column: str) -> str:
        """The text under one of our columns."""
        return self.key or "" if column == "Key" else str(getattr(self, column.lower()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Askew:
    """A row whose Key cell holds somebody's words, `in_key`: nothing is ever written over them.

    `as_typed` is the row cell by cell, `moved` the same as if its first cell had been left out; None without room.
    """

    in_key: str
    as_typed: DocRow
    moved: DocRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OddLine:
    """A line of the call sheet that could not be read as it stands, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything read from one table. `keys` are all that stand in it, those of unreadable rows too.

    `askew` rows are none of `rows`: only who knows people and dates can tell what was meant.
    """

    table: Table
    rows: tuple[DocRow, ...]
    askew: tuple[Askew, ...]
    maladies: tuple[OddLine, ...]
    keys: frozenset[str]


def read_sheet(text: str) -> tuple[tuple[DocRow, ...], tuple[OddLine, ...]]:
    """The rows of the call sheet and the lines that are not quite rows, by line. No call sheet: neither."""
    sheet = sheet_of(text)
    if sheet is not None:
        return sheet.rows, sheet.maladies
    section = find_section(lines_of(text))
    if section is None:
        return (), ()
    return (), (OddLine(line=section.heading + 1, why=NO_TABLE),)


def askew_rows(text: str) -> tuple[Askew, ...]:
    """The rows of the call sheet whose Key cell holds words."""
    sheet = sheet_of(text)
    return sheet.askew if sheet is not None else ()


@lru_cache(maxsize=64)
def sheet_of(text: str | None) -> Sheet | None:
    """The call sheet of a text; None where there is no table that can be read as one."""
    table = find_table(text)
    if table is None:
        return None
    rows: list[DocRow] = []
    askew: list[Askew] = []
    maladies = [OddLine(line=place + 1, why="this line is no row: it has no cells") for place in table.strays]
    keys: set[str] = set()
    for place, line in table.rows.items():
        cells = {name: line.cell(column) for name, column in table.columns.items()}
        key = written_key(cells.get("Key", ""))
        maladies.extend(_maladies(place, line, table, cells, keys))
        fresh = key is not None and key not in keys
        keys |= {key} if key else set()
        if len(line.cells) > table.width:
            continue
        if in_key := words_in(cells.get("Key", "")):
            askew.append(_askew(place, line, table, in_key))
        elif cells["Action"]:
            rows.append(_row(place, key if fresh else None, cells, copied=key is not None and not fresh))
    return Sheet(
        table=table,
        rows=tuple(rows),
        askew=tuple(askew),
        maladies=tuple(sorted(maladies, key=lambda malady: malady.line)),
        keys=frozenset(keys),
    )


def written_key(key_cell: str) -> str | None:
    """The key that stands in a row's Key cell, if it has the form of one."""
    written = key_cell.strip("`")
    return written if KEY.fullmatch(written) else None


def words_in(key_cell: str) -> str:
    """Somebody's words in a row's Key cell; empty for a key, and for signs alone ("-", "?"), which are none."""
    return key_cell if written_key(key_cell) is None and any(map(str.isalnum, key_cell)) else ""


def _askew(place: int, line: Line, table: Table, in_key: str) -> Askew:
    def read(one: Line) -> DocRow:
        return _row(place, None, {name: one.cell(at) for name, at in table.columns.items()}, copied=False)

    moved = line.moved(table.width) if table.columns["Key"] == 0 else None
    return Askew(in_key=in_key, as_typed=read(line), moved=read(moved) if moved else None)


def _row(place: int, key: str | None, cells: Mapping[str, str], *, copied: bool) -> DocRow:
    """A copied row is a new one: its ticket and status belong to the row that it was copied from."""
    return DocRow(
        key=key,
        action=cells["Action"],
        owner=cells.get("Owner", ""),
        due=cells.get("Due", ""),
        priority=cells.get("Priority", ""),
        kind=cells.get("Kind", ""),
        fix=cells.get("Fix", ""),
        ticket="" if copied else cells.get("Ticket", ""),
        status="" if copied else cells.get("Status", ""),
        line=place + 1,
    )


def _maladies(place: int, line: Line, table: Table, cells: Mapping[str, str], seen: set[str]) -> Iterator[OddLine]:
    key = written_key(cells.get("Key", ""))
    # More cells than columns: a pipe was typed without its backslash, and no cell can be trusted.
    if len(line.cells) > table.width:
        yield OddLine(line=place + 1, why="more cells than columns: write a | inside a cell as \\|")
    # Something else in the Key cell: often it is the Action, and the empty cell before it was left out.
    elif in_key := words_in(cells.get("Key", "")):
        yield OddLine(line=place + 1, why=f"“{in_key}” stands in the Key cell, so its row is not read: {BEGIN_EMPTY}")
    # Nothing promised, unless the row is blank and waits to be filled.
    elif not cells["Action"]:
        if any(cells.values()):
            yield OddLine(line=place + 1, why="the Action cell of a row is empty: write what to do, or empty the row")
    # A copied row.
    elif key is not None and key in seen:
        yield OddLine(line=place + 1, why=f"{key} stands in a row above: read as a new row")
