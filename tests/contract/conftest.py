"""Fixtures of the rig's own tests; `tests/conftest.py` has those that the other tests share."""

from __future__ import annotations

import pytest

from tests.contract.official import Official, available
from tests.lent import absent


@pytest.fixture(scope="session")
def contracts() -> None:
    """The official descriptions are there, or the test ends with a named skip."""
    if not available():
        absent("official contracts absent: set CALLSHEET_CONTRACTS")


@pytest.fixture(scope="session")
def official(contracts: None) -> Official:
    """One patched rig, so that each description is loaded once."""
    return Official()
