"""The server of `callsheet run` on a real port, over a world that a daemon made of the sandbox's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from callsheet.bootstrap import clock_of
from callsheet.model.action_item import Conflict
from callsheet.model.effect import Guard, Refusal
from callsheet.model.ticket import Field
from callsheet.run.pulse import Bell, Pulse
from callsheet.web.counters import Counters
from callsheet.web.server import serving
from tests.conftest import NOW, StartPlay
from tests.scenario.daemon import ACTION, Play

ACTIONS = (ACTION, "ACTION: Warm the cache @ana.ferreira due 2026-11-25 P2", "ACTION: Ask <b>'\"; -- of everybody")


def lived(play: StartPlay, **env: str) -> Play:
    """Two incidents with open promises of a season that is over, one of them disputed, and something held back."""
    there = play(env=env)
    there.settled()
    for title in ("Checkout is slow", "<script>alert(1)</script>"):
        there.incident(*ACTIONS, title=title)
    there.settled()
    there.wait(days=75)
    with there.store() as store:
        conflict = Conflict(field=Field.DUE_ON, ours="2027-03-01", theirs="2026-11-25", at=NOW)
        store.save_items([replace(item, conflicts=(conflict,)) for item in store.items()])
        held = [Refusal(id=f"R{n}", guard=Guard.TOO_MANY_FILINGS, what="60 filings") for n in range(3)]
        store.save_refusals(held, at=NOW)
    return there


@contextmanager
def served(there: Play) -> Iterator[str]:
    """The server of `callsheet run`, without its cycles."""
    configuration, stop = there.configuration(), threading.Event()
    clock = clock_of(configuration, stop)
    with serving(configuration, clock, Pulse(), Bell(), Counters(), stop, there.configuration) as url:
        yield url
