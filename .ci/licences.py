"""Writes docs/licences.md: what the image holds besides us, and under which licence, from the installed packages.

`--show` prints it instead.
"""

import re
import sys
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
# The lock is for every system; the image is this one.
IMAGE = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
# What the Dockerfile takes out again.
REMOVED = {"pip"}
CLASSIFIER = "License :: OSI Approved :: "
SHORT = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "BSD": "BSD",
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Packages whose metadata does not say it.
ELSEWHERE = {
    "click-default-group": "BSD-3-Clause",  # the file LICENSE in it
    "pagerduty": "MIT",  # the file LICENSE in its repository
}
HEAD = """# Licences

What the image holds besides Callsheet (Apache-2.0) and its base, as the packages tell it themselves. `make licences`
writes this page, from `locks/run.lock`.

| package | version | licence |
|---|---|---|
"""


def shipped() -> dict[str, str]:
    """The packages of the image, name to version."""
    lines = (ROOT / "locks" / "run.lock").read_text(encoding="utf-8").splitlines()
    asked = [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[a-z0-9]", line)]
    wanted = [each for each in asked if each.marker is None or each.marker.evaluate(IMAGE)]
    return {each.name: next(iter(each.specifier)).version for each in wanted if each.name not in REMOVED}


def licence(name: str, told: PackageMetadata) -> str:
    """What a package says of its licence: the expression, or the classifiers, or the first line of the text."""
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    if told.get("License-Expression"):
        return str(told["License-Expression"])
    classified = [each.removeprefix(CLASSIFIER) for each in told.get_all("Classifier", []) if CLASSIFIER in each]
    names = classified or [str(told.get("License") or "").strip().partition("\n")[0]]
    return " or ".join(SHORT.get(name, name) for name in names)


def page() -> str:
    """The whole page. PackageNotFoundError when `make setup` is behind the lock."""
    rows = [f"| {name} | {version} | {licence(name, metadata(name))} |" for name, version in sorted(shipped().items())]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    if "--show" in sys.argv:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")
