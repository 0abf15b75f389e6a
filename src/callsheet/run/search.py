"""What earlier tries to file may have left behind: one search for all of them, and none where nothing is unknown."""

from collections.abc import Iterable
from datetime import datetime

from callsheet.model.effect import Effect, FileTicket
from callsheet.model.ledger import IntentState
from callsheet.model.ticket import Ticket
from callsheet.run.app import App
from callsheet.run.intents import Seen


class LostAnswers:
    """The tickets of a round's filings whose answers were lost, searched for when the first of them is asked about."""

    def __init__(self, effects: Iterable[Effect], app: App) -> None:
        self._keys = {effect.key for effect in effects if isinstance(effect, FileTicket)}
        self._app = app
        self._seen: dict[str, Seen] = {}

    def __call__(self, marker: str) -> Seen:
        """The oldest ticket with this marker, as of the time of the search."""
        if marker not in self._seen:
            self._search(marker)
        return self._seen[marker]

    def _search(self, marker: str) -> None:
        unknown = self._app.memory.intents(IntentState.SENDING)
        markers = {marker, *(intent.marker for intent in unknown if intent.key in self._keys)}
        at = self._app.clock.now()
        found = self._app.tracker.find(sorted(markers))
        self._app.memory.save_tickets(found)
        self._seen |= {label: _oldest(label, found, at) for label in markers}


def _oldest(label: str, found: Iterable[Ticket], at: datetime) -> Seen:
    ids = (ticket.id for ticket in found if label in ticket.labels)
    return Seen(at=at, result=min(ids, key=lambda id_: (len(id_), id_), default=None))
