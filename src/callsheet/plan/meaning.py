"""What people's words mean: owner, date, priority, kind; and what changes when the words do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from callsheet.model.action_item import (
    ActionItem,
    Conflict,
    DueReason,
    ItemStatus,
    Owner,
    OwnerReason,
    Source,
    Terms,
    Words,
)
from callsheet.model.incident import Incident
from callsheet.model.person import Person
from callsheet.model.ticket import Field, Ticket
from callsheet.plan.due import due
from callsheet.plan.owners import NOBODY_FOUND, candidates, find_owner, known_as
from callsheet.plan.routing import calendar_for, priority_of, route_for
from callsheet.plan.rules import Rules
from callsheet.plan.titles import headline, struck_out
from callsheet.plan.wording import fix_word, kind_word, priority_word

UNREADABLE = "can't be read"
DROPPED_WORDS = frozenset({"dropped", "drop", "cut", "won't do"})
DONE_WORDS = frozenset({"done", "closed", "fixed"})
# Cells of what a ticket has as a field that can be empty, by field of Words.
CELL_FIELDS = {"owner": Field.OWNER, "due": Field.DUE_ON, "priority": Field.PRIORITY}
# What the Status cell of an open item says by itself.
OPEN_WORDS = frozenset({"open", "overdue", "not filed", "parked", "ticket gone"})
_SNOOZED = "snoozed until "


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What words are read by."""

    rules: Rules
    people: tuple[Person, ...]
    namespace: str
    now: datetime
    first_cycle_at: datetime


def new_item(
    key: str,
    source: Source,
    words: Words,
    incident: Incident,
    written_at: datetime,
    reading: Reading,
    *,
    due_days: int | None = None,
) -> ActionItem:
    """A new item from its words. `due_days` are business days where the words name no date."""
    priority = priority_word(words.priority or "") or priority_of(incident)
    calendar = calendar_for(incident, reading.rules)
    days = reading.rules.due_days if due_days is None else {**reading.rules.due_days, priority: due_days}
    when = due(words.due, noted_at=written_at, zone=calendar.zone, priority=priority, calendar=calendar, due_days=days)
    owner, reason = owner_of(words.owner, incident, reading)
    item = _with_status_word(
        ActionItem(
            key=key,
            incident_id=incident.id,
            source=source,
            words=words,
            terms=Terms(title=headline(words.title), due_on=when.on, priority=priority),
            owner=owner,
            owner_reason=reason,
            due_reason=when.reason,
            noted_at=written_at,
            might_be=might_be(words.owner, reason, reading),
            kind=kind_word(words.kind or ""),
            fix=fix_word(words.fix or ""),
        ),
        words,
        reading.now,
        fresh=True,
    )
    item = _noted(item, "due", words.due, understood=when.reason is not DueReason.AMBIGUOUS)
    return _with_readable_words(item, Words(title=""), words)


def adopted(key: str, source: Source, ticket: Ticket, incident: Incident, reading: Reading) -> ActionItem:
    """An item from a ticket that a person made: the ticket's fields are its words."""
    item = new_item(key, source, Words(title=ticket.title), incident, ticket.created_at, reading)
    owner = owner_from_account(ticket, reading)
    return replace(
        item,
        owner=owner or item.owner,
        owner_reason=OwnerReason.TRACKER if owner else item.owner_reason,
        # The title as it stands, whatever signs are in it: it is a person's ticket.
        terms=replace(
            item.terms,
            title=ticket.title,
            due_on=ticket.due_on or item.terms.due_on,
            owner=ticket.owner.id if ticket.owner else None,
        ),
        due_reason=DueReason.TRACKER if ticket.due_on else item.due_reason,
        unread={},
    )


def owner_from_account(ticket: Ticket, reading: Reading) -> Owner | None:
    """The ticket's assignee as an owner, with the person's time zone where the e-mail or the policy tells who it is."""
    if ticket.owner is None:
        return None
    account = ticket.owner
    named = [word for word, theirs in reading.rules.accounts.items() if theirs == account.id]
    words = (word for word in (account.email, *named) if word)
    person = next((person for word in words if (person := known_as(word, reading.people))), None)
    return Owner(
        name=account.name,
        email=account.email or (person.email if person else None),
        account=account.id,
        person_id=person.id if person else None,
        time_zone=person.time_zone if person else None,
    )


def owner_of(words: str | None, incident: Incident, reading: Reading) -> tuple[Owner | None, OwnerReason]:
    """Who the words name; the route's fallback owner where they name nobody, or more than one."""
    match = find_owner(words, reading.people, reading.rules.aliases)
    if match.person:
        return as_owner(match.person), match.reason
    return fallback_owner(incident, reading), match.reason


def might_be(words: str | None, reason: OwnerReason, reading: Reading) -> tuple[str, ...]:
    """Whom the owner's words may mean, where they name nobody for certain."""
    return candidates(words, reading.people) if reason in NOBODY_FOUND else ()


def did_you_mean(people: Sequence[str]) -> str:
    """` (did you mean A or B?)`, or nothing."""
    return f" (did you mean {' or '.join(people)}?)" if people else ""


def fallback_owner(incident: Incident, reading: Reading) -> Owner | None:
    """The route's fallback owner: somebody of the account, else an e-mail as it stands; None where none is set."""
    words = route_for(incident, reading.rules).fallback_owner
    return owner_named(words, reading) if words else None


def owner_named(words: str, reading: Reading) -> Owner:
    """The one person of the account whom the words name, else the words as they stand, which may be an e-mail."""
    match = find_owner(words, reading.people, reading.rules.aliases)
    if match.person:
        return as_owner(match.person)
    return Owner(name=words, email=words if "@" in words.strip("@") else None)


def as_owner(person: Person) -> Owner:
    """Somebody of the account as an owner: with what tells when and how they can be reached."""
    return Owner(name=person.name, email=person.email, person_id=person.id, time_zone=person.time_zone)


def reworded(item: ActionItem, words: Words, incident: Incident, written_at: datetime, reading: Reading) -> ActionItem:
    """The item after its source was edited: `words` are the source's."""
    return _reread(replace(item, words=words), item.words, words, incident, written_at, reading)


def recelled(item: ActionItem, cells: Mapping[str, str], incident: Incident, reading: Reading) -> ActionItem:
    """The item after people changed its cells in the document: `cells` by field of Words.

    Somebody typed each of them just now, over what stood there. So it is read also where the same words were said
    before: the tracker may have overruled them since, and the cell shown that.
    """
    after = replace(item, cells={**item.cells, **cells})
    unlike: dict[str, Any] = dict.fromkeys(cells, "")
    return _reread(after, replace(item.spoken, **unlike), after.spoken, incident, reading.now, reading)


def _reread(
    item: ActionItem, before: Words, words: Words, incident: Incident, written_at: datetime, reading: Reading
) -> ActionItem:
    """Only the fields whose words differ are read anew; the rest keeps what was agreed since."""
    if words == before:
        return item
    for change in (_title_changed, _priority_changed, _due_changed, _owner_changed, _kind_changed):
        item = change(item, before, words, incident, written_at, reading)
    item = _with_readable_words(item, before, words)
    item = _written_anew(item, before, words)
    return _with_status_word(item, words, reading.now) if words.status != before.status else item


def unsaid(item: ActionItem, emptied: Collection[str]) -> ActionItem:
    """The item after people emptied cells (names are fields of Words).

    Words that led nowhere are taken back. Others still count, and of what a ticket would lose people are asked.
    """
    asked = tuple(field for name, field in CELL_FIELDS.items() if name in emptied and name not in item.unread)
    if item.open and not set(asked) <= set(item.emptied):
        item = replace(item, emptied=tuple(dict.fromkeys((*item.emptied, *asked))))
    conflicts = tuple(c for c in item.conflicts if "status" not in emptied or c.field is not Field.STATUS)
    gone = {name for name in emptied if name in item.unread}
    gone |= {"status"} if conflicts != item.conflicts else set()
    if not gone:
        return item
    return replace(
        item,
        cells={name: text for name, text in item.cells.items() if name not in gone},
        unread={name: why for name, why in item.unread.items() if name not in gone},
        conflicts=conflicts,
    )


def _noted(item: ActionItem, name: str, said: str | None, *, understood: bool, why: str = UNREADABLE) -> ActionItem:
    """The item with a note that these words of a field lead nowhere, or without one: nothing is swallowed."""
    unread = {other: because for other, because in item.unread.items() if other != name}
    if said and said.strip() and not understood:
        unread[name] = why
    return item if unread == item.unread else replace(item, unread=unread)


def _with_readable_words(item: ActionItem, before: Words, words: Words) -> ActionItem:
    """Notes which changed words stand for no action, priority, kind or fix."""
    if words.title != before.title:
        struck = item.open and struck_out(words.title)
        item = _noted(item, "title", words.title, understood=not struck, why="is struck through")
    if words.priority != before.priority:
        item = _noted(item, "priority", words.priority, understood=priority_word(words.priority or "") is not None)
    if words.kind != before.kind:
        item = _noted(item, "kind", words.kind, understood=kind_word(words.kind or "") is not None)
    if words.fix != before.fix:
        item = _noted(item, "fix", words.fix, understood=fix_word(words.fix or "") is not None)
    return item


def _title_changed(item: ActionItem, before: Words, words: Words, *_: object) -> ActionItem:
    # Who strikes an action through means its status, and the ticket keeps its title.
    if words.title == before.title or (item.open and struck_out(words.title)):
        return item
    return replace(item, terms=replace(item.terms, title=headline(words.title)))


def _priority_changed(item: ActionItem, before: Words, words: Words, *_: object) -> ActionItem:
    priority = priority_word(words.priority or "")
    if words.priority == before.priority or priority is None:
        return item
    return replace(item, terms=replace(item.terms, priority=priority))


def _due_changed(
    item: ActionItem, before: Words, words: Words, incident: Incident, written_at: datetime, reading: Reading
) -> ActionItem:
    if words.due == before.due:
        return item
    if not words.due:
        return _noted(item, "due", None, understood=True)
    calendar = calendar_for(incident, reading.rules)
    priority = item.terms.priority or priority_of(incident)
    days = reading.rules.due_days
    when = due(words.due, noted_at=written_at, zone=calendar.zone, priority=priority, calendar=calendar, due_days=days)
    item = _noted(item, "due", words.due, understood=when.reason is not DueReason.AMBIGUOUS)
    # A date that can't be read changes nothing that was agreed with the tracker; the words stay visible.
    if when.reason is not DueReason.WRITTEN and item.ticket_id is not None:
        return item
    return replace(item, terms=replace(item.terms, due_on=when.on), due_reason=when.reason)


def _owner_changed(
    item: ActionItem, before: Words, words: Words, incident: Incident, _: datetime, reading: Reading
) -> ActionItem:
    if words.owner == before.owner:
        return item
    item = _noted(item, "owner", None, understood=True)
    if not words.owner:
        return item
    owner, reason = owner_of(words.owner, incident, reading)
    # A slip of the pen takes no ticket away from the person who has it.
    if item.ticket_id is not None and reason in NOBODY_FOUND:
        return slipped(item, words.owner, reason, reading)
    named = might_be(words.owner, reason, reading)
    return replace(item, terms=replace(item.terms, owner=None), owner=owner, owner_reason=reason, might_be=named)


def slipped(item: ActionItem, said: str | None, reason: OwnerReason, reading: Reading) -> ActionItem:
    """The item with a note that these words for its owner name nobody for certain, and why; it stays whose it is."""
    why = reason.value.removeprefix("fallback: ") + did_you_mean(might_be(said, reason, reading))
    return _noted(item, "owner", said, understood=False, why=why)


def _kind_changed(item: ActionItem, _before: Words, words: Words, *_: object) -> ActionItem:
    return replace(item, kind=kind_word(words.kind or "") or item.kind, fix=fix_word(words.fix or "") or item.fix)


def _written_anew(item: ActionItem, before: Words, words: Words) -> ActionItem:
    """A person who writes a field anew answers for the emptied cell, and ends its being cleared if it can be read."""
    anew = {name: field for name, field in CELL_FIELDS.items() if getattr(words, name) != getattr(before, name)}
    read = {field for name, field in anew.items() if name not in item.unread}
    return replace(
        item,
        cleared=tuple(field for field in item.cleared if field not in read),
        emptied=tuple(field for field in item.emptied if field not in anew.values()),
    )


def overruled(item: ActionItem, name: Field) -> ActionItem:
    """The item once somebody decided a field elsewhere: what its cell or words said of it is asked no longer."""
    unread = {word: why for word, why in item.unread.items() if CELL_FIELDS.get(word) is not name}
    return replace(item, unread=unread, emptied=tuple(field for field in item.emptied if field is not name))


def _with_status_word(item: ActionItem, words: Words, now: datetime, *, fresh: bool = False) -> ActionItem:
    """The status cell: `dropped because …` drops; `done` is the tracker's word alone and is shown as a conflict.

    A row that is new (`fresh`) and dropped already closes nothing, so it needs no reason.

    | word    | open, has a ticket | open, has none      | done or dropped             |
    |---------|--------------------|---------------------|-----------------------------|
    | dropped | dropped            | dropped             | as it is, and told if done  |
    |  no why | told               | told, dropped fresh | as it is, and told if done  |
    | done    | conflict           | told                | as it is, and told if not   |
    | open    | as it is           | as it is            | told                        |
    | other   | told               | told                | told                        |
    """
    said = (words.status or "").strip()
    word, _, because = said.replace(" because ", ":", 1).partition(":")
    # Our own `done, 1 day late` is `done`.
    word = word.partition(",")[0].casefold().strip()
    word = "open" if word.startswith(_SNOOZED) else word
    # An older word of theirs counts no longer.
    item = replace(item, conflicts=tuple(c for c in item.conflicts if c.field is not Field.STATUS))
    if word in DROPPED_WORDS and item.open and not because.strip() and not fresh:
        return _noted(item, "status", said, understood=False, why="does not say why")
    if word in DROPPED_WORDS and item.open:
        dropped = replace(item, status=ItemStatus.DROPPED, status_because=because.strip() or "dropped in the document")
        return _noted(dropped, "status", said, understood=True)
    if word in DONE_WORDS and item.open and item.ticket_id:
        conflict = Conflict(field=Field.STATUS, ours=said, theirs="open in the tracker", at=now)
        return _noted(replace(item, conflicts=(*item.conflicts, conflict)), "status", said, understood=True)
    if word in DONE_WORDS and item.open:
        return _noted(item, "status", said, understood=False, why="counts only in its ticket")
    understood = _LIVE_WORDS[item.status]
    why = "does not change it" if word in DROPPED_WORDS | DONE_WORDS | OPEN_WORDS else UNREADABLE
    return _noted(item, "status", said, understood=word in understood, why=why)


_LIVE_WORDS = {
    ItemStatus.OPEN: OPEN_WORDS,
    ItemStatus.DONE: DONE_WORDS,
    ItemStatus.DROPPED: DROPPED_WORDS,
}
