"""A connector is one folder, one entry point, one wheel package and one line in every list that names connectors."""

from __future__ import annotations

import re
from importlib.metadata import distribution

import pytest

from callsheet.connect import registry
from tests.shape.tree import CONNECTORS, ROOT, project

POINTS: dict[str, str] = project()["project"]["entry-points"][registry.GROUP]
IMPORTS = project()["tool"]["importlinter"]
CONTRACTS = {contract["name"]: contract for contract in IMPORTS["contracts"]}


def test_folders_and_entry_points_are_the_same() -> None:
    assert {f"callsheet_{name}:CONNECTOR" for name in POINTS} == set(POINTS.values())
    assert sorted(value.partition(":")[0] for value in POINTS.values()) == CONNECTORS


def test_what_is_installed_is_what_pyproject_says() -> None:
    installed = {p.name: p.value for p in distribution("callsheet").entry_points if p.group == registry.GROUP}

    assert installed == POINTS, "entry points are read at installation: touch pyproject.toml and run `make setup`"


def test_the_wheel_packages_and_the_type_checker_name_each_connector() -> None:
    tools = project()["tool"]

    assert tools["hatch"]["build"]["targets"]["wheel"]["packages"][0] == "src/callsheet"
    shipped = tools["hatch"]["build"]["targets"]["wheel"]["packages"][1:]
    assert sorted(shipped) == [f"connectors/{name}" for name in CONNECTORS]
    assert sorted(tools["mypy"]["packages"]) == ["callsheet", *CONNECTORS]


def test_every_import_contract_names_each_connector() -> None:
    assert sorted(IMPORTS["root_packages"]) == ["callsheet", *CONNECTORS]
    assert sorted(CONTRACTS["Connectors are strangers to each other"]["modules"]) == CONNECTORS
    assert sorted(CONTRACTS["Connectors see only the contract"]["source_modules"]) == CONNECTORS
    for name in ("The daemon names no vendor", "The sandbox speaks HTTP, not Python"):
        assert set(CONTRACTS[name]["forbidden_modules"]) >= set(CONNECTORS)


@pytest.mark.parametrize("folder", CONNECTORS)
def test_a_connector_brings_its_readme_types_and_variables(folder: str) -> None:
    home = ROOT / "connectors" / folder
    options = registry.load(folder.removeprefix("callsheet_")).options
    readme = (home / "README.md").read_text(encoding="utf-8")

    assert (home / "py.typed").is_file()
    assert [name for name in options.variables() if name not in readme] == []


# Why nothing of theirs is pinned on a cassette: docs/recording.md tells it to people.
UNTAPED = {"callsheet_files": "sends nothing", "callsheet_git": "sends packs, to git's own server"}


def test_the_wire_of_each_connector_is_pinned_on_a_cassette_that_says_where_it_was_recorded() -> None:
    tapes = {path: path.read_text(encoding="utf-8") for path in ROOT.glob("tests/connectors/*/cassettes/*.yaml")}

    assert {f"callsheet_{path.parts[-3]}" for path in tapes} == {*CONNECTORS} - {*UNTAPED}
    assert [path for path, text in tapes.items() if not text.startswith("# Recorded from ")] == []


def test_the_readme_lists_each_connector() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## Connectors\n(?P<text>.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)

    assert section, "README.md has no section `## Connectors`"
    assert sorted(set(re.findall(r"\bcallsheet_[a-z]+\b", section["text"]))) == CONNECTORS
