"""How far the work in hand is, for whoever watches: a cycle's long loops go through it."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Hands out the things of a loop one by one, and shows how many of them are done. `total` is None when unknown.

    `what` names them, in the plural; the same name again goes on where it was.
    """

    def __call__(self, what: str, things: Iterable[T], total: int | None = None) -> Iterator[T]: ...


def unwatched(what: str, things: Iterable[T], total: int | None = None) -> Iterator[T]:  # noqa: ARG001 - nobody watches
    """The things, and nothing shown."""
    return iter(things)
