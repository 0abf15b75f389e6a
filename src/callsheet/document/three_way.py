"""Two versions of a text that come from one: joined where they changed different lines, a person's where they met.

Lines are compared without white space at their ends; those of the person's version are kept byte for byte.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from callsheet.document.regions import lines_of

Span = tuple[int, int]


def three_way(base: str, mine: str, theirs: str) -> str:
    """`mine` with what `theirs` changed since `base`. `mine` is a person's, so it stays wherever both changed a place.

    | mine     | theirs   | then   |
    |----------|----------|--------|
    | as base  | as base  | mine   |
    | as base  | changed  | theirs |
    | changed  | as base  | mine   |
    | changed  | changed  | mine   |
    """
    old, ours, new = lines_of(base), lines_of(mine), lines_of(theirs)
    kept: list[str] = []
    for was, here, there in _chunks(_bare(old), _bare(ours), _bare(new)):
        untouched = _bare(ours[slice(*here)]) == _bare(old[slice(*was)])
        kept += new[slice(*there)] if untouched and _news(old, was, new, there) else ours[slice(*here)]
    return "".join(kept)


def _news(old: Sequence[str], was: Span, new: Sequence[str], there: Span) -> bool:
    return _bare(old[slice(*was)]) != _bare(new[slice(*there)])


def _bare(lines: Sequence[str]) -> list[str]:
    return [line.rstrip() for line in lines]


def _chunks(old: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[Span, Span, Span]]:
    """Cut all three where they agree: stretches that all have, and what lies between them, in order."""
    at = (0, 0, 0)
    for start, length, here, there in [*_common(old, mine, theirs), (len(old), 0, len(mine), len(theirs))]:
        yield (at[0], start), (at[1], here), (at[2], there)
        yield (start, start + length), (here, here + length), (there, there + length)
        at = (start + length, here + length, there + length)


def _common(old: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of `old` that stand in both others: place in `old`, length, place in `mine`, place in `theirs`."""
    ours, news = _matches(old, mine), _matches(old, theirs)
    i = j = 0
    while i < len(ours) and j < len(news):
        (a, here, n), (b, there, m) = ours[i], news[j]
        start, end = max(a, b), min(a + n, b + m)
        if start < end:
            yield start, end - start, here + start - a, there + start - b
        if a + n < b + m:
            i += 1
        else:
            j += 1


def _matches(old: Sequence[str], other: Sequence[str]) -> list[tuple[int, int, int]]:
    """What difflib finds between what both begin and end with: those are found at once."""
    head = _shared(old, other)
    tail = min(_shared(old[::-1], other[::-1]), len(old) - head, len(other) - head)
    inner = SequenceMatcher(None, old[head : len(old) - tail], other[head : len(other) - tail])
    found = [(a + head, b + head, size) for a, b, size in inner.get_matching_blocks()]
    return [(0, 0, head), *found, (len(old) - tail, len(other) - tail, tail)]


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
