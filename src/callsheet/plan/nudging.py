"""Who hears of what now: one digest for each person and local day, in their working hours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from callsheet.model.action_item import ActionItem, Owner
from callsheet.model.effect import Reason, SendNudge
from callsheet.model.incident import Incident
from callsheet.model.nudge import TICKET, Digest, NudgeLine, Recipient, Rung, Told
from callsheet.model.ticket import Ticket
from callsheet.plan.drafts import draft_line, unfinished
from callsheet.plan.handover import why_handed
from callsheet.plan.ladder import TEAM, last_heard, new_on, next_day, other_than, remindable, steps
from callsheet.plan.meaning import Reading, fallback_owner
from callsheet.plan.owners import known_as
from callsheet.plan.routing import calendar_for, route_for
from callsheet.plan.rules import Calendar
from callsheet.plan.snapshot import House, Snapshot
from callsheet.plan.workdays import desk_of

# How the recipient of an item without any owner is named: the ticket itself is reminded.
UNOWNED = "ticket:"
STRUCK = "incident:"
_AS_FALLBACK = "the fallback owner: "
_URGENCY = (
    Rung.STRUCK,
    Rung.ESCALATED,
    Rung.OVERDUE,
    Rung.DUE_TODAY,
    Rung.GONE,
    Rung.HANDED,
    Rung.DUE_SOON,
    Rung.DRAFT,
    Rung.NEW,
)
# These are no reason to write on a ticket.
_QUIET = (Rung.DRAFT, Rung.NEW)
_REASONS = {
    Rung.STRUCK: Reason.STRUCK_AGAIN,
    Rung.ESCALATED: Reason.ESCALATED,
    Rung.OVERDUE: Reason.OVERDUE,
    Rung.DUE_TODAY: Reason.DUE_TODAY,
    Rung.GONE: Reason.TICKET_GONE,
    Rung.HANDED: Reason.OWNER_LEFT,
    Rung.DUE_SOON: Reason.DUE_SOON,
    Rung.DRAFT: Reason.UNFINISHED,
    Rung.NEW: Reason.NEWLY_YOURS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """One line for one reader, on their own date."""

    line: NudgeLine
    to: Recipient
    today: date
    channel: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    """An item that somebody may have to hear of, and all that is known around it. `ticket` is None once it is gone."""

    item: ActionItem
    told: Told
    incident: Incident
    ticket: Ticket | None
    owner: Owner | None
    why: str | None
    calendar: Calendar
    struck_by: Incident | None


def nudges(snapshot: Snapshot, reading: Reading) -> tuple[SendNudge, ...]:
    """One digest for each person who should hear of something, is at work, and had none on their own date yet."""
    if snapshot.hushed_until and snapshot.now < snapshot.hushed_until:
        return ()
    found: dict[str, list[_Due]] = {}
    for matter in _matters(snapshot, reading):
        for due in _lines(matter, snapshot, reading):
            found.setdefault(due.to.id, []).append(due)
    for due in _drafts(snapshot, reading):
        found.setdefault(due.to.id, []).append(due)
    return tuple(_digest(due, has_notifier=snapshot.house.has_notifier) for _, due in sorted(found.items()))


def _drafts(snapshot: Snapshot, reading: Reading) -> Iterator[_Due]:
    """Documents that nobody finished, for those who could."""
    for case in snapshot.cases:
        draft = unfinished(case, reading, snapshot.house)
        line = draft_line(draft, snapshot.now, snapshot.house) if draft else None
        if draft is None or line is None:
            continue
        to, today = person_of(draft.owner), draft.desk.today(snapshot.now)
        if (to.id, today) not in snapshot.taken_days:
            yield _Due(line=line, to=to, today=today, channel=route_for(case.incident, reading.rules).channel)


def _matters(snapshot: Snapshot, reading: Reading) -> Iterator[_Matter]:
    emails = _emails(snapshot)
    for item in snapshot.nudgeable:
        incident, ticket = (
            snapshot.nudge_incidents.get(item.incident_id),
            snapshot.nudge_tickets.get(item.ticket_id or ""),
        )
        # Of a ticket that is gone a comment can't tell.
        if incident is None or not remindable(item) or (ticket is None and not snapshot.house.has_notifier):
            continue
        owner, why = listener(item, incident, reading)
        told = snapshot.told.get(item.key, Told(item_key=item.key))
        yield _Matter(
            item=item,
            told=told,
            incident=incident,
            ticket=ticket,
            owner=whole(owner, emails, reading),
            why=why,
            calendar=calendar_for(incident, reading.rules),
            struck_by=snapshot.nudge_incidents.get(told.struck_by or "") if ticket else None,
        )


def listener(item: ActionItem, incident: Incident, reading: Reading) -> tuple[Owner | None, str | None]:
    """The owner; where there is none, the route's fallback, told why."""
    if item.owner and (item.owner.account or item.owner.email):
        return item.owner, _why_fallback(item)
    fallback = fallback_owner(incident, reading)
    return (fallback, _why_fallback(item) or str(item.owner_reason)) if fallback else (None, str(item.owner_reason))


def _why_fallback(item: ActionItem) -> str | None:
    if item.handed_over and item.left_by:
        return f"{_AS_FALLBACK}{why_handed(item)}"
    kind, _, why = item.owner_reason.value.partition(": ")
    if kind != "fallback":
        return None
    # Their words tell more than that nobody goes by them.
    return f"{_AS_FALLBACK}{f'“{item.spoken.owner}”, ' if item.spoken.owner else ''}{why}"


def _emails(snapshot: Snapshot) -> Mapping[str, str]:
    """Addresses by account: a tracker may hide them."""
    owners = [item.owner for item in snapshot.nudgeable if item.owner]
    known = {match.account.id: email for (email, _), match in snapshot.lookups.accounts.items() if match.account}
    return known | {owner.account: owner.email for owner in owners if owner.account and owner.email}


def whole(owner: Owner | None, emails: Mapping[str, str], reading: Reading) -> Owner | None:
    """The owner with the address and the zone that we know by their account: one person, one digest."""
    if owner is None or (owner.email and owner.time_zone):
        return owner
    email = owner.email or emails.get(owner.account or "")
    person = known_as(email, reading.people) if email else None
    return replace(owner, email=email, time_zone=owner.time_zone or (person.time_zone if person else None))


def recipient(owner: Owner | None, item: ActionItem) -> Recipient:
    """The person behind an owner; the ticket itself where there is nobody, so that its watchers hear of it."""
    if owner is None:
        return Recipient(id=f"{UNOWNED}{item.ticket_id}", name="everybody who watches this ticket")
    return person_of(owner)


def person_of(owner: Owner) -> Recipient:
    """An owner as somebody who can be written to."""
    return Recipient(id=identity_of(owner), name=owner.name, email=owner.email)


def identity_of(owner: Owner) -> str:
    """Who a reminder is counted for: the same whatever the channel, and when only an account is known."""
    return (owner.email or "").casefold() or owner.account or owner.name


def team(about: str) -> Recipient:
    """The team's channel, counted by what it is told of: it has no day of its own."""
    return Recipient(id=f"team:{about}", name="team", team=True)


def _lines(matter: _Matter, snapshot: Snapshot, reading: Reading) -> Iterator[_Due]:
    yield from _for_owner(matter, snapshot, reading)
    if matter.ticket is None:
        return
    if matter.struck_by and _struck_step(matter) not in matter.told.steps:
        yield from _for_struck(matter, snapshot, reading)
        return
    rules, now = reading.rules.nudge, snapshot.now
    due_steps = steps(matter.item, matter.told, matter.owner, matter.incident, reading, snapshot.house)
    for step in due_steps:
        today = step.desk.today(now)
        if step.on > today or not step.desk.at_work(now):
            continue
        if step.name == TEAM and _struck_today(matter, today, snapshot):
            continue
        to = recipient(step.to, matter.item) if step.name != TEAM else team("overdue")
        own_desk = desk_of(matter.owner, matter.calendar, rules)
        line = _line(matter, own_desk.today(now), snapshot.house, rung=Rung.ESCALATED, step=step.name)
        yield from _unless_taken(matter, line, to, today, snapshot, reading)


def _for_owner(matter: _Matter, snapshot: Snapshot, reading: Reading) -> Iterator[_Due]:
    rules = reading.rules.nudge
    desk = desk_of(matter.owner, matter.calendar, rules)
    if not desk.at_work(snapshot.now):
        return
    today, item = desk.today(snapshot.now), matter.item
    if matter.ticket is None and matter.owner is None:
        return
    day = next_day(item, matter.told, desk, rules)
    climbs = day is not None and day <= today
    news_on = new_on(item, matter.told, snapshot.house, rules)
    fresh = news_on is not None and news_on <= today
    handed = fresh and item.handed_over
    # Who has left snoozed it for themselves.
    asleep = item.snoozed_until is not None and today < item.snoozed_until and not handed
    # The others may be told on an earlier or a later day: each hears of the same incident once.
    mine = owner_step(_struck_step(matter))
    struck = matter.struck_by is not None and mine not in matter.told.steps
    struck = struck and last_heard(item, matter.told, desk) != today
    if (climbs or fresh or struck) and (struck or not asleep):
        # Where there is nobody else to be told, the owner's own line settles the matter.
        alone = not snapshot.house.has_team_channel and not _fallback(matter, reading)
        step = (_struck_step(matter) if alone else mine) if struck else None
        rung = Rung.STRUCK if struck else None if climbs else Rung.HANDED if handed else Rung.NEW
        line = _line(matter, today, snapshot.house, own=True, rung=rung, step=step)
        yield from _unless_taken(matter, line, recipient(matter.owner, item), today, snapshot, reading)


def _fallback(matter: _Matter, reading: Reading) -> Owner | None:
    return other_than(matter.owner, fallback_owner(matter.incident, reading))


def _struck_step(matter: _Matter) -> str:
    return f"{STRUCK}{matter.told.struck_by}"


def owner_step(step: str) -> str:
    """How it is kept that the owner, too, heard of what the others are told by this step."""
    return f"{step}:owner"


def _struck_today(matter: _Matter, today: date, snapshot: Snapshot) -> bool:
    """Whether the team heard of this very item today, when a new incident hit it: tomorrow is soon enough for more."""
    struck = (name.removeprefix(STRUCK) for name in matter.told.steps if name.startswith(STRUCK))
    return any((team(incident_id).id, today) in snapshot.taken_days for incident_id in struck)


def _for_struck(matter: _Matter, snapshot: Snapshot, reading: Reading) -> Iterator[_Due]:
    """
    | the fallback owner          | a team channel | then                            |
    |-----------------------------|----------------|---------------------------------|
    | had no digest today         | any            | in their digest                 |
    | had one, or there is nobody | yes            | to the team, at once            |
    | had one                     | no             | in their digest of tomorrow     |
    | there is nobody             | no             | only the owner hears            |
    """
    rules, now = reading.rules.nudge, snapshot.now
    owner_today = desk_of(matter.owner, matter.calendar, rules).today(now)
    line = _line(matter, owner_today, snapshot.house, rung=Rung.STRUCK, step=_struck_step(matter))
    fallback = _fallback(matter, reading)
    if fallback:
        desk = desk_of(fallback, matter.calendar, rules)
        to = recipient(fallback, matter.item)
        free = (to.id, desk.today(now)) not in snapshot.taken_days
        if free or not snapshot.house.has_team_channel:
            if desk.at_work(now):
                yield from _unless_taken(matter, line, to, desk.today(now), snapshot, reading)
            return
    desk = desk_of(None, matter.calendar, rules)
    if snapshot.house.has_team_channel and desk.at_work(now):
        to = team(matter.told.struck_by or "")
        yield from _unless_taken(matter, line, to, desk.today(now), snapshot, reading)


def _unless_taken(
    matter: _Matter, line: NudgeLine, to: Recipient, today: date, snapshot: Snapshot, reading: Reading
) -> Iterator[_Due]:
    if (to.id, today) not in snapshot.taken_days:
        channel = route_for(matter.incident, reading.rules).channel
        yield _Due(line=line, to=to, today=today, channel=channel)


def _line(
    matter: _Matter, today: date, house: House, *, rung: Rung | None, step: str | None, own: bool = False
) -> NudgeLine:
    item, ticket, due_on = matter.item, matter.ticket, matter.item.terms.due_on
    late = max((today - due_on).days, 0) if due_on else 0
    struck_by = matter.struck_by if rung is Rung.STRUCK else None
    return NudgeLine(
        item_key=item.key,
        title=item.spoken.title,
        due_on=due_on,
        days_late=late,
        rung=(rung or _rung(due_on, today)) if ticket else Rung.GONE,
        priority=item.terms.priority or "P5",
        ticket_id=item.ticket_id if ticket else None,
        ticket_key=ticket.key if ticket else None,
        url=(ticket.url if ticket else None) or house.public_url,
        source=source_of(matter.incident),
        why_you=matter.why if own else None,
        owner=None if own else (matter.owner.name if matter.owner else "nobody"),
        about=f"#{struck_by.number} {struck_by.title}" if struck_by else None,
        step=step,
        fresh=matter.told.given_on is not None and own and not item.handed_over,
    )


def source_of(incident: Incident) -> str:
    """Where a promise comes from, in few words: titles alone are alike, such as those of reviews."""
    return f"#{incident.number} {incident.service.name}"


def _rung(due_on: date | None, today: date) -> Rung:
    if due_on is None or due_on == today:
        return Rung.DUE_TODAY
    return Rung.OVERDUE if due_on < today else Rung.DUE_SOON


def _digest(found: Iterable[_Due], *, has_notifier: bool) -> SendNudge:
    """Everything for one reader, the most urgent first; the first item's route says which channel is tried first."""
    due = sorted(found, key=_by_urgency)
    first = due[0]
    # Somebody may be the owner of an item and the fallback of its neighbour: each item stands in a digest once.
    lines = tuple({one.line.item_key: one.line for one in reversed(due)}.values())[::-1]
    comment_on = (
        None if first.to.team else next((x.ticket_id for x in lines if x.ticket_id and x.rung not in _QUIET), None)
    )
    return SendNudge(
        key=f"nudge:{first.to.id}:{first.today.isoformat()}",
        reason=_REASONS[first.line.rung],
        digest=Digest(to=first.to, local_on=first.today, lines=lines),
        comment_on=comment_on,
        channel=first.channel if has_notifier else TICKET,
    )


def _by_urgency(due: _Due) -> tuple[int, int, str, str]:
    line = due.line
    return _URGENCY.index(line.rung), -line.days_late, line.priority, line.item_key
