"""Fixtures of the Jira connector's tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.connectors.jira.house import NOW, House, Script, TinyJira
from tests.connectors.jira.stage import Stage
from tests.lent import payloads

if TYPE_CHECKING:
    from tests.conftest import MakeSandbox


@pytest.fixture
def house() -> House:
    """A fresh context with a clock that only waiting moves."""
    return House()


@pytest.fixture
def serve() -> Iterator[Callable[[Script], TinyJira]]:
    """Starts a tiny Jira that answers by a script."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(TinyJira(script))


@pytest.fixture(params=["cloud", "datacenter"])
def stage(request: pytest.FixtureRequest, house: House, make_sandbox: MakeSandbox) -> Iterator[Stage]:
    """A fresh sandbox whose clock stands still, in each flavour; what is said is held against the descriptions."""
    with make_sandbox(seed=7, incidents=1, now=NOW) as box:
        yield Stage(box, request.param, house)


@pytest.fixture(scope="session")
def payload() -> Callable[[str], Any]:
    """Reads a recording; without the folder the test is skipped by name, or fails in CI."""
    folder = payloads("jira")
    return lambda name: json.loads((folder / name).read_bytes())
