"""Saving items whose ticket, owner, date or status changed: what people have heard of them follows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from callsheet.model.action_item import ActionItem
from callsheet.model.incident import Incident, Urgency
from callsheet.model.nudge import Told
from callsheet.plan.ladder import rearmed, remindable, wake_at
from callsheet.plan.meaning import Reading
from callsheet.plan.nudging import STRUCK, listener, whole
from callsheet.plan.routing import ranks_among
from callsheet.run.app import App
from callsheet.run.lookups import recall_lookups
from callsheet.run.overview import reading_now


def keep(app: App, items: Iterable[ActionItem], reading: Reading, *, filed_by_us: bool = False) -> None:
    """Save items, and begin their reminders anew where something changed that they stand on."""
    given = tuple(items)
    with app.memory.transaction():
        app.memory.save_items(given)
        set_wakes(app, _rearmed(app, given, reading, filed_by_us=filed_by_us), reading)


def _rearmed(
    app: App, items: Iterable[ActionItem], reading: Reading, *, filed_by_us: bool = False
) -> list[tuple[ActionItem, Told]]:
    given = [item for item in items if item.ticket_id is not None]
    known = app.memory.told(item.key for item in given)
    found = []
    for item in given:
        told = known.get(item.key, Told(item_key=item.key))
        after = rearmed(item, told, today=reading.now.date(), filed_by_us=filed_by_us)
        if after:
            found.append((item, after))
    return found


def set_wakes(app: App, told: Iterable[tuple[ActionItem, Told]], reading: Reading) -> None:
    """Keep what was said about items, with the moment of the next look at each."""
    pairs = tuple(told)
    heads = app.memory.incidents({item.incident_id for item, _ in pairs})
    emails = _emails(app, pairs)
    app.memory.save_told(
        (each, _wake(item, each, heads[item.incident_id], emails, reading, app)) for item, each in pairs
    )


def _wake(
    item: ActionItem, told: Told, incident: Incident, emails: Mapping[str, str], reading: Reading, app: App
) -> datetime | None:
    owner, _ = listener(item, incident, reading)
    return wake_at(item, told, whole(owner, emails, reading), incident, reading, app.house)


def _emails(app: App, pairs: Iterable[tuple[ActionItem, Told]]) -> Mapping[str, str]:
    """Addresses by account, looked for only where a tracker hides one."""
    if all(item.owner is None or item.owner.email for item, _ in pairs):
        return {}
    accounts = recall_lookups(app).accounts
    return {match.account.id: email for (email, _), match in accounts.items() if match.account}


def rearm_all(app: App) -> None:
    """Reckon every reminder anew: calendars, hours or the ladder are other ones now."""
    reading = reading_now(app)
    items = [item for item in app.memory.items() if remindable(item)]
    told = app.memory.told(item.key for item in items)
    anew = {item.key: after for item, after in _rearmed(app, items, reading)}
    pairs = [(item, anew.get(item.key) or told[item.key]) for item in items]
    with app.memory.transaction():
        set_wakes(app, pairs, reading)


def strike(app: App, fresh: Iterable[Incident]) -> None:
    """New incidents on services that wait for overdue promises: those are looked at now.

    Only what pages people, or would get a post-mortem: a service that murmurs all day escalates nothing.
    """
    loud = [
        incident
        for incident in fresh
        if incident.urgency is Urgency.HIGH or ranks_among(incident, app.rules.open.priorities)
    ]
    if not loud:
        return
    by_service = {incident.service.id: incident for incident in sorted(loud, key=lambda each: each.created_at)}
    items = app.memory.overdue_on(by_service, app.clock.now().date())
    if not items:
        return
    heads, told = app.memory.incidents({i.incident_id for i in items}), app.memory.told(i.key for i in items)
    struck = []
    for item in items:
        incident = by_service[heads[item.incident_id].service.id]
        so_far = told.get(item.key, Told(item_key=item.key))
        if incident.id != item.incident_id and f"{STRUCK}{incident.id}" not in so_far.steps:
            struck.append((item, replace(so_far, struck_by=incident.id)))
    set_wakes(app, struck, reading_now(app))
