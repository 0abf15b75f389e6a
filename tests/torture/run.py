"""One seed: a few days in the life of the daemon, everything going wrong; then quiet, and the judge."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from callsheet.connect.ports import Touched
from callsheet.model.action_item import Hold, marker
from callsheet.model.effect import Reason
from callsheet.run.app import Ask
from callsheet.run.asks import approve, retry
from callsheet.run.hints import hear
from callsheet.run.names import NotKnown
from callsheet.run.refresh import DOSSIER
from callsheet.run.report import Report
from callsheet.run.takeover import wish
from tests.torture.engine import Crash, Fate, Process, Seams, blank
from tests.torture.faults import Faults
from tests.torture.judge import Evidence, judge, rows_of
from tests.torture.people import People
from tests.torture.setting import Setting
from tests.torture.stage import NAMESPACE, Stage

# Waits between two meetings, in seconds: at once, within the settle time, after it, hours, a day.
PAUSES = (1, 20, 70, 70, 200, 400, 400, 4_000, 30_000, 86_400)
MOST_TOGETHER = 3
NOUNS = {"FileTicket": "ticket", "Adopt": "ticket", "PostNote": "note", "LinkDuplicate": "comment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a seed: what was broken, in sentences; what was met, by name; and what happened."""

    setting: Setting
    broken: tuple[str, ...]
    tally: Counter[str]
    trace: tuple[tuple[datetime, str, str], ...]
    points: int


def play(
    seed: int,
    folder: Path,
    *,
    seams: Seams | None = None,
    setting: Setting | None = None,
    dies_at: Collection[int] = (),
) -> Played:
    """Play a seed in an empty folder. The same seed is the same run, bit for bit."""
    game = Game(setting or Setting.of(seed), folder, seams or Seams(), frozenset(dies_at))
    with capture_logs() as logs:
        game.days()
        final = game.quiet()
        broken = judge(game.stage, game.people.book, game.evidence(final, logs))
        game.close()
    return Played(
        setting=game.setting,
        broken=tuple(broken),
        tally=game.tally,
        trace=tuple(game.stage.trace),
        points=game.fate.points,
    )


class Game:
    """The daemon's processes over time, on one database."""

    def __init__(self, setting: Setting, folder: Path, seams: Seams, dies_at: frozenset[int]) -> None:
        self.setting, self._seams = setting, seams
        self.stage = Stage(setting)
        self.tally = self.stage.tally
        self.people = People(self.stage)
        self.faults = Faults(
            setting.seed, self.tally, rate=setting.fault_rate, late=setting.lateness, belated=setting.late
        )
        self._roll = random.Random(f"{setting.seed}/days")
        self.fate = Fate(
            self.stage,
            self.tally,
            crash_rate=setting.crash_rate,
            dies_at=dies_at,
            roll=random.Random(f"{setting.seed}/fate"),
        )
        self._folder = folder
        self._database = folder / "callsheet.db"
        self._running: dict[str, Process] = {}
        # What was in a database that was lost: its ledger, and its bytes.
        self._ledger: list[dict[str, Any]] = []
        self._lost = b""
        blank(self._database)

    # The days

    def days(self) -> None:
        """Everything happens: the meetings of people, faults and daemons."""
        # What is over before the first cycle has begun is past, and waits for `backfill --file`.
        while self._cycle("A") is None:
            self.stage.wait(seconds=1)
        self.stage.wait(minutes=1)
        self.people.strike(within=60)
        self.stage.wait(minutes=15)
        for turn in range(self.setting.meetings):
            self._meet(turn)

    def _meet(self, turn: int) -> None:
        if turn in (2, 4) and self._roll.random() < 0.7:
            self.people.strike(within=900)
        pause = self._roll.choice(PAUSES)
        self.people.busy(acts=self._roll.randint(0, 3), within=pause + 20)
        self.stage.wait(seconds=pause)
        if turn == 3 and self.setting.loses_database:
            self._lose_database()
        self._hint()
        if self.setting.together and self._roll.random() < 0.7:
            self._together()
        elif self._cycle("A") is None and self._roll.random() < 0.7:
            # The supervisor restarts it at once.
            self.stage.wait(seconds=self._roll.choice((0, 2, 30)))
            self._cycle("A")

    def _together(self) -> None:
        """Two daemons on one database: the lock that keeps a second one out is bypassed, as by one frozen past it."""
        self.tally["interleavings"] += 1
        handed = self.stage.baton.handed
        delay = self._roll.choice((0.0, 0.0, 1.0, 5.0))
        self.stage.baton.play({"A": lambda: self._part("A", 0.0), "B": lambda: self._part("B", delay)})
        self.tally["turns handed over"] += self.stage.baton.handed - handed

    def _part(self, name: str, delay: float) -> None:
        self.stage.baton.sleep(delay)
        for _ in range(self._roll.randint(1, MOST_TOGETHER)):
            self._cycle(name)
            self.stage.baton.sleep(self._roll.choice((1, 15, 60, 1.2 * self.setting.settle)))

    def _cycle(self, name: str, *, ask: Ask | None = None) -> Report | None:
        """One cycle of this daemon, which is started if it is not there."""
        self.faults.turn(("pagerduty", self.stage.side))
        process = self._running.get(name)
        # A process lives for many cycles; now and then it is restarted in between.
        if process and self._roll.random() < 0.2:
            process.end()
            process = None
        process = process or self._start(name)
        process.watch.wrong_by = self._wrong_by()
        report = process.cycle(ask)
        if report is None:
            del self._running[name]
        else:
            self._count(report)
        return report

    def _start(self, name: str) -> Process:
        process = Process(name, self.stage, self.faults, self.fate, self._database, self._seams)
        self._running[name] = process
        return process

    def _wrong_by(self) -> timedelta:
        """Clocks are never quite right; in some seeds they jump by minutes, both ways."""
        most = 600.0 if self.setting.wild_clock else 0.04 * self.setting.settle
        if self._roll.random() < 0.3:
            self.tally["clock steps"] += 1
            return timedelta(seconds=self._roll.uniform(-most, most))
        return timedelta(0)

    def _count(self, report: Report) -> None:
        # The promises count from a whole one: whose incident could not be read has lost its memory still.
        if not report.silent and not any(row["what"] == DOSSIER for row in rows_of(self._database, "quarantine")):
            self.stage.cycle_ended()
        self.tally["cycles"] += 1
        self.tally["unknowns"] += report.unknown
        self.tally["duplicates found"] += report.counts["ticket.linked"]
        self.tally["nudges"] += report.counts["nudge.sent"]

    def _hint(self) -> None:
        """A webhook, or several of the same, or none: hints come as they like."""
        process = self._running.get("A")
        known = self.people.book.incidents
        if process is None or not known or self._roll.random() < 0.5:
            return
        incident = self._roll.choice(known)
        for _ in range(self._roll.choice((1, 1, 3))):
            self.tally["webhooks"] += 1
            touched = Touched(events=(f"event {self.tally['webhooks'] // 2}",), incident_id=incident)
            try:
                hear(process.store, "pagerduty", touched, process.watch.now())
            except Crash:
                process.end()
                del self._running["A"]
                return

    def _lose_database(self) -> None:
        """The file is gone. Nobody is quicker to notice than the settle time: a new one begins after that."""
        self.tally["lost databases"] += 1
        self.stage.note("fate", "the database is lost")
        self._ledger += rows_of(self._database, "ledger")
        self._lost += self._held()
        self.close()
        blank(self._database)
        self.stage.wait(seconds=3.1 * self.setting.settle)
        self.stage.begin_anew()

    # Quiet

    def quiet(self) -> list[int]:
        """Nothing goes wrong any more and people rest. The writes of each of the last cycles."""
        self.stage.note("fate", "quiet")
        self.faults.calm()
        self.fate.crash_rate = 0.0
        self.stage.wait(hours=25)
        # A morning in all time zones: no new day begins before the last cycle.
        now = self.stage.now
        self.stage.wait(hours=(24 + 7 - now.hour) % 24)
        written = []
        for pause in (0, 10, 65, 65, 10):
            self.stage.wait(minutes=pause)
            self._solve()
            before = self.stage.changes
            # After a guard has held it back, and people approved, they ask for it once more.
            lost = bool(self.stage.life) and len(written) < 2
            report = self._calm_cycle(Ask(past=True, file_backfill=True) if lost else None)
            written.append(self.stage.changes - before)
        self.last = report
        return written

    def _calm_cycle(self, ask: Ask | None) -> Report:
        report = None
        # Only the sweep's own deaths come here.
        while report is None:
            process = self._running.get("A") or self._start("A")
            process.watch.wrong_by = timedelta(0)
            report = process.cycle(ask)
            if report is None:
                del self._running["A"]
        self._count(report)
        return report

    def _solve(self) -> None:
        """People look at what waits for them: what a guard holds back, and tickets that may or may not be there."""
        process = self._running.get("A") or self._start("A")
        memory, now = process.store, process.watch.now()
        for refusal, approved in memory.refusals():
            if not approved:
                self.tally["held back by a guard, then approved"] += 1
                approve(memory, refusal.id, now)
        for item in memory.items():
            if item.hold is not Hold.PARKED:
                continue
            self.tally["parked, then solved by people"] += 1
            label = marker(NAMESPACE, item.key)
            found = [issue for issue in self.stage.tracker.issues.values() if label in issue.fields["labels"]]
            if found:
                wish(process.app, item.key, found[0].key, force=True)
            else:
                # Refused while the daemon itself still searches: then it goes on by itself.
                with suppress(NotKnown):
                    retry(memory, item.key, now)

    def evidence(self, written: list[int], logs: list[Any]) -> Evidence:
        """What the judge looks at beside the world."""
        ledger = [*self._ledger, *(now := rows_of(self._database, "ledger"))]
        self._count_adoptions(now)
        return Evidence(
            ledger=ledger,
            last=self.last,
            written=written,
            database=self._lost + self._held(),
            logs=repr(logs),
            set_aside=rows_of(self._database, "quarantine"),
        )

    def _count_adoptions(self, ledger: list[dict[str, Any]]) -> None:
        """What was found instead of being made again, by what had become of our knowledge of it."""
        for row in ledger:
            if row["outcome"] == "adopted":
                lost = self.stage.life and row["effect"] == "Adopt"
                why = "after a lost database" if lost else "after a lost answer"
                why = "made by hand" if row["reason"] == Reason.HAND_MADE_TICKET else why
                self.tally[f"found: {NOUNS[row['effect']]} {why}"] += 1

    def _held(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self._folder.glob("callsheet.db*")))

    def close(self) -> None:
        """All processes end."""
        for process in self._running.values():
            process.end()
        self._running.clear()
