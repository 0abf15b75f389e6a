"""What must hold, judged by the world: what was made there, what is there now, and what people had asked for.

I1 one ticket for each promise; I2 none is lost; I3 what people wrote stands; I4 one digest for a person and day;
I5 no incident is passed over; I6 the last cycle writes nothing; I7 no secret shows; I8 every write is in the ledger.
Only I8 trusts our own store, since that is what it is about. What was set aside there, and the last cycle's report, can
accuse and never excuse.
"""

from __future__ import annotations

import base64
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from callsheet.model.action_item import marker
from callsheet.run.report import Report
from tests.torture.audit import unledgered
from tests.torture.people import Book, Promise
from tests.torture.seen import LINKED, Seen, titles_of
from tests.torture.stage import NAMESPACE, Stage
from tests.torture.wishes import set_aside_for_nothing, unheard

FIELDS = ("summary", "assignee", "duedate", "priority")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is left beside the world: the ledger of every database, the last cycle's report, what every database's files
    and the log hold, what was set aside, and how many writes each of the quiet cycles made."""

    ledger: list[dict[str, Any]]
    last: Report
    written: list[int]
    database: bytes
    logs: str
    set_aside: list[dict[str, Any]]


def rows_of(database: Path, table: str) -> list[dict[str, Any]]:
    """All rows of one of a database's tables, in the order in which they came."""
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid")]
    finally:
        connection.close()


def judge(stage: Stage, book: Book, evidence: Evidence) -> list[str]:
    """What was broken, in sentences; empty when all holds."""
    seen = Seen(stage)
    return [
        *_one_ticket_each(seen, book),
        *_human_values_stand(seen, book),
        *_human_words_stand(stage, seen, book),
        *unheard(seen, book),
        *set_aside_for_nothing(seen, book),
        *_one_digest_a_day(stage, seen),
        *_own_words_are_known(seen, book, evidence),
        *_one_note_each(stage, seen, book),
        *_quiet(seen, book, evidence),
        *_no_secret(stage, evidence),
        *unledgered(seen, evidence.ledger),
    ]


def _one_ticket_each(seen: Seen, book: Book) -> Iterator[str]:
    """I1 and I2. Where a write may be later than the settle time: each double is linked, reported and marked."""
    setting = seen.stage.setting
    for promise in book.promises:
        made = sum(seen.made[title] for title in promise.titles)
        # What people deleted and then lost the memory of is made once more: nobody can know.
        most = 2 if promise.deleted and seen.stage.life else 1
        if made > most and not setting.may_double:
            yield f"I1: {promise.words!r} has {made} tickets"
        if made == 0 and promise.asked and not promise.dropped:
            yield f"I2: {promise.words!r} has no ticket"
        if made > most and setting.may_double:
            yield from _doubles_are_told(seen, promise)
    for title in book.made_by_hand:
        if seen.made[title]:
            yield f"I1: {title!r}, a ticket that people made, was filed again"


def _doubles_are_told(seen: Seen, promise: Promise) -> Iterator[str]:
    found = seen.of(promise)
    untold = [issue for issue in found if LINKED not in issue.fields["labels"]]
    # People may have deleted the one that was kept.
    if found and len(untold) != 1 and not (promise.deleted and not untold):
        yield f"I1: of the {len(found)} tickets of {promise.words!r}, {len(untold)} stand without a word"
    for issue in found:
        if issue not in untold and not (
            any("repeats" in words for _, words in seen.comments(issue))
            and any(link["type"] == "Duplicate" for link in issue.links)
        ):
            yield f"I1: {issue.key}, a double of {promise.words!r}, is not linked or not reported"


def _human_values_stand(seen: Seen, book: Book) -> Iterator[str]:
    """I3 in Jira: a field that people changed there is theirs, since here they change it nowhere else."""
    dropped = {title for promise in book.promises if promise.dropped for title in promise.titles}
    for issue in seen.everything.values():
        theirs: set[str] = set()
        for change in issue.history:
            fields = {item["field"] for item in change.items}
            if change.author != seen.robot:
                theirs |= fields
                continue
            for name in sorted(fields & theirs & set(FIELDS)):
                yield f"I3: {issue.key}: {name} was changed by people, and then by the daemon"
            if "status" in fields and not dropped & set(titles_of(issue)):
                yield f"I3: {issue.key} was moved by the daemon, and nobody had dropped it"


def _human_words_stand(stage: Stage, seen: Seen, book: Book) -> Iterator[str]:
    """I3 in documents and notes."""
    for incident, every in book.words.items():
        text = stage.shelf[incident][1] or ""
        yield from (f"I3: the document of {incident} lost {words!r}" for words in every if words not in text)
    for incident, words in book.thanks.items():
        if not any(words in text for text in seen.notes(incident)):
            yield f"I3: our note on {incident} lost {words!r}"


def _own_words_are_known(seen: Seen, book: Book, evidence: Evidence) -> Iterator[str]:
    """I3, the other way round: people type only what can be read, so what can't be read in a cell is our own.

    But for "dropped because …" beside a ticket that people closed: it stays done, and they are told."""
    closed = [p for p in book.promises if any(seen.moved_by_people(issue) for issue in seen.of(p))]
    typed = {f"{p.key} status": f"“{p.cells['Status']}”" for p in closed if "Status" in p.cells}
    for row in evidence.set_aside:
        theirs = row["place"] in typed and typed[row["place"]] in row["error"]
        if row["what"] == "a cell of the call sheet" and not theirs:
            yield f"I3: what we wrote into {row['place']} was taken for somebody's words: {row['error']}"


def _one_digest_a_day(stage: Stage, seen: Seen) -> Iterator[str]:
    """I4: one digest for a person and local date, by the world's clock and the person's zone, whatever the channel.

    Each life of the database counts for itself, since it can't know of another."""
    people = {person.name: ZoneInfo(person.zone) for person in stage.world.company.people}
    came = [(arrived.message.digest.to.name, arrived.at) for arrived in stage.inbox]
    for issue in seen.everything.values():
        for comment, words in seen.comments(issue):
            found = re.search(r"A reminder for ([^:]+):", words)
            came += [(found[1], comment.created)] if found else []
    days = Counter((name, at.astimezone(people[name]).date().isoformat(), stage.life_at(at)) for name, at in came)
    for (name, day, _), times in sorted(days.items()):
        if times > 1:
            yield f"I4: {name} had {times} digests on {day}"


def _one_note_each(stage: Stage, seen: Seen, book: Book) -> Iterator[str]:
    """I1 and I5: each incident has its document, and our note once."""
    for incident in book.incidents:
        posted = sum(w.method == "POST" and w.path.endswith(f"/{incident}/notes") for w in seen.writes)
        most = 2 if incident in book.unnoted and stage.life else 1
        # A clock that jumps beyond the settle time, or a write that is later than it, may bring a second note.
        if posted > most + stage.setting.may_double:
            yield f"I1: {posted} notes of ours on {incident}"
        # What happens to one that was merged away is told by the one that took it over.
        if incident in book.merged:
            continue
        if posted == 0 and any(p.incident == incident and p.asked and not p.dropped for p in book.promises):
            yield f"I5: no note on {incident}"
        if incident not in stage.shelf:
            yield f"I5: no document for {incident}"


def _quiet(seen: Seen, book: Book, evidence: Evidence) -> Iterator[str]:
    """I6: once nothing goes wrong, everything settles; then a cycle does nothing."""
    if any(evidence.written[-2:]):
        yield f"I6: the last quiet cycles wrote: {evidence.written}"
    report = evidence.last
    # A ticket that people moved may stand in a workflow, or lack a field, so that a person has to mend it.
    moved = {label for p in book.promises if p.moved for issue in seen.of(p) for label in issue.fields["labels"]}
    failed = [f for f in report.failed if not {marker(NAMESPACE, word) for word in f.key.split(":")} & moved]
    if failed or report.unknown or report.unreachable or report.rounds:
        yield f"I6: the last cycle did not come to rest: {failed} {report.to_json()}"


def _no_secret(stage: Stage, evidence: Evidence) -> Iterator[str]:
    """I7, over everything that was written anywhere."""
    bodies = repr([write.body for write in stage.records.writes])
    told = repr([*stage.shelf.values(), *stage.inbox])
    rows = repr(evidence.ledger)
    places = {"the log": evidence.logs, "a request's body": bodies, "a document or message": told, "the ledger": rows}
    for secret in stage.secrets():
        for form in (secret, base64.b64encode(secret.encode()).decode().rstrip("=")):
            yield from (f"I7: a secret stands in {place}" for place, text in places.items() if form in text)
            if form.encode() in evidence.database:
                yield "I7: a secret stands in the database"
