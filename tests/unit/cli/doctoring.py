"""What the doctor said in JSON, by the name of each check."""

from __future__ import annotations

from tests.unit.cli.conftest import Said

Lines = dict[str, dict[str, str]]


def lines(said: Said) -> Lines:
    """The checks by name; every line that is not ok says what to do."""
    found: list[dict[str, str]] = said.json
    for line in found:
        assert set(line) == {"check", "result", "detail", "fix"}
        assert line["result"] in {"ok", "warning", "error"}, line
        assert bool(line["fix"]) is (line["result"] != "ok"), line
    return {line["check"]: line for line in found}


def troubles(found: Lines) -> set[str]:
    return {name for name, line in found.items() if line["result"] == "error"}
