"""An action in its writer's words, as the title of a ticket. A step of `meaning`."""

import re
from typing import Final

LONGEST_TITLE: Final = 250
# Signs that trackers would show as they stand. One star, an underscore and a backtick mean something in a title.
_EMPHASIS: Final = re.compile(r"(\*\*|~~)(?=\S)(.+?)(?<=\S)\1")
_STRUCK: Final = re.compile(r"\W*~~(?=\S).*(?<=\S)~~\W*", re.DOTALL)


def headline(title: str) -> str:
    """The title as a tracker takes it: one line without bold or struck signs, at most 250 characters."""
    printable = title if title.isprintable() else "".join(c if c.isprintable() else " " for c in title)
    line = " ".join(_EMPHASIS.sub(r"\2", printable).split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


def struck_out(title: str) -> bool:
    """Whether somebody drew a line through all of it."""
    return _STRUCK.fullmatch(title) is not None
