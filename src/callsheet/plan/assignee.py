"""Whom a filed ticket stays with when somebody was named who can't be given it. Beside `ownership`."""

from collections.abc import Collection
from dataclasses import replace

from callsheet.model.action_item import ActionItem, Owner, OwnerReason, Reply
from callsheet.model.ticket import Ticket
from callsheet.plan.meaning import Reading, owner_from_account
from callsheet.plan.owners import find_owner

NO_ACCOUNT = "no account in the tracker"
NOT_ASSIGNABLE = "the project does not let tickets be given to them"
# Why somebody can't be given a ticket, whoever it would go to instead.
OUT_OF_REACH = {
    OwnerReason.FALLBACK_NO_ACCOUNT: NO_ACCOUNT,
    OwnerReason.NO_ACCOUNT: NO_ACCOUNT,
    OwnerReason.FALLBACK_NOT_ASSIGNABLE: NOT_ASSIGNABLE,
    OwnerReason.NOT_ASSIGNABLE: NOT_ASSIGNABLE,
}


def staying(
    before: ActionItem, settled: ActionItem, ticket: Ticket | None, reading: Reading, left: Collection[str]
) -> ActionItem:
    """The item with its ticket's assignee as owner where whom people named can't be given it, and word of that.

    | ticket                     | named owner out of reach: it goes to |
    |----------------------------|--------------------------------------|
    | none yet                   | as `settled` says                    |
    | nobody has it              | as `settled` says                    |
    | its assignee has left      | as `settled` says                    |
    | somebody has it            | them, as before                      |

    Who asked in a comment is answered there; words in a note or a cell are told beside them.
    """
    answered = replace(settled, asked_in=None) if settled.asked_in and settled.owner != before.owner else settled
    why = OUT_OF_REACH.get(settled.owner_reason)
    if why is None or settled.base is None or settled.terms.owner == settled.base.owner:
        return answered
    if ticket is None or ticket.owner is None or ticket.owner.id in left:
        return answered
    if before.asked_in and before.owner:
        reply = Reply(comment_id=before.asked_in, why=f"“{before.owner.name}”: {why}")
        return replace(_kept(answered, ticket, reading), replies=(*settled.replies, reply))
    if before.owner and before.owner_reason not in OUT_OF_REACH and not _said(before, before.owner, reading):
        why = f"{before.owner.name} was asked for, but {why}"
    return replace(_kept(settled, ticket, reading), unread={**settled.unread, "owner": why})


def _kept(settled: ActionItem, ticket: Ticket, reading: Reading) -> ActionItem:
    return replace(
        settled,
        owner=owner_from_account(ticket, reading),
        owner_reason=OwnerReason.TRACKER,
        terms=replace(settled.terms, owner=settled.base.owner if settled.base else None),
    )


def _said(item: ActionItem, owner: Owner, reading: Reading) -> bool:
    """Whether the item's words name this owner; a comment or a page may have."""
    person = find_owner(item.spoken.owner, reading.people, reading.rules.aliases).person
    return person is not None and person.id == owner.person_id
