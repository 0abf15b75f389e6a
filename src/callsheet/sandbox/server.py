"""Serving the world over HTTP: in a thread for tests and the demo, or in the foreground for `callsheet sandbox`."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from callsheet.sandbox.clock import parse_instant, wall_now, zulu
from callsheet.sandbox.control import Control
from callsheet.sandbox.exchange import CLOUD, DATACENTER, PAGERDUTY, Exchange
from callsheet.sandbox.front import Front
from callsheet.sandbox.journal import Journal
from callsheet.sandbox.load import read_files, shift
from callsheet.sandbox.serving import Server
from callsheet.sandbox.wire import Application
from callsheet.sandbox.world import World

__all__ = ["Exchange", "Sandbox", "SandboxOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """Port 0 takes a free one; `as_of="now"` moves loaded dates; `tick=False` starts with a frozen clock.

    `hostile`: one incident's title and notes are full of markup, for seeing that it stays inert.
    """

    port: int = 0
    seed: int = 1
    incidents: int = 24
    state: Path | None = None
    now: datetime | None = None
    load: tuple[Path, ...] = ()
    as_of: str | None = None
    tick: bool = True
    hostile: bool = False


class Sandbox:
    """A running sandbox, as a context manager: `with Sandbox(SandboxOptions()) as sandbox: sandbox.env()`.

    `observe` sees every vendor exchange (not the control plane's), from the server's thread.
    """

    def __init__(self, options: SandboxOptions, *, observe: Callable[[Exchange], None] | None = None) -> None:
        self.options = options
        self.journal = Journal(options.state) if options.state else None
        self.world = _world(options, self.journal)
        self.front = Front(self.world, self.journal)
        self.control = Control(self.front, lambda flavour: self.env(flavour=flavour))
        if self.journal:
            self.control.replay(self.journal.entries)
        self.application = Application(self.front, self.control, observe)
        self._server = Server(self.application, options.port)
        self._thread: threading.Thread | None = None

    # Life

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Sandbox:
        """Serve in a daemon thread; returns when requests can come. A taken port raises OSError."""
        listener = self._server.listen()
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="sandbox", daemon=True)
        self._thread.start()
        if not self._server.ready.wait(10):
            raise RuntimeError("The sandbox did not start within ten seconds")
        return self

    def stop(self) -> None:
        self._server.stop()
        if self._thread:
            self._thread.join(10)
        self.close()

    def serve(self) -> None:
        """Print the env lines and serve in this thread until SIGINT or SIGTERM. A taken port raises OSError."""
        listener = self._server.listen()
        sys.stdout.write(self.env_lines() + "\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):  # uvicorn hands the signal on once it has stopped.
            self._server.run([listener])
        self.close()

    def close(self) -> None:
        if self.journal:
            self.journal.close()

    # Where it is, and how to get in

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def env(self, *, flavour: str = "cloud") -> dict[str, str]:
        """The environment that points Callsheet here; flavour `cloud` or `datacenter`."""
        keys, email = self.world.credentials, self.world.company.bot.email
        found = {
            "PAGERDUTY_API_TOKEN": keys.pagerduty_token,
            "PAGERDUTY_BASE_URL": f"{self.url}/{PAGERDUTY}",
            "PAGERDUTY_FROM_EMAIL": email,
            "PAGERDUTY_WEBHOOK_SECRET": keys.pagerduty_webhook,
            "JIRA_PROJECT": "OPS",
            "JIRA_WEBHOOK_SECRET": keys.jira_webhook,
            "CALLSHEET_CLOCK_URL": f"{self.url}/_sandbox/clock",
        }
        if flavour == "cloud":
            mine = {"JIRA_EMAIL": email, "JIRA_API_TOKEN": keys.jira_token}
            return {**found, "JIRA_BASE_URL": f"{self.url}/{CLOUD}", **mine}
        return {
            **found,
            "JIRA_BASE_URL": f"{self.url}/{DATACENTER}",
            "JIRA_PERSONAL_ACCESS_TOKEN": keys.jira_pat,
        }

    def env_lines(self, *, flavour: str = "cloud") -> str:
        """The same as lines of an env file."""
        return "\n".join(f"{name}={value}" for name, value in sorted(self.env(flavour=flavour).items()))

    # Hands for tests and the demo

    def now(self) -> datetime:
        with self.world.lock:
            return self.world.clock.now()

    def advance(self, delta: timedelta) -> datetime:
        """Let time pass; what is due by then has happened afterwards."""
        self.control.clock({"advance": f"{delta.total_seconds()}s"})
        return self.now()

    def freeze(self, frozen: bool = True) -> None:
        self.control.clock({"freeze": frozen})

    def requests(self) -> dict[str, dict[str, int]]:
        """As GET /_sandbox/requests."""
        return self.world.requests()

    def forget_requests(self) -> None:
        with self.world.lock:
            self.control.forget_requests()

    def state(self) -> dict[str, Any]:
        """As GET /_sandbox/state."""
        return self.control.state()

    def fault(self, kind: str, **rule: Any) -> None:
        """Add a fault rule, see `faults`."""
        with self.world.lock:
            self.control.faults({"kind": kind, **rule})

    def no_faults(self) -> None:
        with self.world.lock:
            self.control.no_faults()

    def jira_act(self, do: str, **wanted: Any) -> dict[str, Any]:
        """A person does something in Jira, see `actions.act_jira`."""
        return self.control.act("jira", {"do": do, **wanted})

    def pagerduty_act(self, do: str, **wanted: Any) -> dict[str, Any]:
        """A person does something in PagerDuty, see `actions.act_pagerduty`."""
        return self.control.act("pagerduty", {"do": do, **wanted})


def _world(options: SandboxOptions, journal: Journal | None) -> World:
    """A new world, or the one that the state folder remembers."""
    if journal and journal.recipe:
        return _remembered(journal, journal.recipe)
    start = (options.now or wall_now()).replace(microsecond=0)
    loaded = read_files(options.load) if options.load else None
    if loaded and options.as_of == "now":
        loaded = shift(loaded, start)
    world = World(
        seed=options.seed,
        incidents=options.incidents,
        start=start,
        tick=options.tick,
        loaded=loaded,
        hostile=options.hostile,
    )
    if journal:
        recipe = {
            "seed": options.seed,
            "incidents": options.incidents,
            "now": zulu(start),
            "hostile": options.hostile,
        }
        journal.begin({**recipe, "clock": world.clock.dump()}, loaded)
    return world


def _remembered(journal: Journal, recipe: dict[str, Any]) -> World:
    world = World(
        seed=recipe["seed"],
        incidents=recipe["incidents"],
        start=parse_instant(recipe["now"]),
        tick=True,
        loaded=journal.loaded(),
        # Worlds that were born before it was a choice had it.
        hostile=recipe.get("hostile", True),
    )
    world.clock.restore(recipe["clock"])
    return world
