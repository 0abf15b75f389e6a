"""A document and a ticket over weeks of edits on both sides, with the whole daemon between them: after each look they
stand as the table of fields says. The table is written down here a second time, as an oracle of a few lines."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from structlog.testing import capture_logs

from callsheet.connect.errors import Transient
from callsheet.document.sheet import DocRow
from callsheet.model.action_item import ActionItem, ItemStatus
from callsheet.model.ticket import Category, Field, Ticket
from callsheet.testing.builders import make_account, make_rules
from tests.unit.run.mortal import Killed
from tests.unit.run.world import World

EXAMPLES = int(os.environ.get("CALLSHEET_AGREEMENT_EXAMPLES", "50"))
SHRINK = "CALLSHEET_AGREEMENT_SHRINK" in os.environ
PEOPLE = ("Ana Ferreira", "Marcus Hill", "Grace Okafor")
RANKS = ("P1", "P2", "P3", "P4", "P5")
NAMES = dict(zip(RANKS, (choice.name for choice in make_rules().priorities), strict=True))
COLUMNS = {Field.OWNER: "Owner", Field.DUE_ON: "Due", Field.PRIORITY: "Priority", Field.TITLE: "Action"}
VALUES = {
    Field.OWNER: PEOPLE,
    Field.DUE_ON: ("2026-12-01", "2026-12-04", "2026-12-11"),
    Field.PRIORITY: RANKS,
    Field.TITLE: ("Add an alert", "Add a better alert", "Add two alerts"),
}
ENDS = {"done": ItemStatus.DONE, "won't do": ItemStatus.DROPPED, "reopen": ItemStatus.OPEN}
DROPPED = "dropped: not worth it"

fields = st.sampled_from(list(VALUES))
picks = st.integers(0, 30)


@dataclass
class Promise:
    """The oracle for one field: what was agreed last, and what each side says since. None: cleared in the tracker.

    `heard` is what we said when the daemon last looked, `tried` what `base` becomes if an edit arrived whose answer was
    lost.
    """

    base: str | None
    ours: str | None
    theirs: str | None
    heard: str | None
    tried: str | None
    cleared: bool = False
    conflicts: int = 0

    @property
    def arrived(self) -> bool:
        """Whether the ticket shows the edit whose answer was lost; it came whole or not at all."""
        return self.theirs == self.tried != self.base

    def agree(self, *, lost: bool = False, applied: bool = True) -> None:
        """The table; the same edit again while it is in doubt.

        | tracker changed         | document changed | both changed                               |
        |-------------------------|------------------|--------------------------------------------|
        | recorded; None is shown | written          | the tracker's, and a conflict unless equal |
        """
        we, they = {self.base, self.tried} != {self.ours}, self.theirs not in {self.base, self.tried}
        if they:
            self.conflicts += we and self.ours != self.theirs
            self.cleared = self.theirs is None
            self.ours = self.theirs
        elif we:
            self.theirs, self.cleared = self.ours if applied else self.theirs, False
        self.heard = self.tried = self.ours
        self.base = self.base if lost and not they else self.ours


@dataclass
class Standing:
    """The oracle for the status: the tracker's word counts, and only a drop of ours moves the ticket."""

    ours: ItemStatus = ItemStatus.OPEN
    theirs: ItemStatus = ItemStatus.OPEN
    base: ItemStatus = ItemStatus.OPEN

    def agree(self) -> bool:
        """Whether the ticket is moved.

        | ticket is          | item was dropped           | item was open or done |
        |--------------------|----------------------------|-----------------------|
        | open as before     | the ticket is closed       | -                     |
        | open again         | open                       | open                  |
        | closed since       | stays dropped              | as the ticket         |
        """
        moved = self.theirs is self.base is ItemStatus.OPEN and self.ours is ItemStatus.DROPPED
        if moved:
            self.theirs = self.ours
        elif self.theirs is not self.base and not (self.ours is ItemStatus.DROPPED and self.theirs is ItemStatus.DONE):
            self.ours = self.theirs
        self.base = self.theirs
        return moved


class Agreement(RuleBasedStateMachine):
    """People edit the document and the ticket; now and then the daemon looks."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="callsheet-"))
        self.world = World(self.folder)

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @initialize()
    def begin(self) -> None:
        self.world.born()
        with capture_logs():
            self.incident_id = self.world.filed("ACTION: Add an alert @ana.ferreira due 2026-12-01 P1").id
        start = {name: values[0] for name, values in VALUES.items()}
        self.promises = {name: Promise(*[value] * 5) for name, value in start.items()}
        self.status = Standing()
        self.action = start[Field.TITLE]
        self.said_done = False
        self.words: list[str] = []
        # What was typed into a document that could not be published: a person's words, which news alone replaces.
        self.kept: dict[Field, str] = {}
        self._saw()

    # What is there.

    @property
    def ticket(self) -> Ticket:
        (found,) = self.world.tracker.tickets
        return found

    @property
    def item(self) -> ActionItem:
        (found,) = self.world.items()
        return found

    @property
    def row(self) -> DocRow:
        (found,) = self.world.rows(self.incident_id)
        return found

    # People.

    @rule(name=fields, pick=picks)
    def in_the_document(self, name: Field, pick: int) -> None:
        value = VALUES[name][pick % len(VALUES[name])]
        self.world.type_cell(self.incident_id, self.action, COLUMNS[name], value)
        # Who types what the cell said when the daemon last looked has said nothing new.
        promise = self.promises[name]
        news = value != self.seen.cell(COLUMNS[name])
        promise.ours = value if news else promise.heard
        if news:
            self.kept.pop(name, None)
        self.action = self.row.action

    @rule(name=fields, pick=picks)
    def in_the_tracker(self, name: Field, pick: int) -> None:
        self._edit(name, VALUES[name][pick % len(VALUES[name])])

    @rule(name=fields, one=picks, other=picks)
    def on_both_sides(self, name: Field, one: int, other: int) -> None:
        self.in_the_document(name, one)
        self.in_the_tracker(name, other)

    @rule(name=st.sampled_from((Field.OWNER, Field.DUE_ON, Field.PRIORITY)))
    def cleared_in_the_tracker(self, name: Field) -> None:
        self._edit(name, None)

    def _edit(self, name: Field, value: str | None) -> None:
        self.world.wait(seconds=5)
        forms: dict[Field, Callable[[str], object]] = {
            Field.OWNER: make_account,
            Field.DUE_ON: date.fromisoformat,
            Field.PRIORITY: NAMES.__getitem__,
            Field.TITLE: str,
        }
        self.world.tracker.edit(self.ticket.id, **{name.value: value and forms[name](value)})
        self.promises[name].theirs = value

    @rule(how=st.sampled_from(tuple(ENDS)))
    def moved_in_the_tracker(self, how: str) -> None:
        self.world.wait(seconds=5)
        category = Category.STARTED if how == "reopen" else Category.DONE
        self.world.tracker.move_to(self.ticket.id, category, "Won't Do" if how == "won't do" else None)
        self.status.theirs = ENDS[how]

    @precondition(lambda self: self.status.ours is ItemStatus.OPEN and not self.said_done)
    @rule(word=st.sampled_from((DROPPED, "done")))
    def ended_in_the_document(self, word: str) -> None:
        # Who leaves standing what stands there has said nothing new.
        if word != self.seen.status:
            self.world.type_cell(self.incident_id, self.action, "Status", word)
            self.status.ours = ItemStatus.DROPPED if word == DROPPED else self.status.ours
            self.said_done = word == "done"

    @rule()
    def write_below(self) -> None:
        self.words.append(f"Words  of a person, number {len(self.words)}: *as they are* | \\| ")
        text = self.world.publisher.text(self.incident_id)
        self.world.publisher.edit(self.incident_id, f"{text}\n{self.words[-1]}\n")

    @rule(days=st.sampled_from((1, 3, 8)))
    def time_passes(self, days: int) -> None:
        self.world.wait(days=days)

    # The daemon.

    @rule()
    def look(self) -> None:
        self._look()

    @rule(
        call=st.sampled_from((("tracker", "update"), ("tracker", "transition"), ("publisher", "publish"))),
        applied=st.booleans(),
    )
    def look_and_die_and_look_again(self, call: tuple[str, str], applied: bool) -> None:
        side, name = call
        if name == "publish":
            self._keep_words()
        faults = getattr(self.world, side).faults
        faults.fail(name, Killed, applied=applied)
        self._look(dying=True)

    @rule(name=fields, one=picks, other=picks, applied=st.booleans(), then=st.sampled_from(("document", "tracker")))
    def look_while_an_answer_is_lost(self, name: Field, one: int, other: int, applied: bool, then: str) -> None:
        """Whether the edit arrived shows when the daemon looks again; people go on meanwhile."""
        self.in_the_document(name, one)
        faults = self.world.tracker.faults
        faults.fail("update", lambda: Transient("the answer was lost", sent=True), applied=applied)
        self._agree(lost=True, applied=applied)
        with capture_logs():
            self.world.wait(minutes=1)
            self.world.once()
        faults.clear()
        self._saw()
        go_on = self.in_the_document if then == "document" else self.in_the_tracker
        go_on(name, other)

    @rule(name=fields, one=picks, other=picks)
    def look_while_nothing_can_be_published(self, name: Field, one: int, other: int) -> None:
        """The ticket's side is settled all the same; the document waits, and people go on typing into the old one."""
        self.on_both_sides(name, one, other)
        self._keep_words()
        self._agree()
        faults = self.world.publisher.faults
        faults.fail("publish", lambda: Transient("the disk is full", sent=False), times=100)
        with capture_logs():
            self.world.wait(minutes=1)
            self.world.once()
        faults.clear()
        self._the_ticket_stands_as_agreed()
        self._saw()

    def _keep_words(self) -> None:
        cells = {name: self.row.cell(column) for name, column in COLUMNS.items()}
        self.kept |= {name: cell for name, cell in cells.items() if cell != self.seen.cell(COLUMNS[name])}

    def _look(self, *, dying: bool = False) -> None:
        said_done = self.said_done
        moves = self.world.tracker.faults.calls["transition"]
        moved = self._agree()
        with capture_logs():
            self.world.wait(minutes=1)
            try:
                self.world.settled()
            except Killed:
                assert dying
                self.world.settled()
            for twin in (self.world.tracker, self.world.publisher):
                twin.faults.clear()
        assert (self.world.tracker.faults.calls["transition"] > moves) == moved
        self._the_ticket_stands_as_agreed()
        self._the_document_stands_as_agreed(said_done=said_done)
        self._saw()
        written = self.world.written
        with capture_logs():
            assert self.world.settled().rounds == 0
        assert self.world.written == written

    def _agree(self, **answer: bool) -> bool:
        promises = self.promises.values()
        if any(promise.arrived for promise in promises):
            for promise in promises:
                promise.base = promise.tried
        for promise in promises:
            promise.agree(**answer)
        self.said_done = False
        return self.status.agree()

    def _saw(self) -> None:
        self.seen = self.row

    def _the_ticket_stands_as_agreed(self) -> None:
        ticket, item = self.ticket, self.item
        there = {
            Field.OWNER: ticket.owner.name if ticket.owner else None,
            Field.DUE_ON: ticket.due_on.isoformat() if ticket.due_on else None,
            Field.PRIORITY: next((rank for rank, name in NAMES.items() if name == ticket.priority), None),
            Field.TITLE: ticket.title,
        }
        assert there == {name: promise.theirs for name, promise in self.promises.items()}
        assert set(item.cleared) == {name for name, promise in self.promises.items() if promise.cleared}
        conflicts = [conflict.field for conflict in item.conflicts]
        assert {name: conflicts.count(name) for name in self.promises} == {
            name: promise.conflicts for name, promise in self.promises.items()
        }
        assert item.status is self.status.ours
        assert (ticket.category is Category.DONE) == (self.status.theirs is not ItemStatus.OPEN)

    def _the_document_stands_as_agreed(self, *, said_done: bool) -> None:
        row, text = self.row, self.world.publisher.text(self.incident_id)
        owner = "" if row.owner.startswith("nobody yet") else row.owner
        shown = {Field.OWNER: owner, Field.DUE_ON: row.due, Field.PRIORITY: row.priority}
        for name, cell in shown.items():
            agreed = self.promises[name].theirs or ""
            assert cell in {agreed, self.kept.get(name, agreed)}
        # Its action keeps a person's words, whatever the ticket is called.
        assert row.action == self.action
        if self.status.ours is ItemStatus.OPEN:
            for name, promise in self.promises.items():
                told = "due date" if name is Field.DUE_ON else name
                assert (f"{told}: “" in text) == (promise.conflicts > 0)
            assert ("cleared in the tracker: " in text) == any(each.cleared for each in self.promises.values())
            assert not said_done or "“done” was typed here" in text

    @invariant()
    def one_item_one_ticket_and_every_word(self) -> None:
        if hasattr(self, "incident_id"):
            assert len(self.world.tracker.tickets) == len(self.world.items()) == 1
            text = self.world.publisher.text(self.incident_id)
            assert all(f"\n{words}\n" in text for words in self.words)


Agreement.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    # As with the whole cycles: shrinking is asked for by hand.
    phases=(Phase.generate, Phase.shrink) if SHRINK else (Phase.generate,),
)
# Some twenty seconds of work, which may be minutes on a machine that does much else.
TestAgreement = pytest.mark.timeout(400)(Agreement.TestCase)
