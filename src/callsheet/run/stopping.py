"""Asked to stop while we gather: it ends between two reads, and what was not read counts as silent for now."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from callsheet.connect.errors import RateLimited

T = TypeVar("T")


class Stopped(RateLimited):
    """We were asked to stop: it says nothing of the side that was being read."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


def go_on(stopping: Callable[[], bool]) -> None:
    """Stopped when we are asked to stop, which is no failure: the rest follows after the next start."""
    if stopping():
        raise Stopped("asked to stop", retry_after=0.0)


def until(stopping: Callable[[], bool], listing: Iterable[T]) -> Iterator[T]:
    """What is listed, for as long as nobody asks to stop."""
    go_on(stopping)
    for each in listing:
        yield each
        go_on(stopping)
