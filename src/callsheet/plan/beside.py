"""Promises that people wrote beside the call sheet's table: only its rows are read, so the others are asked about."""

import re
from collections.abc import Iterator
from typing import Final

from callsheet.document.markdown import clip, plain
from callsheet.document.regions import Region, as_ours, lines_of, split
from callsheet.document.sheet import OddLine, sheet_of
from callsheet.document.table import find_section, outside_fences
from callsheet.plan.clauses import read_clauses
from callsheet.plan.plain_documents import BULLET
from callsheet.plan.wording import read_actions

WRITE_A_ROW: Final = "looks like a promise, but only rows are read: write it as a row of the call sheet"
NO_SHEET: Final = "the call sheet was deleted; its promises are followed in their tickets all the same; undo the edit"
LONGEST: Final = 100
# Far from the table only what nobody writes by chance: `TODO:` there may be a gap in the text itself.
_LOUD: Final = re.compile(r"[ ]{0,3}(?:[-*+•][ ]+)*[*_]{0,3}(?:ACTION|(?i:action[ _-]?items?))[*_]{0,3}[ ]?[:：]")


# | a person's line                                | in the call sheet's section | elsewhere |
# |------------------------------------------------|-----------------------------|-----------|
# | a row, our own words, code                     | -                           | -         |
# | ACTION: …, Action item: …                      | asked                       | asked     |
# | TODO: …, AI: …, - [ ] …                        | asked                       | -         |
# | a bullet with an owner or a date               | asked                       | -         |
# | anything else                                  | -                           | -         |
def promises_beside(text: str, generated: str = "") -> tuple[OddLine, ...]:
    """Lines of a document that look like promises and are no rows, or that it lost its call sheet as a whole.

    `generated` is what we had to say in it.
    """
    section = find_section(lines_of(text))
    if section is None:
        return (OddLine(line=1, why=NO_SHEET),) if sheet_of(generated) else ()
    near = dict(section.lines)
    found = (
        (place, line)
        for place, line in _of_people(text, generated)
        if (_is_promise(line) if place in near else _LOUD.match(line) and read_actions(line) != ((), ()))
    )
    return tuple(
        OddLine(line=place + 1, why=f"“{clip(plain(line.strip()), LONGEST)}” {WRITE_A_ROW}") for place, line in found
    )


def _of_people(text: str, generated: str) -> Iterator[tuple[int, str]]:
    """The lines that people wrote outside the table and outside code, by place."""
    ours = {as_ours(line) for line in lines_of(generated)}
    sheet = sheet_of(text)
    rows = {*sheet.table.rows, *sheet.table.strays} if sheet else set()
    told = {place for place, _ in outside_fences(lines_of(text))} - rows
    place = 0
    for segment in split(text):
        theirs = not isinstance(segment, Region) or not segment.untouched
        for line in lines_of(segment.text):
            # What we quote in a remark of ours begins with a quotation mark.
            said = as_ours(line)
            if theirs and place in told and said not in ours and not said.startswith("- “"):
                yield place, line.rstrip()
            place += 1


def _is_promise(line: str) -> bool:
    entry = BULLET.fullmatch(line)
    if read_actions(line) != ((), ()):
        return True
    if entry is None or entry["tick"] in {"x", "X"}:
        return False
    said = read_clauses(entry["words"])
    return bool(said.title and (said.owners or said.dues))
