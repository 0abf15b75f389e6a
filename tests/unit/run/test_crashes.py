"""The process dies at any commit: what the world saw stands in the ledger, and nothing is done twice or lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from callsheet.connect.errors import Transient
from callsheet.model.incident import Incident
from callsheet.model.ledger import LedgerEntry, Outcome
from callsheet.model.ticket import Category
from callsheet.run.cycle import run_cycle
from callsheet.testing.faults import Faults
from tests.unit.run.mortal import Killed, Life
from tests.unit.run.world import ACTION, World

# Which effects' lines tell of which calls.
TOLD_BY = {
    "create": {"FileTicket"},
    "update": {"UpdateTicket", "Adopt", "LinkDuplicate"},
    "transition": {"TransitionTicket"},
    "comment": {"LinkDuplicate", "SendNudge"},
    "link_duplicate": {"LinkDuplicate"},
    "post_note": {"PostNote"},
    "edit_note": {"PostNote"},
    "publish": {"Publish"},
    "send": {"SendNudge"},
}


def once(world: World, life: Life) -> None:
    """One cycle of a process that may die in it."""
    store = life.store(world.folder / "callsheet.db")
    try:
        run_cycle(world.assembled(store))
    finally:
        store.close()


class Story:
    """What people do between the cycles, so that every kind of write happens."""

    def __init__(self, world: World, life: Life) -> None:
        self.world = world
        self.life = life
        self.deaths = 0
        self.incident: Incident | None = None

    def told(self) -> Story:
        """From the first note to the last reminder; whenever the process dies, another one goes on."""
        world = self.world
        incident = world.story(ACTION, "ACTION: Write a test @ana.ferreira due 2026-11-21")
        self.go_on()
        world.type_cell(incident.id, "Add an alert", "Due", "2026-11-25")
        world.tracker.make(title="The same, late", labels=world.ticket().labels)
        self.go_on()
        world.type_cell(incident.id, "Write a test", "Status", "dropped: not needed")
        self.go_on()
        # A reminder that we died in is lost; the next one is not.
        for days in (25, 7):
            world.wait(days=days)
            self.go_on()
        return self

    def go_on(self) -> None:
        """Two processes: the first may die. Later one runs that can't."""
        for _ in range(2):
            try:
                once(self.world, self.life)
            except Killed:
                self.deaths += 1
        self.world.wait(minutes=6)
        self.world.settled()
        self.world.wait(minutes=5)


def lines(world: World) -> tuple[LedgerEntry, ...]:
    """The whole ledger."""
    with world.store() as store:
        keys = {row["key"] for row in store.database["ledger"].rows}
        return tuple(line for key in sorted(keys) for line in store.ledger(key) if line.key == key)


def untold(world: World) -> dict[str, int]:
    """Calls that the world saw and that no line of the ledger tells of."""
    told = Counter(line.effect for line in lines(world) if line.outcome is not Outcome.SKIPPED)
    twins = (world.source, world.tracker, world.publisher, world.notifier)
    seen = {name: twin.faults.calls[name] for twin in twins for name in twin.faults.writes}
    return {name: n for name, n in seen.items() if n > sum(told[effect] for effect in TOLD_BY[name])}


@pytest.fixture
def make_world(tmp_path: Path) -> Callable[[str], World]:
    def make(name: str) -> World:
        folder = tmp_path / name
        folder.mkdir()
        return World(folder).born()

    return make


def outcome(world: World) -> dict[str, object]:
    """What people see in the end, whatever numbers their tickets got."""
    tickets = {t.title: (t.category, t.due_on, len(world.tracker.comments(t.id))) for t in world.tracker.tickets}
    assert len(tickets) == len(world.tracker.tickets)
    incident = next(iter(world.items())).incident_id
    notes = [note.text for note in world.source.seen(incident) if "Kept up" in note.text]
    # A region's fingerprint tells which text of ours people wrote into: that depends on when we died.
    document = re.sub(r" sha=\w+ -->|OPS-\d+", "…", world.publisher.text(incident))
    return {
        "tickets": tickets,
        "notes": [sorted(re.sub(r"OPS-\d+", "…", note).splitlines()) for note in notes],
        "document": document,
    }


def told_at_last(world: World) -> None:
    """Every write has its line, no line is left open, and what is filed is told as filed."""
    assert untold(world) == {}
    assert [line for line in lines(world) if line.outcome is Outcome.BEGUN] == []
    filed = {line.subject for line in lines(world) if line.outcome in {Outcome.DONE, Outcome.ADOPTED}}
    assert {item.key for item in world.items() if item.ticket_id} <= filed
    days = [(message.digest.to.id, message.digest.local_on) for message in world.notifier.inbox]
    assert len(days) == len(set(days))


# Every fourth commit, by turns before and after it, in two parts for as many processes.
STRIDE = 4
PARTS = 2


@pytest.mark.parametrize("part", range(PARTS))
def test_a_death_at_any_commit_leaves_nothing_untold_and_changes_nothing(
    part: int, make_world: Callable[[str], World]
) -> None:
    whole = Story(make_world("whole"), Life()).told()
    expected, commits = outcome(whole.world), whole.life.commits
    told_at_last(whole.world)
    for number in range(1 + STRIDE * part, commits + 1, STRIDE * PARTS):
        story = Story(make_world(str(number)), Life(number, kept=number % (2 * STRIDE) == 1)).told()
        assert story.deaths == 1
        assert outcome(story.world) == expected, f"died at commit {number} of {commits}"
        told_at_last(story.world)


def dies_after(faults: Faults, call: str) -> None:
    """The process dies when this call has been carried out."""
    faults.fail(call, Killed, applied=True)


def test_what_we_wrote_before_we_died_is_no_edit_of_a_person(make_world: Callable[[str], World]) -> None:
    world = make_world("world")
    world.filed()
    world.tracker.edit(world.ticket().id, due_on=date(2026, 12, 1))
    dies_after(world.publisher.faults, "publish")
    with pytest.raises(Killed):
        world.once()
    # Were the date in our own row a person's edit, this change in the tracker would be told as a conflict.
    world.tracker.edit(world.ticket().id, due_on=date(2026, 12, 8))
    world.wait(minutes=5)
    world.settled()
    assert (world.item().conflicts, world.ticket().due_on) == ((), date(2026, 12, 8))


def test_a_first_document_that_we_died_after_is_ours_too(make_world: Callable[[str], World]) -> None:
    world = make_world("world")
    incident = world.story(ACTION)
    dies_after(world.publisher.faults, "publish")
    with pytest.raises(Killed):
        world.once()
    world.wait(minutes=5)
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-24")
    world.settled()
    assert world.ticket().due_on == date(2026, 12, 24)


def test_what_a_person_typed_into_the_document_that_we_died_after_is_kept(make_world: Callable[[str], World]) -> None:
    world = make_world("world")
    incident = world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-20", "TODO: Write a test")
    world.tracker.edit(world.ticket().id, due_on=date(2026, 12, 1))
    dies_after(world.publisher.faults, "publish")
    with pytest.raises(Killed):
        world.once()
    world.type_cell(incident.id, "Write a test", "Due", "2026-12-24")
    world.tracker.edit(world.ticket().id, due_on=date(2026, 12, 8))
    world.wait(minutes=5)
    world.settled()
    assert [item.conflicts for item in world.items()] == [(), ()]
    assert {t.title: t.due_on for t in world.tracker.tickets} == {
        "Add an alert": date(2026, 12, 8),
        "Write a test": date(2026, 12, 24),
    }


def test_a_note_that_we_died_after_is_still_ours_when_it_has_more_to_say(make_world: Callable[[str], World]) -> None:
    world = make_world("world")
    incident = world.filed()
    world.tracker.edit(world.ticket().id, due_on=date(2026, 12, 1))
    dies_after(world.source.faults, "edit_note")
    with pytest.raises(Killed):
        world.once()
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.wait(minutes=5)
    world.settled()
    (text,) = [note.text for note in world.source.seen(incident.id) if "Kept up" in note.text]
    assert "1 of 1 done" in text


def test_a_document_that_we_died_after_follows_what_was_taken_back_since(make_world: Callable[[str], World]) -> None:
    world = make_world("world")
    incident = world.filed()
    world.tracker.move_to(world.ticket().id, Category.DONE)
    dies_after(world.publisher.faults, "publish")
    with pytest.raises(Killed):
        world.once()
    assert world.row(incident.id, "Add an alert").status == "done"
    world.tracker.move_to(world.ticket().id, Category.NEW)
    world.wait(minutes=5)
    world.settled()
    assert world.row(incident.id, "Add an alert").status == "open"


def test_a_document_whose_answer_was_lost_is_ours_when_the_next_try_had_other_words(
    make_world: Callable[[str], World],
) -> None:
    world = make_world("world")
    world.filed()
    world.tracker.edit(world.ticket().id, due_on=date(2026, 12, 1))
    world.publisher.faults.lose_reply("publish")
    # Nor can it be read before a later try, which has news.
    world.publisher.faults.fail("read_changed", lambda: Transient("no answer", sent=False), times=3)
    world.once()
    world.tracker.edit(world.ticket().id, due_on=date(2026, 12, 8))
    for _ in range(2):
        world.wait(minutes=5)
        world.once()
    # Were the first date in our own row a person's edit, it would be asked of the ticket.
    world.wait(minutes=5)
    world.settled()
    assert (world.item().conflicts, world.ticket().due_on) == ((), date(2026, 12, 8))
