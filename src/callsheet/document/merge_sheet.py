"""The call sheet, cell by cell: what people wrote stays, what they left open is filled, what is new is added."""

from collections.abc import Mapping
from dataclasses import dataclass

from callsheet.document.edits import by_wording
from callsheet.document.regions import lines_of
from callsheet.document.sheet import COLUMNS, DocRow, Sheet, sheet_of, words_in
from callsheet.document.table import KEY, Line, take_apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One version of the call sheet by key: cells as readers see them, and the lines they stand in."""

    sheet: Sheet | None
    rows: Mapping[str, DocRow]

    @classmethod
    def of(cls, text: str | None) -> "Side":
        """Read one version; None and unreadable ones have no rows."""
        sheet = sheet_of(text)
        return cls(sheet=sheet, rows={row.key: row for row in sheet.rows if row.key} if sheet else {})

    def cell(self, key: str, column: str) -> str | None:
        """What a cell says; None where this version has no such row."""
        row = self.rows.get(key)
        return row.cell(column) if row else None

    def markdown(self, key: str, column: str) -> str:
        """The cell as it is written, links and escapes included."""
        if self.sheet is None:
            return ""
        place = self.sheet.table.columns.get(column)
        line = self.sheet.table.rows[self.rows[key].line - 1]
        return line.cells[place].strip() if place is not None and place < len(line.cells) else ""


def merge_sheet(
    current: str,
    generated: str,
    *,
    published: str | None,
    last_generated: str | None,
    new_keys: Mapping[int, str],
) -> str:
    """The current text with its call sheet brought up to date. A table that can't be read is left as it is."""
    current = _with_room(current, new_keys)
    now, new = Side.of(current), Side.of(generated)
    if now.sheet is None or new.sheet is None:
        return current
    before = Side.of(published) if published is not None else None
    last = Side.of(last_generated) if last_generated is not None else None
    keys = _keys(now.sheet, new, before, new_keys)
    lines = lines_of(current)
    columns = _with_key_column(now.sheet, lines, needed=bool(keys.keys() - {row.line for row in now.rows.values()}))
    for row in _every_row(now.sheet):
        key = keys.get(row.line)
        if key is not None:
            place = row.line - 1
            lines[place] = _row(lines[place], row, key, columns, (new, before, last))
    _append(lines, now.sheet, new, columns, set(keys.values()) | now.sheet.keys | _gone(new, before, last))
    return "".join(lines)


def _with_room(text: str, new_keys: Mapping[int, str]) -> str:
    """The text with an empty Key cell in front of rows that are given a key while their words stand in its place."""
    sheet = sheet_of(text)
    lines = lines_of(text)
    for each in sheet.askew if sheet else ():
        place = each.as_typed.line - 1
        if sheet and place + 1 in new_keys and (moved := take_apart(lines[place]).moved(sheet.table.width)):
            lines[place] = moved.text
    return "".join(lines)


def _every_row(sheet: Sheet) -> tuple[DocRow, ...]:
    return (*sheet.rows, *(each.as_typed for each in sheet.askew))


def _keys(now: Sheet, new: Side, before: Side | None, new_keys: Mapping[int, str]) -> dict[int, str]:
    """The key of each row by line: its own, the one it is given, or the one it had when its wording was known."""
    keys = {row.line: row.key for row in now.rows if row.key}
    used = set(now.keys)
    for row in now.rows:
        given = new_keys.get(row.line, "")
        if row.key is None and KEY.fullmatch(given) and given not in used:
            keys[row.line] = given
            used.add(given)
    known = {**(before.rows if before else {}), **new.rows}
    missing = {key: row.action for key, row in known.items() if key not in used}
    return keys | by_wording((row for row in _every_row(now) if row.line not in keys), missing)


def _with_key_column(sheet: Sheet, lines: list[str], *, needed: bool) -> dict[str, int]:
    """The places of our columns; a key that has no column to stand in gets one in front."""
    table = sheet.table
    if "Key" in table.columns or not needed:
        return dict(table.columns)
    for place in (table.header, table.header + 1, *table.rows):
        text = {table.header: "Key", table.header + 1: "---"}.get(place, "")
        lines[place] = take_apart(lines[place]).with_first(text).text
    return {"Key": 0} | {name: place + 1 for name, place in table.columns.items()}


def _row(
    written: str, row: DocRow, key: str, columns: Mapping[str, int], sides: tuple[Side, Side | None, Side | None]
) -> str:
    """One row with its key and every cell that may be written; the line itself where nothing is to be."""
    line = take_apart(written)
    # A key goes into an empty place only, never over somebody's words.
    if row.key is None and not words_in(line.cell(columns["Key"])):
        line = line.with_cell(columns["Key"], key)
    new, before, last = sides
    if key not in new.rows:
        return line.text
    for column in COLUMNS[1:]:
        place = columns.get(column)
        if place is not None and _follows(row, key, column, new, before, last):
            line = line.with_cell(place, new.markdown(key, column))
    return line.text


def _follows(row: DocRow, key: str, column: str, new: Side, before: Side | None, last: Side | None) -> bool:
    """Whether a cell takes the generated value.

    | current            | generated         | then        |
    |--------------------|-------------------|-------------|
    | empty              | says something    | filled      |
    | = generated        |                   | as it is    |
    | /= published, or published is lost     | as it is    |
    | = published        | = last, last lost | as it is    |
    | = published        | /= last           | follows     |
    """
    here, wanted = row.cell(column), new.cell(key, column)
    # Nobody wrote anything here.
    if not here:
        return bool(wanted)
    # Nothing to do.
    if here == wanted:
        return False
    # A person's words since the last publication, or nobody knows whose.
    if before is None or here != before.cell(key, column):
        return False
    # A person's older words: only news may replace them.
    return last is not None and key in last.rows and wanted != last.cell(key, column)


def _gone(new: Side, before: Side | None, last: Side | None) -> set[str]:
    """Keys that were shown once: where they are missing, a person took them out."""
    shown = (before.rows.keys() | (before.sheet.keys if before.sheet else set())) if before else set()
    proposed = last.rows.keys() if before is not None and last is not None else set()
    return new.rows.keys() & (shown | proposed)


def _append(lines: list[str], now: Sheet, new: Side, columns: Mapping[str, int], known: set[str]) -> None:
    """Add the rows that the table has never shown, in their order, below its last row."""
    table = now.table
    rule = lines[table.header + 1]
    ending = rule[len(rule.rstrip()) :] or "\n"
    width = table.width + (len(columns) - len(table.columns))
    added = []
    for key in new.rows:
        if key not in known:
            line = Line(before="|", cells=("  ",) * width, after=f"|{ending}")
            for column, place in columns.items():
                line = line.with_cell(place, new.markdown(key, column))
            added.append(line.text)
    if added and not lines[table.end - 1].endswith("\n"):
        lines[table.end - 1] += ending
    lines[table.end : table.end] = added
