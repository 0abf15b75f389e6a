"""Why did this happen, or not: what stands about an item, incident or person, and the ledger's lines about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from callsheet.model.action_item import ActionItem, DueReason, OwnerReason
from callsheet.model.effect import SendNudge
from callsheet.model.incident import Incident
from callsheet.model.ledger import LedgerEntry
from callsheet.model.memory import OpenedPostmortem
from callsheet.plan.opening import why_not
from callsheet.plan.rules import Rules
from callsheet.plan.season import today_of
from callsheet.plan.sheet_words import gone_words, owner_words, snooze_words, status_words, unread_words
from callsheet.plan.unfiled import waived_words
from callsheet.run.asks import incident_named
from callsheet.run.names import NotKnown, Somebody, incident_called, item_called, person_called
from callsheet.run.overview import PRIORITIES
from callsheet.run.ports import Memory
from callsheet.run.shapes import LedgerLine
from callsheet.run.unfiled import checked, unfiled
from callsheet.run.wishes import wishes

_SAID_ELSEWHERE = {OwnerReason.TRACKER, OwnerReason.COMMENT, OwnerReason.PAGE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What is known about a word: sentences about it as it stands, and what was done, in that order.

    `nothing` says what it means where nothing was done.
    """

    stands: tuple[str, ...]
    lines: tuple[LedgerEntry, ...]
    nothing: str = "Nothing was done about it yet."


def as_json(found: Explained) -> list[LedgerLine]:
    """The document that `explain --json` prints."""
    return [
        {
            "at": line.at.isoformat(),
            "event": line.event,
            "effect": line.effect,
            "key": line.key,
            "reason": line.reason,
            "outcome": line.outcome,
            "subject": line.subject,
            "detail": line.detail,
        }
        for line in found.lines
    ]


def explain(memory: Memory, rules: Rules, word: str, now: datetime) -> Explained | None:
    """All about an item, ticket, incident, person or effect; None when nothing is called that."""
    item = item_called(memory, word)
    if item:
        stands = tuple(_of_item(memory, item, today_of(rules, now)))
        return Explained(stands=stands, lines=_lines_of(memory, item))
    incident = incident_called(memory, word)
    if incident:
        keys = [one.key for one in memory.items_in(incident.id)]
        stands = stands_of(memory, incident, rules)
        return Explained(stands=stands, lines=_ledger(memory, {word, incident.id, *keys}))
    person = person_called(memory, rules, word)
    if person:
        return Explained(
            stands=tuple(_of_person(memory, person, rules, now)),
            lines=_ledger(memory, set(person.ids)),
            nothing="No reminder was sent to them yet; `callsheet explain TICKET` tells what was done about an item.",
        )
    lines = _ledger(memory, {word})
    return Explained(stands=(), lines=lines) if lines else None


def explained(memory: Memory, rules: Rules, word: str, now: datetime) -> Explained:
    """The same; NotKnown says what can be asked for."""
    found = explain(memory, rules, word, now)
    if found is None:
        raise NotKnown(
            f"Nothing here is called “{word}”. Try an item's or ticket's key, an incident's number, or an e-mail."
        )
    return found


def nameable(memory: Memory) -> tuple[str, ...]:
    """What can be explained, for those who misspelt it: keys of items and tickets, people's e-mails and names."""
    items = memory.items(every=True)
    tickets = memory.tickets(item.ticket_id for item in items if item.ticket_id)
    people = [word for person in memory.people() for word in (person.email, person.name) if word]
    return (*(item.key for item in items), *(ticket.key for ticket in tickets.values()), *people)


def _of_item(memory: Memory, item: ActionItem, today: date) -> Iterator[str]:
    """Where an item comes from, how its owner and date were found, how it stands, and why it has no ticket."""
    heads = memory.incidents([item.incident_id])
    head = heads.get(item.incident_id)
    about = f" of #{head.number} “{head.title}”" if head else ""
    said = item.spoken
    # Words that led nowhere are no reason for who has it; they are told below.
    heard = None if "owner" in item.unread or item.owner_reason in _SAID_ELSEWHERE else said.owner
    day = said.due if item.due_reason in {DueReason.WRITTEN, DueReason.AMBIGUOUS} else None
    owner = f"{owner_words(item) or 'nobody'} ({item.owner_reason}{_as_said(heard)})"
    due = f"{item.terms.due_on or 'no date'} ({item.due_reason}{_as_said(day)})"
    yield f"{item.key} “{said.title}”"
    yield f"from a {item.source.kind}{about} ({item.source.id}), {item.noted_at:%Y-%m-%d %H:%M}"
    gone = memory.gone_tickets().get(item.key)
    status = status_words(item, today, gone=gone is not None)
    yield f"owner {owner}; due {due}; {item.terms.priority or 'no priority'}; {status}"
    if gone:
        yield f"{gone}: {gone_words(item)}"
    if item.asleep(today):
        yield snooze_words(item)
    yield from unread_words(item).values()
    named = memory.tickets(wishes(memory).get(item.key, "").split())
    for ticket in named.values():
        if ticket.id != item.ticket_id:
            yield f"{ticket.key} will be followed at the next cycle, as somebody named it; a retry takes that back"
            return
    why = unfiled(memory, [item], heads).get(item.key)
    if why:
        asked = "; whether the tracker lets its owner have it is asked then" if not checked(item) else ""
        yield f"not filed: {why}{asked}"


def _as_said(words: str | None) -> str:
    return f": “{words}”" if words else ""


def stands_of(memory: Memory, incident: Incident, rules: Rules) -> tuple[str, ...]:
    """How an incident stands: its title, and whether it has a post-mortem and why."""
    return tuple(_of_incident(memory, incident, rules))


def subject_incident(memory: Memory, word: str) -> Incident:
    """The incident that a word names, or that the item or ticket of that name belongs to."""
    item = item_called(memory, word)
    return memory.incidents([item.incident_id])[item.incident_id] if item else incident_named(memory, word)


def _of_incident(memory: Memory, incident: Incident, rules: Rules) -> Iterator[str]:
    yield f"#{incident.number} “{incident.title}” ({incident.status.value}, {incident.service.name})"
    opened = memory.postmortem(incident.id)
    if opened and opened.waived_because is not None:
        yield f"no post-mortem: {waived_words(opened)}"
    elif opened and opened.opened_at:
        yield f"post-mortem opened {opened.opened_at:%Y-%m-%d %H:%M}{_because(opened)}"
    elif opened and opened.asked:
        yield "no post-mortem yet: somebody asked for one; the next cycle opens it"
    else:
        ranked, noted = memory.noted(PRIORITIES) == "yes", memory.incident_flags([incident.id])[incident.id].noted
        why = why_not(incident, rules.open, noted=noted, account_has_priorities=ranked)
        yield f"no post-mortem: {why or 'the next cycle opens it'}"
        if why:
            yield f"`callsheet draft {incident.number}` opens one all the same"


def _because(opened: OpenedPostmortem) -> str:
    return f", because {opened.reason}" if opened.reason else ""


def _of_person(memory: Memory, person: Somebody, rules: Rules, now: datetime) -> Iterator[str]:
    """Their items, the open ones by date, and then how many are over."""
    items = [item for item in memory.items(every=True) if person.keeps(item)]
    still_open = sorted((item for item in items if item.open), key=lambda i: (str(i.terms.due_on or "9999"), i.key))
    heads = memory.incidents({item.incident_id for item in still_open})
    tickets = memory.tickets(item.ticket_id for item in still_open if item.ticket_id)
    over = len(items) - len(still_open)
    gone = memory.gone_tickets()
    yield f"{person.name}: {len(still_open)} open{f', {over} done or dropped' if over else ''}"
    for item in still_open:
        ticket, head = tickets.get(item.ticket_id or ""), heads.get(item.incident_id)
        about = f", of #{head.number}" if head else ""
        words = status_words(item, today_of(rules, now), gone=item.key in gone)
        yield (
            f"  {ticket.key if ticket else item.key} “{item.spoken.title}” "
            f"({item.terms.priority or 'no priority'}, due {item.terms.due_on or 'no date'}, {words}{about})"
        )


def _ledger(memory: Memory, about: set[str]) -> tuple[LedgerEntry, ...]:
    return tuple(line for line in memory.ledger(*sorted(about)) if {line.key, line.subject} & about)


def _lines_of(memory: Memory, item: ActionItem) -> tuple[LedgerEntry, ...]:
    """An item's lines also stand under its incident, and its reminders under whoever read them."""
    names = _names(memory, item)
    told = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
    return tuple(
        line
        for line in memory.ledger(item.key, item.incident_id, reminded_of=names)
        if item.key in {line.key, line.subject} or _concerns(line, item, told)
    )


def _concerns(line: LedgerEntry, item: ActionItem, told: re.Pattern[str]) -> bool:
    """Whether a line of the item's incident, or a reminder, is about this item."""
    return line.key.endswith(item.key) or (line.effect == SendNudge.__name__ and bool(told.search(line.detail)))


def _names(memory: Memory, item: ActionItem) -> tuple[str, ...]:
    """How a digest's line names the item: by its key, or its ticket's."""
    ticket = memory.ticket(item.ticket_id)
    return (item.key, ticket.key) if ticket else (item.key,)
