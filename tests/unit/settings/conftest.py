"""Pretend connectors, and a loader that knows them and nothing of this machine."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import Field, SecretStr

from callsheet.connect.options import ConnectorOptions, Problems
from callsheet.connect.registry import Connector, UnknownConnector
from callsheet.settings import Configuration, check_policy, load


class PagerOptions(ConnectorOptions):
    """A source's options."""

    prefix: ClassVar[str] = "PAGERDUTY_"
    api_token: SecretStr = Field(description="Set it to a token.")
    base_url: str = "https://pager.example.com"


class TicketOptions(ConnectorOptions):
    """A tracker's options."""

    prefix: ClassVar[str] = "JIRA_"
    project: str = Field(description="Set it to a project.")
    retries: int = 3
    webhook_secret: SecretStr | None = None


class FolderOptions(ConnectorOptions):
    """A publisher's options."""

    prefix: ClassVar[str] = "FILES_"
    dir: Path = Path("postmortems")


def nothing(*_: Any) -> Any:
    """A builder that nobody calls."""


CONNECTORS = {
    "pagerduty": Connector(name="pagerduty", options=PagerOptions, source=nothing),
    "jira": Connector(name="jira", options=TicketOptions, tracker=nothing),
    "files": Connector(name="files", options=FolderOptions, publisher=nothing),
}


def find(name: str) -> Connector:
    """The registry's promise, kept with the pretend ones."""
    if name == "broken":
        raise ImportError("No module named 'gone'")
    if name not in CONNECTORS:
        raise UnknownConnector(f"no connector is called {name!r}")
    return CONNECTORS[name]


class Given:
    """A config folder and a process environment, filled by a test."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.environ: dict[str, str] = {"PAGERDUTY_API_TOKEN": "pager-token", "JIRA_PROJECT": "OPS"}

    def file(self, name: str, text: str) -> Path:
        """Write a file into the folder."""
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        return path

    def load(self, environ: Mapping[str, str] | None = None, **options: Any) -> Configuration:
        """Load it, with some more variables."""
        return load(self.directory, {**self.environ, **(environ or {})}, find=find, **options)

    def problems(self, environ: Mapping[str, str] | None = None, **options: Any) -> list[str]:
        """What is wrong with it, as an operator reads it."""
        with pytest.raises(Problems) as raised:
            self.load(environ, **options)
        return [str(problem) for problem in raised.value.problems]


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """A folder that is there and empty, and the variables that must be."""
    folder = tmp_path / "config"
    folder.mkdir()
    return Given(folder)


@pytest.fixture
def policy_problems(tmp_path: Path) -> Callable[[str], list[str]]:
    """What is wrong with a policy of that text."""

    def problems(text: str) -> list[str]:
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return [str(problem) for problem in check_policy(path)]

    return problems
