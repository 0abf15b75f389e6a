"""Misspelt names: what was probably meant."""

import difflib
import re
from collections.abc import Iterable
from typing import Final

# Where a name is asked back about: less is another name.
LIKE: Final = 0.75


def nearest(name: str, known: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The known name that is most like this one, whatever its case; None when none is like it."""
    by_fold = {word.casefold(): word for word in known}
    near = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=likeness)
    return by_fold[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str], *, likeness: float = 0.6) -> str:
    """`; did you mean KNOWN?`, or nothing."""
    near = nearest(name, known, likeness=likeness)
    return f"; did you mean {near}?" if near else ""


def near_names(word: str, known: Iterable[str], *, at_most: int = 3, likeness: float = 0.6) -> tuple[str, ...]:
    """The names of which the whole, or a part such as a first name, is like this word; the likest first."""

    def like(name: str) -> float:
        parts = {name, *re.split(r"[^\w]+", name)}
        return max(difflib.SequenceMatcher(None, word.casefold(), part.casefold()).ratio() for part in parts)

    scored = sorted(((like(name), name) for name in set(known)), key=lambda pair: (-pair[0], pair[1]))
    return tuple(name for score, name in scored[:at_most] if score >= likeness)
