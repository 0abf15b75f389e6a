"""Whatever people do, whatever gets lost and wherever the process dies: nothing is doubled and nothing forgotten.

A state machine drives whole cycles over the in-memory twins and a real database. Deterministic, so that a failure in
CI is a failure here.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from structlog.testing import capture_logs

from callsheet.connect.errors import Transient
from callsheet.model.ticket import Category
from callsheet.run.pull import FRESH_INCIDENT
from callsheet.run.report import Report
from callsheet.store import Store
from callsheet.testing.builders import make_account
from callsheet.testing.twins import MemoryNotifier, MemoryPublisher, MemorySource, MemoryTracker
from tests.unit.run.world import World

MOST_INCIDENTS = 4
EXAMPLES = int(os.environ.get("CALLSHEET_CYCLE_EXAMPLES", "25"))
SHRINK = "CALLSHEET_CYCLE_SHRINK" in os.environ
ACTIONS = ("Add an alert", "Raise the pool limit", "Write the runbook", "Drain the queue first")
OWNERS = ("", " @ana.ferreira", " @marcus.hill", " @somebody.else")
DUES = ("", " due 2026-11-03", " due 2026-11-05", " due 2026-11-20", " due soon")
# What is dear to lose comes more often.
CALLS = {
    "source": ("changes", "dossier", "post_note", "post_note", "edit_note"),
    "tracker": ("changes", "read", "find", "create", "create", "create", "update", "transition", "comment", "account"),
    "publisher": ("publish", "publish", "publish", "read_changed"),
    "notifier": ("send", "send"),
}


class Crash(BaseException):
    """The process dies here."""


class Mortal(Store):
    """A store in whose commits the process may die: `deadly` counts down; `kept` tells whether the last one counts."""

    deadly: int | None = None
    kept: bool = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        outermost = self._depth == 0
        with super().transaction():
            yield
            if outermost and self._dies() and not Mortal.kept:
                raise Crash
        if outermost and Mortal.deadly == 0:
            Mortal.deadly = None
            raise Crash

    @staticmethod
    def _dies() -> bool:
        if Mortal.deadly is None:
            return False
        Mortal.deadly = max(0, Mortal.deadly - 1)
        return Mortal.deadly == 0


lines = st.builds(
    lambda title, owner, due: f"ACTION: {title}{owner}{due}",
    st.sampled_from(ACTIONS),
    st.sampled_from(OWNERS),
    st.sampled_from(DUES),
)
notes = st.lists(lines, min_size=1, max_size=3).map("\n".join)
picks = st.integers(0, 30)
calls = st.sampled_from([(side, call) for side, names in CALLS.items() for call in names])


class Cycles(RuleBasedStateMachine):
    """People, faults, crashes and time on one side; on the other the daemon."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="callsheet-"))
        Mortal.deadly = None
        self.world = World(self.folder, store_class=Mortal)
        self.world.tracker.lag = timedelta(seconds=30)
        self.notes: list[tuple[str, str]] = []
        self.incidents: list[str] = []
        self.began: dict[str, datetime] = {}
        self.words: dict[str, list[str]] = {}
        self.count = 0

    def teardown(self) -> None:
        Mortal.deadly = None
        shutil.rmtree(self.folder, ignore_errors=True)

    @initialize()
    def begin(self) -> None:
        self.world.born()
        self.strike(note="ACTION: Add an alert @ana.ferreira due 2026-11-20")
        self.cycle()

    # What people do.

    def strike(self, note: str) -> None:
        """An incident comes, is noted and goes."""
        incident = self.world.story()
        self.incidents.append(incident.id)
        self.began[incident.id] = self.world.clock.now()
        self._say(incident.id, note)

    @rule(which=picks, note=notes)
    def say(self, which: int, note: str) -> None:
        self._say(self.incidents[which % len(self.incidents)], note)

    def _say(self, incident_id: str, note: str) -> None:
        self.notes.append((incident_id, self.world.source.say(incident_id, note)))
        self.world.wait(seconds=20)

    @precondition(lambda self: self.notes)
    @rule(which=picks, note=notes)
    def reword(self, which: int, note: str) -> None:
        incident_id, note_id = self.notes[which % len(self.notes)]
        self.world.source.reword(incident_id, note_id, note)

    @precondition(lambda self: self.notes)
    @rule(which=picks)
    def unsay(self, which: int) -> None:
        self.world.source.unsay(*self.notes.pop(which % len(self.notes)))

    @rule(which=picks, owner=st.sampled_from(("", "Marcus Hill")))
    def add_row(self, which: int, owner: str) -> None:
        documents = [id_ for id_ in self.incidents if self.world.publisher.text(id_)]
        if documents:
            self.count += 1
            self.world.type_row(documents[which % len(documents)], f"A row of mine, number {self.count}", Owner=owner)

    @rule(which=picks, row=picks, cell=st.sampled_from((
        ("Owner", "Marcus Hill"), ("Owner", "nobody we know"), ("Due", "2026-12-01"), ("Due", "2026-11-05"),
        ("Priority", "P3"), ("Status", "dropped: not worth it"), ("Status", "done"),
    )))  # fmt: skip
    def type_cell(self, which: int, row: int, cell: tuple[str, str]) -> None:
        documents = [id_ for id_ in self.incidents if self.world.rows(id_)]
        if documents:
            incident_id = documents[which % len(documents)]
            rows = self.world.rows(incident_id)
            action = rows[row % len(rows)].action
            if Counter(each.action for each in rows)[action] == 1:
                self.world.type_cell(incident_id, action, *cell)

    @rule(which=picks)
    def write_words(self, which: int) -> None:
        """A person writes below the document."""
        documents = [id_ for id_ in self.incidents if self.world.publisher.text(id_)]
        if documents:
            self.count += 1
            incident_id, words = documents[which % len(documents)], f"Human words {self.count}."
            self.words.setdefault(incident_id, []).append(words)
            self.world.publisher.edit(incident_id, f"{self.world.publisher.text(incident_id)}\n{words}\n")

    @precondition(lambda self: self.world.tracker.tickets)
    @rule(which=picks, what=st.sampled_from(("done", "dropped", "reopen", "due", "no due", "owner", "nobody", "title")))
    def change_ticket(self, which: int, what: str) -> None:
        tracker = self.world.tracker
        ticket = tracker.tickets[which % len(tracker.tickets)]
        self.count += 1
        match what:
            case "done" | "dropped":
                tracker.move_to(ticket.id, Category.DONE, "Done" if what == "done" else "Won't Do")
            case "reopen":
                tracker.move_to(ticket.id, Category.STARTED)
            case "due" | "no due":
                due_on = date(2026, 12, 1) + timedelta(days=self.count % 20) if what == "due" else None
                tracker.edit(ticket.id, due_on=due_on)
            case "owner" | "nobody":
                tracker.edit(ticket.id, owner=make_account("Grace Okafor") if what == "owner" else None)
            case _:
                tracker.edit(ticket.id, title=f"Renamed {self.count}")

    @property
    def _twins(self) -> tuple[MemorySource, MemoryTracker, MemoryPublisher, MemoryNotifier]:
        return (self.world.source, self.world.tracker, self.world.publisher, self.world.notifier)

    def _once(self) -> Report:
        with capture_logs():
            return self.world.once()

    # What goes wrong.

    @rule(which=picks, note=notes, call=calls, how=st.sampled_from(("lost", "never sent", "dies", "dies after")))
    def cycle_in_trouble(self, which: int, note: str, call: tuple[str, str], how: str) -> None:
        """There is something to do, a call goes wrong, and the daemon comes back at once."""
        side, name = call
        faults = getattr(self.world, side).faults
        self._news(which, note)
        match how:
            case "lost":
                faults.lose_reply(name)
            case "never sent":
                faults.fail(name, lambda: Transient("the network is down", sent=False))
            case _:
                faults.fail(name, Crash, applied=how == "dies after")
        for _ in range(2):
            self.cycle()

    @rule(which=picks, note=notes, commits=st.integers(2, 40), kept=st.booleans())
    def cycle_dies_in_a_commit(self, which: int, note: str, commits: int, kept: bool) -> None:
        self._news(which, note)
        Mortal.deadly, Mortal.kept = commits, kept
        for _ in range(2):
            self.cycle()

    def _news(self, which: int, note: str) -> None:
        """A new incident while there are few, else a note on an old one; now and then a row."""
        if len(self.incidents) < MOST_INCIDENTS:
            self.strike(note)
        else:
            self._say(self.incidents[which % len(self.incidents)], note)
        if which % 3 == 0:
            self.add_row(which, "")

    # Time, and the daemon.

    @rule(hours=st.sampled_from((0.02, 1, 9, 25)))
    def wait(self, hours: float) -> None:
        self.world.wait(hours=hours)

    @rule()
    def cycle(self) -> None:
        """A fresh process runs a cycle, and perhaps dies in it."""
        try:
            self._once()
        except Crash:
            Mortal.deadly = None
            # The process is gone, and with it what it was told to die of.
            for twin in self._twins:
                twin.faults.clear()

    @rule()
    def calm_down(self) -> None:
        """Nothing goes wrong any more: after a few cycles everything is settled, and the next one does nothing."""
        for twin in self._twins:
            twin.faults.clear()
        Mortal.deadly = None
        # A day with its sweep, for what no feed shows, and what an unknown outcome has to wait for.
        self.world.wait(hours=25)
        # A new day is news: it must not begin between these cycles.
        if self.world.clock.now().hour == 23:
            self.world.wait(hours=1)
        for _ in range(3):
            self.world.wait(minutes=6)
            report = self._once()
        assert not report.failed, report.to_json()
        assert report.unknown == 0
        self._nothing_is_lost()
        written, asked = self.world.written, self.world.asked
        report = self._once()
        assert (report.rounds, self.world.written - written) == (0, 0), report.to_json()
        assert self.world.asked - asked == 2
        self.world.wait(minutes=1)

    def _nothing_is_lost(self) -> None:
        """Every promise that is written somewhere is an item, and every open item has its ticket."""
        items = self.world.items()
        for item in items:
            assert not item.open or item.ticket_id or item.source_gone, item
            # Nobody here rewrites a row's action, so no row is another one since.
            assert "was rewritten" not in (item.status_because or ""), item
            assert item.ticket_id is None or item.terms == item.base or item.terms.owner is None, item
        tickets = {ticket.id for ticket in self.world.tracker.tickets}
        assert {item.ticket_id for item in items if item.ticket_id} == tickets
        told = {item.spoken.title for item in items} | {item.words.title for item in items}
        for incident_id in self.incidents:
            # An edit of an old note leaves no line in the feed, and the sweep rereads recent ones only.
            fresh = self.world.clock.now() - self.began[incident_id] < FRESH_INCIDENT - timedelta(days=1)
            for note in self.world.source.seen(incident_id) if fresh else ():
                for action in ACTIONS:
                    if f"ACTION: {action}" in note.text and "[cs-" not in note.text:
                        assert action in told, f"{action!r} of {note.id} is nowhere"
            for row in self.world.rows(incident_id):
                if row.action.startswith("A row of mine"):
                    assert row.action in told
                    assert row.key

    # What holds always.

    @invariant()
    def at_most_one_ticket_for_an_item(self) -> None:
        markers = Counter(
            label for ticket in self.world.tracker.tickets for label in ticket.labels if label.startswith("cs-")
        )
        assert max(markers.values(), default=0) <= 1, markers

    @invariant()
    def at_most_one_reminder_for_a_person_and_day(self) -> None:
        mails = Counter((mail.digest.to.id, mail.digest.local_on) for mail in self.world.notifier.inbox)
        assert max(mails.values(), default=0) <= 1, mails

    @invariant()
    def at_most_one_note_of_ours_on_an_incident(self) -> None:
        for incident_id in self.incidents:
            ours = [note for note in self.world.source.seen(incident_id) if "Kept up to date by" in note.text]
            assert len(ours) <= 1

    @invariant()
    def human_words_survive(self) -> None:
        for incident_id, words in self.words.items():
            text = self.world.publisher.text(incident_id)
            assert all(each in text for each in words)


Cycles.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    # Shrinking takes minutes, which the time limit of a test does not leave: it is asked for by hand.
    phases=(Phase.generate, Phase.shrink) if SHRINK else (Phase.generate,),
)
# Some twenty seconds of work, which may be minutes on a machine that does much else.
TestCycles = pytest.mark.timeout(400)(Cycles.TestCase)
