"""What becomes of the promises of somebody whose account was deactivated. Between gather and `ownership`."""

from collections.abc import Collection
from dataclasses import replace

from callsheet.model.action_item import ActionItem, Owner, OwnerReason
from callsheet.model.incident import Incident
from callsheet.plan.forgetting import names_nobody
from callsheet.plan.meaning import Reading, fallback_owner


def handed_over(item: ActionItem, incident: Incident, reading: Reading, left: Collection[str]) -> ActionItem:
    """
    | the ticket's owner | the fallback owner    | then                                                      |
    |--------------------|-----------------------|-----------------------------------------------------------|
    | is there           | any                   | as it is                                                  |
    | has left           | is there              | it is theirs; the ticket follows once their account is found |
    | has left           | none, or the one gone | stays with the ticket, whose watchers are reminded        |
    """
    account = item.terms.owner
    if not item.open or item.ticket_id is None or item.hold is not None or item.owner is None:
        return item
    if account not in left:
        return _back(item) if item.owner_reason is OwnerReason.LEFT and account else item
    fallback = fallback_owner(incident, reading)
    if fallback is None or _is(fallback, item.owner):
        return replace(item, owner=replace(item.owner, account="", email=None), owner_reason=OwnerReason.LEFT)
    return replace(
        item,
        owner=fallback,
        owner_reason=OwnerReason.FALLBACK_LEFT,
        left_by=item.owner.name,
        terms=replace(item.terms, owner=None),
    )


def why_handed(item: ActionItem) -> str:
    """Why it came to whoever has it now, in words; of who was forgotten we know no more than that."""
    if names_nobody(item.left_by or ""):
        return f"{item.left_by} is not known here any more"
    return f"the account of {item.left_by} was deactivated"


def _is(fallback: Owner, owner: Owner) -> bool:
    if fallback.email and owner.email:
        return fallback.email.casefold() == owner.email.casefold()
    return fallback.name == owner.name


def _back(item: ActionItem) -> ActionItem:
    """The account is there again, or the ticket was given to somebody else."""
    owner = item.owner and replace(item.owner, account=item.terms.owner)
    return replace(item, owner=owner, owner_reason=OwnerReason.TRACKER)
