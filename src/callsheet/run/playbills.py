"""Post-mortems as people look at them: the list of all, and one with its document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from callsheet.model.incident import Incident
from callsheet.model.memory import OpenedPostmortem, PromiseCount
from callsheet.run.ports import Memory
from callsheet.run.shapes import IncidentHead, Listed, Row, Told

NONE = PromiseCount()


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """One line of the list. `status` is the document's: draft, in review, final; or waived."""

    incident: Incident
    status: str
    because: str | None
    promised: int
    done: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbill:
    """One incident. `text` is the document as it lies published; None: not there yet.

    `places` are where people write in it: paths or addresses. Its promises are in `views`, its timeline in `reviewing`.
    """

    incident: Incident
    text: str | None
    waived_because: str | None
    places: tuple[str, ...] = ()


def billings(memory: Memory, today: date) -> tuple[Billing, ...]:
    """Every incident whose post-mortem was opened or waived, the latest first."""
    opened = {each.incident_id: each for each in memory.every_postmortem()}
    heads, counted = memory.incidents(opened), memory.promise_counts(today)
    said = memory.findings(opened)
    billed = [
        _billing(head, opened[id_], said[id_].status if id_ in said else "", counted.get(id_, NONE))
        for id_, head in heads.items()
        if head.merged_into is None
    ]
    return tuple(sorted(billed, key=lambda each: (each.incident.created_at, each.incident.id), reverse=True))


def _billing(head: Incident, opened: OpenedPostmortem, status: str, counted: PromiseCount) -> Billing:
    return Billing(
        incident=head,
        status="waived" if opened.waived_because else status or "draft",
        because=opened.waived_because,
        promised=counted.promised,
        done=counted.promised - counted.open,
        overdue=counted.overdue,
    )


def playbill(memory: Memory, incident: Incident) -> Playbill:
    """What there is of an incident's post-mortem."""
    held = memory.publications([incident.id])
    opened = memory.postmortem(incident.id)
    return Playbill(
        incident=incident,
        text=next(iter(held.values())).current if held else None,
        waived_because=opened.waived_because if opened else None,
        places=tuple(each.location for each in held.values() if each.location),
    )


def listed(each: Billing) -> Listed:
    """A line of the list, as programs read it."""
    return {
        "incident": head_of(each.incident),
        "status": each.status,
        "waived_because": each.because,
        "promised": each.promised,
        "settled": each.done,
        "overdue": each.overdue,
    }


def as_json(found: Playbill, stands: Sequence[str], promises: Sequence[Row]) -> Told:
    """One incident, as programs read it."""
    return {
        "incident": head_of(found.incident),
        "stands": list(stands),
        "waived_because": found.waived_because,
        "document": found.text,
        "items": list(promises),
    }


def head_of(incident: Incident) -> IncidentHead:
    """An incident's head, as programs read it."""
    return {
        "id": incident.id,
        "number": incident.number,
        "title": incident.title,
        "url": incident.url,
        "status": incident.status,
        "priority": incident.priority.name if incident.priority else None,
        "service": incident.service.name,
        "team": incident.teams[0].name if incident.teams else None,
        "created_at": incident.created_at.isoformat(),
        "resolved_at": incident.resolved_at.isoformat() if incident.resolved_at else None,
    }
