"""Two versions of a text that come from one: joined where they changed different lines, a person's where they met.

Lines are compared without white space at their ends and a formatter's marks; those of the person's version are kept
byte for byte.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from callsheet.document.regions import as_ours, lines_of

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
    return [as_ours(line.rstrip()) for line in lines]


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
    """The stretches that both have: head, tail, from lines that stand once in each, and what difflib finds between.

    difflib alone takes most of a second for a document of ten thousand lines.
    """
    head = _shared(old, other)
    tail = min(_shared(old[::-1], other[::-1]), len(old) - head, len(other) - head)
    left, right = old[: len(old) - tail], other[: len(other) - tail]
    found: list[tuple[int, int, int]] = []
    here = there = 0
    for a, b in [(0, 0), *_anchors(left, right), (len(left), len(right))]:
        # What the stretch before it has reached already is part of that.
        if a >= here:
            found += [(x + here, y + there, n) for x, y, n in _between(left[here:a], right[there:b])]
            length = _shared(left[a:], right[b:])
            found.append((a, b, length))
            here, there = a + length, b + length
    return [*found, (len(left), len(right), tail)]


def _between(old: Sequence[str], other: Sequence[str]) -> Sequence[tuple[int, int, int]]:
    return SequenceMatcher(None, old, other).get_matching_blocks() if old and other else ()


def _anchors(old: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that stand once in each text, by their places; the longest run of them that rises in both."""
    once_here, once_there = _once(old), _once(other)
    pairs = [(place, once_there[line]) for line, place in once_here.items() if line in once_there]
    # Patience sorting: `tops` ends the best run of each length, `before` leads back along it.
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tops, place)
        tops[length : length + 1], ends[length : length + 1] = [place], [number]
        before.append(ends[length - 1] if length else -1)
    run: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        run.append(pairs[number])
        number = before[number]
    return run[::-1]


def _once(lines: Sequence[str]) -> dict[str, int]:
    """The lines that stand there once, with their places, in their order."""
    counts = Counter(lines)
    return {line: place for place, line in enumerate(lines) if counts[line] == 1}


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
