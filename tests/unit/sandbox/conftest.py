"""Fixtures: a frozen world without a socket, an empty one, and a served one for what only happens on a wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from callsheet.sandbox.server import Sandbox, SandboxOptions

from .office import NOW, Office, open_office


@pytest.fixture
def office() -> Office:
    return open_office()


@pytest.fixture
def empty_office() -> Office:
    return open_office(incidents=0)


@pytest.fixture
def served() -> Iterator[Sandbox]:
    """A real server, for what only happens on a wire."""
    with Sandbox(SandboxOptions(now=NOW, tick=False, incidents=12, hostile=True)) as sandbox:
        yield sandbox
