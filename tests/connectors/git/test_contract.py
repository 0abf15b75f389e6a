"""The git publisher keeps what every publisher promises, over a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callsheet.connect.ports import Published
from callsheet.testing.contracts import PublisherBench, PublisherContract
from tests.connectors.git.server import Server, needs_git, publisher


@needs_git
class TestGitPublisher(PublisherContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[PublisherBench]:
        def path(published: Published) -> str:
            return published.location.partition(":")[2]

        with Server(tmp_path) as server:
            yield PublisherBench(
                open=lambda: publisher(server),
                edit=lambda published, text: server.change((path(published), text)),
                remove=lambda published: server.change((path(published), None)),
            )
