"""The connector that CONTRIBUTING.md walks through works as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.shape.tree import ROOT

_FILE = re.compile(r"^`(?P<name>[\w./]+\.py)`:\n\n```python\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_sample_connector_is_clean_and_keeps_its_contract(tmp_path: Path) -> None:
    samples = list(_FILE.finditer((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    for sample in samples:
        path = tmp_path / sample["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sample["text"], encoding="utf-8")
    python = [sys.executable, "-m"]
    rules = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]

    said = [
        run([*python, "ruff", "check", *rules, "."], tmp_path),
        run([*python, "ruff", "format", "--check", *rules, "."], tmp_path),
        run([*python, "pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", "tests"], tmp_path),
    ]

    assert len(samples) == 4
    assert re.search(r"\d+ passed", said[-1])


def run(command: list[str], folder: Path) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder / "connectors"),
        "PYTEST_ADDOPTS": "",
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
