"""Whose account was deactivated: noticed in tickets that are read, and heeded for all that is theirs at once."""

from collections.abc import Iterable

from callsheet.model.ticket import Ticket
from callsheet.run.app import App

LEFT = "left"


def note_leavers(app: App, tickets: Iterable[Ticket]) -> None:
    """Take in who has left, or is there again; plan then looks at all their open promises in this very cycle.

    A tracker tells it with each ticket, and a search shows only some of them: one message should have them all.
    """
    told = {ticket.owner.id: ticket.owner.left for ticket in tickets if ticket.owner}
    known = app.memory.recall(LEFT, bool)
    news = {account: left for account, left in told.items() if known.get(account, False) != left}
    if not news:
        return
    app.memory.remember(LEFT, news, app.clock.now())
    app.memory.mark({item.incident_id for item in app.memory.items() if item.terms.owner in news})


def leavers(app: App) -> frozenset[str]:
    """The accounts that nobody is behind any more."""
    return frozenset(account for account, left in app.memory.recall(LEFT, bool).items() if left)
