"""Fixtures of the server's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.web.house import Web, opened


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """A running server."""
    with opened(tmp_path) as running:
        yield running
