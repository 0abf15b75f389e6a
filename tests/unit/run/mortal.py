"""A process that dies at a commit: just before it, so that nothing of it is kept, or just after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from callsheet.store import Store


class Killed(BaseException):
    """The process is no more: nothing catches this."""


class Life:
    """How many commits a process has left. `commits` counts those of all processes."""

    def __init__(self, dies_at: int | None = None, *, kept: bool = False) -> None:
        self.commits = 0
        self.dies_at = dies_at
        self.kept = kept

    def commit(self, *, kept: bool) -> None:
        """A commit is about to happen, or has just happened."""
        self.commits += not kept
        if self.commits == self.dies_at and kept is self.kept:
            self.dies_at = None
            raise Killed

    def store(self, path: Path) -> Store:
        """The database, as a process with this life has it."""
        return _MortalStore(path, self)


class _MortalStore(Store):
    def __init__(self, path: Path, life: Life) -> None:
        self._life: Life | None = None
        super().__init__(path)
        self._life = life

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction that may be the last one."""
        life = self._life if self._depth == 0 else None
        with super().transaction():
            yield
            if life:
                life.commit(kept=False)
        if life:
            life.commit(kept=True)
