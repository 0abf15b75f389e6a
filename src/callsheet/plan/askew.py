"""Rows typed without their empty Key cell, or with a | in their Action: read where nothing is left unclear, else asked.

Between the document and `collect`. A row that is not understood stays as it is, and nothing is filed from it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from callsheet.document.sheet import Askew, DocRow, OddLine, askew_rows, read_sheet
from callsheet.model.action_item import OwnerReason
from callsheet.model.person import Person
from callsheet.plan.dates import Shape, leading_date
from callsheet.plan.owners import find_owner
from callsheet.plan.rules import Rules
from callsheet.plan.wording import fix_word, kind_word, priority_word

CUT: Final = "“{} | {}” seems to be one action, so its row is not read: write a | inside a cell as \\|"


def meant(askew: Iterable[Askew], people: Sequence[Person], rules: Rules) -> tuple[DocRow, ...]:
    """The rows as they were meant, without those of which that is not certain."""
    moved = (each.moved for each in askew if each.moved)
    return tuple(row for row in moved if _is_certain(row, people, rules))


def whole(rows: Iterable[DocRow], people: Sequence[Person], rules: Rules) -> tuple[DocRow, ...]:
    """The new rows without those that a | in their Action seems to have cut in two: these are asked about."""
    return tuple(row for row in rows if not _is_cut(row, people, rules))


def odd_lines(text: str, people: Sequence[Person], rules: Rules) -> tuple[OddLine, ...]:
    """The lines of the call sheet that are not quite rows, without those that are understood all the same."""
    understood = {row.line for row in meant(askew_rows(text), people, rules)}
    rows, odd = read_sheet(text)
    cut = (OddLine(line=row.line, why=CUT.format(row.action, row.owner)) for row in rows if _is_cut(row, people, rules))
    return tuple(sorted((*(line for line in odd if line.line not in understood), *cut), key=lambda line: line.line))


# | one cell further on                             | the row is     |
# |-------------------------------------------------|----------------|
# | a cell that means nothing under its column      | asked about    |
# | words in Ticket or Status, which are ours       | asked about    |
# | an owner, a date, … and each of them understood | read           |
# | two words or more, and nothing beside           | read           |
# | one word, and nothing beside                    | asked about    |
def _is_certain(row: DocRow, people: Sequence[Person], rules: Rules) -> bool:
    if row.ticket or row.status:
        return False
    owner = find_owner(row.owner, people, rules.aliases)
    checks: tuple[tuple[str, Callable[[str], bool]], ...] = (
        (row.owner, lambda _: owner.person is not None or owner.reason is OwnerReason.FALLBACK_NOT_NAMED),
        (row.due, _is_date),
        (row.priority, lambda words: priority_word(words) is not None),
        (row.kind, lambda words: kind_word(words) is not None),
        (row.fix, lambda words: fix_word(words) is not None),
    )
    said = [understood(words) for words, understood in checks if words]
    return all(said) if said else len(row.action.split()) > 1


def _is_cut(row: DocRow, people: Sequence[Person], rules: Rules) -> bool:
    """Whether a new row means nothing as it stands, and all of it once Owner is the end of Action."""
    if row.key is not None or not row.owner or not (row.due or row.priority) or _is_certain(row, people, rules):
        return False
    joined = replace(
        row,
        action=f"{row.action} | {row.owner}",
        owner=row.due,
        due=row.priority,
        priority=row.kind,
        kind=row.fix,
        fix="",
    )
    return _is_certain(joined, people, rules)


def _is_date(words: str) -> bool:
    """Whether it is written as a date, on whatever day it is read."""
    bare = words.strip(" .,;()")
    found = leading_date(bare)
    return found is not None and found.end == len(bare) and found.shape is not Shape.VAGUE
