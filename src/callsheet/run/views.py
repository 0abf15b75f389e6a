"""Read models: what people ask for, from the store alone, for the command line and the pages."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from callsheet.model.action_item import ActionItem
from callsheet.model.effect import SendNudge
from callsheet.model.incident import Incident
from callsheet.model.ledger import LedgerEntry
from callsheet.model.season import QUARTERS, Seasons
from callsheet.model.ticket import Ticket
from callsheet.plan.nudging import identity_of
from callsheet.plan.sheet_words import owner_words, remarks, status_words
from callsheet.run.ports import Memory


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A filter that no item matches, even alone, and what it could have been."""

    what: str
    word: str
    known: tuple[str, ...]


def unmatched(memory: Memory, wanted: Wanted) -> tuple[Unmatched, ...]:
    """The filters that match nothing in the whole call sheet, done and dropped items included."""
    items = memory.items(every=True)
    heads = memory.incidents(item.incident_id for item in items)
    known = {
        "owner": [word for item in items if item.owner for word in (item.owner.name, item.owner.email) if word],
        "team": [team.name for head in heads.values() for team in head.teams],
        "service": [head.service.name for head in heads.values()],
        "season": [wanted.seasons.of(item.terms.due_on).name for item in items if item.terms.due_on],
    }
    ids = {
        "team": [team.id for head in heads.values() for team in head.teams],
        "service": [head.service.id for head in heads.values()],
    }
    given = {name: word for name in known if (word := getattr(wanted, name)) is not None}
    return tuple(
        Unmatched(what=name, word=word, known=tuple(dict.fromkeys(known[name])))
        for name, word in given.items()
        if not _matches(word, *known[name], *ids.get(name, ()))
    )


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
    gone = item.ticket_id is not None and ticket is None
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
        "shown": {
            "status": status_words(item, today),
            "owner": owner_words(item),
            "remarks": list(remarks(item, today, gone=gone)),
        },
        "overdue": item.overdue(today),
        "hold": item.hold.value if item.hold else None,
        "ticket": {"key": ticket.key, "url": ticket.url} if ticket else None,
    }


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


def is_known(memory: Memory, word: str) -> bool:
    """Whether the word names an item, a ticket, an incident or a person."""
    return bool(
        memory.item(word)
        or memory.item_with_ticket(word)
        or memory.incident_named(word)
        or any(word in (person.id, person.email) for person in memory.people())
    )


def nameable(memory: Memory) -> tuple[str, ...]:
    """What can be explained, for those who misspelt it: keys of items and tickets, and people's e-mails."""
    items = memory.items(every=True)
    tickets = memory.tickets(item.ticket_id for item in items if item.ticket_id)
    people = [person.email for person in memory.people() if person.email]
    return (*(item.key for item in items), *(ticket.key for ticket in tickets.values()), *people)


def explain(memory: Memory, word: str) -> tuple[LedgerEntry, ...]:
    """All that was done about an item, incident, ticket, person or effect, and why, in the order it was done."""
    item = memory.item(word) or memory.item_with_ticket(word)
    incident = memory.incident_named(word)
    keys = [one.key for one in memory.items_of([incident.id]).get(incident.id, ())] if incident else []
    about = {word, *([incident.id] if incident else ()), *keys, *([item.key] if item else ())}
    # An item's lines also stand under its incident, and its reminders under its owner, among many others.
    beside = {item.incident_id, *([identity_of(item.owner)] if item.owner else ())} - about if item else set()
    lines = memory.ledger(*sorted(about | beside))
    told = _telling(memory, item) if item else None
    return tuple(
        line for line in lines if {line.key, line.subject} & about or (item and told and _concerns(line, item, told))
    )


def _concerns(line: LedgerEntry, item: ActionItem, told: re.Pattern[str]) -> bool:
    """Whether a line of the item's incident or owner is about this item."""
    return line.key.endswith(item.key) or (line.effect == SendNudge.__name__ and bool(told.search(line.detail)))


def _telling(memory: Memory, item: ActionItem) -> re.Pattern[str]:
    """How a digest's line names the item: by its key, or its ticket's."""
    return re.compile(rf"\b(?:{re.escape(item.key)}|{re.escape(_ticket_key(memory, item) or item.key)})\b")


def _ticket_key(memory: Memory, item: ActionItem) -> str | None:
    ticket = memory.tickets([item.ticket_id]).get(item.ticket_id) if item.ticket_id else None
    return ticket.key if ticket else None
