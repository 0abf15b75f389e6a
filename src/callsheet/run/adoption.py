"""The effect that makes a ticket that exists the item's own: one that was found, or named as `takeover` has it."""

from dataclasses import replace

from callsheet.model.action_item import ActionItem, ItemStatus, marker, markers
from callsheet.model.effect import Adopt, Reason, filing_key
from callsheet.model.ledger import IntentState, Outcome
from callsheet.model.ticket import ProjectRules, Ticket, TicketChange
from callsheet.plan.decide import DUPLICATE
from callsheet.plan.met_again import met_again
from callsheet.plan.ownership import target_of
from callsheet.plan.policy import Mode
from callsheet.plan.taking import adopting, found_again, taking_over
from callsheet.run.app import App
from callsheet.run.done import Done, skipped
from callsheet.run.lookups import recall_lookups
from callsheet.run.overview import reading_now
from callsheet.run.rearm import keep
from callsheet.run.wishes import end_wish, wishes

_EVENT = "ticket.adopted"
# Told of a ticket whose labels were written in vain.
LABELLED = "changed meanwhile, after its labels were written"
LABELS_TAKEN_OFF = f"{LABELLED}, which were taken off again"
_TAKES = {Reason.ASKED_FOR: taking_over, Reason.MARKER_FOUND: met_again, Reason.HAND_MADE_TICKET: adopting}


def adopt(effect: Adopt, app: App) -> Done:
    """Take a ticket that exists as the item's own. A wish that can't be fulfilled ends, and says why."""
    ticket = _as_it_is(effect, app)
    if ticket is None:
        gone = f"the ticket can no longer be seen; `callsheet adopt {effect.item_key} TICKET` names another"
        return _refused(effect, gone, app)
    holder = app.memory.items_with_tickets([ticket.id]).get(ticket.id)
    if holder and holder.key != effect.item_key:
        return _refused(effect, f"{ticket.key} is followed as {holder.key} already; name another ticket", app)
    item = _in_need(effect, app)
    if item is None:
        return skipped(_EVENT)
    if effect.reason is Reason.ASKED_FOR and item.status is ItemStatus.DROPPED:
        return _refused(effect, f"the item was dropped meanwhile, so {ticket.key} is let be", app)
    labelled = _labelled(effect, ticket, app)
    # Somebody may have let go of it, or wished for another ticket, while the tracker answered.
    if _in_need(effect, app) is None:
        off = _let_be(effect, ticket, labelled, app)
        return skipped(_EVENT) if labelled == ticket else skipped(_EVENT, LABELS_TAKEN_OFF if off else LABELLED)

    def save() -> None:
        app.memory.save_tickets([labelled])
        latest = _in_need(effect, app)
        if latest:
            _take(effect, latest, labelled, app)

    return Done(event=_EVENT, outcome=Outcome.ADOPTED, detail=_told(effect, ticket, item, app), save=save)


def _let_be(effect: Adopt, ticket: Ticket, labelled: Ticket, app: App) -> bool:
    """Take our labels off a ticket whose wish ended, unless another process was faster and follows it by them."""
    item = app.memory.item(effect.item_key)
    ended = effect.reason is Reason.ASKED_FOR and not (item and item.ticket_id == ticket.id)
    if ended:
        _relabel(labelled, ticket.labels, app)
    return ended


def _in_need(effect: Adopt, app: App) -> ActionItem | None:
    """The item as it is, while a person names the ticket for it; one that was only found is for an item without any."""
    item = app.memory.item(effect.item_key)
    if effect.reason is Reason.ASKED_FOR:
        return item if wishes(app.memory).get(effect.item_key) == effect.ticket_id else None
    return item if item and item.ticket_id is None else None


def _take(effect: Adopt, item: ActionItem, ticket: Ticket, app: App) -> None:
    reading, rules = reading_now(app), rules_for(app, item, ticket)
    # Not that of a hand, or of a memory that is lost: we know that we sent it.
    intent = app.memory.intent(filing_key(item.key)) if effect.reason is Reason.MARKER_FOUND else None
    bare = replace(item, ticket_id=None, base=None)
    if intent:
        taken = found_again(bare, ticket, rules, reading, intent.sent)
    else:
        taken = _TAKES[effect.reason](bare, ticket, rules, reading)
    keep(app, [taken], reading)
    _found_out(item.key, ticket.id, app)
    if wishes(app.memory).get(item.key) == ticket.id:
        end_wish(app.memory, item.key)


def _as_it_is(effect: Adopt, app: App) -> Ticket | None:
    """What a person named is looked at once more: it may have gone since. The rest was just seen."""
    if effect.reason is Reason.ASKED_FOR:
        return next(iter(app.tracker.read([effect.ticket_id]).found), None)
    return app.memory.ticket(effect.ticket_id)


def _refused(effect: Adopt, why: str, app: App) -> Done:
    def save() -> None:
        if wishes(app.memory).get(effect.item_key) == effect.ticket_id:
            end_wish(app.memory, effect.item_key)

    return Done(event=_EVENT, outcome=Outcome.REJECTED, detail=why, save=save)


def _told(effect: Adopt, ticket: Ticket, item: ActionItem, app: App) -> str:
    """The ticket, the one before it, and whose it was until now."""
    was = app.memory.ticket(item.ticket_id)
    theirs = markers(ticket.labels)
    others = theirs - {marker(app.house.namespace, effect.item_key)}
    whose = "another item's marker is on it" if others else "" if theirs else "it had nobody's marker"
    return "; ".join(word for word in (f"was {was.key}, now {ticket.key}" if was else ticket.key, whose) if word)


def _labelled(effect: Adopt, ticket: Ticket, app: App) -> Ticket:
    """Put our labels on a ticket that lacks them, or no search would ever bring it again; it repeats no other now."""
    ours = {app.house.namespace, marker(app.house.namespace, effect.item_key)}
    return ticket if app.mode is Mode.SHADOW else _relabel(ticket, (ticket.labels | ours) - {DUPLICATE}, app)


def _relabel(ticket: Ticket, labels: frozenset[str], app: App) -> Ticket:
    """Bring our labels on a ticket to these."""
    if ticket.labels != labels:
        more, fewer = tuple(sorted(labels - ticket.labels)), tuple(sorted(ticket.labels - labels))
        app.tracker.update(ticket.id, TicketChange(add_labels=more, remove_labels=fewer))
    return replace(ticket, labels=labels)


def _found_out(item_key: str, ticket_id: str, app: App) -> None:
    """A create whose answer was lost, or that was refused, is settled by the ticket that is there now."""
    intent = app.memory.intent(filing_key(item_key))
    if intent and intent.state is not IntentState.DONE:
        app.memory.conclude(intent, IntentState.DONE, result=ticket_id)


def filed_in(app: App, item: ActionItem) -> tuple[str, str]:
    """The project and issue type that the item's incident is filed in."""
    head = app.memory.incidents([item.incident_id])[item.incident_id]
    return target_of(head, reading_now(app), app.house)


def rules_for(app: App, item: ActionItem, ticket: Ticket) -> ProjectRules | None:
    """The rules of the ticket's project, where it is the one that the item is filed in and they are known."""
    rules = recall_lookups(app).rules.get(filed_in(app, item))
    return rules if isinstance(rules, ProjectRules) and rules.project == ticket.project else None
