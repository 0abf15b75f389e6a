"""Ticket and item, field by field, against what was last agreed: a three-way comparison."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from callsheet.model.action_item import (
    ActionItem,
    Conflict,
    DueReason,
    ItemStatus,
    OwnerReason,
    Terms,
)
from callsheet.model.effect import Reason, RecordStatus, TransitionTicket, UpdateTicket
from callsheet.model.ticket import Category, Field, ProjectRules, Ticket, TicketChange
from callsheet.plan.filing import priority_id, priority_rank
from callsheet.plan.meaning import Reading, overruled, owner_from_account
from callsheet.plan.relabel import left_behind, relabelled, standing_label, with_label
from callsheet.plan.rules import Rules

FIELDS = (Field.TITLE, Field.OWNER, Field.DUE_ON, Field.PRIORITY)
CLEARABLE = frozenset({Field.OWNER, Field.DUE_ON, Field.PRIORITY})

Reconciled = RecordStatus | UpdateTicket | TransitionTicket


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one field comes to: the value to take over, the value to write, or a conflict."""

    field: Field
    ours: object
    theirs: object
    ours_changed: bool
    theirs_changed: bool


def terms_of(ticket: Ticket, item: ActionItem, project: ProjectRules | None, rules: Rules) -> Terms:
    """The ticket's four fields in our form. A field that the project does not have keeps our own value."""
    base = item.base or item.terms
    priority = _priority_of(ticket, base.priority, project, rules) if project else base.priority
    unmapped = ticket.priority is not None and priority is None
    # Without the project's rules an empty date proves nothing: the field may not be there.
    has_due_on = project.has_due_on if project else ticket.due_on is not None
    return Terms(
        title=ticket.title,
        owner=(ticket.owner.id if ticket.owner else None) if project is None or project.has_owner else base.owner,
        due_on=ticket.due_on if has_due_on else base.due_on,
        priority=base.priority if unmapped or not (project and project.priorities) else priority,
    )


def _priority_of(ticket: Ticket, ours: str | None, project: ProjectRules, rules: Rules) -> str | None:
    """P1..P5; ours where the ticket has what we would set for it, since a tracker may have fewer of them."""
    option = priority_id(ours, project, rules)
    same = option is not None and any(c.id == option and c.name == ticket.priority for c in project.priorities)
    return ours if same else priority_rank(ticket.priority, project, rules)


def differences(item: ActionItem, theirs: Terms) -> tuple[Difference, ...]:
    """The fields in which somebody changed something since the last agreement.

    While an edit of ours is unanswered the ticket may be as before it or as after it: neither is anybody's change, and
    what is ours is written once more, which ends the doubt.
    """
    base = item.base or theirs
    found = (_difference(name, item.terms, theirs, (base, item.attempted or base)) for name in FIELDS)
    return tuple(difference for difference in found if difference.ours_changed or difference.theirs_changed)


def _difference(name: Field, ours: Terms, theirs: Terms, agreed: tuple[Terms, Terms]) -> Difference:
    we, they, either = getattr(ours, name), getattr(theirs, name), {getattr(terms, name) for terms in agreed}
    return Difference(field=name, ours=we, theirs=they, ours_changed=either != {we}, theirs_changed=they not in either)


def reconciled(
    item: ActionItem,
    ticket: Ticket,
    project: ProjectRules | None,
    reading: Reading,
    tried: Container[str] = frozenset(),
) -> tuple[Reconciled, ...]:
    """What to record, and then what to write, for one item and its ticket.

    `tried` are the keys of effects that failed: what follows does not count on them.

    | field changed in | tracker                       | ours            | both                     |
    |------------------|-------------------------------|-----------------|--------------------------|
    | to a value       | recorded, the document follows| written         | tracker wins, conflict   |
    | cleared          | stays cleared, shown          | -               | tracker wins, conflict   |
    | the same value   |                               |                 | recorded, no conflict    |
    """
    heard = _heard(item, ticket, project, reading.rules)
    theirs = terms_of(ticket, heard, project, reading.rules)
    found = differences(heard, theirs)
    recorded = _with_progress(_recorded(heard, theirs, found, ticket, reading), ticket, reading)
    recorded = _with_status(recorded, ticket, reading)
    label = standing_label(item, ticket, reading.rules.seasons)
    if recorded.base != item.base:
        recorded = left_behind(recorded, label, reading.rules.seasons)
    effects: list[Reconciled] = []
    if recorded != item:
        effects.append(_record(item, recorded))
    ours = tuple(d for d in found if d.ours_changed and not d.theirs_changed)
    change = _change(ours, project, reading.rules)
    update = _update(recorded, ticket, ours, change) if change.fields else None
    if update:
        update = replace(update, settled=left_behind(update.settled, label, reading.rules.seasons))
    before = update.settled if update and update.key not in tried else recorded
    moved = relabelled(before, label, ticket, reading.rules.seasons)
    for write in _writes(update, moved, tried):
        effects.append(write)
        recorded = recorded if write.key in tried else write.settled
    if recorded.status is ItemStatus.DROPPED and recorded.base_status is ItemStatus.OPEN:
        effects.append(_drop(recorded, ticket, reading.rules))
    return tuple(effects)


def _writes(update: UpdateTicket | None, moved: UpdateTicket | None, tried: Container[str]) -> Iterator[UpdateTicket]:
    """The fields and the season's label in one request; each by itself where the tracker refused them together."""
    if update and moved and (both := with_label(update, moved)).key not in tried:
        yield both
        return
    yield from (each for each in (update, moved) if each)


def _recorded(
    item: ActionItem, theirs: Terms, found: tuple[Difference, ...], ticket: Ticket, reading: Reading
) -> ActionItem:
    if item.base is None:
        item = replace(item, base=theirs)
    for difference in found:
        if difference.theirs_changed:
            item = overruled(_taken_over(item, difference, ticket, reading), difference.field)
    return replace(item, attempted=None if item.attempted == item.base else item.attempted, ticket_title=ticket.title)


def _taken_over(item: ActionItem, difference: Difference, ticket: Ticket, reading: Reading) -> ActionItem:
    name, theirs = difference.field, difference.theirs
    # Both sides changed it, and not to the same: the tracker wins, and what was set aside is shown.
    if difference.ours_changed and difference.ours != theirs:
        item = replace(item, conflicts=(*item.conflicts, _conflict(item, difference, ticket, reading.now)))
    # One field name at a time: all agree on it from now on, whatever becomes of an edit of ours.
    agreed: dict[str, Any] = {name.value: theirs}
    item = replace(
        item,
        terms=replace(item.terms, **agreed),
        base=replace(item.base or item.terms, **agreed),
        attempted=item.attempted and replace(item.attempted, **agreed),
        cleared=tuple(field for field in item.cleared if field is not name),
    )
    if name in CLEARABLE and theirs is None:
        item = replace(item, cleared=(*item.cleared, name))
    if name is Field.OWNER:
        owner = owner_from_account(ticket, reading)
        reason = OwnerReason.TRACKER if owner else OwnerReason.UNASSIGNED
        return replace(item, owner=owner, owner_reason=reason, asked_in=None)
    return replace(item, due_reason=DueReason.TRACKER) if name is Field.DUE_ON else item


def _conflict(item: ActionItem, difference: Difference, ticket: Ticket, now: datetime) -> Conflict:
    ours, theirs = _word(difference.ours), _word(difference.theirs)
    if difference.field is Field.OWNER:
        ours = item.owner.name if item.owner else "nobody"
        theirs = ticket.owner.name if ticket.owner else "nobody"
    return Conflict(field=difference.field, ours=ours, theirs=theirs, at=now)


def _with_status(item: ActionItem, ticket: Ticket, reading: Reading) -> ActionItem:
    """
    | ticket is   | item was open | item was done | item was dropped              |
    |-------------|---------------|---------------|-------------------------------|
    | open        | -             | reopened      | reopened, if it was closed    |
    | done        | done          | -             | stays dropped                 |
    | dropped     | dropped       | dropped       | stays dropped                 |
    | unreadable  | -             | -             | -                             |
    """
    if ticket.category is Category.UNKNOWN:
        return item
    theirs = status_of(ticket, reading.rules)
    if theirs is ItemStatus.OPEN:
        if item.base_status is ItemStatus.OPEN or item.base_status is None:
            return replace(item, base_status=ItemStatus.OPEN)
        return replace(item, status=ItemStatus.OPEN, base_status=ItemStatus.OPEN, status_because=None, closed_at=None)
    if item.base_status is theirs:
        return item
    closed_at = item.closed_at or ticket.updated_at
    if item.status is ItemStatus.DROPPED:
        return replace(item, base_status=theirs, closed_at=closed_at)
    because = f"closed in the tracker as {ticket.resolution or ticket.status}" if theirs is ItemStatus.DROPPED else None
    return replace(item, status=theirs, base_status=theirs, status_because=because, closed_at=closed_at)


def _with_progress(item: ActionItem, ticket: Ticket, reading: Reading) -> ActionItem:
    """Somebody began the work, or took it up again: a sign of life, whoever moved the ticket."""
    progress = progress_of(ticket, item.progress)
    if progress is item.progress or status_of(ticket, reading.rules) is not ItemStatus.OPEN:
        return item
    return replace(item, progress=progress, alive_at=max(ticket.updated_at, item.alive_at or ticket.updated_at))


def progress_of(ticket: Ticket, before: Category) -> Category:
    """How far the work on a ticket is: closing it says nothing about that."""
    return before if ticket.category is Category.DONE else ticket.category


def status_of(ticket: Ticket, rules: Rules) -> ItemStatus:
    """What the ticket's status means. First match:

    | the policy's map names the status        | what it says |
    | not in a done category                   | open         |
    | resolution or status on the dropped list | dropped      |
    | else                                     | done         |
    """
    mapped = rules.statuses.get(ticket.status.casefold())
    if mapped:
        return ItemStatus(mapped)
    if ticket.category is not Category.DONE:
        return ItemStatus.OPEN
    dropped = {word.casefold() for word in rules.dropped_resolutions}
    said = {(ticket.resolution or "").casefold(), ticket.status.casefold()}
    return ItemStatus.DROPPED if said & dropped else ItemStatus.DONE


def _change(ours: tuple[Difference, ...], project: ProjectRules | None, rules: Rules) -> TicketChange:
    """The fields to write, in the tracker's form. None of ours only clears what a person emptied."""
    fields: dict[Field, object] = {}
    for difference in ours:
        if difference.ours is None or not _takes(project, difference.field):
            continue
        if difference.field is Field.PRIORITY:
            option = priority_id(str(difference.ours), project, rules) if project else None
            if option is not None:
                fields[Field.PRIORITY] = option
        else:
            fields[difference.field] = difference.ours
    return TicketChange(fields=fields)


def _takes(project: ProjectRules | None, name: Field) -> bool:
    """Whether the project has the field at all; what it lacks we keep on our side alone."""
    lacking = {Field.DUE_ON: project and not project.has_due_on, Field.OWNER: project and not project.has_owner}
    return not lacking.get(name)


def _agreed(item: ActionItem, ours: tuple[Difference, ...]) -> ActionItem:
    written: dict[str, Any] = {d.field.value: d.ours for d in ours if d.ours is not None}
    base = replace(item.base or item.terms, **written)
    return replace(item, base=base, attempted=None, ticket_title=base.title)


def _heard(item: ActionItem, ticket: Ticket, project: ProjectRules | None, rules: Rules) -> ActionItem:
    """The item once its ticket shows an edit whose answer we missed: that is agreed, and nobody's change.

    An edit arrives whole or not at all, so one of its fields tells: what another one says otherwise is a person's.
    """
    if item.base is None or item.attempted is None:
        return item
    arrived = replace(item, base=item.attempted, attempted=None)
    before, after = (terms_of(ticket, each, project, rules) for each in (item, arrived))
    shown = (
        getattr(before, name) != getattr(item.base, name) and getattr(after, name) == getattr(item.attempted, name)
        for name in FIELDS
    )
    return arrived if any(shown) else item


def _update(item: ActionItem, ticket: Ticket, ours: tuple[Difference, ...], change: TicketChange) -> UpdateTicket:
    written = [difference for difference in ours if difference.field in change.fields]
    names = {
        Field.OWNER: (ticket.owner.name if ticket.owner else "nobody", item.owner.name if item.owner else "nobody")
    }
    reason = Reason.SOURCE_CHANGED
    if Field.DUE_ON in change.fields and item.due_reason is DueReason.RENEWED:
        reason = Reason.ITEM_RENEWED
    elif Field.OWNER in change.fields and item.handed_over:
        reason = Reason.OWNER_LEFT
    return UpdateTicket(
        key=f"update:{item.key}:{','.join(d.field for d in written)}",
        reason=reason,
        item_key=item.key,
        ticket_id=ticket.id,
        change=change,
        before={d.field.value: names.get(d.field, (_word(d.theirs), ""))[0] for d in written},
        after={d.field.value: names.get(d.field, ("", _word(d.ours)))[1] for d in written},
        planned_on=item,
        settled=_agreed(item, ours),
    )


def _drop(item: ActionItem, ticket: Ticket, rules: Rules) -> TransitionTicket:
    return TransitionTicket(
        key=f"drop:{item.key}",
        reason=Reason.ITEM_DROPPED,
        item_key=item.key,
        ticket_id=ticket.id,
        category=Category.DONE,
        resolutions=rules.dropped_resolutions,
        because=item.status_because,
        planned_on=item,
        settled=replace(item, base_status=ItemStatus.DROPPED),
    )


def _record(item: ActionItem, recorded: ActionItem) -> RecordStatus:
    before, after = _shown(item), _shown(recorded)
    changed = [name for name in after if before[name] != after[name]]
    reason = Reason.TRACKER_CHANGED
    if recorded.conflicts != item.conflicts:
        reason = Reason.BOTH_CHANGED
    elif item.attempted and recorded.base == item.attempted:
        reason = Reason.EDIT_ARRIVED
    return RecordStatus(
        key=f"record:{item.key}",
        reason=reason,
        item_key=item.key,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        planned_on=item,
        settled=recorded,
    )


def _shown(item: ActionItem) -> Mapping[str, str]:
    return {
        "status": item.status.value,
        "title": item.ticket_title or item.terms.title,
        "owner": item.owner.name if item.owner else "nobody",
        "due_on": _word(item.terms.due_on),
        "priority": _word(item.terms.priority),
    }


def _word(value: object) -> str:
    return "" if value is None else str(value)
