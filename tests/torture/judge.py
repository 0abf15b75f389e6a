"""What must hold, judged by the world: what was made there, what is there now, and what people had asked for.

I1 one ticket for each promise; I2 none is lost; I3 what people wrote stands; I4 one digest for a person and day;
I5 no incident is passed over; I6 the last cycle writes nothing; I7 no secret shows; I8 every write is in the ledger.
Only I8 looks at our own store, since that is what it is about.
"""

from __future__ import annotations

import base64
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from callsheet.model.action_item import marker
from callsheet.run.report import Report
from callsheet.sandbox.adf import plain
from callsheet.sandbox.tracker import Comment, Issue
from tests.torture.people import SIGNATURE, Book, Promise
from tests.torture.stage import NAMESPACE, Stage, Write

LINKED = "callsheet-duplicate"
FIELDS = ("summary", "assignee", "duedate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is left beside the world: the ledger of every database, the last cycle's report, what the database's files
    and the log hold, and how many writes each of the quiet cycles made."""

    ledger: list[dict[str, Any]]
    last: Report
    written: list[int]
    database: bytes
    logs: str


def ledger_of(database: Path) -> list[dict[str, Any]]:
    """All lines of a database's ledger."""
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute("SELECT * FROM ledger ORDER BY id")]
    finally:
        connection.close()


def judge(stage: Stage, book: Book, evidence: Evidence) -> list[str]:
    """What was broken, in sentences; empty when all holds."""
    seen = Seen(stage)
    return [
        *_one_ticket_each(seen, book),
        *_human_values_stand(seen, book),
        *_human_words_stand(stage, seen, book),
        *_one_digest_a_day(stage, seen),
        *_one_note_each(stage, seen, book),
        *_quiet(seen, book, evidence),
        *_no_secret(stage, evidence),
        *_all_in_the_ledger(stage, seen, evidence),
    ]


class Seen:
    """The world as the judge sees it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.robot = stage.tracker.directory.robot.id
        self.writes = stage.records.writes
        # Titles under which the daemon made tickets, as often as it did.
        self.made = Counter(write.body["fields"]["summary"] for write in self.writes if _creates(write))
        self.everything = {**stage.tracker.issues, **stage.tracker.deleted}

    def of(self, promise: Promise) -> list[Issue]:
        """The promise's tickets that are there."""
        ours = (issue for issue in self.stage.tracker.issues.values() if issue.fields["creator"] == self.robot)
        return [issue for issue in ours if set(_titles(issue)) & set(promise.titles)]

    def comments(self, issue: Issue) -> list[tuple[Comment, str]]:
        """The daemon's comments, and their words."""
        return [(each, plain(each.body) or str(each.body)) for each in issue.comments if each.author == self.robot]


def _titles(issue: Issue) -> Iterator[str]:
    """What a ticket was and is called."""
    yield issue.fields["summary"]
    for change in issue.history:
        for item in change.items:
            if item["field"] == "summary":
                yield str(item["fromString"])


def _creates(write: Write) -> bool:
    return write.method == "POST" and write.path.endswith("/issue")


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
    if found and len(untold) != 1:
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
            if "status" in fields and not dropped & set(_titles(issue)):
                yield f"I3: {issue.key} was moved by the daemon, and nobody had dropped it"


def _human_words_stand(stage: Stage, seen: Seen, book: Book) -> Iterator[str]:
    """I3 in documents and notes."""
    for incident, every in book.words.items():
        text = stage.shelf[incident][1] or ""
        yield from (f"I3: the document of {incident} lost {words!r}" for words in every if words not in text)
    for incident, words in book.thanks.items():
        if not any(words in text for text in _our_notes(stage, incident)):
            yield f"I3: our note on {incident} lost {words!r}"


def _our_notes(stage: Stage, incident_id: str) -> list[str]:
    paging = stage.world.pagerduty
    incident = paging.find(incident_id)
    return [note.text for note in paging.notes_of(incident) if SIGNATURE in note.text] if incident else []


def _one_digest_a_day(stage: Stage, seen: Seen) -> Iterator[str]:
    """I4: one digest for a person and local date, whatever the channel, on one database."""
    sent: Counter[tuple[str, str, int]] = Counter()
    for arrived in stage.inbox:
        digest = arrived.message.digest
        sent[digest.to.name, digest.local_on.isoformat(), arrived.life] += 1
    for issue in seen.everything.values():
        for comment, words in seen.comments(issue):
            day = _comment_day(stage, comment, words)
            if day:
                sent[day] += 1
    for (name, day_on, _), times in sorted(sent.items()):
        if times > 1:
            yield f"I4: {name} had {times} digests on {day_on}"


def _comment_day(stage: Stage, comment: Comment, words: str) -> tuple[str, str, int] | None:
    """Who was reminded by a comment, and on which day; None near midnight, where the day is the daemon's to say."""
    found = re.search(r"A reminder for ([^:]+):", words)
    person = next((p for p in stage.world.company.people if found and p.name == found[1]), None)
    if person is None:
        return None
    local = comment.created.astimezone(ZoneInfo(person.zone))
    edges = {(local + timedelta(minutes=minutes)).date() for minutes in (-15, 15)}
    return (person.name, local.date().isoformat(), stage.life_at(comment.created)) if len(edges) == 1 else None


def _one_note_each(stage: Stage, seen: Seen, book: Book) -> Iterator[str]:
    """I1 and I5: each incident has its document, and our note once."""
    for incident in book.incidents:
        posted = sum(w.method == "POST" and w.path.endswith(f"/{incident}/notes") for w in seen.writes)
        most = 2 if incident in book.unnoted and stage.life else 1
        # A clock that jumps beyond the settle time, or a write that is later than it, may bring a second note.
        if posted > most + stage.setting.may_double:
            yield f"I1: {posted} notes of ours on {incident}"
        if posted == 0 and any(incident == promise.incident and promise.asked for promise in book.promises):
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


def _all_in_the_ledger(stage: Stage, seen: Seen, evidence: Evidence) -> Iterator[str]:
    """I8: for each write that the world saw there is a line about that very item, incident or person."""
    told: dict[str, set[str]] = defaultdict(set)
    for row in evidence.ledger:
        for word in (row["subject"], *row["key"].split(":")):
            told[word].add(row["effect"])
    items = {marker(NAMESPACE, word): word for word in list(told) if word.startswith("ai-")}
    reminded = {row["key"].rpartition(":")[2] for row in evidence.ledger if row["effect"] == "SendNudge"}
    for write in seen.writes:
        about, effects = _about(write, seen, items)
        days = {(write.at + timedelta(days=shift)).date().isoformat() for shift in (-1, 0, 1)}
        if write.path.endswith("/comment") and "A reminder for" in str(write.body) and days & reminded:
            continue
        if not told[about] & effects:
            yield f"I8: {write.method} {write.path} of {write.at:%d %H:%M:%S} ({about}) is not in the ledger"
    for arrived in stage.inbox:
        digest = arrived.message.digest
        if not any(row["key"] == f"nudge:{digest.to.id}:{digest.local_on}" for row in evidence.ledger):
            yield f"I8: the digest of {digest.to.id} on {digest.local_on} is not in the ledger"
    for incident in stage.shelf:
        if "Publish" not in told[incident]:
            yield f"I8: the document of {incident} is not in the ledger"


FILING = {"FileTicket", "Adopt"}
CHANGING = {"UpdateTicket", "RecordStatus", "TransitionTicket", "Adopt", "LinkDuplicate"}


def _about(write: Write, seen: Seen, items: dict[str, str]) -> tuple[str, set[str]]:
    """What a write was about, as the ledger names it, and the effects that make such writes."""
    incident = re.search(r"/incidents/(\w+)/notes", write.path)
    if incident:
        return incident[1], {"PostNote"}
    if write.path.endswith("/issueLink"):
        return _item_of(str(write.body["inwardIssue"]["id"]), seen, items), {"LinkDuplicate"}
    if _creates(write):
        return _marked(write.body["fields"]["labels"], items), FILING
    ticket = re.search(r"/issue/(\d+)", write.path)
    about = _item_of(ticket[1] if ticket else "", seen, items)
    if write.path.endswith("/comment"):
        return about, {"LinkDuplicate", "Comment"}
    return about, CHANGING


def _item_of(issue_id: str, seen: Seen, items: dict[str, str]) -> str:
    issue = seen.everything.get(issue_id)
    return _marked(issue.fields["labels"], items) if issue else issue_id


def _marked(labels: list[str], items: dict[str, str]) -> str:
    return next((items[label] for label in labels if label in items), "an item that it does not know")
