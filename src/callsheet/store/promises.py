"""Promises: opened post-mortems, their action items, and what was published of them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from callsheet.document.findings import Findings, findings
from callsheet.model.action_item import ActionItem, ItemStatus
from callsheet.model.memory import OpenedPostmortem, PromiseCount
from callsheet.model.publication import BegunText, Publication
from callsheet.store.codec import dump, load
from callsheet.store.seasons import agreed_dates
from callsheet.store.table import Table


def _as_noted(item: ActionItem) -> tuple[datetime, str, str]:
    return item.noted_at, item.source.id, item.key


def _row(item: ActionItem) -> dict[str, str | None]:
    """An item, and beside it what the database looks for."""
    return {
        "key": item.key,
        "incident_id": item.incident_id,
        "ticket_id": item.ticket_id,
        "status": item.status,
        "hold": item.hold,
        "due_on": item.terms.due_on.isoformat() if item.terms.due_on else None,
        "body": dump(item),
    }


class Promises(Table):
    """What was promised, and where people read it."""

    def save_postmortem(self, opened: OpenedPostmortem) -> None:
        """Keep a post-mortem's state."""
        self._keep("postmortem", ("incident_id",), [{"incident_id": opened.incident_id, "body": dump(opened)}])

    def postmortems(self, ids: Iterable[str]) -> dict[str, OpenedPostmortem]:
        """Post-mortems among these incidents, waived ones too."""
        rows = self._rows_in("SELECT incident_id, body FROM postmortem WHERE incident_id IN ({in})", ids)
        return {row["incident_id"]: load(OpenedPostmortem, row["body"]) for row in rows}

    def postmortem(self, incident_id: str) -> OpenedPostmortem | None:
        """The post-mortem of one incident, also a waived one; None where none was opened or asked for."""
        return self.postmortems([incident_id]).get(incident_id)

    def every_postmortem(self) -> tuple[OpenedPostmortem, ...]:
        """All of them, by incident."""
        rows = self._rows("SELECT body FROM postmortem ORDER BY incident_id")
        return tuple(load(OpenedPostmortem, row["body"]) for row in rows)

    def save_items(self, items: Iterable[ActionItem]) -> None:
        """Keep items."""
        items = tuple(items)
        with self.transaction():
            self._keep("item", ("key",), [_row(item) for item in items])
            self._write_many(
                "INSERT INTO due_date (item_key, due_on) VALUES (?, ?) ON CONFLICT (item_key, due_on) DO NOTHING",
                agreed_dates(items),
            )

    def items_of(self, incident_ids: Iterable[str]) -> dict[str, tuple[ActionItem, ...]]:
        """Items by incident, in the order in which they were first noted."""
        found: dict[str, list[ActionItem]] = {}
        for row in self._rows_in("SELECT incident_id, body FROM item WHERE incident_id IN ({in})", incident_ids):
            found.setdefault(row["incident_id"], []).append(load(ActionItem, row["body"]))
        return {id_: tuple(sorted(items, key=_as_noted)) for id_, items in found.items()}

    def items_in(self, incident_id: str) -> tuple[ActionItem, ...]:
        """The items of one incident, in the same order."""
        return self.items_of([incident_id]).get(incident_id, ())

    def promise_counts(self, today: date) -> dict[str, PromiseCount]:
        """How many promises each incident led to, counted by the database."""
        rows = self._rows(
            "SELECT incident_id, COUNT(*) AS promised, SUM(status = 'open') AS open,"
            " SUM(status = 'open' AND ticket_id IS NOT NULL AND due_on IS NOT NULL AND due_on < ?) AS overdue"
            " FROM item GROUP BY incident_id",
            (today.isoformat(),),
        )
        return {
            row["incident_id"]: PromiseCount(promised=row["promised"], open=row["open"], overdue=row["overdue"])
            for row in rows
        }

    def items(self, *, every: bool = False) -> tuple[ActionItem, ...]:
        """All open items, or every one."""
        sql = "SELECT body FROM item" if every else "SELECT body FROM item WHERE status = 'open'"
        return tuple(load(ActionItem, row["body"]) for row in self._rows(sql + " ORDER BY key"))

    def item(self, key: str) -> ActionItem | None:
        """One item by its key."""
        row = self._row("SELECT body FROM item WHERE key = ?", (key,))
        return load(ActionItem, row["body"]) if row else None

    def item_with_ticket(self, key: str) -> ActionItem | None:
        """One item by the key that people know its ticket by, such as OPS-8."""
        row = self._row(
            "SELECT item.body FROM item JOIN ticket ON ticket.id = item.ticket_id WHERE ticket.key = ?"
            " ORDER BY item.key LIMIT 1",
            (key,),
        )
        return load(ActionItem, row["body"]) if row else None

    def items_with_tickets(self, ticket_ids: Iterable[str]) -> dict[str, ActionItem]:
        """Items by the id of their ticket."""
        rows = self._rows_in("SELECT ticket_id, body FROM item WHERE ticket_id IN ({in})", ticket_ids)
        return {row["ticket_id"]: load(ActionItem, row["body"]) for row in rows}

    def open_ticket_ids(self) -> tuple[str, ...]:
        """The tickets of open items."""
        rows = self._rows(
            "SELECT ticket_id FROM item WHERE status = ? AND ticket_id IS NOT NULL ORDER BY key", (ItemStatus.OPEN,)
        )
        return tuple(row["ticket_id"] for row in rows)

    def gone_tickets(self) -> dict[str, str]:
        """Open items whose ticket the tracker no longer shows: by item key, the key that people knew the ticket by."""
        rows = self._rows(
            "SELECT item.key, ifnull(ticket.key, item.ticket_id) AS name FROM item"
            " LEFT JOIN ticket ON ticket.id = item.ticket_id WHERE item.status = 'open' AND item.ticket_id IS NOT NULL"
            " AND (ticket.id IS NULL OR ticket.gone_at IS NOT NULL) ORDER BY item.key"
        )
        return {row["key"]: row["name"] for row in rows}

    def save_publication(self, publication: Publication) -> None:
        """Keep what a publisher holds now."""
        found = findings(publication.current, publication.generated or "")
        row = {**asdict(publication), "status": found.status, "causes": found.causes, "summary": found.summary}
        self._keep("publication", ("publisher", "incident_id"), [row])

    def publications(self, incident_ids: Iterable[str]) -> dict[tuple[str, str], Publication]:
        """What is published of these incidents, by publisher and incident."""
        rows = self._rows_in(
            "SELECT publisher, incident_id, fingerprint, version, location, current, published, generated, taken_in,"
            " copied FROM publication WHERE incident_id IN ({in})",
            incident_ids,
        )
        return {(row["publisher"], row["incident_id"]): Publication(**dict(row)) for row in rows}

    def findings(self, incident_ids: Iterable[str]) -> dict[str, Findings]:
        """What each incident's document says of its investigation; of several publishers the first by name counts."""
        rows = self._rows_in(
            "SELECT incident_id, status, causes, summary FROM publication WHERE incident_id IN ({in})"
            " ORDER BY publisher DESC",
            incident_ids,
        )
        return {
            row["incident_id"]: Findings(status=row["status"], causes=bool(row["causes"]), summary=bool(row["summary"]))
            for row in rows
        }

    def read_again(self) -> None:
        """Take from documents what a migration wants to have read anew."""
        rows = self._rows("SELECT publisher, incident_id, current, generated FROM publication WHERE status IS NULL")
        told = [(findings(row["current"], row["generated"] or ""), row) for row in rows]
        self._write_many(
            "UPDATE publication SET status = ?, causes = ?, summary = ? WHERE publisher = ? AND incident_id = ?",
            [(found.status, found.causes, found.summary, row["publisher"], row["incident_id"]) for found, row in told],
        )

    def known_versions(self, publisher: str) -> dict[str, str]:
        """The version of each document that we know, by incident."""
        rows = self._rows("SELECT incident_id, version FROM publication WHERE publisher = ?", (publisher,))
        return {row["incident_id"]: row["version"] for row in rows}

    def begin_text(self, begun: BegunText) -> None:
        """Keep what we set out to write, before it is written, beside others of which nobody knows what came."""
        self._write(
            "INSERT OR REPLACE INTO begun_text (place, incident_id, text, basis) VALUES (?, ?, ?, ?)",
            (begun.place, begun.incident_id, begun.text, begun.basis),
        )

    def begun_texts(self, place: str, incident_id: str) -> tuple[BegunText, ...]:
        """What we set out to write there, in order, as far as what came of it is not known."""
        rows = self._rows(
            "SELECT place, incident_id, text, basis FROM begun_text WHERE place = ? AND incident_id = ?"
            " ORDER BY number",
            (place, incident_id),
        )
        return tuple(BegunText(**dict(row)) for row in rows)

    def end_texts(self, place: str, incident_id: str, *, up_to: str | None = None) -> None:
        """What came of them is known now: of this text and those begun before it, else of all."""
        self._write(
            "DELETE FROM begun_text WHERE place = ?1 AND incident_id = ?2 AND (?3 IS NULL OR number <="
            " (SELECT number FROM begun_text WHERE place = ?1 AND incident_id = ?2 AND text = ?3))",
            (place, incident_id, up_to),
        )
