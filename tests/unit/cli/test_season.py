"""`callsheet season`: words, forms, and closing from flags, from a file and on a terminal."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from callsheet.cli import season_close
from callsheet.model.action_item import ItemStatus
from callsheet.plan.due import add_business_days
from callsheet.run.closing import Choice
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run

LIMIT = "=1+1 Raise the limit"


@pytest.fixture
def ended(play: StartPlay) -> Play:
    """Two promises and the review of an incident, still open when their season has passed."""
    there = play(policy="standing = []\n[default_route]\nfallback_owner = 'grace.okafor@larkspur.example'\n")
    there.settled()
    there.incident(ACTION, f"TODO: {LIMIT} due 2026-12-04")
    there.settled()
    there.wait(days=75)
    there.settled()
    return there


def test_a_season_is_told_in_words_that_fit(ended: Play, run: Run) -> None:
    said = run("season", "2026-q4", at=ended)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "Season 2026-Q4: 1 October to 31 December 2026; over since 2027-01-01, not closed"
    assert max(map(len, lines)) <= 100
    (row,) = [line.split() for line in lines if line.startswith("All")]
    assert row == ["All", "2", "0", "0", "0", "0", "2"]
    assert "2 still open: `callsheet season 2026-Q4 --close` renews, cuts or carries them." in said.out
    now = run("season", at=ended)
    assert now.out.startswith("Season 2027-Q1: 1 January to 31 March 2027;")
    assert "Nothing was promised for 2027-Q1 so far." in now.out
    assert "2 promises of earlier seasons still open" in now.out


def test_a_season_as_json_has_the_shape_that_programs_rely_on(ended: Play, run: Run) -> None:
    told = run("season", "2026-Q4", "--json", at=ended).json
    assert told["season"] == {"name": "2026-Q4", "starts_on": "2026-10-01", "ends_on": "2026-12-31"}
    counts = {name: told[name] for name in ("kept", "kept_late", "cut", "renewed", "drifted", "open")}
    assert counts == {"kept": 0, "kept_late": 0, "cut": 0, "renewed": 0, "drifted": 2, "open": 0}
    assert (told["promised"], told["overdue"], told["repeats_on_open_promises"]) == (2, 2, 0)
    for part in ("by_team", "by_service", "by_kind"):
        assert sum(tally["promised"] for tally in told[part].values()) == 2
    assert {"incident_to_postmortem", "incident_to_filed", "filed_to_done"} <= told["days"].keys()
    assert told["investigations"]["incidents"] >= 1
    assert [each["season"]["name"] for each in told["trend"]] == ["2026-Q4"]


def test_an_unknown_season_is_answered_with_the_known_ones(ended: Play, run: Run) -> None:
    said = run("season", "2026-Q9", at=ended)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("There is no season 2026-Q9. Known are 2026-Q4, 2027-Q1; [seasons] in the policy")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--json", "--csv"), "three forms of one answer"),
        (("--carry", "all"), "add --close"),
        (("2027-Q3", "--close"), "2027-Q3 has not begun; close it when it ends, on 2027-09-30."),
        (("2027-Q1", "--close", "--carry", "all"), "2027-Q1 is not over: its last day is 2027-03-31"),
        (("2027-Q1", "--close"), "2026-Q4 is over and has promises to decide: `callsheet season 2026-Q4 --close`."),
        (("--close",), "2026-Q4 has 2 open, undecided. Say --renew ITEM=DATE"),
        (("--close", "--renew", "OPS-1=sometime"), "OPS-1: “sometime” names no day; write one such as 2027-01-29"),
        (("--close", "--renew", "OPS-99=2027-02-01"), "no action item or ticket OPS-99 is known"),
        (("--close", "--from", "nowhere.csv"), "nowhere.csv can't be read: no such file or directory. Give"),
    ],
)
def test_what_can_t_be_done_is_refused_with_what_to_do(
    ended: Play, run: Run, words: tuple[str, ...], told: str
) -> None:
    said = run("season", *words, at=ended)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert {item.status for item in ended.items().values()} == {ItemStatus.OPEN}


def test_csv_has_a_row_for_each_promise_and_no_formula(ended: Play, run: Run) -> None:
    said = run("season", "2026-Q4", "--csv", at=ended)
    rows = list(csv.DictReader(said.out.splitlines()))
    assert {row["title"] for row in rows} == {f"'{LIMIT}", "Alert when the pool is exhausted"}
    assert {(row["season"], row["standing"], row["late"]) for row in rows} == {("2026-Q4", "drifted", "yes")}
    assert all(row["ticket"] and row["decision"] == row["value"] == "" for row in rows)


def test_the_page_needs_nothing_else_and_runs_nothing(ended: Play, run: Run) -> None:
    page = run("season", "2026-Q4", "--html", at=ended).out
    assert page.startswith("<!doctype html>")
    assert LIMIT in page
    assert "<script" not in page
    assert "2 drifted" in page


def filled(ended: Play, run: Run, folder: Path, decide: Callable[[dict[str, str]], tuple[str, str]]) -> Path:
    """The season's CSV as a spreadsheet with other habits saves it, its last two columns filled in."""
    rows = list(csv.DictReader(run("season", "2026-Q4", "--csv", at=ended).out.splitlines()))
    for row in rows:
        row["decision"], row["value"] = decide(row)
    path = folder / "decided.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.DictWriter(file, rows[0], delimiter=";")
        out.writeheader()
        out.writerows(rows)
    return path


def test_a_season_is_closed_from_a_filled_file(ended: Play, run: Run, tmp_path: Path) -> None:
    def decide(row: dict[str, str]) -> tuple[str, str]:
        return ("Renew", "2027-02-26") if row["title"].startswith("Alert") else ("cut", "moved to the vendor")

    said = run("season", "--close", "--from", str(filled(ended, run, tmp_path, decide)), at=ended)
    assert said.code == 0
    assert said.out.splitlines() == [
        "2026-Q4: 1 renewed, 1 cut, 0 carried. It is closed.",
        "The next cycle writes new dates to their tickets, and closes the tickets of what was cut.",
    ]
    ended.settled()
    assert ended.ticket("Alert")["fields"]["duedate"] == "2027-02-26"
    assert "2027-Q1" in ended.ticket("Alert")["fields"]["labels"]
    assert "2026-Q4" not in ended.ticket("Alert")["fields"]["labels"]
    assert ended.item("=1+1").status_because == "moved to the vendor"
    told = run("season", "2026-Q4", "--json", at=ended).json
    assert (told["renewed"], told["cut"], told["closed_on"]) == (1, 1, ended.box.now().date().isoformat())
    assert [each["promised"] for each in told["trend"]] == [2]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("keep", ""), "“keep” is none of renew, cut and carry"),
        (("", "moved on"), "“moved on” stands beside none of renew, cut and carry"),
        (("renew", " "), "a renewal needs a day; write one such as 2027-01-29"),
    ],
)
def test_a_file_s_mistakes_are_told_by_line(
    ended: Play, run: Run, tmp_path: Path, row: tuple[str, str], problem: str
) -> None:
    said = run("season", "--close", "--from", str(filled(ended, run, tmp_path, lambda _: row)), at=ended)
    assert said.code == 2
    assert "line 2, ai-" in said.err
    assert problem in said.err


def test_every_mistake_is_told_at_once(ended: Play, run: Run) -> None:
    key = ended.ticket("Alert")["key"]
    wrong = ("--renew", "OPS-1=sometime", "--cut", f"{key}=", "--carry", "OPS-99")
    said = run("season", "2026-Q4", "--close", *wrong, at=ended)
    assert said.code == 2
    assert [line.partition(":")[0].split()[0] for line in said.err.splitlines()[1:]] == ["OPS-1", key, "no"]


def test_a_season_is_closed_from_flags(ended: Play, run: Run) -> None:
    key = ended.ticket("Alert")["key"]
    said = run("season", "2026-Q4", "--close", "--renew", f"{key}=in 3 weeks", "--carry", "all", "--json", at=ended)
    assert said.err.splitlines()[:2] == [
        "2026-Q4: 1 renewed, 0 cut, 1 carried. It is closed.",
        "The next cycle writes new dates to their tickets.",
    ]
    assert json.loads(said.out)["renewed"] == 1
    assert run("season", "2026-Q4", "--close", at=ended).out == "Nothing in 2026-Q4 is left to decide. It is closed.\n"


def answering(*answers: str) -> Callable[[str, str | None], str]:
    given = iter(answers)
    return lambda _, default: next(given) or (default or "")


def test_a_person_is_asked_about_each(ended: Play, capsys: pytest.CaptureFixture[str]) -> None:
    rules = ended.configuration().rules
    season, today = rules.seasons.of(date(2026, 12, 1)), ended.box.now().date()
    with ended.store() as store:
        waiting = season_close.undecided(store, season, rules, ended.box.now())
        ask = answering("x", "renew", "2026-12-01", "", "c", "", "no longer needed")
        found = list(season_close.asked(waiting, season, today, rules, ask, {}))
    assert [(each.choice, each.because) for each in found] == [(Choice.RENEW, None), (Choice.CUT, "no longer needed")]
    # Offered: a P1's five business days from today.
    assert found[0].due_on == add_business_days(today, 5, rules.calendar)
    out, err = capsys.readouterr()
    assert "1 of 2: Alert when the pool is exhausted" in out
    assert ("Please answer r, c, k, s or q." in err, f"Please name a day from {today}" in err) == (True, True)
    with ended.store() as store:
        stopped = list(season_close.asked(waiting, season, today, rules, answering("k", "q"), {}))
    assert [each.choice for each in stopped] == [Choice.CARRY]
