"""Effects on tickets: file, adopt, bring both sides together, comment, link a duplicate."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from callsheet.connect.errors import NotFound, Rejected
from callsheet.model.action_item import ActionItem, Hold, marker
from callsheet.model.effect import (
    Adopt,
    Comment,
    FileTicket,
    LinkDuplicate,
    RecordStatus,
    TransitionTicket,
    UpdateTicket,
)
from callsheet.model.ledger import IntentState, Outcome
from callsheet.model.person import Account
from callsheet.model.text import paragraph
from callsheet.model.ticket import Category, Ticket, TicketChange, TicketRef
from callsheet.plan.decide import DUPLICATE, reading_of
from callsheet.plan.meaning import Reading
from callsheet.plan.nudging import ladder
from callsheet.plan.ownership import target_of
from callsheet.plan.policy import Mode
from callsheet.plan.reconcile import adopting, filed
from callsheet.plan.rules import OnUnknown
from callsheet.run.app import App
from callsheet.run.done import SUCCESS, Done, not_sent, skipped
from callsheet.run.intents import Once, Seen, Sent, carry_out
from callsheet.run.look import overview
from callsheet.run.lookups import forget_people, recall_lookups

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def file(effect: FileTicket, app: App, lost_answers: Callable[[str], Seen]) -> Done:
    """Create the item's ticket, at most once; one that an earlier try left behind is adopted.

    `lost_answers` sees the ticket that carries a marker.
    """
    item = app.memory.item(effect.item_key)
    if item is None or item.ticket_id is not None or not item.open:
        return skipped("ticket.filed")
    refs: list[TicketRef] = []

    def send() -> str:
        try:
            refs.append(app.tracker.create(effect.draft))
        except Rejected:
            # Perhaps its owner has left since we asked: ask anew.
            forget_people(app)
            raise
        return refs[0].id

    once = Once(
        key=effect.key,
        marker=effect.marker,
        target=effect.draft.project,
        send=send,
        find=lambda: lost_answers(effect.marker),
        park=app.rules.on_unknown is OnUnknown.PARK,
    )
    sent = carry_out(once, app.memory, app.clock, app.settle_time)
    if sent.outcome is Outcome.PARKED:
        return _parked(item, sent, app)
    if sent.outcome not in SUCCESS:
        return not_sent("ticket.filed", sent)
    if refs:
        ticket = _as_filed(effect, refs[0], app.clock.now())
    else:
        ticket = app.memory.tickets([sent.result]).get(sent.result) or _read(app, sent.result)

    def save() -> None:
        sent.conclude()
        app.memory.save_tickets([ticket] if refs else [])
        latest = app.memory.item(item.key) or item
        # Another process may have been faster; the ticket that it found stays, and this one is linked to it.
        if latest.ticket_id in {None, ticket.id}:
            ours = filed(latest, effect.draft, ticket.id) if refs else adopting(latest, ticket, None, _reading(app))
            _keep(ours, app)

    event = "ticket.adopted" if sent.outcome is Outcome.ADOPTED else "ticket.filed"
    return Done(event=event, outcome=sent.outcome, detail=ticket.key, save=save)


def _parked(item: ActionItem, sent: Sent, app: App) -> Done:
    """The item is held until a person says what came of its ticket."""

    def save() -> None:
        sent.conclude()
        app.memory.save_items([replace(app.memory.item(item.key) or item, hold=Hold.PARKED)])
        app.memory.mark([item.incident_id])

    hint = f"`callsheet adopt {item.key} TICKET` names it, `callsheet retry {item.key}` makes one"
    return Done(event="ticket.filed", outcome=Outcome.PARKED, detail=f"{sent.error}: {hint}", save=save)


def _read(app: App, ticket_id: str) -> Ticket:
    read = app.tracker.read([ticket_id])
    if not read.found:
        raise NotFound(f"the ticket {ticket_id} was written and can't be read; look for it in the tracker")
    app.memory.save_tickets(read.found)
    return read.found[0]


def _as_filed(effect: FileTicket, ref: TicketRef, now: datetime) -> Ticket:
    """The ticket as we sent it, until the tracker's feed brings it: whatever that says is newer."""
    draft = effect.draft
    owner = Account(id=draft.owner, name=effect.owner_name or draft.owner) if draft.owner else None
    return Ticket(
        id=ref.id,
        key=ref.key,
        url=ref.url,
        project=draft.project,
        title=draft.title,
        owner=owner,
        priority=effect.priority_name,
        status="",
        category=Category.NEW,
        created_at=now,
        updated_at=LONG_AGO,
        due_on=draft.due_on,
        labels=frozenset(draft.labels),
    )


def adopt(effect: Adopt, app: App) -> Done:
    """Take a ticket that exists as the item's own."""
    ticket = app.memory.tickets([effect.ticket_id]).get(effect.ticket_id)
    if ticket is None:
        gone = f"the ticket can no longer be seen; `callsheet adopt {effect.item_key} TICKET` names another"
        return Done(event="ticket.adopted", outcome=Outcome.REJECTED, detail=gone)
    holder = app.memory.items_with_tickets([ticket.id]).get(ticket.id)
    if holder and holder.key != effect.item_key:
        held = f"{ticket.key} is followed as {holder.key} already; name another ticket"
        return Done(event="ticket.adopted", outcome=Outcome.REJECTED, detail=held)
    item = app.memory.item(effect.item_key)
    if item is None or item.ticket_id is not None:
        return skipped("ticket.adopted")
    reading = _reading(app)
    head = app.memory.incidents([item.incident_id])[item.incident_id]
    project = recall_lookups(app).rules.get(target_of(head, reading, app.house))
    known = project if project and not isinstance(project, str) and project.project == ticket.project else None
    ticket = _labelled(effect, ticket, app)

    def save() -> None:
        app.memory.save_tickets([ticket])
        # Somebody may have changed it while the tracker answered.
        latest = app.memory.item(item.key) or item
        if latest.ticket_id is None:
            _keep(adopting(latest, ticket, known, reading), app)
            _found_out(item.key, ticket.id, app)

    return Done(event="ticket.adopted", outcome=Outcome.ADOPTED, detail=ticket.key, save=save)


def _labelled(effect: Adopt, ticket: Ticket, app: App) -> Ticket:
    """Put our labels on a ticket that lacks them, or no search would ever bring it again."""
    wanted = {app.house.namespace, marker(app.house.namespace, effect.item_key)}
    missing = tuple(sorted(wanted - ticket.labels))
    if not missing or app.mode is Mode.SHADOW:
        return ticket
    app.tracker.update(ticket.id, TicketChange(add_labels=missing))
    return replace(ticket, labels=ticket.labels | wanted)


def _found_out(item_key: str, ticket_id: str, app: App) -> None:
    """A create whose answer was lost, or that was refused, is settled by the ticket that is there now."""
    intent = app.memory.intent(f"file:{item_key}")
    if intent and intent.state is not IntentState.DONE:
        app.memory.conclude(intent, IntentState.DONE, result=ticket_id)


def _reading(app: App) -> Reading:
    return reading_of(overview(app, app.clock.now()), app.rules)


def agree(
    effect: UpdateTicket | TransitionTicket | RecordStatus, app: App, event: str, act: Callable[[], None]
) -> Done:
    """Set to a value, then remember that both sides agree. Skipped when the item is no longer what was planned on."""
    if app.memory.item(effect.item_key) != effect.planned_on:
        return skipped(event)
    # Somebody may have changed the ticket since the search saw it: the tracker wins, so the next round compares anew.
    if not isinstance(effect, RecordStatus) and _moved_on(effect.ticket_id, app):
        return skipped(event)
    act()
    # What we remember of the ticket is older than what we wrote: it would look like a person's change back.
    if not isinstance(effect, RecordStatus):
        _read(app, effect.ticket_id)

    def save() -> None:
        # Somebody may have dropped it while the tracker answered: then the next round compares again.
        if app.memory.item(effect.item_key) == effect.planned_on:
            _keep(effect.settled, app)

    return Done(event=event, detail=_changes(effect), save=save)


def _moved_on(ticket_id: str, app: App) -> bool:
    """Whether the ticket is no longer as we knew it; what it is now is remembered."""
    known = app.memory.tickets([ticket_id]).get(ticket_id)
    found = _read(app, ticket_id)
    return known is None or _agreeable(found) != _agreeable(known)


def _agreeable(ticket: Ticket) -> tuple[object, ...]:
    """What both sides may change. A status that we have not seen yet is that of a ticket that we have just made."""
    owner = ticket.owner.id if ticket.owner else None
    return ticket.title, owner, ticket.due_on, ticket.priority, ticket.category, ticket.resolution


def _changes(effect: UpdateTicket | TransitionTicket | RecordStatus) -> str:
    if isinstance(effect, TransitionTicket):
        return effect.because or "dropped"
    return "; ".join(f"{name}: {effect.before[name] or '-'} -> {effect.after[name] or '-'}" for name in effect.after)


def _keep(item: ActionItem, app: App) -> None:
    """Save an item whose ticket, date or status changed: its ladder of nudges starts anew when the date did."""
    before = app.memory.item(item.key)
    app.memory.save_items([item], nudge_on=ladder(before, item, app.rules.nudge_days))


def comment(effect: Comment, app: App) -> Done:
    """Write one comment, at most once."""

    def find() -> Seen:
        at = app.clock.now()
        ids = (said.id for said in app.tracker.comments(effect.ticket_id) if effect.marker in said.text)
        return Seen(at=at, result=next(ids, None))

    once = Once(
        key=effect.key,
        marker=effect.marker,
        target=effect.ticket_id,
        send=lambda: app.tracker.comment(effect.ticket_id, effect.body, effect.marker),
        find=find,
    )
    sent = carry_out(once, app.memory, app.clock, app.settle_time)
    if sent.outcome not in SUCCESS:
        return not_sent("ticket.commented", sent)
    return Done(event="ticket.commented", outcome=sent.outcome, save=sent.conclude)


def link(effect: LinkDuplicate, app: App) -> Done:
    """Link a late duplicate to the ticket that is kept, say so on it, and mark it, so that it is done once."""
    tickets = app.memory.tickets([effect.kept_id, effect.duplicate_id])
    if len(tickets) < 2:
        return skipped("ticket.linked")
    kept, duplicate = tickets[effect.kept_id], tickets[effect.duplicate_id]
    app.tracker.link_duplicate(duplicate.id, kept.id)
    said = comment(
        Comment(
            key=f"comment:{effect.key}",
            reason=effect.reason,
            item_key=effect.item_key,
            incident_id=effect.incident_id,
            ticket_id=duplicate.id,
            marker=marker(app.house.namespace, effect.key),
            body=(paragraph(f"This ticket repeats {kept.key}, which Callsheet follows. Please close one of them."),),
        ),
        app,
    )
    if said.outcome not in SUCCESS:
        return replace(said, event="ticket.linked")
    # The comment stands, whatever comes of the label.
    said.save()
    app.tracker.update(duplicate.id, TicketChange(add_labels=(DUPLICATE,)))
    labelled = replace(duplicate, labels=duplicate.labels | {DUPLICATE})
    return Done(
        event="ticket.linked",
        outcome=said.outcome,
        detail=f"{duplicate.key} repeats {kept.key}",
        save=lambda: app.memory.save_tickets([labelled]),
    )
