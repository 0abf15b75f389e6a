"""The skeleton: from everything that is known about an incident to the parts of its post-mortem, pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

from callsheet.model.incident import Dossier, Incident, Link
from callsheet.model.postmortem import Impact, Postmortem, SheetRow
from callsheet.plan.beats import Moment, moments, within
from callsheet.plan.cast import acted, cast
from callsheet.plan.fold import ask, beats, fold
from callsheet.plan.plot import plot

PROMPTS: Final = (
    "What went well, and what made it go well?",
    "Where did we get lucky?",
    "What could have made this go better?",
    "How could we have noticed sooner?",
    "What in the way we work made this possible, and made it seem reasonable at the time?",
    "Which fact would have helped most, and when would it have helped?",
)
URL: Final = re.compile(r"https?://[^\s<>\"'`]+")
TRAILING: Final = ".,;:!?)]}"
MOST_LINKS: Final = 20


def _nothing(_: str) -> bool:
    return False


def skeleton(
    dossier: Dossier,
    *,
    zone: str,
    opened_on: date,
    call_sheet: tuple[SheetRow, ...],
    merged: tuple[Incident, ...] = (),
    ours: Callable[[str], bool] = _nothing,
) -> Postmortem:
    """Draw up a post-mortem. The same dossier gives the same value, in whatever order its parts came.

    `zone` is the team's IANA zone, `merged` are the incidents that ended in this one, and `ours` tells a text that
    Callsheet itself wrote: that is never a source of beats or beliefs.
    """
    everything = moments(dossier, merged, ours)
    shown = ask(fold(everything), dossier.incident.resolved_at)
    return Postmortem(
        incident=dossier.incident,
        opened_on=opened_on,
        time_zone=zone,
        impact=_impact(dossier, everything),
        cast=cast(dossier, everything),
        beats=beats(shown),
        plot=plot(dossier, everything, shown),
        questions=PROMPTS,
        call_sheet=call_sheet,
        links=tuple(_links(dossier, ours))[:MOST_LINKS],
        merged=merged,
    )


def _impact(dossier: Dossier, everything: Sequence[Moment]) -> Impact:
    incident = dossier.incident
    during = within(incident, everything)
    first = _first_response(during)
    teams = {team.id for team in incident.teams}
    took_part = acted(during)
    reached = {ref.id for moment in during for ref in moment.reached if ref.id not in teams}
    return Impact(
        started_at=incident.created_at,
        ended_at=incident.resolved_at,
        duration=incident.duration,
        service=incident.service.name,
        teams=tuple(team.name for team in incident.teams),
        urgency=incident.urgency,
        priority=incident.priority.name if incident.priority else None,
        first_response_after=first.beat.at - incident.created_at if first else None,
        first_response_by=first.beat.who if first else None,
        responders=len(took_part),
        called=len(took_part | reached),
        alerts=len(dossier.alerts),
        status_updates=tuple(sorted(dossier.status_updates, key=lambda update: update.at)),
    )


def _first_response(during: Sequence[Moment]) -> Moment | None:
    """The first act of a person, be it a note or an acknowledgement; triggering by hand is no response."""
    return next((moment for moment in during if moment.person and moment.kind != "trigger"), None)


def _links(dossier: Dossier, ours: Callable[[str], bool]) -> Iterator[Link]:
    """Where to look: the links of alerts and changes, and the addresses in notes; each address once."""
    known: set[str] = set()
    for link in _all_links(dossier, ours):
        if link.url not in known:
            known.add(link.url)
            yield link


def _all_links(dossier: Dossier, ours: Callable[[str], bool]) -> Iterator[Link]:
    for alert in sorted(dossier.alerts, key=lambda alert: (alert.at, alert.id)):
        yield from alert.links
    for change in sorted(dossier.changes, key=lambda change: (change.at, change.id)):
        yield from change.links
    for note in sorted(dossier.notes, key=lambda note: (note.created_at, note.id)):
        if not ours(note.text):
            for match in URL.finditer(note.text):
                url = match[0].rstrip(TRAILING)
                yield Link(url=url, text=url)
