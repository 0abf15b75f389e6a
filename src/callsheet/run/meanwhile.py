"""Whether people changed the tickets that a round is about to write to: asked for all at once, shortly before."""

from collections.abc import Iterable

from callsheet.model.effect import Effect, TransitionTicket, UpdateTicket
from callsheet.model.ticket import Ticket
from callsheet.run.app import App
from callsheet.run.hints import ask_sweep

# In seconds. With a hundred tickets to a request, looking again costs little.
FRESH_READ = 60.0


class ChangedMeanwhile:
    """The tickets that are no longer as plan saw them: the tracker wins, and the next round compares anew.

    The search that plan went by lags, so a person may have been there since. All are read at once, past the index, and
    what they are now is remembered. Nothing is written to one that can't be seen. When a round takes longer than
    FRESH_READ they are read once more: a write never goes by an older look than that.
    """

    def __init__(self, effects: Iterable[Effect], app: App) -> None:
        writes = (effect for effect in effects if isinstance(effect, UpdateTicket | TransitionTicket))
        self._ids = tuple(dict.fromkeys(effect.ticket_id for effect in writes))
        self._app = app
        self._changed: frozenset[str] = frozenset()
        self._read_at: float | None = None
        # Those that could not be seen: planning the same again in this cycle would find no more.
        self.unseen: frozenset[str] = frozenset()

    def __call__(self, ticket_id: str) -> bool:
        """Whether a person changed this one."""
        now = self._app.clock.monotonic()
        if self._read_at is None or now - self._read_at > FRESH_READ:
            self._look()
            self._read_at = now
        return ticket_id in self._changed

    def _look(self) -> None:
        known = self._app.memory.tickets(self._ids)
        read = self._app.tracker.read(self._ids)
        self._app.memory.save_tickets(read.found)
        self.unseen |= frozenset(read.missing)
        self._miss(read.missing)
        found = self._app.memory.as_kept(read.found)
        changed = (t.id for t in found if t.id not in known or _said(t) != _said(known[t.id]))
        self._changed |= frozenset((*changed, *read.missing))

    def _miss(self, ids: tuple[str, ...]) -> None:
        """Whether those of open items are gone is for the sweep to say, and its guard; it reads no others."""
        now, items = self._app.clock.now(), self._app.memory.items_with_tickets(ids)
        swept = {id_ for id_ in ids if id_ in items and items[id_].open}
        if swept:
            ask_sweep(self._app.memory, self._app.tracker_name, now)
        self._app.memory.ticket_gone([id_ for id_ in ids if id_ not in swept], now)


def _said(ticket: Ticket) -> tuple[object, ...]:
    """What both sides may change. A status that we have not seen yet is that of a ticket that we have just made."""
    owner = ticket.owner.id if ticket.owner else None
    return ticket.title, owner, ticket.due_on, ticket.priority, ticket.category, ticket.resolution
