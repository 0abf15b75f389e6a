"""What people do meanwhile: incidents, promises in notes and rows, and everything that people do to tickets.

Each promise has words that no other has, so the world itself tells which ticket is whose.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from callsheet.sandbox.actions import act_jira, act_pagerduty
from callsheet.sandbox.jira_setup import PRIORITIES
from callsheet.sandbox.timeline import Note
from callsheet.sandbox.tracker import Issue
from tests.torture import papers
from tests.torture.stage import NAMESPACE, Stage

OWNERS = ("", "", "ana.ferreira", "marcus.hill", "wei.ling.tan", "noor.haddad", "tomasz.zielinski", "somebody.else")
NAMES = ("Ana Ferreira", "Marcus Hill", "Wei Ling Tan", "Jonas Weber")
FIELDS = ("title", "due", "owner", "priority")
RANKS = ("P1", "P2", "P3", "P4", "P5")
SIGNATURE = "Kept up to date by Callsheet"


@dataclass(slots=True, kw_only=True)
class Promise:
    """An action item as people know it: its words where it was written, and all titles that it ever had.

    `asked` is False once people took it back. Each field has one place where people change it (`at`: "note", "cell" or
    "ticket"), so that no two people ever want different things; `wishes` is what they said there last, and when.
    `cells` is what they typed into the call sheet, by column.
    """

    words: str
    titles: list[str]
    incident: str
    place: str
    note: str = ""
    asked: bool = True
    dropped: bool = False
    deleted: bool = False
    moved: bool = False
    at: dict[str, str] = field(default_factory=dict)
    wishes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    key: str = ""
    due: str = ""
    owner: str = ""
    priority: str = ""

    def reword(self, words: str) -> None:
        """Other words in the note."""
        self.words = words
        self.titles.append(words)

    def changed(self, place: str) -> list[str]:
        """The fields that people change there."""
        return [name for name in FIELDS if self.at.get(name) == place]

    def wish(self, name: str, value: str, now: datetime) -> None:
        """Somebody said so, at the field's own place."""
        self.wishes[name] = value, now


@dataclass(slots=True)
class Book:
    """What people wrote and did, for the judge: incidents, promises, human words by document and by note."""

    incidents: list[str] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)
    thanks: dict[str, str] = field(default_factory=dict)
    unnoted: set[str] = field(default_factory=set)
    # Notes of ours in which somebody wrote within our lines: theirs from then on.
    overwritten: set[str] = field(default_factory=set)
    merged: set[str] = field(default_factory=set)
    made_by_hand: list[str] = field(default_factory=list)


class People:
    """Everybody who is not the daemon."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._roll = random.Random(f"{stage.setting.seed}/people")
        self._count = 0
        self._spoiled = False
        self.book = Book()

    # When

    def strike(self, *, within: float) -> None:
        """An incident comes, is noted, and is resolved, from some moment on."""
        start = self._stage.now + timedelta(seconds=self._roll.uniform(0, within))
        self._at(start, self._trigger)

    def busy(self, *, acts: int, within: float) -> None:
        """People do some things, each at its moment within so many seconds."""
        for _ in range(acts):
            self._at(self._stage.now + timedelta(seconds=self._roll.uniform(0, within)), self._something)

    def _at(self, when: Any, act: Callable[[], None]) -> None:
        self._stage.baton.at(when, act)

    def _told(self, what: str) -> None:
        self._stage.note("people", what)

    def _something(self) -> None:
        acts: dict[Callable[[], None], int] = {
            self._say: 3,
            self._reword: 3,
            self._unsay: 1,
            self._type_row: 3,
            self._type_cell: 3,
            self._write_words: 1,
            self._thank: 1,
            self._close: 2,
            self._edit_ticket: 4,
            self._spoil: 1,
            self._make_by_hand: 1,
            self._delete_our_note: 1,
        }
        if self._stage.setting.merges:
            acts[self._merge] = 2
        if self.book.incidents:
            self._roll.choices(list(acts), list(acts.values()))[0]()

    # In PagerDuty

    def _trigger(self) -> None:
        title = f"Service {len(self.book.incidents)} is slow"
        priority = self._roll.choice(("P1", "P2"))
        incident = self._page("trigger", title=title, priority=priority)["incident"]
        self.book.incidents.append(incident)
        spans = sorted(self._roll.uniform(60, 600) for _ in range(self._roll.randint(1, 2)))
        for span in spans:
            self._at(self._stage.now + timedelta(seconds=span), lambda: self._note(incident))
        self._at(self._stage.now + timedelta(seconds=700), lambda: self._resolve(incident))

    def _resolve(self, incident: str) -> None:
        if incident not in self.book.merged:
            self._page("resolve", incident=incident)

    def _merge(self) -> None:
        """The last incident was the first one in disguise."""
        first, *others = self.book.incidents
        apart = [incident for incident in others if incident not in self.book.merged]
        if apart:
            self._stage.tally["merged incidents"] += 1
            self.book.merged.add(apart[-1])
            self._page("merge", incident=first, source=apart[-1])

    def _say(self) -> None:
        self._note(self._roll.choice(self.book.incidents))

    def _note(self, incident: str) -> None:
        promises = [self._promise(incident, "note") for _ in range(self._roll.randint(1, 2))]
        made = self._page("note", incident=incident, text=_lines(promises))
        for promise in promises:
            promise.note = made["note"]
        self.book.promises += promises

    def _reword(self) -> None:
        """A note is edited: other words, another date, owner or priority."""
        promise = self._some(lambda p: p.place == "note" and p.asked)
        if promise is None:
            return
        what = self._roll.choice(promise.changed("note") or ["none"])
        whole = all(p.asked for p in self.book.promises if p.note == promise.note)
        pick = self._roll.choice
        values = {"due": self._day(), "owner": pick(OWNERS[2:5]), "priority": pick(RANKS)}
        if what == "title" and whole:
            promise.reword(self._words())
            promise.wish(what, promise.words, self._stage.now)
        elif what in values:
            setattr(promise, what, values[what])
            promise.wish(what, values[what], self._stage.now)
        self._rewrite(promise)

    def _unsay(self) -> None:
        """A line is taken out of its note, or the note with it."""
        # Beside a line with new words nobody could tell, from the note alone, which of the two is gone.
        reworded = {p.note for p in self.book.promises if p.titles[0] != p.words}
        promise = self._some(lambda p: p.place == "note" and p.asked and p.note not in reworded)
        if promise:
            promise.asked = False
            self._rewrite(promise)

    def _rewrite(self, changed: Promise) -> None:
        left = [p for p in self.book.promises if p.note == changed.note and p.asked]
        if left:
            self._page("edit_note", incident=changed.incident, note=changed.note, text=_lines(left))
        else:
            self._page("delete_note", incident=changed.incident, note=changed.note)

    def _thank(self) -> None:
        """Somebody adds a line to our note; not in the moment between its being read and written, when nothing could
        save the words: PagerDuty takes no "only if it still says so"."""
        incident = self._roll.choice(self.book.incidents)
        found = self._our_note(incident)
        if found and incident not in self.book.thanks and not self._stage.at_work:
            self.book.thanks[incident] = words = f"{self._words()}, thank you!"
            text = f"{found[1]}\n\n{words}"
            if self._roll.random() < 0.3:
                self.book.overwritten.add(incident)
                text = found[1].replace("\n- ", f"\n- {words} ", 1)
            self._page("edit_note", incident=incident, note=found[0], text=text)

    def _delete_our_note(self) -> None:
        """One that was edited since: of a first note whose answer was lost the daemon may not know yet."""
        incident = self._roll.choice(self.book.incidents)
        found = self._our_note(incident)
        edited = {write.path.rpartition("/")[2] for write in self._stage.records.writes if write.method == "PUT"}
        if found and found[0] in edited and incident not in self.book.thanks:
            self.book.unnoted.add(incident)
            self._page("delete_note", incident=incident, note=found[0])

    def _our_note(self, incident_id: str) -> tuple[str, str] | None:
        return next(((note.id, note.text) for note in our_notes(self._stage, incident_id)), None)

    # In documents

    def _type_row(self) -> None:
        incident = self._roll.choice(self.book.incidents)
        promise = self._promise(incident, "row")
        promise.owner = self._roll.choice(("", *NAMES))
        cells = {"Owner": promise.owner, "Due": promise.due, "Priority": promise.priority}
        if papers.add_row(self._stage, incident, Action=promise.words, **cells):
            self.book.promises.append(promise)
            self._told(f"type a row: {promise.words}")

    def _type_cell(self) -> None:
        promise = self._some(lambda p: p.asked and not p.dropped and p.place != "ticket")
        row = papers.row_of(self._stage, promise.incident, promise.words) if promise else None
        if promise is None or row is None or row.key is None:
            return
        named = {
            "due": ("Due", self._day()),
            "owner": ("Owner", self._roll.choice(NAMES)),
            "priority": ("Priority", self._roll.choice(RANKS)),
        }
        name = self._roll.choice([name for name in promise.changed("cell") if name in named] or ["status"])
        if self._roll.random() < 0.25:
            name, promise.dropped = "status", True
        promise.dropped = promise.dropped or name == "status"
        column, words = named.get(name, ("Status", "dropped because it is not worth it"))
        papers.type_cell(self._stage, promise.incident, row, column, words)
        promise.key, promise.cells[column] = row.key, words
        promise.wish(name, words, self._stage.now)
        self._told(f"type {words!r} into {column} of {promise.words}")

    def _write_words(self) -> None:
        incident = self._roll.choice(self.book.incidents)
        if papers.text_of(self._stage, incident):
            words = f"{self._words()}, we said."
            self.book.words.setdefault(incident, []).append(words)
            papers.write_below(self._stage, incident, words)
            self._told(f"write into the document: {words}")

    # In Jira

    def _close(self) -> None:
        issue, _ = self._ticket()
        if issue:
            self._tick("transition", issue, to=self._roll.choice(self._ways(issue)))

    def _ways(self, issue: Issue) -> list[str]:
        """Where the project's workflow leads."""
        return [each.name for each in self._stage.tracker.projects[issue.project].transitions]

    def _edit_ticket(self) -> None:
        issue, promise = self._ticket()
        if issue is None or promise is None:
            return
        match self._roll.choice([*promise.changed("ticket"), "comment"]):
            case "title":
                promise.titles.append(self._words())
                self._tick("summary", issue, text=promise.titles[-1])
            case "due":
                self._tick("due", issue, on=self._roll.choice((self._day(), self._day(), None)))
            case "owner":
                self._tick("assign", issue, to=self._roll.choice((*NAMES, None)))
            case "priority":
                self._tick("priority", issue, to=self._roll.choice(tuple(PRIORITIES)))
            case _:
                self._tick("comment", issue, text="On it.")

    def _spoil(self) -> None:
        """Once at most somebody deletes a ticket that the call sheet names, or moves it to another project."""
        issue, promise = self._ticket()
        if issue is None or promise is None or self._spoiled:
            return
        if f"[{issue.key}]" not in papers.text_of(self._stage, promise.incident):
            return
        self._spoiled = True
        if self._roll.random() < 0.5:
            promise.moved = True
            self._tick("move", issue, to=self._roll.choice(("LAB", "WEB")))
        else:
            promise.deleted = True
            self._tick("delete", issue)

    def _make_by_hand(self) -> None:
        """Somebody makes a ticket and gives it our label."""
        incident = self._roll.choice(self.book.incidents)
        found = self._stage.world.pagerduty.find(incident)
        if found is None or len(self.book.made_by_hand) > 1:
            return
        title = self._words()
        made = act_jira(
            self._stage.world,
            {
                "do": "create",
                "flavour": self._flavour,
                "summary": title,
                "labels": [NAMESPACE],
                "description": f"From #{found.number}",
                "due": self._day(),
            },
        )
        self.book.made_by_hand.append(title)
        self._told(f"make {made['key']} by hand: {title}")

    def _ticket(self) -> tuple[Issue | None, Promise | None]:
        """One of the daemon's tickets that exist, and whose it is."""
        issues = [
            issue for issue in self._stage.tracker.issues.values() if any(each[:3] == "cs-" for each in _labels(issue))
        ]
        if not issues:
            return None, None
        issue = self._roll.choice(issues)
        named = [p for p in self.book.promises if issue.fields["summary"] in p.titles]
        return issue, named[0] if named else None

    # Words

    def _promise(self, incident: str, place: str) -> Promise:
        places = ("ticket", "cell") if place == "row" else ("ticket", "ticket", "note", "cell")
        words = self._words()
        return Promise(
            words=words,
            titles=[words],
            incident=incident,
            place=place,
            at={name: self._roll.choice(places) for name in FIELDS},
            due=self._day(),
            owner=self._roll.choice(OWNERS),
            priority=self._roll.choice(("", *RANKS)),
        )

    def _words(self) -> str:
        self._count += 1
        return f"Mend part {self._count:03} of the {self._roll.choice(('pump', 'valve', 'gauge', 'relay'))}"

    def _day(self) -> str:
        days = self._roll.choice((-1, 0, 1, 2, 3, 20))
        return (self._stage.now.date() + timedelta(days=days)).isoformat()

    def _some(self, fits: Callable[[Promise], bool]) -> Promise | None:
        fitting = [promise for promise in self.book.promises if fits(promise)]
        return self._roll.choice(fitting) if fitting else None

    @property
    def _flavour(self) -> str:
        return "cloud" if self._stage.setting.cloud else "datacenter"

    def _page(self, do: str, **wanted: Any) -> dict[str, Any]:
        self._told(f"{do} {wanted}")
        return act_pagerduty(self._stage.world, {"do": do, **wanted})

    def _tick(self, do: str, issue: Issue, **wanted: Any) -> None:
        self._told(f"{do} {issue.key} {wanted}")
        self._stage.front.settle()
        act_jira(self._stage.world, {"do": do, "issue": issue.id, "flavour": self._flavour, **wanted})


def our_notes(stage: Stage, incident_id: str) -> list[Note]:
    """The daemon's notes on an incident."""
    incident = stage.world.pagerduty.find(incident_id)
    notes = stage.world.pagerduty.notes_of(incident) if incident else []
    return [note for note in notes if SIGNATURE in note.text]


def _labels(issue: Issue) -> list[str]:
    return list(issue.fields["labels"])


def _lines(promises: list[Promise]) -> str:
    return "\n".join(map(_line, promises))


def _line(promise: Promise) -> str:
    owner = f" @{promise.owner}" if promise.owner else ""
    return f"ACTION: {promise.words}{owner} due {promise.due} {promise.priority}".rstrip()
