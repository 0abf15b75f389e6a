"""Nothing that is committed names a package registry's host, or a path of the machine it was written on."""

from __future__ import annotations

import re

from tests.shape.tree import files, name_of

# Letters in brackets keep this file from matching itself.
_HOSTS = r"[p]ypi[.]org|[p]ythonhosted[.]org|deb[.][d]ebian[.]org|registry[.][n]pmjs|[p]roxy[.]golang"
_PATHS = r"/[w]ork/(main|shared|[.]library)|/[f]arm/|/[o]pt/(wheels|pypi)"
_LEAK = re.compile(f"{_HOSTS}|{_PATHS}", re.IGNORECASE)
_LOCK_LEAK = re.compile(f"{_LEAK.pattern}|[f]ile:///|://|--(extra-)?index-url|--find-links", re.IGNORECASE)
_LOCK = re.compile(r".*\.lock|requirements.*\.txt|package-lock\.json")


def test_no_file_names_a_registry_or_this_machine() -> None:
    leaks = []
    for path in files():
        pattern = _LOCK_LEAK if _LOCK.fullmatch(path.name) else _LEAK
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if pattern.search(line):
                leaks.append(f"{name_of(path)}:{number}: {line.strip()[:120]}")

    assert leaks == []
