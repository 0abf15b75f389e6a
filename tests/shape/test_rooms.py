"""The import contracts hold for every room, and each of them really catches what it forbids."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.tree import ROOMS, ROOT, name_of, project, source_files

CONTRACTS = {contract["name"]: contract for contract in project()["tool"]["importlinter"]["contracts"]}
PLANTS = [
    ("Data flows one way", "src/callsheet/store/table.py", "import callsheet.run.report"),
    ("Data flows one way", "src/callsheet/plan/due.py", "import callsheet.connect.errors"),
    ("Data flows one way", "src/callsheet/attic.py", "# a room that no layer names"),
    ("The core touches nothing", "src/callsheet/plan/due.py", "import os"),
    ("The core touches nothing", "src/callsheet/document/table.py", "import logging"),
    ("The core touches nothing", "src/callsheet/model/ticket.py", "import pydantic"),
    ("The daemon names no vendor", "src/callsheet/bootstrap.py", "import callsheet_jira.connector"),
    ("The daemon names no vendor", "src/callsheet/run/cycle.py", "import pagerduty"),
    ("Connectors see only the contract", "connectors/callsheet_jira/wire.py", "import callsheet.store.codec"),
    ("Connectors see only the contract", "connectors/callsheet_files/client.py", "import callsheet.testing.clock"),
    ("Connectors are strangers to each other", "connectors/callsheet_jira/wire.py", "import callsheet_files.client"),
    ("The sandbox speaks HTTP, not Python", "src/callsheet/sandbox/clock.py", "import callsheet.model.text"),
    ("The sandbox speaks HTTP, not Python", "src/callsheet/sandbox/jira.py", "import callsheet_jira.wire"),
]


@pytest.mark.parametrize(("contract", "file", "line"), PLANTS, ids=[f"{name}: {line}" for name, _, line in PLANTS])
def test_a_planted_import_breaks_its_contract(contract: str, file: str, line: str, tmp_path: Path) -> None:
    for source in (*source_files(), ROOT / "pyproject.toml"):
        copy = tmp_path / name_of(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    with (tmp_path / file).open("a", encoding="utf-8") as planted:
        planted.write(f"\n{line}\n")

    said = linted(tmp_path)

    broken = set(re.findall(r"^(.+) BROKEN$", said, re.MULTILINE))
    if "attic" in file:
        assert "attic" in said
    else:
        assert contract in broken, said


def linted(tree: Path) -> str:
    """What lint-imports says of a copy of the tree."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tree / "src"), str(tree / "connectors")])}
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [program, "--no-cache", "--config", tree / "pyproject.toml"],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0, run.stdout
    return run.stdout + run.stderr


def test_every_room_but_the_contract_is_closed_to_connectors() -> None:
    closed = {f"callsheet.{room}" for room in ROOMS if room not in {"connect", "model"}}

    assert set(CONTRACTS["Connectors see only the contract"]["forbidden_modules"]) == closed


def test_every_room_is_closed_to_the_sandbox() -> None:
    closed = {f"callsheet.{room}" for room in ROOMS if room != "sandbox"}

    assert set(CONTRACTS["The sandbox speaks HTTP, not Python"]["forbidden_modules"]) >= closed


def test_only_the_schedule_knows_the_scheduler() -> None:
    importing = re.compile(r"^\s*(from|import) apscheduler\b", re.MULTILINE)
    found = [name_of(path) for path in source_files() if importing.search(path.read_text(encoding="utf-8"))]

    assert found == ["src/callsheet/run/schedule.py"]
