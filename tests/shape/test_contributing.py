"""The connector that CONTRIBUTING.md walks through works as it stands there."""

from __future__ import annotations

import os
import re
import shutil
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
    # The house's own rules; what lies in src decides how imports are sorted.
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    python = [sys.executable, "-m"]

    said = [
        run([*python, "ruff", "check", "--no-cache", "connectors", "tests"], tmp_path),
        run([*python, "ruff", "format", "--check", "--no-cache", "connectors", "tests"], tmp_path),
        run([*python, "pytest", "-q", "-p", "no:cacheprovider"], tmp_path),
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
