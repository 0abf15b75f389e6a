"""Owners hear of what is due: once a day at most, over one channel, and never of what is done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.conftest import StartPlay
from tests.loopback import answering
from tests.scenario.daemon import ACTION, Play

POOL = "Alert when the pool is exhausted"
# The item's own dates, without the review that every post-mortem brings.
ALONE = "standing = []\n"
# A Friday, ten o'clock in Berlin.
DUE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def go_to(p: Play, moment: datetime) -> None:
    p.box.advance(moment - p.box.now())


def comments(p: Play, title: str = POOL) -> list[str]:
    """The texts of the comments on a ticket."""
    return [json.dumps(comment["body"]) for comment in p.ticket(title)["fields"]["comment"]["comments"]]


def filed(play: StartPlay, *notes: str, **options: Any) -> tuple[Play, str]:
    p = play(**{"policy": ALONE, **options})
    p.settled()
    incident = p.incident(*(notes or (ACTION,)))
    p.settled()
    p.wait(seconds=30)
    p.settled()
    return p, incident


def test_an_owner_is_reminded_in_business_days_around_the_due_date_and_then_weekly(play: StartPlay) -> None:
    p, _ = filed(play, policy=f"{ALONE}[nudge]\nescalate = {{ fallback_after = false }}\n")
    reminded = []
    for day in range(-6, 20):
        go_to(p, DUE + timedelta(days=day))
        before = len(comments(p))
        p.settled()
        reminded += [day] * (len(comments(p)) - before)
    # Tuesday, Friday, Monday, Wednesday, Tuesday, and the Tuesday after.
    assert reminded == [-3, 0, 3, 5, 11, 18]
    assert "is due on Friday 20 November" in comments(p)[0]
    assert "is due today" in comments(p)[1]
    assert "18 days ago" in comments(p)[-1]


def test_an_owner_has_one_digest_on_a_day_however_often_the_daemon_looks(play: StartPlay) -> None:
    p, _ = filed(play)
    go_to(p, DUE)
    for _ in range(4):
        p.settled()
        p.wait(hours=3)
    assert len(comments(p)) == 1


def test_without_a_channel_the_most_overdue_ticket_gets_one_comment_that_lists_the_others(play: StartPlay) -> None:
    later = ACTION.replace(POOL, "Load-test the pool").replace("2026-11-20", "2026-11-21")
    p, _ = filed(play, f"{ACTION}\n{later}")
    go_to(p, DUE + timedelta(days=3))
    p.settled()
    assert len(comments(p)) == 1
    assert "Load-test the pool" in comments(p)[0]
    assert comments(p, "Load-test") == []


def test_an_overdue_item_shows_so_in_the_document_and_the_note(play: StartPlay) -> None:
    p, incident = filed(play)
    go_to(p, DUE + timedelta(days=3))
    p.settled()
    assert p.rows(incident)[POOL]["Status"] == "overdue"
    assert "1 overdue" in p.our_notes(incident)[0]
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    p.settled()
    assert p.rows(incident)[POOL]["Status"] == "done, 3 days late"


def test_nobody_is_reminded_of_what_is_done_or_was_moved(play: StartPlay) -> None:
    other = ACTION.replace(POOL, "Load-test the pool").replace("ana.ferreira", "jonas.weber")
    p, _ = filed(play, f"{ACTION}\n{other}")
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    p.in_jira("due", issue=p.ticket("Load-test")["key"], on="2026-12-04")
    go_to(p, DUE)
    assert p.settled().counts["nudge.sent"] == 0
    go_to(p, datetime(2026, 12, 4, 9, 0, tzinfo=UTC))
    assert p.settled().counts["nudge.sent"] == 1
    assert len(comments(p, "Load-test")) == 1


def test_the_day_and_its_hours_are_the_owners_own(play: StartPlay) -> None:
    p, _ = filed(play, ACTION.replace("ana.ferreira", "rahul.mehta"), policy=f'{ALONE}[nudge]\nladder = ["0d"]\n')
    # Half past three in London, nine in Kolkata.
    go_to(p, datetime(2026, 11, 20, 3, 25, tzinfo=UTC))
    assert p.settled().counts["nudge.sent"] == 0
    go_to(p, datetime(2026, 11, 20, 3, 35, tzinfo=UTC))
    assert p.settled().counts["nudge.sent"] == 1


@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
def test_an_owner_answers_in_comments_on_the_ticket(play: StartPlay, flavour: str) -> None:
    p, incident = filed(play, flavour=flavour)
    key = p.ticket(POOL)["key"]
    p.in_jira("comment", issue=key, text="callsheet: due Dec 5 because the vendor is late", user="ana.ferreira")
    p.settled()
    assert p.ticket(POOL)["fields"]["duedate"] == "2026-12-05"
    assert p.rows(incident)[POOL]["Due"] == "2026-12-05"
    p.in_jira("comment", issue=key, text="callsheet: snooze", user="ana.ferreira")
    p.settled()
    said = comments(p)
    assert "needs a reason" in said[-1]
    p.wait(minutes=20)
    p.forget()
    p.settled()
    assert (comments(p), p.writes()) == (said, {})
    p.in_jira("comment", issue=key, text="callsheet: drop because we retire it", user="ana.ferreira")
    p.settled()
    assert p.ticket(POOL)["fields"]["resolution"]
    assert p.rows(incident)[POOL]["Status"] == "dropped"


def test_nobody_else_can_answer_for_the_owner(play: StartPlay) -> None:
    p, _ = filed(play)
    p.in_jira("comment", issue=p.ticket(POOL)["key"], text="callsheet: drop because I say so", user="jonas.weber")
    p.settled()
    assert "only Ana Ferreira" in comments(p)[-1]
    assert p.ticket(POOL)["fields"]["resolution"] is None


def test_who_names_somebody_whom_the_project_refuses_gets_a_reply_and_the_ticket_stays(play: StartPlay) -> None:
    p, incident = filed(play)
    key = p.ticket(POOL)["key"]
    p.in_jira("comment", issue=key, text="callsheet: owner @felix.brandt", user="ana.ferreira")
    report = p.settled()
    assert report.quarantined == []
    (_, said) = found = comments(p)
    assert "Sorry, nothing was changed" in said
    assert "Felix Brandt" in said
    assert "the project does not let tickets be given to them" in said
    assert p.ticket(POOL)["fields"]["assignee"]["displayName"] == "Ana Ferreira"
    assert p.rows(incident)[POOL]["Owner"] == "Ana Ferreira"
    p.wait(minutes=10)
    p.forget()
    p.settled()
    assert (comments(p), p.writes()) == (found, {})
    p.in_jira("comment", issue=key, text="callsheet: owner @marcus.hill", user="ana.ferreira")
    p.settled()
    assert p.ticket(POOL)["fields"]["assignee"]["displayName"] == "Marcus Hill"


def test_nobody_is_reminded_of_what_the_backfill_held_back(play: StartPlay) -> None:
    p = play()
    p.incident(ACTION)
    p.settled()
    go_to(p, DUE + timedelta(days=3))
    p.forget()
    p.settled()
    assert p.writes() == {}


@pytest.fixture
def hook() -> Iterator[tuple[int, list[Any]]]:
    """A web hook: its port, and the paths and messages that came."""
    came: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield server.server_port, came


def test_with_a_channel_the_digest_goes_there_and_nothing_is_commented(
    play: StartPlay, hook: tuple[int, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, came = hook
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    env = {"CALLSHEET_NOTIFIERS": "apprise", "APPRISE_PERSON_URL": f"json://127.0.0.1:{port}/{{email}}"}
    later = ACTION.replace(POOL, "Load-test the pool")
    p, _ = filed(play, f"{ACTION}\n{later}", env=env)
    go_to(p, DUE)
    p.settled()
    p.wait(hours=1)
    p.settled()
    ((path, message),) = came
    assert "ana.ferreira" in path
    assert POOL in message["message"]
    assert "Load-test the pool" in message["message"]
    assert comments(p) == comments(p, "Load-test") == []
