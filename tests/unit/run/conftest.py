"""Fixtures of the run tests."""

from pathlib import Path

import pytest

from tests.unit.run.row_sheet import Sheet
from tests.unit.run.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world whose first cycle has passed, so that nothing counts as backfilled."""
    return World(tmp_path).born()


@pytest.fixture
def sheet(world: World) -> Sheet:
    """One filed item in a call sheet."""
    return Sheet(world)
