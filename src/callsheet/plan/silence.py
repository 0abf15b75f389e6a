"""Silences: stretches of an incident in which nothing happened that the record shows, as beats of their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from callsheet.model.incident import Incident
from callsheet.model.postmortem import Beat
from callsheet.plan.beats import Moment

NOBODY = "Nobody"


def with_silences(shown: Sequence[Moment], incident: Incident, after: timedelta) -> tuple[Moment, ...]:
    """The moments with a beat for each silence that is longer than `after`, while the incident went on."""
    start, end = incident.created_at, incident.resolved_at
    result: list[Moment] = []
    last: datetime | None = None
    for moment in shown:
        at = moment.beat.at
        # Between an end and a reopening nobody had to say anything.
        over = bool(result) and result[-1].kind == "resolve"
        if last is not None and start <= last and (end is None or at <= end) and at - last > after and not over:
            result.append(_silence(last, at))
        result.append(moment)
        last = at if last is None else max(last, at)
    return tuple(result)


def _silence(since: datetime, until: datetime) -> Moment:
    minutes = int((until - since).total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    length = f"{minutes} min" if minutes < 120 else f"{hours} h {rest} min" if rest else f"{hours} h"
    beat = Beat(at=since, who=NOBODY, action=f"wrote or did anything that is on record for {length}")
    return Moment(kind="silence", id="", beat=beat)
