"""Which lines of a text are somebody's own words, and which are code or another's. The first step of `wording`."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

BULLET = r"(?:[-*+•‣◦▪·–—]|\(?\d{1,3}[.)])[ ]+"

_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]")
_FENCE = re.compile(rf"(?P<indent>[ ]*(?:{BULLET})?)(?P<ticks>`{{3,}}|~{{3,}})(?P<info>[^`]*)$")
_LIST_MARK = re.compile(rf"[ ]*{BULLET}")


class Role(Enum):
    """Whose words a line holds."""

    WORDS = auto()
    BLANK = auto()
    QUOTED = auto()
    INDENTED = auto()  # code, by four spaces or a tab
    FENCED = auto()  # code, by ``` or ~~~
    UNCLOSED = auto()  # code, by a fence that never ends: perhaps a slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its 1-based number, its text with plain spaces only, and its role."""

    number: int
    text: str
    role: Role


# | line                                            | role                                  |
# | from an opening fence to its closing one        | FENCED                                |
# | from an opening fence, and no closing one comes | UNCLOSED                              |
# | nothing but spaces                              | BLANK                                 |
# | four or more spaces in (a tab is four), counted | INDENTED                              |
# |   from the text of the list it stands in        |                                       |
# | starts with >                                   | QUOTED                                |
# | any other                                       | WORDS                                 |
def lines_of(text: str) -> Iterator[Line]:
    """Every line of `text` with its role."""
    lines = [_visible(line) for line in text.splitlines()]
    fenced = _fenced(lines)
    list_indent = 0
    for index, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if index in fenced:
            role = fenced[index]
        elif not line.strip():
            role = Role.BLANK
        elif indent >= list_indent + 4:
            role = Role.INDENTED
        else:
            role = Role.QUOTED if line.lstrip().startswith(">") else Role.WORDS
            if mark := _LIST_MARK.match(line):
                list_indent = mark.end()
            elif indent < list_indent:
                list_indent = 0
        yield Line(number=index + 1, text=line, role=role)


def _visible(line: str) -> str:
    """The line without characters that nobody sees; every kind of space is a plain one, a tab is four."""
    line = _INVISIBLE.sub("", line.replace("\t", "    "))
    return "".join(" " if unicodedata.category(char) in {"Zs", "Cc"} else char for char in line).rstrip()


# | a line                                     | opens a block that closes with                       |
# | ``` or ~~~, perhaps with a language        | a line of the same sign, at least as many of it      |
# | ``` and words, as chat programs write it   | the same, or the next line that ends with ```        |
# | words with one ``` that has no partner     | the next line with a ``` in it; none: it is no block |
def _fenced(lines: Sequence[str]) -> dict[int, Role]:
    roles: dict[int, Role] = {}
    index = 0
    while index < len(lines):
        line = lines[index]
        fence = _FENCE.match(line)
        if fence:
            end = _closing(lines, index, fence)
            last = len(lines) - 1 if end is None else end
            roles |= dict.fromkeys(range(index, last + 1), Role.UNCLOSED if end is None else Role.FENCED)
            index = last
        elif line.count("```") % 2 and not line.lstrip().startswith(">"):
            end = next((n for n in range(index + 1, len(lines)) if "```" in lines[n]), None)
            if end is not None:
                # The line that opens the block belongs to its writer up to there.
                roles |= dict.fromkeys(range(index + 1, end + 1), Role.FENCED)
                index = end
        index += 1
    return roles


def _closing(lines: Sequence[str], start: int, fence: re.Match[str]) -> int | None:
    sign, least, deepest = fence["ticks"][0], len(fence["ticks"]), len(fence["indent"]) + 3
    closes = re.compile(rf"[ ]{{0,{deepest}}}{re.escape(sign)}{{{least},}}$")
    chatty = sign == "`" and len(fence["info"].split()) > 1
    for index in range(start + 1, len(lines)):
        if closes.match(lines[index]) or (chatty and lines[index].endswith("```")):
            return index
    return None
