"""Whether this session's exchanges are held against the official descriptions at all."""

from __future__ import annotations

import os

import pytest

from tests.conftest import ABSENT, StartPlay
from tests.contract.official import available

pytestmark = pytest.mark.contracts


def test_exchanges_with_the_sandbox_are_held_against_the_official_descriptions(play: StartPlay) -> None:
    if not available():
        if os.environ.get("CI"):
            pytest.fail(f"{ABSENT}, which CI must not skip")
        pytest.skip(f"{ABSENT}; nothing that the sandbox answers is checked")
    p = play()
    p.settled()
    assert p.requests()
