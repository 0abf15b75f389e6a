"""Every command's words, JSON and exit code, as INTERFACE.md has them."""

from __future__ import annotations

import re

import pytest

from callsheet.store import Store
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run

ONCE = {
    "cycle": {"rounds", "seconds"},
    "pulled": {"incidents", "tickets"},
    "postmortems": {"opened", "updated"},
    "tickets": {"filed", "adopted", "updated", "transitioned", "commented"},
    "statuses": {"recorded"},
    "notes": {"posted", "edited"},
    "nudges": {"sent"},
}
LISTS = {"failed", "refused", "quarantined"}
ROW = {
    "key", "title", "kind", "fix", "incident", "service", "team", "owner", "owner_reason", "due_on", "due_reason",
    "priority", "status", "overdue", "ticket",
}  # fmt: skip


@pytest.fixture
def lived(play: StartPlay) -> Play:
    """A daemon whose first cycle has passed, and an incident that it has not seen yet."""
    there = play()
    there.settled()
    there.incident(ACTION, "TODO: Raise the limit")
    return there


def test_a_cycle_tells_everything_it_did_as_json(lived: Play, run: Run) -> None:
    said = run("once", "--json", at=lived)
    assert said.code == 0
    document = said.json
    for name, keys in ONCE.items():
        assert keys <= document[name].keys(), name
    assert {name for name in document if document[name] == []} >= LISTS
    assert (document["tickets"]["filed"], document["postmortems"]["opened"], document["unknown"]) == (3, 1, 0)
    assert document["published"] >= 1
    assert set(document["requests"]) == {"pagerduty", "jira"}
    assert all(number > 0 for number in document["requests"].values())


def test_a_plan_shows_what_would_be_done_and_does_nothing(lived: Play, run: Run) -> None:
    said = run("plan", "--json", at=lived)
    assert said.code == 0
    effects = said.json["effects"]
    assert all({"key", "effect", "reason", "target", "before", "after"} <= effect.keys() for effect in effects)
    assert [each["effect"] for each in effects] == ["OpenPostmortem", *["FileTicket"] * 3, "Publish"]
    assert (effects[0]["reason"], effects[0]["after"]["items"]) == ("the incident matches the policy", 3)
    assert all(number > 0 for number in said.json["requests"].values())
    assert said.json["refused"] == []
    assert run("plan", "--json", at=lived).json == said.json
    assert lived.tickets() == []
    words = run("plan", at=lived)
    assert "the incident matches the policy" in words.out
    run("once", at=lived)
    assert run("plan", at=lived).out.startswith("Nothing to do")


def test_before_the_first_cycle_a_plan_makes_no_database(play: StartPlay, run: Run) -> None:
    there = play()
    assert run("plan", at=there).code == 0
    assert not there.database.exists()


def test_the_sheet_is_sorted_and_filtered(lived: Play, run: Run) -> None:
    lived.settled()
    rows = run("sheet", "--json", at=lived).json
    assert len(rows) == 3
    assert all(row.keys() >= ROW for row in rows)
    assert rows == sorted(rows, key=lambda row: (row["priority"], row["due_on"]))
    alert = next(row for row in rows if row["title"].startswith("Alert when"))
    assert alert["incident"].keys() == {"id", "number", "title", "url"}
    assert alert["owner"]["name"] == "Ana Ferreira"
    assert alert["ticket"].keys() >= {"key", "url"}
    assert (alert["due_on"], alert["status"], alert["overdue"]) == ("2026-11-20", "open", False)
    filters = {
        ("--owner", "ana ferreira"): 1,
        ("--team", alert["team"]): 3,
        ("--team", "No such team"): 0,
        ("--service", alert["service"]): 3,
        ("--season", "2026-Q4"): 3,
        ("--season", "2027-Q1"): 0,
        ("--overdue",): 0,
        ("--all",): 3,
    }
    for words, count in filters.items():
        assert len(run("sheet", "--json", *words, at=lived).json) == count, words
    assert "Alert when" in run("sheet", at=lived).out
    assert run("sheet", "--overdue", at=lived).out.strip() == "Nothing is promised here."


def test_status_tells_how_the_sync_is(lived: Play, run: Run) -> None:
    lived.settled()
    found = run("status", "--json", at=lived).json
    assert found["items"] == {
        "open": 3,
        "overdue": 0,
        "past_date_unfiled": 0,
        "filed": 3,
        "not_filed": 0,
        "held_from_backfill": 0,
    }
    assert found["postmortems"] == {"live": 1, "waived": 0}
    assert found["unknown"] == found["rejected"] == found["refused"] == found["quarantined"] == []
    assert found["incidents_read_to"]
    assert found["needs"] == []


def test_explain_says_what_was_done_and_why(lived: Play, run: Run) -> None:
    lived.settled()
    (row,) = [row for row in run("sheet", "--json", at=lived).json if row["title"].startswith("Alert")]
    for word in (row["key"], row["ticket"]["key"]):
        lines = run("explain", word, "--json", at=lived).json
        assert {line["event"] for line in lines} >= {"ticket.filed"}
        assert lines[0].keys() == {"at", "event", "effect", "key", "reason", "outcome", "subject", "detail"}
    assert "an action item has no ticket yet" in run("explain", row["key"], at=lived).out
    unknown = run("explain", "ai-0000000000000000", at=lived)
    assert (unknown.code, "`callsheet sheet --all` lists them" in unknown.err) == (1, True)


def test_show_prints_the_document_or_says_how_to_get_one(lived: Play, run: Run) -> None:
    before = run("sheet", "--json", at=lived).json
    assert before == []
    lived.settled()
    number = run("sheet", "--json", at=lived).json[0]["incident"]["number"]
    assert "## Call sheet" in run("show", f"#{number}", at=lived).out
    lesser = lived.incident(priority="P5")
    lived.settled()
    assert "`callsheet draft" in run("show", lesser, at=lived).out


def test_people_overrule_the_policy(lived: Play, run: Run) -> None:
    lesser = lived.incident(priority="P5")
    lived.settled()
    assert "opens a post-mortem" in run("draft", lesser, at=lived).out
    assert run("once", "--json", at=lived).json["postmortems"]["opened"] == 1
    assert "is waived" in run("waive", lesser, "--because", "a drill", at=lived).out
    assert run("once", at=lived).code == 0
    assert run("status", "--json", at=lived).json["postmortems"]["waived"] == 1


def test_an_item_is_dropped_and_its_ticket_closed(lived: Play, run: Run) -> None:
    lived.settled()
    (row,) = [row for row in run("sheet", "--json", at=lived).json if row["title"].startswith("Alert")]
    assert run("drop", row["key"], "--because", "we retire it", at=lived).code == 0
    lived.wait(minutes=1)
    assert run("once", "--json", at=lived).json["tickets"]["transitioned"] == 1
    assert lived.ticket("Alert when")["fields"]["resolution"]["name"] == "Won't Do"


# What goes wrong.


@pytest.mark.parametrize("word", ["draft", "show"])
def test_an_unknown_incident_ends_in_what_to_do(lived: Play, run: Run, word: str) -> None:
    said = run(word, "Q99999999", at=lived)
    assert said.code == 1
    assert "no incident Q99999999 is known" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("words", [("drop", "ai-1", "--because", "x"), ("retry", "ai-1"), ("adopt", "ai-1", "OPS-1")])
def test_an_unknown_item_ends_in_what_to_do(lived: Play, run: Run, words: tuple[str, ...]) -> None:
    said = run(*words, at=lived)
    assert (said.code, "`callsheet sheet` lists them" in said.err) == (1, True)


def test_an_unknown_refusal_ends_in_what_there_is(lived: Play, run: Run) -> None:
    said = run("approve", "nope", at=lived)
    assert said.code == 1
    assert "nothing is held back now" in said.err


def test_missing_configuration_lists_all_problems_at_once(run: Run) -> None:
    said = run("once")
    assert said.code == 2
    for variable in ("PAGERDUTY_API_TOKEN", "JIRA_BASE_URL", "JIRA_PROJECT"):
        assert variable in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_a_second_runner_is_refused_with_the_name_of_the_first(lived: Play, run: Run) -> None:
    with lived.store() as store, store.cycle_lock("run"):
        said = run("once", at=lived)
    assert said.code == 1
    assert "`callsheet run`" in said.err


def test_readers_work_beside_a_running_daemon(lived: Play, run: Run) -> None:
    lived.settled()
    with lived.store() as store, store.cycle_lock("run"):
        for words in (("sheet",), ("status",), ("plan",), ("config", "show")):
            assert run(*words, at=lived).code == 0


def test_a_newer_database_is_refused_in_words(lived: Play, run: Run) -> None:
    store = Store(lived.database)
    store.database.execute("PRAGMA user_version = 99")
    store.close()
    said = run("status", at=lived)
    assert (said.code, "backup" in said.err, "Traceback" in said.err) == (1, True, False)


def test_an_unreachable_side_is_one_and_told(lived: Play, run: Run) -> None:
    lived.box.fault("expire_token", side="jira")
    said = run("once", "--json", at=lived)
    assert said.code == 1
    assert set(said.json["unreachable"]) == {"jira"}


def test_a_guard_is_three_and_can_be_approved(play: StartPlay, run: Run) -> None:
    there = play(policy="[guards]\nfilings_a_cycle = 1\n")
    there.settled()
    there.incident(ACTION, "TODO: Raise the limit")
    said = run("once", "--json", at=there)
    assert said.code == 3
    (refusal,) = said.json["refused"]
    assert refusal.keys() == {"id", "guard", "what"}
    assert "Approved" in run("approve", refusal["id"], at=there).out
    assert run("once", "--json", at=there).json["tickets"]["filed"] == 3


def test_who_names_the_folder_behind_the_command_is_told_where_it_belongs(run: Run) -> None:
    said = run("sheet", "--config", "somewhere")
    assert said.code == 2
    assert "--config stands before the command: callsheet --config DIR sheet" in " ".join(said.err.split())


def test_help_and_version_need_nothing(run: Run) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", run("--version").out)
    said = run("--help").out
    for command in ("once", "run", "plan", "backfill", "sheet", "show", "draft", "waive", "status", "explain", "adopt",
                    "retry", "drop", "approve", "policy", "config", "sandbox", "demo"):  # fmt: skip
        assert command in said
