"""The only place that acts: one effect, one port call, one ledger line. A failure is a line, never the end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from callsheet.connect.errors import AuthRefused, ConnectorError, EditedMeanwhile, NotFound, RateLimited, Rejected
from callsheet.document.edits import edits
from callsheet.document.merge import merge
from callsheet.document.sheet import read_sheet
from callsheet.model.action_item import ActionItem
from callsheet.model.effect import (
    Adopt,
    Comment,
    Effect,
    FileTicket,
    LinkDuplicate,
    OpenPostmortem,
    Plan,
    PostNote,
    Publish,
    RecordStatus,
    SendNudge,
    TransitionTicket,
    UpdateTicket,
    incident_of,
)
from callsheet.model.ledger import LedgerEntry, Outcome
from callsheet.model.memory import OpenedPostmortem, Publication
from callsheet.model.person import Account
from callsheet.model.text import paragraph
from callsheet.model.ticket import Category, Ticket, TicketRef
from callsheet.plan.collect import row_keys
from callsheet.plan.decide import reading_of
from callsheet.plan.meaning import Reading
from callsheet.plan.nudging import first_nudge_on
from callsheet.plan.ownership import target_of
from callsheet.plan.reconcile import adopting, filed
from callsheet.run.app import App
from callsheet.run.done import Done
from callsheet.run.intents import Once, Sent, carry_out
from callsheet.run.look import overview
from callsheet.run.refresh import recall_lookups
from callsheet.run.remind import remind
from callsheet.run.report import Failure, Report

log = structlog.get_logger()


_SUCCESS = frozenset({Outcome.DONE, Outcome.ADOPTED, Outcome.SKIPPED})


def execute(plan: Plan, app: App, report: Report, stopping: Callable[[], bool]) -> tuple[Effect, ...]:
    """Carry the plan out, in order; the effects that did not come off. Stops between two effects when asked."""
    failed: list[Effect] = []
    for effect in plan.effects:
        if stopping():
            break
        done = _attempt(effect, app)
        _write_down(effect, done, app, report)
        if done.outcome not in _SUCCESS:
            failed.append(effect)
    return tuple(failed)


def _attempt(effect: Effect, app: App) -> Done:
    try:
        return _act(effect, app)
    except ConnectorError as error:
        return Done(
            event=f"{_noun(effect)}.failed",
            outcome=_outcome(error),
            detail=error.what,
            throttled=isinstance(error, RateLimited),
        )
    except ValueError as error:
        # A template of the operator's, or a value that can't be shown: it is theirs to mend, and the others go on.
        return Done(event=f"{_noun(effect)}.failed", outcome=Outcome.REJECTED, detail=str(error))


def _outcome(error: ConnectorError) -> Outcome:
    if isinstance(error, Rejected | NotFound | AuthRefused):
        return Outcome.REJECTED
    if isinstance(error, RateLimited | EditedMeanwhile):
        return Outcome.LATER
    return Outcome.UNKNOWN if error.outcome_unknown else Outcome.LATER


def _noun(effect: Effect) -> str:
    names = {
        OpenPostmortem: "postmortem",
        PostNote: "note",
        SendNudge: "nudge",
        Publish: "document",
        RecordStatus: "status",
    }
    return names.get(type(effect), "ticket")


def _write_down(effect: Effect, done: Done, app: App, report: Report) -> None:
    incident_id = incident_of(effect)
    kind = type(effect).__name__
    entry = LedgerEntry(
        at=app.clock.now(),
        event=done.event,
        effect=kind,
        key=effect.key,
        reason=effect.reason,
        outcome=done.outcome,
        subject=done.subject or incident_id or "",
        detail=done.detail,
    )
    app.memory.write_ledger([entry])
    if incident_id and done.outcome in _SUCCESS:
        app.memory.mark([incident_id])
    log.info(done.event, key=effect.key, reason=effect.reason.value, outcome=done.outcome.value, detail=done.detail)
    if done.outcome in {Outcome.DONE, Outcome.ADOPTED}:
        report.counts[done.event] += 1
    elif done.outcome is Outcome.UNKNOWN:
        report.unknown += 1
    elif done.outcome in {Outcome.REJECTED, Outcome.LATER} and not done.throttled:
        report.failed.append(Failure(key=effect.key, effect=kind, reason=effect.reason.value, error=done.detail))


def _act(effect: Effect, app: App) -> Done:  # noqa: C901, PLR0911 - one case for each kind of effect
    match effect:
        case OpenPostmortem():
            return _open(effect, app)
        case FileTicket():
            return _file(effect, app)
        case Adopt():
            return _adopt(effect, app)
        case UpdateTicket():
            return _settle(effect, app, "ticket.updated", lambda: app.tracker.update(effect.ticket_id, effect.change))
        case TransitionTicket():
            return _settle(
                effect,
                app,
                "ticket.transitioned",
                lambda: app.tracker.transition(effect.ticket_id, effect.category, effect.resolutions),
            )
        case RecordStatus():
            return _settle(effect, app, "status.recorded", lambda: None)
        case Comment():
            return _comment(effect, app)
        case LinkDuplicate():
            return _link(effect, app)
        case PostNote():
            return _note(effect, app)
        case Publish():
            return _publish(effect, app)
        case SendNudge():
            return remind(effect, app)


def _open(effect: OpenPostmortem, app: App) -> Done:
    before = app.memory.postmortems([effect.incident_id]).get(effect.incident_id)
    opened = before or OpenedPostmortem(incident_id=effect.incident_id)
    app.memory.save_postmortem(
        replace(opened, opened_at=app.clock.now(), reason=effect.reason, backfilled=effect.backfilled)
    )
    app.memory.mark([effect.incident_id], stale=True)
    return Done(event="postmortem.opened", detail=effect.reason.value)


def _file(effect: FileTicket, app: App) -> Done:
    item = app.memory.item(effect.item_key)
    if item is None or item.ticket_id is not None or not item.open:
        return _skipped("ticket.filed", effect.item_key)
    refs: list[TicketRef] = []

    def send() -> str:
        refs.append(app.tracker.create(effect.draft))
        return refs[0].id

    def find() -> str | None:
        found = app.tracker.find(effect.marker)
        app.memory.save_tickets(found)
        return min((ticket.id for ticket in found), key=lambda id_: (len(id_), id_), default=None)

    once = Once(key=effect.key, marker=effect.marker, target=effect.draft.project, send=send, find=find)
    sent = carry_out(once, app.memory, app.clock, app.settle_time)
    if sent.outcome not in _SUCCESS:
        return _not_sent("ticket.filed", sent, item.key)
    if refs:
        app.memory.save_tickets([_as_filed(effect, refs[0], app.clock.now())])
    known = app.memory.tickets([sent.result]).get(sent.result) or _read(app, sent.result)
    settled = filed(item, effect.draft, sent.result) if refs else adopting(item, known, None, _reading(app))
    _keep(settled, app)
    event = "ticket.adopted" if sent.outcome is Outcome.ADOPTED else "ticket.filed"
    return Done(event=event, outcome=sent.outcome, subject=item.key, detail=known.key)


def _skipped(event: str, subject: str) -> Done:
    return Done(event=event, outcome=Outcome.SKIPPED, subject=subject, detail="changed meanwhile")


def _not_sent(event: str, sent: Sent, subject: str) -> Done:
    return Done(event=event, outcome=sent.outcome, subject=subject, detail=sent.error, throttled=sent.throttled)


def _read(app: App, ticket_id: str) -> Ticket:
    read = app.tracker.read([ticket_id])
    if not read.found:
        raise NotFound(f"the ticket {ticket_id} was filed and can't be read; look for it in the tracker")
    app.memory.save_tickets(read.found)
    return read.found[0]


def _as_filed(effect: FileTicket, ref: TicketRef, now: datetime) -> Ticket:
    """The ticket as we sent it, until the tracker's feed brings it."""
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
        updated_at=now,
        due_on=draft.due_on,
        labels=frozenset(draft.labels),
    )


def _adopt(effect: Adopt, app: App) -> Done:
    item = app.memory.item(effect.item_key)
    ticket = app.memory.tickets([effect.ticket_id]).get(effect.ticket_id)
    if item is None or ticket is None or item.ticket_id is not None:
        return _skipped("ticket.adopted", effect.item_key)
    reading = _reading(app)
    head = app.memory.incidents([item.incident_id])[item.incident_id]
    project = recall_lookups(app).rules.get(target_of(head, reading, app.house))
    known = project if project and not isinstance(project, str) and project.project == ticket.project else None
    _keep(adopting(item, ticket, known, reading), app)
    return Done(event="ticket.adopted", outcome=Outcome.ADOPTED, subject=item.key, detail=ticket.key)


def _reading(app: App) -> Reading:
    return reading_of(overview(app, app.clock.now()), app.rules)


def _settle(
    effect: UpdateTicket | TransitionTicket | RecordStatus, app: App, event: str, act: Callable[[], None]
) -> Done:
    """Set to a value, then remember that both sides agree. Skipped when the item is no longer what was planned on."""
    if app.memory.item(effect.item_key) != effect.planned_on:
        return _skipped(event, effect.item_key)
    act()
    _keep(effect.settled, app)
    return Done(event=event, subject=effect.item_key, detail=_changes(effect))


def _changes(effect: UpdateTicket | TransitionTicket | RecordStatus) -> str:
    if isinstance(effect, TransitionTicket):
        return effect.because or "dropped"
    return "; ".join(f"{name}: {effect.before[name] or '-'} -> {effect.after[name] or '-'}" for name in effect.after)


def _keep(item: ActionItem, app: App) -> None:
    """Save an item whose ticket, date or status changed: its ladder of nudges starts anew when the date did."""
    before = app.memory.item(item.key)
    same_ladder = (
        before is not None
        and before.terms.due_on == item.terms.due_on
        and before.open == item.open
        and before.ticket_id == item.ticket_id
    )
    nudge_on = {} if same_ladder else {item.key: first_nudge_on(item, app.rules.nudge_days)}
    app.memory.save_items([item], nudge_on=nudge_on)


def _comment(effect: Comment, app: App) -> Done:
    def find() -> str | None:
        return next((c.id for c in app.tracker.comments(effect.ticket_id) if effect.marker in c.text), None)

    once = Once(
        key=effect.key,
        marker=effect.marker,
        target=effect.ticket_id,
        send=lambda: app.tracker.comment(effect.ticket_id, effect.body, effect.marker),
        find=find,
    )
    sent = carry_out(once, app.memory, app.clock, app.settle_time)
    if sent.outcome not in _SUCCESS:
        return _not_sent("ticket.commented", sent, effect.item_key)
    return Done(event="ticket.commented", outcome=sent.outcome, subject=effect.item_key)


def _link(effect: LinkDuplicate, app: App) -> Done:
    kept = app.memory.tickets([effect.kept_id]).get(effect.kept_id)
    if kept is None:
        return _skipped("ticket.linked", effect.item_key)
    app.tracker.link_duplicate(effect.duplicate_id, effect.kept_id)
    said = _comment(
        Comment(
            key=f"comment:{effect.key}",
            reason=effect.reason,
            item_key=effect.item_key,
            incident_id=effect.incident_id,
            ticket_id=effect.duplicate_id,
            marker=f"{effect.key}",
            body=(paragraph(f"This ticket repeats {kept.key}, which Callsheet follows. Please close one of them."),),
        ),
        app,
    )
    return Done(event="ticket.linked", outcome=said.outcome, subject=effect.item_key, detail=kept.key)


def _note(effect: PostNote, app: App) -> Done:
    opened = app.memory.postmortems([effect.incident_id])[effect.incident_id]
    if effect.note_id:
        try:
            app.source.edit_note(effect.incident_id, effect.note_id, effect.text)
        except NotFound:
            # A person deleted it: that is their word, so it is not written again.
            app.memory.save_postmortem(replace(opened, note_id="", note_text=effect.text))
            return Done(event="note.edited", outcome=Outcome.SKIPPED, detail="a person deleted the note; left alone")
        app.memory.save_postmortem(replace(opened, note_text=effect.text))
        return Done(event="note.edited")

    def find() -> str | None:
        return next((n.id for n in app.source.notes(effect.incident_id) if effect.marker in n.text), None)

    once = Once(
        key=effect.key,
        marker=effect.marker,
        target=effect.incident_id,
        send=lambda: app.source.post_note(effect.incident_id, effect.text),
        find=find,
    )
    sent = carry_out(once, app.memory, app.clock, app.settle_time)
    if sent.outcome not in _SUCCESS:
        return _not_sent("note.posted", sent, "")
    # An adopted note may hold an older text: forget what it says, so that it is edited next.
    text = effect.text if sent.outcome is Outcome.DONE else None
    app.memory.save_postmortem(replace(opened, note_id=sent.result, note_text=text))
    return Done(event="note.posted", outcome=sent.outcome)


def _publish(effect: Publish, app: App) -> Done:
    publisher = app.publishers[effect.publisher]
    held = app.memory.publications([effect.incident_id]).get((effect.publisher, effect.incident_id))
    items = {item.key: item for item in app.memory.items_of([effect.incident_id]).get(effect.incident_id, ())}
    generated = app.renderer.document(effect.postmortem)
    text = generated
    if held:
        added = edits(held.current, held.published).added
        text = merge(
            held.current,
            generated,
            published=held.published,
            last_generated=held.generated,
            new_keys=row_keys(effect.postmortem.incident, added, items),
        )
    version, location = (held.version, held.location) if held else ("", "")
    if held is None or text != held.current:
        stem = app.renderer.file_stem(effect.postmortem)
        written = publisher.publish(effect.incident_id, stem, text, held.version if held else None)
        version, location = written.version, written.location
    app.memory.save_publication(
        Publication(
            publisher=effect.publisher,
            incident_id=effect.incident_id,
            fingerprint=effect.fingerprint,
            version=version,
            location=location,
            current=text,
            published=text,
            generated=generated,
        )
    )
    _mark_printed(text, items, app)
    return Done(event="document.published", detail=location)


def _mark_printed(text: str, items: dict[str, ActionItem], app: App) -> None:
    """From now on these rows stand in the document under their keys, so their tickets may be filed."""
    keys = {row.key for row in read_sheet(text)[0] if row.key}
    printed = [
        replace(item, row_published=True)
        for item in items.values()
        if not item.row_published and (item.key in keys or any(source.id in keys for source in item.also_in))
    ]
    app.memory.save_items(printed)
