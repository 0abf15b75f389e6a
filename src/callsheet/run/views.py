"""Read models: what people ask for, from the store alone, for the command line and the pages."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from callsheet.model.action_item import ActionItem
from callsheet.model.effect import SendNudge
from callsheet.model.incident import Incident
from callsheet.model.ledger import IntentState, LedgerEntry
from callsheet.model.season import QUARTERS, Seasons
from callsheet.model.ticket import Ticket
from callsheet.plan.nudging import identity_of
from callsheet.plan.publishing import owner_words, remarks, status_words
from callsheet.run.ports import Memory
from callsheet.run.pull import FEED_CURSOR, FIRST_CYCLE, SWEPT, TICKET_CURSOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which items: None takes all. Words are compared without case; `season` is a name such as `2026-Q4`.

    `seasons` say how the year is cut.
    """

    every: bool = False
    owner: str | None = None
    team: str | None = None
    service: str | None = None
    season: str | None = None
    overdue: bool = False
    seasons: Seasons = QUARTERS


def sheet(memory: Memory, wanted: Wanted, today: date) -> list[dict[str, Any]]:
    """The call sheet as `sheet --json` prints it: by priority, then due date."""
    items = memory.items(every=wanted.every)
    heads = memory.incidents(item.incident_id for item in items)
    tickets = memory.tickets(item.ticket_id for item in items if item.ticket_id)
    rows = [
        _row(item, heads[item.incident_id], tickets.get(item.ticket_id or ""), today)
        for item in items
        if item.incident_id in heads and _is_wanted(item, heads[item.incident_id], wanted, today)
    ]
    return sorted(rows, key=lambda row: (row["priority"], row["due_on"] or "9999", row["key"]))


def _is_wanted(item: ActionItem, incident: Incident, wanted: Wanted, today: date) -> bool:
    owner = item.owner
    season = wanted.seasons.of(item.terms.due_on).name if item.terms.due_on else None
    return (
        (not wanted.overdue or item.overdue(today))
        and _matches(wanted.owner, owner.name if owner else None, owner.email if owner else None)
        and _matches(wanted.service, incident.service.id, incident.service.name)
        and _matches(wanted.team, *(word for team in incident.teams for word in (team.id, team.name)))
        and _matches(wanted.season, season)
    )


def _matches(wanted: str | None, *words: str | None) -> bool:
    """A part of a name is enough, so that people need not type all of it."""
    return wanted is None or any(word is not None and wanted.casefold() in word.casefold() for word in words)


def _row(item: ActionItem, incident: Incident, ticket: Ticket | None, today: date) -> dict[str, Any]:
    owner = item.owner
    return {
        "key": item.key,
        "title": item.spoken.title,
        "kind": item.kind.value if item.kind else None,
        "fix": item.fix.value if item.fix else None,
        "incident": {"id": incident.id, "number": incident.number, "title": incident.title, "url": incident.url},
        "service": incident.service.name,
        "team": incident.teams[0].name if incident.teams else None,
        "owner": {"name": owner.name, "email": owner.email} if owner else None,
        "owner_reason": item.owner_reason.value,
        "owner_words": item.spoken.owner,
        "due_on": item.terms.due_on.isoformat() if item.terms.due_on else None,
        "due_reason": item.due_reason.value,
        "priority": item.terms.priority or "P5",
        "status": item.status.value,
        "shown": {"status": status_words(item, today), "owner": owner_words(item), "remarks": list(remarks(item))},
        "overdue": item.overdue(today),
        "hold": item.hold.value if item.hold else None,
        "ticket": {"key": ticket.key, "url": ticket.url} if ticket else None,
    }


def status(memory: Memory) -> dict[str, Any]:
    """How the sync is: what was read up to when, what is unknown, held back, blocked or set aside."""
    unknown = memory.intents(IntentState.SENDING)
    rejected = memory.intents(IntentState.REJECTED)
    opened = memory.every_postmortem()
    items = memory.items(every=True)
    return {
        "first_cycle_at": memory.noted(FIRST_CYCLE),
        "incidents_read_to": memory.noted(FEED_CURSOR),
        "tickets_read_to": memory.noted(TICKET_CURSOR),
        "swept_at": memory.noted(SWEPT),
        "postmortems": {"live": sum(o.live for o in opened), "waived": sum(bool(o.waived_because) for o in opened)},
        "items": {
            "open": sum(item.open for item in items),
            "filed": sum(item.ticket_id is not None for item in items),
            "not_filed": sum(item.open and item.ticket_id is None for item in items),
            "held_from_backfill": sum(item.hold is not None for item in items),
        },
        "unknown": [{"key": i.key, "target": i.target, "since": _iso(i.sent_at), "error": i.error} for i in unknown],
        "rejected": [{"key": i.key, "target": i.target, "error": i.error} for i in rejected],
        "refused": [{"id": r.id, "guard": r.guard, "what": r.what, "approved": ok} for r, ok in memory.refusals()],
        "quarantined": [{"what": what, "where": place, "error": error} for what, place, error in memory.quarantined()],
    }


def _iso(at: Any) -> str | None:
    return at.isoformat() if at else None


def origin(memory: Memory, word: str) -> tuple[str, ...]:
    """Where an item comes from and how its owner and date were found; empty when the word names none."""
    item = memory.item(word) or memory.item_with_ticket(word)
    if item is None:
        return ()
    head = memory.incidents([item.incident_id]).get(item.incident_id)
    about = f" of #{head.number} “{head.title}”" if head else ""
    said = item.spoken
    owner = f"{owner_words(item) or 'nobody'} ({item.owner_reason}{_as_said(said.owner)})"
    due = f"{item.terms.due_on or 'no date'} ({item.due_reason}{_as_said(said.due)})"
    return (
        f"{item.key} “{said.title}”",
        f"from a {item.source.kind}{about} ({item.source.id}), {item.noted_at:%Y-%m-%d %H:%M}",
        f"owner {owner}; due {due}; {item.terms.priority or 'no priority'}; {item.status}",
    )


def _as_said(words: str | None) -> str:
    return f": “{words}”" if words else ""


def explain(memory: Memory, word: str) -> tuple[LedgerEntry, ...]:
    """All that was done about an item, incident, ticket, person or effect, and why, oldest first."""
    lines = {*memory.ledger(word)}
    item = memory.item(word) or memory.item_with_ticket(word)
    if item:
        lines |= {*memory.ledger(item.key), *_reminders(memory, item)}
        lines |= {line for line in memory.ledger(item.incident_id) if line.key.endswith(item.key)}
    incident = memory.incident_named(word)
    if incident:
        keys = [item.key for item in memory.items_of([incident.id]).get(incident.id, ())]
        lines |= {line for key in (incident.id, *keys) for line in memory.ledger(key)}
    return tuple(sorted(lines, key=lambda line: line.at))


def _reminders(memory: Memory, item: ActionItem) -> set[LedgerEntry]:
    """The digests that named this item to its owner: a digest's line stands under the person."""
    names = re.compile(rf"\b(?:{re.escape(item.key)}|{re.escape(_ticket_key(memory, item) or item.key)})\b")
    told = memory.ledger(identity_of(item.owner)) if item.owner else ()
    return {line for line in told if line.effect == SendNudge.__name__ and names.search(line.detail)}


def _ticket_key(memory: Memory, item: ActionItem) -> str | None:
    ticket = memory.tickets([item.ticket_id]).get(item.ticket_id) if item.ticket_id else None
    return ticket.key if ticket else None
