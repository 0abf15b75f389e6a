"""What goes wrong on the way: lost replies, sides that are down, tokens that ran out. Nothing twice, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest

from callsheet.run.report import Report
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play, out
from tests.scenario.test_lost import lose

POOL = "Alert when the pool is exhausted"
REVIEW = "Hold the blameless review"
CREATE = {"cloud": "/rest/api/3/issue", "datacenter": "/rest/api/2/issue"}
both = pytest.mark.parametrize("flavour", ["cloud", "datacenter"])


def until_quiet(p: Play, cycles: int = 20) -> int:
    """Cycles until nothing is left to do, each after the time in which an unknown outcome settles."""
    for number in range(cycles):
        report = p.once()
        p.wait(minutes=6)
        if not (report.counts or report.failed or report.unknown or report.unreachable):
            return number
    raise AssertionError(f"not settled after {cycles} cycles: {report.to_json()}")


def markers(p: Play) -> list[str]:
    return sorted(label for t in p.tickets() for label in t["fields"]["labels"] if label.startswith("cs-"))


def told(p: Play) -> dict[str, Any]:
    """Everything that could change: the two products, the items, the documents."""
    state = p.box.state()
    return {
        "issues": state[p.side]["issues"],
        "notes": state["pagerduty"]["notes"],
        "items": p.items(),
        "documents": {path.name: path.read_text() for path in p.paths()},
    }


@both
def test_a_reply_lost_after_the_ticket_was_created_leaves_one_ticket_which_is_adopted(
    play: StartPlay, flavour: str
) -> None:
    p = play(flavour=flavour)
    p.settled()
    incident = p.incident(ACTION)
    p.box.fault("drop_after", side=p.side, method="POST", path=CREATE[flavour], times=1)
    first = p.once()
    assert first.unknown >= 1
    assert len(p.tickets()) == 2
    p.wait(seconds=30)
    report = p.settled()
    assert report.counts["ticket.adopted"] == 1
    assert p.titles() == [POOL, REVIEW]
    p.wait(minutes=10)
    p.settled()
    assert p.titles() == [POOL, REVIEW]
    assert p.rows(incident)[POOL]["Ticket"].startswith(f"[{p.ticket(POOL)['key']}](")


def test_a_lagging_search_does_not_make_a_second_ticket(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident(ACTION)
    p.box.fault("lag", side="jira", seconds="3m")
    p.box.fault("drop_after", side="jira", method="POST", path=CREATE["cloud"], times=2)
    for _ in range(10):
        p.once()
        p.wait(seconds=45)
    assert p.titles() == [POOL, REVIEW]


def test_an_old_version_from_a_lagging_search_never_undoes_what_was_written(play: StartPlay) -> None:
    p = play(policy="standing = []\n")
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.wait(minutes=1)
    p.settled()
    p.box.fault("lag", side="jira", seconds="1m")
    p.edit_cell(incident, POOL, "Due", "2026-12-04")
    p.settled()
    for _ in range(3):
        p.wait(seconds=25)
        assert not p.settled().counts
        assert p.rows(incident)[POOL]["Due"] == p.ticket(POOL)["fields"]["duedate"] == "2026-12-04"


def test_a_request_that_never_arrived_is_sent_again_when_that_is_settled(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident(ACTION)
    p.box.fault("drop_before", side="jira", method="POST", path=CREATE["cloud"], times=2)
    p.once()
    until_quiet(p)
    assert p.titles() == [POOL, REVIEW]


def test_a_late_ticket_is_found_and_linked_and_never_deleted(play: StartPlay) -> None:
    p = play(policy="standing = []\n")
    p.settled()
    p.incident(ACTION)
    p.box.fault("late_apply", side="jira", method="POST", path=CREATE["cloud"], times=1, seconds="20m")
    p.once()
    p.wait(minutes=6)
    p.settled()
    assert len(p.tickets()) == 1
    p.wait(minutes=20)
    p.settled()
    p.wait(minutes=1)
    p.settled()
    assert len(p.tickets()) == 2
    assert [t for t in p.tickets() if t["fields"]["issuelinks"]]
    p.forget()
    p.settled()
    assert p.writes() == {}


def test_with_every_fifth_reply_lost_repeated_cycles_end_with_one_ticket_for_each_item(play: StartPlay) -> None:
    p = play()
    p.settled()
    notes = [f"ACTION: Promise {word} @ana.ferreira\nTODO: Keep {word} @jonas.weber" for word in ("one", "two", "six")]
    incidents = [p.incident(note, title=f"Trouble {place}") for place, note in enumerate(notes)]
    p.box.fault("drop_after", side="jira", rate=0.2)
    p.box.fault("drop_after", side="pagerduty", rate=0.2)
    until_quiet(p, cycles=30)
    p.box.no_faults()
    until_quiet(p)
    assert len(markers(p)) == len(set(markers(p))) == len(p.tickets()) == 9
    assert [len(p.our_notes(incident)) for incident in incidents] == [1, 1, 1]
    assert all(item.ticket_id for item in p.items().values())


def test_an_expired_tokens_empty_200_changes_nothing_and_is_a_failure(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident(ACTION)
    p.settled()
    p.wait(days=1)
    p.box.fault("expire_token", side="jira")
    before = told(p)
    done = p.cli("once", "--json")
    assert done.returncode == 1, done.stderr
    assert "jira" in out(done)["unreachable"]
    assert "Traceback" not in done.stderr
    assert told(p) == before
    p.box.no_faults()
    p.settled()
    assert told(p)["items"] == before["items"]


def test_while_pagerduty_is_down_the_jira_side_still_reconciles(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    p.box.fault("status", side="pagerduty", status=503)
    report = p.once()
    assert report.exit_code == 1
    assert "pagerduty" in report.unreachable
    assert p.rows(incident)[POOL]["Status"] == "done"
    p.box.no_faults()
    p.wait(minutes=6)
    p.settled()
    assert "1 of 2 done" in p.our_notes(incident)[0]


def test_while_jira_is_down_documents_are_written_and_tickets_follow(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.box.fault("status", side="jira", status=503)
    incident = p.incident(ACTION)
    report = p.once()
    assert report.exit_code == 1
    assert "jira" in report.unreachable
    assert POOL in p.rows(incident)
    assert p.tickets() == []
    p.box.no_faults()
    p.wait(minutes=6)
    p.settled()
    assert p.titles() == [POOL, REVIEW]


@pytest.mark.parametrize("status", [401, 503])
def test_a_first_start_without_jira_writes_the_documents_and_files_nothing(play: StartPlay, status: int) -> None:
    p = play()
    incident = p.incident(ACTION)
    p.box.fault("status", side="jira", status=status)
    for _ in range(2):
        report = p.once()
        assert (report.exit_code, list(report.unreachable)) == (1, ["jira"])
        assert set(p.rows(incident)) == {POOL, REVIEW}
        assert "Ana Ferreira" in p.rows(incident)[POOL]["Owner"]
        assert (p.tickets(), p.our_notes(incident)) == ([], [])
        p.wait(minutes=6)
    keys = {item.key for item in p.items().values()}
    p.box.no_faults()
    p.settled(file_backfill=True)
    assert {item.key for item in p.items().values()} == keys
    assert (p.titles(), len(p.our_notes(incident))) == ([POOL, REVIEW], 1)


def test_a_lost_store_tells_nothing_of_what_it_told_before_until_jira_answers(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    lose(p)
    before = told(p)
    p.box.fault("status", side="jira", status=401)
    p.once()
    assert {name: told(p)[name] for name in ("issues", "notes", "documents")} == {
        name: before[name] for name in ("issues", "notes", "documents")
    }
    for path in p.paths():
        path.unlink()
    lose(p)
    p.once()
    assert p.paths() == []
    p.box.no_faults()
    p.wait(minutes=6)
    p.settled()
    assert (p.titles(), set(p.rows(incident))) == ([POOL, REVIEW], {POOL, REVIEW})


@pytest.mark.parametrize("side", ["pagerduty", "jira"])
def test_a_429_is_no_failure_and_the_rest_follows(play: StartPlay, side: str) -> None:
    p = play()
    p.settled()
    p.incident(ACTION)
    p.box.fault("rate_limit", side=side, seconds=600)
    report = p.once()
    assert report.exit_code == 0, report.to_json()
    assert side in report.throttled
    p.box.no_faults()
    p.wait(minutes=11)
    p.settled()
    assert p.titles() == [POOL, REVIEW]


def test_a_429_in_the_middle_of_filing_loses_nothing(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.incident(f"{ACTION}\nTODO: Diff before apply")
    p.box.fault("rate_limit", side="jira", method="POST", path=CREATE["cloud"], after=1, seconds=600)
    report = p.once()
    assert report.exit_code == 0, report.to_json()
    assert len(p.tickets()) == 1
    p.box.no_faults()
    p.wait(minutes=11)
    p.settled()
    assert p.titles() == [POOL, "Diff before apply", REVIEW]


@pytest.mark.parametrize("kind", ["truncate", "empty_body", "html_502", "unknown_fields", "unknown_enum"])
@pytest.mark.parametrize("side", ["pagerduty", "jira"])
def test_a_strange_answer_never_ends_a_cycle_and_the_next_good_one_mends_it(
    play: StartPlay, side: str, kind: str
) -> None:
    p = play()
    p.settled()
    p.incident(ACTION)
    p.box.fault(kind, side=side)
    report = p.once()
    assert isinstance(report, Report)
    p.box.no_faults()
    until_quiet(p)
    # What was strange for a while is read again by the daily sweep.
    p.wait(days=1)
    until_quiet(p)
    assert p.titles() == [POOL, REVIEW]


def test_one_bad_incident_is_set_aside_and_the_others_go_on(play: StartPlay) -> None:
    p = play()
    p.settled()
    bad = p.incident(ACTION, title="Bad")
    good = p.incident("TODO: Diff before apply", title="Good")
    p.box.fault("status", side="pagerduty", path=f"/incidents/{bad}/notes", status=200, body={"notes": "?"})
    report = p.once()
    assert report.quarantined
    assert "Diff before apply" in p.rows(good)
    p.box.no_faults()
    p.wait(days=1)
    until_quiet(p)
    assert POOL in p.titles()
