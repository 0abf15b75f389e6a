"""A world for the tests of plan that need a whole cycle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.run.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path).born()
