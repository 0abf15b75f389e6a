"""Misspelt names: what was probably meant."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The known name that is most like this one, whatever its case; None when none is like it."""
    by_fold = {word.casefold(): word for word in known}
    near = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=likeness)
    return by_fold[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean KNOWN?`, or nothing."""
    near = nearest(name, known)
    return f"; did you mean {near}?" if near else ""
