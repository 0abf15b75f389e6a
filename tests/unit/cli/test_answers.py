"""What commands answer about items and incidents, however these are named, and what they say of slips."""

from __future__ import annotations

import re

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run


@pytest.fixture
def lived(play: StartPlay) -> Play:
    """A daemon that has filed one item, and knows of an incident that deserves no post-mortem."""
    there = play(policy="standing = []\n")
    there.settled()
    there.incident(ACTION)
    there.incident(priority="P5", title="A small thing")
    there.settled()
    return there


def row_of(there: Play, run: Run) -> dict[str, str]:
    """The item's key, its ticket's, and its incident's number."""
    (row,) = run("sheet", "--json", "--all", at=there).json
    return {"item": row["key"], "ticket": row["ticket"]["key"], "number": str(row["incident"]["number"])}


def test_keys_and_numbers_are_known_however_they_are_typed(lived: Play, run: Run) -> None:
    names = row_of(lived, run)
    item, ticket, number = names["item"], names["ticket"], names["number"]
    for word in (item, item.upper(), ticket, ticket.lower(), f"https://jira.example/browse/{ticket}", f" {ticket} "):
        assert run("explain", word, at=lived).out.startswith(f"{item} “Alert when the pool is exhausted”"), word
    for word in (number, f"#{number}", f"incident {number}", f"Incident #{number}"):
        assert run("explain", word, at=lived).out.startswith(f"#{number} “"), word
    assert run("explain", "9" * 40, at=lived).code == 1


def test_an_incident_without_a_post_mortem_is_explained_by_the_rule_it_missed(lived: Play, run: Run) -> None:
    number = int(row_of(lived, run)["number"]) + 1
    said = run("explain", str(number), at=lived).out
    assert said.startswith(f"#{number} “A small thing” (resolved, ")
    assert "no post-mortem: its priority is P5, and the policy asks for P1 or P2 ([open] priorities)" in said
    assert f"`callsheet draft {number}` opens one all the same" in said
    assert run("show", str(number), at=lived).out in said


def test_an_incident_with_a_post_mortem_is_explained_by_why_it_was_opened(lived: Play, run: Run) -> None:
    said = run("explain", row_of(lived, run)["number"], at=lived).out
    assert "because the incident matches the policy" in said


def test_show_finds_the_document_by_item_and_ticket_and_says_what_ends_a_review(lived: Play, run: Run) -> None:
    names = row_of(lived, run)
    shown = {run("show", names[name], at=lived).out for name in ("item", "ticket", "number")}
    assert len(shown) == 1
    assert "## Call sheet" in shown.pop()
    assert "Set `status: final` at the top of " in run("show", names["ticket"], at=lived).err


def test_adopting_says_what_was_and_what_will_be(lived: Play, run: Run) -> None:
    names = row_of(lived, run)
    assert run("adopt", names["item"], names["ticket"].lower(), at=lived).out.endswith(
        f"It follows {names['ticket']} already; nothing needs doing.\n"
    )
    said = run("adopt", names["item"], "OPS-1", at=lived)
    assert (said.code, "`--force` follows OPS-1 " in said.err) == (1, True)
    said = run("adopt", names["ticket"], "OPS-1", "--force", at=lived)
    assert re.search(rf"was {names['ticket']} “.*”, now OPS-1 “.*” \(.+\)", said.out)
    assert f"until then `callsheet retry {names['item']}` takes it back" in said.out
    assert "\nOPS-1 will be followed at the next cycle" in run("explain", names["item"], at=lived).out
    assert f"It is filed as {names['ticket']}; nothing needs doing." in run("retry", names["item"], at=lived).out
    assert run("adopt", names["item"], "OPS-4711", at=lived).code == 1


@pytest.mark.parametrize("words", [("waive", "1"), ("drop", "ai-1")])
@pytest.mark.parametrize("because", ["", "  "])
def test_a_reason_that_says_nothing_is_refused(lived: Play, run: Run, words: tuple[str, str], because: str) -> None:
    said = run(*words, "--because", because, at=lived)
    assert (said.code, "Say why in a few words" in said.err) == (2, True)


def test_a_waiver_is_told_with_who_and_why(lived: Play, run: Run) -> None:
    number = row_of(lived, run)["number"]
    run("waive", number, "--because", "a drill", "--by", "Ana", at=lived)
    assert "no post-mortem: waived by Ana, because a drill" in run("explain", number, at=lived).out


def test_a_cell_that_can_not_be_read_is_told_with_file_row_value_and_what_to_write(lived: Play, run: Run) -> None:
    (row,) = run("sheet", "--json", at=lived).json
    lived.edit_cell(row["incident"]["id"], "Alert when the pool is exhausted", "Due", "next sprint")
    told = (
        "  “Alert when the pool is exhausted”: Due “next sprint” can't be read; it stays 2026-11-20; "
        "write a day such as 2026-12-05"
    )
    for said in (run("once", at=lived).out, run("status", at=lived).out):
        assert told in said
        assert f"1 cell of the call sheet in {lived.documents}" in said
    assert told.partition(": ")[2] in run("show", row["incident"]["id"], at=lived).out


def test_the_past_is_told_with_what_files_it(play: StartPlay, run: Run) -> None:
    there = play(policy="standing = []\n")
    there.incident(ACTION)
    there.settled()
    assert "Not filed (" in run("sheet", at=there).out
    assert "“callsheet backfill --file” files what is held" in run("sheet", at=there).out
    assert all(row["not_filed"] for row in run("sheet", "--json", at=there).json)


@pytest.mark.parametrize("watched", [True, False])
def test_at_a_terminal_the_summary_is_not_drowned_in_log_lines(
    lived: Play, run: Run, monkeypatch: pytest.MonkeyPatch, *, watched: bool
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: watched)
    quiet = run("once", at=lived)
    assert ("cycle.done" in quiet.err, quiet.out.startswith("cycle: nothing to do")) == (not watched, True)
    assert "cycle.done" in run("once", "--verbose", at=lived).err
    lived.env["CALLSHEET_LOG_LEVEL"] = "info"
    assert "cycle.done" in run("once", at=lived).err


@pytest.mark.parametrize("watched", [True, False])
def test_at_a_terminal_what_the_summary_tells_is_told_once(
    lived: Play, run: Run, monkeypatch: pytest.MonkeyPatch, *, watched: bool
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: watched)
    monkeypatch.setattr("sys.stdout.isatty", lambda: watched)
    (row,) = run("sheet", "--json", at=lived).json
    lived.edit_cell(row["incident"]["id"], "Alert when the pool is exhausted", "Due", "next sprint")
    said = run("once", at=lived)
    assert ("next sprint" in said.out, "input.quarantined" in said.err) == (True, not watched)


@pytest.mark.parametrize("command", ["adopt", "drop", "retry"])
def test_help_says_that_a_tickets_key_will_do(run: Run, command: str) -> None:
    said = " ".join(run(command, "--help").out.split())
    assert " ITEM" in said
    assert "or its ticket's" in said


def test_standing_items_stand_last_among_their_like_and_many_are_explained(play: StartPlay, run: Run) -> None:
    there = play()
    there.settled()
    for place in range(5):
        there.incident(title=f"Trouble {place}")
    there.incident(ACTION.replace("@", "due in 5 business days @"), priority="P1")
    there.settled()
    rows = run("sheet", "--json", at=there).json
    assert [row["standing"] for row in rows if row["priority"] == "P1"][-5:] == [True] * 5
    said = run("sheet", at=there).out
    assert "6 more are standing items such as “Hold the blameless review”, none of them late" in said
    assert "`standing = []`" in said
    assert "Hold the blameless review" not in said.partition("6 more")[0]
    assert run("sheet", "--all", at=there).out.count("Hold the blameless review") == 6


@pytest.mark.parametrize("words", [("drop", "ai-1"), ("waive", "1001")])
def test_whoever_gives_no_reason_is_shown_how_one_is_given(run: Run, words: tuple[str, str]) -> None:
    said = run(*words)
    assert said.code == 2
    assert "Missing option '--because'. Say why in a few words, such as --because 'the service is gone'" in said.err
