"""What people ask for beside the daemon: short transactions that the next cycle picks up."""

from dataclasses import dataclass, replace
from datetime import datetime

from callsheet.connect.ports import Tracker
from callsheet.model.action_item import ActionItem, Hold, ItemStatus
from callsheet.model.effect import Reason
from callsheet.model.incident import Incident
from callsheet.model.ledger import IntentState, LedgerEntry, Outcome
from callsheet.model.memory import OpenedPostmortem
from callsheet.run.intents import end_waiting
from callsheet.run.ports import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """An incident without a post-mortem. `open_tickets` are the keys of those that were filed and stay open."""

    incident: Incident
    open_tickets: tuple[str, ...] = ()


class NotKnown(LookupError):
    """What was named is not there; the message says what to try."""


def incident_named(memory: Memory, word: str) -> Incident:
    """An incident by id or number."""
    found = memory.incident_named(word)
    if found is None:
        raise NotKnown(f"no incident {word} is known; give its id or number, and run a cycle first if it is new")
    return found


def item_named(memory: Memory, word: str) -> ActionItem:
    """An item by its key, or by its ticket's."""
    found = memory.item(word) or memory.item_with_ticket(word)
    if found is None:
        raise NotKnown(f"no action item or ticket {word} is known; `callsheet sheet` lists them")
    return found


def draft(memory: Memory, word: str, now: datetime) -> Incident:
    """Open a post-mortem for an incident, whatever the policy says."""
    with memory.transaction():
        incident = incident_named(memory, word)
        before = memory.postmortems([incident.id]).get(incident.id) or OpenedPostmortem(incident_id=incident.id)
        memory.save_postmortem(replace(before, asked=True, waived_because=None))
        memory.mark([incident.id], stale=True)
        tell(memory, now, "postmortem.asked", incident.id, "somebody asked for a post-mortem")
    return incident


def waive(memory: Memory, word: str, because: str, now: datetime) -> Waived:
    """No post-mortem for this incident, and why; what is filed already stays."""
    with memory.transaction():
        incident = incident_named(memory, word)
        before = memory.postmortems([incident.id]).get(incident.id) or OpenedPostmortem(incident_id=incident.id)
        memory.save_postmortem(replace(before, asked=False, waived_because=because))
        memory.mark([incident.id])
        tell(memory, now, "postmortem.waived", incident.id, because)
        return Waived(incident=incident, open_tickets=_open_tickets(memory, incident.id))


def _open_tickets(memory: Memory, incident_id: str) -> tuple[str, ...]:
    items = [item for item in memory.items_of([incident_id]).get(incident_id, ()) if item.open and item.ticket_id]
    tickets = memory.tickets(item.ticket_id for item in items if item.ticket_id)
    return tuple(tickets[item.ticket_id].key for item in items if item.ticket_id in tickets)


def drop(memory: Memory, key: str, because: str, now: datetime) -> ActionItem:
    """Give an item up, and why; its ticket is closed in the next cycle."""
    with memory.transaction():
        item = item_named(memory, key)
        memory.save_items([replace(item, status=ItemStatus.DROPPED, status_because=because)])
        memory.mark([item.incident_id])
        tell(memory, now, "item.dropped", item.key, because)
    return item


def retry(memory: Memory, key: str, now: datetime) -> ActionItem:
    """Try once more, now: what was refused, or to file an item whose ticket was deleted by hand."""
    with memory.transaction():
        item = item_named(memory, key)
        gone = item.ticket_id is not None and not memory.tickets([item.ticket_id])
        waiting = end_waiting(memory, item.key, now)
        if item.ticket_id is not None and not gone and not waiting:
            raise NotKnown(f"{key} has a ticket already; nothing is to be tried again")
        if item.ticket_id is None or gone:
            _file_again(memory, item)
        memory.mark([item.incident_id])
        tell(memory, now, "item.retried", item.key, "somebody asked for another try")
    return item


def _file_again(memory: Memory, item: ActionItem) -> None:
    intent = memory.intent(f"file:{item.key}")
    if intent and intent.state is IntentState.SENDING:
        raise NotKnown(
            f"it is not known yet whether the last try to file {item.key} arrived; the daemon searches for it by "
            "itself and tries again when it is safe. `callsheet adopt` names a ticket that you have found"
        )
    memory.ready_again(f"file:{item.key}")
    hold = None if item.hold is Hold.PARKED else item.hold
    memory.save_items([replace(item, ticket_id=None, base=None, base_status=None, hold=hold)])


def adopt(memory: Memory, tracker: Tracker, key: str, ticket_word: str, now: datetime) -> ActionItem:
    """Take an existing ticket as the item's own. `ticket_word` is its key or id; it is read now."""
    item_named(memory, key)
    read = tracker.read([ticket_word])
    if not read.found:
        raise NotKnown(f"no ticket {ticket_word} can be seen; check its key and our account's permissions")
    ticket = read.found[0]
    with memory.transaction():
        # Read again: the daemon may have changed it while the tracker answered.
        item = item_named(memory, key)
        memory.save_tickets([ticket])
        memory.save_items([replace(item, ticket_id=None, base=None, hold=None)])
        memory.remember("adopt", {item.key: ticket.id}, now)
        memory.mark([item.incident_id])
        tell(memory, now, "item.adopting", item.key, f"somebody named {ticket.key}")
    return item


def approve(memory: Memory, refusal_id: str, now: datetime) -> None:
    """Let the next cycle do what a guard held back."""
    with memory.transaction():
        if not memory.approve(refusal_id, at=now):
            held = ", ".join(refusal.id for refusal, _ in memory.refusals()) or "nothing is held back now"
            raise NotKnown(f"there is no refusal {refusal_id}; {held}")
        tell(memory, now, "refusal.approved", refusal_id, "somebody approved it")


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
