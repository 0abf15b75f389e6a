"""Shells complete Callsheet's commands, once it is installed; the real program, as a shell calls it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, SCRIPT


def shell(words: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A bash with a home of its own, in which Callsheet is on the path."""
    path = f"{SCRIPT.parent}{os.pathsep}{os.environ['PATH']}"
    # A command behind it keeps bash from becoming the program itself: the shell is found as the program's parent.
    return subprocess.run(
        ["bash", "--norc", "-c", f"{words}; exit $?"],
        env={"PATH": path, "HOME": str(home), "SHELL": "/bin/bash", **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_completion_is_installed_for_the_shell_in_use_and_completes(tmp_path: Path) -> None:
    done = shell("callsheet --install-completion", tmp_path)
    assert done.returncode == 0, done.stderr
    (script,) = tmp_path.rglob("callsheet.sh")
    assert str(script) in (tmp_path / ".bashrc").read_text()
    words = "COMP_WORDS=(callsheet st); COMP_CWORD=1; _callsheet_completion callsheet"
    asked = f'source {script}; {words}; echo "${{COMPREPLY[@]}}"'
    done = shell(asked, tmp_path)
    assert done.stdout.split() == ["status"], done.stderr


def test_completion_can_be_shown_instead(tmp_path: Path) -> None:
    done = shell("callsheet --show-completion", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "_callsheet_completion" in done.stdout


def test_subcommands_and_options_are_completed(tmp_path: Path) -> None:
    for words, place, found in (("callsheet config ", 2, {"show"}), ("callsheet sheet --ov", 2, {"--overdue"})):
        env = {"_CALLSHEET_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(place)}
        assert found <= set(shell("callsheet", tmp_path, **env).stdout.split()), words


def offered(words: str, home: Path, **env: str) -> set[str]:
    """What the shell would offer behind these words."""
    env |= {"_CALLSHEET_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = shell("callsheet", home, **env)
    assert (done.returncode, done.stderr) == (0, "")
    return set(done.stdout.split())


def test_incidents_and_items_are_completed_from_the_database(play: StartPlay, tmp_path: Path) -> None:
    there = play(policy="standing = []\n")
    there.settled()
    there.incident(ACTION)
    there.settled()
    (row,) = there.sheet()
    number, ticket = str(row["incident"]["number"]), row["ticket"]["key"]
    env = {"CALLSHEET_DATABASE_URL": f"sqlite:///{there.database}"}
    assert number in offered(f"callsheet show {number[:2]}", tmp_path, **env)
    assert offered("callsheet retry OP", tmp_path, **env) == {ticket}
    assert {number, ticket} <= offered("callsheet explain ", tmp_path, **env)
    # A shell is no place for errors, and completing makes no database.
    missing = tmp_path / "missing.db"
    assert offered("callsheet show ", tmp_path, CALLSHEET_DATABASE_URL=f"sqlite:///{missing}") == set()
    assert not missing.exists()
    (tmp_path / "torn.db").write_text("no database")
    assert offered("callsheet show ", tmp_path, CALLSHEET_DATABASE_URL=f"sqlite:///{tmp_path}/torn.db") == set()
