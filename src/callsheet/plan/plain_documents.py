"""Post-mortems that follow no template of ours: action items and status updates as lists or tables under a heading."""

import re
from collections.abc import Iterator
from typing import Final

from callsheet.document.markdown import plain
from callsheet.document.sections import section
from callsheet.document.table import DELIMITER, take_apart
from callsheet.plan.beliefs import CODE
from callsheet.plan.prose import lines_of
from callsheet.plan.wording import read_actions
from callsheet.review.actions import Action

ACTIONS: Final = ("action item", "actions", "follow-up", "follow up", "next steps", "remediation", "corrective action")
UPDATES: Final = ("status update", "updates", "communication")
BULLET: Final = re.compile(r"[ \t]{0,3}(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[(?P<tick>[ xX])\][ \t]+)?(?P<words>\S.*)")
# “10:05 UTC - ”, “**14:20:** ” before an update's words.
STAMP: Final = re.compile(r"^[*_]*(?:\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d\d(?:[ ]?UTC)?[*_]*[ ]*[-–—:]*[*_]*[ ]*")
COLUMNS: Final = {
    "title": ("action", "action item", "item", "task", "what", "description"),
    "owner": ("owner", "assignee", "who", "responsible"),
    "due": ("due", "due date", "date", "deadline", "when"),
    "status": ("status", "state"),
}
OVER: Final = ("done", "closed", "dropped", "completed", "resolved")


def listed_actions(text: str) -> tuple[Action, ...]:
    """The open action items under a heading that announces them, from its list or its table."""
    lines = tuple(_below(text, ACTIONS))
    return (*_of_list(lines), *_of_table(lines))


def listed_updates(text: str) -> tuple[tuple[str, int], ...]:
    """What stakeholders were told, each with its line: an entry of the list, or a line, under such a heading."""
    lines = _below(text, UPDATES)
    told = ((_bullet_words(line) or line, number) for number, line in lines if not line.startswith(("#", "<!--", "|")))
    words = ((STAMP.sub("", plain(written)).strip('“”" '), number) for written, number in told)
    return tuple((said, number) for said, number in words if said)


def _below(text: str, headings: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The lines under the first of these headings, by number, without code."""
    found = section(text, *headings)
    lines = lines_of(found.text) if found else ()
    return ((found.line + line.number - 1, line.text) for line in lines if found and line.role not in CODE)


def _of_list(lines: tuple[tuple[int, str], ...]) -> Iterator[Action]:
    for number, line in lines:
        found = BULLET.fullmatch(line.rstrip())
        if found is None or found["tick"] in {"x", "X"}:
            continue
        read = read_actions(found["words"])[0] or read_actions(f"ACTION: {found['words']}")[0]
        if read:
            words = read[0].words
            yield Action(title=plain(words.title), owner=words.owner or "", due=words.due or "", line=number)


def _of_table(lines: tuple[tuple[int, str], ...]) -> Iterator[Action]:
    """Rows below a header that names the actions; a row that says it is over is none."""
    places: dict[str, int] = {}
    for number, line in lines:
        row = take_apart(line)
        if "|" not in line or all(DELIMITER.fullmatch(cell) for cell in row.cells):
            continue
        if not places:
            names = [row.cell(place).casefold() for place in range(len(row.cells))]
            places = {what: names.index(name) for what, known in COLUMNS.items() for name in known if name in names}
            continue
        cells = {what: row.cell(place) for what, place in places.items()}
        if cells.get("title") and not cells.get("status", "").casefold().startswith(OVER):
            yield Action(title=cells["title"], owner=cells.get("owner", ""), due=cells.get("due", ""), line=number)


def _bullet_words(line: str) -> str | None:
    found = BULLET.fullmatch(line.rstrip())
    return found["words"] if found else None
