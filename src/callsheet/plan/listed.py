"""The list below a heading that announces action items: which of its lines are promises. A step of `wording`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from callsheet.plan.clauses import read_clauses
from callsheet.plan.prose import BULLET, Line, Role

NO_LIST: Final = "begin each action below it with a dash, on a line of its own"
NO_COLON: Final = "write a colon behind it"
MAY_BE_PAST: Final = "it may tell what was done: write “Action items:” above what is still to do"

# What comes after an incident, and in the midst of one as well.
LATER: Final = r"follow[ -]?ups?|next[ ]steps?"
_TO_DO = r"action[ _-]?(?:item|point)s?|to[ -]?do(?:['’]?s)?|action"
_HEADING: Final = re.compile(
    rf"(?P<before>[ ]*(?:{BULLET})*)(?P<hashes>\#{{1,6}}[ ]+)?(?P<strong>[*_]{{1,3}})?"
    rf"(?:(?P<sure>(?i:{_TO_DO})|AIs?)|(?P<unsure>(?i:actions))|(?P<later>(?i:{LATER})))"
    r"[ ]?(?P<inner>[:：])?(?(strong)[*_]{1,3})[ ]?(?P<colon>[:：])?"
)
_ENTRY: Final = re.compile(rf"(?P<indent>[ ]*){BULLET}(?:\[(?P<tick>[ xX]?)\][ ]+)?(?P<words>\S.*)")
# One of these on a line below is part of an action that stands above it.
_FIELD: Final = re.compile(
    r"[*_]{0,3}(?:owner|assignee|assigned to|responsible|due|due (?:date|by|on)|deadline"
    r"|priority|prio|severity|kind|fix)[*_]{0,3}[ ]?[:：]",
    re.IGNORECASE,
)
_NOTHING: Final = re.compile(r"\W*(?:none|n/?a|nothing|no|no actions?|tbd|-+)?\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """By line number: the headings whose list is read, the words of each entry, and headings that can't be followed."""

    headings: set[int] = field(default_factory=set)
    entries: dict[int, str] = field(default_factory=dict)
    odd: dict[int, str] = field(default_factory=dict)


# | heading, alone on its line              | below it                        | then                          |
# |-----------------------------------------|---------------------------------|-------------------------------|
# | Action items:, TODOs:, ACTION:, AI:, …  | a list                          | each entry is an action       |
# | the same in bold, or behind #           | a list                          | the same                      |
# | Actions:                                | a list with a date or a P1..P5  | each entry is an action       |
# | Actions:                                | any other list                  | asked: it may be what was done|
# | ACTION ITEMS: in capitals               | words without a bullet          | asked                         |
# | any of them                             | "none", a blank, nothing at all | nothing                       |
# | any of them without a colon             | a list with a date or a P1..P5  | asked                         |
# | Follow-ups:, Next steps:                | a list with a date or a P1..P5  | each entry is an action       |
# | Follow-ups:, Next steps:                | any other list                  | nothing                       |
# An entry deeper than the first one, and a ticked one, is none; a list ends at the next words of no list.
def listed(lines: Sequence[Line]) -> Listed:
    """What the headings of a text announce."""
    found = Listed()
    texts = {line.number: line.text for line in lines}
    for place, line in enumerate(lines):
        head = _HEADING.fullmatch(line.text) if line.role is Role.WORDS else None
        if head is None:
            continue
        entries = dict(_entries(lines[place + 1 :], head["before"]))
        if not (head["hashes"] or head["strong"] or head["inner"] or head["colon"]):
            alone = {number: words for number, words in entries.items() if not _read_already(texts[number], words)}
            found.odd.update({line.number: NO_COLON} if _promises(alone) else {})
        elif entries and (head["sure"] or _promises(entries)):
            found.headings.add(line.number)
            found.entries.update(entries)
        elif entries and head["unsure"]:
            found.odd[line.number] = MAY_BE_PAST
        elif _is_loud(head) and _says_something(lines[place + 1 :]):
            found.odd[line.number] = NO_LIST
    return found


def _entries(below: Sequence[Line], before: str) -> Iterator[tuple[int, str]]:
    """The entries of the list that begins right below, by line number."""
    outer = len(before) - len(before.lstrip()) if before.strip() else -1
    level: int | None = None
    for line in below:
        entry = _ENTRY.fullmatch(line.text) if line.role is Role.WORDS else None
        indent = len(line.text) - len(line.text.lstrip())
        if line.role is Role.BLANK or (level is not None and not entry and indent > level and line.role in _WITHIN):
            continue
        if entry is None or indent <= outer or _HEADING.fullmatch(line.text):
            return
        level = indent if level is None else level
        if indent < level:
            return
        if indent <= level + 1 and (entry["tick"] or "").strip() == "" and not _FIELD.match(entry["words"]):
            yield line.number, entry["words"]
        elif level == indent and _FIELD.match(entry["words"]):
            return


def _read_already(line: str, words: str) -> bool:
    """Whether an entry is read without its heading: it has a box or a keyword of its own."""
    return bool(_OWN.match(words) or "[ ]" in line or "[]" in line)


_OWN: Final = re.compile(r"[*_]{0,3}(?i:action|to[ -]?do|ai)\b[^:：]*[:：]")
_WITHIN = (Role.WORDS, Role.INDENTED, Role.QUOTED)


def _promises(entries: Mapping[int, str]) -> bool:
    """Whether any of them has what only a promise has: a date to come, or how urgent it is."""
    return any(said.dues or said.priorities for said in map(read_clauses, entries.values()))


def _is_loud(head: re.Match[str]) -> bool:
    name = head["sure"] or ""
    return name.isupper() and name.startswith("ACTION") and name.endswith("S")


def _says_something(below: Sequence[Line]) -> bool:
    first = next((line for line in below if line.role is not Role.BLANK), None)
    return first is not None and first.role is Role.WORDS and not _NOTHING.fullmatch(first.text)
