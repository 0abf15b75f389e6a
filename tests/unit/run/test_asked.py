"""What a person asks for counts whenever it comes, and is named as people name it."""

from __future__ import annotations

from typing import Any

import pytest

from callsheet.model.action_item import ItemStatus
from callsheet.model.ticket import Category
from callsheet.plan import decide as deciding
from callsheet.run import asks
from callsheet.run import cycle as cycles
from tests.unit.run.world import World


def test_what_is_asked_while_the_daemon_thinks_is_not_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.filed()
    key, asked = world.item().key, []

    def slow(*given: object, **more: Any) -> object:
        seen = deciding.decide(*given, **more)
        if not asked:
            with world.store() as beside:
                asked.append(asks.drop(beside, key, "not worth it", world.clock.now()))
        return seen

    monkeypatch.setattr(cycles, "decide", slow)
    world.once()
    world.wait(minutes=1)
    world.once()
    assert world.ticket().category is Category.DONE
    assert world.item().status is ItemStatus.DROPPED


def test_a_mark_that_comes_after_the_look_outlives_the_settling(world: World) -> None:
    incident = world.filed()
    with world.store() as store:
        store.mark([incident.id])
        seen = store.dirty()
        store.mark([incident.id])
        store.settle(seen)
        assert tuple(store.dirty()) == (incident.id,)
        store.settle(store.dirty())
        assert not store.dirty()


def test_an_item_may_be_named_by_its_ticket(world: World) -> None:
    world.filed()
    with world.store() as store:
        assert asks.item_named(store, world.ticket().key) == world.item()
        with pytest.raises(asks.NotKnown, match="no action item or ticket OPS-99 is known"):
            asks.item_named(store, "OPS-99")


def test_a_waiver_names_the_tickets_that_stay_open(world: World) -> None:
    incident = world.filed()
    with world.store() as store:
        waived = asks.waive(store, incident.id, "a drill", world.clock.now())
        assert (waived.incident.id, waived.open_tickets) == (incident.id, (world.ticket().key,))
