"""What a seed decides beforehand: which Jira, how much goes wrong, whether two daemons meet, what is late."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Self

from callsheet_jira.flavour import Cloud, DataCenter


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One seed's circumstances. Times are in seconds; `settle` is the connector's own.

    Lag, lateness, freezes and clock steps together stay under the settle time, except where `late` or `wild_clock`
    says so: only there may a ticket be doubled, and each double must be found, linked and reported.
    """

    seed: int
    cloud: bool
    settle: float
    lag: float
    fault_rate: float
    crash_rate: float
    together: bool
    late: bool
    wild_clock: bool
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
            fault_rate=roll.choice((0.0, 0.02, 0.05, 0.1)),
            crash_rate=roll.choice((0.0, 0.002, 0.006)),
            together=roll.random() < 0.4,
            late=roll.random() < 0.12,
            wild_clock=roll.random() < 0.08,
            loses_database=roll.random() < 0.08,
            meetings=roll.randint(5, 8),
        )

    @property
    def lateness(self) -> tuple[float, float]:
        """How late a new ticket may be made after the request that was given up on."""
        return (1.1 * self.settle, 3.0 * self.settle) if self.late else (0.5, 0.2 * self.settle)

    @property
    def longest_freeze(self) -> float:
        return 0.35 * self.settle

    @property
    def may_double(self) -> bool:
        """Whether a request or a clock may be later than the settle time."""
        return self.late or self.wild_clock
