"""Who runs next: players sleep in pretend time and hand a baton over, so one seed is one order of events.

Each player is a thread, but only the one that holds the baton runs. Waiting for an answer, waiting as a server asked
and being frozen are the same thing here: to sleep until a moment. The next to wake up gets the baton.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from callsheet.sandbox.clock import Clock


class Stop(BaseException):
    """Another player failed: the game is over."""


@dataclass(slots=True, eq=False)
class Player:
    """One of those who take turns."""

    name: str
    wakes_at: datetime
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


class Baton:
    """Pretend time and turns. `handed` counts how often somebody else went on in the middle of a part."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.handed = 0
        self._host = self._running = Player("host", clock.now())
        self._players = [self._host]
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._tie = count()
        self._error: BaseException | None = None

    @property
    def several(self) -> bool:
        """Whether anybody else could run now."""
        return len(self._players) > 1

    def at(self, when: datetime, act: Callable[[], None]) -> None:
        """Let something happen at a moment; it must not sleep."""
        heapq.heappush(self._events, (when, next(self._tie), act))

    def sleep(self, seconds: float) -> None:
        """Let time pass for whoever calls: others may run, and what is due happens."""
        me = self._running
        me.wakes_at = self.clock.now() + timedelta(seconds=seconds)
        self._pass_on(me)

    def play(self, parts: dict[str, Callable[[], None]]) -> None:
        """Run these parts side by side until all have ended; the first error of any is raised."""
        now = self.clock.now()
        self._players = [Player(name, now) for name in parts]
        threads = [
            threading.Thread(target=self._take_part, args=(player, part), daemon=True)
            for player, part in zip(list(self._players), parts.values(), strict=True)
        ]
        for thread in threads:
            thread.start()
        self._pass_on(None)
        self._host.gate.acquire()
        for thread in threads:
            thread.join()
        self._players, self._running = [self._host], self._host
        if self._error:
            raise self._error

    def _take_part(self, player: Player, part: Callable[[], None]) -> None:
        player.gate.acquire()
        try:
            if self._error is None:
                part()
        except Stop:
            pass
        except BaseException as error:
            self._error = error
        self._players.remove(player)
        if self._players:
            self._pass_on(None)
        else:
            self._host.gate.release()

    def _pass_on(self, me: Player | None) -> None:
        following = min(self._players, key=lambda each: (each.wakes_at, each.name))
        while self._events and self._events[0][0] <= following.wakes_at and self._error is None:
            when, _, act = heapq.heappop(self._events)
            self._reach(when)
            act()
        self._reach(following.wakes_at)
        if following is me:
            return
        self._running = following
        self.handed += me is not None
        following.gate.release()
        if me is not None:
            me.gate.acquire()
            if self._error is not None:
                raise Stop

    def _reach(self, moment: datetime) -> None:
        ahead = moment - self.clock.now()
        if ahead > timedelta(0):
            self.clock.advance(ahead)
