"""Taking over a ticket that exists: what a person may name, and the effect that makes it the item's own."""

import re
from dataclasses import dataclass, replace

from callsheet.model.action_item import ActionItem, ItemStatus, is_marker, marker
from callsheet.model.effect import Adopt, Reason, filing_key
from callsheet.model.ledger import IntentState, Outcome
from callsheet.model.ticket import Category, ProjectRules, Ticket, TicketChange
from callsheet.plan.decide import DUPLICATE
from callsheet.plan.ownership import target_of
from callsheet.plan.policy import Mode
from callsheet.plan.taking import adopting, found_again, taking_over
from callsheet.run.app import App
from callsheet.run.asks import item_named, tell
from callsheet.run.done import Done, skipped
from callsheet.run.intents import end_waiting
from callsheet.run.lookups import recall_lookups
from callsheet.run.names import NotKnown, last_part
from callsheet.run.overview import reading_now
from callsheet.run.rearm import keep
from callsheet.run.wishes import WISH, end_wish, wishes

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_EVENT = "ticket.adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """A ticket that somebody named for an item.

    `was` is the one that the item has had until now; the same ticket: nothing is to be done. `remarks` are what should
    be looked at before the next cycle.
    """

    item: ActionItem
    ticket: Ticket
    was: Ticket | None = None
    remarks: tuple[str, ...] = ()


def wish(app: App, key: str, word: str, *, force: bool = False) -> Wished:
    """Name an existing ticket, by key or address, as the item's own. It is read now and followed by the next cycle.

    NotKnown where it can't be followed; `force` lets it replace the item's ticket, or bear another item's marker.
    """
    item = item_named(app.memory, key)
    ticket = _named(app, item, word)
    with app.memory.transaction():
        # Read again: the daemon may have changed it while the tracker answered.
        item = item_named(app.memory, key)
        was = app.memory.ticket(item.ticket_id)
        end_wish(app.memory, item.key)
        found = Wished(item=item, ticket=ticket, was=was)
        if ticket.id == item.ticket_id:
            return found
        _refuse_dropped(item, was)
        _refuse_taken(app, item, ticket)
        if not force:
            _refuse_doubtful(app, item, ticket, was)
        now = app.clock.now()
        app.memory.save_tickets([ticket])
        app.memory.remember(WISH, {item.key: ticket.id}, now)
        # Naming it once more says that what it was refused for is mended.
        end_waiting(app.memory, item.key, now)
        app.memory.mark([item.incident_id])
        swap = f", instead of {was.key}" if was else ""
        tell(app.memory, now, "item.adopting", item.key, f"somebody named {ticket.key}{swap}")
        return replace(found, remarks=_remarks(app, item, ticket, was))


def _named(app: App, item: ActionItem, word: str) -> Ticket:
    """The ticket as the tracker has it now."""
    name = last_part(word)
    project = _project(app, item)
    if not _KEY.fullmatch(name) or name.startswith("ai-"):
        raise NotKnown(f"“{word}” is no ticket's key; write it as `callsheet adopt {item.key} {project}-12`")
    # People type keys in small letters; trackers write them in capitals.
    for each in dict.fromkeys((name, name.upper())):
        read = app.tracker.read([each])
        if read.found:
            return read.found[0]
    raise NotKnown(
        f"no ticket {name} can be seen in {app.tracker_name}; check its key (this incident's items are filed in "
        f"{project}) and our account's permissions. Nothing was changed"
    )


def _target(app: App, item: ActionItem) -> tuple[str, str]:
    head = app.memory.incidents([item.incident_id])[item.incident_id]
    return target_of(head, reading_now(app), app.house)


def _project(app: App, item: ActionItem) -> str:
    return _target(app, item)[0]


def _rules(app: App, item: ActionItem, ticket: Ticket) -> ProjectRules | None:
    """The rules of the ticket's project, where it is the one that the item is filed in and they are known."""
    rules = recall_lookups(app).rules.get(_target(app, item))
    return rules if isinstance(rules, ProjectRules) and rules.project == ticket.project else None


def _refuse_dropped(item: ActionItem, was: Ticket | None) -> None:
    """Its ticket would be closed with it."""
    if item.status is ItemStatus.DROPPED:
        again = f"reopen {was.key}" if was else "write it down once more"
        raise NotKnown(f"{item.key} “{item.spoken.title}” was dropped; to promise it again, {again}")


def _refuse_taken(app: App, item: ActionItem, ticket: Ticket) -> None:
    """A ticket is followed as one item only."""
    holder = app.memory.items_with_tickets([ticket.id]).get(ticket.id)
    others = [key for key, ticket_id in wishes(app.memory).items() if ticket_id == ticket.id and key != item.key]
    taken = holder or next((found for key in others if (found := app.memory.item(key))), None)
    if taken:
        raise NotKnown(f"{ticket.key} is followed as {taken.key} “{taken.spoken.title}” already; name another ticket")


def _refuse_doubtful(app: App, item: ActionItem, ticket: Ticket, was: Ticket | None) -> None:
    """What a slip of the keyboard may look like, and a person has to mean."""
    if was:
        raise NotKnown(
            f"{item.key} “{item.spoken.title}” has {_shown(was)} already. `--force` follows {_shown(ticket)} instead; "
            f"{was.key} then stays as it is"
        )
    if _markers(ticket) - {marker(app.house.namespace, item.key)}:
        raise NotKnown(
            f"{_shown(ticket)} carries the marker of another item, so it was filed for something else. If it is the "
            "right one all the same, `--force` follows it"
        )


def _remarks(app: App, item: ActionItem, ticket: Ticket, was: Ticket | None) -> tuple[str, ...]:
    project, ours = _project(app, item), marker(app.house.namespace, item.key)
    closed = ticket.category is Category.DONE
    stays = "stays closed" if was and was.category is Category.DONE else "stays open"
    priority = taking_over(item, ticket, _rules(app, item, ticket), reading_now(app)).terms.priority
    found = [
        f"{item.key} was done; it opens again with {ticket.key}." if not item.open and not closed else None,
        f"{was.key} {stays} and is linked as its duplicate." if was and _markers(was) & {ours} else None,
        f"{ticket.key} carries another item's marker as well." if _markers(ticket) - {ours} else None,
        f"{ticket.key} carries nobody's marker yet; it gets this item's." if not _markers(ticket) else None,
        f"It is in {ticket.project}; this incident's items are filed in {project}."
        if ticket.project != project
        else None,
        f"{ticket.key} is closed, so the item counts as done with it." if closed else None,
        f"Its priority becomes {priority or 'none'}, as on {ticket.key}; it was {item.terms.priority or 'none'}."
        if priority != item.terms.priority
        else None,
    ]
    return tuple(remark for remark in found if remark)


def _shown(ticket: Ticket) -> str:
    return f"{ticket.key} “{ticket.title}”"


def _markers(ticket: Ticket) -> frozenset[str]:
    return frozenset(label for label in ticket.labels if is_marker(label))


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
        _let_be(effect, ticket, labelled, app)
        return skipped(_EVENT)

    def save() -> None:
        app.memory.save_tickets([labelled])
        latest = _in_need(effect, app)
        if latest:
            _take(effect, latest, labelled, app)

    return Done(event=_EVENT, outcome=Outcome.ADOPTED, detail=_told(effect, ticket, item, app), save=save)


def _let_be(effect: Adopt, ticket: Ticket, labelled: Ticket, app: App) -> None:
    """Take our labels off a ticket whose wish ended, unless another process was faster and follows it by them."""
    item = app.memory.item(effect.item_key)
    if effect.reason is Reason.ASKED_FOR and not (item and item.ticket_id == ticket.id):
        _relabel(labelled, ticket.labels, app)


def _in_need(effect: Adopt, app: App) -> ActionItem | None:
    """The item as it is, while a person names the ticket for it; one that was only found is for an item without any."""
    item = app.memory.item(effect.item_key)
    if effect.reason is Reason.ASKED_FOR:
        return item if wishes(app.memory).get(effect.item_key) == effect.ticket_id else None
    return item if item and item.ticket_id is None else None


def _take(effect: Adopt, item: ActionItem, ticket: Ticket, app: App) -> None:
    reading, rules = reading_now(app), _rules(app, item, ticket)
    # Not that of a hand, or of a memory that is lost: we know that we sent it.
    intent = app.memory.intent(filing_key(item.key)) if effect.reason is Reason.MARKER_FOUND else None
    bare = replace(item, ticket_id=None, base=None)
    if intent:
        taken = found_again(bare, ticket, rules, reading, intent.sent)
    else:
        take = taking_over if effect.reason is Reason.ASKED_FOR else adopting
        taken = take(bare, ticket, rules, reading)
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
    others = _markers(ticket) - {marker(app.house.namespace, effect.item_key)}
    whose = "another item's marker is on it" if others else "it had nobody's marker" if not _markers(ticket) else ""
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
