"""A daemon on in-memory twins and a real database: the smallest world in which a whole cycle can be watched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from callsheet.document.sheet import DocRow, read_sheet
from callsheet.document.table import COLUMNS
from callsheet.model.action_item import ActionItem
from callsheet.model.incident import Incident
from callsheet.model.ticket import Ticket
from callsheet.plan.policy import Mode
from callsheet.plan.rules import NudgeRules, Route, Rules, TheatreRules
from callsheet.plan.snapshot import House
from callsheet.render.renderer import Renderer
from callsheet.run.app import App, Ask
from callsheet.run.cycle import run_cycle
from callsheet.run.report import Report
from callsheet.store import Store
from callsheet.testing.clock import FakeClock
from callsheet.testing.twins import MemoryNotifier, MemoryPublisher, MemorySource, MemoryTracker

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ACTION = "ACTION: Add an alert @ana.ferreira due 2026-11-20 P1"
RENDERER = Renderer()
# No standing item, so that what is filed is what the test wrote.
# A short ladder, so that a test about something else sees one digest and not three.
PLAIN_RULES = Rules(
    standing=(),
    default_route=Route(fallback_owner="grace.okafor@example.com"),
    nudge=NudgeRules(ladder=(0, 1, 3, 7), weekly=False, new_items=False, fallback_after=None),
    theatre=TheatreRules(stale_days=None),
)


@dataclass
class World:
    """The twins, the clock and the database file. Every `once` is a fresh process's cycle."""

    folder: Path
    rules: Rules = PLAIN_RULES
    mode: Mode = Mode.FULL
    has_notifier: bool = True
    has_team: bool = False
    store_class: type[Store] = Store
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    publisher: MemoryPublisher = field(default_factory=MemoryPublisher)
    notifier: MemoryNotifier = field(default_factory=MemoryNotifier)
    source: MemorySource = field(init=False)
    tracker: MemoryTracker = field(init=False)

    def __post_init__(self) -> None:
        self.source = MemorySource(self.clock)
        self.tracker = MemoryTracker(self.clock)

    # The daemon.

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The database."""
        store = self.store_class(self.folder / "callsheet.db")
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def app(self, **changes: Any) -> Iterator[App]:
        """The daemon as a fresh process has it."""
        with self.store() as store:
            yield self.assembled(store, **changes)

    def assembled(self, store: Store, **changes: Any) -> App:
        """The daemon on a store."""
        given: dict[str, Any] = {
            "memory": store,
            "source": self.source,
            "tracker": self.tracker,
            "source_name": "source",
            "tracker_name": "tracker",
            "publishers": {"files": self.publisher},
            "notifiers": {"notifier": self.notifier} if self.has_notifier else {},
            "renderer": RENDERER,
            "clock": self.clock,
            "rules": self.rules,
            "house": House(
                namespace="callsheet",
                project="OPS",
                issue_type="Task",
                publishers=("files",),
                has_notifier=self.has_notifier,
                has_team_channel=self.has_team,
            ),
            "mode": self.mode,
            "settle_time": timedelta(minutes=5),
            "backfill": timedelta(days=30),
            "rules_print": repr(self.rules),
        }
        return App(**{**given, **changes})

    def once(self, ask: Ask | None = None, **changes: Any) -> Report:
        """One cycle of a fresh process."""
        with self.app(**changes) as app:
            return run_cycle(app, ask or Ask())

    def settled(self, **changes: Any) -> Report:
        """A cycle that must come off: nothing failed, held back or unknown."""
        report = self.once(**changes)
        assert (report.exit_code, report.unknown, report.quarantined) == (0, 0, []), report.to_json()
        return report

    def born(self) -> World:
        """The first cycle of all has passed: what happens from now on is no backfill."""
        self.settled()
        self.wait(minutes=5)
        return self

    def lose_database(self) -> None:
        """The file is gone."""
        for path in self.folder.glob("callsheet.db*"):
            path.unlink()

    # What happens.

    def wait(self, **span: float) -> None:
        """Time passes: `wait(days=3)`."""
        self.clock.advance(timedelta(**span))

    def story(self, *notes: str, **given: Any) -> Incident:
        """An incident that came about, was noted and resolved; five minutes have passed since."""
        incident = self.source.happen(**{"resolved_at": None, **given})
        self.wait(minutes=10)
        for text in notes:
            self.source.say(incident.id, text)
            self.wait(minutes=1)
        self.source.resolve(incident.id)
        self.wait(minutes=5)
        return incident

    def filed(self, *notes: str) -> Incident:
        """A story whose items are filed."""
        incident = self.story(*(notes or (ACTION,)))
        self.settled()
        self.wait(minutes=5)
        return incident

    def type_cell(self, incident_id: str, action: str, column: str, words: str) -> None:
        """A person types into a cell of the call sheet."""
        lines = self.publisher.text(incident_id).split("\n")
        (row,) = [row for row in self.rows(incident_id) if row.action == action]
        cells = lines[row.line - 1].strip().strip("|").split("|")
        cells[COLUMNS.index(column)] = f" {words} "
        lines[row.line - 1] = "|" + "|".join(cells) + "|"
        self.publisher.edit(incident_id, "\n".join(lines))

    def type_row(self, incident_id: str, action: str, **cells: str) -> None:
        """A person adds a row to the call sheet."""
        lines = self.publisher.text(incident_id).split("\n")
        last = max((row.line for row in self.rows(incident_id)), default=0)
        place = last or next(n + 2 for n, line in enumerate(lines) if line.startswith("| Key"))
        values = {"Action": action, **cells}
        lines.insert(place, "| " + " | ".join(values.get(column, "") for column in COLUMNS) + " |")
        self.publisher.edit(incident_id, "\n".join(lines))

    def cut_row(self, incident_id: str, action: str) -> None:
        """A person deletes a row of the call sheet."""
        lines = self.publisher.text(incident_id).split("\n")
        (row,) = [row for row in self.rows(incident_id) if row.action == action]
        del lines[row.line - 1]
        self.publisher.edit(incident_id, "\n".join(lines))

    # What is there.

    def rows(self, incident_id: str) -> tuple[DocRow, ...]:
        """The call sheet as it stands in the document."""
        return read_sheet(self.publisher.text(incident_id))[0]

    def row(self, incident_id: str, action: str) -> DocRow:
        """One row of it."""
        (found,) = [row for row in self.rows(incident_id) if row.action == action]
        return found

    def items(self) -> tuple[ActionItem, ...]:
        """Every item."""
        with self.store() as store:
            return store.items(every=True)

    def item(self, title: str = "Add an alert") -> ActionItem:
        """The one item with this wording."""
        (found,) = [item for item in self.items() if item.spoken.title == title]
        return found

    def ticket(self, title: str = "Add an alert") -> Ticket:
        """The one ticket with this title, as it is."""
        (found,) = [ticket for ticket in self.tracker.tickets if ticket.title == title]
        return found

    @property
    def written(self) -> int:
        """How many writes left the house so far."""
        twins = (self.source, self.tracker, self.publisher, self.notifier)
        return sum(twin.faults.written for twin in twins)

    @property
    def asked(self) -> int:
        """How many calls were made to the two sides so far."""
        return sum(self.source.faults.calls.values()) + sum(self.tracker.faults.calls.values())
