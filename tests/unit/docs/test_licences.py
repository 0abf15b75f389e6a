"""docs/licences.md is what the installed packages say, and all of it may be shipped."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "licences.md"
# ADR 0001: permissive ones, and certifi's list of authorities, used as it is.
PERMISSIVE = {"Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0"}
EXCEPT = {"certifi": "MPL-2.0"}


def test_the_page_is_what_the_lock_and_the_packages_say() -> None:
    show = [sys.executable, str(ROOT / ".ci" / "licences.py"), "--show"]
    told = subprocess.run(show, capture_output=True, text=True, check=True).stdout

    assert told == PAGE.read_text(encoding="utf-8"), "run `make licences`"


def test_every_licence_is_permissive() -> None:
    rows = re.findall(r"^\| (\S+) \| \d\S* \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    strict = {name: told for name, told in rows if not permissive(told) and EXCEPT.get(name) != told}

    assert len(rows) > 40
    assert strict == {}
    assert not permissive("MIT AND GPL-3.0-only")


def permissive(told: str) -> bool:
    """Whether one of the licences that may be chosen is, with all that come together in it."""
    choices = re.split(r" or ", told, flags=re.IGNORECASE)
    return any(set(re.split(r" and ", choice, flags=re.IGNORECASE)) <= PERMISSIVE for choice in choices)
