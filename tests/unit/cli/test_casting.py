"""`callsheet casting`, the season's casting, and the leader's card."""

from __future__ import annotations

import csv
import io

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run


@pytest.fixture
def played(play: StartPlay) -> Play:
    """An incident with a post-mortem of the present season."""
    there = play(policy="standing = []\n")
    there.settled()
    there.incident(ACTION)
    there.settled()
    return there


def test_casting_asks_who_is_on_call_and_no_cycle_does(played: Play, run: Run) -> None:
    said = run("casting", "--json", at=played)
    assert said.code == 0
    assert [each["priority"] for each in said.json] == ["P1", "P2", "P3", "P4", "P5"]
    first = said.json[0]
    assert first["wanted"] == "senior"
    assert first["suggested"]["email"].endswith("@larkspur.example")
    assert first["suggested"]["policies"]
    assert {each["name"] for each in first["others"]}.isdisjoint({first["suggested"]["name"]})
    words = run("casting", at=played)
    assert words.out.startswith(f"P1  {first['suggested']['name']} (")
    nobody = run("casting", "--policy", "no such policy", at=played)
    assert nobody.code == 1
    assert "in an escalation policy named “no such policy”; there are, for instance, " in nobody.err


def test_of_days_that_nobody_read_casting_says_nothing(play: StartPlay, run: Run) -> None:
    there = play(policy="standing = []\n")
    assert "turns not known before the first cycle)" in run("casting", at=there).out
    there.settled()
    there.wait(days=20)
    there.settled()
    assert "no turn in 50 days)" in run("casting", at=there).out
    there.wait(days=100)
    assert "no turn in 90 days)" in run("casting", at=there).out


def test_the_season_counts_casting_without_names_in_every_form(played: Play, run: Run) -> None:
    told = run("season", "--json", at=played).json
    counts = told["casting"]
    assert counts == told["trend"][-1]["casting"]
    assert counts
    for each in counts.values():
        assert each["matched"] + each["below"] + each["above"] + each["unknown"] == each["incidents"] > 0
    said = run("season", "--csv", "--casting", at=played)
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert {row["priority"]: int(row["took_over"]) for row in rows} == {
        priority: each["took_over"] for priority, each in counts.items()
    }
    text, page = run("season", at=played).out, run("season", "--html", at=played).out
    for priority, each in counts.items():
        assert f"{priority} {each['took_over']} of {each['incidents']}" in text
        assert f"in {each['took_over']} of {each['incidents']} a leader acted without being called" in page
    assert run("season", "--casting", at=played).code == 2


def test_the_leader_s_card_needs_no_configuration(run: Run) -> None:
    card = run("leader-card")
    assert card.code == 0
    assert card.out.startswith("# Before you join the call\n")
    page = run("leader-card", "--html").out
    assert page.startswith("<!doctype html>")
    assert "<h1>Before you join the call</h1>" in page
