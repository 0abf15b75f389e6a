"""What stands in the repository, for the tests that hold its parts against each other."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CONNECTORS = sorted(path.parent.name for path in (ROOT / "connectors").glob("*/__init__.py"))
ROOMS = sorted(
    path.stem for path in (ROOT / "src" / "callsheet").glob("[a-z]*") if path.suffix == ".py" or any(path.glob("*.py"))
)
_MADE = {".venv", "build", "dist", "__pycache__", "callsheet-demo", "postmortems", ".state"}


@cache
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def files() -> tuple[Path, ...]:
    """Every file that is committed or would be; in an unpacked archive, every file that nothing here made."""
    if shutil.which("git") and (ROOT / ".git").exists():
        wanted = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(wanted, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        found = [ROOT / name for name in listed.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not _MADE & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def source_files() -> list[Path]:
    """The Python files that are shipped."""
    roots = (ROOT / "src", ROOT / "connectors")
    return [path for path in files() if path.suffix == ".py" and any(path.is_relative_to(root) for root in roots)]


def name_of(path: Path) -> str:
    """A path as a person names it."""
    return path.relative_to(ROOT).as_posix()
