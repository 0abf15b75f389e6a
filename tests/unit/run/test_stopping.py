"""A stop ends a cycle at once, and says nothing of the sides that it did not ask."""

from __future__ import annotations

import pytest

from callsheet.run.cycle import run_cycle
from callsheet.run.history import sides
from callsheet.run.report import Report
from callsheet.run.stopping import Stopped, go_on
from tests.unit.run.world import World


def test_a_stop_while_a_side_is_read_says_nothing_of_that_side() -> None:
    report = Report()
    with pytest.raises(Stopped) as stopped:
        go_on(lambda: True)
    report.side_failed("files", stopped.value)
    assert (report.silent, report.throttled, report.unreachable) == ({"files"}, {}, {})


def test_a_stop_leaves_each_sides_last_word_as_it_was(world: World) -> None:
    world.filed()
    with world.store() as store:
        before = sides(store)
    world.wait(minutes=1)
    with world.app() as app:
        run_cycle(app, stopping=lambda: True)
    with world.store() as store:
        after = sides(store)
    assert after.keys() == before.keys()
    assert not any(side.error for side in after.values())
    assert any(side == before[name] for name, side in after.items()), "what was cut off keeps when it was read"
