"""The hour that a document proposes for its review: over, it says so once; whoever asks gets another."""

from __future__ import annotations

from callsheet.run.reviewing import drawn, invited_anew
from tests.unit.run.world import World

NOTE = "ACTION: Add an alert @ana.ferreira due 2026-11-20 P1"


def hour(world: World, incident_id: str) -> str:
    """The line of the document."""
    (line,) = [line for line in world.publisher.text(incident_id).splitlines() if line.startswith("**Time:**")]
    return line


def looked_at(world: World, incident_id: str, *, days: int) -> str:
    world.wait(days=days)
    with world.store() as store:
        store.mark([incident_id])
    world.settled()
    return hour(world, incident_id)


def test_an_hour_that_is_over_is_said_to_be_over_once(world: World) -> None:
    incident = world.filed(NOTE)
    assert "is inside everyone's working hours" in hour(world, incident.id)
    over = looked_at(world, incident.id, days=14)
    assert "was proposed and has passed; `callsheet show" in over
    assert looked_at(world, incident.id, days=14) == over


def test_whoever_asks_gets_an_hour_that_is_ahead(world: World) -> None:
    incident = world.filed(NOTE)
    world.wait(days=14)
    now = world.clock.now()
    with world.store() as store:
        then, anew = (ask(store, incident, world.rules, now) for ask in (drawn, invited_anew))
    assert then is not None
    assert anew is not None
    assert (then.review.starts_at or now) < now < (anew.review.starts_at or now)
    assert (then.review.passed, anew.review.passed) == (True, False)
