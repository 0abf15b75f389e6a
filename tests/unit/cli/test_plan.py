"""`callsheet plan`: a diff that a person can review, in words, as JSON and as a page."""

from __future__ import annotations

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run

POLICY = "standing = []\n[default_route]\nfallback_owner = 'grace.okafor@larkspur.example'\n"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def changed(play: StartPlay) -> Play:
    """A filed item that somebody rewords in the document and moves to another date, and a new row beside it."""
    there = play(policy=POLICY)
    there.settled()
    incident = there.incident(ACTION)
    there.settled()
    there.wait(seconds=30)
    there.settled()
    there.edit_cell(incident, "Alert when the pool is exhausted", "Due", "2027-02-01")
    there.incident(f"ACTION: Look at {EVIL} @ana.ferreira due 2026-11-30")
    return there


def test_a_ticket_is_told_field_by_field(changed: Play, run: Run) -> None:
    said = run("plan", at=changed)
    assert said.code == 0
    assert "Change 1 ticket: the promise changed on our side\n  #1001 “Checkout is slow”\n" in said.out
    assert "“Alert when the pool is exhausted”\n      due on: 2026-11-20 -> 2027-02-01\n" in said.out
    assert "      season: 2026-Q4 -> 2027-Q1\n" in said.out
    assert "Open 1 post-mortem: " in said.out


@pytest.mark.parametrize(
    ("down", "without"), [(("jira",), " without jira"), (("jira", "pagerduty"), " without jira and pagerduty")]
)
def test_a_plan_tells_whom_it_could_not_ask(play: StartPlay, run: Run, down: tuple[str, ...], without: str) -> None:
    there = play(policy="standing = []\n")
    there.settled()
    for side in down:
        there.box.fault("expire_token", side=side)
    said, page = run("plan", at=there), run("plan", "--html", at=there)
    assert (said.code, said.out) == (1, f"Nothing to do, as far as can be seen{without}.\n")
    assert f"<p>Nothing to do, as far as can be seen{without}.</p>" in page.out


def test_what_waits_for_a_project_is_told_by_its_title(play: StartPlay, run: Run) -> None:
    there = play(policy="standing = []\n")
    there.settled()
    there.incident(ACTION)
    there.env["JIRA_PROJECT"] = "NOPE"
    said, page = run("plan", at=there), run("plan", "--html", at=there)
    assert "blocked FileTicket “Alert when the pool is exhausted” (ai-" in said.out
    assert "<p>FileTicket “Alert when the pool is exhausted” (ai-" in page.out
    assert run("once", at=there).out.partition(" (")[0] != "cycle: nothing to do"


def test_a_document_is_told_as_a_short_diff(changed: Play, run: Run) -> None:
    told = run("plan", "--json", at=changed).json
    written, new = [effect for effect in told["effects"] if effect["effect"] == "Publish"]
    assert (new["before"], "diff" in new["after"]) == (None, False)
    signs = {line[:1] for line in written["after"]["diff"]}
    assert signs <= {"+", "-", " ", "@"}
    assert any(line.startswith("+") and "2027-02-01" in line for line in written["after"]["diff"])
    assert written["before"]["lines"] > 50
    assert len(written["after"]["diff"]) < 20


def test_a_new_ticket_is_told_with_its_words(play: StartPlay, run: Run) -> None:
    there = play(policy=POLICY, env={"CALLSHEET_MODE": "shadow"})
    there.settled()
    there.incident(ACTION)
    there.settled()
    told = run("plan", "--json", at=there).json
    (filed,) = [effect for effect in told["effects"] if effect["effect"] == "FileTicket"]
    assert filed["before"] is None
    assert filed["after"]["due_on"] == "2026-11-20"
    assert "An action item from the post-mortem" in filed["after"]["text"]
    assert (filed["incident"]["number"], filed["incident"]["title"]) == (1001, "Checkout is slow")
    words = run("plan", at=there).out
    told = "File 1 ticket: an action item has no ticket yet\n  #1001 “Checkout is slow”\n    “Alert when"
    assert told in words
    assert "      project: OPS · owner: Ana Ferreira · due on: 2026-11-20\n" in words


def test_equal_items_are_told_apart_by_their_incidents_in_short_lines(play: StartPlay, run: Run) -> None:
    there = play(policy=POLICY.removeprefix("standing = []\n"), env={"CALLSHEET_MODE": "shadow"})
    there.settled()
    for title in ("Checkout is slow", "Search is slow"):
        there.incident(title=title)
    there.settled()
    words = run("plan", at=there).out
    for name in ("#1001 “Checkout is slow”", "#1002 “Search is slow”"):
        assert f"  {name}\n    “Hold the blameless review”\n" in words
    assert max(map(len, words.split("\n\nWrite ")[0].splitlines())) <= 80
    page = run("plan", "--html", at=there).out
    assert '<h3>“Hold the blameless review”</h3>\n<p class="quiet">of <a href=' in page
    assert "#1001 “Checkout is slow”</a></p>" in page


def test_what_a_comment_asks_for_is_told_with_what_it_makes_of_the_ticket(changed: Play, run: Run) -> None:
    changed.settled()
    changed.in_jira("comment", issue="OPS-5", user="ana.ferreira", text="callsheet: drop because the service is gone")
    words = run("plan", at=changed).out
    assert "Take over what changed in 1 ticket: somebody commented on the ticket\n" in words
    assert "Close 1 ticket of dropped items: a person dropped the item\n" in words
    assert "because: the service is gone\n" in words


def test_incidents_that_were_not_read_for_the_plan_are_counted(
    play: StartPlay, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callsheet.run.cycle.READ_AHEAD", 1)
    there = play(policy=POLICY)
    there.settled()
    for _ in range(3):
        there.incident(ACTION)
    told = "The tickets and the document of 2 more incidents that open follow in the same run"
    assert told in run("plan", at=there).out
    assert told in run("plan", "--html", at=there).out


def test_a_reminder_is_told_with_its_reason_and_text(changed: Play, run: Run) -> None:
    changed.settled()
    changed.wait(days=28)
    changed.settled()
    changed.wait(days=1)
    told = run("plan", "--json", at=changed).json
    nudges = [effect for effect in told["effects"] if effect["effect"] == "SendNudge"]
    assert all(each["after"]["text"].startswith("Hello ") and each["reason"] for each in nudges)
    assert nudges or "Remind" not in run("plan", at=changed).out


def test_the_page_shows_the_same_and_runs_nothing(changed: Play, run: Run) -> None:
    page = run("plan", "--html", at=changed).out
    assert page.startswith("<!doctype html>")
    assert "<del>2026-11-20</del> → <ins>2027-02-01</ins>" in page
    assert "<script" not in page
    assert run("plan", "--html", "--json", at=changed).code == 2
