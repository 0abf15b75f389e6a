"""Effects on tickets: file, bring both sides together, comment, link a duplicate."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from callsheet.connect.errors import ConnectorError, NotFound, Rejected
from callsheet.model.action_item import ActionItem, Hold, marker
from callsheet.model.effect import (
    Comment,
    FileTicket,
    LinkDuplicate,
    RecordStatus,
    TransitionTicket,
    UpdateTicket,
)
from callsheet.model.ledger import Outcome
from callsheet.model.person import Account
from callsheet.model.text import paragraph
from callsheet.model.ticket import Category, Field, ProjectRules, Ticket, TicketChange, TicketRef
from callsheet.plan.decide import DUPLICATE
from callsheet.plan.rules import OnUnknown
from callsheet.plan.taking import as_sent, filed, found_again
from callsheet.run.app import App
from callsheet.run.done import SUCCESS, Done, not_sent, skipped
from callsheet.run.intents import Once, Seen, Sent, carry_out
from callsheet.run.lookups import forget_people, recall_lookups
from callsheet.run.overview import reading_now
from callsheet.run.rearm import keep
from callsheet.run.stopping import go_on, never
from callsheet.run.wishes import wishes

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def file(effect: FileTicket, app: App, lost_answers: Callable[[str], Seen]) -> Done:
    """Create the item's ticket, at most once; one that an earlier try left behind is adopted.

    `lost_answers` sees the ticket that carries a marker.
    """
    item = app.memory.item(effect.item_key)
    if item is None or not _to_file(item, app):
        return skipped("ticket.filed")
    refs: list[TicketRef] = []
    sent = carry_out(_filing(effect, item, app, lost_answers, refs), app.memory, app.clock, app.settle_time)
    if sent.outcome is Outcome.PARKED:
        return _parked(item, sent, app)
    if sent.outcome not in SUCCESS:
        return not_sent("ticket.filed", sent)
    intent = app.memory.intent(effect.key)
    said = intent.sent if intent else None
    found = None if refs else app.memory.ticket(sent.result) or _read(app, sent.result)
    ticket = found or _as_filed(effect, refs[0], app.clock.now())

    def save() -> None:
        sent.conclude()
        app.memory.save_tickets([ticket] if refs else [])
        latest = app.memory.item(item.key) or item
        # Another process may have been faster; the ticket that it found stays, and this one is linked to it.
        if latest.ticket_id in {None, ticket.id}:
            reading = reading_now(app)
            ours = filed(latest, effect.draft, ticket.id) if refs else found_again(latest, ticket, None, reading, said)
            keep(app, [ours], reading, filed_by_us=True)

    event = "ticket.adopted" if sent.outcome is Outcome.ADOPTED else "ticket.filed"
    return Done(event=event, outcome=sent.outcome, detail=ticket.key, save=save)


def _filing(
    effect: FileTicket, item: ActionItem, app: App, lost_answers: Callable[[str], Seen], refs: list[TicketRef]
) -> Once:
    """The create, to be carried out once; what it answers joins the `refs`."""

    def send() -> str:
        try:
            refs.append(app.tracker.create(effect.draft))
        except Rejected:
            # Perhaps its owner has left since we asked: ask anew.
            forget_people(app)
            raise
        return refs[0].id

    return Once(
        key=effect.key,
        marker=effect.marker,
        target=effect.draft.project,
        send=send,
        find=lambda: lost_answers(effect.marker),
        park=app.rules.on_unknown is OnUnknown.PARK,
        says=as_sent(item, effect.draft),
    )


def _to_file(item: ActionItem, app: App) -> bool:
    """Whether nobody has dropped it, waived its post-mortem or named a ticket for it since it was planned."""
    opened = app.memory.postmortem(item.incident_id)
    live = opened is not None and opened.live
    return live and item.open and item.ticket_id is None and item.key not in wishes(app.memory)


def _parked(item: ActionItem, sent: Sent, app: App) -> Done:
    """The item is held until a person says what came of its ticket."""

    def save() -> None:
        # Somebody else has found out meanwhile: then nobody has to.
        if sent.conclude() is False:
            return
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


def agree(
    effect: UpdateTicket | TransitionTicket | RecordStatus, app: App, event: str, act: Callable[[], Ticket | None]
) -> Done:
    """Set to a value, then remember that both sides agree. Skipped when the item is no longer what was planned on.

    `act` answers with the ticket as it left it, where it knows. Whether a person changed the ticket meanwhile was asked
    for all tickets at once, by `ChangedMeanwhile`.
    """
    begun = _begun(effect, app)
    if begun is None:
        return skipped(event)
    try:
        written = act()
    except ConnectorError as error:
        if not error.outcome_unknown:
            _take_back(effect, begun, app)
        raise
    written = written or _written(effect, app)

    def save() -> None:
        app.memory.save_tickets([written] if written else [])
        # Somebody may have dropped it while the tracker answered: then the next round compares again.
        if app.memory.item(effect.item_key) == begun:
            keep(app, [effect.settled], reading_now(app))

    return Done(event=event, detail=_changes(effect), save=save)


def as_if_recorded(effect: RecordStatus, app: App) -> None:
    """Take over what a ticket says: for a rehearsal, whose store is a throw-away copy."""
    agree(effect, app, "status.recorded", lambda: None).save()
    app.memory.mark([effect.planned_on.incident_id])


def _begun(effect: UpdateTicket | TransitionTicket | RecordStatus, app: App) -> ActionItem | None:
    """The item while the effect is under way; None when it is no longer what was planned on.

    What an edit makes of the ticket is on disk before it leaves: should its answer be lost, it is known for ours.
    """
    with app.memory.transaction():
        planned = effect.planned_on
        if app.memory.item(effect.item_key) != planned:
            return None
        edits = isinstance(effect, UpdateTicket) and effect.change.fields
        begun = replace(planned, attempted=effect.settled.base) if edits else planned
        if begun != planned:
            app.memory.save_items([begun])
        return begun


def _take_back(effect: UpdateTicket | TransitionTicket | RecordStatus, begun: ActionItem, app: App) -> None:
    """Nothing of an edit will show: a clear no. What people did to the item meanwhile stays."""
    with app.memory.transaction():
        item = app.memory.item(effect.item_key)
        if item and begun != effect.planned_on and item.attempted == begun.attempted:
            app.memory.save_items([replace(item, attempted=effect.planned_on.attempted)])


def _written(effect: UpdateTicket | TransitionTicket | RecordStatus, app: App) -> Ticket | None:
    """The ticket as our edit left it, so that the search's next word is known for our own echo.

    A hair younger than it was: what a lagging search still shows of before is older than that.
    """
    before = app.memory.ticket(effect.ticket_id) if isinstance(effect, UpdateTicket) else None
    if before is None or not isinstance(effect, UpdateTicket):
        return None
    sent = effect.change.fields
    changes: dict[str, Any] = {name.value: value for name, value in sent.items()}
    if Field.OWNER in sent:
        owner = effect.settled.owner
        name = owner.name if owner else str(sent[Field.OWNER])
        changes["owner"] = Account(id=str(sent[Field.OWNER]), name=name) if sent[Field.OWNER] else None
    if Field.PRIORITY in sent:
        rules = [known for known in recall_lookups(app).rules.values() if isinstance(known, ProjectRules)]
        options = {option.id: option.name for known in rules for option in known.priorities}
        changes["priority"] = options.get(str(sent[Field.PRIORITY]), before.priority)
    return replace(before, **changes, updated_at=before.updated_at + timedelta(microseconds=1))


def _changes(effect: UpdateTicket | TransitionTicket | RecordStatus) -> str:
    if isinstance(effect, TransitionTicket):
        return effect.because or "dropped"
    told = "; ".join(f"{name}: {effect.before[name] or '-'} -> {effect.after[name] or '-'}" for name in effect.after)
    by = effect.by if isinstance(effect, RecordStatus) else None
    return f"by {by}; {told}" if by else told


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

    def save() -> None:
        sent.conclude()
        if effect.answers:
            _answered(effect.item_key, effect.answers, app)

    return Done(event="ticket.commented", outcome=sent.outcome, save=save)


def _answered(item_key: str, comment_id: str, app: App) -> None:
    item = app.memory.item(item_key)
    if item:
        left = tuple(reply for reply in item.replies if reply.comment_id != comment_id)
        app.memory.save_items([replace(item, replies=left)])


def said_key(key: str) -> str:
    """The intent of the comment that a linked duplicate gets."""
    return f"comment:{key}"


def link(effect: LinkDuplicate, app: App, stopping: Callable[[], bool] = never) -> Done:
    """Link a late duplicate to the ticket that is kept, say so on it, and mark it, so that it is done once.

    Each of the three may be done again or is known to be done, so it ends between them when asked to stop.
    """
    tickets = app.memory.tickets([effect.kept_id, effect.duplicate_id])
    if len(tickets) < 2:
        return skipped("ticket.linked")
    kept, duplicate = tickets[effect.kept_id], tickets[effect.duplicate_id]
    app.tracker.link_duplicate(duplicate.id, kept.id)
    go_on(stopping)
    said = comment(
        Comment(
            key=said_key(effect.key),
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
    go_on(stopping)
    app.tracker.update(duplicate.id, TicketChange(add_labels=(DUPLICATE,)))
    labelled = replace(duplicate, labels=duplicate.labels | {DUPLICATE})
    return Done(
        event="ticket.linked",
        outcome=said.outcome,
        detail=f"{duplicate.key} repeats {kept.key}",
        save=lambda: app.memory.save_tickets([labelled]),
    )
