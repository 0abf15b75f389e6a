"""On which days an item's owner hears of it, and from when others do. Between `workdays` and `nudging`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from callsheet.model.action_item import ActionItem, Owner
from callsheet.model.incident import Incident
from callsheet.model.nudge import Told
from callsheet.plan.due import add_business_days
from callsheet.plan.meaning import Reading, fallback_owner
from callsheet.plan.routing import calendar_for
from callsheet.plan.rules import Calendar, NudgeRules
from callsheet.plan.snapshot import House
from callsheet.plan.workdays import Desk, desk_of, moved

FALLBACK, TEAM = "fallback", "team"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An escalation: to whom, from which day on, and at whose desk. `to` is None for the team's channel."""

    name: str
    on: date
    to: Owner | None
    desk: Desk


def remindable(item: ActionItem) -> bool:
    """Whether there is anything to remind of: an open item with a ticket that nobody holds back."""
    return item.open and item.ticket_id is not None and item.hold is None


def anchor_of(item: ActionItem) -> date | None:
    """The day that the ladder stands on: the due date, or the end of a snooze that is later."""
    days = [day for day in (item.terms.due_on, item.snoozed_until) if day]
    return max(days) if item.terms.due_on else None


@lru_cache(maxsize=8192)
def rungs(anchor: date, ladder: tuple[int, ...], calendar: Calendar) -> tuple[date, ...]:
    """The days of the ladder's rungs, in order. A due date on a free day counts as the next business day."""
    return tuple(sorted({moved(anchor, days, calendar) for days in ladder}))


def next_day(item: ActionItem, told: Told, desk: Desk, rules: NudgeRules) -> date | None:
    """The day from which the owner should hear of the item next; None when they need not.

    | last heard           | then                                                        |
    |----------------------|-------------------------------------------------------------|
    | never                | the first rung; it may lie in the past: then at once        |
    | before the last rung | the next rung                                               |
    | after the last rung  | a week later, if the policy wants it weekly                 |
    | snoozed              | as if never, on a ladder without rungs before the snooze's end |

    A comment or a step by the owner counts as having heard.
    """
    anchor = anchor_of(item)
    if anchor is None or not rules.ladder:
        return None
    days = rungs(anchor, rules.ladder, desk.calendar)
    heard = last_heard(item, told, desk)
    if item.snoozed_until:
        days = tuple(day for day in days if day >= item.snoozed_until) or (item.snoozed_until,)
        heard = heard if heard and heard >= item.snoozed_until else None
    return next_rung(days, heard, desk, rules)


def next_rung(days: Sequence[date], heard: date | None, desk: Desk, rules: NudgeRules) -> date | None:
    """The day on the ladder after the one on which they last heard of it; None after the last where nothing follows."""
    if heard is None:
        return days[0]
    ahead = next((day for day in days if day > heard), None)
    if ahead is None and rules.weekly:
        return add_business_days(max(heard, days[-1]) + _WEEK, 0, desk.calendar)
    return ahead


def last_heard(item: ActionItem, told: Told, desk: Desk) -> date | None:
    """The owner's local day on which they last heard of it, or said something about it."""
    days = [told.told_on, desk.today(item.alive_at) if item.alive_at else None]
    return max((day for day in days if day), default=None)


def steps(
    item: ActionItem,
    told: Told,
    owner: Owner | None,
    incident: Incident,
    reading: Reading,
    house: House,
) -> tuple[Step, ...]:
    """The escalations that are still to come, whether their day has come or not."""
    anchor, rules = anchor_of(item), reading.rules.nudge
    if anchor is None:
        return ()
    team = calendar_for(incident, reading.rules)
    calendar = desk_of(owner, team, rules).calendar
    fallback = other_than(owner, fallback_owner(incident, reading))
    found = []
    if rules.fallback_after is not None and fallback and FALLBACK not in told.steps:
        on = moved(anchor, rules.fallback_after, calendar)
        found.append(Step(name=FALLBACK, on=on, to=fallback, desk=desk_of(fallback, team, rules)))
    if rules.team_after is not None and house.has_team_channel and TEAM not in told.steps:
        on = moved(anchor, rules.team_after, calendar)
        found.append(Step(name=TEAM, on=on, to=None, desk=desk_of(None, team, rules)))
    return tuple(found)


def other_than(owner: Owner | None, fallback: Owner | None) -> Owner | None:
    """The fallback owner, unless they are the owner themselves."""
    if owner is None or fallback is None:
        return None
    same = owner.name == fallback.name or (owner.email and owner.email.casefold() == (fallback.email or "").casefold())
    return None if same else fallback


def wake_at(
    item: ActionItem, told: Told, owner: Owner | None, incident: Incident, reading: Reading, house: House
) -> datetime | None:
    """The moment from which plan has to look at the item; None when there is nothing to remind of.

    In working hours of whoever would hear of it, so that a night costs nothing.
    """
    if not remindable(item):
        return None
    if told.struck_by:
        return _LONG_AGO
    rules = reading.rules.nudge
    desk = desk_of(owner, calendar_for(incident, reading.rules), rules)
    moments = [step.desk.opens_at(step.on) for step in steps(item, told, owner, incident, reading, house)]
    day = next_day(item, told, desk, rules)
    if day:
        moments.append(desk.opens_at(day))
    news_on = new_on(item, told, house, rules)
    if news_on and (item.handed_over or not item.snoozed_until):
        moments.append(desk.opens_at(news_on))
    return min(moments, default=None)


def new_on(item: ActionItem, told: Told, house: House, rules: NudgeRules) -> date | None:
    """The day from which the owner should hear that it is theirs; None when they need not.

    | became theirs            | then                                                                     |
    |--------------------------|--------------------------------------------------------------------------|
    | as the fallback owner's, | at once, and all such in one digest; also where tickets are the channel  |
    | since somebody has left  |                                                                          |
    | otherwise                | with the next day's digest; where tickets are the channel it is known    |
    """
    if told.given_on is None or item.handed_over:
        return told.given_on
    return told.given_on + _DAY if rules.new_items and house.has_notifier else None


def rearmed(item: ActionItem, told: Told, *, today: date, filed_by_us: bool) -> Told | None:
    """What counts as said now that the item is as it is; None when nothing changed that it was said on. First match:

    | changed                 | then                                                                      |
    |-------------------------|---------------------------------------------------------------------------|
    | the ticket              | the ladder begins; the owner of one that we filed hears that it is theirs |
    | the owner               | the ladder begins anew for them, and they hear that it is theirs          |
    | the due date, to ahead  | the ladder of the new date, from tomorrow on: who moved it knows. What    |
    |                         | struck the service while it was overdue is no news any more               |
    | the due date, to past   | the ladder begins anew                                                    |
    | reopened                | the ladder begins anew                                                    |
    | closed, snoozed, a sign | what was said stands: `next_day` counts the rest                          |
    """
    after = replace(told, **_state(item))
    if after == told:
        return None
    given = item.terms.owner is not None
    if item.ticket_id != told.ticket_id:
        return replace(after, told_on=None, given_on=today if filed_by_us and given else None, steps=(), struck_by=None)
    if item.terms.owner != told.owner:
        return replace(after, told_on=None, given_on=today if given else None)
    if item.terms.due_on != told.due_on:
        ahead = item.terms.due_on is not None and item.terms.due_on >= today
        struck_by = None if ahead else told.struck_by
        return replace(after, told_on=today if ahead else None, steps=_lasting(told.steps), struck_by=struck_by)
    if item.open and not told.open:
        return replace(after, told_on=None, given_on=None, steps=_lasting(told.steps))
    return after


def _state(item: ActionItem) -> dict[str, Any]:
    return {
        "ticket_id": item.ticket_id,
        "owner": item.terms.owner,
        "due_on": item.terms.due_on,
        "open": item.open,
        "snoozed_until": item.snoozed_until,
        "alive_at": item.alive_at,
    }


def _lasting(done: tuple[str, ...]) -> tuple[str, ...]:
    """An incident was told of once and for all; the steps by time begin anew with the date."""
    return tuple(step for step in done if step not in {FALLBACK, TEAM})
