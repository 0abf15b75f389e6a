"""PagerDuty's side of the world: incidents with their log, and what people do to them.

An incident's state is never stored: it is folded from its log entries up to the sandbox's present, so advancing the
clock is all it takes for incidents to trigger, be worked on and resolve.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from callsheet.sandbox.clock import Clock
from callsheet.sandbox.company import Company, Person, Service
from callsheet.sandbox.ids import make_hex, make_id
from callsheet.sandbox.script import Plot, base_plots, future_plots
from callsheet.sandbox.timeline import Alert, Change, Event, Note, Reel, play, title_of


@dataclass(slots=True)
class State:
    """An incident as of one moment."""

    status: str = "triggered"
    priority: str | None = None
    urgency: str = "high"
    resolved_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str | None = None
    updated_at: datetime | None = None
    merged_into: str | None = None
    assigned: list[tuple[datetime, str]] = field(default_factory=list)
    acknowledged: list[tuple[datetime, str]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Incident:
    """One incident; its reel is played when somebody first looks. `raw` holds the fields of a loaded one."""

    id: str
    number: int
    title: str
    service: str
    urgency: str
    created_at: datetime
    ends_at: datetime
    key: str | None = None
    plot: Plot | None = None
    raw: dict[str, Any] = field(default_factory=dict)
    priority: str | None = None
    touched_at: datetime | None = None
    reel: Reel | None = None

    @property
    def changed_by_hand(self) -> bool:
        return self.touched_at is not None


class Paging:
    """Everything behind `/pagerduty`. Callers hold the world's lock."""

    def __init__(
        self, seed: int, count: int, start: datetime, clock: Clock, company: Company, *, hostile: bool = False
    ) -> None:
        self.seed, self.clock, self.company = seed, clock, company
        self.services: dict[str, Service] = {service.id: service for service in company.services}
        self.users: dict[str, Person] = {person.id: person for person in (*company.people, company.bot)}
        self.names: dict[str, str] = {company.leaver.id: company.leaver.name}
        self.extra: dict[str, dict[str, Any]] = {}
        self.version = 0
        self._merges: dict[str, list[Incident]] = {}
        self._by_id: dict[str, Incident] = {}
        self._order: list[Incident] = []
        self._window: tuple[object, list[tuple[datetime, str, Incident, Event]]] | None = None
        past = base_plots(seed, count, start, company, hostile=hostile)
        for plot in (*past, *future_plots(seed, count, start, company)):
            self.insert(_from_plot(plot))

    # Reading

    @property
    def incidents(self) -> list[Incident]:
        """The incidents that exist by now, oldest first."""
        return self._order[: bisect_left(self._order, self._after_now(), key=lambda each: each.created_at)]

    @property
    def notes(self) -> dict[str, list[Note]]:
        """Visible notes by incident id, for incidents that have any."""
        found = {incident.id: self.notes_of(incident) for incident in self.incidents}
        return {key: notes for key, notes in found.items() if notes}

    def coming(self) -> list[Incident]:
        """The scripted incidents that have not triggered yet."""
        return self._order[len(self.incidents) :]

    def find(self, id_or_number: str) -> Incident | None:
        """An incident by id or number; one that has not triggered yet does not exist."""
        incident = self._by_id.get(id_or_number)
        if incident is None and id_or_number.isdigit():
            number = int(id_or_number)
            incident = next((each for each in self.incidents if each.number == number), None)
        return incident if incident and incident.created_at <= self.clock.now() else None

    def created_between(self, since: datetime | None, until: datetime | None) -> list[Incident]:
        """Incidents created in [since, until)."""
        visible = self.incidents
        low = bisect_left(visible, since, key=lambda each: each.created_at) if since else 0
        high = bisect_left(visible, until, key=lambda each: each.created_at) if until else len(visible)
        return visible[low:high]

    def reel(self, incident: Incident) -> Reel:
        if incident.reel is None:
            incident.reel = play(incident.plot, self.company, self.seed) if incident.plot else Reel()
        return incident.reel

    def events(self, incident: Incident) -> list[Event]:
        """Its log entries so far, oldest first."""
        now = self.clock.now()
        return [event for event in self.reel(incident).events if event.at <= now]

    def notes_of(self, incident: Incident) -> list[Note]:
        now = self.clock.now()
        return [note for note in self.reel(incident).notes if note.at <= now and not note.deleted]

    def alerts_of(self, incident: Incident) -> list[Alert]:
        """Its alerts, and those of the incidents merged into it; a merged one has none left."""
        if self.state(incident).merged_into:
            return []
        now = self.clock.now()
        mine = [alert for alert in self.reel(incident).alerts if alert.at <= now]
        for source in self._sources(incident):
            mine += [alert for alert in self.reel(source).alerts if alert.at <= now]
        return mine

    def state(self, incident: Incident) -> State:
        """Fold the log up to now."""
        state = State(urgency=incident.urgency, priority=incident.priority, updated_at=incident.created_at)
        for event in self.events(incident):
            _apply(state, event)
        if incident.touched_at and state.updated_at and incident.touched_at > state.updated_at:
            state.updated_at = incident.touched_at
        return state

    def is_resolved(self, incident: Incident) -> bool:
        """Cheap for stories that are over; folds the others."""
        plot = incident.plot
        scripted = plot is not None and plot.resolved_at is not None and not incident.changed_by_hand
        if plot and scripted and plot.ends_at <= self.clock.now():
            return True
        return self.state(incident).status == "resolved"

    def log(self, since: datetime | None, until: datetime | None) -> list[tuple[Incident, Event]]:
        """All log entries in [since, until), newest first; ties in one second keep the order of their ids."""
        present = self._after_now()
        end = min(until, present) if until else present
        key = (since, end, self.version)
        if self._window is None or self._window[0] != key:
            found = list(self._entries(since, end))
            found.sort(reverse=True)  # Ids are unique, so nothing behind them is ever compared.
            self._window = (key, found)
        return [(incident, event) for _, _, incident, event in self._window[1]]

    def changes(self, since: datetime, until: datetime) -> Iterator[Change]:
        """Deploys in [since, until), unordered."""
        end = min(until, self._after_now())
        for incident in self._order:
            if incident.created_at < since or incident.created_at - timedelta(days=2) >= end:
                continue
            yield from (each for each in self.reel(incident).changes if since <= each.at < end)

    # Writing

    def insert(self, incident: Incident) -> None:
        """Add an incident at its place in time."""
        self.version += 1
        if incident.id in self._by_id:
            self._order.remove(self._by_id[incident.id])
        self._by_id[incident.id] = incident
        place = bisect_left(self._order, incident.created_at, key=lambda each: each.created_at)
        while place < len(self._order) and self._order[place].created_at == incident.created_at:
            place += 1
        self._order.insert(place, incident)
        if incident.plot and incident.plot.merge_into:
            self._merges.setdefault(incident.plot.merge_into, []).append(incident)

    def append(self, incident: Incident, kind: str, agent: str | None, **more: Any) -> Event:
        """Write a log entry now."""
        reel, now = self.reel(incident), self.clock.now()
        entry = make_id("R", 26, self.seed, incident.id, "hand", len(reel.events))
        event = Event(id=entry, at=now.replace(microsecond=0), kind=kind, agent=agent, **more)
        place = len(reel.events)
        while place and reel.events[place - 1].at > event.at:
            place -= 1
        reel.events.insert(place, event)
        self.touch(incident)
        return event

    def touch(self, incident: Incident) -> None:
        now = self.clock.now()
        incident.touched_at = now
        incident.ends_at = max(incident.ends_at, now)
        self.version += 1

    def add_note(self, incident: Incident, author: str, text: str) -> Note:
        now = self.clock.now().replace(microsecond=0)
        reel = self.reel(incident)
        note_id = make_id("Q", 14, self.seed, incident.id, "hand", len(reel.notes))
        note = Note(id=note_id, at=now, author=author, text=text, updated_at=now)
        reel.notes.append(note)
        self.append(incident, "annotate", author, text=text)
        return note

    def edit_note(self, incident: Incident, note_id: str, text: str | None) -> Note | None:
        """Change a note, or delete it with None; neither leaves a log entry."""
        note = next((each for each in self.notes_of(incident) if each.id == note_id), None)
        if note is None:
            return None
        note.updated_at = self.clock.now().replace(microsecond=0)
        if text is None:
            note.deleted = True
        else:
            note.text = text
        self.touch(incident)
        return note

    def trigger(self, *, title: str, service: str, urgency: str, priority: str | None, user: str) -> Incident:
        """A new incident, by hand."""
        now = self.clock.now().replace(microsecond=0)
        number = max((each.number for each in self.incidents), default=1000) + 1
        taken = {each.number for each in self._order}
        while number in taken:
            number += 1
        incident = Incident(
            id=make_id("Q", 14, self.seed, "hand", number),
            number=number,
            title=title,
            service=service,
            urgency=urgency,
            created_at=now,
            ends_at=now,
            key=make_hex(32, self.seed, "key", number),
        )
        self.insert(incident)
        self.append(incident, "trigger", user, text=title)
        self.append(incident, "assign", user, users=(user,))
        if priority:
            self.append(incident, "priority_change", user, data={"priority": priority})
        return incident

    def merge(self, source: Incident, target: Incident, user: str) -> None:
        """Resolve the source into the target; its alerts move along."""
        self.append(source, "resolve", user, data={"merge": target.id})
        self._merges.setdefault(target.id, []).append(source)
        self.touch(target)

    def _sources(self, target: Incident) -> list[Incident]:
        merged = self._merges.get(target.id, [])
        return [each for each in merged if self.state(each).merged_into == target.id]

    def _entries(self, since: datetime | None, end: datetime) -> Iterator[tuple[datetime, str, Incident, Event]]:
        for incident in self._order[: bisect_left(self._order, end, key=lambda each: each.created_at)]:
            if since and incident.ends_at < since:
                continue
            for event in self.reel(incident).events:
                if event.at < end and (since is None or event.at >= since):
                    yield event.at, event.id, incident, event

    def _after_now(self) -> datetime:
        """The first moment that has not happened yet."""
        return self.clock.now() + timedelta(microseconds=1)


def _from_plot(plot: Plot) -> Incident:
    return Incident(
        id=plot.id,
        number=plot.number,
        title=title_of(plot),
        service=plot.service.id,
        urgency=plot.scene.urgency,
        created_at=plot.created_at,
        ends_at=plot.ends_at,
        plot=plot,
    )


def _apply(state: State, event: Event) -> None:
    state.updated_at = event.at if not state.updated_at else max(state.updated_at, event.at)
    if event.kind in ("escalate", "delegate", "unacknowledge") and state.status == "acknowledged":
        # Whoever gets it next has not acknowledged it yet.
        state.status, state.acknowledged = "triggered", []
        state.changed_at, state.changed_by = event.at, event.agent
    match event.kind:
        case "trigger":
            state.status, state.resolved_at, state.merged_into = "triggered", None, None
        case "acknowledge" if event.agent and state.status != "resolved":
            state.status = "acknowledged"
            state.acknowledged.append((event.at, event.agent))
        case "resolve":
            state.status, state.resolved_at = "resolved", event.at
            state.merged_into = event.data.get("merge")
            state.assigned, state.acknowledged = [], []
        case "assign" | "escalate" | "delegate" if state.status != "resolved" and event.users:
            state.assigned = [(event.at, user) for user in event.users]
        case "priority_change":
            state.priority = event.data.get("priority")
        case "urgency_change":
            state.urgency = event.data.get("urgency", state.urgency)
    if event.kind in ("trigger", "acknowledge", "resolve"):
        state.changed_at, state.changed_by = event.at, event.agent
