"""Every command explains itself, starting is cheap, and no document quotes a command that does not exist."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from callsheet.cli.main import app
from tests.shape.tree import ROOT, files, name_of

CALLSHEET = Path(sys.executable).with_name("callsheet")
# Heavy, and no use to somebody who asks how a command is called.
LATE = {"apprise", "apscheduler", "fastapi", "httpx2", "jira", "pagerduty", "pydantic", "requests", "uvicorn"}
# Any: typer brings a click of its own, without a public name.
ROOT_COMMAND: Any = typer.main.get_command(app)


def commands(command: Any = ROOT_COMMAND, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and subcommand, as the words one types."""
    yield words
    for name, each in getattr(command, "commands", {}).items():
        yield from commands(each, (*words, name))


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_a_command_answers_help(words: tuple[str, ...]) -> None:
    told = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"})

    assert told.exit_code == 0, told.output
    assert "Usage: " in told.output
    # A list of commands whose sentences break off tells nobody which one to take.
    assert not [line for line in told.output.splitlines() if line.endswith("...") and "Usage: " not in line]
    assert CliRunner().invoke(app, [*words, "-h"]).exit_code == 0


def test_help_imports_nothing_heavy() -> None:
    started = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-X", "importtime", CALLSHEET, "--help"], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - started
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in run.stderr.splitlines()}

    print(f"callsheet --help with -X importtime: {seconds:.2f} s, {len(run.stderr.splitlines())} modules")
    assert "typer" in imported
    assert imported & LATE == set()


DOCUMENTS = [
    path for path in files() if path.suffix in {".md", ".example", ".toml"} and not path.is_relative_to(ROOT / "tests")
]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def quoted(path: Path) -> Iterator[str]:
    """The commands of a document: in backticks, or as lines of a code block, without prompt and comment."""
    text = path.read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        yield from (re.sub(r"^\s*\$\s+|\s+#.*", "", line) for line in block.splitlines())
    yield from (re.sub(r"\s+", " ", words) for words in re.findall(r"`([^`]+)`", BLOCK.sub("", text)))


def unknown(line: str) -> str | None:
    """What a quoted command line asks for and we don't have."""
    words = re.sub(r"^(?:\.venv/bin/|[A-Z_]+=\S+ )+", "", line).split()
    if len(words) < 2 or words[0] not in {"make", "callsheet"}:
        return None
    if words[0] == "make":
        wrong = next((word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word) and word not in TARGETS), None)
        return wrong and f"make {wrong}"
    command, rest = ROOT_COMMAND, iter(words[1:])
    for word in rest:
        below = getattr(command, "commands", {})
        if word.startswith("--"):
            option = next((each for each in command.params if word.partition("=")[0] in each.opts), None)
            if option is None and word != "--help":
                return f"{command.name} {word}"
            if option and not getattr(option, "is_flag", False) and "=" not in word:
                next(rest, None)
        elif below and re.fullmatch(r"[a-z][a-z-]*", word) and word not in below:
            return f"{command.name} {word}"
        else:
            command = below.get(word, command)
    return None


def test_the_search_for_unknown_commands_finds_them() -> None:
    assert unknown("callsheet --config there once --json") is None
    assert unknown("callsheet drop ITEM --because …") is None
    assert unknown("make setup PYTHON=python3.12") is None
    assert unknown("callsheet --config there twice") == "callsheet twice"
    assert unknown("callsheet once --yaml") == "once --yaml"
    assert unknown("callsheet policy burn") == "policy burn"
    assert unknown("make coffee") == "make coffee"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_a_document_quotes_commands_that_exist(path: Path) -> None:
    assert {line: unknown(line) for line in quoted(path) if unknown(line)} == {}


# tests/unit/docs looks after the links of the README and of docs.
WITH_LINKS = [path for path in DOCUMENTS if path.name == "CONTRIBUTING.md" or "connectors" in path.parts]


@pytest.mark.parametrize("path", WITH_LINKS, ids=name_of)
def test_a_document_links_to_files_that_exist(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", BLOCK.sub("", path.read_text(encoding="utf-8")))

    assert [link for link in links if not (path.parent / link).exists()] == []
