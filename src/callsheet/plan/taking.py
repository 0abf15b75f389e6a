"""An item takes a ticket as its own: one that was just filed, one that is found again, one that people made."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from callsheet.model.action_item import (
    ActionItem,
    Conflict,
    DueReason,
    ItemStatus,
    Owner,
    OwnerReason,
    SourceKind,
    Terms,
    marker,
)
from callsheet.model.ticket import Category, Field, ProjectRules, Ticket, TicketDraft
from callsheet.plan.commands import first_read
from callsheet.plan.dates import moves
from callsheet.plan.meaning import Reading, owner_from_account
from callsheet.plan.ownership import owner_pending
from callsheet.plan.reconcile import progress_of, terms_of
from callsheet.plan.sheet_words import printed_status
from callsheet.plan.vocabulary import priority_word

# A person found by the words that were written.
_NAMED = {OwnerReason.ALIAS, OwnerReason.EMAIL, OwnerReason.LOCAL_PART, OwnerReason.FULL_NAME, OwnerReason.BY_NAME}
# A tracker sets some fields of a new ticket by itself.
A_MOMENT = timedelta(seconds=1)


def adopting(item: ActionItem, ticket: Ticket, project: ProjectRules | None, reading: Reading) -> ActionItem:
    """The item once a ticket that exists is its own: what people set there is what is agreed."""
    theirs = terms_of(ticket, item, project, reading.rules)
    # The account that we asked for ourselves, such as when our own lost create is found: its reason stays.
    asked_for = ticket.owner is not None and ticket.owner.id == item.terms.owner
    owner = None if asked_for else owner_from_account(ticket, reading)
    kept_owner = replace(item, owner=owner, owner_reason=OwnerReason.TRACKER) if owner else item
    # We give every ticket to somebody: one of ours that nobody has was taken from them by a person.
    intended = item.terms.owner is not None or owner_pending(item)
    if theirs.owner is None and intended and marker(reading.namespace, item.key) in ticket.labels:
        cleared = tuple(dict.fromkeys((*item.cleared, Field.OWNER)))
        kept_owner = replace(item, owner=None, owner_reason=OwnerReason.UNASSIGNED, cleared=cleared)
    return replace(
        first_read(kept_owner, ticket),
        terms=theirs,
        base=theirs,
        attempted=None,
        base_status=ItemStatus.OPEN,
        ticket_id=ticket.id,
        ticket_title=ticket.title,
        progress=progress_of(ticket, Category.NEW),
        hold=None,
    )


def met_again(item: ActionItem, ticket: Ticket, project: ProjectRules | None, reading: Reading) -> ActionItem:
    """The item once the ticket that an earlier memory filed for it is found.

    Which of the two was changed last is lost with that memory: the ticket counts, as where both were, and what its row
    says otherwise is told. Only a status that we printed ourselves says nothing beside the ticket's.
    """
    if item.status is ItemStatus.DROPPED and printed_status(item.words.status or ""):
        item = replace(item, status=ItemStatus.OPEN, status_because=None)
    taken = adopting(item, ticket, project, reading)
    # What was said in a note may be long ago; a row shows what was agreed last, or typed since.
    if item.source.kind is not SourceKind.DOCUMENT:
        return taken
    return replace(taken, conflicts=(*taken.conflicts, *_set_aside(item, taken, reading)))


def _set_aside(item: ActionItem, taken: ActionItem, reading: Reading) -> Iterator[Conflict]:
    """What a row said by itself and its ticket says otherwise."""
    ours, theirs = item.terms, taken.terms
    if item.owner and item.owner_reason in _NAMED and _name(item.owner) != _name(taken.owner):
        owner = taken.owner.name if taken.owner else "nobody"
        yield Conflict(field=Field.OWNER, ours=item.owner.name, theirs=owner, at=reading.now)
    # A “next Friday” was another day when it was written.
    fixed = item.due_reason is DueReason.WRITTEN and not moves(item.spoken.due or "", noted_on=item.noted_at.date())
    if fixed and ours.due_on and ours.due_on != theirs.due_on:
        yield Conflict(field=Field.DUE_ON, ours=str(ours.due_on), theirs=str(theirs.due_on or ""), at=reading.now)
    said = priority_word(item.spoken.priority or "")
    if said and said != theirs.priority:
        yield Conflict(field=Field.PRIORITY, ours=said, theirs=theirs.priority or "", at=reading.now)


def _name(owner: Owner | None) -> str | None:
    return owner.name.casefold() if owner else None


def as_sent(item: ActionItem, draft: TicketDraft) -> Terms:
    """What a new ticket is told to say, to be told from what people set there before its answer is found out."""
    return replace(item.terms, title=draft.title, owner=draft.owner)


def found_again(
    item: ActionItem, ticket: Ticket, project: ProjectRules | None, reading: Reading, sent: Terms | None
) -> ActionItem:
    """The item once the ticket of our own create, whose answer was lost, is found; what people asked for meanwhile is
    still to be written.

    Nobody touched the ticket since: it says what one of our tries sent. Somebody did: what it says otherwise than we
    `sent` is theirs, and the next round compares field by field. Where that is not remembered, its word counts.
    """
    taken = adopting(item, ticket, project, reading)
    if ticket.updated_at - ticket.created_at <= A_MOMENT:
        # Somebody who was named since, and whose account nobody has looked up yet, is not overruled by what we sent.
        named = item.terms.owner is not None or owner_pending(item)
        wanted = item.terms if named else replace(item.terms, owner=taken.terms.owner)
        whose = item if named else taken
        return replace(taken, terms=wanted, owner=whose.owner, owner_reason=whose.owner_reason, cleared=whose.cleared)
    if sent is None:
        return taken
    ours = replace(taken, terms=item.terms, base=sent, ticket_title=sent.title, cleared=item.cleared)
    return replace(ours, owner=item.owner, owner_reason=item.owner_reason)


def taking_over(item: ActionItem, ticket: Ticket, project: ProjectRules | None, reading: Reading) -> ActionItem:
    """The item once the ticket that a person named for it is its own, instead of any other.

    What somebody set there counts. What nobody set yet stays ours, and the next round writes it to the ticket; a closed
    ticket is left as it is.
    """
    bare = replace(item, base=None)
    if item.status is ItemStatus.DONE:
        bare = replace(bare, status=ItemStatus.OPEN, closed_at=None)
    # Whatever its labels: nobody took from it what it was never given.
    taken = adopting(bare, replace(ticket, labels=frozenset()), project, reading)
    if ticket.category is Category.DONE:
        return taken
    terms = _filled(taken.terms, item.terms)
    return replace(taken, terms=terms, cleared=tuple(name for name in taken.cleared if getattr(terms, name) is None))


def _filled(theirs: Terms, ours: Terms) -> Terms:
    return replace(
        theirs,
        owner=theirs.owner or ours.owner,
        due_on=theirs.due_on or ours.due_on,
        priority=theirs.priority or ours.priority,
    )


def filed(item: ActionItem, draft: TicketDraft, ticket_id: str) -> ActionItem:
    """The item once its ticket was created: what was sent is what is agreed."""
    return replace(
        item,
        terms=replace(item.terms, title=draft.title, owner=draft.owner),
        base=replace(item.terms, title=draft.title, owner=draft.owner),
        base_status=ItemStatus.OPEN,
        ticket_id=ticket_id,
        ticket_title=draft.title,
        hold=None,
    )
