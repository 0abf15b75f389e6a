"""Second half of gather: dossiers, action items and look-ups of the incidents that plan will look at."""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from datetime import datetime

from callsheet.connect.errors import AuthRefused, ConnectorError, Malformed, NotFound, Rejected
from callsheet.connect.ports import Malady
from callsheet.document.conflict import conflict_line
from callsheet.document.edits import CellEdit, Edits, edits
from callsheet.document.front import front_of
from callsheet.document.sheet import DocRow, askew_rows, read_sheet
from callsheet.model.action_item import ActionItem, Hold, Source, SourceKind, item_key, marker
from callsheet.model.incident import Dossier, Incident, Note
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.person import Person
from callsheet.model.postmortem import ReviewStatus
from callsheet.model.publication import Publication
from callsheet.model.ticket import Ticket
from callsheet.plan.askew import odd_lines
from callsheet.plan.beside import promises_beside
from callsheet.plan.circulation import reader_id
from callsheet.plan.collect import ORDINALS_PROBED, collect
from callsheet.plan.decide import reading_of
from callsheet.plan.meaning import Reading
from callsheet.plan.ownership import Needs, settle_owners
from callsheet.plan.place import Place
from callsheet.plan.publishing import ours
from callsheet.plan.sheet_words import deleted_rows, note_of, printed_status, unread_words
from callsheet.plan.snapshot import Snapshot
from callsheet.plan.staging import status_word, strange_status
from callsheet.plan.wording import read_actions
from callsheet.run.app import App, Ask
from callsheet.run.leavers import leavers
from callsheet.run.look import released
from callsheet.run.lookups import forget_old_lookups, look_up, recall_lookups
from callsheet.run.pull import HAND_MADE, TICKETS_SWEPT
from callsheet.run.rearm import keep
from callsheet.run.report import CELL, NOTED, Report, in_row
from callsheet.run.stopping import go_on, never

SETTLE_ROUNDS = 4
IN_CONFLICT = "has git conflict markers; it is neither read nor written until you mend them"
DOSSIER = "an incident's dossier"


def refresh(app: App, report: Report, ask: Ask, snapshot: Snapshot, *, stopping: Callable[[], bool] = never) -> None:
    """Bring what hangs on the dirty, opened incidents up to date. `snapshot` gives time, people and house.

    Asked to stop, it ends between two incidents; the source then counts as silent, so nothing is taken for settled.
    """
    forget_old_lookups(app, snapshot.now)
    dirty = app.memory.dirty()
    # Waived ones too: what people type into their documents counts, and only what was taken in may be written over.
    opened = {id_: each for id_, each in app.memory.postmortems(dirty).items() if each.opened_at is not None}
    reading = reading_of(snapshot, app.rules)
    incidents = app.memory.incidents(opened).values()
    for incident in app.progress("incidents looked at", incidents, len(incidents)):
        try:
            # A side that is down is asked once, not once for each incident.
            if opened[incident.id].live and app.source_name not in report.silent:
                go_on(stopping)
                _refresh_dossier(app, report, incident, snapshot.now)
        except ConnectorError as error:
            report.side_failed(app.source_name, error)
        try:
            with app.memory.transaction():
                _refresh_items(app, report, incident, opened[incident.id], reading)
                _note_final(app, incident, reading.now)
        except Exception as error:  # one incident that can't be thought about must not stop the others
            malady = Malady(what="an incident", where=incident.id, error=f"{type(error).__name__}: {error}")
            report.set_aside([malady], app.memory, snapshot.now)
    try:
        _settle(app, tuple(opened), reading, release=ask.file_backfill)
    except ConnectorError as error:
        report.side_failed(app.tracker_name, error)


def _refresh_dossier(app: App, report: Report, incident: Incident, now: datetime) -> None:
    flags = app.memory.incident_flags([incident.id])[incident.id]
    merged = [source for source in app.memory.merged_into(incident.id) if _told_by_target(app, source)]
    for each in ([incident] if flags.stale else []) + merged:
        # One that was refused is not asked twice in a cycle.
        if each.id in report.unread:
            continue
        try:
            dossier, maladies = app.source.dossier(each)
        except (AuthRefused, Rejected, NotFound, Malformed) as error:
            # The feed has proven our credential: it is about this incident alone, and what was known of it stays.
            report.unread[each.id] = incident.id
            report.set_aside([Malady(what=DOSSIER, where=_where(each), error=error.what)], app.memory, now)
            continue
        report.let_go(_where(each), app.memory)
        parts = [replace(malady, where=f"{_where(each)}: {malady.where}") for malady in maladies]
        report.set_aside([*parts, *_unreadable(each, dossier)], app.memory, now)
        known = app.memory.dossier(each.id) if maladies else None
        whole = _kept(dossier, known[0]) if known else dossier
        mentioned = {p.id: p for p in (*app.memory.people(), *whole.people)}
        app.memory.note_pages(whole.entries)
        app.memory.save_dossier(replace(whole, people=_mentioned(whole, mentioned)), complete=not maladies)


def _where(incident: Incident) -> str:
    return f"incident #{incident.number}"


def _kept(dossier: Dossier, known: Dossier) -> Dossier:
    """A dossier of which something could not be read: an empty part is what was known of it, not news."""
    parts = [each.name for each in fields(Dossier) if each.name != "incident"]
    return replace(dossier, **{name: getattr(known, name) for name in parts if not getattr(dossier, name)})


def _unreadable(incident: Incident, dossier: Dossier) -> list[Malady]:
    """Lines of notes that look like actions and can't be read: nobody's promise is lost without a word."""
    return [
        Malady(
            what=f"a line of a note: “{line.text}”",
            where=f"{_where(incident)}: note {note.id}, line {line.line}",
            error=line.why,
        )
        for note in dossier.notes
        if not ours(note.text)
        for line in read_actions(note.text)[1]
    ]


def _told_by_target(app: App, source: Incident) -> bool:
    """A merged incident's own dossier is read only when somebody noted an action on it."""
    flags = app.memory.incident_flags([source.id]).get(source.id)
    return bool(flags and flags.noted and flags.stale)


def _mentioned(dossier: Dossier, people: dict[str, Person]) -> tuple[Person, ...]:
    ids = {e.actor.id for e in dossier.entries if e.actor} | {n.author.id for n in dossier.notes}
    ids |= {r.person.id for r in dossier.responders} | {t.id for e in dossier.entries for t in e.targets}
    return tuple(people[id_] for id_ in sorted(ids) if id_ in people)


def _refresh_items(app: App, report: Report, incident: Incident, opened: OpenedPostmortem, reading: Reading) -> None:
    # Without the tickets that we filed before our memory was lost, lines would be matched to the wrong ones.
    if may_have_tickets(app, incident.id):
        return
    known = app.memory.items_in(incident.id)
    place = _place(app, report, incident, opened, known, reading)
    items = collect(place, known, reading)
    asked = [item for item in items.values() if item.open or _stands(item, place.printed)]
    _set_words_aside(app, report, place, known, asked, reading.now)
    before = {item.key: item for item in known}
    changed = [item for key, item in items.items() if before.get(key) != item]
    keep(app, changed, reading)
    _taken_in(app, incident)


def _note_final(app: App, incident: Incident, now: datetime) -> None:
    """Since when its document is final: it rests for a while before it circulates, so that a slip can be taken back."""
    texts = [each.current for each in app.memory.publications([incident.id]).values()]
    opened = app.memory.postmortems([incident.id])[incident.id]
    since = (opened.final_at or now) if any(status_word(text) is ReviewStatus.FINAL for text in texts) else None
    if since != opened.final_at:
        app.memory.save_postmortem(replace(opened, final_at=since))


def _stands(item: ActionItem, printed: frozenset[str]) -> bool:
    """Whether a row of the item is in a document, where its cells can still be mended."""
    return item.key in printed or any(source.id in printed for source in item.also_in)


def may_have_tickets(app: App, incident_id: str) -> bool:
    """Whether an incident may have tickets that were never listed here: its items are then not known, nor told.

    Not once the tracker was listed, nor where no trace shows that we have told of the incident before this memory.
    """
    if app.memory.noted(TICKETS_SWEPT) is not None:
        return False
    found = app.memory.dossier(incident_id)
    # Of a publication, and of a note, that this memory made itself it knows what was published.
    foreign = any(p.published is None for p in app.memory.publications([incident_id]).values())
    return found is None or not found[1] or foreign or any(ours(note.text) for note in found[0].notes)


def _taken_in(app: App, incident: Incident) -> None:
    """The items know every cell now: told again before the next publication, it would overrule the tracker's word."""
    for publication in app.memory.publications([incident.id]).values():
        known = publication.taken_in or publication.published
        if known is not None and publication.current != known and conflict_line(publication.current) is None:
            app.memory.save_publication(replace(publication, taken_in=publication.current))


def _set_words_aside(
    app: App,
    report: Report,
    of: Place,
    known: Iterable[ActionItem],
    items: Iterable[ActionItem],
    now: datetime,
) -> None:
    """What cells and notes say that can't be understood; what was mended, or whose row is gone, is let go."""
    keys = {item.key for item in known}
    for _, place, _ in app.memory.quarantined():
        # Whoever mended it, and in whatever part of a cycle.
        if place.partition(" ")[0] in keys:
            report.let_go(place, app.memory)
    incident = of.incident
    document = next((p.location for p in app.memory.publications([incident.id]).values()), f"#{incident.number}")
    found = []
    for item in items:
        noted = note_of(item, of.notes)
        for name, words in unread_words(item).items():
            where, title = f"{item.key} {name}", item.spoken.title
            # In the place where it was written it can be mended.
            if noted and name not in item.cells:
                found.append(Malady(what=NOTED, where=where, error=f"{noted}, line “{title}”: {words}"))
            else:
                found.append(Malady(what=CELL, where=where, error=in_row(document, title, words)))
    # A deleted row leaves no place in the table to say so.
    found += [Malady(what="a deleted row", where=key, error=error) for key, error in deleted_rows(items)]
    report.set_aside(found, app.memory, now)


def _place(
    app: App,
    report: Report,
    incident: Incident,
    opened: OpenedPostmortem,
    known: tuple[ActionItem, ...],
    reading: Reading,
) -> Place:
    tellers = [incident, *_told_along(app, incident)]
    dossiers = [(teller, app.memory.dossier(teller.id)) for teller in tellers]
    notes = tuple(
        (teller, note) for teller, found in dossiers if found for note in found[0].notes if not ours(note.text)
    )
    publications = _legible(app, report, incident, reading.now)
    told = [_edits(app, report, p, reading) for p in publications.values() if p.published is not None]
    forgotten = [p for p in publications.values() if p.published is None]
    return Place(
        incident=incident,
        opened=opened,
        notes=notes,
        notes_complete=all(found[1] if found is not None else teller is not incident for teller, found in dossiers),
        edits=(*told, *(_forgotten(p) for p in forgotten)),
        rows=(
            *(row for p in forgotten for row in read_sheet(p.current)[0] if row.key),
            *(row for each in told for row in each.foreign if _was_filed(app, row, reading.namespace)),
        ),
        printed=frozenset(row.key for p in publications.values() for row in read_sheet(p.current)[0] if row.key),
        hand_made=_hand_made(app, incident),
        titles_by_marker={} if known else _titles_by_marker(app, notes, reading.namespace),
    )


def _legible(app: App, report: Report, incident: Incident, now: datetime) -> dict[tuple[str, str], Publication]:
    """The incident's documents, without those that git left in conflict: nothing is read from them as they are."""
    found = app.memory.publications([incident.id])
    for each in found.values():
        if (line := conflict_line(each.current)) is not None:
            report.take_in(each.location, app.memory)
            where = f"{each.location}:{line}"
            report.set_aside([Malady(what="a document", where=where, error=IN_CONFLICT)], app.memory, now)
    return {place: each for place, each in found.items() if conflict_line(each.current) is None}


def _forgotten(publication: Publication) -> Edits:
    """A document whose last state is lost: new rows, and what stands in Status in other words than ours, are news."""
    rows = read_sheet(publication.current)[0]
    typed = [row for row in rows if row.key and row.status and not printed_status(row.status)]
    cells = tuple(CellEdit(key=row.key or "", column="Status", before="", after=row.status) for row in typed)
    added = tuple(row for row in rows if row.key is None)
    return Edits(added=added, cells=cells, askew=askew_rows(publication.current))


def _told_along(app: App, incident: Incident) -> list[Incident]:
    """The incidents merged into this one, without those whose own post-mortem keeps their items."""
    merged = app.memory.merged_into(incident.id)
    own = app.memory.postmortems(source.id for source in merged)
    return [source for source in merged if source.id not in own or not own[source.id].live]


def _edits(app: App, report: Report, publication: Publication, reading: Reading) -> Edits:
    report.take_in(publication.location, app.memory)
    now = reading.now
    for found in odd_lines(publication.current, reading.people, reading.rules):
        where = f"{publication.location}:{found.line}"
        report.set_aside([Malady(what="a row of the call sheet", where=where, error=found.why)], app.memory, now)
    for found in promises_beside(publication.current, publication.generated or ""):
        where = f"{publication.location}:{found.line}"
        report.set_aside([Malady(what="a line of a document", where=where, error=found.why)], app.memory, now)
    sent = bool(app.memory.receipts(reader_id(publication.incident_id, "")))
    if said := strange_status(publication.current, sent=sent):
        where = f"{publication.location}:{front_of(publication.current).places['status'] + 1}"
        report.set_aside([Malady(what="the front matter", where=where, error=said)], app.memory, now)
    return edits(publication.current, publication.published, publication.taken_in)


def _was_filed(app: App, row: DocRow, namespace: str) -> bool:
    """Whether a ticket has this row's marker and no item its key: the store was restored from before it came in."""
    key = row.key or ""
    return app.memory.item(key) is None and bool(app.memory.tickets_labelled([marker(namespace, key)]))


def _hand_made(app: App, incident: Incident) -> tuple[Ticket, ...]:
    ids = [id_ for id_, named in app.memory.recall(HAND_MADE, str).items() if named == incident.id]
    return tuple(app.memory.tickets(ids).values())


def _titles_by_marker(app: App, notes: tuple[tuple[Incident, Note], ...], namespace: str) -> dict[str, str]:
    """The titles of tickets that carry a marker which a line of these notes would have: memory after a lost store."""
    labels = [
        marker(namespace, item_key(teller.account, teller.id, Source(kind=SourceKind.NOTE, id=f"{note.id}/{n}")))
        for teller, note in notes
        for n in range(2 * ORDINALS_PROBED)
    ]
    return {label: tickets[0].title for label, tickets in app.memory.tickets_labelled(labels).items()}


def _settle(app: App, incident_ids: tuple[str, ...], reading: Reading, *, release: bool) -> None:
    """Owners to accounts: settle, look up what was missing, settle again, until nothing is missing.

    Of those that backfill holds back only where they have a ticket already, or all of them to `release`; they stay held
    until they are filed.
    """
    heads = app.memory.incidents(incident_ids)
    for _ in range(SETTLE_ROUNDS):
        lookups, left = recall_lookups(app), leavers(app)
        needs: list[Needs] = []
        with app.memory.transaction():
            every = app.memory.items_of(incident_ids)
            there = _there(app, every.values(), reading.namespace)
            undecided = {item.ticket_id for items in every.values() for item in items if item.terms.owner is None}
            tickets = app.memory.tickets(ticket_id for ticket_id in undecided if ticket_id)
            for id_, items in every.items():
                given = tuple(released(item) if release or item.key in there else item for item in items)
                settled, missing = settle_owners(given, heads[id_], reading, app.house, lookups, left, tickets)
                pairs = [(replace(item, hold=old.hold), old) for item, old in zip(settled, items, strict=True)]
                keep(app, [item for item, old in pairs if item != old], reading)
                needs.append(missing)
        if not look_up(app, needs, reading.now):
            return


def _there(app: App, items: Iterable[Iterable[ActionItem]], namespace: str) -> set[str]:
    """Those of the items that are held back although a ticket has their marker: an earlier memory filed it."""
    held = (item.key for some in items for item in some if item.hold is Hold.BACKFILLED and item.ticket_id is None)
    labels = {marker(namespace, key): key for key in held}
    return {labels[label] for label in app.memory.tickets_labelled(labels)}
