"""Forgetting a person: who they are on both sides, what names them, what we take out, and what only others can."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from callsheet.document.regions import Region, split
from callsheet.model.publication import Publication
from callsheet.model.spelling import LIKE, near_names
from callsheet.plan.forgetting import Forgotten, Traces
from callsheet.run.asks import tell
from callsheet.run.leavers import LEFT
from callsheet.run.lookups import recall_accounts
from callsheet.run.names import NotKnown
from callsheet.run.ports import Memory

# Who was forgotten last, until a cycle has looked once more.
AGAIN, DONE = "forgotten.again", "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """One place that says who somebody is."""

    name: str
    email: str | None
    ids: frozenset[str]

    def answers(self, word: str) -> bool:
        wanted = word.strip().removeprefix("@").casefold()
        email = (self.email or "").casefold()
        known = {self.name.casefold(), email, email.partition("@")[0], *(id_.casefold() for id_ in self.ids)}
        return wanted in known - {""}

    def same(self, other: "_Card") -> bool:
        """Whether it is certainly the same person: a name alone is not."""
        mail = self.email and other.email and self.email.casefold() == other.email.casefold()
        return bool(mail or self.ids & other.ids) or self == other


@dataclass(frozen=True, slots=True, kw_only=True)
class ToForget:
    """A person to be forgotten. `shared_names` are also borne by others, so they stay where they stand alone."""

    name: str
    email: str | None
    traces: Traces
    shared_names: tuple[str, ...] = ()
    open_promises: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """What names them and is not ours to change.

    `tickets` are keys; `incidents` numbers of those whose log or notes in PagerDuty name them; `documents` places of
    those in which people wrote of them; `policy` lines of the policy file.
    """

    tickets: tuple[str, ...]
    incidents: tuple[int, ...]
    documents: tuple[str, ...]
    policy: tuple[int, ...]


def somebody(memory: Memory, word: str) -> ToForget:
    """The one person whom the word names: an e-mail, an id of either side, a handle, or a full name.

    NotKnown when it is nobody, or more than one.
    """
    cards = tuple(dict.fromkeys(_cards(memory)))
    people = _together([card for card in cards if card.answers(word)], cards)
    if not people:
        near = " or ".join(near_names(word.strip(" @"), (card.name for card in cards if card.name), likeness=LIKE))
        meant = f", or did you mean {near}?" if near else ""
        raise NotKnown(f"nobody is known as {word}; `callsheet people --all` lists everybody with their e-mail{meant}")
    if len(people) > 1:
        who = "; ".join(sorted(_shown(cards) for cards in people))
        raise NotKnown(f"{word} is {len(people)} people: {who}. Name the one by e-mail or id")
    return _to_forget(memory, people[0], cards)


def _cards(memory: Memory) -> Iterator[_Card]:
    for person in memory.people():
        yield _Card(name=person.name, email=person.email, ids=frozenset({person.id}))
    for (email, name), match in recall_accounts(memory).items():
        if match.account:
            yield _Card(name=name, email=email, ids=frozenset({match.account.id}))
            yield _Card(name=match.account.name, email=match.account.email, ids=frozenset({match.account.id}))
    items = memory.items(every=True)
    for owner in (item.owner for item in items if item.owner):
        ids = frozenset(id_ for id_ in (owner.person_id, owner.account) if id_)
        yield _Card(name=owner.name, email=owner.email, ids=ids)
    for ticket in memory.tickets(item.ticket_id for item in items if item.ticket_id).values():
        for account in (ticket.owner, *(comment.author for comment in ticket.comments)):
            if account:
                yield _Card(name=account.name, email=account.email, ids=frozenset({account.id}))


def _together(found: Iterable[_Card], cards: Iterable[_Card]) -> list[list[_Card]]:
    """The cards of each person, found by one of them."""
    people: list[list[_Card]] = []
    for card in found:
        if any(card in person for person in people):
            continue
        person, more = [card], True
        while more:
            joining = [each for each in cards if each not in person and any(each.same(one) for one in person)]
            person, more = [*person, *joining], bool(joining)
        people.append(person)
    return people


def _shown(person: Iterable[_Card]) -> str:
    card = max(person, key=lambda each: each.email or "")
    return f"{card.name} <{card.email or ', '.join(sorted(card.ids))}>"


def _to_forget(memory: Memory, person: list[_Card], cards: Iterable[_Card]) -> ToForget:
    names = {card.name for card in person if "@" not in card.name}
    others = {card.name.casefold() for card in cards if card not in person and (card.email or card.ids)}
    emails = frozenset(card.email.casefold() for card in person if card.email)
    ids = frozenset(id_ for card in person for id_ in card.ids)
    best = max(person, key=lambda each: each.email or "")
    return ToForget(
        name=best.name,
        email=best.email,
        traces=Traces(names=frozenset(n for n in names if n.casefold() not in others), emails=emails, ids=ids),
        shared_names=tuple(sorted(name for name in names if name.casefold() in others)),
        open_promises=sum(item.ticket_id is not None and item.terms.owner in ids for item in memory.items()),
    )


def remains(memory: Memory, who: ToForget, policy: str) -> Remains:
    """What names them beside our own store and texts, as far as we have seen it. `policy` is the policy file's text."""
    forgotten = memory.with_traces(who.traces)

    def naming(table: str) -> list[str]:
        return [first for first, text in memory.texts(table) if _names(text, forgotten)]

    # What we wrote into a ticket came from its item.
    items = (memory.item(key) for key in naming("item"))
    tickets = memory.tickets([*naming("ticket"), *(item.ticket_id for item in items if item and item.ticket_id)])
    incidents = memory.incidents({*naming("incident"), *naming("dossier")})
    held = memory.publications(memory.incidents(id_ for id_, _ in memory.texts("incident")))
    lines = enumerate(policy.splitlines(), start=1)
    return Remains(
        tickets=tuple(sorted((t.key for t in tickets.values()), key=lambda key: (len(key), key))),
        incidents=tuple(sorted(incident.number for incident in incidents.values())),
        documents=tuple(sorted(each.location for each in held.values() if _names(_human(each), forgotten))),
        policy=tuple(number for number, line in lines if _names(line, forgotten)),
    )


def _names(text: str, forgotten: Forgotten) -> bool:
    return forgotten.clean(text) != text


def _human(document: Publication) -> str:
    """What people wrote: the lines that are not ours, or all but our regions where it is not known what we wrote."""
    if document.generated is None:
        parts = split(document.current)
        return "".join(part.text for part in parts if not (isinstance(part, Region) and part.untouched))
    ours = {line.strip() for line in document.generated.splitlines()}
    return "\n".join(line for line in document.current.splitlines() if line.strip() not in ours)


def forget(memory: Memory, who: ToForget, now: datetime) -> dict[str, int]:
    """Take them out of the store; the rows that changed, by table. The next cycle draws every text of ours anew.

    That it was asked for is one short transaction; where the rest is interrupted, the next cycle ends it.
    """
    alias = who.traces.alias(memory.with_traces(who.traces).salt)
    with memory.transaction():
        memory.shun(who.traces)
        memory.remember(LEFT, {alias: True}, now)
        memory.note_down(AGAIN, f"{alias} {now.isoformat()}")
        memory.mark_all()
        tell(memory, now, "person.forgotten", alias, "out of every table, and out of what comes later")
    return _clean(memory)


def forget_again(memory: Memory) -> None:
    """Once more before the next cycle: the one before may have been under way, with what it had read in its hands."""
    asked = memory.noted(AGAIN)
    if asked in {None, DONE}:
        return
    _clean(memory)
    with memory.transaction():
        memory.mark_all()
        # Unless somebody else was forgotten meanwhile.
        if memory.noted(AGAIN) == asked:
            memory.note_down(AGAIN, DONE)


def _clean(memory: Memory) -> dict[str, int]:
    changed = memory.clean()
    memory.empty_journal()
    return changed
