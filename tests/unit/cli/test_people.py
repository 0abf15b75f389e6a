"""`callsheet people`, on a sandbox whose Jira knows some people fully, some half, and some not at all."""

from __future__ import annotations

import re

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run

FIELDS = {"id", "name", "email", "active", "account", "how", "problems", "fixes", "promises"}


@pytest.fixture
def lived(play: StartPlay) -> Play:
    """One promise is filed, Ana's."""
    there = play()
    there.settled()
    there.incident(ACTION)
    there.settled()
    return there


def test_everybody_is_shown_with_what_is_unclear_and_what_to_write(lived: Play, run: Run) -> None:
    found = {each["name"]: each for each in run("people", "--json", at=lived).json}
    assert all(each.keys() == FIELDS for each in found.values())
    assert (found["Ana Ferreira"]["how"], found["Ana Ferreira"]["promises"]) == ("e-mail", 1)
    assert found["Diego Santos"]["how"] == "name"
    assert found["Tomasz Zielinski"]["account"] is None
    assert found["Tomasz Zielinski"]["fixes"] == [
        {"table": "accounts", "line": '"tomasz.zielinski@larkspur.example" = "ACCOUNT"'}
    ]
    words = run("people", at=lived)
    assert words.code == 0
    assert "no active account has this e-mail" in words.out
    assert "under [accounts]" in words.out
    # What was asked is remembered: without any request the same is told.
    assert run("people", "--known", "--json", at=lived).json == list(found.values())


def test_a_line_of_the_policy_mends_it(lived: Play, run: Run) -> None:
    (lived.config / "policy.toml").write_text('[accounts]\n"tomasz.zielinski@larkspur.example" = "acc-1"\n')
    (tomasz,) = [p for p in run("people", "--known", "--json", at=lived).json if p["name"] == "Tomasz Zielinski"]
    assert (tomasz["account"]["id"], tomasz["problems"]) == ("acc-1", [])


def test_before_the_first_cycle_the_people_are_read(play: StartPlay, run: Run) -> None:
    there = play()
    assert "Nobody is known yet" in run("people", "--known", at=there).out
    assert len(run("people", "--json", at=there).json) > 10
    there.settled()


def test_a_paging_side_out_of_reach_is_named_with_what_to_check_and_what_still_works(lived: Play, run: Run) -> None:
    lived.env["PAGERDUTY_BASE_URL"] = "http://127.0.0.1:1"
    said = run("people", at=lived)
    assert (said.code, said.out) == (1, "")
    assert "could not reach PagerDuty at 127.0.0.1 (ConnectError" in said.err
    assert said.err.endswith(
        "; check PAGERDUTY_BASE_URL.\n`callsheet people --known` tells what is known already, and asks nobody.\n"
    )
    assert "Ana Ferreira" in run("people", "--known", at=lived).out


def test_forgetting_asks_unless_told_not_to_and_says_what_stays(lived: Play, run: Run) -> None:
    refused = run("people", "forget", "ana.ferreira@larkspur.example", at=lived)
    assert refused.code == 2
    assert "--yes" in refused.err
    assert run("sheet", "--json", "--owner", "Ana Ferreira", at=lived).json != []
    done = run("people", "forget", "ana.ferreira@larkspur.example", "--yes", at=lived)
    assert done.code == 0
    assert re.search(r"Tickets that name them, to change in the tracker: OPS-\d+\n", done.out)
    assert "1 open promise goes to the fallback owner" in done.out
    lived.settled()
    assert "Ana Ferreira" not in run("sheet", "--all", at=lived).out
    assert run("people", "forget", "ana.ferreira@larkspur.example", "--yes", at=lived).code == 1


def test_nobody_is_told_in_words(lived: Play, run: Run) -> None:
    said = run("people", "forget", "somebody", "--yes", at=lived)
    assert said.code == 1
    assert "nobody is known as somebody" in said.err


def test_what_the_filing_found_out_is_known_for_as_long_as_the_ticket_stands(lived: Play, run: Run) -> None:
    lived.wait(days=3)
    lived.settled()
    found = {each["name"]: each for each in run("people", "--known", "--json", at=lived).json}
    assert (found["Ana Ferreira"]["how"], found["Ana Ferreira"]["promises"]) == ("e-mail", 1)
    assert found["Diego Santos"]["how"] == "not asked yet"
