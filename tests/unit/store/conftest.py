"""A fresh store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callsheet.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database."""
    opened = Store(tmp_path / "callsheet.db")
    yield opened
    opened.close()
