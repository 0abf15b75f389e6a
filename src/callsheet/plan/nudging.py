"""Who is reminded of what today: a ladder of days, one digest for each person and local day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from callsheet.model.action_item import ActionItem, Owner
from callsheet.model.effect import Reason, SendNudge
from callsheet.model.nudge import Digest, NudgeLine, Recipient, Rung
from callsheet.plan.meaning import Reading, fallback_owner
from callsheet.plan.routing import calendar_for, route_for
from callsheet.plan.snapshot import Case, House, Snapshot

# How the recipient of an item without any owner is named: the ticket itself is reminded.
UNOWNED = "ticket:"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """One item that somebody should hear of today."""

    line: NudgeLine
    to: Recipient
    today: date
    channel: str | None


def first_nudge_on(item: ActionItem, days: tuple[int, ...]) -> date | None:
    """The day of the first rung; None where there is nothing to remind of."""
    if not item.open or item.terms.due_on is None or item.ticket_id is None or item.hold is not None:
        return None
    return item.terms.due_on + timedelta(days=min(days)) if days else None


def ladder(before: ActionItem | None, after: ActionItem, days: tuple[int, ...]) -> dict[str, date | None]:
    """The day of the first rung, by key, where the ladder starts anew: another date, another ticket, reopened."""
    same = (
        before is not None
        and before.terms.due_on == after.terms.due_on
        and before.open == after.open
        and before.ticket_id == after.ticket_id
    )
    return {} if same else {after.key: first_nudge_on(after, days)}


def next_nudge_on(item: ActionItem, days: tuple[int, ...], today: date) -> date | None:
    """The day of the next rung after today; None after the last."""
    if item.terms.due_on is None:
        return None
    ahead = [item.terms.due_on + timedelta(days=rung) for rung in days]
    return min((day for day in ahead if day > today), default=None)


def nudges(snapshot: Snapshot, reading: Reading) -> tuple[SendNudge, ...]:
    """One digest for each person who has something due and had none yet on their own date."""
    found: dict[str, list[_Due]] = {}
    emails = _emails(snapshot)
    for item in snapshot.nudgeable:
        case = snapshot.nudge_cases[item.incident_id]
        # Nobody can close a ticket that is gone; the call sheet says what to do about it.
        if item.ticket_id not in case.tickets:
            continue
        owner, why = _listener(item, case, reading)
        owner = _whole(owner, emails, reading)
        today = _today(snapshot.now, owner, case, reading)
        if snapshot.nudge_days.get(item.key, date.max) > today:
            continue
        to = _recipient(owner, item)
        if (to.id, today) not in snapshot.taken_days:
            channel = route_for(case.incident, reading.rules).channel
            line = _line(item, case, today, why, snapshot.house)
            found.setdefault(to.id, []).append(_Due(line=line, to=to, today=today, channel=channel))
    return tuple(_digest(due, has_notifier=snapshot.house.has_notifier) for _, due in sorted(found.items()))


def _listener(item: ActionItem, case: Case, reading: Reading) -> tuple[Owner | None, str | None]:
    """The owner; where there is none, the route's fallback, told why."""
    if item.owner and (item.owner.account or item.owner.email):
        why = str(item.owner_reason) if item.owner_reason.value.startswith("fallback") else None
        return item.owner, why
    fallback = fallback_owner(case.incident, reading)
    return (fallback, str(item.owner_reason)) if fallback else (None, str(item.owner_reason))


def _emails(snapshot: Snapshot) -> Mapping[str, str]:
    """Addresses by account: a tracker may hide them."""
    owners = [item.owner for item in snapshot.nudgeable if item.owner]
    known = {match.account.id: email for (email, _), match in snapshot.lookups.accounts.items() if match.account}
    return known | {owner.account: owner.email for owner in owners if owner.account and owner.email}


def _whole(owner: Owner | None, emails: Mapping[str, str], reading: Reading) -> Owner | None:
    """The owner with the address and the zone that we know by their account: one person, one digest."""
    email = emails.get(owner.account or "") if owner and not owner.email else None
    if owner is None or email is None:
        return owner
    person = next((p for p in reading.people if p.email and p.email.casefold() == email.casefold()), None)
    return replace(owner, email=email, time_zone=owner.time_zone or (person.time_zone if person else None))


def _recipient(owner: Owner | None, item: ActionItem) -> Recipient:
    # Nobody at all: the ticket itself is reminded, so that its watchers hear of it.
    if owner is None:
        return Recipient(id=f"{UNOWNED}{item.ticket_id}", name="everybody who watches this ticket")
    handle = owner.email.partition("@")[0] if owner.email else None
    return Recipient(id=identity_of(owner), name=owner.name, email=owner.email, handle=handle)


def identity_of(owner: Owner) -> str:
    """Who a reminder is counted for: the same whatever the channel, and when only an account is known."""
    return (owner.email or "").casefold() or owner.account or owner.name


def _today(now: datetime, owner: Owner | None, case: Case, reading: Reading) -> date:
    zone = (owner.time_zone if owner else None) or calendar_for(case.incident, reading.rules).zone
    try:
        return now.astimezone(ZoneInfo(zone)).date()
    except (KeyError, ValueError, OSError):
        return now.astimezone(UTC).date()


def _line(item: ActionItem, case: Case, today: date, why: str | None, house: House) -> NudgeLine:
    ticket = case.tickets.get(item.ticket_id or "")
    due_on = item.terms.due_on or today
    late = (today - due_on).days
    return NudgeLine(
        item_key=item.key,
        title=item.spoken.title,
        due_on=due_on,
        days_late=max(late, 0),
        rung=Rung.OVERDUE if late > 0 else Rung.DUE_TODAY,
        priority=item.terms.priority or "P5",
        ticket_id=item.ticket_id,
        ticket_key=ticket.key if ticket else None,
        url=ticket.url if ticket else house.public_url,
        why_you=why,
    )


def _digest(found: Iterable[_Due], *, has_notifier: bool) -> SendNudge:
    """Everything for one person, the latest first; the first item's route says which channel is tried first."""
    due = sorted(found, key=lambda one: (-one.line.days_late, one.line.priority, one.line.item_key))
    lines = tuple(one.line for one in due)
    first = due[0]
    overdue = any(line.rung is Rung.OVERDUE for line in lines)
    reason = Reason.OVERDUE if overdue else Reason.DUE_TODAY
    return SendNudge(
        key=f"nudge:{first.to.id}:{first.today.isoformat()}",
        reason=reason if has_notifier else Reason.NO_CHANNEL,
        digest=Digest(to=first.to, local_on=first.today, lines=lines),
        comment_on=first.line.ticket_id,
        channel=first.channel,
    )
