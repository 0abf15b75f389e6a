"""What the play can see and do: the store and the sandbox to look at, the clock to move, people to let act."""

import json
import os
import shutil
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from callsheet.cli.demo_backstage import Daemon, Mailbox
from callsheet.document.sheet import DocRow, read_sheet
from callsheet.model.action_item import is_marker, marker
from callsheet.model.ledger import IntentState
from callsheet.run.pull import FEED_CURSOR, TICKETS_SWEPT
from callsheet.run.views import Wanted, sheet
from callsheet.sandbox.server import Sandbox
from callsheet.store import Store

NAMESPACE = "callsheet"
SEARCHED_SECONDS = 4.0
SETTLED = timedelta(minutes=6)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything of one performance. The store is only read: what changes in it is the daemon's doing."""

    folder: Path
    config: Path
    sandbox: Sandbox
    daemon: Daemon
    store: Store
    mailbox: Mailbox
    patience: dict[str, float] = field(default_factory=dict)

    # The clock

    def now(self) -> datetime:
        """The time in the play."""
        return self.sandbox.now()

    def go_to(self, moment: datetime) -> None:
        """Let the time come, unless it has passed."""
        self.sandbox.advance(max(moment - self.now(), timedelta()))

    def caught_up(self, moment: datetime) -> bool:
        """Whether the daemon has read PagerDuty up to this moment, and has nothing in hand."""
        read = self.read_to()
        return bool(read) and datetime.fromisoformat(read) >= moment and self.settled()

    def read_to(self) -> str:
        """Up to when the daemon has read PagerDuty; it changes with each cycle, and is empty before the first."""
        return self.store.noted(FEED_CURSOR) or ""

    def wait_for_search(self) -> str | None:
        """Let minutes pass when a write's outcome stays unknown: what there is to tell.

        Somebody killed the daemon before its request left: it searches until the settle time has passed, and sends
        again only then.
        """
        unknown = self.unknown()
        if not unknown or not self.daemon.revivals:
            self.patience.clear()
            return None
        since = self.patience.setdefault("unknown", monotonic())
        if monotonic() - since < SEARCHED_SECONDS:
            return None
        self.patience.clear()
        self.sandbox.advance(SETTLED)
        return "(A write was cut off by that. It is searched for until five minutes have passed; they pass now.)"

    def day(self, days: int, hour: int) -> datetime:
        """An hour of the day that lies so many days after the play's Monday."""
        start = self.sandbox.world.start.replace(hour=hour, minute=0, second=0)
        return start + timedelta(days=days)

    # What Callsheet knows

    def rows(self, incident_id: str | None = None) -> list[Json]:
        """The call sheet as `callsheet sheet --all` has it, of one incident or of all."""
        found = sheet(self.store, Wanted(every=True), self.now().date())
        return [dict(row) for row in found if incident_id in (None, row["incident"]["id"])]

    def row(self, key: str) -> Json:
        """One item of the call sheet."""
        return next(row for row in self.rows() if row["key"] == key)

    def has_read(self) -> bool:
        """Whether the first cycle is over: both sides read, and nothing left to look at."""
        read = self.store.noted(FEED_CURSOR) and self.store.noted(TICKETS_SWEPT)
        return bool(read) and self.settled()

    def settled(self) -> bool:
        """Whether the daemon has nothing in hand: all that it read so far is done."""
        return not self.store.dirty() and not self.unknown()

    def unknown(self) -> list[str]:
        """The markers of what was sent and of which nobody knows yet whether it arrived."""
        return [intent.marker for intent in self.store.intents(IntentState.SENDING)]

    def is_open(self, incident_id: str) -> bool:
        """Whether the incident has its post-mortem."""
        opened = self.store.postmortem(incident_id)
        return opened is not None and opened.live

    def document(self, incident_id: str) -> Path | None:
        """The file of an incident's post-mortem, once it is written."""
        found = self.store.publications([incident_id]).get(("files", incident_id))
        return Path(found.location) if found else None

    def document_rows(self, incident_id: str) -> tuple[DocRow, ...]:
        """The call sheet as it stands in the file."""
        path = self.document(incident_id)
        return read_sheet(path.read_text())[0] if path else ()

    def postmortems(self) -> int:
        """How many are open."""
        return sum(opened.live for opened in self.store.every_postmortem())

    def quiet_cycle(self) -> Json | None:
        """The requests of the last cycle in which nothing was to do, from the daemon's log."""
        for line in reversed(self.daemon.last_words(400)):
            if '"cycle.done"' in line and '"rounds": 0' in line:
                with suppress(ValueError, KeyError):  # a kill may have cut the line
                    found: Json = json.loads(line)["requests"]
                    return found
        return None

    # What the other two products know

    def coming(self) -> Json:
        """The next incident that the world has in store."""
        found: Json = self.sandbox.state()["pagerduty"]["next"][0]
        return found

    def incident(self, id_or_number: str | int) -> Json | None:
        """An incident as PagerDuty shows it."""
        incidents = self.sandbox.state()["pagerduty"]["incidents"]
        return next((each for each in incidents if id_or_number in (each["id"], each["incident_number"])), None)

    def turns(self, incident_id: str) -> list[datetime]:
        """The moments at which somebody notes something, or it is resolved, future ones too."""
        with self.sandbox.world.lock:
            paging = self.sandbox.world.pagerduty
            incident = paging.find(incident_id)
            reel = paging.reel(incident) if incident else None
            noted = {note.at for note in reel.notes} if reel else set()
            return sorted(noted | {event.at for event in (reel.events if reel else ()) if event.kind == "resolve"})

    def notes(self, incident_id: str) -> list[Json]:
        """Its notes, oldest first."""
        found: list[Json] = self.sandbox.state()["pagerduty"]["notes"].get(incident_id, [])
        return sorted(found, key=lambda note: str(note["created_at"]))

    def our_note(self, incident_id: str) -> str:
        """The text of the one note that Callsheet keeps there; empty while there is none."""
        ours = [note["content"] for note in self.notes(incident_id) if "Callsheet [" in note["content"]]
        return str(ours[0]) if len(ours) == 1 else ""

    def tickets(self) -> list[Json]:
        """All tickets in Jira."""
        found: list[Json] = self.sandbox.state()["jira"]["issues"]
        return found

    def labelled(self, label: str) -> list[str]:
        """The keys of the tickets with this label."""
        return [ticket["key"] for ticket in self.tickets() if label in ticket["fields"]["labels"]]

    def slowed(self) -> bool:
        """Whether an answer is held back now, on its way."""
        with self.sandbox.world.lock:
            return any(rule.fired for rule in self.sandbox.world.faults.rules)

    def copies(self) -> Counter[str]:
        """How many tickets carry each item's marker."""
        labels = [label for ticket in self.tickets() for label in ticket["fields"]["labels"]]
        return Counter(label for label in labels if is_marker(label))

    def once_each(self, rows: list[Json]) -> bool:
        """Whether each of these items has exactly one ticket in Jira."""
        copies = self.copies()
        return all(copies[marker(NAMESPACE, row["key"])] == 1 for row in rows)

    def requests(self) -> dict[str, int]:
        """How many requests each product had so far."""
        return {side: counts["total"] for side, counts in self.sandbox.requests().items() if counts["total"]}


def shown(path: Path) -> str:
    """A path as short as it can be typed here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def program() -> str:
    """How a person types this program here."""
    started = Path(sys.argv[0])
    found = shutil.which("callsheet")
    if started.name != "callsheet" or (found and Path(found).samefile(started)):
        return "callsheet"
    return min(os.path.relpath(started), str(started), key=len)


def named_day(day: date) -> str:
    """`Thu 19 Nov`."""
    return f"{day:%a} {day.day} {day:%b}"
