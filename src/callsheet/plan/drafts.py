"""Documents that stay unfinished: who is reminded of them, and from when on. Like action items; feeds `nudging`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from callsheet.document.front import value_of
from callsheet.model.action_item import Owner
from callsheet.model.incident import Incident
from callsheet.model.nudge import NudgeLine, Rung
from callsheet.model.postmortem import ReviewStatus
from callsheet.plan.cast import COMMANDER
from callsheet.plan.dates import day_words
from callsheet.plan.ladder import next_rung, rungs
from callsheet.plan.meaning import Reading, fallback_owner, owner_named
from callsheet.plan.routing import calendar_for, priority_of
from callsheet.plan.snapshot import Case, House
from callsheet.plan.staging import review_status, stale_since
from callsheet.plan.workdays import Desk, desk_of

DRAFT = "draft:"
_SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A document that `owner` could finish, and why they are asked. `on` is their own date of the next reminder."""

    incident: Incident
    status: ReviewStatus
    opened_on: date
    since: date
    owner: Owner
    why: str
    desk: Desk
    on: date


def draft_key(incident_id: str) -> str:
    """Under which is kept what was said of a document."""
    return f"{DRAFT}{incident_id}"


def unfinished(case: Case, reading: Reading, house: House) -> Unfinished | None:
    """The case's document, where somebody is to be reminded of it now or later."""
    opened, rules = case.opened, reading.rules.nudge
    # Without a channel to people nobody hears: a document has no ticket that could be commented on.
    if opened is None or opened.opened_at is None or not rules.ladder or not house.has_notifier:
        return None
    status = review_status(case)
    since, found = stale_since(opened, status, case.incident, reading.rules), _owner(case, reading)
    if since is None or found is None:
        return None
    owner, why = found
    desk = desk_of(owner, calendar_for(case.incident, reading.rules), rules)
    days = [day for day in rungs(since, rules.ladder, desk.calendar) if day >= since] or [since]
    on = next_rung(days, case.draft.told_on if case.draft else None, desk, rules)
    if on is None:
        return None
    return Unfinished(
        incident=case.incident,
        status=status,
        # As the document has it: the reader may live in another day.
        opened_on=desk_of(None, calendar_for(case.incident, reading.rules), rules).today(opened.opened_at),
        since=since,
        owner=owner,
        why=why,
        desk=desk,
        on=on,
    )


def _owner(case: Case, reading: Reading) -> tuple[Owner, str] | None:
    """Who could finish a document, and why they are asked. The first who has an address:

    | who                                                    | because                |
    |--------------------------------------------------------|------------------------|
    | `facilitator:` in the document's front matter          | its facilitator        |
    | whom a custom field of the incident names as commander | its incident commander |
    | the route's fallback owner                             | the fallback owner     |
    """
    words = (value_of(held.current, "facilitator") for held in case.publications.values())
    roles = case.dossier.roles if case.dossier else ()
    named = [(word, "its facilitator") for word in words if word]
    named += [(name, "its incident commander") for role, name in roles if COMMANDER.search(role)]
    for word, why in named:
        owner = owner_named(word, reading)
        if owner.email:
            return owner, why
    fallback = fallback_owner(case.incident, reading)
    return (fallback, "the fallback owner") if fallback and fallback.email else None


def draft_line(found: Unfinished, now: datetime, house: House) -> NudgeLine | None:
    """The line of a digest, once its day and a working hour have come."""
    today, incident = found.desk.today(now), found.incident
    if found.on > today or not found.desk.at_work(now):
        return None
    return NudgeLine(
        item_key=draft_key(incident.id),
        title=f"The post-mortem of #{incident.number} {incident.title}",
        due_on=found.since,
        days_late=max((today - found.since).days, 0),
        rung=Rung.DRAFT,
        source=f"#{incident.number}",
        priority=priority_of(incident),
        ticket_id=None,
        ticket_key=None,
        url=house.page_of(incident) or incident.url,
        why_you=found.why,
        about=f"{found.status.value} since {day_words(found.opened_on, today)}",
    )


def look_again(found: Unfinished, now: datetime) -> datetime:
    """When the document has to be thought of next, whatever happens to it until then."""
    if found.on > found.desk.today(now):
        return found.desk.opens_at(found.on)
    return now + _SOON if found.desk.at_work(now) else found.desk.opens_next(now)
