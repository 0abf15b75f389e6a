"""Commands that only read need neither secrets nor anybody's answer, and lead on whoever asks for what is not there."""

from __future__ import annotations

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run

READERS = [("sheet",), ("show", "1"), ("explain", "ana.ferreira@larkspur.example")]


@pytest.fixture
def lived(play: StartPlay) -> Play:
    """A daemon that has filed three items."""
    there = play()
    there.settled()
    there.incident(ACTION, "TODO: Raise the limit")
    there.settled()
    return there


def alone(there: Play) -> Play:
    """The same folder, as somebody sees it who has no secret and whose sandbox is gone."""
    there.env = {name: value for name, value in there.env.items() if name == "CALLSHEET_DATABASE_URL"}
    there.env["CALLSHEET_CLOCK_URL"] = "http://127.0.0.1:9/clock"
    return there


def test_readers_need_neither_secrets_nor_the_clock(lived: Play, run: Run) -> None:
    incident = run("sheet", "--json", at=lived).json[0]["incident"]
    there = alone(lived)
    for words in (("sheet",), ("status",), ("show", incident["id"]), ("explain", incident["id"])):
        said = run(*words, at=there)
        assert said.code == 0, (words, said.err)
        assert said.out
    assert "the last cycle’s" in run("sheet", at=there).err
    assert len(run("sheet", "--json", at=there).json) == 3


def test_the_configuration_is_shown_while_something_is_missing(lived: Play, run: Run) -> None:
    found = {line["variable"]: line["from"] for line in run("config", "show", "--json", at=lived).json}
    assert (found["JIRA_PROJECT"], found["PAGERDUTY_API_TOKEN"]) == ("environment", "environment")
    said = run("config", "show", at=alone(lived))
    assert said.code == 2
    assert "JIRA_BASE_URL=  # missing" in said.out
    assert "CALLSHEET_MODE=full  # default" in said.out
    assert "No cycle can start with this:\n" in said.err
    assert "JIRA_API_TOKEN: is missing" in said.err


def test_all_that_is_wrong_is_shown_and_not_only_what_is_misspelt(lived: Play, run: Run) -> None:
    (lived.config / "jira.env").write_text("JIRA_API_TOKN=canary-1\n")
    lived.env = {n: value for n, value in lived.env.items() if n != "JIRA_API_TOKEN"} | {"CALLSHEET_MODE": "ful"}
    said = run("config", "show", at=lived)
    assert said.code == 2
    for told in ("JIRA_API_TOKN: is not", "JIRA_API_TOKEN: is missing", "CALLSHEET_MODE: must be"):
        assert told in said.err
    assert "canary" not in said.out + said.err


def test_without_a_database_there_is_no_status(play: StartPlay, run: Run) -> None:
    there = play()
    for words in ((), ("--json",), ("--check",)):
        said = run("status", *words, at=there)
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith(f"There is no database yet at {there.database}")
    assert not there.database.exists()


def test_what_concerns_the_core_is_still_told(lived: Play, run: Run) -> None:
    lived.env |= {"CALLSHEET_TIME_ZONE": "Europe/Berln"}
    said = run("status", at=lived)
    assert said.code == 2
    assert "did you mean Europe/Berlin or" in said.err


def test_an_env_file_that_can_not_be_read_is_told_because_it_may_hide_a_setting(lived: Play, run: Run) -> None:
    (lived.config / "jira.env").write_text("this is no variable\n")
    said = run("status", at=lived)
    assert said.code == 0
    assert "jira.env line 1: is not NAME=value" in said.err


def test_a_policy_that_can_not_be_read_leaves_the_defaults_to_a_reader_and_is_told(lived: Play, run: Run) -> None:
    lived.obey("this is no TOML")
    said = run("sheet", "--season", "2026-Q4", at=lived)
    assert (said.code, len(said.out.splitlines())) == (0, 4)
    assert "policy.toml" in said.err


@pytest.mark.parametrize("words", [("sheet",), ("sheet", "--json"), ("season",), ("season", "--csv"), ("status",)])
def test_without_a_database_there_is_nothing_to_tell_and_a_script_sees_it(
    play: StartPlay, run: Run, words: tuple[str, ...]
) -> None:
    there = play()
    said = run(*words, at=there)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"There is no database yet at {there.database}")
    assert not there.database.exists()


@pytest.mark.parametrize("words", [*READERS[1:], ("draft", "1"), ("drop", "ai-1", "--because", "x")])
def test_without_a_database_nothing_is_known(play: StartPlay, run: Run, words: tuple[str, ...]) -> None:
    there = play()
    said = run(*words, at=there)
    assert said.code == 1
    assert "There is no database yet" in said.err
    assert not there.database.exists()


def test_an_empty_call_sheet_is_an_empty_list(play: StartPlay, run: Run) -> None:
    there = play()
    there.settled()
    assert run("sheet", "--json", at=there).json == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--owner", "Anna"), "No item has the owner “Anna”; near it: Ana Ferreira"),
        (("--owner", "zzz"), "there are, for instance, Ana Ferreira"),
        (("--service", "Chekout"), "near it: Checkout API"),
        (("--team", "xx", "--season", "2026-Q3"), "No item has the season “2026-Q3”; near it: 2026-Q4"),
    ],
)
def test_a_filter_that_names_nobody_offers_what_is_near(lived: Play, run: Run, words: list[str], told: str) -> None:
    said = run("sheet", *words, at=lived)
    assert (said.code, said.out) == (0, "")
    assert told in said.err
    said = run("sheet", "--json", *words, at=lived)
    assert said.json == []
    assert told in said.err


def test_filters_that_match_only_apart_are_no_slip(lived: Play, run: Run) -> None:
    said = run("sheet", "--owner", "ana", "--overdue", at=lived)
    assert (said.out, said.err) == ("Nothing is promised here.\n", "")


def test_explaining_what_nobody_knows_ends_in_what_to_try(lived: Play, run: Run) -> None:
    (key,) = [row["ticket"]["key"] for row in run("sheet", "--json", "--owner", "ana", at=lived).json][:1]
    said = run("explain", key.replace("-", ""), "--json", at=lived)
    assert (said.code, said.out) == (1, "")
    assert f"did you mean {key}" in said.err
    assert "`callsheet sheet --all` lists them" in said.err


@pytest.mark.parametrize("word", ["ana.ferreira@larkspur.example", "Ana Ferreira", "@ana.ferreira", "ANA.FERREIRA"])
def test_a_person_however_named_is_explained_by_what_they_keep(lived: Play, run: Run, word: str) -> None:
    (row,) = run("sheet", "--json", "--owner", "ana", at=lived).json
    said = run("explain", word, at=lived)
    assert said.code == 0
    assert said.out.startswith(
        f"Ana Ferreira: 1 open\n  {row['ticket']['key']} “Alert when the pool is exhausted” (P1, "
    )
    assert "\nNo reminder was sent to them yet; `callsheet explain TICKET` tells " in said.out


# The page


def test_all_is_well_is_the_first_line(lived: Play, run: Run) -> None:
    first, _, mode, cycle, *sides = run("status", at=lived).out.splitlines()
    assert first == "All is well, as far as the last cycle saw; `callsheet doctor` asks both sides."
    assert mode == "Mode        full"
    assert "0 s ago): " in cycle
    assert "the daemon runs one every minute" in cycle
    assert "3 tickets filed" in cycle
    assert [side.partition(" ")[0] for side in sides[:3]] == ["files", "jira", "pagerduty"]
    assert all(" ok, read 09:10 UTC (0 s ago)" in side for side in sides[:3])


def test_a_side_that_fails_is_the_first_thing_told_and_why_and_since_when(lived: Play, run: Run) -> None:
    lived.box.fault("expire_token", side="jira")
    lived.wait(minutes=5)
    assert run("once", at=lived).code == 1
    lived.wait(minutes=10)
    assert run("once", at=lived).code == 1
    page = run("status", at=lived).out
    assert page.startswith("Needs a look:\n  - jira could not be read.\n")
    assert [run("status", *words, at=lived).code for words in ((), ("--check",), ("--check", "--json"))] == [0, 1, 1]
    assert "FAILS since 09:15 UTC (10 min ago): refused our credential" in page
    assert "(read 09:10 UTC (15 min ago))" in page
    lived.box.no_faults()
    run("once", at=lived)
    assert run("status", at=lived).out.startswith("All is well,")


def test_a_daemon_that_no_longer_runs_is_told(lived: Play, run: Run) -> None:
    lived.wait(hours=3)
    assert run("status", "--json", at=lived).json["needs"] == [
        "No cycle has come to its end for a while: does `callsheet run` still run?"
    ]


def test_a_mode_that_the_daemon_has_not_heard_of_is_told(lived: Play, run: Run) -> None:
    lived.env["CALLSHEET_MODE"] = "shadow"
    page = run("status", at=lived).out
    assert "The last cycle ran in mode full, the configuration says shadow" in page
    assert "Mode        shadow (documents only, nothing leaves)" in page


def test_what_the_other_side_refused_is_told_once_and_with_its_words(lived: Play, run: Run) -> None:
    lived.box.fault("status", status=400, side="jira", method="POST", path="/rest/api/3/issue")
    lived.incident("TODO: Rotate the keys")
    lived.once()
    found = run("status", "--json", at=lived).json
    assert found["last_cycle"]["failures"] == len(found["rejected"]) == 2
    page = run("status", at=lived).out
    assert "  - 2 things could not be done in the last cycle." in page
    assert "Failed (2): not done in the last cycle" in page
    assert "POST /rest/api/3/issue answered 400" in page
    assert "Rejected" not in page
    assert "callsheet explain" in page


def test_what_a_guard_holds_back_is_told_with_the_way_on(play: StartPlay, run: Run) -> None:
    there = play(policy="[guards]\nfilings_a_cycle = 1\n")
    there.settled()
    there.incident(ACTION, "TODO: Raise the limit")
    there.once()
    (refusal,) = run("status", "--json", at=there).json["refused"]
    page = run("status", at=there).out
    assert "Held back (1): held back by a guard of ours" in page
    assert f"  {refusal['id']}: {refusal['what']}" in page
    run("approve", refusal["id"], at=there)
    assert "(approved: the next cycle goes on)" in run("status", at=there).out
    assert run("status", at=there).out.startswith("All is well,")


def test_an_outcome_that_stays_unknown_is_told_with_its_age(lived: Play, run: Run) -> None:
    lived.box.fault("drop_after", side="jira", method="POST", path="/rest/api/3/issue", times=1)
    lived.incident("TODO: Rotate the keys")
    lived.once()
    lived.wait(hours=1)
    page = run("status", at=lived).out
    assert "  - 1 outcome is unknown for longer than it should take." in page
    assert "Unknown (1): sent, and the answer was lost." in page
    assert "(1 h ago)" in page
