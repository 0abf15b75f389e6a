"""The marks that git leaves where it could not join two versions: such a text says two things, none for certain."""

from collections.abc import Iterator
from typing import Final

from callsheet.document.regions import lines_of

MARKS: Final = ("<<<<<<<", "=======", ">>>>>>>")


def conflict_line(text: str) -> int | None:
    """The line (from 1) on which the first conflict begins; None where the text has no whole one.

    A line of equals signs alone is an underline; only all three marks in their order are a conflict.
    """
    if MARKS[0] not in text or MARKS[2] not in text:
        return None
    begins, next_mark = 0, 0
    for number, mark in _marks(text):
        # Each begin counts anew: one that nothing ends is somebody's words.
        if mark == MARKS[0]:
            begins, next_mark = number, 1
        elif next_mark and mark == MARKS[next_mark]:
            if mark == MARKS[2]:
                return begins
            next_mark = 2
    return None


def _marks(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines_of(text), start=1):
        mark, _, label = line.rstrip().partition(" ")
        if mark in MARKS and (mark != MARKS[1] or not label):
            yield number, mark
