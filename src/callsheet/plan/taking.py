"""An item takes a ticket as its own: one that was just filed, one that is found again, one that people made."""

from dataclasses import replace
from datetime import timedelta

from callsheet.model.action_item import ActionItem, DueReason, ItemStatus, OwnerReason, Terms, marker
from callsheet.model.ticket import Category, Field, ProjectRules, Ticket, TicketDraft
from callsheet.plan.assignee import OUT_OF_REACH
from callsheet.plan.commands import first_read
from callsheet.plan.meaning import Reading, owner_from_account, slipped
from callsheet.plan.owners import NOBODY_FOUND
from callsheet.plan.ownership import asks_for_owner
from callsheet.plan.reconcile import progress_of, terms_of

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
    if theirs.owner is None and asks_for_owner(item) and marker(reading.namespace, item.key) in ticket.labels:
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
    item = _without_slips(item, taken, sent or taken.terms, reading)
    if ticket.updated_at - ticket.created_at <= A_MOMENT:
        # Of somebody who was named since the account may not be looked up yet.
        named = asks_for_owner(item)
        wanted = item.terms if named else replace(item.terms, owner=taken.terms.owner)
        whose = item if named else taken
    elif sent is None:
        return replace(taken, unread=item.unread)
    else:
        taken = replace(taken, base=sent, ticket_title=sent.title)
        wanted, whose = item.terms, item
    return replace(
        taken,
        terms=wanted,
        owner=whose.owner,
        owner_reason=whose.owner_reason,
        cleared=whose.cleared,
        unread=item.unread,
    )


def _without_slips(item: ActionItem, taken: ActionItem, sent: Terms, reading: Reading) -> ActionItem:
    """Words that can't be followed, written since we `sent` it, change nothing on the ticket: they are told."""
    if "due" in item.unread and item.terms.due_on != sent.due_on:
        terms = replace(item.terms, due_on=taken.terms.due_on)
        item = replace(item, terms=terms, due_reason=DueReason.TRACKER)
    slip = bool(item.spoken.owner) and item.owner_reason in NOBODY_FOUND | OUT_OF_REACH.keys()
    if not slip or sent.owner is None or sent.owner == item.terms.owner:
        return item
    kept = replace(item, owner=taken.owner, owner_reason=taken.owner_reason)
    kept = replace(kept, terms=replace(item.terms, owner=taken.terms.owner), cleared=taken.cleared)
    return slipped(kept, item.spoken.owner, item.owner_reason, reading)


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
