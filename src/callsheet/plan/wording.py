"""What people wrote, as words: the action items in a note. Between the snapshot's texts and `collect`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from callsheet.model.action_item import Words
from callsheet.plan.clauses import Clauses, read_clauses, shielded
from callsheet.plan.listed import LATER, listed
from callsheet.plan.prose import BULLET, Line, Role, lines_of
from callsheet.plan.vocabulary import fix_word, kind_word, priority_word, same_wording

__all__ = [
    "Unreadable",
    "Written",
    "fix_word",
    "kind_word",
    "priority_word",
    "read_actions",
    "same_wording",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An action item, and the line (from 1) that it starts on."""

    words: Words
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A line that looks like an action item and is none that can be filed. `why` is for its writer."""

    line: int
    text: str
    why: str


EMPTY = "nothing is written behind it"
NO_ACTION = "it does not say what to do"
IN_OPEN_CODE = "it stands in a code block that is never closed"
DASHED = "write a colon behind the keyword, not a dash"
TAGGED = "write a colon behind the keyword"
ANNOUNCED = "write “ACTION:” in front of it"
MID_LINE = "it stands behind other words: give it a line of its own"

_BEFORE = rf"[ ]*(?:{BULLET})*(?:#{{2,6}}[ ]+)?"
_BOX = r"\[(?P<tick>[ xX]?)\][ ]+"
_WORD = r"(?:(?i:action(?:[ _-]?item)?|to[ -]?do)|AI)"
_ASIDE = r"(?:[ ]?#?\d{1,2}(?![\w:]*\d))?[ ]?(?P<aside>\([^()]*\)|\[[^\[\]]*\]|@[^\s:]+)?"
_HEAD = re.compile(
    rf"{_BEFORE}(?:{_BOX})?(?P<strong>\*{{1,3}}|_{{1,3}})?{_WORD}(?![^\W\d]){_ASIDE}[ ]?(?P<closed>\*{{1,3}}|_{{1,3}})?"
    r"[ ]?[:：](?P<shut>\*{1,3}|_{1,3})?(?!//)"
)
_TASK = re.compile(rf"{_BEFORE}{_BOX}")
_NEXT_HEAD = re.compile(
    r"(?:(?<=[.;|!?)\]])|(?<=\d)|(?<=\bP[1-5])|(?<=day)|(?<=days)|(?<=week)|(?<=weeks)|(?<=month)|(?<=tomorrow))[ ]+"
    r"(?=[*_]{0,3}(?:ACTION(?:[ ]ITEM)?|TODO)[*_]{0,3}[ ]?:)|(?<=[.;|!?])[ ]+(?=AI:)"
)
_FIELD = re.compile(
    rf"{_BEFORE}[*_]{{0,3}}(?i:(?P<owner>owner|assignee|assigned[ ]to|responsible)"
    r"|(?P<due>due(?:[ ](?:date|by|on))?|deadline)|(?P<priority>priority|prio|severity)|(?P<kind>kind)|(?P<fix>fix))"
    r"[*_]{0,3}[ ]?[:：][*_]{0,3}(?P<value>.*)"
)
_MORE_FIELDS = re.compile(r"\b(?i:owner|assignee|due(?: date)?|deadline|priority|prio|kind|fix)\s?:")
_HEADING = re.compile(r"[ ]*#{1,6}[ ]")
_NOTHING = ("none", "n/a", "na", "nothing", "no", "no action", "none needed", "none required", "no action needed",
            "no action required", "nothing to do", "not needed")  # fmt: skip


@dataclass(slots=True, kw_only=True)
class _Block:
    """An action item while its further lines are still to come."""

    line: Line
    body: str
    fields: Clauses = field(default_factory=Clauses)


# | line                                              | outside a block | inside a block                    |
# | ACTION:, TODO:, AI:, Action item:, - [ ]          | opens a block   | ends it and opens the next        |
# | an entry of the list below "Action items:"        | opens a block   | ends it and opens the next        |
# | - [x]                                             | skipped         | ends it: the promise is kept      |
# | Owner:, Due:, Priority:, Kind:, Fix:              | skipped         | belongs to it                     |
# | blank, a heading, a fenced code block             | skipped         | ends it                           |
# | quoted, or code by its indent                     | skipped         | skipped, but for its fields       |
# | any other                                         | skipped         | skipped                           |
# | a keyword in capitals and a dash, not a colon     | unreadable      | unreadable                        |
# | [ACTION], **ACTION**                              | unreadable      | unreadable                        |
# | ACTION without a colon, and an owner or a date    | unreadable      | unreadable                        |
# | Follow-up:, Next step -, and a date               | unreadable      | unreadable                        |
# | a keyword behind a sentence on the same line      | unreadable      | unreadable                        |
# | a keyword in a code block that is never closed    | unreadable      | unreadable                        |
@lru_cache(maxsize=512)
def read_actions(text: str) -> tuple[tuple[Written, ...], tuple[Unreadable, ...]]:
    """Every action item in `text`, and every line that looks like one and cannot be read. Raises nothing."""
    written: list[Written] = []
    unreadable: list[Unreadable] = []
    for found in _found(text):
        if isinstance(found, Unreadable):
            unreadable.append(found)
        elif (words := _words(found)) is None:
            continue
        elif isinstance(words, Words):
            written.append(Written(words=words, line=found.line.number))
        else:
            unreadable.append(words)
    unreadable.sort(key=lambda line: line.line)
    return tuple(written), tuple(unreadable)


def _found(text: str) -> Iterator[_Block | Unreadable]:
    block: _Block | None = None
    lines = tuple(lines_of(text))
    announced = listed(lines)
    for line in lines:
        heads = list(_heads(line)) if line.role is Role.WORDS and line.number not in announced.headings else []
        if not heads and line.number in announced.entries:
            heads = [_Block(line=line, body=announced.entries[line.number])]
        if heads or _ends_block(line):
            if block:
                yield block
            block = None
        if heads:
            yield from heads[:-1]
            block = heads[-1]
        elif block and line.role in {Role.WORDS, Role.INDENTED} and (match := _FIELD.match(line.text)):
            _add_field(block.fields, match)
        elif why := announced.odd.get(line.number) or _misplaced(line):
            yield Unreadable(line=line.number, text=line.text.strip(), why=why)
    if block:
        yield block


def _ends_block(line: Line) -> bool:
    if line.role is Role.WORDS:
        return bool(_TASK.match(line.text) or _HEADING.match(line.text))
    return line.role in {Role.BLANK, Role.FENCED, Role.UNCLOSED}


def _misplaced(line: Line) -> str | None:
    if line.role is Role.UNCLOSED:
        return IN_OPEN_CODE if _HEAD.match(line.text) else None
    if line.role is Role.WORDS and _DASHED.match(line.text):
        return DASHED
    if line.role is Role.WORDS and (tagged := _TAGGED.match(line.text)):
        said = read_clauses(line.text[tagged.end() :])
        return TAGGED if tagged["tag"] or said.owners or said.mentions or said.dues else None
    if line.role is Role.WORDS and (later := _LATER.match(line.text)):
        return ANNOUNCED if read_clauses(line.text[later.end() :]).dues else None
    if line.role is Role.WORDS and not _TASK.match(line.text):
        return MID_LINE if re.search(rf"(?<=[.!?;])[ ]+(?={_LOUD})", shielded(line.text)) else None
    return None


# Capitals only: "Action - camera" is a sentence.
_DASHED = re.compile(rf"{_BEFORE}[*_]{{0,3}}(?:ACTION(?:[ ]ITEM)?|TODO)[*_]{{0,3}}[ ]+[-–—]+[ ]+\S")
_CAPITALS = r"(?:ACTION(?:[ ]ITEM)?|TODO)"
_TAGGED = re.compile(rf"{_BEFORE}(?:(?P<tag>\[{_CAPITALS}\]|\*\*{_CAPITALS}\*\*)|{_CAPITALS})[ ]+(?=[^\s:：–—-])")
_LATER = re.compile(rf"{_BEFORE}[*_]{{0,3}}(?i:{LATER})[*_]{{0,3}}(?:[ ]?[:：]|[ ]+[-–—]+[ ])[*_]{{0,3}}[ ]*(?=\S)")
_LOUD = r"(?:ACTION(?:[ ]ITEM)?|TODO|AI):"


def _heads(line: Line) -> Iterator[_Block]:
    """The action items that start on this line: one as a rule, more where the keyword is repeated in capitals."""
    head = _HEAD.match(line.text)
    start = head or _TASK.match(line.text)
    # A ticked box is a promise that was kept before we saw it.
    if start is None or (start["tick"] or "").lower() == "x":
        return
    body = line.text[start.end() :]
    if head:
        if head["strong"] and not (head["closed"] or head["shut"]):
            body = body.rstrip().removesuffix(head["strong"])
        body = f"{head['aside'] or ''} {body}"
    first, *further = _parts(body)
    yield _Block(line=line, body=first)
    for part in further:
        yield from _heads(replace(line, text=part))


def _parts(body: str) -> list[str]:
    cuts = [match.end() for match in _NEXT_HEAD.finditer(shielded(body))]
    return [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]


def _add_field(fields: Clauses, match: re.Match[str]) -> None:
    name = next(name for name in ("owner", "due", "priority", "kind", "fix") if match[name])
    value = match["value"].strip().strip("*").strip()
    if _MORE_FIELDS.search(shielded(value)):
        _merge(fields, read_clauses(f"{name}: {value}"))
    elif value:
        said = {"owner": fields.owners, "due": fields.dues, "priority": fields.priorities}
        said |= {"kind": fields.kinds, "fix": fields.fixes}
        said[name].append(value)


def _merge(fields: Clauses, more: Clauses) -> None:
    fields.owners += more.owners or more.mentions
    fields.dues += more.dues
    fields.priorities += more.priorities
    fields.kinds += more.kinds
    fields.fixes += more.fixes


# | the block                             | gives                                                        |
# | nothing behind the keyword            | unreadable                                                   |
# | only an owner, a date and so on       | unreadable                                                   |
# | "none", "n/a", a title struck out     | nothing: nobody promised anything                            |
# | something said twice, differently     | both, joined: later nobody chooses for the writer            |
# | anything else                         | words                                                        |
def _words(block: _Block) -> Words | Unreadable | None:
    said = read_clauses(block.body)
    if not said.title or not any(char.isalnum() for char in said.title):
        why = NO_ACTION if block.body.strip() else EMPTY
        return Unreadable(line=block.line.number, text=block.line.text.strip(), why=why)
    struck = said.title.startswith("~~") and said.title.endswith("~~")
    if struck or any(same_wording(said.title, nothing) for nothing in _NOTHING):
        return None
    owners = said.owners + block.fields.owners
    return Words(
        title=said.title,
        owner=_joined(owners or said.mentions, " "),
        due=_joined(said.dues + block.fields.dues, ", "),
        priority=_joined(said.priorities + block.fields.priorities, ", "),
        kind=_joined(said.kinds + block.fields.kinds, ", "),
        fix=_joined(said.fixes + block.fields.fixes, ", "),
    )


def _joined(said: list[str], by: str) -> str | None:
    once: dict[str, str] = {}
    for words in said:
        once.setdefault(words.casefold(), words)
    return by.join(once.values()) or None
