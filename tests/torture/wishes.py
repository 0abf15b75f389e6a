"""Whether people were heard: what they asked for stands on the tickets, and what they typed stands in the document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from callsheet.document.sheet import DocRow, read_sheet
from callsheet.sandbox.tracker import Issue
from tests.torture.people import Book, Promise
from tests.torture.seen import LINKED, Seen, titles_of

DONE = "done"


def unheard(seen: Seen, book: Book) -> Iterator[str]:
    """I2 and I3, field by field, for each promise that has its ticket."""
    for promise in book.promises:
        if promise.moved or promise.deleted or not promise.asked:
            continue
        tickets = [issue for issue in seen.of(promise) if LINKED not in issue.fields["labels"]]
        if len(tickets) == 1:
            yield from _unfulfilled(seen, promise, tickets[0])
            yield from _untold(seen, book, promise, tickets[0])
        yield from _untyped(seen, promise, tickets)


def _unfulfilled(seen: Seen, promise: Promise, issue: Issue) -> Iterator[str]:
    """What people changed where the promise was written must have reached its ticket."""
    category = seen.stage.tracker.projects[issue.project].status(issue.fields["status"]).category
    if promise.dropped:
        if category != DONE and not seen.moved_by_people(issue):
            yield f"I2: {promise.words!r} was dropped, and {issue.key} is still open"
        return
    for name, (value, at) in promise.wishes.items():
        # What was changed before a lost memory was made good can't be told from what we wrote.
        if not seen.stage.known_at(at):
            continue
        wanted, there = _wanted(seen, name, value), issue.fields[JIRA[name]]
        if wanted is None:
            continue
        seen.stage.tally["wishes that reached their ticket"] += 1
        if there != wanted:
            yield f"I2: {promise.words!r} wants {name} {value!r}, and {issue.key} has {there!r}"


JIRA = {"title": "summary", "due": "duedate", "owner": "assignee", "priority": "priority"}


def _wanted(seen: Seen, name: str, value: str) -> str | None:
    """The value as Jira has it; None where it is not for us to say, as with people whom Jira does not know."""
    if name == "priority":
        # P1 is the highest, whose id is 1.
        return value[1:]
    if name != "owner":
        return value
    for person in seen.stage.world.company.people:
        if value in (person.name, person.handle) and person.jira == "full":
            directory = seen.stage.tracker.directory
            return next((each.id for each in directory.accounts if each.display == person.name), None)
    return None


def _untold(seen: Seen, book: Book, promise: Promise, issue: Issue) -> Iterator[str]:
    """The ticket stands in our note, unless that is somebody's own by now, and in the document."""
    notes = seen.notes(promise.incident)
    theirs = book.unnoted | book.overwritten | book.merged
    if notes and promise.incident not in theirs and not any(f"- {issue.key} " in text for text in notes):
        yield f"I5: our note on {promise.incident} does not tell of {issue.key}"
    if promise.incident not in book.merged and not any(row.ticket == issue.key for row in _rows(seen, promise)):
        yield f"I5: the document of {promise.incident} does not tell of {issue.key}"


def _untyped(seen: Seen, promise: Promise, tickets: list[Issue]) -> Iterator[str]:
    """Cells that people typed into, and nobody changed elsewhere, say what they typed.

    Where the database was lost before a cell had reached its ticket, the ticket counts, and what was typed is told."""
    row = next((row for row in _rows(seen, promise) if row.key == promise.key), None)
    moved = any(seen.moved_by_people(issue) for issue in tickets)
    for column, words in promise.cells.items():
        if column == "Status" and moved:
            continue
        if row is None:
            yield f"I3: the row of {promise.words!r} is gone"
        elif words not in row.cell(column) and not _set_aside(seen, promise, words):
            yield f"I3: {words!r} was typed into {column} of {promise.words!r}, and {row.cell(column)!r} stands there"


def _set_aside(seen: Seen, promise: Promise, words: str) -> bool:
    told = f"“{words}” was set aside for “"
    lines = (line for line in _text(seen, promise.incident).splitlines() if told in line)
    return bool(seen.stage.life) and any(title in line for line in lines for title in promise.titles)


def _text(seen: Seen, incident: str) -> str:
    return seen.stage.shelf.get(incident, ("", None))[1] or ""


def set_aside_for_nothing(seen: Seen, book: Book) -> Iterator[str]:
    """I3, the other way round: each field has one place where people change it, so no two of them ever disagree.

    Only of a lost memory nobody can tell which was changed last; then somebody must have changed it at all."""
    for incident in book.incidents:
        for line in _text(seen, incident).splitlines():
            for name, ours in re.findall(r"(owner|due date|priority): “([^”]+)” was set aside for “", line):
                field = "due" if name == "due date" else name
                named = (p for p in book.promises if any(f"“{title}”" in line for title in p.titles))
                if not (seen.stage.life and any(_changed(seen, promise, field) for promise in named)):
                    yield f"I3: {name} {ours!r} was set aside, and nobody changed it: {line}"


def _changed(seen: Seen, promise: Promise, field: str) -> bool:
    ours = (issue for issue in seen.everything.values() if set(titles_of(issue)) & set(promise.titles))
    changes = (change for issue in ours for change in issue.history if change.author != seen.robot)
    return field in promise.wishes or any(item["field"] == JIRA[field] for change in changes for item in change.items)


def _rows(seen: Seen, promise: Promise) -> tuple[DocRow, ...]:
    return tuple(read_sheet(_text(seen, promise.incident))[0])
