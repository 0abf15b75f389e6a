"""What `once` says on stdout: where a database begins, whose tickets it met, where the documents are, what is alike."""

from __future__ import annotations

from pathlib import Path

from callsheet.cli.summary import alike
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION
from tests.unit.cli.conftest import Run


def test_the_first_cycle_says_where_all_lies_and_what_is_held_and_the_second_does_not(
    play: StartPlay, run: Run
) -> None:
    there = play(policy="standing = []\n")
    there.incident(ACTION)
    first = run("once", at=there)
    assert first.out.startswith(f"a new database begins: {there.database}\n")
    assert '"event": "database.begun"' in first.err
    assert f"  the documents are in {there.documents} (files)\n" in first.out
    assert "  1 promise of past incidents held: `callsheet backfill --file` files them\n" in first.out
    assert "WARNING" not in first.out
    assert run("once", at=there).out == "cycle: nothing to do (requests: jira 1, pagerduty 1)\n"


def test_a_database_in_a_mistyped_place_is_told_from_the_tickets_of_the_other(
    play: StartPlay, run: Run, tmp_path: Path
) -> None:
    there = play()
    there.settled()
    there.incident(ACTION)
    there.settled()
    there.wait(minutes=1)
    new = tmp_path / "mistyped.db"
    there.env["CALLSHEET_DATABASE_URL"] = f"sqlite:///{new}"
    doctor = run("doctor", at=there).out
    assert "warning  jira: tickets of this namespace: there are some, such as OPS-" in doctor
    said = run("once", at=there)
    assert said.out.startswith(f"a new database begins: {new}\n")
    assert "WARNING: the tracker holds 2 tickets that Callsheet filed under this namespace" in said.out
    assert '"event": "database.without_memory"' in said.err
    assert "WARNING" not in run("once", at=there).out
    assert "tickets of this namespace" not in run("doctor", at=there).out


def test_a_cycle_in_which_something_failed_does_not_say_that_there_was_nothing_to_do(play: StartPlay, run: Run) -> None:
    there = play(policy="standing = []\n")
    there.settled()
    there.env["JIRA_PROJECT"] = "NOPE"
    said = run("once", at=there)
    assert said.code == 1
    assert said.out.startswith("cycle: nothing could be done (")


def test_json_alone_stands_on_stdout(play: StartPlay, run: Run) -> None:
    there = play()
    assert run("once", "--json", at=there).json["met_before"] == 0


def test_failures_of_one_cause_are_one_line() -> None:
    why = "project OPSX is not there"
    found = [("FileTicket", "ai-1", why), ("FileTicket", "ai-2", why), ("PostNote", "note:Q1", "no")]
    assert list(alike(found)) == [f"FileTicket ai-1 and 1 more: {why}", "PostNote note:Q1: no"]
