"""The table under `## Call sheet`, taken apart so that one cell can be written and all else stays byte for byte."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from callsheet.document.markdown import plain
from callsheet.document.regions import MARKER, lines_of

COLUMNS: Final = ("Key", "Action", "Owner", "Due", "Priority", "Kind", "Fix", "Ticket", "Status")
KEY: Final = re.compile(r"ai-[0-9a-f]{16}")
HEADING: Final = re.compile(r" {0,3}(?P<hashes>#{1,6})(?:[ \t]+(?P<title>.*?))?(?:[ \t]+#+)?[ \t]*")
# What may stand around a title: an anchor, a number, emphasis, an emoji, a colon.
ADORNED: Final = re.compile(r"^[\W\d_]+|[\W\d_]*(?:\{#[^}]*\})?[\W\d_]*$")
CALL_SHEET: Final = "call-sheet"
TITLE: Final = "call sheet"
LONGEST_TITLE: Final = 80
LOWEST_RANK: Final = 6
FENCE: Final = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
PIPE: Final = re.compile(r"(?<!\\)\|")
DELIMITER: Final = re.compile(r"[ \t]*:?-+:?[ \t]*")
BYTE_ORDER_MARK: Final = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table: `text` is the line again, byte for byte."""

    before: str
    cells: tuple[str, ...]
    after: str

    @property
    def text(self) -> str:
        """The line with its end."""
        return self.before + "|".join(self.cells) + self.after

    def cell(self, place: int) -> str:
        """What a reader sees in a cell; empty where the line is short."""
        return plain(self.cells[place]) if place < len(self.cells) else ""

    def with_cell(self, place: int, markdown: str) -> "Line":
        """The line with one cell written anew, made longer where it was short, and closed by pipes on both sides."""
        cells = [*self.cells, *(["  "] * (place + 1 - len(self.cells)))]
        cells[place] = f" {markdown} " if markdown else "  "
        before = self.before if "|" in self.before else f"{self.before}| "
        after = self.after if "|" in self.after else f" |{self.after}"
        return replace(self, before=before, cells=tuple(cells), after=after)

    def with_first(self, markdown: str) -> "Line":
        """The line with one more cell in front."""
        before = self.before if "|" in self.before else f"{self.before}| "
        return replace(self, before=before, cells=(f" {markdown} ", *self.cells))

    def moved(self, width: int) -> "Line | None":
        """The line with an empty cell in front, its words one cell further on; None where they need more than `width`.

        A blank last cell makes room.
        """
        line = self.with_first("")
        blank = len(line.cells) > width and not line.cells[-1].strip()
        cells = line.cells[:-1] if blank else line.cells
        return replace(line, cells=cells) if len(cells) <= width else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A call sheet as it stands in a text. Places are indexes into the text's lines.

    `columns` maps our names to places in a line; `rows` may stand behind `end`, the end of the unbroken part.
    `strays` are lines that stand in the table without being rows.
    """

    header: int
    end: int
    width: int
    columns: Mapping[str, int]
    rows: Mapping[int, Line]
    strays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The lines below the call sheet's heading or marker, without those in code blocks. `heading` is its place."""

    heading: int
    lines: tuple[tuple[int, str], ...]


def take_apart(line: str) -> Line:
    """Cut a line at its pipes; an escaped pipe is part of its cell."""
    body = line.rstrip()
    end = line[len(body) :]
    lead = re.match(r"\s*\|?", body)
    before = lead[0] if lead else ""
    rest = body[len(before) :]
    if rest.endswith("|") and not rest.endswith("\\|"):
        rest, end = rest[:-1], f"|{end}"
    return Line(before=before, cells=tuple(PIPE.split(rest)), after=end)


def find_section(lines: Sequence[str]) -> Section | None:
    """What stands under the first `Call sheet` heading, up to the next heading of its rank.

    Emphasis, numbers and emoji around the words are nobody's mistake. Under a heading that people gave other words it
    begins at our marker: what they promise there must not be lost with the name.
    """
    known = list(outside_fences(lines))
    heads = [(index, *head) for index, (_, line) in enumerate(known) if "#" in line and (head := _heading(line))]
    start, rank = next(((index, rank) for index, rank, title in heads if title == TITLE), (None, 0))
    if start is None:
        start = next((index for index, (_, line) in enumerate(known) if _begins_sheet(line)), None)
        rank = next((rank for index, rank, _ in reversed(heads) if start is not None and index < start), LOWEST_RANK)
    if start is None:
        return None
    end = next((index for index, deep, _ in heads if index > start and deep <= rank), len(known))
    return Section(heading=known[start][0], lines=tuple(known[start + 1 : end]))


def _heading(line: str) -> tuple[int, str] | None:
    """A heading's rank and its words, without what people put around them."""
    match = HEADING.fullmatch(line.rstrip("\r\n").removeprefix(BYTE_ORDER_MARK))
    return (
        (len(match["hashes"]), ADORNED.sub("", plain(match["title"] or "")[:LONGEST_TITLE]).casefold())
        if match
        else None
    )


def _begins_sheet(line: str) -> bool:
    marker = MARKER.fullmatch(line) if "callsheet:" in line else None
    return marker is not None and (marker["edge"], marker["name"]) == ("begin", CALL_SHEET)


def find_table(text: str | None) -> Table | None:
    """The first table of the section that has an Action column; None where nothing can be read as one."""
    section = find_section(lines_of(text or ""))
    if section is None:
        return None
    for index, ((place, line), (below, rule)) in enumerate(zip(section.lines, section.lines[1:], strict=False)):
        if "|" not in line or below != place + 1 or not _is_rule(line, rule):
            continue
        head = take_apart(line)
        columns = _columns(head)
        if "Action" in columns:
            return _read_rows(section.lines[index + 2 :], place, len(head.cells), columns)
    return None


def _columns(head: Line) -> dict[str, int]:
    """Our columns by the names in the header; the first of a name counts."""
    names = {name.casefold(): name for name in COLUMNS}
    found: dict[str, int] = {}
    for place in range(len(head.cells)):
        name = names.get(head.cell(place).strip("*_` ").casefold())
        if name:
            found.setdefault(name, place)
    return found


def _is_rule(header: str, rule: str) -> bool:
    cells = take_apart(rule).cells
    return len(cells) == len(take_apart(header).cells) and all(DELIMITER.fullmatch(cell) for cell in cells)


def _read_rows(lines: Sequence[tuple[int, str]], header: int, width: int, columns: Mapping[str, int]) -> Table:
    """Collect rows: every line until a blank one, then still those that begin with a pipe.

    People add a row below the blank line or the end marker; it is a row all the same. Another table, or other text
    behind a gap, ends the table.
    """
    rows: dict[int, Line] = {}
    strays: list[int] = []
    end, last, unbroken = header + 2, header + 1, True
    for index, (place, line) in enumerate(lines):
        follower = lines[index + 1][1] if index + 1 < len(lines) else ""
        gap = not line.strip() or MARKER.fullmatch(line) is not None
        unbroken = unbroken and place == last + 1 and not gap
        last = place
        if gap:
            continue
        # A row, in its place or behind a gap.
        if "|" in line if unbroken else line.lstrip().startswith("|") and not _is_rule(line, follower):
            rows[place] = take_apart(line)
        # Words right below a row, without any cell.
        elif unbroken and not HEADING.fullmatch(line.rstrip("\r\n")):
            strays.append(place)
        else:
            break
        if unbroken:
            end = place + 1
    return Table(header=header, end=end, width=width, columns=columns, rows=rows, strays=tuple(strays))


def outside_fences(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines with their places, without code blocks and their fences."""
    fence = ""
    for place, line in enumerate(lines):
        match = FENCE.match(line) if "`" in line or "~" in line else None
        if fence:
            if match and match["fence"].startswith(fence) and not line[match.end() :].strip():
                fence = ""
        elif match:
            fence = match["fence"]
        else:
            yield place, line
