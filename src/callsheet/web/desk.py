"""What all that is served stands on: stores of the server's own, who reads webhooks, and the daemon's signs of life."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from callsheet.connect.ports import Clock, WebhookReceiver
from callsheet.run.pulse import Bell, Pulse
from callsheet.run.status import Expected
from callsheet.store import Store
from callsheet.web.counters import Counters


class Shared:
    """A store for several threads, one at a time: requests are served by a pool of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = threading.Lock()

    @contextmanager
    def __call__(self) -> Iterator[Store]:
        """The store, for as long as this lasts."""
        with self._turn:
            yield self._store

    def close(self) -> None:
        """Let go of the file, after whoever is reading."""
        with self._turn:
            self._store.close()


def nothing_new(_: str) -> None:
    """Secrets that are never renewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The cycle's own store is not among these: a transaction belongs to one thread.

    `reading` and `writing` are two, so that a probe never waits behind a webhook which waits for the cycle's commit.
    `renewed` has a receiver by its secret as it is now. `counted` are webhooks by connector and result, since the
    process began. `patience` is how many seconds a body may take; PagerDuty gives up after five.
    """

    reading: Shared
    writing: Shared
    receivers: Mapping[str, WebhookReceiver | None]
    clock: Clock
    pulse: Pulse
    bell: Bell
    stopping: Callable[[], bool]
    expected: Expected
    renewed: Callable[[str], WebhookReceiver | None] = nothing_new
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)
    counters: Counters = field(default_factory=Counters)
    patience: float = 5.0
