"""What tests hold things against and the repository does not keep: official descriptions, and recorded payloads.

The folders are named by CALLSHEET_CONTRACTS and CALLSHEET_PAYLOADS; by default they lie in `../shared` beside the
repository. What needs one that is not there is skipped by name, and fails in CI, where nobody would read the skip.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


def contracts() -> Path:
    """Where the official descriptions are, whether or not they are there."""
    return Path(os.environ.get("CALLSHEET_CONTRACTS") or REPOSITORY.parent / "shared" / "contracts")


def payloads(*parts: str) -> Path:
    """The recordings, or a folder or file of them; the end of the test where it is not there."""
    folder = Path(os.environ.get("CALLSHEET_PAYLOADS") or REPOSITORY.parent / "shared" / "payloads")
    path = folder.joinpath(*parts)
    return path if path.exists() else absent("recorded payloads absent: set CALLSHEET_PAYLOADS")


def absent(what: str) -> NoReturn:
    """Skip by name, but fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, which CI must not skip")
    pytest.skip(what)
