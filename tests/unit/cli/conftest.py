"""The command line in this process, on a sandbox."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from callsheet.cli.main import main
from tests.scenario.daemon import Play


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Run]:
    """Runs `callsheet WORDS`, in an empty folder and with the environment of `at` alone."""
    handlers = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    config = structlog.get_config()
    monkeypatch.chdir(tmp_path)

    def call(*words: str, at: Play | None = None) -> Said:
        with monkeypatch.context() as patch:
            for name in ("CALLSHEET_SOURCE", "PAGERDUTY_API_TOKEN", "JIRA_BASE_URL"):
                patch.delenv(name, raising=False)
            for name, value in (at.env if at else {}).items():
                patch.setenv(name, value)
            place = ["--config", str(at.config)] if at else []
            patch.setattr(sys, "argv", ["callsheet", *place, *words])
            capfd.readouterr()
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        out, err = capfd.readouterr()
        return Said(code, out, err)

    yield call
    structlog.configure(**config)
    for name, handler in handlers.items():
        signal.signal(name, handler)
