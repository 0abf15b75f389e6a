"""The page for when something goes wrong: each of its cases is shown by tests that exist, and no fault is left out."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## Every case and its outcome")[2]
CASES = re.findall(r"^\| (?!case|---)(.+?) \| (.+?) <!-- (.+?) --> \|$", TABLE, re.MULTILINE)
TEST = re.compile(r"^ *def (test_\w+)\(", re.MULTILINE)


def named_in(folder: Path) -> set[str]:
    return {name for path in folder.rglob("test_*.py") for name in TEST.findall(path.read_text(encoding="utf-8"))}


def test_every_case_names_tests_that_exist() -> None:
    rows = [line for line in TABLE.splitlines() if line.startswith("|")]
    assert len(CASES) == len(rows) - 2 > 40
    there = named_in(ROOT / "tests")
    lost = {name for _, _, names in CASES for name in names.split() if name not in there}
    assert lost == set()


def test_every_fault_that_is_tested_is_a_case_of_the_page() -> None:
    told = {name for _, _, names in CASES for name in names.split()}
    assert named_in(ROOT / "tests" / "scenario_faults") - told == set()


def test_the_page_names_log_events_and_statuses_that_the_code_has() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    (table,) = re.findall(r"^\| event \|.*?\n\n", PAGE, re.MULTILINE | re.DOTALL)
    events = re.findall(r"^\| `([a-z.]+)`", table, re.MULTILINE)
    assert len(events) >= 6
    assert [event for event in events if f'"{event}"' not in code] == []
