"""What a seed decides beforehand: which Jira, how much goes wrong, whether two daemons meet, what is late."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Self

from callsheet.run.intents import FRESH_CLAIM
from callsheet_jira.flavour import Cloud, DataCenter

# How old a claim may be when the clock is looked at for the last time, in seconds, and a little for the way.
CLAIMED = FRESH_CLAIM.total_seconds() + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One seed's circumstances. Times are in seconds; `settle` is the connector's own.

    Lag, lateness, freezes between the last look at the clock and the sending, and clock steps together stay under the
    settle time, except where `late`, `frozen_late` or `wild_clock` says so: only there may a ticket be doubled, and
    each double must be found, linked and reported. Anywhere else a process may freeze for several settle times.
    """

    seed: int
    cloud: bool
    settle: float
    lag: float
    latest: float
    fault_rate: float
    crash_rate: float
    together: bool
    late: bool
    frozen_late: bool
    wild_clock: bool
    parks: bool
    merges: bool
    guarded: bool
    loses_database: bool
    meetings: int

    @classmethod
    def of(cls, seed: int) -> Self:
        """The circumstances of a seed."""
        roll = random.Random(f"{seed}/setting")
        cloud = roll.random() < 0.6
        settle = (Cloud if cloud else DataCenter).settles_within.total_seconds()
        return cls(
            seed=seed,
            cloud=cloud,
            settle=settle,
            lag=roll.uniform(0.0, 0.2) * settle,
            latest=roll.uniform(0.02, 0.2) * settle,
            fault_rate=roll.choice((0.0, 0.02, 0.05, 0.1)),
            crash_rate=roll.choice((0.0, 0.002, 0.006)),
            together=roll.random() < 0.4,
            late=roll.random() < 0.12,
            frozen_late=roll.random() < 0.08,
            wild_clock=roll.random() < 0.08,
            parks=roll.random() < 0.12,
            merges=roll.random() < 0.15,
            guarded=roll.random() < 0.12,
            loses_database=roll.random() < 0.08,
            meetings=roll.randint(4, 7),
        )

    @property
    def lateness(self) -> tuple[float, float]:
        """How late a new ticket may be made after the request that was given up on."""
        return (1.1 * self.settle, 3.0 * self.settle) if self.late else (0.5, self.latest)

    @property
    def send_freeze(self) -> tuple[float, float]:
        """How long a process may freeze after its last look at the clock, before it sends: what the rest leaves."""
        if self.frozen_late:
            return 1.1 * self.settle, 3.0 * self.settle
        return 0.1 * self.settle, max(0.1 * self.settle, 0.9 * self.settle - self.lag - self.latest - CLAIMED)

    @property
    def may_double(self) -> bool:
        """Whether a request, a process or a clock may be later than the settle time."""
        return self.late or self.frozen_late or self.wild_clock
