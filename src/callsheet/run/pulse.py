"""The scheduler's signs of life, for those who watch it, and the bell by which they call for a cycle."""

import threading
from collections.abc import Callable
from time import monotonic

from callsheet.connect.errors import ConnectorError

BEAT_EVERY = 5.0
STILL_AFTER = 6 * BEAT_EVERY


def plainly(error: Exception) -> str:
    """An error as it calls itself."""
    return f"{type(error).__name__}: {error}"


class Pulse:
    """What one scheduler shows to other threads.

    `failure` is why the last cycle broke off, None when it went through: a full disk, a fault of ours. A side out of
    reach is neither. `words` tells an error to whoever runs us.
    """

    def __init__(self, words: Callable[[Exception], str] = plainly) -> None:
        self.words = words
        self.failure: str | None = None
        self.cycles = 0
        self.begun = threading.Event()
        self._beat: float | None = None

    def beat(self) -> None:
        """The scheduler is alive, whatever the cycle in hand takes."""
        self._beat = monotonic()
        self.begun.set()

    def ended(self, error: Exception | None) -> None:
        """A cycle is over."""
        self.cycles += 1
        broke = error is not None and not isinstance(error, ConnectorError)
        self.failure = self.words(error) if error is not None and broke else None

    @property
    def ticking(self) -> bool:
        """Whether the scheduler runs."""
        return self._beat is not None and monotonic() - self._beat < STILL_AFTER


class Bell:
    """Calls for a cycle between two. Ringing again before it begins changes nothing: it takes in all that came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rung = False
        self._call: Callable[[], object] | None = None

    def ring(self) -> None:
        """Have a cycle come soon. Never waits."""
        with self._lock:
            call = None if self._rung else self._call
            self._rung = True
        if call:
            call()

    def hear_by(self, call: Callable[[], object]) -> None:
        """From now on, `call` is what ringing does; at once, if somebody rang before."""
        with self._lock:
            self._call = call
            rung = self._rung
        if rung:
            call()

    def answer(self) -> None:
        """The cycle begins: the next ring calls for another."""
        with self._lock:
            self._rung = False
