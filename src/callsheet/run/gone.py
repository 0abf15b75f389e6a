"""Promises whose tickets the tracker no longer shows, as the sweep has found and the guard believed it."""

from collections.abc import Mapping
from datetime import datetime

from callsheet.model.ledger import LedgerEntry, Outcome
from callsheet.model.ticket import Ticket
from callsheet.run.app import App


def lose(app: App, missing: tuple[str, ...], before: Mapping[str, Ticket], now: datetime) -> None:
    """Told once in the ledger, and from then on wherever they are shown. `before` are the tickets known until now."""
    items = app.memory.items_with_tickets(missing)
    with app.memory.transaction():
        app.memory.ticket_gone(missing, now)
        app.memory.mark({item.incident_id for item in items.values()})
        app.memory.write_ledger(
            LedgerEntry(
                at=now,
                event="ticket.gone",
                effect="Sweep",
                key=f"gone:{item.key}",
                reason="the tracker no longer shows the ticket",
                outcome=Outcome.DONE,
                subject=item.key,
                detail=f"{before[id_].key}; nothing was changed",
            )
            for id_, item in items.items()
            if id_ in before
        )
