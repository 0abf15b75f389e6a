"""The post-mortem as it stands, from the store alone, for what is made of it beside the document."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from callsheet.model.incident import Incident
from callsheet.model.postmortem import Postmortem
from callsheet.plan.meaning import Reading
from callsheet.plan.publishing import postmortem_of
from callsheet.plan.review_time import DAYS_AHEAD
from callsheet.plan.routing import calendar_for
from callsheet.plan.rules import Rules
from callsheet.plan.snapshot import Case
from callsheet.plan.staging import staging
from callsheet.run.ports import Memory


def drawn(
    memory: Memory,
    incident: Incident,
    rules: Rules,
    now: datetime,
    *,
    opened_at: datetime | None = None,
    promises: bool = True,
) -> Postmortem | None:
    """The value that the document is made of; None where none was opened, or nothing was gathered yet.

    Without `promises` it has no call sheet, and nothing that follows from one: for a page that shows them live.
    """
    opened = memory.postmortem(incident.id)
    found = memory.dossier(incident.id)
    case = Case(
        incident=incident,
        opened=replace(opened, opened_at=opened_at) if opened and opened_at else opened,
        dossier=found[0] if found else None,
        items=memory.items_in(incident.id) if promises else (),
        merged=memory.merged_into(incident.id),
        publications={publisher: held for (publisher, _), held in memory.publications([incident.id]).items()},
    )
    reading = Reading(rules=rules, people=memory.people(), namespace="", now=now, first_cycle_at=now)
    zone = ZoneInfo(calendar_for(incident, rules).zone)
    return postmortem_of(case, rules, now, staging(case, reading, now.astimezone(zone).date(), zone))


def invited_anew(memory: Memory, incident: Incident, rules: Rules, now: datetime) -> Postmortem | None:
    """The post-mortem, with an hour for its review as if it was opened today."""
    return drawn(memory, incident, rules, now, opened_at=now)


def no_hour(memory: Memory, postmortem: Postmortem, rules: Rules) -> str:
    """Why its review has no time, and what to do: who would come, by the clock that they live by."""
    review = postmortem.review
    if not review.invited:
        return "Nobody had a part in it who could be invited: agree on a time and on who comes by hand."
    clocks = {person.name: person.time_zone for person in memory.people() if person.time_zone}
    team = calendar_for(postmortem.incident, rules).zone
    by_zone: dict[str, list[str]] = {}
    for guest in review.invited:
        by_zone.setdefault(clocks.get(guest.name) or team, []).append(guest.name)
    where = "; ".join(f"{', '.join(names)} in {zone}" for zone, names in by_zone.items())
    return (
        f"No {review.minutes} minutes of the {DAYS_AHEAD} business days after {postmortem.opened_on.isoformat()} lie "
        f"in everyone's working hours ({rules.nudge.opens:%H:%M} to {rules.nudge.closes:%H:%M} of "
        f"their own clocks, without holidays and days away): {where}. "
        "Agree on a time by hand, outside somebody's hours or with fewer people."
    )
