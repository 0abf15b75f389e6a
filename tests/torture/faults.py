"""What goes wrong on the way: which fault meets which request, decided by the seed.

The sandbox knows how each fault looks (`sandbox/faults.py`); here stands how often they come, and in which weather.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from callsheet.sandbox.exchange import PAGERDUTY, Call
from callsheet.sandbox.faults import Rule

# What may meet a single request, and how often compared with the others.
SINGLE = {
    "lost before": 3,
    "lost after": 6,
    "truncated": 3,
    "empty body": 3,
    "502 before": 2,
    "502 after": 3,
    "429": 2,
    "429 bare": 1,
    "refused": 2,
    "expired": 1,
    "401": 1,
    "slow": 3,
    "timeout": 3,
    "late": 3,
}
# What the sandbox calls them.
KINDS = {
    "lost before": "drop_before",
    "lost after": "drop_after",
    "truncated": "truncate",
    "empty body": "empty_body",
    "502 before": "html_502",
    "502 after": "html_502",
    "429": "rate_limit",
    "429 bare": "rate_limit",
    "expired": "expire_token",
    "401": "status",
    "slow": "slow",
    "timeout": "slow",
    "late": "late_apply",
}
# What may meet a message: a clear no, no way there, it went astray unheard, it arrived and nobody heard so.
REFUSED, UNREACHED, LOST, UNHEARD = "message refused", "message not sent", "message lost", "message unheard"
MESSAGES = (REFUSED, UNREACHED, LOST, UNHEARD)
# What may lie over one side for as long as a cycle lasts.
SPELLS = ("refused", "expired", "401", "429", "502 before", "502 after", "lost after")
READS = ("/search", "/search/jql", "/issue/bulkfetch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A fault that meets one request: its name here, and the sandbox's rule for it (None: it never gets there)."""

    name: str
    rule: Rule | None
    seconds: float = 0.0


def writes(call: Call) -> bool:
    """Whether a request changes the world, and what it changes may be missed."""
    return call.method != "GET" and not call.path.endswith(READS)


class Faults:
    """The weather of one seed. `rate` is the share of requests that meet a fault; writes meet three times as many.

    `late` is how late a new ticket may be made, in seconds; `belated`: many of them are.
    """

    def __init__(
        self, seed: int, tally: Counter[str], *, rate: float, late: tuple[float, float], belated: bool = False
    ) -> None:
        self._roll = random.Random(f"{seed}/faults")
        self._tally = tally
        self._late, self._belated = late, belated
        self._spell: tuple[str, str] | None = None
        self.rate = rate

    def turn(self, sides: tuple[str, str]) -> None:
        """A new cycle begins: now and then a whole side is ill for its length."""
        ill = self.rate > 0 and self._roll.random() < 0.12
        self._spell = (self._roll.choice(sides), self._roll.choice(SPELLS)) if ill else None

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self.rate, self._spell, self._belated = 0.0, None, False

    def meet(self, call: Call, timeout: float) -> Trouble | None:
        """The fault that this request meets."""
        name = self._name(call)
        if name is None:
            return None
        self._tally[f"fault: {name}"] += 1
        return Trouble(name=name, rule=self._rule(name, call), seconds=self._seconds(name, timeout))

    def message(self) -> str | None:
        """The fault that this message meets."""
        if self._roll.random() >= self.rate * 3:
            return None
        name = self._roll.choice(MESSAGES)
        self._tally[f"fault: {name}"] += 1
        return name

    def _name(self, call: Call) -> str | None:
        if self._spell and self._spell[0] == call.side and self._roll.random() < 0.9:
            return self._spell[1]
        if self._belated and _makes_a_ticket(call) and self._roll.random() < 0.25:
            return "late"
        if self._roll.random() >= self.rate * (3 if writes(call) else 1):
            return None
        name = self._roll.choices(tuple(SINGLE), tuple(SINGLE.values()))[0]
        # A read that comes late is a read that was lost; a value that is set late may undo what people set meanwhile,
        # which neither vendor offers a way to prevent (docs/promises.md says so).
        return "lost before" if name == "late" and not (writes(call) and call.method == "POST") else name

    def _seconds(self, name: str, timeout: float) -> float:
        if name == "slow":
            return self._roll.uniform(0.5, 0.3 * timeout)
        return timeout if name == "timeout" else 0.0

    def _rule(self, name: str, call: Call) -> Rule | None:
        """The sandbox's rule for a fault; None where the request never gets there."""
        if name == "refused":
            return None
        more: dict[str, Any] = {}
        match name:
            case "502 after":
                more = {"act": True}
            case "429":
                more = {"seconds": self._roll.choice((0, 1, 4, 20, 90))}
            case "429 bare":
                more = {"headers": False}
            case "401":
                more = {"status": 401, "body": _echo(call)}
            case "late":
                more = {"seconds": self._lateness(call)}
        return Rule(kind=KINDS[name], more=more)

    def _lateness(self, call: Call) -> float:
        """How late a request may be carried out. Longer than the settle time only new tickets, where seeds say so."""
        least, most = self._late
        creates = _makes_a_ticket(call)
        self._tally["late applies"] += creates and self._belated
        return self._roll.uniform(least if creates else 0.5, most if creates else min(most, 8.0))


def _makes_a_ticket(call: Call) -> bool:
    return call.side != PAGERDUTY and call.method == "POST" and call.path.endswith("/issue")


def _echo(call: Call) -> dict[str, Any]:
    """A proxy's complaint that quotes what it was sent: it must show up nowhere."""
    return {"error": {"message": "Denied", "errors": [f"Authorization: {call.headers.get('authorization', '')}"]}}
