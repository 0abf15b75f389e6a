"""Action items from every place where people write them, matched to the items that are known already."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from callsheet.model.action_item import ActionItem, Hold, Source, SourceKind, Words, item_key, marker
from callsheet.model.effect import Reason
from callsheet.model.incident import Incident, Note
from callsheet.model.ticket import Ticket
from callsheet.plan.lines import Known, match_lines
from callsheet.plan.meaning import Reading, adopted, new_item, reworded
from callsheet.plan.place import Place, also, source_lost, twin_of, unmerge
from callsheet.plan.rows import forget_unprinted, from_edits, from_lost_row, mark_printed
from callsheet.plan.wording import read_actions

ORDINALS_PROBED = 20


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
        from_lost_row(items, place, row, reading)
    mark_printed(items, place.printed)
    added = [key for edits in place.edits for key in from_edits(items, place, edits, reading)]
    if place.edits:
        forget_unprinted(items, set(added))
    return items


def _from_note(items: dict[str, ActionItem], place: Place, incident: Incident, note: Note, reading: Reading) -> None:
    written = tuple(found.words for found in read_actions(note.text)[0])
    before = _known_lines(items, place, incident, note, len(written), reading.namespace)
    written_at = note.updated_at or note.created_at
    matched = match_lines(written, before)
    for words, ordinal in matched:
        source = Source(kind=SourceKind.NOTE, id=f"{note.id}/{ordinal}")
        key = item_key(incident.account, incident.id, source)
        twin = twin_of(items, words.title, source, besides=key)
        if key in items and items[key].source.kind is SourceKind.DOCUMENT:
            # A lost row was read before its note could be: the note is where it comes from, and no news.
            items[key] = replace(items[key], source=source, words=words, source_gone=False)
        elif key in items:
            items[key] = replace(reworded(items[key], words, place.incident, written_at, reading), source_gone=False)
        elif twin:
            items[twin.key] = also(twin, source)
        else:
            unmerge(items, source)
            held = _held(place, note.created_at if not before else written_at, reading)
            items[key] = replace(new_item(key, source, words, place.incident, written_at, reading), hold=held)
    kept = {ordinal for _, ordinal in matched}
    for line in before:
        if line.ordinal not in kept:
            source_lost(items, Source(kind=SourceKind.NOTE, id=f"{note.id}/{line.ordinal}"))


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


def _mark_deleted_notes(items: dict[str, ActionItem], present: set[str]) -> None:
    written = [*(source for item in items.values() for source in item.also_in), *(i.source for i in items.values())]
    for source in written:
        if source.kind is SourceKind.NOTE and source.id.rpartition("/")[0] not in present:
            source_lost(items, source)


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


def _from_ticket(items: dict[str, ActionItem], place: Place, ticket: Ticket, reading: Reading) -> None:
    source = Source(kind=SourceKind.TICKET, id=ticket.id)
    key = item_key(place.incident.account, place.incident.id, source)
    if key not in items and not any(item.ticket_id == ticket.id for item in items.values()):
        items[key] = adopted(key, source, ticket, place.incident, reading)


def _held(place: Place, written_at: datetime, reading: Reading) -> Hold | None:
    """Day one must not flood the tracker; what people add later is filed as usual."""
    return Hold.BACKFILLED if place.opened.backfilled and written_at < reading.first_cycle_at else None
