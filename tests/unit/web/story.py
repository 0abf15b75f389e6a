"""A small world that has been lived in: two incidents with post-mortems, promises kept, late, changed on both sides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from callsheet.model.action_item import ActionItem, Conflict
from callsheet.model.effect import Guard, Refusal
from callsheet.model.incident import Incident
from callsheet.model.ticket import Category, Field
from callsheet.run.rehearsal import Rehearsal, rehearse
from tests.unit.run.world import World
from tests.unit.web.house import Web

NOTES = (
    "I was sure that the cache was warm.",
    "ACTION: Warm the cache @ana.ferreira due 2026-11-03 P1",
    "ACTION: Add an alert @ana.ferreira due 2026-11-20 P2",
    "ACTION: Write the runbook @nobody.known P3",
)


@dataclass
class Lived:
    """A lived-in world, and its pages."""

    world: World
    web: Web
    incident_id: str

    def item(self, title: str = "Warm the cache") -> ActionItem:
        return next(item for item in self.web.store.items(every=True) if item.spoken.title == title)

    def told(self, word: str) -> list[str]:
        return [f"{line.event}: {line.detail}" for line in self.web.store.ledger(word) if line.effect == "Ask"]


def lived(
    folder: Path, *, title: str = "Checkout API is slow", notes: tuple[str, ...] = NOTES
) -> tuple[World, Incident]:
    """Ten days after an incident: one promise is kept, one is late, one went to the fallback owner, one is disputed."""
    world = World(folder).born()
    incident = world.story(*notes, title=title)
    world.settled()
    world.wait(days=2)
    with world.store() as store:
        kept = next(i for i in store.items_of([incident.id])[incident.id] if i.ticket_id and i.terms.priority == "P2")
    world.tracker.move_to(kept.ticket_id or "", Category.DONE)
    world.once()
    world.wait(days=8)
    world.once()
    with world.store() as store:
        disputed = next(i for i in store.items() if i.terms.due_on == date(2026, 11, 3))
        conflict = Conflict(field=Field.DUE_ON, ours=f"{title} ours", theirs=f"{title} theirs", at=world.clock.now())
        store.save_items([replace(disputed, conflicts=(conflict,))])
        store.save_refusals(
            [Refusal(id="R1", guard=Guard.TOO_MANY_FILINGS, what=f"60 filings of {title}")], at=world.clock.now()
        )
        store.quarantine([("a note", incident.id, f"not read: {title}")], at=world.clock.now())
    return world, incident


def rehearsed(world: World) -> Rehearsal:
    """What the next cycle would do there."""
    with world.store() as store:
        return rehearse(world.assembled(store), store.copy_to)
