"""Read models: what people ask for, from the store alone, for the command line and the pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from callsheet.model.action_item import ActionItem, Hold, SourceKind
from callsheet.model.incident import Incident
from callsheet.model.season import QUARTERS, Seasons
from callsheet.model.ticket import Ticket
from callsheet.plan.sheet_words import NOT_FILED, owner_words, remarks, status_words
from callsheet.run.names import Somebody, item_called
from callsheet.run.ports import Memory
from callsheet.run.shapes import Disputed, Row, RowWithConflicts
from callsheet.run.unfiled import checked, unfiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which items: None takes all. Words are compared without case; `season` is a name such as `2026-Q4`.

    `person` is one, where `owner` is a part of a name or an e-mail. `held` are those from before the first cycle.
    `seasons` say how the year is cut.
    """

    every: bool = False
    owner: str | None = None
    team: str | None = None
    service: str | None = None
    season: str | None = None
    priority: str | None = None
    person: Somebody | None = None
    incident_id: str | None = None
    overdue: bool = False
    held: bool = False
    seasons: Seasons = QUARTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the call sheet, before anything is looked up for it."""

    item: ActionItem
    incident: Incident


def sheet(memory: Memory, wanted: Wanted, today: date) -> list[Row]:
    """The call sheet as `sheet --json` prints it: by priority, then due date; standing items after the others.

    What is held from before the first cycle comes last.
    """
    return rows_of(memory, entries(memory, wanted, today), today)


def entries(memory: Memory, wanted: Wanted, today: date) -> tuple[Entry, ...]:
    """Its lines in that order, for who shows only some of them: a page of a thousand needs a hundred rows."""
    items = _items(memory, wanted)
    heads = memory.incidents({item.incident_id for item in items})
    found = [
        Entry(item=item, incident=heads[item.incident_id])
        for item in items
        if item.incident_id in heads and _is_wanted(item, heads[item.incident_id], wanted, today)
    ]
    return tuple(sorted(found, key=_in_order))


def _in_order(entry: Entry) -> tuple[bool, str, date, bool, str]:
    item = entry.item
    held = item.hold is Hold.BACKFILLED
    return held, item.terms.priority or "P5", item.terms.due_on or date.max, _is_standing(item), item.key


def rows_of(memory: Memory, found: Iterable[Entry], today: date) -> list[Row]:
    """Lines of the call sheet as its rows, in their order."""
    found = tuple(found)
    items, heads = [entry.item for entry in found], {entry.incident.id: entry.incident for entry in found}
    tickets = memory.tickets(item.ticket_id for item in items if item.ticket_id)
    why = unfiled(memory, items, heads)
    waived = {id_ for id_, opened in memory.postmortems(heads).items() if opened.waived_because is not None}
    return [
        _row(item, heads[item.incident_id], tickets, today, why.get(item.key), waived=item.incident_id in waived)
        for item in items
    ]


def promise(memory: Memory, word: str, today: date) -> RowWithConflicts | None:
    """One item by its key or its ticket's, as a row of the sheet, with its conflicts; None when the word names none."""
    item = item_called(memory, word)
    if item is None:
        return None
    rows = sheet(memory, Wanted(every=True, incident_id=item.incident_id), today)
    conflicts = [Disputed(field=each.field, ours=each.ours, theirs=each.theirs) for each in item.conflicts]
    return next((RowWithConflicts(**row, conflicts=conflicts) for row in rows if row["key"] == item.key), None)


def _items(memory: Memory, wanted: Wanted) -> tuple[ActionItem, ...]:
    if wanted.incident_id is None:
        return memory.items(every=wanted.every)
    return tuple(i for i in memory.items_in(wanted.incident_id) if wanted.every or i.open)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A filter that no item matches, even alone, and what it could have been."""

    what: str
    word: str
    known: tuple[str, ...]


def unmatched(memory: Memory, wanted: Wanted) -> tuple[Unmatched, ...]:
    """The filters that match nothing in the whole call sheet, done and dropped items included."""
    items = memory.items(every=True)
    heads = memory.incidents(item.incident_id for item in items)
    known = {
        "owner": [word for item in items if item.owner for word in (item.owner.name, item.owner.email) if word],
        "team": [team.name for head in heads.values() for team in head.teams],
        "service": [head.service.name for head in heads.values()],
        "season": [wanted.seasons.of(item.terms.due_on).name for item in items if item.terms.due_on],
    }
    ids = {
        "team": [team.id for head in heads.values() for team in head.teams],
        "service": [head.service.id for head in heads.values()],
    }
    given = {name: word for name in known if (word := getattr(wanted, name)) is not None}
    return tuple(
        Unmatched(what=name, word=word, known=tuple(dict.fromkeys(known[name])))
        for name, word in given.items()
        if not _matches(word, *known[name], *ids.get(name, ()))
    )


def _is_wanted(item: ActionItem, incident: Incident, wanted: Wanted, today: date) -> bool:
    owner = item.owner
    season = wanted.seasons.of(item.terms.due_on).name if item.terms.due_on else None
    return (
        (not wanted.overdue or item.overdue(today))
        and (not wanted.held or item.hold is Hold.BACKFILLED)
        and _matches(wanted.owner, owner.name if owner else None, owner.email if owner else None)
        and (wanted.person is None or wanted.person.keeps(item))
        and _matches(wanted.priority, item.terms.priority or "P5")
        and _matches(wanted.service, incident.service.id, incident.service.name)
        and _matches(wanted.team, *(word for team in incident.teams for word in (team.id, team.name)))
        and _matches(wanted.season, season)
    )


def _matches(wanted: str | None, *words: str | None) -> bool:
    """A part of a name is enough, so that people need not type all of it."""
    return wanted is None or any(word is not None and wanted.casefold() in word.casefold() for word in words)


def _is_standing(item: ActionItem) -> bool:
    return item.source.kind is SourceKind.POLICY


def _row(
    item: ActionItem,
    incident: Incident,
    tickets: Mapping[str, Ticket],
    today: date,
    not_filed: str | None,
    *,
    waived: bool,
) -> Row:
    owner, ticket = item.owner, tickets.get(item.ticket_id or "")
    gone = item.ticket_id is not None and ticket is None
    return {
        "key": item.key,
        "title": item.spoken.title,
        "kind": item.kind,
        "standing": _is_standing(item),
        "fix": item.fix,
        "incident": {"id": incident.id, "number": incident.number, "title": incident.title, "url": incident.url},
        "service": incident.service.name,
        "team": incident.teams[0].name if incident.teams else None,
        "owner": {"name": owner.name, "email": owner.email} if owner else None,
        "owner_reason": item.owner_reason,
        "owner_words": item.spoken.owner,
        "owner_checked": checked(item),
        "due_on": item.terms.due_on.isoformat() if item.terms.due_on else None,
        "due_reason": item.due_reason,
        "priority": item.terms.priority or "P5",
        "status": item.status,
        "shown": {
            "status": NOT_FILED
            if not_filed and item.hold is None
            else status_words(item, today, waived=waived, gone=gone),
            "owner": owner_words(item),
            "remarks": list(remarks(item, today, gone=gone, unfiled=not_filed)),
        },
        "overdue": item.overdue(today),
        "not_filed": not_filed,
        "hold": item.hold,
        "ticket": {"key": ticket.key, "url": ticket.url} if ticket else None,
    }
