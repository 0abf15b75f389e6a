"""Facts: incidents, dossiers, people, tickets, look-ups, and where the feeds were read up to."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from callsheet.model.incident import Dossier, Incident, LogEntry
from callsheet.model.memory import IncidentFlags
from callsheet.model.person import Person
from callsheet.model.ticket import Ticket
from callsheet.store.codec import dump, load
from callsheet.store.discretion import Discreet, clean_cell
from callsheet.store.table import stamp

T = TypeVar("T")
# Digits that an integer column holds for certain.
LONGEST_NUMBER = 18


class Facts(Discreet):
    """What the two sides told us, but for people who were forgotten."""

    _dossier_read: tuple[str, Dossier] | None = None

    def save_incidents(self, incidents: Iterable[Incident]) -> tuple[str, ...]:
        """Take heads in; the ids of those that are new or differ, which are marked dirty."""
        forgotten = self._forgotten()
        given = {incident.id: (incident, clean_cell(dump(incident), forgotten)) for incident in incidents}
        known = {
            row["id"]: row["head"] for row in self._rows_in("SELECT id, head FROM incident WHERE id IN ({in})", given)
        }
        changed = [(incident, head) for id_, (incident, head) in given.items() if known.get(id_) != head]
        self._write_many(
            "INSERT INTO incident (id, number, status, service, created_at, merged_into, head)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET number = excluded.number, status = excluded.status,"
            " service = excluded.service, merged_into = excluded.merged_into, head = excluded.head,"
            " dirty = incident.dirty + 1",
            [(i.id, i.number, i.status, i.service.id, stamp(i.created_at), i.merged_into, head) for i, head in changed],
        )
        return tuple(incident.id for incident, _ in changed)

    def incidents(self, ids: Iterable[str]) -> dict[str, Incident]:
        """Known incidents among these ids."""
        rows = self._rows_in("SELECT id, head FROM incident WHERE id IN ({in})", ids)
        return {row["id"]: load(Incident, row["head"]) for row in rows}

    def incident_flags(self, ids: Iterable[str]) -> dict[str, IncidentFlags]:
        """What was noticed about these incidents."""
        rows = self._rows_in("SELECT id, noted, stale, dirty FROM incident WHERE id IN ({in})", ids)
        return {
            row["id"]: IncidentFlags(noted=bool(row["noted"]), stale=bool(row["stale"]), dirty=bool(row["dirty"]))
            for row in rows
        }

    def incident_named(self, word: str) -> Incident | None:
        """An incident by its id or its number (`#12` or `12`)."""
        number = word.lstrip("#")
        row = self._row("SELECT head FROM incident WHERE id = ?", (word,))
        # A number that no column could hold is nobody's.
        if row is None and number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER:
            row = self._row("SELECT head FROM incident WHERE number = ?", (int(number),))
        return load(Incident, row["head"]) if row else None

    def merged_into(self, target_id: str) -> tuple[Incident, ...]:
        """The incidents that were merged into this one."""
        rows = self._rows("SELECT head FROM incident WHERE merged_into = ? ORDER BY created_at, id", (target_id,))
        return tuple(load(Incident, row["head"]) for row in rows)

    def mark(self, ids: Iterable[str], *, stale: bool = False, noted: bool = False) -> None:
        """Have plan look at these incidents again; `stale`: after reading their dossiers anew."""
        self._write_many(
            "UPDATE incident SET dirty = dirty + 1, stale = CASE WHEN ? = 1 THEN 1 ELSE stale END,"
            " noted = CASE WHEN ? = 1 THEN 1 ELSE noted END WHERE id = ?",
            [(int(stale), int(noted), id_) for id_ in ids],
        )

    def mark_all(self) -> None:
        """Have plan look at every incident again: the rules changed."""
        self._write("UPDATE incident SET dirty = dirty + 1")

    def dirty(self) -> dict[str, int]:
        """The incidents that plan has to look at, oldest first, and how often they were marked since they settled."""
        rows = self._rows("SELECT id, dirty FROM incident WHERE dirty > 0 ORDER BY created_at, id")
        return {row["id"]: row["dirty"] for row in rows}

    def settle(self, seen: Mapping[str, int]) -> None:
        """Plan has nothing left to do for these, as `dirty` told of them. One that was marked since stays dirty."""
        self._write_many("UPDATE incident SET dirty = 0 WHERE id = ? AND dirty = ?", list(seen.items()))

    def wake(self, now: datetime) -> None:
        """Have plan look again at the incidents whose time has come."""
        if self._row("SELECT 1 FROM incident WHERE wake_at <= ? LIMIT 1", (stamp(now),)):
            self._write("UPDATE incident SET dirty = dirty + 1, wake_at = NULL WHERE wake_at <= ?", (stamp(now),))

    def sleep_until(self, wakes: Mapping[str, datetime | None]) -> None:
        """When plan has to look at these incidents again although nothing happens to them; None: it need not."""
        self._write_many(
            "UPDATE incident SET wake_at = ? WHERE id = ? AND wake_at IS NOT ?",
            [(at, id_, at) for id_, when in wakes.items() for at in [stamp(when)]],
        )

    def save_dossier(self, dossier: Dossier, *, complete: bool) -> None:
        """Take a dossier in. `complete` is False when a part of it could not be read."""
        id_, body = dossier.incident.id, clean_cell(dump(dossier), self._forgotten())
        with self.transaction():
            self._keep("dossier", ("incident_id",), [{"incident_id": id_, "body": body, "complete": int(complete)}])
            self._write("UPDATE incident SET stale = 0 WHERE id = ?", (id_,))

    def dossier(self, incident_id: str) -> tuple[Dossier, bool] | None:
        """A dossier and whether it is complete."""
        row = self._row("SELECT body, complete FROM dossier WHERE incident_id = ?", (incident_id,))
        if row is None:
            return None
        # A cycle asks several times for the same one, which may be thousands of lines long.
        read = self._dossier_read
        if read is None or read[0] != row["body"]:
            read = self._dossier_read = row["body"], load(Dossier, row["body"])
        return read[1], bool(row["complete"])

    def dossiers(self, ids: Iterable[str]) -> Iterator[Dossier]:
        """The dossiers that there are of these, in one read. Each is made when it is asked for: they may be long."""
        for row in self._rows_in("SELECT body FROM dossier WHERE incident_id IN ({in})", ids):
            yield load(Dossier, row["body"])

    def take_unseen(self, entries: Sequence[LogEntry], *, forget_before: datetime) -> tuple[LogEntry, ...]:
        """The entries that were not seen before; from now on they are. Older memories are let go."""
        known = {
            row["id"] for row in self._rows_in("SELECT id FROM seen_entry WHERE id IN ({in})", (e.id for e in entries))
        }
        fresh = tuple(entry for entry in entries if entry.id not in known)
        recent = [(entry.id, stamp(entry.at)) for entry in fresh if entry.at >= forget_before]
        self._write_many("INSERT INTO seen_entry (id, at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", recent)
        return fresh

    def forget_entries(self, before: datetime) -> None:
        """Let go of feed entries that no later poll can bring again."""
        self._let_go("seen_entry", "at < ?", (stamp(before),))

    def save_people(self, people: Iterable[Person]) -> None:
        """Take the account's people in."""
        forgotten = self._forgotten()
        kept = [person for person in people if not (forgotten and forgotten.known(person.id))]
        self._keep("person", ("id",), [{"id": person.id, "body": dump(person)} for person in kept])

    def people(self) -> tuple[Person, ...]:
        """Everybody that the account has."""
        return tuple(load(Person, row["body"]) for row in self._rows("SELECT body FROM person ORDER BY id"))

    def save_tickets(self, tickets: Iterable[Ticket]) -> tuple[str, ...]:
        """Take tickets in; the ids of those that are new or differ, or are there again.

        A search index lags: what is older than what we know already tells nothing.
        """
        forgotten = self._forgotten()
        given = {ticket.id: (ticket, clean_cell(dump(ticket), forgotten)) for ticket in tickets}
        known = {
            row["id"]: row for row in self._rows_in("SELECT id, body, gone_at FROM ticket WHERE id IN ({in})", given)
        }
        changed, echoes = [], []
        for id_, (ticket, body) in given.items():
            row = known.get(id_)
            if _is_news(ticket, body, row):
                changed.append((ticket, body))
            elif row and _is_later(ticket, body, row):
                echoes.append((body, id_))
        with self.transaction():
            # Of an echo the time counts: what a lagging search shows later may be older than our next edit.
            self._write_many("UPDATE ticket SET body = ? WHERE id = ?", echoes)
            there = [{"id": ticket.id, "key": ticket.key, "body": body, "gone_at": None} for ticket, body in changed]
            self._keep("ticket", ("id",), there)
            self._write_many("DELETE FROM ticket_label WHERE ticket_id = ?", [(t.id,) for t, _ in changed])
            self._write_many(
                "INSERT INTO ticket_label (label, ticket_id) VALUES (?, ?)",
                [(label, t.id) for t, _ in changed for label in sorted(t.labels)],
            )
        return tuple(ticket.id for ticket, _ in changed)

    def knows_ticket(self, ticket_id: str) -> bool:
        """Whether we ever saw this ticket, those that are gone included."""
        return self._row("SELECT 1 FROM ticket WHERE id = ?", (ticket_id,)) is not None

    def tickets(self, ids: Iterable[str]) -> dict[str, Ticket]:
        """Known tickets among these ids, those that are gone left out."""
        rows = self._rows_in("SELECT id, body FROM ticket WHERE gone_at IS NULL AND id IN ({in})", ids)
        return {row["id"]: load(Ticket, row["body"]) for row in rows}

    def ticket(self, ticket_id: str | None) -> Ticket | None:
        """One ticket; None when it is gone, or never was."""
        return self.tickets([ticket_id]).get(ticket_id) if ticket_id else None

    def tickets_labelled(self, labels: Iterable[str]) -> dict[str, tuple[Ticket, ...]]:
        """Known tickets by label, the oldest (lowest id) first."""
        found: dict[str, list[Ticket]] = {}
        for row in self._rows_in(
            "SELECT l.label, t.body FROM ticket_label l JOIN ticket t ON t.id = l.ticket_id"
            " WHERE t.gone_at IS NULL AND l.label IN ({in})",
            labels,
        ):
            found.setdefault(row["label"], []).append(load(Ticket, row["body"]))
        return {label: tuple(sorted(some, key=lambda t: (len(t.id), t.id))) for label, some in found.items()}

    def strange_tickets(self) -> tuple[Ticket, ...]:
        """Known tickets that no item has for its own, those that are gone left out."""
        rows = self._rows(
            "SELECT body FROM ticket WHERE gone_at IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM item WHERE item.ticket_id = ticket.id) ORDER BY id"
        )
        return tuple(load(Ticket, row["body"]) for row in rows)

    def ticket_gone(self, ids: Iterable[str], at: datetime) -> None:
        """These tickets are no longer there for us."""
        self._write_many("UPDATE ticket SET gone_at = ? WHERE id = ?", [(stamp(at), id_) for id_ in ids])

    def remember(self, kind: str, found: Mapping[str, object], at: datetime) -> None:
        """Keep the answers of look-ups.

        What stands until it is answered, such as a ticket that a person named, is kept here too, each under a kind of
        its own: only what is forgotten by name, or by its kind's age, ever goes.
        """
        answers = [{"kind": kind, "name": name, "value": dump(value), "at": stamp(at)} for name, value in found.items()]
        self._keep("lookup", ("kind", "name"), answers)

    def recall(self, kind: str, of: type[T]) -> dict[str, T]:
        """All answers of one kind of look-up, by what was asked."""
        rows = self._rows("SELECT name, value FROM lookup WHERE kind = ?", (kind,))
        return {row["name"]: load(of, row["value"]) for row in rows}

    def forget_lookup(self, kind: str, name: str) -> None:
        """Let go of one answer."""
        self._write("DELETE FROM lookup WHERE kind = ? AND name = ?", (kind, name))

    def forget_lookups(self, kind: str, before: datetime) -> None:
        """Let go of answers of a kind that are older than this: they are asked again when needed."""
        self._let_go("lookup", "kind = ? AND at < ?", (kind, stamp(before)))


def _is_news(ticket: Ticket, body: str, known: sqlite3.Row | None) -> bool:
    if known is None:
        return True
    if known["body"] == body:
        return known["gone_at"] is not None
    before, ticket = load(Ticket, known["body"]), load(Ticket, body)
    # The echo of our own write differs in its time alone.
    if known["gone_at"] is None and replace(before, updated_at=ticket.updated_at) == ticket:
        return False
    return before.updated_at <= ticket.updated_at


def _is_later(ticket: Ticket, body: str, known: sqlite3.Row) -> bool:
    return known["body"] != body and load(Ticket, known["body"]).updated_at < ticket.updated_at
