"""A tally as the pieces of a bar, for whoever draws one. After `season`."""

from collections.abc import Iterator
from dataclasses import dataclass

from callsheet.plan.season import Standing, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A piece of a tally drawn as a bar: how many, and from where to where, in percent."""

    standing: Standing
    count: int
    start: float
    end: float


def shares(each: Tally) -> Iterator[Share]:
    """A tally as the pieces of a bar, side by side up to a hundred; none for a tally of nothing."""
    sofar = 0
    for standing in Standing:
        if count := getattr(each, standing.value):
            start, sofar = sofar, sofar + count
            yield Share(
                standing=standing, count=count, start=100 * start / each.promised, end=100 * sofar / each.promised
            )
