"""The daemon's processes: the real engine, store and connectors, with points at which they may die or freeze."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from callsheet.connect.context import Context
from callsheet.connect.errors import Rejected, Transient
from callsheet.connect.ports import Malady, Published
from callsheet.model.ledger import Intent
from callsheet.model.nudge import Digest
from callsheet.model.text import Letter
from callsheet.plan.policy import Mode
from callsheet.plan.rules import OnUnknown, Route, Rules
from callsheet.plan.snapshot import House
from callsheet.render.renderer import Renderer
from callsheet.run.app import App, Ask
from callsheet.run.cycle import run_cycle
from callsheet.run.report import Report
from callsheet.store import Store
from callsheet.testing.memory_channels import MemoryNotifier, MemoryPublisher
from callsheet_jira.connector import build as build_jira
from callsheet_jira.options import JiraOptions
from callsheet_pagerduty.connector import build as build_pagerduty
from callsheet_pagerduty.options import PagerDutyOptions
from tests.torture.faults import LOST, REFUSED, UNREACHED, Faults
from tests.torture.setting import Setting
from tests.torture.stage import NAMESPACE, Arrived, Stage
from tests.torture.wires import JiraWire, Line, PagerDutyWire

BASE = "http://127.0.0.1"
RENDERER = Renderer()
RULES = Rules(standing=(), default_route=Route(fallback_owner="grace.okafor@larkspur.example"))
# Where dying or freezing is worst: a write is about to leave, or was just carried out.
HOT = ("write", "written", "send", "sent", "publish", "published", "claim", "claimed")


class Crash(BaseException):
    """The process dies here."""


@dataclass(slots=True)
class Fate:
    """Decides at each point of a process whether it dies or freezes there. `points` counts them all.

    `dies_at` are the numbers of the points at which one dies for certain: the sweep goes through all of them.
    """

    stage: Stage
    tally: Counter[str]
    crash_rate: float
    dies_at: frozenset[int] = frozenset()
    points: int = 0
    frozen: set[str] = field(default_factory=set)
    roll: random.Random = field(default_factory=random.Random)

    def meet(self, who: str, point: str) -> None:
        """A process has come to a point."""
        self.points += 1
        hot = point.partition(":")[0] in HOT
        if self.points in self.dies_at or self.roll.random() < self.crash_rate * (8 if hot else 1):
            self.tally["crashes"] += 1
            self.stage.note(who, f"dies at {point}")
            raise Crash
        # Inside a transaction nobody else could go on: the database is taken.
        if point == "commit" or not self.stage.baton.several:
            return
        if who not in self.frozen and self.roll.random() < (0.15 if hot else 0.01):
            self._freeze(who, point)
        elif point == "committed" or (point == "begin" and self.roll.random() < 0.2):
            self.stage.baton.sleep(self.roll.uniform(0.0, 0.02))

    def _freeze(self, who: str, point: str) -> None:
        setting = self.stage.setting
        # Whatever was claimed longer ago is given back: only who has looked at the clock for the last time is bound.
        least, most = setting.send_freeze if point.startswith("write: POST") else (1.0, 3.0 * setting.settle)
        # Not long enough for the clock to tell: between looking and taking only the compare-and-swap helps.
        seconds = self.roll.uniform(0.5, 8.0) if point == "claim" else self.roll.uniform(least, most)
        self.frozen.add(who)
        self.tally["freezes"] += 1
        self.tally["freezes longer than the settle time"] += seconds > setting.settle
        self.tally["freezes before a send"] += point.startswith("write: POST")
        self.stage.note(who, f"freezes for {seconds:.0f} s at {point}")
        self.stage.baton.sleep(seconds)
        self.stage.note(who, "goes on")


class MortalStore(Store):
    """The real store, with points around each transaction and before its commit.

    What it keeps need not survive the test.
    """

    def __init__(self, path: Path, step: Callable[[str], None]) -> None:
        self._step: Callable[[str], None] = lambda _: None
        super().__init__(path)
        # No power is cut here: a process that dies leaves what it committed.
        self._connection.execute("PRAGMA synchronous=OFF")
        self._step = step

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """As the store has it."""
        outermost = self._depth == 0
        if outermost:
            self._step("begin")
        with super().transaction():
            yield
            if outermost:
                self._step("commit")
        if outermost:
            self._step("committed")

    def claim(self, intent: Intent, *, now: datetime) -> Intent | None:
        """As the store has it, with a point before and after."""
        self._step("claim")
        claimed = self._take(intent, now)
        if claimed:
            self._step("claimed")
        return claimed

    def _take(self, intent: Intent, now: datetime) -> Intent | None:
        return super().claim(intent, now=now)


@dataclass(slots=True)
class Watch:
    """A process's clock: the world's, a little wrong. Waiting lets the others run."""

    stage: Stage
    wrong_by: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The time, as this process has it."""
        return self.stage.now + self.wrong_by

    def wait(self, seconds: float) -> bool:
        """Nobody asks to stop."""
        self.stage.baton.sleep(max(0.0, seconds))
        return False

    def monotonic(self) -> float:
        """The world's seconds: however wrong the clock is, it runs as fast."""
        return self.stage.now.timestamp()


class Shelf(MemoryPublisher):
    """Where documents stand, with the points before and after each writing."""

    def __init__(self, stage: Stage, step: Callable[[str], None]) -> None:
        super().__init__(shelf=stage.shelf)
        self._stage, self._step = stage, step

    def publish(self, incident_id: str, name: str, text: str, expected: str | None) -> Published:
        """As the twin does."""
        self._step(f"publish: {incident_id}")
        written = super().publish(incident_id, name, text, expected)
        self._stage.published[incident_id] += 1
        self._stage.note("shelf", f"publishes {incident_id}")
        self._step(f"published: {incident_id}")
        return written

    def read_changed(self, known: dict[str, str]) -> Iterator[Published | Malady]:
        """As the twin does."""
        yield from list(super().read_changed(known))


class Mail(MemoryNotifier):
    """A channel whose messages arrive in the world's inbox, unless it refuses them, loses them or breaks down."""

    def __init__(self, stage: Stage, faults: Faults, step: Callable[[str], None]) -> None:
        super().__init__()
        self._stage, self._faults, self._step = stage, faults, step

    def send(self, digest: Digest, subject: str, body: Letter) -> None:
        """As the twin does."""
        self._step(f"send: {digest.to.id}")
        trouble = self._faults.message()
        self._stage.note("mail", f"{digest.to.id} {digest.local_on}{f'  [{trouble}]' if trouble else ''}")
        if trouble == REFUSED:
            raise Rejected("the channel does not take it")
        if trouble == UNREACHED:
            raise Transient("the channel can't be reached", sent=False)
        if trouble != LOST:
            super().send(digest, subject, body)
            self._stage.inbox.append(Arrived(message=self.inbox.pop(), at=self._stage.now, life=self._stage.life))
        self._step(f"sent: {digest.to.id}")
        if trouble:
            raise Transient("the channel broke down", sent=True)


class Process:
    """One daemon process on a database. What it remembers outside of the database dies with it."""

    def __init__(self, name: str, stage: Stage, faults: Faults, fate: Fate, database: Path, seams: Seams) -> None:
        self.name, self._stage, self._fate = name, stage, fate
        self.watch = Watch(stage)
        line = Line(stage=stage, faults=faults, step=self._step, who=name)
        self.store = seams.store(database, self._step)
        self.app = _assemble(stage, self.store, self.watch, line, self._step, seams.settle)

    def cycle(self, ask: Ask | None = None) -> Report | None:
        """One cycle; None when the process died in it."""
        self._stage.note(self.name, "begins a cycle")
        self._fate.frozen.discard(self.name)
        self._stage.at_work += 1
        try:
            return run_cycle(self.app, ask or Ask())
        except Crash:
            self.end()
            return None
        finally:
            self._stage.at_work -= 1

    def end(self) -> None:
        """It is gone, with all its sessions, which would live as long as the wires that lead back to it."""
        self.store.close()
        del self.app

    def _step(self, point: str) -> None:
        self._fate.meet(self.name, point)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """Where the mutants of `mutants.py` take a protection out: the store, the settle time."""

    store: Callable[[Path, Callable[[str], None]], MortalStore] = MortalStore
    settle: float | None = None


def blank(database: Path) -> None:
    """An empty, migrated database, faster than migrating it."""
    for rest in database.parent.glob(f"{database.name}*"):
        rest.unlink()
    database.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "blank.db"
        Store(path).close()
        return path.read_bytes()


def _assemble(
    stage: Stage, store: Store, watch: Watch, line: Line, step: Callable[[str], None], settle: float | None
) -> App:
    """As bootstrap does, on the wires of the test."""
    requests: Counter[str] = Counter()

    def context(name: str) -> Context:
        return Context(
            clock=watch,
            count=lambda: requests.update([name]),
            namespace=NAMESPACE,
            zone=UTC,
            user_agent="callsheet/0",
        )

    env = _env(stage)
    source = build_pagerduty(PagerDutyOptions.read(env), context("pagerduty"), transport=PagerDutyWire(line))
    tracker = build_jira(JiraOptions.read(env), context("jira"), adapter=JiraWire(line))
    house = House(
        namespace=NAMESPACE,
        project=tracker.default_project,
        issue_type=tracker.default_issue_type,
        publishers=("files",),
        has_notifier=True,
    )
    return App(
        memory=store,
        source=source,
        tracker=tracker,
        source_name="pagerduty",
        tracker_name="jira",
        publishers={"files": Shelf(stage, step)},
        notifiers={"mail": Mail(stage, line.faults, step)},
        renderer=RENDERER,
        clock=watch,
        rules=_rules(stage.setting),
        house=house,
        mode=Mode.FULL,
        settle_time=tracker.settles_within if settle is None else timedelta(seconds=settle),
        backfill=timedelta(days=30),
        rules_print="1",
        requests=requests,
    )


def _rules(setting: Setting) -> Rules:
    """The policy: in some seeds a strict one."""
    return replace(
        RULES,
        on_unknown=OnUnknown.PARK if setting.parks else RULES.on_unknown,
        filings_a_cycle=2 if setting.guarded else RULES.filings_a_cycle,
    )


def _env(stage: Stage) -> Mapping[str, str]:
    keys, email = stage.world.credentials, stage.world.company.bot.email
    env = {
        "PAGERDUTY_API_TOKEN": keys.pagerduty_token,
        "PAGERDUTY_BASE_URL": f"{BASE}/pagerduty",
        "PAGERDUTY_FROM_EMAIL": email,
        "JIRA_BASE_URL": f"{BASE}/{stage.side}",
        "JIRA_PROJECT": "OPS",
    }
    if stage.setting.cloud:
        return {**env, "JIRA_EMAIL": email, "JIRA_API_TOKEN": keys.jira_token}
    return {**env, "JIRA_PERSONAL_ACCESS_TOKEN": keys.jira_pat}
