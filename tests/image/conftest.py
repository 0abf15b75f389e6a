"""The image, built once for all tests, and a volume for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.rig import Image, built, missing, own


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    if why := missing():
        pytest.skip(reason=why)
    with built() as made:
        yield made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A volume, as the image's user gets it."""
    folder = tmp_path / "data"
    folder.mkdir()
    own(folder)
    return folder
