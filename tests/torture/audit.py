"""I8: for each write that the world saw the ledger has a line of its own, about that very item, incident or person."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from callsheet.connect.http import READ_ATTEMPTS
from callsheet.model.action_item import marker
from callsheet.run.adoption import LABELLED
from tests.torture.seen import Seen, creates
from tests.torture.stage import NAMESPACE, Write

FILING = frozenset({"FileTicket"})
CHANGING = frozenset({"UpdateTicket", "Adopt", "LinkDuplicate"})
MOVING = frozenset({"TransitionTicket"})
LINKING = frozenset({"LinkDuplicate"})
REMINDING = frozenset({"SendNudge"})

# What was written, about whom or what, and the effects that write it.
Kind = tuple[str, str, frozenset[str]]


def unledgered(seen: Seen, ledger: list[dict[str, Any]]) -> Iterator[str]:
    """Each kind of write, about one thing: it must not have come more often than the ledger tells of it.

    A line is one attempt. What is sent once has a line for each sending; values may be repeated within one attempt.
    """
    told = Counter[tuple[str, str]]()
    for row in ledger:
        if row["outcome"] != "skipped" or (row["detail"] or "").startswith(LABELLED):
            told.update((word, row["effect"]) for word in {row["subject"], *row["key"].split(":"), row["key"]})
    for (what, about, effects), times in sorted(_written(seen, ledger).items(), key=repr):
        lines = sum(told[about, effect] for effect in effects)
        if times > lines * (READ_ATTEMPTS if what.startswith("PUT") else 1):
            yield f"I8: {what} about {about}: the world saw {times}, the ledger tells of {lines}"


def _written(seen: Seen, ledger: list[dict[str, Any]]) -> Counter[Kind]:
    items = {marker(NAMESPACE, row["subject"]): row["subject"] for row in ledger if row["subject"].startswith("ai-")}
    items |= {marker(NAMESPACE, word): word for row in ledger for word in row["key"].split(":") if word[:3] == "ai-"}
    reminders = {marker(NAMESPACE, row["key"]): row["key"] for row in ledger if row["effect"] == "SendNudge"}
    written = Counter(_kind(write, seen, items, reminders) for write in seen.writes)
    for arrived in seen.stage.inbox:
        digest = arrived.message.digest
        written["a message", f"nudge:{digest.to.id}:{digest.local_on}", REMINDING] += 1
    for incident, times in seen.stage.published.items():
        written["a document", incident, frozenset({"Publish"})] += times
    return written


def _kind(write: Write, seen: Seen, items: dict[str, str], reminders: dict[str, str]) -> Kind:
    incident = re.search(r"/incidents/(\w+)/notes", write.path)
    if incident:
        return f"{write.method} a note", incident[1], frozenset({"PostNote"})
    if write.path.endswith("/issueLink"):
        return "POST a link", _item_of(str(write.body["inwardIssue"]["id"]), seen, items), LINKING
    if creates(write):
        return "POST a ticket", _marked(write.body["fields"]["labels"], items), FILING
    ticket = re.search(r"/issue/(\d+)", write.path)
    about = _item_of(ticket[1] if ticket else "", seen, items)
    if write.path.endswith("/comment"):
        reminder = next((key for label, key in reminders.items() if label in str(write.body)), None)
        return ("POST a reminder", reminder, REMINDING) if reminder else ("POST a comment", about, LINKING)
    if write.path.endswith("/transitions"):
        return "POST a step", about, MOVING
    return f"{write.method} {write.path.partition('/issue')[2]}", about, CHANGING


def _item_of(issue_id: str, seen: Seen, items: dict[str, str]) -> str:
    issue = seen.everything.get(issue_id)
    return _marked(issue.fields["labels"], items) if issue else issue_id


def _marked(labels: list[str], items: dict[str, str]) -> str:
    return next((items[label] for label in labels if label in items), "an item that it does not know")
