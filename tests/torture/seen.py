"""The world as the judge sees it: what the daemon wrote there, and which tickets are whose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from callsheet.sandbox.adf import plain
from callsheet.sandbox.tracker import Comment, Issue
from tests.torture.people import Promise, our_notes
from tests.torture.stage import Stage, Write

LINKED = "callsheet-duplicate"


class Seen:
    """The world as the judge sees it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.robot = stage.tracker.directory.robot.id
        self.writes = stage.records.writes
        # Titles under which the daemon made tickets, as often as it did.
        self.made = Counter(write.body["fields"]["summary"] for write in self.writes if creates(write))
        self.everything = {**stage.tracker.issues, **stage.tracker.deleted}

    def of(self, promise: Promise) -> list[Issue]:
        """The promise's tickets that are there."""
        ours = (issue for issue in self.stage.tracker.issues.values() if issue.fields["creator"] == self.robot)
        return [issue for issue in ours if set(titles_of(issue)) & set(promise.titles)]

    def moved_by_people(self, issue: Issue) -> bool:
        """Whether somebody gave the ticket another status: the tracker wins."""
        return any(
            change.author != self.robot and any(item["field"] == "status" for item in change.items)
            for change in issue.history
        )

    def notes(self, incident_id: str) -> list[str]:
        """The texts of our notes on an incident."""
        return [note.text for note in our_notes(self.stage, incident_id)]

    def comments(self, issue: Issue) -> list[tuple[Comment, str]]:
        """The daemon's comments, and their words."""
        return [(each, plain(each.body) or str(each.body)) for each in issue.comments if each.author == self.robot]


def titles_of(issue: Issue) -> Iterator[str]:
    """What a ticket was and is called."""
    yield issue.fields["summary"]
    for change in issue.history:
        for item in change.items:
            if item["field"] == "summary":
                yield str(item["fromString"])


def creates(write: Write) -> bool:
    return write.method == "POST" and write.path.endswith("/issue")
