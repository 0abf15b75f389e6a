"""A ticket that an earlier memory filed is found: what it says counts, and what its row says otherwise is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from callsheet.model.action_item import ActionItem, Conflict, DueReason, ItemStatus, SourceKind
from callsheet.model.ticket import Category, Field, ProjectRules, Ticket
from callsheet.plan.dates import Reading as DateReading
from callsheet.plan.dates import read_date
from callsheet.plan.meaning import Reading
from callsheet.plan.owners import alike
from callsheet.plan.ownership import owner_pending
from callsheet.plan.reconcile import status_of
from callsheet.plan.sheet_words import printed_status
from callsheet.plan.taking import adopting
from callsheet.plan.vocabulary import priority_word

_DAY = timedelta(days=1)


def met_again(item: ActionItem, ticket: Ticket, project: ProjectRules | None, reading: Reading) -> ActionItem:
    """The item once the ticket that an earlier memory filed for it is found.

    Which of the two was changed last is lost with that memory: the ticket counts, as where both were.
    """
    taken = _with_status_printed(item, adopting(item, ticket, project, reading), ticket, reading)
    # What a note or the policy says may be long ago; a row shows what was agreed last, or typed since.
    if item.source.kind is not SourceKind.DOCUMENT:
        return taken
    told = (*_owner(item, taken, reading), *_due(item, taken, ticket, reading), *_priority(item, taken, reading))
    due_reason = DueReason.TRACKER if any(each.field is Field.DUE_ON for each in told) else taken.due_reason
    return replace(taken, conflicts=(*taken.conflicts, *told), due_reason=due_reason)


def _with_status_printed(item: ActionItem, taken: ActionItem, ticket: Ticket, reading: Reading) -> ActionItem:
    """A `dropped` that we printed ourselves says only what the ticket said then.

    | ticket is  | the item        |
    |------------|-----------------|
    | open       | is open again   |
    | done       | stays dropped   |
    | unreadable | stays dropped, and the ticket is let be |
    """
    if item.status is not ItemStatus.DROPPED or not printed_status(item.words.status or ""):
        return taken
    if ticket.category is Category.UNKNOWN:
        return replace(taken, base_status=ItemStatus.DROPPED)
    if status_of(ticket, reading.rules) is ItemStatus.OPEN:
        return replace(taken, status=ItemStatus.OPEN, status_because=None)
    return taken


def _owner(item: ActionItem, taken: ActionItem, reading: Reading) -> Iterator[Conflict]:
    """The two sides may write one person's name in two ways: of the account that the row asks for our name stays."""
    said, theirs = item.spoken.owner or "", taken.owner
    # Of whom the tracker could not be asked, nobody knows by what name it calls them.
    if not said or theirs is None or owner_pending(item):
        return
    if not any(alike(theirs.name, name) for name in (said, item.owner.name if item.owner else "")):
        yield Conflict(field=Field.OWNER, ours=said, theirs=theirs.name, at=reading.now)


def _due(item: ActionItem, taken: ActionItem, ticket: Ticket, reading: Reading) -> Iterator[Conflict]:
    """A “next Friday” was another day when the ticket was filed. A number of business days is left to the ticket."""
    said, theirs = item.spoken.due or "", taken.terms.due_on
    meant = _meant(said, ticket, reading)
    if all(isinstance(each, date) for each in meant) and theirs not in {item.terms.due_on, *meant}:
        yield Conflict(field=Field.DUE_ON, ours=said, theirs=str(theirs or "nothing"), at=reading.now)


def _meant(said: str, ticket: Ticket, reading: Reading) -> set[DateReading]:
    """All that the words can have meant: they were written at most `file_after` before the ticket, in whatever zone."""
    last = ticket.created_at.date() + _DAY
    days = (last - (ticket.created_at - reading.rules.file_after).date() + _DAY).days
    return {read_date(said, noted_on=last - each * _DAY) for each in range(days + 1)}


def _priority(item: ActionItem, taken: ActionItem, reading: Reading) -> Iterator[Conflict]:
    said, theirs = priority_word(item.spoken.priority or ""), taken.terms.priority
    if said and said != theirs:
        yield Conflict(field=Field.PRIORITY, ours=said, theirs=theirs or "nothing", at=reading.now)
