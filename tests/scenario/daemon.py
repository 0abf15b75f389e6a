"""A daemon in a test: built as the command line builds it, on a sandbox, with its database and files in a folder.

Every cycle is a fresh process's: configuration, store and connectors are made anew, as after a restart.
"""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from callsheet.bootstrap import assemble, open_store
from callsheet.model.action_item import ActionItem
from callsheet.run.app import App, Ask
from callsheet.run.cycle import run_cycle
from callsheet.run.report import Report
from callsheet.run.views import Wanted
from callsheet.run.views import sheet as sheet_of_all
from callsheet.sandbox.server import Sandbox
from callsheet.settings import Configuration, load
from callsheet.store import Store

Json = dict[str, Any]
SIDES = {"cloud": "jira", "datacenter": "jira-dc"}
SCRIPT = Path(sysconfig.get_path("scripts")) / "callsheet"
ACTION = "ACTION: Alert when the pool is exhausted @ana.ferreira due 2026-11-20 P1"
# Longer than the sandbox's search index lags, shorter than anything else.
A_MOMENT = timedelta(seconds=10)
READS = ("GET ", "POST /rest/api/3/search", "POST /rest/api/2/search", "POST /rest/api/3/issue/bulkfetch")


class Hurried(threading.Event):
    """Nobody asks to stop, and waiting takes no real time: it passes in the sandbox instead."""

    def __init__(self, box: Sandbox) -> None:
        super().__init__()
        self._box = box

    def wait(self, timeout: float | None = None) -> bool:
        self._box.advance(timedelta(seconds=timeout or 0))
        return self.is_set()


class BoxClock:
    """The sandbox's clock as it serves it, asked without a request: a cycle looks often, and would wait most for that.

    Programs that a test starts ask over HTTP.
    """

    def __init__(self, box: Sandbox, stop: threading.Event) -> None:
        self._box, self._stop = box, stop

    def now(self) -> datetime:
        """The time there."""
        now = self._box.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def wait(self, seconds: float) -> bool:
        """True when asked to stop."""
        return self._stop.wait(seconds)

    def monotonic(self) -> float:
        """The machine's own seconds, as with the served clock."""
        return monotonic()


class Play:
    """The sandbox (`box`), and a daemon with its folder beside it."""

    def __init__(
        self,
        box: Sandbox,
        folder: Path,
        *,
        env: Mapping[str, str],
        policy: str,
        flavour: str,
    ) -> None:
        self.box, self.folder, self.flavour = box, folder, flavour
        self.database = folder / "callsheet.db"
        self.documents = folder / "postmortems"
        self.config = folder / "config"
        self.config.mkdir(exist_ok=True)
        self.env = {
            **box.env(flavour=flavour),
            "CALLSHEET_DATABASE_URL": f"sqlite:///{self.database}",
            "FILES_DIR": str(self.documents),
            # A free port: tests run side by side.
            "CALLSHEET_LISTEN": "127.0.0.1:0",
            **env,
        }
        if policy:
            self.obey(policy)

    # The daemon

    def obey(self, policy: str) -> None:
        """From the next cycle on, this policy."""
        (self.config / "policy.toml").write_text(policy)

    def configuration(self) -> Configuration:
        return load(self.config, self.env)

    @contextmanager
    def app(self) -> Iterator[App]:
        """The whole daemon, as a fresh process has it."""
        configuration = self.configuration()
        store = open_store(configuration)
        try:
            stop = Hurried(self.box)
            served = configuration.settings.clock_url == self.box.env()["CALLSHEET_CLOCK_URL"]
            yield assemble(configuration, store, stop, clock=BoxClock(self.box, stop) if served else None)
        finally:
            store.close()

    def once(self, **ask: bool) -> Report:
        """One cycle of a fresh process; `force` and `file_backfill` as on the command line."""
        with self.app() as app:
            return run_cycle(app, Ask(**ask))

    def settled(self, **ask: bool) -> Report:
        """One cycle that must come off: nothing failed, nothing held back, nothing unknown."""
        report = self.once(**ask)
        assert (report.exit_code, report.unknown) == (0, 0), report.to_json()
        return report

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The database, beside the daemon."""
        store = open_store(self.configuration())
        try:
            yield store
        finally:
            store.close()

    def items(self) -> dict[str, ActionItem]:
        """All items by the title that their ticket, or else their source, has."""
        with self.store() as store:
            return {item.spoken.title: item for item in store.items(every=True)}

    def item(self, title: str) -> ActionItem:
        """The item whose title begins so."""
        found = [item for name, item in self.items().items() if name.startswith(title)]
        assert len(found) == 1, f"{len(found)} items begin with {title!r}"
        return found[0]

    def sheet(self) -> list[Json]:
        """The call sheet as `callsheet sheet --all --json` prints it."""
        with self.store() as store:
            return sheet_of_all(store, Wanted(every=True), self.box.now().date())

    def cli(self, *words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """The real program, in a process of its own."""
        return subprocess.run(
            self.command(*words), env=self.process_env(), capture_output=True, text=True, timeout=timeout, check=False
        )

    def command(self, *words: str) -> list[str]:
        return [str(SCRIPT), "--config", str(self.config), *words]

    def process_env(self) -> dict[str, str]:
        """What the program finds in its environment: nothing of ours but what the test gives it."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), **self.env}

    # What happens in the two products

    def incident(self, *notes: str, **wanted: Any) -> str:
        """An incident that was triggered, noted and resolved within ten minutes which have passed; its id."""
        given = {"title": "Checkout is slow", "service": "checkout-api", "priority": "P1", "resolve_after": 300}
        told = [{"text": text, "after": 400 + place} for place, text in enumerate(notes)]
        made = self.box.pagerduty_act("trigger", notes=told, **{**given, **wanted})
        self.wait(minutes=10)
        return str(made["incident"])

    def wait(self, **span: float) -> None:
        """Time passes: `wait(days=3)`."""
        self.box.advance(timedelta(**span))

    def in_jira(self, do: str, **wanted: Any) -> Json:
        """A person does something in Jira, and the search has heard of it."""
        made = self.box.jira_act(do, flavour=self.flavour, **wanted)
        self.box.advance(A_MOMENT)
        return made

    # What is there

    @property
    def side(self) -> str:
        return SIDES[self.flavour]

    def tickets(self, label: str = "callsheet") -> list[Json]:
        """The tickets that carry a label, as they are, without any index."""
        issues = self.box.state()[self.side]["issues"]
        return [issue for issue in issues if label in issue["fields"]["labels"]]

    def ticket(self, title: str = "") -> Json:
        """The one labelled ticket whose title begins so."""
        found = [issue for issue in self.tickets() if issue["fields"]["summary"].startswith(title)]
        assert len(found) == 1, f"{len(found)} tickets begin with {title!r}"
        return found[0]

    def titles(self) -> list[str]:
        """The titles of the labelled tickets, sorted."""
        return sorted(issue["fields"]["summary"] for issue in self.tickets())

    def notes(self, incident: str) -> list[str]:
        """The texts of an incident's notes."""
        return [note["content"] for note in self.box.state()["pagerduty"]["notes"].get(incident, [])]

    def our_notes(self, incident: str) -> list[str]:
        return [text for text in self.notes(incident) if "Kept up to date by Callsheet" in text]

    def paths(self) -> list[Path]:
        return sorted(self.documents.glob("*.md")) if self.documents.is_dir() else []

    def path(self, incident: str) -> Path:
        """The file of an incident's post-mortem."""
        found = [path for path in self.paths() if incident in path.read_text()[:800]]
        assert len(found) == 1, f"{len(found)} documents name {incident}"
        return found[0]

    def document(self, incident: str) -> str:
        return self.path(incident).read_text()

    def rows(self, incident: str) -> dict[str, dict[str, str]]:
        """The call sheet as a reader sees it: the cells of each row by the action's words."""
        return {row["Action"]: row for row in sheet(self.document(incident))}

    def edit(self, incident: str, old: str, new: str) -> None:
        """A person replaces words in the document."""
        text = self.document(incident)
        assert old in text, f"{old!r} is not in the document:\n{text}"
        self.path(incident).write_text(text.replace(old, new, 1))

    def edit_cell(self, incident: str, action: str, column: str, value: str) -> None:
        """A person types into one cell of the call sheet."""
        lines = self.document(incident).splitlines()
        for place, line in enumerate(lines):
            cells = cells_of(line)
            if len(cells) == len(COLUMNS) and cells[1].startswith(action):
                cells[COLUMNS.index(column)] = value
                lines[place] = "| " + " | ".join(cells) + " |"
                break
        else:
            raise AssertionError(f"no row begins with {action!r}")
        self.path(incident).write_text("\n".join(lines) + "\n")

    def add_row(self, incident: str, action: str, **cells: str) -> None:
        """A person adds a row to the call sheet."""
        text = self.document(incident)
        lines = text.splitlines()
        last = max(place for place, line in enumerate(lines) if len(cells_of(line)) == len(COLUMNS))
        row = {"Action": action, **cells}
        lines.insert(last + 1, "| " + " | ".join(row.get(column, "") for column in COLUMNS) + " |")
        self.path(incident).write_text("\n".join(lines) + "\n")

    def requests(self) -> dict[str, int]:
        """What the sandbox counted since `forget`, by method and path, both sides together."""
        counts = self.box.requests()
        return {
            name: number
            for side in ("pagerduty", self.side)
            for name, number in counts[side].items()
            if name != "total"
        }

    def writes(self) -> dict[str, int]:
        """The counted requests that were not reads."""
        return {name: number for name, number in self.requests().items() if not name.startswith(READS)}

    def forget(self) -> None:
        self.box.forget_requests()


COLUMNS = ("Key", "Action", "Owner", "Due", "Priority", "Kind", "Fix", "Ticket", "Status")


def cells_of(line: str) -> list[str]:
    """The cells of a table's line; [] for any other line."""
    if not line.startswith("|"):
        return []
    bare = line.strip().strip("|").replace("\\|", "\0")
    return [cell.strip().replace("\0", "\\|") for cell in bare.split("|")]


def sheet(text: str) -> list[dict[str, str]]:
    """The rows of a document's call sheet by column."""
    _, _, below = text.partition("## Call sheet")
    rows = [cells for cells in map(cells_of, below.splitlines()) if len(cells) == len(COLUMNS)]
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows[2:]]


def out(done: subprocess.CompletedProcess[str]) -> Any:
    """The JSON document that a command printed."""
    return json.loads(done.stdout)
