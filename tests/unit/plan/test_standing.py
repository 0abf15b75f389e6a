"""Standing items: each post-mortem brings what was standing when it opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from callsheet.model.effect import Reason
from callsheet.model.memory import OpenedPostmortem
from callsheet.plan.collect import collect
from callsheet.plan.place import Place
from callsheet.plan.rules import StandingItem
from tests.unit.plan.reading import INCIDENT, OPENED, RULES, reading
from tests.unit.run.world import PLAIN_RULES, World

GAME_DAY = StandingItem(id="game", title="Run a game day")


def test_a_new_standing_item_is_not_asked_of_past_post_mortems(world: World) -> None:
    world.filed()
    world.rules = replace(PLAIN_RULES, standing=(GAME_DAY,))
    world.settled()
    assert [item.spoken.title for item in world.items()] == ["Add an alert"]


@pytest.mark.parametrize(("standing", "count"), [(None, 0), ((), 0), (("review",), 0), (("game",), 1)])
def test_a_post_mortem_brings_what_was_standing_when_it_opened(standing: Any, count: int) -> None:
    opened = replace(OPENED, reason=Reason.MATCHES_POLICY, standing=standing)
    rules = replace(RULES, standing=(GAME_DAY,))
    assert len(collect(Place(incident=INCIDENT, opened=opened), (), reading(rules))) == count


def test_what_is_standing_is_remembered_at_opening(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, standing=(GAME_DAY,))).born()
    incident = world.filed()
    with world.store() as store:
        assert store.postmortems([incident.id])[incident.id].standing == ("game",)
    assert OpenedPostmortem(incident_id="Q").standing is None
