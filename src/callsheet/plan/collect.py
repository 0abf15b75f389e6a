"""Action items from every place where people write them, matched to the items that are known already."""

import hashlib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from callsheet.document.edits import Edits
from callsheet.document.sheet import DocRow
from callsheet.model.action_item import (
    ActionItem,
    Hold,
    ItemStatus,
    Source,
    SourceKind,
    Words,
    item_key,
    marker,
)
from callsheet.model.effect import Reason
from callsheet.model.incident import Incident, Note
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.ticket import Ticket
from callsheet.plan.askew import meant
from callsheet.plan.lines import Known, match_lines
from callsheet.plan.meaning import Reading, adopted, new_item, recelled, reworded, unsaid
from callsheet.plan.wording import read_actions, same_wording

ORDINALS_PROBED = 20
REWRITTEN = "its row was rewritten before it was taken in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the items of one post-mortem are written.

    `notes` come with the incident they stand on (merged ones too), `notes_complete` is False when some could not be
    read, so that nothing counts as deleted. `edits` are by publisher; `rows` are keyed rows of documents whose last
    state we no longer remember; `printed` are the keys that stand in a document. `hand_made` are tickets that people
    labelled; `titles_by_marker` are the titles of tickets that carry one of our markers, for finding lost ordinals
    again.
    """

    incident: Incident
    opened: OpenedPostmortem
    notes: tuple[tuple[Incident, Note], ...] = ()
    notes_complete: bool = True
    edits: tuple[Edits, ...] = ()
    rows: tuple[DocRow, ...] = ()
    printed: frozenset[str] = frozenset()
    hand_made: tuple[Ticket, ...] = ()
    titles_by_marker: Mapping[str, str] = field(default_factory=dict)


def collect(place: Place, known: Iterable[ActionItem], reading: Reading) -> dict[str, ActionItem]:
    """Every item of the place by key: the known ones as they are now, and the new ones."""
    items = {item.key: item for item in known}
    for incident, note in place.notes:
        _from_note(items, place, incident, note, reading)
    if place.notes_complete:
        _mark_deleted_notes(items, {note.id for _, note in place.notes})
    _from_policy(items, place, reading)
    # Before the rows: a lost row whose key is a hand-made ticket's is that ticket's, and files no other.
    for ticket in place.hand_made:
        _from_ticket(items, place, ticket, reading)
    for row in place.rows:
        _from_lost_row(items, place, row, reading)
    _mark_printed(items, place.printed)
    added = [key for edits in place.edits for key in _from_edits(items, place, edits, reading)]
    if place.edits:
        _forget_unprinted(items, set(added))
    return items


def _from_note(items: dict[str, ActionItem], place: Place, incident: Incident, note: Note, reading: Reading) -> None:
    written = tuple(found.words for found in read_actions(note.text)[0])
    before = _known_lines(items, place, incident, note, len(written), reading.namespace)
    written_at = note.updated_at or note.created_at
    matched = match_lines(written, before)
    for words, ordinal in matched:
        source = Source(kind=SourceKind.NOTE, id=f"{note.id}/{ordinal}")
        key = item_key(incident.account, incident.id, source)
        twin = _twin(items, words.title, source, besides=key)
        if key in items and items[key].source.kind is SourceKind.DOCUMENT:
            # A lost row was read before its note could be: the note is where it comes from, and no news.
            items[key] = replace(items[key], source=source, words=words, source_gone=False)
        elif key in items:
            items[key] = replace(reworded(items[key], words, place.incident, written_at, reading), source_gone=False)
        elif twin:
            items[twin.key] = _also(twin, source)
        else:
            _unmerge(items, source)
            held = _held(place, note.created_at if not before else written_at, reading)
            items[key] = replace(
                new_item(key, source, words, place.incident, written_at, reading),
                hold=held,
            )
    kept = {ordinal for _, ordinal in matched}
    for line in before:
        if line.ordinal not in kept:
            _source_lost(items, Source(kind=SourceKind.NOTE, id=f"{note.id}/{line.ordinal}"))


def _known_lines(
    items: dict[str, ActionItem], place: Place, incident: Incident, note: Note, written: int, namespace: str
) -> tuple[Known, ...]:
    """The lines that the note held before: from memory, else from rows and tickets that bear what we named them."""
    prefix = f"{note.id}/"
    lines: dict[int, str] = {}
    for item in items.values():
        for source in (item.source, *item.also_in):
            if source.kind is SourceKind.NOTE and source.id.startswith(prefix):
                lines[int(source.id.removeprefix(prefix))] = item.words.title
    if not lines:
        printed = {row.key: row.action for row in place.rows}
        for ordinal in range(written + ORDINALS_PROBED) if place.titles_by_marker or printed else ():
            key = item_key(incident.account, incident.id, Source(kind=SourceKind.NOTE, id=f"{prefix}{ordinal}"))
            title = printed.get(key) or place.titles_by_marker.get(marker(namespace, key))
            if title:
                lines[ordinal] = title
    return tuple(Known(ordinal=ordinal, title=title) for ordinal, title in sorted(lines.items()))


def _unmerge(items: dict[str, ActionItem], source: Source) -> None:
    """A place that was told as another's becomes an item of its own: its wording is no longer the same."""
    for item in tuple(items.values()):
        if source in item.also_in:
            items[item.key] = replace(item, also_in=tuple(other for other in item.also_in if other != source))


def _mark_deleted_notes(items: dict[str, ActionItem], present: set[str]) -> None:
    written = [*(source for item in items.values() for source in item.also_in), *(i.source for i in items.values())]
    for source in written:
        if source.kind is SourceKind.NOTE and source.id.rpartition("/")[0] not in present:
            _source_lost(items, source)


def _source_lost(items: dict[str, ActionItem], source: Source) -> None:
    """The place is gone: another place with the same wording takes over, else people are asked."""
    for item in tuple(items.values()):
        if source in item.also_in:
            items[item.key] = replace(item, also_in=tuple(other for other in item.also_in if other != source))
        elif item.source == source and not item.also_in:
            items[item.key] = replace(item, source_gone=True)


def _from_policy(items: dict[str, ActionItem], place: Place, reading: Reading) -> None:
    # A small incident that was opened for one noted action does not need the whole ceremony.
    if place.opened.reason is Reason.ACTION_NOTED:
        return
    opened_at = place.opened.opened_at or reading.now
    for standing in reading.rules.standing:
        # What the policy asks for now was not asked of a post-mortem that was opened before.
        if standing.id not in (place.opened.standing or ()):
            continue
        source = Source(kind=SourceKind.POLICY, id=standing.id)
        key = item_key(place.incident.account, place.incident.id, source)
        if key in items:
            continue
        words = Words(title=standing.title, owner=standing.owner, priority=standing.priority)
        item = new_item(key, source, words, place.incident, opened_at, reading, due_days=standing.due_days)
        items[key] = replace(item, kind=standing.kind, hold=Hold.BACKFILLED if place.opened.backfilled else None)


def row_keys(
    place_incident: Incident, rows: Iterable[DocRow], known: Mapping[str, ActionItem], standing: Container[str]
) -> dict[int, str]:
    """The key of each row that has none yet, by its line: the same words give the same key until it is printed.

    A key is taken when it was printed for an item, or when it is `standing` in a document now.
    """
    keys: dict[int, str] = {}
    for row in rows:
        for turn in range(1000):
            seed = hashlib.sha256(f"{row.action.casefold()}\x1f{turn}".encode()).hexdigest()[:12]
            key = item_key(
                place_incident.account, place_incident.id, Source(kind=SourceKind.DOCUMENT, id=f"row-{seed}")
            )
            printed = key in known and known[key].row_published
            if key not in keys.values() and not printed and key not in standing:
                keys[row.line] = key
                break
    return keys


def strangers(rows: Iterable[DocRow], known: Mapping[str, ActionItem]) -> tuple[DocRow, ...]:
    """Rows under keys that nothing here is known by, as new rows: they were copied from another document."""
    return tuple(replace(row, key=None) for row in rows if row.key and _item_of_row(known, row.key) is None)


def _mark_printed(items: dict[str, ActionItem], printed: frozenset[str]) -> None:
    """A row that stands under its key was taken in, also when we died before we could write that down.

    It is also back: a document that was read while it was half written, or an undone edit, took nothing away.
    """
    for item in tuple(items.values()):
        if item.key not in printed:
            continue
        if item.source.kind is SourceKind.DOCUMENT:
            items[item.key] = replace(_revived(item), row_published=True, source_gone=False)
        else:
            items[item.key] = replace(item, row_gone=False)


def _revived(item: ActionItem) -> ActionItem:
    """The item of a row whose words are there again. What people dropped stays dropped."""
    if item.row_published or item.status is not ItemStatus.DROPPED or item.status_because != REWRITTEN:
        return item
    return replace(item, status=ItemStatus.OPEN, status_because=None)


def _from_edits(items: dict[str, ActionItem], place: Place, edits: Edits, reading: Reading) -> tuple[str, ...]:
    """Take one document's edits in; the keys of the rows that were added."""
    for key in edits.removed:
        _row_lost(items, key)
    by_item: dict[str, dict[str, str]] = {}
    for cell in edits.cells:
        owner = _item_of_row(items, cell.key)
        if owner:
            by_item.setdefault(owner, {})[cell.column] = cell.after
    for key, cells in by_item.items():
        told = unsaid(items[key], {_CELLS[column] for column, text in cells.items() if column in _CELLS and not text})
        items[key] = recelled(told, _fields(cells), place.incident, reading)
    askew = meant(edits.askew, reading.people, reading.rules)
    rows = (*edits.added, *askew, *strangers(edits.foreign, items))
    added = row_keys(place.incident, rows, items, place.printed)
    for row in rows:
        _from_row(items, place, row, added[row.line], reading)
    return tuple(added.values())


def _row_lost(items: dict[str, ActionItem], key: str) -> None:
    """A deleted row: a row's own item has lost its place, an item from elsewhere only its line in the table."""
    if key in items and items[key].source.kind is not SourceKind.DOCUMENT:
        items[key] = replace(items[key], row_gone=True)
    else:
        _source_lost(items, Source(kind=SourceKind.DOCUMENT, id=key))


def _from_row(items: dict[str, ActionItem], place: Place, row: DocRow, key: str, reading: Reading) -> None:
    source = Source(kind=SourceKind.DOCUMENT, id=key)
    words = _words(row)
    twin = _twin(items, words.title, source, besides=key)
    if key in items:
        items[key] = reworded(_revived(items[key]), words, place.incident, items[key].noted_at, reading)
    elif twin:
        items[twin.key] = _also(twin, source)
    else:
        items[key] = new_item(key, source, words, place.incident, reading.now, reading)


def _from_lost_row(items: dict[str, ActionItem], place: Place, row: DocRow, reading: Reading) -> None:
    """A row whose key we printed and whose memory is lost: it is the item that the key says."""
    if row.key is None or row.key in items or _item_of_row(items, row.key):
        return
    source = Source(kind=SourceKind.DOCUMENT, id=row.key)
    item = new_item(row.key, source, _words(row), place.incident, place.opened.opened_at or reading.now, reading)
    # Its Status cell is what we printed: nothing that a person said.
    item = replace(item, unread={name: why for name, why in item.unread.items() if name != "status"})
    items[row.key] = replace(item, row_published=True, hold=Hold.BACKFILLED if place.opened.backfilled else None)


def _forget_unprinted(items: dict[str, ActionItem], present: set[str]) -> None:
    """A row that was reworded before we printed its key became another row."""
    for item in tuple(items.values()):
        waiting = item.source.kind is SourceKind.DOCUMENT and not item.row_published and item.ticket_id is None
        if waiting and item.key not in present and item.open:
            items[item.key] = replace(item, status=ItemStatus.DROPPED, status_because=REWRITTEN)


def _item_of_row(items: Mapping[str, ActionItem], key: str) -> str | None:
    if key in items:
        return key
    alias = Source(kind=SourceKind.DOCUMENT, id=key)
    return next((item.key for item in items.values() if alias in item.also_in), None)


def _from_ticket(items: dict[str, ActionItem], place: Place, ticket: Ticket, reading: Reading) -> None:
    source = Source(kind=SourceKind.TICKET, id=ticket.id)
    key = item_key(place.incident.account, place.incident.id, source)
    if key not in items and not any(item.ticket_id == ticket.id for item in items.values()):
        items[key] = adopted(key, source, ticket, place.incident, reading)


def _words(row: DocRow) -> Words:
    """A row's words; owner, date and priority may also stand in its action, as in a note."""
    said = next((found.words for found in read_actions(f"ACTION: {row.action}")[0]), Words(title=row.action))
    return Words(
        title=said.title,
        owner=row.owner or said.owner,
        due=row.due or said.due,
        priority=row.priority or said.priority,
        kind=row.kind or None,
        fix=row.fix or None,
        status=row.status or None,
    )


_CELLS = {
    "Action": "title",
    "Owner": "owner",
    "Due": "due",
    "Priority": "priority",
    "Kind": "kind",
    "Fix": "fix",
    "Status": "status",
}


def _fields(cells: Mapping[str, str]) -> dict[str, str]:
    """Changed cells by field of Words; an emptied cell says nothing, it may be filled again."""
    return {_CELLS[column]: text for column, text in cells.items() if column in _CELLS and text}


def _twin(items: Mapping[str, ActionItem], title: str, source: Source, *, besides: str) -> ActionItem | None:
    """An item of the same wording from another place: the two are one promise.

    The one that was told as this place already, else one that is still to be kept: who promises anew what was done or
    dropped, promises anew.
    """
    alike = [i for i in items.values() if i.key != besides and same_wording(i.spoken.title, title)]
    return next((i for i in alike if source in i.also_in), None) or next((i for i in alike if i.open), None)


def _also(item: ActionItem, source: Source) -> ActionItem:
    return item if source in item.also_in or source == item.source else replace(item, also_in=(*item.also_in, source))


def _held(place: Place, written_at: datetime, reading: Reading) -> Hold | None:
    """Day one must not flood the tracker; what people add later is filed as usual."""
    return Hold.BACKFILLED if place.opened.backfilled and written_at < reading.first_cycle_at else None
