"""Batches of seeds over all processors, what they met, and what a failing seed prints."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.torture.faults import MESSAGES, SINGLE
from tests.torture.run import Played, play
from tests.torture.setting import Setting

# A batch that never met one of these has proven nothing about it.
MUST_MEET = (
    *(f"fault: {name}" for name in (*SINGLE, *MESSAGES)),
    "crashes",
    "unknowns",
    "found: ticket after a lost answer",
    "found: note after a lost answer",
    "found: ticket after a lost database",
    "found: ticket made by hand",
    "parked, then solved by people",
    "held back by a guard, then approved",
    "merged incidents",
    "wishes that reached their ticket",
    "interleavings",
    "turns handed over",
    "freezes",
    "freezes longer than the settle time",
    "freezes before a send",
    "late applies",
    "duplicates found",
    "clock steps",
    "lost databases",
    "webhooks",
    "nudges",
)
CHUNK = 5
# A seed takes half a second of a processor; one that takes as many seconds hangs.
LONGEST = 120.0
# Databases that live for half a second belong into memory.
MEMORY = Path("/dev/shm")


@dataclass(slots=True)
class Batch:
    """What came of many seeds. `broken` maps each failing seed to what it broke."""

    seeds: int = 0
    tally: Counter[str] = field(default_factory=Counter)
    broken: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def add(self, played: Played) -> None:
        """One more seed."""
        self.seeds += 1
        self.tally += played.tally
        if played.broken:
            self.broken[played.setting.seed] = played.broken

    @property
    def missing(self) -> list[str]:
        """What was never met."""
        return [name for name in MUST_MEET if not self.tally[name]]

    def lines(self) -> Iterator[str]:
        """The batch in words."""
        for seed, broken in sorted(self.broken.items()):
            yield f"seed {seed}: replay it with `make torture SEED={seed}`"
            yield from (f"  {sentence}" for sentence in broken)
        yield f"{self.seeds} seeds, {len(self.broken)} failed"
        yield from (f"  {times:>8} {name}" for name, times in sorted(self.tally.items()))
        yield from (f"never met: {name}" for name in self.missing)


def played(seed: int, **circumstances: Any) -> Played:
    """One seed, in a folder of its own; `circumstances` are those of `play`."""
    with tempfile.TemporaryDirectory(prefix="torture-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        return play(seed, Path(folder), **circumstances)


def lean() -> None:
    """Make a process that does nothing but play quick: what is loaded stays, and there is not much to be thrown away.

    Both client libraries look through the whole environment for proxies, at each request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
    os.environ.clear()


def batch(seeds: Iterable[int], *, workers: int | None = None) -> Batch:
    """Play many seeds, side by side."""
    found = Batch()
    # Forking a process that has threads is asking for trouble.
    context = get_context("spawn")
    with ProcessPoolExecutor(workers or os.cpu_count() or 1, mp_context=context, initializer=lean) as pool:
        for one in pool.map(_short, seeds, chunksize=CHUNK):
            found.add(one)
    return found


class Hung(Exception):
    """A seed that does not come to its end."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise Hung after so many seconds of the wall's clock; for the main thread alone."""

    def ring(*_: object) -> None:
        raise Hung(f"not at its end after {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _short(seed: int) -> Played:
    """Without the trace, which is long, and only a replay prints."""
    try:
        with limited(LONGEST):
            whole = played(seed)
    except Exception as error:  # what nobody foresaw is a broken promise too, and its seed has to be told
        return Played(setting=Setting.of(seed), broken=(f"raised {error!r}",), tally=Counter(), trace=(), points=0)
    return Played(setting=whole.setting, broken=whole.broken, tally=whole.tally, trace=(), points=whole.points)


def told(whole: Played) -> Iterator[str]:
    """One seed in words: what happened, and what it broke."""
    yield repr(whole.setting)
    yield from (f"{at:%a %d %H:%M:%S.%f} {who:7} {what}" for at, who, what in whole.trace)
    yield from (f"  {times:>8} {name}" for name, times in sorted(whole.tally.items()))
    yield from (f"BROKEN {sentence}" for sentence in whole.broken)
    yield f"seed {whole.setting.seed}: {'broken' if whole.broken else 'all holds'}"
