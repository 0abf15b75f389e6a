"""Silences: stretches of an incident in which nobody wrote or did anything that is on record, as beats of their own."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from callsheet.model.counted import counted
from callsheet.model.incident import Incident
from callsheet.model.postmortem import Beat
from callsheet.plan.beats import Moment

NOBODY = "Nobody"
# How a silence begins in words; the review knows it by them.
SILENT = "wrote or did anything that is on record for"


# | between two beats, longer than `after`              | then                                               |
# | people acted, only their entries were folded away   | each stretch between their entries is looked at    |
# | only the system went on, folded away                | a silence, with what the system did                |
# | nothing                                             | a silence                                          |
# | an end, and then a reopening                        | none: nobody had to say anything                   |
def with_silences(
    shown: Sequence[Moment], everything: Sequence[Moment], incident: Incident, after: timedelta
) -> tuple[Moment, ...]:
    """The shown moments with a beat for each silence that is longer than `after`, while the incident went on.

    `everything` is what happened, oldest first, nothing folded: a silence is one of the record, not of the screenplay.
    """
    doing = [moment.beat.at for moment in everything if moment.beat.by_person]
    machines = [moment.beat.at for moment in everything if not moment.beat.by_person]
    result: list[Moment] = []
    last: Moment | None = None
    for moment in shown:
        if last is not None and last.kind != "resolve" and _may_hold_one(last.beat.at, moment.beat.at, incident, after):
            inside = doing[bisect_right(doing, last.beat.at) : bisect_left(doing, moment.beat.at)]
            for since, until in _stretches((last.beat.at, *inside, moment.beat.at), after):
                alone = bisect_left(machines, until) - bisect_right(machines, since)
                result.append(_silence(since, until, alone))
        result.append(moment)
        last = moment
    return tuple(result)


def _may_hold_one(since: datetime, until: datetime, incident: Incident, after: timedelta) -> bool:
    during = incident.created_at <= since and (incident.resolved_at is None or until <= incident.resolved_at)
    return during and until - since > after


def _stretches(times: Sequence[datetime], after: timedelta) -> Iterator[tuple[datetime, datetime]]:
    return ((since, until) for since, until in pairwise(times) if until - since > after)


def _silence(since: datetime, until: datetime, alone: int) -> Moment:
    """`alone`: how many entries the system made meanwhile, all of them folded into other beats."""
    minutes = int((until - since).total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    length = f"{minutes} min" if minutes < 120 else f"{hours} h {rest} min" if rest else f"{hours} h"
    entries = counted(alone, "entry", "entries")
    system = f", though the system went on ({entries}, counted above)" if alone else ""
    return Moment(kind="silence", id="", beat=Beat(at=since, who=NOBODY, action=f"{SILENT} {length}{system}"))
