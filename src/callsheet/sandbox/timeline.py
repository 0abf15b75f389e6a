"""From a plot to everything that PagerDuty would hold about it: log entries, notes, alerts and change events.

Made on demand from the plot's own dice, so ten thousand incidents cost nothing until somebody looks at them. The
whole story is there at once, future included; readers show what lies before the sandbox's present.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from callsheet.sandbox.company import DOMAIN, Company, Person
from callsheet.sandbox.ids import dice, make_hex, make_id
from callsheet.sandbox.scenes import fill
from callsheet.sandbox.script import Plot


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One log entry; `kind` is its type without `_log_entry`, agent and users are ids."""

    id: str
    at: datetime
    kind: str
    agent: str | None = None
    users: tuple[str, ...] = ()
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Note:
    id: str
    at: datetime
    author: str
    text: str
    updated_at: datetime
    deleted: bool = False


@dataclass(slots=True, kw_only=True)
class Alert:
    id: str
    at: datetime
    key: str
    severity: str
    title: str
    count: int
    raw: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    id: str
    at: datetime
    service: str
    summary: str
    build: int
    reason: str


@dataclass(slots=True, kw_only=True)
class Reel:
    """The details of one incident, in order of time."""

    events: list[Event] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def words_for(plot: Plot, domain: str) -> dict[str, str]:
    """What the slots of a scene stand for in this incident; links are fictitious on purpose."""
    cast = dict(zip("abc", plot.cast, strict=True))
    words = {name: person.handle for name, person in cast.items()}
    words |= {name.upper(): person.name for name, person in cast.items()}
    words |= {f"e{name}": person.email for name, person in cast.items()}
    slug = plot.service.slug
    build = f"{slug} build {build_number(plot)}"
    return words | {
        "svc": plot.service.name,
        "slug": slug,
        "dash": f"https://grafana.{domain}/d/{slug}",
        "runbook": f"https://wiki.{domain}/runbooks/{slug}",
        "deploy": build,
    }


def build_number(plot: Plot) -> int:
    """The deploy that this story is about; builds count up with the incidents."""
    return 4000 + plot.number


def title_of(plot: Plot) -> str:
    """The headline that the monitor sent."""
    return fill(plot.scene.title, {"svc": plot.service.name, "slug": plot.service.slug}, plot.created_at)


def play(plot: Plot, company: Company, seed: int) -> Reel:
    """Write the whole story of one plot."""
    writer = _Writer(plot, company, seed)
    writer.opening()
    writer.response()
    writer.notes()
    writer.ending()
    writer.extras()
    writer.reel.events.sort(key=lambda event: event.at)
    writer.reel.changes.sort(key=lambda change: change.at)
    return writer.reel


class _Writer:
    def __init__(self, plot: Plot, company: Company, seed: int) -> None:
        self.plot, self.company, self.seed = plot, company, seed
        self.roll: Random = dice(seed, "reel", plot.id)
        self.reel = Reel()
        self.first, self.second, self.lead = plot.cast
        self.ack = plot.created_at + timedelta(seconds=self.roll.randrange(70, 520))
        self.words = words_for(plot, DOMAIN)

    def add(self, at: datetime, kind: str, agent: str | None = None, **more: Any) -> None:
        entry = make_id("R", 26, self.seed, self.plot.id, len(self.reel.events), kind)
        self.reel.events.append(Event(id=entry, at=at, kind=kind, agent=agent, **more))

    def page(self, at: datetime, person: Person, ways: tuple[str, ...]) -> None:
        """Notify one person in several ways within the same second: the ties that break naive cursors."""
        for way in ways:
            self.add(at, "notify", users=(person.id,), data={"way": way})

    def opening(self) -> None:
        plot, start = self.plot, self.plot.created_at
        self.add(start, "trigger", plot.service.id, text=title_of(plot))
        self.add(start, "assign", plot.service.id, users=(self.first.id,))
        self.page(start, self.first, ("push", "email"))
        self.page(start + timedelta(seconds=60), self.first, ("sms", "push", "phone"))
        if self.ack - start > timedelta(minutes=5):
            late = start + timedelta(minutes=5)
            self.add(late, "escalate", plot.service.id, users=(self.first.id, self.second.id))
            self.page(late, self.second, ("push", "email", "sms"))
        for count in range(self.roll.randrange(1, 5)):
            self._alert(count)
        self._changes()

    def _alert(self, count: int) -> None:
        plot = self.plot
        at = plot.created_at + timedelta(seconds=count * self.roll.randrange(20, 90))
        self.reel.alerts.append(
            Alert(
                id=make_id("Q", 14, self.seed, plot.id, "alert", count),
                at=at,
                key=make_hex(64, self.seed, plot.id, "alert", count),
                severity=("critical" if plot.scene.urgency == "high" else "warning"),
                title=title_of(plot),
                count=count + 1,
            )
        )

    def _changes(self) -> None:
        plot = self.plot
        told = plot.scene.deploy or "Dependency updates"
        before = plot.created_at - timedelta(seconds=self.roll.randrange(120, 420))
        earlier = before - timedelta(seconds=self.roll.randrange(5_000, 90_000))
        for at, text, build, reason in (
            (before, told, build_number(plot), "most_recent"),
            (earlier, "Translations", build_number(plot) - 1, "related_service"),
        ):
            self.reel.changes.append(
                Change(
                    id=make_id("0", 26, self.seed, plot.id, "change", build),
                    at=at,
                    service=plot.service.id,
                    summary=f"{plot.service.slug} build {build}: {text}",
                    build=build,
                    reason=reason,
                )
            )

    def response(self) -> None:
        plot, scene = self.plot, self.plot.scene
        self.add(self.ack, "acknowledge", self.first.id)
        if scene.priority:
            known = self.roll.random() < 0.4
            at = plot.created_at if known else self.ack + timedelta(seconds=75)
            agent = plot.service.id if known else self.first.id
            self.add(at, "priority_change", agent, data={"priority": scene.priority})
        if scene.priority in ("P1", "P2"):
            self._all_hands()
        elif scene.urgency == "high":
            self.add(plot.minute(12), "urgency_change", self.first.id, data={"urgency": "low"})
            self.add(plot.minute(16), "urgency_change", self.first.id, data={"urgency": "high"})

    def _all_hands(self) -> None:
        asked = self.ack + timedelta(seconds=190)
        self.add(asked, "responder_request", self.first.id, users=(self.second.id, self.lead.id))
        self.page(asked + timedelta(seconds=2), self.second, ("push", "sms", "email"))
        self.page(asked + timedelta(seconds=2), self.lead, ("push", "phone"))
        if (self.plot.scene.minutes or 0) < 25:
            return
        if self.plot.scene.status:
            self.add(self.plot.minute(17), "status_update", self.lead.id, text=self.plot.scene.status)
        handover = self.plot.minute(21)
        self.add(handover, "assign", self.first.id, users=(self.first.id, self.second.id))
        self.page(handover, self.second, ("push", "email"))

    def notes(self) -> None:
        people = {"a": self.first, "b": self.second, "c": self.lead, "leaver": self.company.leaver}
        for place, entry in enumerate(self.plot.scene.lines):
            at, author = self.plot.minute(entry.at), people[entry.who]
            text = fill(entry.text, self.words, self.plot.created_at)
            self.reel.notes.append(
                Note(
                    id=make_id("Q", 14, self.seed, self.plot.id, "note", place),
                    at=at,
                    author=author.id,
                    text=text,
                    updated_at=at,
                )
            )
            self.add(at, "annotate", author.id, text=text)

    def ending(self) -> None:
        plot, scene = self.plot, self.plot.scene
        if scene.minutes is None or plot.resolved_at is None:
            return
        merged = {"merge": plot.merge_into} if plot.merge_into else {}
        first_end = plot.minute(scene.minutes)
        self.add(first_end, "resolve", (self.lead if merged else self.first).id, data=merged)
        if scene.quirk == "reopened":
            back = first_end + timedelta(minutes=24)
            self.add(back, "trigger", self.second.id, text="reopened")
            self.add(back, "assign", self.second.id, users=(self.second.id,))
            self.add(back + timedelta(seconds=40), "acknowledge", self.second.id)
            self.add(plot.resolved_at, "resolve", self.second.id)

    def extras(self) -> None:
        """Unknown types for the scene that wants them, and pages to the usual 25 to 35 entries."""
        plot = self.plot
        if plot.scene.quirk == "unknown":
            for minute, kind in ((6, "runner_hypothesis"), (11, "workflow_run"), (19, "telepathy")):
                self.add(plot.minute(minute), kind, self.first.id, text=f"{kind.replace('_', ' ').title()}.")
        step = 0
        while len(self.reel.events) < 25 + plot.number % 9:
            at = plot.created_at + timedelta(seconds=65 + 15 * step)
            self.page(at, self.first, ("push", "email"))
            step += 1
