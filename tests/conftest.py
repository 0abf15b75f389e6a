"""What all tests share: sandboxes whose every exchange is held against the vendors' official descriptions.

`make_sandbox` starts one; when it ends, what it was sent and what it answered is checked by `tests/contract/official`,
and what breaks a description fails the test in sentences. The session's last lines say how much was checked, and what
was exempt and why. `play` is such a sandbox with a daemon beside it.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from callsheet.sandbox.server import Exchange, Sandbox, SandboxOptions
from tests.scenario.daemon import Play

if TYPE_CHECKING:
    from tests.contract.official import Official

# A Monday morning, so that business days are easy to count.
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AT_SCALE = "the same shapes by the thousand"
ABSENT = "official contracts absent: set CALLSHEET_CONTRACTS"
SHOWN = 20
# What tests write is thrown away, and each commit of a database would wait for a disk.
MEMORY = Path("/dev/shm")
ROOM = 1 << 30

# A busy machine is no fault of the code: no example is judged by its time.
settings.register_profile("callsheet", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("callsheet")

MakeSandbox = Callable[..., AbstractContextManager[Sandbox]]
StartPlay = Callable[..., Play]


class Rig:
    """One process's check: loads the descriptions when the first exchange comes, and counts by side and by reason.

    Exchanges that are the same but for the sandbox's port are checked once: `repeated` counts the others.
    """

    def __init__(self) -> None:
        self.checked: Counter[str] = Counter()
        self.exempt: Counter[str] = Counter()
        self.repeated = 0
        self._official: Official | None = None
        self._verdicts: dict[bytes, list[str]] = {}

    def broken_by(self, exchanges: list[Exchange]) -> list[str]:
        """What these exchanges break, each sentence once."""
        # It needs openapi-core, which takes a second to load: only tests that have a sandbox pay for it.
        from tests.contract.official import UNDESCRIBED, Official, available  # noqa: PLC0415 - see above

        found: list[str] = []
        for exchange in exchanges:
            reason = exchange.exempt or UNDESCRIBED.get(exchange.side) or (None if available() else ABSENT)
            if reason:
                self.exempt[reason] += 1
                continue
            self.checked[exchange.side] += 1
            print_ = _fingerprint(exchange)
            if print_ in self._verdicts:
                self.repeated += 1
            else:
                self._official = self._official or Official()
                self._verdicts[print_] = self._official.check(exchange)
            found += self._verdicts[print_]
        return list(dict.fromkeys(found))

    def dump(self) -> dict[str, Any]:
        """The counts, in a form that a worker process can send."""
        return {"checked": dict(self.checked), "exempt": dict(self.exempt), "repeated": self.repeated}

    def add(self, dumped: dict[str, Any]) -> None:
        """Take another process's counts in."""
        self.checked.update(dumped["checked"])
        self.exempt.update(dumped["exempt"])
        self.repeated += dumped["repeated"]

    def summary(self) -> list[str]:
        """How much was checked, and what was not and why; nothing where no sandbox served anything."""
        if not self.checked and not self.exempt:
            return []
        sides = ", ".join(f"{count} {side}" for side, count in sorted(self.checked.items())) or "nothing"
        lines = [f"held against the official descriptions: {sides} ({self.repeated} of them repeats of others)"]
        return lines + [f"  exempt, {reason}: {count}" for reason, count in sorted(self.exempt.items())]


def _fingerprint(exchange: Exchange) -> bytes:
    told = repr(
        (
            exchange.side,
            exchange.method,
            exchange.path,
            exchange.query,
            exchange.status,
            sorted(exchange.request_headers),
            sorted(exchange.response_headers),
            exchange.request_body,
            exchange.response_body,
        )
    )
    return hashlib.sha256(re.sub(r"127\.0\.0\.1:\d+", "sandbox", told).encode()).digest()


RIG = pytest.StashKey[Rig]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RIG] = Rig()
    if "TMPDIR" not in os.environ and _roomy(MEMORY):
        # For pytest and for us; not for the programs that tests start, some of which build images.
        tempfile.tempdir = str(MEMORY)


def _roomy(folder: Path) -> bool:
    """Whether tests may live there: there is room, and they may run what they write."""
    if not os.access(folder, os.W_OK):
        return False
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize > ROOM and not there.f_flag & os.ST_NOEXEC


def pytest_collection_finish() -> None:
    """Thousands of tests are there to stay: nobody need look through them for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of xdist hands its counts to the process that prints them."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["exchanges"] = session.config.stash[RIG].dump()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    dumped = getattr(node, "workeroutput", {}).get("exchanges")
    if dumped:
        node.config.stash[RIG].add(dumped)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    lines = config.stash[RIG].summary()
    if lines:
        terminalreporter.section("exchanges with the sandbox")
        for line in lines:
            terminalreporter.write_line(line)
    # What a test measures is worth reading where it passes, too, and whichever worker ran it.
    measured = [
        words
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, words in report.user_properties
        if name == "measured"
    ]
    if measured:
        terminalreporter.section("measured")
        for words in sorted(measured):
            terminalreporter.write_line(words)


@pytest.fixture(scope="session")
def make_sandbox(pytestconfig: pytest.Config) -> MakeSandbox:
    """Starts a sandbox for the length of a `with`: `with make_sandbox(seed=7, incidents=12) as box`.

    Takes the fields of SandboxOptions; the clock stands still at NOW and one title is hostile unless they say
    otherwise. Wider fixtures may use it too. `at_scale=True` counts its exchanges as exempt instead of checking
    thousands of the same shape.
    """
    rig = pytestconfig.stash[RIG]

    @contextmanager
    def start(*, at_scale: bool = False, **options: Any) -> Iterator[Sandbox]:
        exchanges: list[Exchange] = []
        given = {"now": NOW, "tick": False, "hostile": True, **options}
        with Sandbox(SandboxOptions(**given), observe=exchanges.append) as box:
            yield box
        if at_scale:
            rig.exempt[AT_SCALE] += len(exchanges)
            return
        problems = rig.broken_by(exchanges)
        assert not problems, "\n".join(
            [f"{len(problems)} breaches of the official descriptions:", *problems[:SHOWN]],
        )

    return start


@pytest.fixture
def play(make_sandbox: MakeSandbox, tmp_path: Path) -> Iterator[StartPlay]:
    """Starts a sandbox and a daemon that lives on it until the end of the test.

    `play(incidents=12)`: fields of SandboxOptions, and `env` (variables), `policy` (TOML) and `flavour` of the daemon.
    A world of no incidents, the default, stays quiet: what happens in it is what the test does.
    """
    with ExitStack() as stack:

        def start(
            *, env: dict[str, str] | None = None, policy: str = "", flavour: str = "cloud", **options: Any
        ) -> Play:
            box = stack.enter_context(make_sandbox(**{"seed": 7, "incidents": 0, **options}))
            # The sandbox counts real minutes, and a test lives through weeks in one of them.
            box.fault("limit", side="pagerduty", per_minute=1_000_000)
            return Play(box, tmp_path, env=env or {}, policy=policy, flavour=flavour)

        yield start
