"""A reply that is lost, late, cut or not a reply at all: the write happened or it did not, and it is one in the end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callsheet.model.ledger import IntentState
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play, out
from tests.scenario.test_faults import CREATE, markers, until_quiet

POOL = "Alert when the pool is exhausted"
ALONE = "standing = []\n"
NOTE = "/incidents/[^/]+/notes"
CLOSE: dict[str, Any] = {"how": "close"}
RESET: dict[str, Any] = {"how": "reset"}
# What may come back from a POST: kind, its options, and whether the write was carried out.
REPLIES: dict[str, tuple[str, dict[str, Any], bool]] = {
    "closed before": ("drop_before", CLOSE, False),
    "reset before": ("drop_before", RESET, False),
    "closed after": ("drop_after", CLOSE, True),
    "reset after": ("drop_after", RESET, True),
    "truncated": ("truncate", {}, True),
    "201 with an empty body": ("empty_body", {}, True),
    "502 before": ("html_502", {}, False),
    "502 after": ("html_502", {"act": True}, True),
    "500 after": ("status", {"act": True, "status": 500}, True),
    "503 with Retry-After, after": ("status", {"act": True, "status": 503, "headers": {"Retry-After": "7"}}, True),
}


def begin(play: StartPlay, **options: Any) -> Play:
    p = play(policy=ALONE, **options)
    p.settled()
    return p


def spoil(p: Play, reply: str, **where: Any) -> bool:
    """The next such reply goes wrong; whether its write is carried out."""
    kind, more, done = REPLIES[reply]
    p.box.fault(kind, times=1, **where, **more)
    return done


@pytest.mark.parametrize(
    ("flavour", "reply"),
    [*(("cloud", reply) for reply in REPLIES), ("datacenter", "reset after"), ("datacenter", "truncated")],
)
def test_a_create_with_a_bad_reply_is_unknown_then_one_ticket(play: StartPlay, flavour: str, reply: str) -> None:
    p = begin(play, flavour=flavour)
    p.incident(ACTION)
    done = spoil(p, reply, side=p.side, method="POST", path=CREATE[flavour])
    first = p.once()
    assert (first.unknown, first.exit_code) == (1, 0), first.to_json()
    assert len(p.tickets()) == int(done)
    with p.store() as store:
        (intent,) = store.intents(IntentState.SENDING)
    assert intent.error
    until_quiet(p)
    assert p.titles() == [POOL]
    assert len(markers(p)) == 1
    counts = p.requests()
    assert counts[f"POST {CREATE[flavour]}"] == (1 if done else 2)


@pytest.mark.parametrize("reply", ["reset before", "reset after", "truncated", "201 with an empty body", "502 after"])
def test_a_first_note_with_a_bad_reply_is_one_note(play: StartPlay, reply: str) -> None:
    p = begin(play)
    incident = p.incident(ACTION)
    spoil(p, reply, side="pagerduty", method="POST", path=NOTE)
    assert p.once().unknown == 1
    until_quiet(p)
    assert len(p.our_notes(incident)) == 1


@pytest.mark.parametrize("reply", ["reset before", "reset after"])
def test_a_reminder_on_a_ticket_with_a_bad_reply_comes_at_most_once_that_day(play: StartPlay, reply: str) -> None:
    p = begin(play)
    p.incident(ACTION)
    until_quiet(p)
    p.wait(days=21)
    spoil(p, reply, side="jira", method="POST", path="/rest/api/3/issue/[^/]+/comment")
    for _ in range(3):
        p.once()
        p.wait(minutes=6)
    assert len(p.ticket(POOL)["fields"]["comment"]["comments"]) <= 1
    p.wait(days=2)
    p.settled()
    assert "days ago" in json.dumps(p.ticket(POOL)["fields"]["comment"])


@pytest.mark.parametrize("reply", ["reset before", "reset after", "201 with an empty body"])
def test_the_comment_on_a_late_duplicate_is_written_once(play: StartPlay, reply: str) -> None:
    p = begin(play)
    p.incident(ACTION)
    p.box.fault("late_apply", side="jira", method="POST", path=CREATE["cloud"], times=1, seconds="20m")
    p.once()
    p.wait(minutes=6)
    p.once()
    p.wait(minutes=20)
    spoil(p, reply, side="jira", method="POST", path="/rest/api/3/issue/[^/]+/comment")
    until_quiet(p)
    assert len(p.tickets()) == 2
    comments = [c for t in p.tickets() for c in t["fields"]["comment"]["comments"]]
    assert len(comments) == 1
    assert "repeats" in json.dumps(comments[0]["body"])
    assert sum("callsheet-duplicate" in t["fields"]["labels"] for t in p.tickets()) == 1


@pytest.mark.parametrize("reply", ["reset after", "truncated", "502 after", "502 before"])
def test_an_edit_with_a_bad_reply_is_made_in_the_end(play: StartPlay, reply: str) -> None:
    p = begin(play)
    incident = p.incident(ACTION)
    until_quiet(p)
    spoil(p, reply, side="jira", method="PUT")
    p.edit_cell(incident, POOL, "Due", "2026-12-04")
    until_quiet(p)
    assert p.ticket(POOL)["fields"]["duedate"] == "2026-12-04"
    assert not p.item(POOL).conflicts


@pytest.mark.parametrize("reply", ["reset before", "reset after", "truncated", "502 after"])
def test_a_step_with_a_bad_reply_closes_the_dropped_ticket_once(play: StartPlay, reply: str) -> None:
    p = begin(play)
    p.incident(ACTION)
    until_quiet(p)
    assert p.cli("drop", p.item(POOL).key, "--because", "too dear").returncode == 0
    spoil(p, reply, side="jira", method="POST", path="/rest/api/3/issue/[^/]+/transitions")
    until_quiet(p)
    ticket = p.ticket(POOL)
    assert ticket["fields"]["resolution"]["name"] == "Won't Do"
    moves = [item for change in ticket["changelog"] for item in change["items"] if item["field"] == "status"]
    assert len(moves) == 1


@pytest.mark.parametrize("side", ["pagerduty", "jira"])
@pytest.mark.parametrize("kind", ["drop_before", "truncate", "html_502"])
def test_a_read_that_breaks_twice_is_simply_repeated(play: StartPlay, side: str, kind: str) -> None:
    p = begin(play)
    p.incident(ACTION)
    read: dict[str, Any] = {"method": "GET"} if side == "pagerduty" else {"path": "/rest/api/3/search/jql"}
    p.box.fault(kind, side=side, times=2, how="reset", **read)
    p.settled()
    assert p.titles() == [POOL]


def test_an_address_where_nobody_listens_is_never_sent_and_files_at_once_when_it_is_back(play: StartPlay) -> None:
    p = begin(play)
    p.incident(ACTION)
    right = p.env["JIRA_BASE_URL"]
    p.env["JIRA_BASE_URL"] = "http://127.0.0.1:9/jira"
    report = p.once()
    assert report.exit_code == 1
    assert "the connection was refused" in report.unreachable["jira"]
    assert report.requests["jira"] == 0
    p.env["JIRA_BASE_URL"] = right
    p.settled()
    assert p.titles() == [POOL]


def test_once_repeated_against_lost_replies_ends_with_one_ticket_for_each_item(play: StartPlay) -> None:
    p = begin(play)
    for word in ("one", "two", "six"):
        p.incident(f"ACTION: Promise {word} @ana.ferreira\nTODO: Keep {word} @jonas.weber", title=f"Trouble {word}")
    # Every fifth reply is lost after the write; reads too, but they would be repeated after real seconds.
    p.box.fault("drop_after", method="POST", path=CREATE["cloud"], rate=0.2)
    p.box.fault("drop_after", method="POST", path=NOTE, rate=0.2)
    p.box.fault("drop_after", method="PUT", rate=0.2)
    lost = 0
    for _ in range(12):
        report = out(p.cli("once", "--json"))
        lost += report["unknown"]
        p.wait(minutes=2)
        if not report["unknown"] and not any(report["tickets"].values()) and not report["notes"]["posted"]:
            break
    assert lost, "nothing was lost, so nothing was shown"
    assert len(markers(p)) == len(set(markers(p))) == len(p.tickets()) == 6
    assert all(item.ticket_id for item in p.items().values())


def test_status_explain_and_retry_speak_of_an_unknown_outcome(play: StartPlay) -> None:
    p = begin(play)
    p.incident(ACTION)
    p.box.fault("drop_before", side="jira", method="POST", path=CREATE["cloud"], times=1)
    p.once()
    key = p.item(POOL).key
    (unknown,) = out(p.cli("status", "--json"))["unknown"]
    assert unknown["key"] == f"file:{key}"
    assert "ticket filed: not known yet" in p.cli("explain", key).stdout
    told = p.cli("retry", key)
    assert told.returncode == 1
    assert "callsheet adopt" in told.stderr
    until_quiet(p)
    assert p.titles() == [POOL]
    assert out(p.cli("status", "--json"))["unknown"] == []
