"""What a review found: one bad value, one lost permission or one refused token must not reach further than itself."""

from datetime import date
from typing import Any

import pytest

from callsheet.connect.errors import AuthRefused
from callsheet.run import tickets
from tests.unit.run.world import ACTION, World

OTHER = "ACTION: Raise the limit @ana.ferreira due 2026-11-20 P2"


@pytest.mark.parametrize("never", [date(9999, 12, 31), date(9999, 12, 28), date(2200, 1, 1)])
def test_never_as_a_due_date_stops_nothing(world: World, never: date) -> None:
    world.filed(ACTION, OTHER)
    world.tracker.edit(world.ticket().id, due_on=never)
    world.tracker.edit(world.ticket("Raise the limit").id, due_on=date(2026, 12, 1))
    world.wait(minutes=10)

    assert world.once().exit_code == 0
    assert world.item().terms.due_on == never
    assert world.item("Raise the limit").terms.due_on == date(2026, 12, 1)


def test_what_cannot_be_remembered_is_told_and_starves_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = tickets.keep

    def choosy(*given: Any, **more: Any) -> None:
        if "Raise the limit" in repr(given[1:]):
            raise RuntimeError("no room for this one")
        return keep(*given, **more)

    world.story(ACTION, OTHER)
    with monkeypatch.context() as broken:
        broken.setattr(tickets, "keep", choosy)
        report = world.once()

    assert report.unknown == 1
    assert world.item().ticket_id
    world.wait(minutes=90)
    world.once()
    assert world.item("Raise the limit").ticket_id
    assert len(world.tracker.tickets) == 2


def test_a_permission_that_is_lost_under_our_pen_is_for_the_guard_to_judge(world: World) -> None:
    names = ("one", "two", "three", "four")
    incident = world.filed(*[f"ACTION: Mend {name} @ana.ferreira due 2026-11-20" for name in names])
    for name in names[:3]:
        world.type_cell(incident.id, f"Mend {name}", "Due", "2026-12-15")
    for ticket in list(world.tracker.tickets):
        world.tracker.delete(ticket.id)
    for _ in range(3):
        report = world.once()
        world.wait(minutes=10)

    assert report.exit_code == 3
    with world.store() as store:
        assert [row["gone_at"] for row in store.database["ticket"].rows] == [None] * 4


def test_a_refused_token_is_tried_again_within_minutes(world: World) -> None:
    world.story(ACTION)
    world.tracker.faults.fail("create", lambda: AuthRefused("401"))
    world.once()
    assert not world.item().ticket_id
    world.tracker.faults.clear()
    world.wait(minutes=6)
    world.once()

    assert world.item().ticket_id
