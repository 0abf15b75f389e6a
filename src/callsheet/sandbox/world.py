"""The whole pretend world: clock, company, PagerDuty, two Jiras, faults, counts. One lock guards all of it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from callsheet.sandbox.clock import Clock
from callsheet.sandbox.company import build_company
from callsheet.sandbox.exchange import CLOUD, DATACENTER, PAGERDUTY, SIDES, Call
from callsheet.sandbox.faults import Faults
from callsheet.sandbox.ids import make_hex, make_id
from callsheet.sandbox.jira import Jira
from callsheet.sandbox.load import install
from callsheet.sandbox.pagerduty import PagerDuty
from callsheet.sandbox.paging import Paging
from callsheet.sandbox.tracker import SEARCH_LAG, Tracker

PER_MINUTE = 960


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the sandbox accepts; made from the seed, worth nothing anywhere else."""

    pagerduty_token: str
    pagerduty_webhook: str
    jira_token: str
    jira_pat: str
    jira_webhook: str


class RateLimit:
    """Requests per minute of real time, so that a frozen sandbox clock never blocks anybody."""

    def __init__(self, per_minute: int = PER_MINUTE, tick: Callable[[], float] = time.monotonic) -> None:
        self.per_minute, self._tick = per_minute, tick
        self._opened, self._used = tick(), 0

    def take(self, limit: int | None = None) -> tuple[bool, dict[str, str]]:
        """Whether one more request may pass, and the headers that say so."""
        allowed = limit or self.per_minute
        elapsed = self._tick() - self._opened
        if elapsed >= 60:
            self._opened, self._used, elapsed = self._tick(), 0, 0.0
        passes = self._used < allowed
        self._used += passes
        headers = {
            "ratelimit-limit": str(allowed),
            "ratelimit-remaining": str(max(allowed - self._used, 0)),
            "ratelimit-reset": str(max(1, round(60 - elapsed))),
        }
        return passes, headers


class World:
    """Holds everything. `pagerduty.incidents`, `pagerduty.notes` and `jira.issues` are for tests to look at.

    `start` is the sandbox's now at birth: the same seed, count and start make the same world. `loaded` is a document
    of `load.read_files`. `hostile`: one incident's title and notes are full of markup.
    """

    def __init__(
        self,
        *,
        seed: int,
        incidents: int,
        start: datetime,
        tick: bool,
        loaded: dict[str, Any] | None = None,
        hostile: bool = False,
    ) -> None:
        self.lock = threading.RLock()
        self.seed, self.count, self.start = seed, incidents, start
        self.clock = Clock(start, tick=tick)
        self.company = build_company(seed)
        with self.clock.pinned(start):
            self.pagerduty = Paging(seed, incidents, start, self.clock, self.company, hostile=hostile)
            self.jira = Tracker(seed, self.clock, self.company, cloud=True)
            self.jira_dc = Tracker(seed, self.clock, self.company, cloud=False)
            people = install(self.pagerduty, loaded) if loaded else []
        for tracker in (self.jira, self.jira_dc):
            tracker.admit(seed, people)
        self.faults = Faults(seed)
        self.limit = RateLimit()
        self.counts: dict[str, Counter[str]] = {side: Counter() for side in SIDES}
        self.late: list[tuple[datetime, Call]] = []
        self.pages: dict[str, PagerDuty | Jira] = {
            PAGERDUTY: PagerDuty(self.pagerduty),
            CLOUD: Jira(self.jira),
            DATACENTER: Jira(self.jira_dc),
        }
        self.credentials = Credentials(
            pagerduty_token=make_id("y", 20, seed, "token"),
            pagerduty_webhook=make_hex(64, seed, "pagerduty webhook"),
            jira_token="ATATT3x" + make_hex(40, seed, "jira token"),
            jira_pat=make_hex(44, seed, "jira pat"),
            jira_webhook=make_hex(32, seed, "jira webhook"),
        )

    def tracker(self, flavour: str) -> Tracker:
        """By side or flavour: jira, cloud, jira-dc, datacenter."""
        return self.jira_dc if flavour in (DATACENTER, "datacenter", "dc") else self.jira

    def count_request(self, call: Call) -> None:
        self.counts[call.side][f"{call.method} {call.template}"] += 1

    def requests(self) -> dict[str, dict[str, int]]:
        """Requests by side: the total, and each method and template."""
        with self.lock:
            return {
                side: {"total": sum(counts.values()), **dict(sorted(counts.items()))}
                for side, counts in self.counts.items()
            }

    def apply_switches(self) -> None:
        """Let the standing fault rules set the search lag, and what our account may see."""
        for side in (CLOUD, DATACENTER):
            hidden = [rule for rule in self.faults.rules if rule.kind == "hide_project" and rule.side in (None, side)]
            self.tracker(side).hidden = frozenset(str(rule.more.get("project")) for rule in hidden)
            rule = self.faults.switch("lag", side)
            self.tracker(side).lag = rule.seconds("seconds", 60) if rule else SEARCH_LAG

    def due(self) -> list[tuple[datetime, Call]]:
        """Late requests whose time has come, taken off the list."""
        now = self.clock.now()
        ready = [entry for entry in self.late if entry[0] <= now]
        self.late = [entry for entry in self.late if entry[0] > now]
        return sorted(ready, key=lambda entry: entry[0])

    def advance(self, delta: timedelta) -> datetime:
        with self.lock:
            return self.clock.advance(delta)
