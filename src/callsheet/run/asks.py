"""What people ask for beside the daemon: short transactions that the next cycle picks up."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from callsheet.model.action_item import ActionItem, Hold, ItemStatus
from callsheet.model.counted import counted
from callsheet.model.effect import Reason, filing_key
from callsheet.model.incident import Incident
from callsheet.model.ledger import IntentState, LedgerEntry, Outcome
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.ticket import Ticket
from callsheet.plan.policy import Mode
from callsheet.plan.unfiled import waived_words, why_unfiled
from callsheet.run.history import last_cycle
from callsheet.run.intents import end_waiting
from callsheet.run.names import NotKnown, incident_called, item_called
from callsheet.run.overview import FIRST_CYCLE
from callsheet.run.ports import Memory
from callsheet.run.unfiled import waits
from callsheet.run.wishes import RETRIED, end_wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """An incident that a post-mortem was asked of, and what will happen, in sentences."""

    incident: Incident
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """An item that was asked to be tried again, and what will happen, in sentences."""

    item: ActionItem
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An item that was given up. `ticket` is the key of the one that is closed for it, `unwished` that a wish ended."""

    item: ActionItem
    ticket: str | None = None
    unwished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """An incident without a post-mortem. `open_tickets` are the keys of those that were filed and stay open."""

    incident: Incident
    open_tickets: tuple[str, ...] = ()


def incident_named(memory: Memory, word: str) -> Incident:
    """An incident by id or number."""
    found = incident_called(memory, word)
    if found is None:
        raise NotKnown(f"no incident {word} is known; give its id or number, and run a cycle first if it is new")
    return found


def item_named(memory: Memory, word: str) -> ActionItem:
    """An item by its key, or by its ticket's."""
    found = item_called(memory, word)
    if found is None:
        raise NotKnown(f"no action item or ticket {word} is known; `callsheet sheet` lists them")
    return found


def draft(memory: Memory, word: str, now: datetime) -> Drafted:
    """Open a post-mortem for an incident, whatever the policy says; nothing is changed where that is so already."""
    with memory.transaction():
        incident = incident_named(memory, word)
        before = memory.postmortem(incident.id) or OpenedPostmortem(incident_id=incident.id)
        then = tuple(_of_draft(memory, incident, before))
        if not before.live and not before.asked:
            memory.save_postmortem(replace(before, asked=True, waived_because=None, waived_by=None))
            memory.mark([incident.id], stale=True)
            tell(memory, now, "postmortem.asked", incident.id, "somebody asked for a post-mortem")
    return Drafted(incident=incident, then=then)


def _of_draft(memory: Memory, incident: Incident, before: OpenedPostmortem) -> Iterator[str]:
    """What a draft of it leads to."""
    number = incident.number
    first = memory.noted(FIRST_CYCLE)
    past = first and incident.resolved_at and incident.resolved_at < datetime.fromisoformat(first)
    if before.live:
        items = memory.items_in(incident.id)
        held = sum(item.open and item.hold is Hold.BACKFILLED for item in items)
        yield f"It has its post-mortem already; nothing needs doing. `callsheet show {number}` prints it."
        if held:
            yield f"{counted(held, 'item')} of it held back; `callsheet backfill --file` files what is held."
        return
    if before.waived_because is not None:
        yield f"No longer waived (it was {waived_words(before)})."
    if before.opened_at:
        files = "" if past else ", and files what has no ticket yet"
        yield f"The next cycle brings its document up to date{files}."
    elif before.asked:
        yield "It was asked for already; the next cycle opens it. Nothing more needs doing."
    else:
        yield "The next cycle opens a post-mortem."
    if incident.merged_into:
        yield "It was merged into another incident, whose post-mortem tells it too."
    if not incident.resolved:
        yield "The incident goes on still: the document tells it so far; tickets are filed once it is resolved."
    elif past:
        yield (
            "It ended before Callsheet's first cycle, so its items are held; `callsheet backfill --file` files all "
            "that is held, `callsheet retry ITEM` one item."
        )


def waive(memory: Memory, word: str, because: str, now: datetime, *, by: str | None = None) -> Waived:
    """No post-mortem for this incident, why, and by whom; what is filed already stays."""
    with memory.transaction():
        incident = incident_named(memory, word)
        before = memory.postmortem(incident.id) or OpenedPostmortem(incident_id=incident.id)
        waived = replace(before, asked=False, waived_because=because, waived_by=by)
        memory.save_postmortem(waived)
        memory.mark([incident.id])
        tell(memory, now, "postmortem.waived", incident.id, waived_words(waived))
        return Waived(incident=incident, open_tickets=_open_tickets(memory, incident.id))


def _open_tickets(memory: Memory, incident_id: str) -> tuple[str, ...]:
    items = [item for item in memory.items_in(incident_id) if item.open and item.ticket_id]
    tickets = memory.tickets(item.ticket_id for item in items if item.ticket_id)
    return tuple(tickets[item.ticket_id].key for item in items if item.ticket_id in tickets)


def drop(memory: Memory, key: str, because: str, now: datetime, *, by: str | None = None) -> Dropped:
    """Give an item up, and why; its ticket is closed in the next cycle. A ticket that was wished for it is let be.

    NotKnown for a promise that was kept.
    """
    with memory.transaction():
        item = item_named(memory, key)
        if item.status is ItemStatus.DONE:
            raise NotKnown(f"{item.key} “{item.spoken.title}” is done already, so there is nothing to give up")
        wished = end_wish(memory, item.key)
        memory.save_items([replace(item, status=ItemStatus.DROPPED, status_because=because)])
        memory.mark([item.incident_id])
        tell(memory, now, "item.dropped", item.key, with_name(because, by))
        ticket = memory.ticket(item.ticket_id)
    return Dropped(
        item=item, ticket=ticket.key if ticket else None, unwished=wished is not None and wished != item.ticket_id
    )


def retry(memory: Memory, key: str, now: datetime) -> Retried:
    """Try once more, now: what was refused, or to file an item that was held or whose ticket was deleted by hand.

    A ticket that was wished for the item is let be. Nothing is changed where nothing needs doing; NotKnown says what
    keeps it from being filed where a retry can't change that.
    """
    with memory.transaction():
        item = item_named(memory, key)
        ticket = memory.ticket(item.ticket_id)
        wished = end_wish(memory, item.key)
        unwished = wished is not None and wished != item.ticket_id
        waiting = end_waiting(memory, item.key, now)
        files = item.open and ticket is None and not unwished
        held = files and item.hold is Hold.BACKFILLED
        if files:
            item = _file_again(memory, item, now)
            _refuse_unfiled(memory, item)
        if files or waiting or unwished:
            memory.mark([item.incident_id])
            said = "the ticket that was named for it is let be" if unwished else "somebody asked for another try"
            tell(memory, now, "item.retried", item.key, said)
        first = ["The ticket that was named for it is let be."] if unwished else []
        first += ["It was held from before Callsheet’s first cycle; it alone is held no longer."] if held else []
        return Retried(item=item, then=(*first, *_of_retry(memory, item, ticket, refused=waiting)))


def _of_retry(memory: Memory, item: ActionItem, ticket: Ticket | None, *, refused: bool) -> Iterator[str]:
    """What a retry of it leads to."""
    if ticket and refused:
        yield f"The next cycle tries again what was refused about {ticket.key}."
    elif not item.open:
        yield _of_closed(item, ticket)
    elif ticket:
        yield f"It is filed as {ticket.key}; nothing needs doing."
    else:
        cycle = last_cycle(memory)
        waiting = waits(item, cycle)
        if cycle and cycle.mode == Mode.SHADOW.value:
            yield "The mode is shadow: it is filed once CALLSHEET_MODE lets it."
        else:
            yield f"It is filed in its time: {waiting}." if waiting else "The next cycle files it."


def _of_closed(item: ActionItem, ticket: Ticket | None) -> str:
    """How what is done or dropped is taken up again: by its ticket, since nothing here reopens it."""
    if ticket is None:
        return f"It is {item.status}, so nothing is filed. To take it up again, write the promise in a new note or row."
    closed = f"the next cycle closes {ticket.key}" if item.base_status is ItemStatus.OPEN else f"{ticket.key} is closed"
    return f"It is {item.status} and {closed}. To take it up again, reopen {ticket.key}: the next cycle follows."


def _refuse_unfiled(memory: Memory, item: ActionItem) -> None:
    heads, opened = memory.incidents([item.incident_id]), memory.postmortems([item.incident_id])
    why = why_unfiled(item, heads[item.incident_id], opened.get(item.incident_id))
    if why:
        raise NotKnown(f"{item.key} can't be filed now: {why}. Nothing was changed")


def _file_again(memory: Memory, item: ActionItem, now: datetime) -> ActionItem:
    intent = memory.intent(filing_key(item.key))
    if intent and intent.state is IntentState.SENDING:
        raise NotKnown(
            f"it is not known yet whether the last try to file {item.key} arrived; the daemon searches for it by "
            "itself and tries again when it is safe. `callsheet adopt` names a ticket that you have found"
        )
    memory.ready_again(filing_key(item.key))
    memory.remember(RETRIED, {item.key: True}, now)
    bare = replace(item, ticket_id=None, base=None, attempted=None, base_status=None, hold=None)
    memory.save_items([bare])
    return bare


def approve(memory: Memory, refusal_id: str, now: datetime, *, by: str | None = None) -> None:
    """Let the next cycle do what a guard held back."""
    with memory.transaction():
        if not memory.approve(refusal_id, at=now):
            held = ", ".join(refusal.id for refusal, _ in memory.refusals()) or "nothing is held back now"
            raise NotKnown(f"there is no refusal {refusal_id}; {held}")
        tell(memory, now, "refusal.approved", refusal_id, f"{by or 'somebody'} approved it")


def with_name(detail: str, by: str | None) -> str:
    """What was asked for, and by whom where that is known."""
    return f"{detail} (by {by})" if by else detail


def tell(memory: Memory, now: datetime, event: str, subject: str, detail: str) -> None:
    """A line in the ledger about what a person asked for."""
    memory.write_ledger(
        [
            LedgerEntry(
                at=now,
                event=event,
                effect="Ask",
                key=f"ask:{subject}",
                reason=Reason.ASKED_FOR,
                outcome=Outcome.DONE,
                subject=subject,
                detail=detail,
            )
        ]
    )
