"""The world that a seed plays in: the sandbox's PagerDuty and Jira, people's shelf and inbox, and pretend time.

Everything here is the outside: what is judged is judged by it.
"""

from __future__ import annotations

import base64
import json
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from callsheet.sandbox.exchange import CLOUD, DATACENTER
from callsheet.sandbox.front import Front
from callsheet.sandbox.tracker import Tracker
from callsheet.sandbox.world import RateLimit, World
from callsheet.testing.memory_channels import Message
from tests.torture.baton import Baton
from tests.torture.setting import Setting

# A Monday morning.
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NAMESPACE = "callsheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A request that changed the world."""

    at: datetime
    side: str
    method: str
    path: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message in somebody's inbox: when it came, and in which life of the database it was sent."""

    message: Message
    at: datetime
    life: int


class Records:
    """The sandbox's journal, in memory: every request that changed the world, late ones when they did."""

    def __init__(self) -> None:
        self.writes: list[Write] = []

    def write(self, entry: dict[str, Any]) -> None:
        """Called by the sandbox whenever it has changed."""
        call, at = entry["call"], datetime.fromisoformat(entry["at"])
        body = json.loads(call["body"]) if call["body"] else {}
        self.writes.append(Write(at=at, side=call["side"], method=call["method"], path=call["path"], body=body))


class Stage:
    """The world, its time, and what a replay prints."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.world = World(seed=setting.seed, incidents=0, start=NOW, tick=False)
        # It counts real minutes, and weeks pass in a blink here.
        self.world.limit = RateLimit(per_minute=1_000_000)
        self.tracker: Tracker = self.world.jira if setting.cloud else self.world.jira_dc
        self.tracker.lag = timedelta(seconds=setting.lag)
        self.records = Records()
        self.front = Front(self.world, self.records)
        self.baton = Baton(self.world.clock)
        self.shelf: dict[str, tuple[str, str | None]] = {}
        self.inbox: list[Arrived] = []
        # How often each incident's document was written.
        self.published: Counter[str] = Counter()
        # How many processes are in the middle of a cycle.
        self.at_work = 0
        self._lives: list[datetime] = []
        self._knows_since: datetime | None = None
        self.tally: Counter[str] = Counter()
        self.trace: list[tuple[datetime, str, str]] = []
        self._roll = random.Random(f"{setting.seed}/travel")

    @property
    def side(self) -> str:
        """The Jira that the daemon uses."""
        return CLOUD if self.setting.cloud else DATACENTER

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    @property
    def life(self) -> int:
        """Counts lost databases: what holds for one life of it does not bind the next."""
        return len(self._lives)

    @property
    def changes(self) -> int:
        """How often anything outside was written by the daemon."""
        return len(self.records.writes) + self.published.total() + len(self.inbox)

    def travel(self, extra: float = 0.0) -> None:
        """A request or an answer is on its way."""
        self.baton.sleep(self._roll.uniform(0.01, 0.3) + extra)

    def wait(self, **span: float) -> None:
        """Time passes: `wait(hours=3)`."""
        self.baton.sleep(timedelta(**span).total_seconds())
        self.front.settle()

    def note(self, who: str, what: str) -> None:
        """A line for the replay."""
        self.trace.append((self.now, who, what))

    def secrets(self) -> tuple[str, ...]:
        """What must show up nowhere."""
        keys, email = self.world.credentials, self.world.company.bot.email
        basic = base64.b64encode(f"{email}:{keys.jira_token}".encode()).decode()
        tokens = (keys.pagerduty_token, keys.jira_token, keys.jira_pat, basic)
        return (*tokens, keys.pagerduty_webhook, keys.jira_webhook)

    def begin_anew(self) -> None:
        """The daemon's memory was lost: another life of it begins."""
        self._lives.append(self.now)
        self._knows_since = None

    def cycle_ended(self) -> None:
        """A whole cycle: from now on, a lost memory is made good, and a change shows as one."""
        self._knows_since = self._knows_since or self.now

    def known_at(self, moment: datetime) -> bool:
        """Whether the daemon's present memory goes back to this moment."""
        return not self._lives or (self._knows_since is not None and self._knows_since <= moment)

    def life_at(self, moment: datetime) -> int:
        """Which life of the database this moment lies in."""
        return sum(began <= moment for began in self._lives)
