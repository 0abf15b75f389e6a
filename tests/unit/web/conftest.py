"""Fixtures of the server's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.web.house import Web, opened
from tests.unit.web.provider import Provider, providing
from tests.unit.web.signing import PUBLIC, settings


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """A running server."""
    with opened(tmp_path) as running:
        yield running


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Whom people sign in with."""
    with providing(PUBLIC) as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, provider: Provider) -> Iterator[Web]:
    """A server that people come in to by that provider."""
    with opened(tmp_path, **settings(provider)) as web:
        yield web
