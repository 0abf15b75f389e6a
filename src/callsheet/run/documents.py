"""The documents' part of gather: what people changed at a publisher since it was last read or written."""

from dataclasses import replace
from datetime import datetime

from callsheet.connect.ports import Malady, Published
from callsheet.document.edits import standing_on
from callsheet.model.publication import Publication
from callsheet.run.app import App
from callsheet.run.report import Report


def read_documents(app: App, report: Report, name: str, now: datetime) -> None:
    """Take in the documents at one publisher whose content is not what we know."""
    versions = app.memory.known_versions(name)
    for found in app.publishers[name].read_changed(versions):
        if isinstance(found, Malady):
            report.set_aside([found], app.memory, now)
        elif app.memory.incidents([found.incident_id]):
            # What was set aside in it under the name that it had before is its own, too.
            before = app.memory.publications([found.incident_id]).get((name, found.incident_id))
            for location in {found.location, before.location if before else found.location}:
                report.let_go(location, app.memory)
            with app.memory.transaction():
                _take_document(app, name, found, versions.get(found.incident_id))


def _take_document(app: App, name: str, found: Published, version: str | None) -> None:
    before = app.memory.publications([found.incident_id]).get((name, found.incident_id))
    # Another process has read or written a newer one since we asked.
    if (before.version if before else None) != version:
        return
    known = before or Publication(
        publisher=name,
        incident_id=found.incident_id,
        fingerprint="",
        version="",
        location="",
        current="",
        published=None,
        generated=None,
    )
    # We died between writing it and writing that down, or lost the answer: what we wrote there is no person's edit.
    if begun := standing_on(found.text, app.memory.begun_texts(name, found.incident_id), known.current):
        known = replace(known, fingerprint="", published=begun.text, generated=begun.basis, taken_in=None)
    app.memory.end_texts(name, found.incident_id)
    app.memory.save_publication(replace(known, version=found.version, location=found.location, current=found.text))
    app.memory.mark([found.incident_id])
