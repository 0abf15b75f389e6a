"""What the store knows around an incident: for the stage directions, and for what was promised before."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from sqlite3 import Row

from callsheet.model.action_item import ActionItem, ItemStatus
from callsheet.model.incident import ActorKind, Incident, LogEntry
from callsheet.model.memory import Page, Presence
from callsheet.store.codec import load
from callsheet.store.discretion import Discreet, clean_cell
from callsheet.store.table import moment, stamp

# An incident that was resolved is looked for among those that began at most so long before.
LONGEST_OVERLAP = timedelta(days=2)
PAGED = "notify"
ACKNOWLEDGED = "acknowledge"

# The columns of a presence, each the first time of something.
FIRSTS = ("called_at", "acted_at", "acknowledged_at")
PRESENCE = (
    "INSERT INTO presence (incident_id, person_id, called_at, acted_at, acknowledged_at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (incident_id, person_id) DO UPDATE SET"
    " called_at = min(coalesce(called_at, excluded.called_at), coalesce(excluded.called_at, called_at)),"
    " acted_at = min(coalesce(acted_at, excluded.acted_at), coalesce(excluded.acted_at, acted_at)),"
    " acknowledged_at = min(coalesce(acknowledged_at, excluded.acknowledged_at),"
    " coalesce(excluded.acknowledged_at, acknowledged_at))"
)
# Who reports an incident does not take it over.
REPORTED = "trigger"


class Around(Discreet):
    """Neighbours in time, and on the same service."""

    def note_pages(self, entries: Iterable[LogEntry]) -> None:
        """Remember who was paged, for each incident the first time."""
        forgotten = self._forgotten()
        self._write_many(
            "INSERT INTO page (person_id, incident_id, at) VALUES (?, ?, ?)"
            " ON CONFLICT (person_id, incident_id) DO UPDATE SET at = min(page.at, excluded.at)",
            [
                (clean_cell(ref.id, forgotten), e.incident_id, stamp(e.at))
                for e in entries
                if e.kind == PAGED
                for ref in e.targets
            ],
        )

    def note_presence(self, entries: Iterable[LogEntry]) -> None:
        """Remember who acted and who was called, in each incident the first time."""
        forgotten = self._forgotten()
        self._write_many(
            PRESENCE,
            [
                (incident_id, clean_cell(person_id, forgotten), *(stamp(each.get(name)) for name in FIRSTS))
                for (incident_id, person_id), each in _firsts(entries).items()
            ],
        )

    def present(self, since: datetime) -> tuple[tuple[Incident, tuple[Presence, ...]], ...]:
        """Incidents that began since then and in which somebody acted, each with who was there; merged ones left out.

        Oldest first.
        """
        rows = self._rows(
            "SELECT incident.head, presence.* FROM presence JOIN incident ON incident.id = presence.incident_id"
            " WHERE incident.created_at >= ? AND incident.id IN"
            " (SELECT incident_id FROM presence WHERE acted_at IS NOT NULL) ORDER BY incident.created_at, incident.id",
            (stamp(since),),
        )
        by_head = ((head, tuple(map(_presence, own))) for head, own in groupby(rows, key=lambda row: row["head"]))
        found = ((load(Incident, head), own) for head, own in by_head)
        return tuple((head, own) for head, own in found if head.merged_into is None)

    def pages(self, since: datetime, until: datetime) -> tuple[Page, ...]:
        """Who was paged in a window, oldest first."""
        rows = self._rows(
            "SELECT person_id, incident_id, at FROM page WHERE at >= ? AND at < ? ORDER BY at, incident_id, person_id",
            (stamp(since), stamp(until)),
        )
        return tuple(
            Page(person_id=row["person_id"], incident_id=row["incident_id"], at=datetime.fromisoformat(row["at"]))
            for row in rows
        )

    def paged_on(self) -> dict[str, frozenset[str]]:
        """Who was ever paged for incidents of each service: the people of its escalation policy, as far as is known."""
        found: dict[str, set[str]] = {}
        for row in self._rows(
            "SELECT DISTINCT incident.service, page.person_id FROM page JOIN incident ON incident.id = page.incident_id"
        ):
            found.setdefault(row["service"], set()).add(row["person_id"])
        return {service: frozenset(people) for service, people in found.items()}

    def beside(self, incident: Incident) -> tuple[Incident, ...]:
        """The other incidents that were open at a time when this one was, merged ones left out, oldest first."""
        end = incident.resolved_at or incident.updated_at
        rows = self._rows(
            "SELECT head, created_at, id FROM incident WHERE created_at >= ? AND created_at <= ? UNION"
            " SELECT head, created_at, id FROM incident WHERE status <> 'resolved' AND created_at <= ?"
            " ORDER BY created_at, id",
            (stamp(incident.created_at - LONGEST_OVERLAP), stamp(end), stamp(end)),
        )
        heads = (load(Incident, row["head"]) for row in rows if row["id"] != incident.id)
        return tuple(
            head
            for head in heads
            if head.merged_into is None and (head.resolved_at is None or head.resolved_at > incident.created_at)
        )

    def promised_before(self, incident: Incident) -> tuple[tuple[ActionItem, Incident], ...]:
        """Open items of earlier incidents on the same service, each with its incident."""
        rows = self._rows(
            "SELECT item.body, incident.head FROM incident JOIN item ON item.incident_id = incident.id"
            " WHERE incident.service = ? AND incident.created_at < ? AND item.status = ?"
            " ORDER BY incident.created_at, item.key",
            (incident.service.id, stamp(incident.created_at), ItemStatus.OPEN),
        )
        return tuple((load(ActionItem, row["body"]), load(Incident, row["head"])) for row in rows)

    def mark_later(self, incident_id: str, *, since: datetime) -> None:
        """Have plan look again at later post-mortems on the same service: what was promised before them has changed.

        Those of incidents that began before `since` are left alone.
        """
        self._write(
            "UPDATE incident SET dirty = dirty + 1 WHERE id IN (SELECT incident_id FROM postmortem) AND"
            " service = (SELECT service FROM incident WHERE id = ?) AND"
            " created_at > (SELECT created_at FROM incident WHERE id = ?) AND created_at >= ?",
            (incident_id, incident_id, stamp(since)),
        )


def _firsts(entries: Iterable[LogEntry]) -> dict[tuple[str, str], dict[str, datetime]]:
    """By incident and person, the first time of each of FIRSTS."""
    found: dict[tuple[str, str], dict[str, datetime]] = {}
    for entry, person_id, what in _presences(entries):
        own = found.setdefault((entry.incident_id, person_id), {})
        own[what] = min(own.get(what, entry.at), entry.at)
    return found


def _presences(entries: Iterable[LogEntry]) -> Iterator[tuple[LogEntry, str, str]]:
    for entry in entries:
        yield from ((entry, ref.id, "called_at") for ref in entry.targets)
        if entry.actor and entry.actor.kind is ActorKind.PERSON and entry.kind != REPORTED:
            yield entry, entry.actor.id, "acted_at"
            if entry.kind == ACKNOWLEDGED:
                yield entry, entry.actor.id, "acknowledged_at"


def _presence(row: Row) -> Presence:
    times = {name: moment(row[name]) for name in FIRSTS}
    return Presence(person_id=row["person_id"], **times)
