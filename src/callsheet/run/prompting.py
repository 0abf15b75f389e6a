"""The evidence of one incident, from the store alone, for the prompts."""

from datetime import datetime

from callsheet.model.incident import Incident
from callsheet.plan.publishing import postmortem_of
from callsheet.plan.rules import Rules
from callsheet.plan.snapshot import Case
from callsheet.review.evidence import Packet, packet
from callsheet.run.names import NotKnown
from callsheet.run.ports import Memory


def evidence_of(memory: Memory, incident: Incident, rules: Rules, now: datetime) -> Packet:
    """What is on record, numbered and fit to leave the house. NotKnown: nothing was gathered for a post-mortem."""
    found = memory.dossier(incident.id)
    items = memory.items_in(incident.id)
    case = Case(
        incident=incident,
        opened=memory.postmortem(incident.id),
        dossier=found[0] if found else None,
        items=items,
        tickets=memory.tickets(item.ticket_id for item in items if item.ticket_id),
        merged=memory.merged_into(incident.id),
    )
    told = postmortem_of(case, rules, now)
    if told is None:
        raise NotKnown(
            f"#{incident.number} has no post-mortem, so its timeline was not read; "
            f"`callsheet draft {incident.number}` and a cycle bring it"
        )
    return packet(told, [person.name for person in memory.people() if not person.machine])
