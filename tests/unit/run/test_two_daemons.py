"""Two daemons on one database, one of them frozen in the middle of a document: what the other one knows is newer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from callsheet.connect.ports import Malady, Published
from callsheet.model.effect import Publish
from callsheet.model.incident import Incident
from callsheet.model.ticket import Category
from callsheet.run.app import Ask
from callsheet.run.cycle import next_plan, run_cycle
from callsheet.run.execute import execute
from callsheet.run.pull import pull
from callsheet.run.report import Report
from callsheet.run.stopping import never
from callsheet.testing.twins import MemoryPublisher
from tests.unit.run.world import World

DROPPED = "dropped because nobody needs it"


@dataclass
class Frozen(MemoryPublisher):
    """The frozen daemon's hands: once, after it has read or written, others do what `meanwhile` says."""

    reads: Callable[[], object] | None = None
    wrote: Callable[[], object] | None = None

    def publish(self, incident_id: str, name: str, text: str, expected: str | None) -> Published:
        """As the twin does."""
        written = super().publish(incident_id, name, text, expected)
        meanwhile, self.wrote = self.wrote, None
        if meanwhile:
            meanwhile()
        return written

    def read_changed(self, known: dict[str, str]) -> Iterator[Published | Malady]:
        """As the twin does."""
        found = list(super().read_changed(known))
        meanwhile, self.reads = self.reads, None
        if meanwhile:
            meanwhile()
        yield from found


def closed_and_told(world: World, incident: Incident) -> None:
    """The ticket is closed, and the other daemon writes so into the document."""
    world.wait(minutes=1)
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.once()
    assert world.row(incident.id, "Add an alert").status == "done"


def nothing_of_ours_is_theirs(world: World) -> None:
    """In the end nobody has typed anything, and what is remembered is what stands there."""
    world.wait(minutes=1)
    world.settled()
    assert all(item.cells == {} and item.unread == {} and item.conflicts == () for item in world.items())
    with world.store() as store:
        (held,) = store.publications([world.items()[0].incident_id]).values()
    assert held.current == held.published == world.publisher.text(held.incident_id)


def test_what_was_decided_before_a_freeze_is_not_written_over_a_newer_document(world: World) -> None:
    incident = world.filed()
    world.source.say(incident.id, "ACTION: Write a test due 2026-11-21")
    with world.app() as app:
        pull(app, report := Report())
        plan = next_plan(app, Ask(), report, tried={})
        assert any(isinstance(effect, Publish) for effect in plan.effects)
        world.type_cell(incident.id, "Add an alert", "Status", DROPPED)
        world.settled()
        assert world.row(incident.id, "Add an alert").status == DROPPED
        before = world.publisher.faults.written
        execute(plan, app, report, never)
        assert world.publisher.faults.written == before
    assert world.row(incident.id, "Add an alert").status == DROPPED


def test_what_was_written_before_a_freeze_is_not_remembered_over_what_was_written_since(world: World) -> None:
    incident = world.filed()
    world.source.say(incident.id, "ACTION: Write a test due 2026-11-21")
    frozen = Frozen(shelf=world.publisher.shelf, wrote=lambda: closed_and_told(world, incident))
    with world.app(publishers={"files": frozen}) as app:
        # Asked to stop, it ends with this effect.
        run_cycle(app, stopping=lambda: frozen.wrote is None)
    nothing_of_ours_is_theirs(world)


def test_what_was_read_before_a_freeze_is_not_taken_in_over_what_was_written_since(world: World) -> None:
    incident = world.filed()
    world.publisher.edit(incident.id, f"{world.publisher.text(incident.id)}\nWe said so.\n")
    frozen = Frozen(shelf=world.publisher.shelf, reads=lambda: closed_and_told(world, incident))
    world.once(publishers={"files": frozen})
    nothing_of_ours_is_theirs(world)
    assert "We said so." in world.publisher.text(incident.id)
