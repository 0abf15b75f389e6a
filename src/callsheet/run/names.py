"""What people call things on the command line: items, tickets, incidents and people, however they are typed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from callsheet.model.action_item import ActionItem, Owner
from callsheet.model.incident import Incident
from callsheet.model.season import Season
from callsheet.plan.nudging import identity_of
from callsheet.plan.owners import find_owner, known_as
from callsheet.plan.rules import Rules
from callsheet.run.ports import Memory

_INCIDENT = re.compile(r"^(?:incident)?\s*#?\s*", re.IGNORECASE)


class NotKnown(LookupError):
    """What was named is not there; the message says what to try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person, as the paging side or the call sheet knows them. `ids` are what the ledger counts them by."""

    name: str
    ids: frozenset[str]

    def keeps(self, item: ActionItem) -> bool:
        """Whether the item is theirs."""
        owner = item.owner
        return owner is not None and bool({identity_of(owner), owner.person_id} & self.ids)


def last_part(word: str) -> str:
    """The end of an address, such as a browser shows it; any other word as it is."""
    said = word.strip()
    if "://" in said:
        said = re.split(r"[?#]", said, maxsplit=1)[0]
    return said.rstrip("/").rpartition("/")[2]


def item_called(memory: Memory, word: str) -> ActionItem | None:
    """An item by its key or its ticket's; case does not matter, and the end of an address is enough."""
    name = last_part(word)
    return memory.item(name.lower()) or next(
        (item for each in (name, name.upper()) if (item := memory.item_with_ticket(each))), None
    )


def incident_called(memory: Memory, word: str) -> Incident | None:
    """An incident by id, number (`12`, `#12`, `incident 12`) or address."""
    name = last_part(word)
    bare = _INCIDENT.sub("", name, count=1)
    return next((head for each in (name, bare, bare.upper()) if (head := memory.incident_named(each))), None)


def season_named(rules: Rules, word: str) -> Season:
    """The season of that name. NotKnown says how one is called."""
    found = rules.seasons.called(word)
    if found is None:
        raise NotKnown(f"There is no season {word}; a season is called like 2026-Q4, or as the policy names it.")
    return found


def person_called(memory: Memory, rules: Rules, word: str, owners: Sequence[Owner] | None = None) -> Somebody | None:
    """A person by name, handle, e-mail or id; None where it is nobody, or might be several.

    `owners` are those of all items, where somebody has read them already.
    """
    people, said = memory.people(), word.strip()
    person = known_as(said, people) or find_owner(said, people, rules.aliases).person
    if person:
        owner = Owner(name=person.name, email=person.email)
        return Somebody(name=person.name, ids=frozenset({person.id, identity_of(owner), *_addresses(person.email)}))
    # Somebody whom only the tracker knows.
    ours = {identity_of(owner): owner for owner in (_owners(memory) if owners is None else owners)}
    theirs = {who: owner for who, owner in ours.items() if said.casefold() in {who.casefold(), owner.name.casefold()}}
    if len(theirs) != 1:
        return None
    ((who, owner),) = theirs.items()
    return Somebody(name=owner.name, ids=frozenset({who, *_addresses(owner.email)}))


def promiser(memory: Memory, rules: Rules, word: str) -> Somebody | None:
    """Whose promises are asked for; those of one name who can't be told apart are one. None: nobody is called so."""
    owners, said = _owners(memory), word.strip().casefold()
    person = person_called(memory, rules, word, owners)
    alike = [owner for owner in owners if said in {owner.name.casefold(), (owner.email or "").casefold()}]
    if not (person or alike):
        return None
    ids = {identity_of(owner) for owner in alike} | (person.ids if person else set())
    return Somebody(name=person.name if person else alike[0].name, ids=frozenset(ids))


def promisers(memory: Memory) -> tuple[str, ...]:
    """What people can be asked for by: a name; the address where several have the name."""
    addresses: dict[str, set[str]] = {}
    people = [(person.name, person.email) for person in memory.people()]
    for name, email in (*people, *((owner.name, owner.email) for owner in _owners(memory))):
        addresses.setdefault(name, set()).update(_addresses(email)[1:])
    return tuple(word for name, known in addresses.items() for word in (known if len(known) > 1 else {name}))


def _owners(memory: Memory) -> tuple[Owner, ...]:
    return tuple(item.owner for item in memory.items(every=True) if item.owner)


def _addresses(email: str | None) -> tuple[str, ...]:
    return (email, email.casefold()) if email else ()
