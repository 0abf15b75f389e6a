"""The wheel holds everything that the tree holds, and the lock everything that the wheel needs."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.shape.tree import CONNECTORS, ROOT, files, name_of, project


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_each_file_of_the_packages(wheel: ZipFile) -> None:
    roots = {ROOT / "src": "callsheet", **dict.fromkeys([ROOT / "connectors"], "")}
    here = {path.relative_to(root).as_posix() for root in roots for path in files() if path.is_relative_to(root)}
    there = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert there == here
    packages = {"callsheet", *CONNECTORS}
    assert {Path(name).parts[0] for name in there} == packages
    assert {f"{package}/py.typed" for package in packages} <= there
    assert any(name.endswith(".sql") for name in there)
    assert any(name.endswith(".j2") for name in there)


def test_the_wheel_announces_its_command_and_connectors(wheel: ZipFile) -> None:
    told = ConfigParser()
    name = next(name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    told.read_string(wheel.read(name).decode())

    assert dict(told["callsheet.connectors"]) == project()["project"]["entry-points"]["callsheet.connectors"]
    assert dict(told["console_scripts"]) == project()["project"]["scripts"]


def test_the_wheel_brings_its_license(wheel: ZipFile) -> None:
    name = next(name for name in wheel.namelist() if name.endswith("licenses/LICENSE"))
    text = wheel.read(name).decode()

    assert text.lstrip().startswith("Apache License")
    assert "END OF TERMS AND CONDITIONS" in text
    assert "limitations under the License." in text


LOCKS = sorted(path for path in files() if path.suffix == ".lock")


def locked(path: Path = ROOT / "requirements.lock") -> dict[str, list[str]]:
    """A lock's requirements and the hashes of each."""
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return {line.partition("--hash")[0].strip(): re.findall(r"--hash=(\S+)", line) for line in lines if line.strip()}


@pytest.mark.parametrize("path", LOCKS, ids=name_of)
def test_every_locked_requirement_has_one_version_and_its_hashes(path: Path) -> None:
    requirements = locked(path)
    assert requirements
    for line, hashes in requirements.items():
        pinned = [specifier.operator for specifier in Requirement(line).specifier]
        assert pinned == ["=="], line
        assert hashes, line
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), line


def asked_for() -> dict[str, list[str]]:
    """By lock, what pyproject.toml asks it for."""
    told = project()
    run, build = told["project"]["dependencies"], told["build-system"]["requires"]
    extras = [line for extra in told["project"]["optional-dependencies"].values() for line in extra]
    return {
        # hatchling needs editables for an editable installation, which builds without isolation
        "requirements.lock": [*run, *extras, *build, "editables"],
        "locks/run.lock": run,
        "locks/build.lock": build,
        "locks/ship.lock": told["dependency-groups"]["ship"],
    }


@pytest.mark.parametrize(("name", "asked"), asked_for().items(), ids=asked_for())
def test_the_lock_satisfies_what_pyproject_asks_for(name: str, asked: list[str]) -> None:
    versions: dict[str, list[Version]] = {}
    for line in locked(ROOT / name):
        requirement = Requirement(line)
        version = next(iter(requirement.specifier)).version
        versions.setdefault(canonicalize_name(requirement.name), []).append(Version(version))
    unmet = [
        line
        for line in map(Requirement, asked)
        if not any(each in line.specifier for each in versions.get(canonicalize_name(line.name), []))
    ]

    assert unmet == [], "run `make lock`"


@pytest.mark.parametrize("name", ["run", "build"])
def test_the_image_takes_the_versions_that_the_tests_run_on(name: str) -> None:
    tested = {str(Requirement(line)).partition(";")[0]: set(hashes) for line, hashes in locked().items()}
    other = [
        line
        for line, hashes in locked(ROOT / "locks" / f"{name}.lock").items()
        if tested.get(str(Requirement(line)).partition(";")[0]) != set(hashes)
    ]

    assert other == [], "run `make lock`"
