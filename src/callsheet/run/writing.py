"""Effects in words: the post-mortem's opening, its document, and the one note on the incident."""

from dataclasses import replace
from functools import partial
from typing import Any

from callsheet.connect.errors import ConnectorError, NotFound, Rejected
from callsheet.connect.ports import Copies
from callsheet.document.edits import edits, without_keys
from callsheet.document.merge import merge
from callsheet.document.sheet import read_sheet
from callsheet.model.effect import OpenPostmortem, PostNote, Publish
from callsheet.model.ledger import Outcome
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.publication import BegunText, Publication
from callsheet.plan.askew import meant, whole
from callsheet.plan.publishing import copies_print, own_part
from callsheet.plan.rows import row_keys, strangers
from callsheet.run.app import App
from callsheet.run.done import SUCCESS, Done, not_sent, skipped
from callsheet.run.intents import Once, Seen, carry_out


def open_postmortem(effect: OpenPostmortem, app: App) -> Done:
    """Start a post-mortem: the next round gathers what it needs."""

    def save() -> None:
        _amend(
            app,
            effect.incident_id,
            opened_at=app.clock.now(),
            reason=effect.reason,
            backfilled=effect.backfilled,
            standing=tuple(item.id for item in app.rules.standing),
        )
        app.memory.mark([effect.incident_id], stale=True)

    return Done(event="postmortem.opened", detail="backfilled" if effect.backfilled else "", save=save)


def _amend(app: App, incident_id: str, **changes: Any) -> None:
    """Change what is known of a post-mortem, beside what people may be changing at the same moment."""
    with app.memory.transaction():
        before = app.memory.postmortems([incident_id]).get(incident_id) or OpenedPostmortem(incident_id=incident_id)
        app.memory.save_postmortem(replace(before, **changes))


def note(effect: PostNote, app: App) -> Done:
    """Create the incident's one note, at most once, or bring it up to date."""
    note_id = effect.note_id or _left_behind(effect, app)
    return _edit(effect, note_id, app) if note_id else _post(effect, app)


def _left_behind(effect: PostNote, app: App) -> str | None:
    """Our note that stands there already although nothing here tells of it: the database was lost."""
    found = app.memory.dossier(effect.incident_id)
    if app.memory.intent(effect.key):
        return None
    dossier, complete = found or (None, False)
    # Notes that could not be read prove nothing: a second note would be posted beside ours.
    notes = dossier.notes if dossier and complete else app.source.notes(effect.incident_id)
    return next((note.id for note in notes if effect.marker in note.text), None)


def _edit(effect: PostNote, note_id: str, app: App) -> Done:
    # Also where it is left alone: as if it said this, so that it is not tried again before there is news.
    save = partial(_amend, app, effect.incident_id, note_id=note_id, note_text=effect.text)
    standing = _standing(effect, note_id, app)
    old = _our_part(standing, effect, app) if standing else effect.text
    if old is None:
        said = "a person edited the note; left alone"
        return Done(event="note.edited", outcome=Outcome.SKIPPED, detail=said, save=save)
    text = standing.replace(old.strip(), effect.text, 1) if standing else effect.text
    # After a crash or an unclear answer nobody knows which of the two it says.
    _amend(app, effect.incident_id, note_text=None)
    try:
        app.source.edit_note(effect.incident_id, note_id, text)
    except NotFound:
        # A person deleted it: that is their word, so it is not written again.
        said = "a person deleted the note; left alone"
        return Done(event="note.edited", outcome=Outcome.SKIPPED, detail=said, save=partial(save, note_id=""))
    except ConnectorError as error:
        if not error.outcome_unknown:
            _amend(app, effect.incident_id, note_text=old)  # It certainly says what it said.
        raise
    return Done(event="note.edited", save=save)


def _standing(effect: PostNote, note_id: str, app: App) -> str | None:
    """The note as it is now; None where it is not there."""
    found = (note.text for note in app.source.notes(effect.incident_id) if note.id == note_id)
    return next((text.replace("\r\n", "\n") for text in found), None)


def _our_part(standing: str, effect: PostNote, app: App) -> str | None:
    """What of the note is ours, amid what a person wrote around it. None: they wrote over ours, so it is theirs."""
    own = own_part(standing, effect.marker)
    known = app.memory.postmortems([effect.incident_id]).get(effect.incident_id)
    before = known.note_text if known else None
    return own or (before if before and before.strip() in standing else None)


def _post(effect: PostNote, app: App) -> Done:
    posted: list[str] = []

    def send() -> str:
        posted.append(app.source.post_note(effect.incident_id, effect.text))
        return posted[0]

    def find() -> Seen:
        at = app.clock.now()
        ids = (note.id for note in app.source.notes(effect.incident_id) if effect.marker in note.text)
        return Seen(at=at, result=next(ids, None))

    once = Once(key=effect.key, marker=effect.marker, target=effect.incident_id, send=send, find=find)
    sent = carry_out(once, app.memory, app.clock, app.settle_time)
    if sent.outcome not in SUCCESS:
        return not_sent("note.posted", sent)

    def save() -> None:
        sent.conclude()
        # One that an earlier try posted may hold an older text: it is edited next.
        _amend(app, effect.incident_id, note_id=sent.result, note_text=effect.text if posted else None)

    return Done(event="note.posted", outcome=sent.outcome, save=save)


def publish(effect: Publish, app: App) -> Done:
    """Bring the document up to date: our regions follow, people's words stay, new rows get their keys.

    Skipped when it was read or written since this was decided: what was decided would be older than what stands there.
    """
    held, generated, text = drawn_up(effect, app)
    if held != effect.planned_on:
        return skipped("document.published")
    version, location = (held.version, held.location) if held else ("", "")
    stem = app.renderer.file_stem(effect.postmortem)
    if held is None or text != held.current:
        app.memory.begin_text(
            BegunText(place=effect.publisher, incident_id=effect.incident_id, text=text, basis=generated)
        )
        publisher = app.publishers[effect.publisher]
        written = publisher.publish(effect.incident_id, stem, text, held.version if held else None)
        version, location = written.version, written.location
    error = _copy(effect, stem, text, app)
    copied = "" if error else copies_print(text, app.rules)
    publication = _publication(effect, text, generated, version=version, location=location, copied=copied)

    def save() -> None:
        # Another process has read what we wrote, or written over it: what it knows is newer.
        if _version(_held(effect, app)) != _version(held):
            return
        app.memory.save_publication(publication)
        # One that was begun since is another try, of which this answer says nothing.
        app.memory.end_texts(effect.publisher, effect.incident_id, up_to=text)
        _mark_printed(text, effect.incident_id, app)

    if error:
        outcome = Outcome.REJECTED if isinstance(error, Rejected | NotFound) else Outcome.LATER
        return Done(event="document.published", outcome=outcome, detail=f"without its copies: {error.what}", save=save)
    if held and (text, copied) == (held.current, held.copied):
        # What changed shows nowhere in it.
        return Done(event="document.published", outcome=Outcome.SKIPPED, detail="it says so already", save=save)
    return Done(event="document.published", detail=location, save=save)


def as_if_published(effect: Publish, app: App) -> None:
    """Remember a document as if it stood there: for a rehearsal, whose store is a throw-away copy."""
    held, generated, text = drawn_up(effect, app)
    version, location = (held.version, held.location) if held else ("", "")
    copied = copies_print(text, app.rules)
    app.memory.save_publication(
        _publication(effect, text, generated, version=version, location=location, copied=copied)
    )
    _mark_printed(text, effect.incident_id, app)


def _publication(
    effect: Publish, text: str, generated: str, *, version: str, location: str, copied: str
) -> Publication:
    return Publication(
        publisher=effect.publisher,
        incident_id=effect.incident_id,
        fingerprint=effect.fingerprint,
        version=version,
        location=location,
        current=text,
        published=text,
        generated=generated,
        copied=copied,
    )


def _copy(effect: Publish, stem: str, text: str, app: App) -> ConnectorError | None:
    """Write the copies that the policy wants beside the document; what went wrong must not cost the document itself."""
    wanted = app.rules.theatre.copies
    publisher = app.publishers[effect.publisher]
    if not wanted or not isinstance(publisher, Copies):
        return None
    try:
        publisher.copy_beside(effect.incident_id, stem, app.renderer.copies(wanted, effect.postmortem, text))
    except ConnectorError as error:
        return error
    return None


def drawn_up(effect: Publish, app: App) -> tuple[Publication | None, str, str]:
    """What the publisher holds now, what we have to say, and the text in which both meet."""
    held = _held(effect, app)
    generated = app.renderer.document(effect.postmortem)
    return held, generated, _merged(effect, held, generated, app) if held else generated


def _held(effect: Publish, app: App) -> Publication | None:
    return app.memory.publications([effect.incident_id]).get((effect.publisher, effect.incident_id))


def _version(held: Publication | None) -> str | None:
    return held.version if held else None


def _merged(effect: Publish, held: Publication, generated: str, app: App) -> str:
    items = {item.key: item for item in app.memory.items_of([effect.incident_id]).get(effect.incident_id, ())}
    told = edits(held.current, held.published)
    people = app.memory.people()
    fresh = (*whole(told.added, people, app.rules), *meant(told.askew, people, app.rules))
    copied = strangers(told.foreign, items)
    documents = app.memory.publications([effect.incident_id]).values()
    standing = {row.key for document in documents for row in read_sheet(document.current)[0] if row.key}
    return merge(
        without_keys(held.current, copied),
        generated,
        published=held.published,
        last_generated=held.generated,
        new_keys=row_keys(effect.postmortem.incident, (*fresh, *copied), items, standing),
    )


def _mark_printed(text: str, incident_id: str, app: App) -> None:
    """From now on these rows stand in the document under their keys, so their tickets may be filed."""
    keys = {row.key for row in read_sheet(text)[0] if row.key}
    printed = [
        replace(item, row_published=True)
        for item in app.memory.items_of([incident_id]).get(incident_id, ())
        if not item.row_published and (item.key in keys or any(source.id in keys for source in item.also_in))
    ]
    app.memory.save_items(printed)
