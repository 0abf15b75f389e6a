"""Webhooks as hints: what they name is written down at once and read again in the next cycle. Nothing depends on them.

| what comes in                             | what is written down          | the next cycle             |
|-------------------------------------------|-------------------------------|----------------------------|
| an event that was heard before            | nothing                       | comes when it comes        |
| an event of an incident                   | the incident's id             | comes now, reads it again  |
| an event of a ticket that we follow       | the ticket's id               | comes now, reads it by id  |
| an event of any other ticket              | nothing                       | comes when it comes        |
| something too large to be read            | that a sweep is due, hourly   | comes now, and sweeps      |
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from callsheet.connect.ports import Touched
from callsheet.model.hint import Hint, HintKind
from callsheet.model.ticket import Ticket
from callsheet.run.app import App
from callsheet.run.ports import Memory

# Deliveries are repeated for two days at most.
EVENTS_KEPT = timedelta(days=7)
SWEEP_ASKED_EVERY = timedelta(hours=1)


class Heard(StrEnum):
    """What came of an event."""

    TAKEN = "taken"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"


def hear(memory: Memory, connector: str, touched: Touched, now: datetime) -> Heard:
    """Write down what an event names, unless it was heard before or is none of ours. Asks nobody anything."""
    hint = _hint(touched)
    if hint is None or (hint.kind is HintKind.TICKET and not memory.knows_ticket(hint.subject)):
        # A tracker tells of every ticket it has. One that we don't know and should, its change feed will bring.
        return Heard.IGNORED
    names = [sha256(f"{connector}\n{event}".encode(errors="replace")).hexdigest() for event in touched.events]
    return Heard.TAKEN if memory.hear(hint, list(dict.fromkeys(names)), at=now) else Heard.DUPLICATE


def _hint(touched: Touched) -> Hint | None:
    if touched.incident_id is not None:
        return Hint(kind=HintKind.INCIDENT, subject=touched.incident_id)
    return Hint(kind=HintKind.TICKET, subject=touched.ticket_id) if touched.ticket_id is not None else None


def take_incident_hints(app: App, now: datetime) -> None:
    """Incidents that webhooks named are looked at anew. Called after the feed, which brings those that are new."""
    app.memory.forget_events(now - EVENTS_KEPT)
    hints = app.memory.hints(HintKind.INCIDENT)
    if not hints:
        return
    ids = [hint.subject for hint in hints]
    # What happens to an incident that was merged away is told by the one that took it over.
    targets = {head.merged_into for head in app.memory.incidents(ids).values() if head.merged_into}
    with app.memory.transaction():
        app.memory.mark({*ids, *targets}, stale=True)
        app.memory.settle_hints(hints)


def take_ticket_hints(app: App, take: Callable[[list[Ticket]], None], now: datetime) -> None:
    """Tickets that webhooks named are read by id, because the search may not show yet what a webhook told.

    Hints never conclude that a ticket is gone: that is the sweep's to say, with its guard, so it is asked for. They
    stay when the tracker can't be read.
    """
    hints = app.memory.hints(HintKind.TICKET)
    if not hints:
        return
    read = app.tracker.read([hint.subject for hint in hints])
    ours = app.memory.items_with_tickets(ticket.id for ticket in read.found)
    take([ticket for ticket in read.found if ticket.id in ours or app.house.namespace in ticket.labels])
    if app.memory.tickets(read.missing):
        ask_sweep(app.memory, app.tracker_name, now)
    app.memory.settle_hints(hints)


def ask_sweep(memory: Memory, side: str, now: datetime) -> bool:
    """Have the next cycle sweep a side; False when somebody asked within the hour."""
    with memory.transaction():
        asked = memory.noted(_asked(side))
        if asked and abs(now - datetime.fromisoformat(asked)) < SWEEP_ASKED_EVERY:
            return False
        memory.note_down(_asked(side), now.isoformat())
        return True


def sweep_asked(memory: Memory, side: str) -> str | None:
    """The ask that no sweep has answered yet."""
    asked = memory.noted(_asked(side))
    return asked if asked != memory.noted(_answered(side)) else None


def sweep_done(memory: Memory, side: str, asked: str | None) -> None:
    """The sweep that somebody asked for came off; one that was asked for meanwhile is still due."""
    if asked:
        memory.note_down(_answered(side), asked)


def _asked(side: str) -> str:
    return f"sweep.asked.{side}"


def _answered(side: str) -> str:
    return f"sweep.answered.{side}"
