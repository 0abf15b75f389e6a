"""Files stay short, and every exemption says why."""

from __future__ import annotations

import re
from pathlib import Path

from tests.shape.tree import files, name_of, source_files

LONGEST = 350
NEAR = 6
# Files that may be longer, each with its reason.
LONGER: dict[str, str] = {}
_NOQA = re.compile(r"#\s*noqa\b(?::\s*(?P<codes>[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*))?(?P<reason>.*)")
_IGNORE = re.compile(r"#\s*type:\s*ignore\b(?:\[(?P<codes>[a-z, -]+)\])?(?P<reason>.*)")


def test_no_source_file_is_too_long() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()}
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST}

    assert set(long) <= set(LONGER), f"perhaps two rooms: {long}"
    assert set(LONGER) <= set(long), "an exemption that is not needed any more"


def test_every_exemption_names_its_rule_and_its_reason() -> None:
    silent = []
    for path in _python():
        told: dict[str, int] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = _NOQA.search(line) or _IGNORE.search(line)
            codes = found["codes"] if found else None
            if not found:
                continue
            if codes and _says_why(found["reason"]):
                told[codes] = number
            # Lines of one signature may share a reason.
            if number - told.get(codes or "", -NEAR) >= NEAR:
                silent.append(f"{name_of(path)}:{number}: {line.strip()}")

    assert silent == []


def test_no_exemption_from_types_stands_where_nobody_checks_them() -> None:
    unchecked = set(_python()) - set(source_files())

    assert unchecked
    assert [name_of(path) for path in sorted(unchecked) if _IGNORE.search(path.read_text(encoding="utf-8"))] == []


def test_every_skip_of_a_test_says_why() -> None:
    skip = re.compile(r"pytest\.(?:skip|xfail|mark\.skip|mark\.xfail|importorskip)\b(?P<rest>[^\n]*)")
    silent = [
        f"{name_of(path)}: {found[0]}"
        for path in _python()
        for found in skip.finditer(path.read_text(encoding="utf-8"))
        if "reason=" not in found["rest"] and not re.match(r"\((what|f?[\"'])", found["rest"])
    ]

    assert silent == []


def _python() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def _says_why(rest: str) -> bool:
    return re.search(r"[a-z]{3,}", rest) is not None
