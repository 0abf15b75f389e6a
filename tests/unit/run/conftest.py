"""Fixtures of the run tests."""

from pathlib import Path

import pytest

from tests.unit.run.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world whose first cycle has passed, so that nothing counts as backfilled."""
    return World(tmp_path).born()
