"""From the owner as a person to the account that a ticket can be given to; what that needs to know."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from callsheet.model.action_item import ActionItem, Owner, OwnerReason
from callsheet.model.incident import Incident
from callsheet.model.ticket import Field, MatchKind, Ticket
from callsheet.plan.assignee import staying
from callsheet.plan.handover import handed_over, why_handed
from callsheet.plan.meaning import Reading, did_you_mean, fallback_owner
from callsheet.plan.owners import NOBODY_FOUND, called
from callsheet.plan.routing import route_for
from callsheet.plan.rules import Route, Rules
from callsheet.plan.snapshot import House, Lookups


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What must be looked up before plan can go on; each is asked once and remembered."""

    accounts: frozenset[tuple[str, str]] = frozenset()
    rules: frozenset[tuple[str, str]] = frozenset()
    assignable: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.accounts or self.rules or self.assignable)


@dataclass(slots=True)
class _Missing:
    """Collects what a look-up lacked while owners are settled."""

    accounts: set[tuple[str, str]] = field(default_factory=set)
    assignable: set[tuple[str, str]] = field(default_factory=set)


def target_of(incident: Incident, reading: Reading, house: House) -> tuple[str, str]:
    """The project and issue type that the incident's items are filed in."""
    return place_of(route_for(incident, reading.rules), house)


def place_of(route: Route, house: House) -> tuple[str, str]:
    """The project and issue type of a route's tickets."""
    return route.project or house.project, route.issue_type or house.issue_type


def settle_owners(
    items: Iterable[ActionItem],
    incident: Incident,
    reading: Reading,
    house: House,
    lookups: Lookups,
    left: Collection[str] = (),
    tickets: Mapping[str, Ticket] = MappingProxyType({}),
) -> tuple[tuple[ActionItem, ...], Needs]:
    """The items with their owners' accounts, and what is still to be looked up for the rest.

    `left` are accounts that nobody is behind any more, `tickets` those of the items whose owner is open, by id.
    """
    missing = _Missing()
    there = (handed_over(item, incident, reading, left) for item in items)
    given = tuple(_recognised(item, reading, lookups, missing) for item in there)
    target = target_of(incident, reading, house)
    rules = lookups.rules.get(target)
    # First whether the project is there for us: nothing else about it can be asked before.
    if rules is None:
        wanted = frozenset({target}) if any(_waits(item) for item in given) else frozenset()
        return given, Needs(accounts=frozenset(missing.accounts), rules=wanted)
    if isinstance(rules, str):
        return given, Needs(accounts=frozenset(missing.accounts))
    settled = (_settled(item, incident, target[0], reading, lookups, missing) for item in given)
    kept = tuple(
        staying(before, after, tickets.get(after.ticket_id or ""), reading, left)
        for before, after in zip(given, settled, strict=True)
    )
    known = tuple(_recognised(item, reading, lookups, missing) for item in kept)
    return known, Needs(accounts=frozenset(missing.accounts), assignable=frozenset(missing.assignable))


def _recognised(item: ActionItem, reading: Reading, lookups: Lookups, missing: _Missing) -> ActionItem:
    """The item with its owner's address, where a ticket shows only the account of somebody whom we know by name.

    The tracker is asked whose account it is. Without the address the same person would be reminded as two.
    """
    owner = item.owner
    if not item.open or owner is None or not owner.account or owner.email:
        return item
    for person in reading.people:
        if not person.email or person.name.casefold() != owner.name.casefold():
            continue
        match = lookups.accounts.get((person.email, person.name))
        if match is None:
            missing.accounts.add((person.email, person.name))
        elif match.account and match.account.id == owner.account:
            known = replace(owner, email=person.email, person_id=person.id, time_zone=person.time_zone)
            return replace(item, owner=known)
    return item


def _waits(item: ActionItem) -> bool:
    """Whether the item is to be filed, or its ticket to be handed over."""
    return _needs_owner(item) and (item.ticket_id is None or owner_pending(item))


def _needs_owner(item: ActionItem) -> bool:
    """Whether its ticket, or the one to come, is given to somebody.

    | item | ticket | owner                           | needs one |
    |------|--------|---------------------------------|-----------|
    | open |        | any                             | yes       |
    | over | none   |                                 | no        |
    | over | has one| as agreed                       | no        |
    | over | has one| somebody else was named since   | yes       |
    """
    if item.hold is not None:
        return False
    if item.open:
        return True
    # A ticket that nobody has is left so, unless a person says in the document who kept the promise.
    agreed = item.base.owner if item.base else None
    return item.ticket_id is not None and (agreed is not None or "owner" in item.cells)


def asks_for_owner(item: ActionItem) -> bool:
    """Whether its ticket is to be somebody's, who may still have to be looked up."""
    return item.terms.owner is not None or owner_pending(item)


def owner_pending(item: ActionItem) -> bool:
    """Whether the owner's account is still to be looked up."""
    return item.owner is not None and item.terms.owner is None and item.owner.account is None


def _settled(
    item: ActionItem, incident: Incident, project: str, reading: Reading, lookups: Lookups, missing: _Missing
) -> ActionItem:
    """A filed ticket that somebody has is not given away so: `staying`.

    | owner                               | ticket is given to | who is nudged |
    |-------------------------------------|--------------------|---------------|
    | has an account, may be assigned     | them               | them          |
    | has an account, may not be assigned | nobody             | the fallback  |
    | has no single account               | the fallback       | the fallback  |
    | nobody, and no fallback             | nobody             | the ticket    |
    """
    if _left(item, project, lookups, missing):
        # As if nobody had looked yet.
        item = replace(
            item, owner=item.owner and replace(item.owner, account=None), terms=replace(item.terms, owner=None)
        )
    decided = item.terms.owner is not None or Field.OWNER in item.cleared
    if decided or not _needs_owner(item) or item.owner is None or item.owner.account:
        return item
    account, reason = _account(item.owner, project, reading, lookups, missing)
    if account:
        owner = replace(item.owner, account=account, name=item.owner.name)
        named = OwnerReason.BY_NAME if reason is OwnerReason.BY_NAME else item.owner_reason
        return replace(item, owner=owner, owner_reason=named, terms=replace(item.terms, owner=account))
    if reason is None:
        return item
    fallback = fallback_owner(incident, reading)
    if fallback is None or fallback.name == item.owner.name:
        alone = _ALONE[reason] if fallback is None else reason
        return replace(item, owner=replace(item.owner, account=""), owner_reason=alone)
    fallback_account, unknown = _account(fallback, project, reading, lookups, missing)
    if fallback_account is None and unknown is None:
        return item
    given = fallback_account if reason is OwnerReason.FALLBACK_NO_ACCOUNT else None
    return replace(
        item,
        owner=replace(fallback, account=fallback_account or ""),
        owner_reason=reason,
        terms=replace(item.terms, owner=given),
    )


def _left(item: ActionItem, project: str, lookups: Lookups, missing: _Missing) -> bool:
    """Whether the account that a new ticket would be given to may no longer be: a create would be refused for it."""
    account = item.owner.account if item.owner else None
    if item.ticket_id is not None or not item.open or item.hold is not None or not account:
        return False
    assignable = lookups.assignable.get((project, account))
    if assignable is None:
        missing.assignable.add((project, account))
    return assignable is False and item.terms.owner == account


_ALONE = {
    OwnerReason.FALLBACK_NO_ACCOUNT: OwnerReason.NO_ACCOUNT,
    OwnerReason.FALLBACK_NOT_ASSIGNABLE: OwnerReason.NOT_ASSIGNABLE,
}


def _account(
    owner: Owner, project: str, reading: Reading, lookups: Lookups, missing: _Missing
) -> tuple[str | None, OwnerReason | None]:
    """Their account id, or why there is none; (None, None) while it must still be looked up."""
    account, reason = _named_or_found(owner, reading.rules, lookups, missing)
    if account is None:
        return None, reason
    assignable = lookups.assignable.get((project, account))
    if assignable is None:
        missing.assignable.add((project, account))
        return None, None
    return (account, reason) if assignable else (None, OwnerReason.FALLBACK_NOT_ASSIGNABLE)


def _named_or_found(
    owner: Owner, rules: Rules, lookups: Lookups, missing: _Missing
) -> tuple[str | None, OwnerReason | None]:
    """The policy's word goes before the tracker's."""
    named = account_in_policy(owner.email, owner.person_id, rules)
    if named:
        return named, OwnerReason.EMAIL
    if not owner.email:
        return None, OwnerReason.FALLBACK_NO_ACCOUNT
    match = lookups.accounts.get((owner.email, owner.name))
    if match is None:
        missing.accounts.add((owner.email, owner.name))
        return None, None
    if match.account is None:
        return None, OwnerReason.FALLBACK_NO_ACCOUNT
    return match.account.id, OwnerReason.BY_NAME if match.kind is MatchKind.BY_NAME else OwnerReason.EMAIL


def account_in_policy(email: str | None, person_id: str | None, rules: Rules) -> str | None:
    """The tracker's account that the policy names for a person."""
    own = called(email, person_id)
    return next((account for word, account in rules.accounts.items() if word.casefold() in own), None)


def owner_remark(item: ActionItem) -> str | None:
    """What people should know about how the owner was found; None where it is plain."""
    reason, named = item.owner_reason, item.spoken.owner
    if reason is OwnerReason.FALLBACK_NOT_NAMED:
        if item.owner:
            return f"no owner was named, so it went to the fallback owner, {item.owner.name}"
        return "it has no owner yet; name one"
    if reason is OwnerReason.BY_NAME:
        return "the owner's account was found by name, since its e-mail is hidden; please check"
    if reason in {*_ALONE.values(), OwnerReason.LEFT}:
        return reason.value
    if not reason.value.startswith("fallback"):
        return None
    why = reason.value.removeprefix("fallback: ")
    if item.handed_over:
        why = why_handed(item)
    elif named:
        why = f"“{named}”: {why}{did_you_mean(item.might_be if reason in NOBODY_FOUND else ())}"
    return f"{why}; it went to {item.owner.name}" if item.owner else f"{why}, and no fallback owner is set; name one"
