"""What the store knows around an incident: for the stage directions, and for what was promised before."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from callsheet.model.action_item import ActionItem, ItemStatus
from callsheet.model.incident import Incident, LogEntry
from callsheet.model.memory import Page
from callsheet.store.codec import load
from callsheet.store.discretion import Discreet, clean_cell
from callsheet.store.table import stamp

# An incident that was resolved is looked for among those that began at most so long before.
LONGEST_OVERLAP = timedelta(days=2)
PAGED = "notify"


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
