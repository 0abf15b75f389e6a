"""The files publisher keeps what every publisher promises."""

from pathlib import Path

import pytest

from callsheet.connect.ports import Published
from callsheet.testing.contracts import PublisherBench, PublisherContract
from callsheet_files.connector import FilesPublisher
from callsheet_files.options import FilesOptions


class TestFilesPublisher(PublisherContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> PublisherBench:
        def edit(published: Published, text: str) -> None:
            Path(published.location).write_text(text, encoding="utf-8", newline="")

        return PublisherBench(
            open=lambda: FilesPublisher(FilesOptions(dir=tmp_path / "postmortems")),
            edit=edit,
            remove=lambda published: Path(published.location).unlink(),
        )
