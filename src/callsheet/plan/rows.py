"""Action items of a document's call sheet: its rows and their keys, and what people did to them. Part of `collect`."""

import hashlib
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from callsheet.document.edits import Edits
from callsheet.document.sheet import DocRow
from callsheet.model.action_item import ActionItem, Hold, ItemStatus, Source, SourceKind, Words, item_key
from callsheet.model.incident import Incident
from callsheet.plan.askew import meant, whole
from callsheet.plan.clauses import read_clauses
from callsheet.plan.meaning import Reading, new_item, recelled, reworded, unsaid
from callsheet.plan.place import Place, also, source_lost, twin_of
from callsheet.plan.sheet_words import asked_for
from callsheet.plan.wording import read_actions

REWRITTEN = "its row was rewritten before it was taken in"
_CELLS = {
    "Action": "title",
    "Owner": "owner",
    "Due": "due",
    "Priority": "priority",
    "Kind": "kind",
    "Fix": "fix",
    "Status": "status",
}


def row_keys(
    incident: Incident, rows: Iterable[DocRow], known: Mapping[str, ActionItem], standing: Container[str]
) -> dict[int, str]:
    """The key of each row that has none yet, by its line: the same words give the same key until it is printed.

    A key is taken when it was printed for an item, or when it is `standing` in a document now.
    """
    keys: dict[int, str] = {}
    for row in rows:
        for turn in range(1000):
            seed = hashlib.sha256(f"{row.action.casefold()}\x1f{turn}".encode()).hexdigest()[:12]
            key = item_key(incident.account, incident.id, Source(kind=SourceKind.DOCUMENT, id=f"row-{seed}"))
            printed = key in known and known[key].row_published
            if key not in keys.values() and not printed and key not in standing:
                keys[row.line] = key
                break
    return keys


def strangers(rows: Iterable[DocRow], known: Mapping[str, ActionItem]) -> tuple[DocRow, ...]:
    """Rows under keys that nothing here is known by, as new rows: they were copied from another document."""
    return tuple(replace(row, key=None) for row in rows if row.key and _item_of_row(known, row.key) is None)


def from_edits(items: dict[str, ActionItem], place: Place, edits: Edits, reading: Reading) -> tuple[str, ...]:
    """Take one document's edits in; the keys of the rows that were added."""
    for key in edits.removed:
        _row_lost(items, key, place)
    by_item: dict[str, dict[str, str]] = {}
    for cell in edits.cells:
        owner = _item_of_row(items, cell.key)
        if owner:
            by_item.setdefault(owner, {})[cell.column] = cell.after
    for key, cells in by_item.items():
        told = unsaid(items[key], {_CELLS[column] for column, text in cells.items() if column in _CELLS and not text})
        items[key] = recelled(told, _fields(cells), place.incident, reading)
    askew = meant(edits.askew, reading.people, reading.rules)
    rows = (*whole(edits.added, reading.people, reading.rules), *askew, *strangers(edits.foreign, items))
    added = row_keys(place.incident, rows, items, place.printed)
    for row in rows:
        _from_row(items, place, row, added[row.line], reading)
    return tuple(added.values())


def _row_lost(items: dict[str, ActionItem], key: str, place: Place) -> None:
    """A deleted row: a row's own item has lost its place, an item from elsewhere only its line in the table."""
    of = _item_of_row(items, key)
    if key not in items or items[key].source.kind is SourceKind.DOCUMENT:
        source_lost(items, Source(kind=SourceKind.DOCUMENT, id=key))
    # The row that said the same may stand there still.
    if of and items[of].source.kind is not SourceKind.DOCUMENT and of not in place.printed:
        items[of] = replace(items[of], row_gone=True)


def _from_row(items: dict[str, ActionItem], place: Place, row: DocRow, key: str, reading: Reading) -> None:
    source = Source(kind=SourceKind.DOCUMENT, id=key)
    words = _words(row)
    twin = twin_of(items, words.title, source, besides=key)
    if key in items:
        items[key] = reworded(_revived(items[key]), words, place.incident, items[key].noted_at, reading)
    elif twin:
        # Its own row was deleted, and this one says the same.
        items[twin.key] = replace(also(twin, source), row_gone=False)
    else:
        items[key] = new_item(key, source, words, place.incident, reading.now, reading)


def from_lost_row(items: dict[str, ActionItem], place: Place, row: DocRow, reading: Reading) -> None:
    """A row whose key we printed and whose memory is lost: it is the item that the key says."""
    if row.key is None or row.key in items or _item_of_row(items, row.key):
        return
    source = Source(kind=SourceKind.DOCUMENT, id=row.key)
    item = new_item(row.key, source, _words(row), place.incident, place.opened.opened_at or reading.now, reading)
    # Its Status cell is what we printed: nothing that a person said.
    item = replace(item, unread={name: why for name, why in item.unread.items() if name != "status"})
    items[row.key] = replace(item, row_published=True, hold=Hold.BACKFILLED if place.opened.backfilled else None)


def mark_printed(items: dict[str, ActionItem], printed: frozenset[str]) -> None:
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


def forget_unprinted(items: dict[str, ActionItem], present: set[str]) -> None:
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


def _words(row: DocRow) -> Words:
    """A row's words; owner, date and priority may also stand in its action, as in a note."""
    # A note is not read where its action is struck through; of a row people are asked.
    alone = Words(title=read_clauses(row.action).title or row.action)
    said = next((found.words for found in read_actions(f"ACTION: {row.action}")[0]), alone)
    return Words(
        title=said.title,
        owner=asked_for(row.owner) or said.owner,
        due=row.due or said.due,
        priority=row.priority or said.priority,
        kind=row.kind or None,
        fix=row.fix or None,
        status=row.status or None,
    )


def _fields(cells: Mapping[str, str]) -> dict[str, str]:
    """Changed cells by field of Words; an emptied cell says nothing, it may be filled again."""
    said = {_CELLS[column]: text for column, text in cells.items() if column in _CELLS and text}
    return {name: asked_for(text) if name == "owner" else text for name, text in said.items()}
