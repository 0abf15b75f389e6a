"""What had been promised on a service before an incident began there: the repeats of a season. Beside `season`."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from callsheet.model.action_item import ActionItem, Fix, ItemStatus
from callsheet.model.incident import Incident

if TYPE_CHECKING:
    from callsheet.plan.season import Promise


class Earlier:
    """Promises by service, for asking what had been promised there before an incident began."""

    def __init__(self, promises: Iterable["Promise"]) -> None:
        self._of: dict[str, list[Promise]] = {}
        for promise in promises:
            self._of.setdefault(promise.incident.service.id, []).append(promise)
        self._with_stopgap = {
            service for service, given in self._of.items() if any(p.item.fix is Fix.STOPGAP for p in given)
        }

    def than(self, incident: Incident) -> Iterator["Promise"]:
        """What was promised after other incidents on the same service, before this one began."""
        given = self._of.get(incident.service.id, ())
        return (p for p in given if p.incident.id != incident.id and p.item.noted_at < incident.created_at)

    def has_stopgap(self, incident: Incident) -> bool:
        """Whether anything on its service is a stopgap: mostly not, and then there is nothing to compare."""
        return incident.service.id in self._with_stopgap


def on_open_promise(incident: Incident, earlier: Earlier) -> bool:
    """Whether something promised after an earlier incident there was still open."""
    return any(_open_at(promise.item, incident.created_at) for promise in earlier.than(incident))


def after_stopgap(incident: Incident, earlier: Earlier) -> bool:
    """Whether an earlier incident there was answered by a stopgap, and no root fix of it was done."""
    if not earlier.has_stopgap(incident):
        return False
    done = [promise for promise in earlier.than(incident) if _done_by(promise.item, incident.created_at)]
    mended = {promise.incident.id for promise in done if promise.item.fix is Fix.ROOT}
    return any(promise.item.fix is Fix.STOPGAP and promise.incident.id not in mended for promise in done)


def _open_at(item: ActionItem, at: datetime) -> bool:
    return item.open or (item.closed_at is not None and item.closed_at > at)


def _done_by(item: ActionItem, at: datetime) -> bool:
    return item.status is ItemStatus.DONE and item.closed_at is not None and item.closed_at <= at
