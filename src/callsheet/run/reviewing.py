"""The post-mortem as it stands, from the store alone, for what is made of it beside the document."""

from datetime import datetime
from zoneinfo import ZoneInfo

from callsheet.model.incident import Incident
from callsheet.model.postmortem import Postmortem
from callsheet.plan.meaning import Reading
from callsheet.plan.publishing import postmortem_of
from callsheet.plan.routing import calendar_for
from callsheet.plan.rules import Rules
from callsheet.plan.snapshot import Case
from callsheet.plan.staging import staging
from callsheet.run.ports import Memory


def drawn(memory: Memory, incident: Incident, rules: Rules, now: datetime) -> Postmortem | None:
    """The value that the document is made of; None where none was opened, or nothing was gathered yet."""
    found = memory.dossier(incident.id)
    case = Case(
        incident=incident,
        opened=memory.postmortems([incident.id]).get(incident.id),
        dossier=found[0] if found else None,
        items=memory.items_of([incident.id]).get(incident.id, ()),
        merged=memory.merged_into(incident.id),
    )
    reading = Reading(rules=rules, people=memory.people(), namespace="", now=now, first_cycle_at=now)
    zone = ZoneInfo(calendar_for(incident, rules).zone)
    return postmortem_of(case, rules, now, staging(case, reading, now.astimezone(zone).date(), zone))
