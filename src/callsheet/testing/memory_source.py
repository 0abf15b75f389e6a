"""A paging source in memory: the `Source` port, and the hands of people who work there."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from callsheet.connect.errors import NotFound
from callsheet.connect.ports import Clock, Directory, FeedPage, Malady, Places
from callsheet.model.incident import (
    Actor,
    Dossier,
    Incident,
    IncidentPriority,
    IncidentStatus,
    LogEntry,
    Note,
    Ref,
)
from callsheet.model.person import OnCall, Person
from callsheet.testing.builders import make_actor, make_incident, make_person, make_priority
from callsheet.testing.faults import Faults

PAGE = 5
ROBOT = make_actor(make_person("Callsheet"))


def _faults() -> Faults:
    return Faults(writes=("post_note", "edit_note"))


@dataclass(slots=True)
class MemorySource:
    """Incidents that tests make. Editing or deleting a note leaves no line in the feed, as at PagerDuty.

    `maladies` are handed out with the next dossiers, which counts them as incomplete. `duties` are who is on call;
    None: everybody, one after the other.
    """

    clock: Clock
    people: tuple[Person, ...] = (make_person(), make_person("Marcus Hill"), make_person("Grace Okafor"))
    priorities: tuple[IncidentPriority, ...] = tuple(make_priority(rank) for rank in range(1, 6))
    faults: Faults = field(default_factory=_faults)
    maladies: tuple[Malady, ...] = ()
    duties: tuple[OnCall, ...] | None = None
    teams: tuple[Ref, ...] = (Ref(id="T-STORE", name="Storefront"), Ref(id="T-PAY", name="Payments"))
    services: tuple[Ref, ...] = (Ref(id="S-CHECKOUT", name="Checkout API"),)
    _heads: dict[str, Incident] = field(default_factory=dict)
    _entries: list[LogEntry] = field(default_factory=list)
    _notes: dict[str, list[Note]] = field(default_factory=dict)
    _made: int = 0

    # The port.

    def incidents(self, since: datetime, until: datetime) -> Iterator[FeedPage]:
        """Those created in the window, and older ones that are still open."""
        with self.faults.around("incidents"):
            found = [
                head
                for head in self._heads.values()
                if since <= head.created_at <= until or (head.created_at < since and not head.resolved)
            ]
        for start in range(0, len(found), PAGE):
            yield FeedPage(incidents=tuple(found[start : start + PAGE]))

    def changes(self, since: datetime, until: datetime) -> Iterator[FeedPage]:
        """The log entries of the window, newest first."""
        with self.faults.around("changes"):
            found = [entry for entry in reversed(self._sorted()) if since <= entry.at <= until]
        for start in range(0, len(found), PAGE) or (0,):
            entries = tuple(found[start : start + PAGE])
            ids = dict.fromkeys(entry.incident_id for entry in entries)
            yield FeedPage(entries=entries, incidents=tuple(self._heads[id_] for id_ in ids))

    def dossier(self, incident: Incident) -> tuple[Dossier, tuple[Malady, ...]]:
        """All about one incident, oldest first."""
        with self.faults.around("dossier"):
            head = self._head(incident.id)
            entries = tuple(entry for entry in self._sorted() if entry.incident_id == head.id)
            dossier = Dossier(
                incident=head, entries=entries, notes=tuple(self._notes.get(head.id, ())), people=self.people
            )
            return dossier, self.maladies

    def directory(self) -> Directory:
        """Everybody, and the priorities."""
        with self.faults.around("directory"):
            return Directory(people=self.people, priorities=self.priorities)

    def on_calls(self) -> tuple[OnCall, ...]:
        """Who is on call."""
        with self.faults.around("on_calls"):
            if self.duties is not None:
                return self.duties
            return tuple(
                OnCall(person_id=person.id, name=person.name, policy="Everybody", rung=rung)
                for rung, person in enumerate(self.people, start=1)
            )

    def places(self) -> Places:
        """The teams and services that there are."""
        with self.faults.around("places"):
            return Places(teams=self.teams, services=self.services)

    def notes(self, incident_id: str) -> tuple[Note, ...]:
        """The notes, oldest first."""
        with self.faults.around("notes"):
            return tuple(self._notes.get(self._head(incident_id).id, ()))

    def post_note(self, incident_id: str, text: str) -> str:
        """Write a note in our own name."""
        with self.faults.around("post_note"):
            return self._write(self._head(incident_id), text, ROBOT)

    def edit_note(self, incident_id: str, note_id: str, text: str) -> None:
        """Replace our note's text."""
        with self.faults.around("edit_note"):
            self.reword(incident_id, note_id, text)

    # What people do, and see.

    def seen(self, incident_id: str) -> tuple[Note, ...]:
        """The notes as they stand, without asking through the port."""
        return tuple(self._notes.get(incident_id, ()))

    def happen(self, **given: object) -> Incident:
        """An incident comes about, now unless `created_at` says otherwise, and is resolved unless it says so."""
        self._made += 1
        number = 1000 + self._made
        incident = make_incident(**{"number": number, "created_at": self.clock.now(), **given})
        self._heads[incident.id] = incident
        self._log(incident.id, "trigger", incident.created_at)
        if incident.resolved_at:
            self._log(incident.id, "resolve", incident.resolved_at)
        return incident

    def resolve(self, incident_id: str) -> None:
        """The incident is over."""
        now = self.clock.now()
        self._change(incident_id, status=IncidentStatus.RESOLVED, resolved_at=now)
        self._log(incident_id, "resolve", now)

    def reopen(self, incident_id: str) -> None:
        """It is back."""
        self._change(incident_id, status=IncidentStatus.TRIGGERED, resolved_at=None)
        self._log(incident_id, "trigger", self.clock.now())

    def merge(self, source_id: str, target_id: str) -> None:
        """One incident takes another over."""
        self._change(source_id, merged_into=target_id, status=IncidentStatus.RESOLVED, resolved_at=self.clock.now())
        self._log(source_id, "merge", self.clock.now())

    def say(self, incident_id: str, text: str, *, by: Person | None = None) -> str:
        """A person writes a note; its id."""
        return self._write(self._head(incident_id), text, make_actor(by or self.people[0]))

    def reword(self, incident_id: str, note_id: str, text: str) -> None:
        """Somebody edits a note; NotFound when it is gone."""
        notes = self._notes.get(incident_id, [])
        for place, note in enumerate(notes):
            if note.id == note_id:
                notes[place] = replace(note, text=text, updated_at=self.clock.now())
                return
        raise NotFound(f"there is no note {note_id}")

    def unsay(self, incident_id: str, note_id: str) -> None:
        """Somebody deletes a note."""
        self._notes[incident_id] = [note for note in self._notes[incident_id] if note.id != note_id]

    # Steps of the above.

    def _sorted(self) -> list[LogEntry]:
        return sorted(self._entries, key=lambda entry: (entry.at, entry.id))

    def _head(self, incident_id: str) -> Incident:
        if incident_id not in self._heads:
            raise NotFound(f"there is no incident {incident_id}")
        return self._heads[incident_id]

    def _change(self, incident_id: str, **changes: Any) -> None:
        head = replace(self._head(incident_id), updated_at=self.clock.now(), **changes)
        self._heads[incident_id] = head

    def _write(self, head: Incident, text: str, author: Actor) -> str:
        self._made += 1
        now = self.clock.now()
        note = Note(id=f"N{self._made}", author=author, text=text, created_at=now)
        self._notes.setdefault(head.id, []).append(note)
        self._log(head.id, "annotate", now, actor=author, text=text)
        return note.id

    def _log(
        self, incident_id: str, kind: str, at: datetime, *, actor: Actor | None = None, text: str | None = None
    ) -> None:
        entry = LogEntry(
            id=f"R{len(self._entries) + 1:05d}",
            incident_id=incident_id,
            at=at,
            kind=kind,
            summary=kind,
            actor=actor or make_actor(self.people[0]),
            text=text,
        )
        self._entries.append(entry)
