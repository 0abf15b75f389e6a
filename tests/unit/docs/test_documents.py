"""What the documents say is there: links, variables, commands, policies, files and functions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer

from callsheet.cli.main import app
from callsheet.connect import registry
from callsheet.settings import Settings, read_policy
from callsheet.settings.configuration import PROXIES
from callsheet.settings.policy_model import PolicyFile

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted(
    [ROOT / name for name in ("README.md", "CHANGELOG.md", "SECURITY.md", "helm/callsheet/README.md")]
    + [*(ROOT / "docs").rglob("*.md")]
)
LIFE = ROOT / "docs" / "life-of-an-incident.md"
# Variables that documents name although no settings and no connector read them.
OTHERS = {
    "CALLSHEET_CONTRACTS": "the tests read it: where the official descriptions are",
    "CALLSHEET_PAYLOADS": "the tests read it: where the recorded payloads are",
    "CALLSHEET_RECORD": "the tests read it: record cassettes anew",
}
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\((?P<target>[^()\s]+)\)")
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"\b(?:CALLSHEET|PAGERDUTY|JIRA|FILES|GIT|APPRISE|DRAFT)_[A-Z][A-Z_]*[A-Z]\b")


SHAPES = {
    "open": "OpenTable",
    "due": "DueTable",
    "calendar": "CalendarTable",
    "standing": "StandingTable",
    "default_route": "Destination",
    "priorities": "PriorityNames",
    "reconcile": "ReconcileTable",
    "nudge": "NudgeTable",
    "seasons": "SeasonsTable",
    "seasons.named": "NamedSeasonTable",
    "guards": "GuardsTable",
    "theatre": "TheatreTable",
    "casting": "CastingTable",
    "casting.wants": "WantsTable",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return FENCE.sub("", text)


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    words = re.sub(r"[`*\[\]]|\([^)]*\)$", "", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    return {slug(match) for match in re.findall(r"^#{1,6} (.+)$", without_code(path.read_text()), re.MULTILINE)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    lost = []
    for target in LINK.findall(without_code(path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        there = (path.parent / place).resolve() if place else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            lost.append(target)

    assert lost == []


def known_variables() -> set[str]:
    sections: list[Any] = [Settings, *(registry.load(name).options for name in registry.names())]
    secrets = {name for section in sections for name in section.secrets()}
    variables = {name for section in sections for name in section.variables()}
    return {*variables, *PROXIES, *(f"{name}_FILE" for name in secrets)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_variable_is_one_that_somebody_reads(path: Path) -> None:
    named = set(VARIABLE.findall(path.read_text(encoding="utf-8")))

    assert named - known_variables() - set(OTHERS) == set()


def test_no_variable_is_excused_that_is_read_or_that_nobody_names() -> None:
    named = {name for path in DOCUMENTS for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}

    assert set(OTHERS) & known_variables() == set()
    assert set(OTHERS) <= named


def test_the_defaults_of_the_variables_that_most_need_are_the_settings() -> None:
    """The table of variables: what it says is the default is the default."""
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8").partition("## The variables that most need\n")[2]
    table = re.findall(r"^\| (`[A-Z].*?) \| (.*?) \|", page.partition("\n## ")[0], re.MULTILINE)
    told: dict[str, str] = {}
    for names, defaults in table:
        variables = VARIABLE.findall(names)
        if "`" in defaults and "or" not in names:
            values = [value.strip().strip("`") for value in defaults.split(",")]
            told |= dict(zip(variables, values, strict=True))
    assert len(told) > 5
    for name, value in told.items():
        if value and name.startswith("CALLSHEET_"):
            assert Settings.read({name: value}) == Settings(), name
        elif value:
            options = registry.load(name.partition("_")[0].lower()).options
            field = options.model_fields[name.removeprefix(options.prefix).lower()]
            assert str(field.default) == value, name


def commands(command: Any, words: tuple[str, ...] = ("callsheet",)) -> Iterator[str]:
    below: Mapping[str, Any] = getattr(command, "commands", {})
    # `callsheet people` is a command itself, and has one below it.
    if not below or (command.invoke_without_command and len(words) > 1):
        yield " ".join(words)
    for name, each in below.items():
        yield from commands(each, (*words, name))


def test_the_table_of_commands_has_every_command_and_every_option_of_the_sheet() -> None:
    section = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    listed = {re.sub(r"(?: --.*| [A-Z…]+)*$", "", words) for words in re.findall(r"`(callsheet [^`]+)`", section)}
    root: Any = typer.main.get_command(app)
    options = {name for each in root.commands["sheet"].params for name in each.opts} - {"--json"}

    assert listed == set(commands(root))
    assert {name for name in options if f"`{name}`" not in section} == set()


def policies() -> Iterator[tuple[str, str]]:
    for path in DOCUMENTS:
        for number, fence in enumerate(FENCE.finditer(path.read_text(encoding="utf-8"))):
            if fence["info"].split()[:1] == ["toml"]:
                yield f"{name_of(path)}:{number}", fence["text"]


@pytest.mark.parametrize(("name", "text"), list(policies()), ids=[name for name, _ in policies()])
def test_every_policy_in_a_document_is_read_without_a_problem(name: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")

    _, problems = read_policy(file, default_zone="UTC")
    assert problems == ()


def test_the_policy_s_page_names_every_table_and_key_and_no_other() -> None:
    page = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^\| table \|.*?\n\n", page, re.MULTILINE | re.DOTALL)
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in listed.split("\n") if line]
    keys: dict[str, set[str]] = {}
    table = ""
    for first, second in rows:
        head = re.match(r"`\[+([a-z_]+(?:\.[a-z_]+)*)", first)
        table = head[1] if head else table
        if table:
            keys.setdefault(table, set()).update(re.findall(r"`([A-Za-z_0-9]+)`", second))
    schema = PolicyFile.model_json_schema()

    assert {name.partition(".")[0] for name in keys} == set(schema["properties"])
    shapes = {name: set(shape["properties"]) for name, shape in schema["$defs"].items() if "properties" in shape}
    # The page writes `P1` … `P5`, sends teams' calendars to [calendar] and routes to [default_route].
    for table in ("due", "priorities", "casting.wants"):
        keys[table] |= {"P2", "P3", "P4"}
    assert keys.pop("calendars") == set()
    assert keys.pop("aliases") == keys.pop("accounts") == set()
    keys["seasons"].add("named")
    keys["casting"].add("wants")
    assert keys.pop("routes") - {"default_route"} == shapes["RouteTable"] - shapes["Destination"]
    for table, named in keys.items():
        assert named == shapes[SHAPES[table]], table


def sections(text: str) -> Iterator[tuple[str, str]]:
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    yield from zip(parts[1::2], parts[2::2], strict=True)


def source_named(name: str) -> Path:
    return ROOT / name if name.startswith("connectors/") else ROOT / "src" / "callsheet" / name


LIFE_SECTIONS = dict(sections(LIFE.read_text(encoding="utf-8")))
# The pages beside it name files in the same way, relative to the source.
PLAIN_FILES = re.compile(r"`((?:[a-z_]+/)+[a-z_0-9]+\.(?:py|sql|toml))`")


@pytest.mark.parametrize("title", list(LIFE_SECTIONS))
def test_the_walk_names_files_and_functions_that_are_there(title: str) -> None:
    text = LIFE_SECTIONS[title]
    paths = [source_named(name) for name in PLAIN_FILES.findall(text)]
    assert [path for path in paths if not path.is_file()] == []

    code = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    functions = re.findall(r"`(\w+)\(\)`", text)
    pulled = (ROOT / "src" / "callsheet" / "run" / "pull.py").read_text(encoding="utf-8")
    assert [name for name in functions if not re.search(rf"^\s*def {name}\(", code + pulled, re.MULTILINE)] == []

    model = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    classes = re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)*)`", text)
    assert [name for name in classes if not re.search(rf"^class {name}\b", model, re.MULTILINE)] == []


def test_the_walk_names_tables_of_the_store() -> None:
    schema = "\n".join(path.read_text() for path in (ROOT / "src" / "callsheet" / "store" / "schema").glob("*.sql"))
    tables = set(re.findall(r"CREATE TABLE (\w+)", schema))
    columns = set(re.findall(r"^    (\w+) +(?:TEXT|INTEGER)", schema, re.MULTILINE))
    stored = re.findall(r"\*Stored:\*(.*?)(?=\*Safe|\n\n)", LIFE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(stored) >= 8
    for words in re.findall(r"`([a-z_.]+)`", " ".join(stored)):
        table, _, column = words.partition(".")
        assert table in tables or table in {"ticket_id", "note_id", "note_text"}, words
        assert not column or column in columns, words


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path != LIFE], ids=name_of)
def test_every_file_that_a_document_names_is_there(path: Path) -> None:
    names = PLAIN_FILES.findall(path.read_text(encoding="utf-8"))
    lost = [name for name in names if not any(there.exists() for there in (ROOT / name, source_named(name)))]

    assert [name for name in lost if name not in {"config/policy.toml"}] == []


def test_decisions_are_listed_and_numbered() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    records = sorted(path for path in folder.glob("[0-9]*.md"))

    assert [f"{number:04}" for number in range(1, len(records) + 1)] == [path.name[:4] for path in records]
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert f"({path.name})" in index
        assert text.startswith(f"# {path.name[:4]}: ")
        assert set(re.findall(r"\*\*\w+\.\*\*", text)) >= {"**Context.**", "**Decision.**", "**Cost.**"}


def test_the_libraries_decision_names_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "docs" / "adr" / "0001-libraries.md").read_text(encoding="utf-8")
    wanted = {re.split(r"[<>=~!\[]", line)[0] for line in project["dependencies"]}
    (table,) = re.findall(r"^\| library .*?\n\n", text, re.MULTILINE | re.DOTALL)
    listed = {name for row in table.split("\n") if row for name in re.findall(r"`([a-z0-9-]+)`", row.split("|")[1])}
    assert listed == wanted
    tools = {re.split(r"[<>=~!\[]", line)[0] for line in project["optional-dependencies"]["dev"]}
    assert {name for name in tools if not name.startswith("types-") and f"`{name}`" not in text} == set()


def test_the_changelog_tells_the_version_that_is_built() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
