"""Stage directions: what hour it was for each actor, and what else was going on around them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callsheet.model.incident import Dossier, Incident
from callsheet.model.memory import Page
from callsheet.model.postmortem import CastMember, Light, Neighbour, Part, Setting
from callsheet.plan.beats import Moment
from callsheet.plan.cast import on_call_of
from callsheet.plan.routing import priority_of
from callsheet.plan.snapshot import Surroundings

HOURS_BEFORE: Final = 12
SATURDAY: Final = 5
NIGHT_ENDS, NIGHT_BEGINS = 6, 22
# Priorities that draw people away from something else.
WEIGHTY: Final = ("P1", "P2")
# Who is on stage although no hour of theirs matters.
NOT_THERE: Final = frozenset({Part.OBSERVER, Part.EPILOGUE, Part.SYSTEM, Part.DEPLOY})


def setting(
    dossier: Dossier, moments: Sequence[Moment], cast: Sequence[CastMember], zone: str, around: Surroundings
) -> Setting:
    """The setting of one incident. `zone` is the team's IANA zone."""
    zones = {person.name: person.time_zone for person in dossier.people}
    on_call = on_call_of(tuple(moments))
    names = {moment.person: moment.beat.who for moment in moments if moment.person}
    names |= {ref.id: ref.name for moment in moments for ref in moment.reached if ref.id not in names}
    return Setting(
        lights=tuple(
            Light(name=member.name, at=_there(member.entered_at, zones.get(member.name)))
            for member in cast
            if member.part not in NOT_THERE and member.entered_at
        ),
        weekend=dossier.incident.created_at.astimezone(zone_of(zone) or UTC).weekday() >= SATURDAY,
        beside=tuple(neighbour(other) for other in around.beside if _weighs(other, dossier.incident)),
        beside_small=sum(not _weighs(other, dossier.incident) for other in around.beside),
        on_call=names.get(on_call or ""),
        pages_before=_pages(dossier, on_call, around.pages) if on_call else None,
        hours_before=HOURS_BEFORE,
    )


def neighbour(incident: Incident) -> Neighbour:
    """What another incident's document tells of it."""
    return Neighbour(
        number=incident.number,
        title=incident.title,
        url=incident.url,
        service=incident.service.name,
        priority=incident.priority.name if incident.priority else None,
    )


def _weighs(other: Incident, incident: Incident) -> bool:
    """Whether an incident may have mattered to this one: of P1 or P2 by its rank, or on the same service."""
    return other.service.id == incident.service.id or priority_of(other) in WEIGHTY


def _there(at: datetime | None, zone: str | None) -> datetime | None:
    place = zone_of(zone)
    return at.astimezone(place) if at and place else None


def zone_of(name: str | None) -> tzinfo | None:
    """The zone of that IANA name; None where there is none that this machine knows."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _pages(dossier: Dossier, person: str, pages: Sequence[Page]) -> int:
    start = dossier.incident.created_at
    since = start - timedelta(hours=HOURS_BEFORE)
    return len(
        {
            page.incident_id
            for page in pages
            if page.person_id == person and page.incident_id != dossier.incident.id and since <= page.at < start
        }
    )


def at_night(light: Light) -> bool:
    """Whether it was between 22:00 and 6:00 for this actor; False where nobody knows."""
    return light.at is not None and not NIGHT_ENDS <= light.at.hour < NIGHT_BEGINS
