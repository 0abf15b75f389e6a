"""How far a long command is: bars where a person watches, lines of the log elsewhere."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

import structlog

from callsheet.run.progress import Progress

T = TypeVar("T")
# Between two lines of the log, in seconds.
TELL_EVERY = 5.0

log = structlog.get_logger()


@contextmanager
def shown() -> Iterator[Progress]:
    """Show it on stderr for as long as this lasts."""
    if sys.stderr.isatty():
        with _bars() as progress:
            yield progress
    else:
        yield Lines(monotonic)


class Lines:
    """A line now and then, and one at the end of a loop that took long enough for another."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds

    def __call__(self, what: str, things: Iterable[T], total: int | None = None) -> Iterator[T]:
        last, done, told = self._seconds(), 0, 0
        for done, thing in enumerate(things, start=1):
            yield thing
            if self._seconds() - last >= TELL_EVERY:
                last, told = self._seconds(), done
                log.info("progress.made", what=what, done=done, of=total)
        if 0 < told < done:
            log.info("progress.made", what=what, done=done, of=done)


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, tuple[TaskID, int | None]] = {}

        def watched(what: str, things: Iterable[T], total: int | None = None) -> Iterator[T]:
            if total == 0:
                return
            # Without a total a bar tells only what is done: nobody knows how many pages there are.
            task, before = tasks.get(what) or (bars.add_task(what, total=total), 0)
            whole = None if total is None or before is None else before + total
            tasks[what] = (task, whole)
            bars.update(task, total=whole)
            for thing in things:
                yield thing
                bars.advance(task)

        yield watched
