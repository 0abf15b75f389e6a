"""What a round reads from the store, and how often it asks."""

from __future__ import annotations

from callsheet.run.look import look
from tests.unit.run.world import World


def asked(world: World, cases: int) -> int:
    """How many statements one look at so many marked incidents takes."""
    with world.app() as app, world.store() as marking:
        marking.mark_all()
        statements: list[str] = []
        app.memory.database.conn.set_trace_callback(statements.append)
        snapshot = look(app, world.clock.now(), tried=frozenset(), filed_before=0)
        assert len(snapshot.cases) == cases
        assert all(case.tickets and case.publications for case in snapshot.cases)
        return len(statements)


def test_each_further_incident_costs_few_questions(world: World) -> None:
    world.filed("ACTION: Add an alert")
    before = asked(world, 1)
    for number in range(3):
        world.filed(f"ACTION: Write test {number}", f"ACTION: Write page {number}")
    assert asked(world, 4) - before <= 3 * 8
