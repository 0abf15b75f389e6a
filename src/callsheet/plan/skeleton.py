"""The skeleton: from everything that is known about an incident to the parts of its post-mortem, pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from callsheet.model.incident import Dossier, Incident, Link
from callsheet.model.postmortem import Beat, Impact, Postmortem, SheetRow
from callsheet.plan.beats import Moment, moments, names
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
MOST_TIMES: Final = 8


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
        questions=(*PROMPTS, *_actor_questions(beats(shown))),
        call_sheet=call_sheet,
        links=tuple(_links(dossier, ours))[:MOST_LINKS],
        merged=merged,
    )


def _impact(dossier: Dossier, everything: Sequence[Moment]) -> Impact:
    incident = dossier.incident
    return Impact(
        started_at=incident.created_at,
        ended_at=incident.resolved_at,
        duration=incident.duration,
        service=incident.service.name,
        teams=tuple(team.name for team in incident.teams),
        urgency=incident.urgency,
        priority=incident.priority.name if incident.priority else None,
        first_response_after=_first_response(incident, everything),
        responders=len(acted(everything)),
        alerts=len(dossier.alerts),
        status_updates=tuple(update.message for update in sorted(dossier.status_updates, key=lambda update: update.at)),
    )


def _first_response(incident: Incident, everything: Sequence[Moment]) -> timedelta | None:
    """From the start to the first act of a person; triggering by hand is no response."""
    return next(
        (
            moment.beat.at - incident.created_at
            for moment in everything
            if moment.person and moment.kind != "trigger" and moment.beat.at >= incident.created_at
        ),
        None,
    )


def _actor_questions(shown: Iterable[Beat]) -> Iterator[str]:
    """One question for each actor, with the moments that it is about."""
    open_moments: dict[str, list[datetime]] = {}
    for beat in shown:
        if beat.question:
            open_moments.setdefault(beat.who, []).append(beat.at)
    for who, times in open_moments.items():
        clocks = list(dict.fromkeys(_clock(at, times[0]) for at in times))
        more = len(clocks) - MOST_TIMES
        if more > 0:
            clocks = [*clocks[:MOST_TIMES], f"{more} other moment{'s' if more > 1 else ''}"]
        yield f"{who}: what did you believe at {names(clocks)} (UTC)? The record does not say."


def _clock(at: datetime, first: datetime) -> str:
    """The time of day; with its date where it might be taken for another day's."""
    moment = at.astimezone(UTC)
    return f"{moment:%H:%M}" if at - first < timedelta(hours=20) else f"{moment:%H:%M on %Y-%m-%d}"


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
