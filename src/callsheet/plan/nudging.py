"""Who is reminded of what today: a ladder of days, one digest for each person and local day."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from callsheet.model.action_item import ActionItem, Owner
from callsheet.model.effect import Reason, SendNudge
from callsheet.model.nudge import Digest, NudgeLine, Recipient, Rung
from callsheet.plan.meaning import Reading, fallback_owner
from callsheet.plan.routing import calendar_for
from callsheet.plan.snapshot import Case, House, Snapshot


def first_nudge_on(item: ActionItem, days: tuple[int, ...]) -> date | None:
    """The day of the first rung; None where there is nothing to remind of."""
    if not item.open or item.terms.due_on is None or item.ticket_id is None or item.hold is not None:
        return None
    return item.terms.due_on + timedelta(days=min(days)) if days else None


def next_nudge_on(item: ActionItem, days: tuple[int, ...], today: date) -> date | None:
    """The day of the next rung after today; None after the last."""
    if item.terms.due_on is None:
        return None
    ahead = [item.terms.due_on + timedelta(days=rung) for rung in days]
    return min((day for day in ahead if day > today), default=None)


def nudges(snapshot: Snapshot, reading: Reading) -> tuple[SendNudge, ...]:
    """One digest for each person who has something due and had none yet on their own date."""
    lines: dict[str, list[tuple[NudgeLine, Recipient, date]]] = {}
    for item in snapshot.nudgeable:
        case = snapshot.nudge_cases[item.incident_id]
        owner, why = _listener(item, case, reading)
        today = _today(snapshot.now, owner, case, reading)
        if snapshot.nudge_days.get(item.key, date.max) > today:
            continue
        to = _recipient(owner, item)
        if (to.id, today) not in snapshot.taken_days:
            lines.setdefault(to.id, []).append((_line(item, case, today, why, snapshot.house), to, today))
    return tuple(_digest(found, has_notifier=snapshot.house.has_notifier) for _, found in sorted(lines.items()))


def _listener(item: ActionItem, case: Case, reading: Reading) -> tuple[Owner | None, str | None]:
    """The owner; where there is none, the route's fallback, told why."""
    if item.owner and (item.owner.account or item.owner.email):
        why = str(item.owner_reason) if item.owner_reason.value.startswith("fallback") else None
        return item.owner, why
    fallback = fallback_owner(case.incident, reading)
    return (fallback, str(item.owner_reason)) if fallback else (None, str(item.owner_reason))


def _recipient(owner: Owner | None, item: ActionItem) -> Recipient:
    # Nobody at all: the ticket itself is reminded, so that its watchers hear of it.
    if owner is None:
        return Recipient(id=f"ticket:{item.ticket_id}", name="everybody who watches this ticket")
    handle = owner.email.partition("@")[0] if owner.email else None
    identity = (owner.email or "").casefold() or owner.account or owner.name
    return Recipient(id=identity, name=owner.name, email=owner.email, handle=handle)


def _today(now: datetime, owner: Owner | None, case: Case, reading: Reading) -> date:
    zone = (owner.time_zone if owner else None) or calendar_for(case.incident, reading.rules).zone
    try:
        return now.astimezone(ZoneInfo(zone)).date()
    except (KeyError, ValueError):
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


def _digest(found: Iterable[tuple[NudgeLine, Recipient, date]], *, has_notifier: bool) -> SendNudge:
    entries = sorted(found, key=lambda entry: (-entry[0].days_late, entry[0].priority, entry[0].item_key))
    lines = tuple(line for line, _, _ in entries)
    _, to, today = entries[0]
    overdue = any(line.rung is Rung.OVERDUE for line in lines)
    reason = Reason.OVERDUE if overdue else Reason.DUE_TODAY
    return SendNudge(
        key=f"nudge:{to.id}:{today.isoformat()}",
        reason=reason if has_notifier else Reason.NO_CHANNEL,
        digest=Digest(to=to, local_on=today, lines=lines),
        comment_on=lines[0].ticket_id,
    )


def by_item(effects: Iterable[SendNudge]) -> Mapping[str, date]:
    """Each reminded item with the local date on which it was."""
    return {line.item_key: effect.digest.local_on for effect in effects for line in effect.digest.lines}
