"""`review` and `prompts` as people use them."""

from pathlib import Path

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run

POOR = "# Notes\n\nDana should have known better.\n"


@pytest.fixture
def told(play: StartPlay, run: Run) -> tuple[Play, str]:
    """A daemon that wrote a post-mortem, and its incident's number."""
    there = play()
    there.settled()
    there.incident(ACTION)
    there.settled()
    (row,) = (row for row in run("sheet", "--json", at=there).json if row["title"].startswith("Alert when"))
    return there, str(row["incident"]["number"])


def test_a_file_is_reviewed_without_any_configuration(run: Run, tmp_path: Path) -> None:
    (tmp_path / "poor.md").write_text(POOR, encoding="utf-8")
    said = run("review", "poor.md")

    assert said.code == 1
    assert "poor.md: " in said.out
    assert "under the threshold of 80" in said.out
    assert "line 3: should-have “Dana should have known better.”" in said.out


def test_a_folder_is_reviewed_whole_and_as_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "poor.md").write_bytes(b"\xff\xfe" + POOR.encode())
    (tmp_path / "poor.md").write_text(POOR, encoding="utf-8")
    said = run("review", ".", "--threshold", "0", "--json")

    assert said.code == 0
    assert [found["what"] for found in said.json] == ["deep/poor.md", "poor.md"]
    assert said.json[1]["findings"][0].keys() == {"line", "rule", "quote", "hint"}


@pytest.mark.parametrize("word", ["nothing.md", "no/such/place", "empty"])
def test_what_cannot_be_reviewed_ends_in_what_to_do(word: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = run("review", word)

    assert said.code == 2
    assert word in said.err


def test_an_incident_is_reviewed_by_its_number(told: tuple[Play, str], run: Run) -> None:
    there, number = told
    said = run("review", number, "--threshold", "0", at=there)

    assert said.code == 0
    assert said.out.startswith(f"#{number}: ")
    (path,) = (path for path in there.paths() if f"number: {number}\n" in path.read_text())
    assert f"{path}, as the last cycle knew it" in said.out.replace("\n", "")
    (judged,) = run("review", number, "--threshold", "0", "--json", at=there).json
    assert judged["file"] == str(path)
    assert "waiting-for-words" in said.out


def test_prompts_are_printed_for_an_incident_all_or_one(told: tuple[Play, str], run: Run) -> None:
    there, number = told
    pack = run("prompts", number, at=there)
    one = run("prompts", number, "--artefact", "executive-summary", "--json", at=there)

    assert pack.code == one.code == 0
    assert pack.out.count("## Evidence") == pack.out.count("\n[E1] ") == 1
    assert pack.out.count("## Task “") == 7
    assert "## Evidence" in one.json[0]["prompt"]
    assert [entry["artefact"] for entry in one.json] == ["executive-summary"]
    assert f"incident #{number}" in one.json[0]["prompt"]


def test_an_unknown_artefact_names_those_there_are(told: tuple[Play, str], run: Run) -> None:
    there, number = told
    said = run("prompts", number, "--artefact", "poem", at=there)

    assert said.code == 2
    assert "customer-message" in said.err
