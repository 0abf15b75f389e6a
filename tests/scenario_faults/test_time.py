"""Clocks that disagree, are set back, or change by an hour: nothing is skipped, and nobody is reminded twice a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import StartPlay
from tests.loopback import answering
from tests.scenario.daemon import ACTION, Play
from tests.scenario.test_faults import CREATE, markers, until_quiet
from tests.scenario.test_nudges import comments, go_to

POOL = "Alert when the pool is exhausted"
ALONE = "standing = []\n"
NEW_YORK = ZoneInfo("America/New_York")


class OurClock:
    """The daemon's clock: the vendors', and so much more or less."""

    def __init__(self) -> None:
        self.play: Play | None = None
        self.ahead = timedelta(0)
        self.url = ""

    def now(self) -> datetime:
        assert self.play is not None
        return self.play.box.now() + self.ahead


@pytest.fixture
def ours() -> Iterator[OurClock]:
    clock = OurClock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"now": clock.now().isoformat()}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        clock.url = f"http://127.0.0.1:{server.server_port}/clock"
        yield clock


def begin(play: StartPlay, clock: OurClock, **options: Any) -> Play:
    p = play(policy=ALONE, env={"CALLSHEET_CLOCK_URL": clock.url}, **options)
    clock.play = p
    return p


def live_an_hour(p: Play, minutes: int = 60) -> list[str]:
    """Once a minute a cycle; now and then an incident, at odd seconds."""
    made = []
    for minute in range(minutes):
        if minute % 10 == 3:
            made.append(p.incident(f"TODO: Promise {len(made)}", title=f"Trouble {minute}"))
        p.wait(seconds=61)
        p.once()
    return made


@pytest.mark.parametrize("ahead", [-10, 10], ids=["slow", "fast"])
def test_with_a_clock_that_is_ten_minutes_off_no_incident_is_skipped_and_none_is_twice(
    play: StartPlay, ours: OurClock, ahead: int
) -> None:
    p = begin(play, ours)
    ours.ahead = timedelta(minutes=ahead)
    p.settled()
    made = live_an_hour(p, 30)
    for _ in range(12):
        p.wait(minutes=1)
        p.once()
    assert len(p.tickets()) == len(made) == len(markers(p)) == len(set(markers(p)))
    assert [len(p.our_notes(incident)) for incident in made] == [1] * len(made)


@pytest.mark.parametrize("step", [-3600, 3600])
def test_a_clock_that_is_set_in_the_middle_loses_and_doubles_nothing(
    play: StartPlay, ours: OurClock, step: int
) -> None:
    p = begin(play, ours)
    p.settled()
    first = p.incident(ACTION)
    p.settled()
    # The first rung: three business days before it is due.
    go_to(p, datetime(2026, 11, 17, 10, tzinfo=UTC))
    p.settled()
    assert len(comments(p)) == 1
    ours.ahead = timedelta(seconds=step)
    made = live_an_hour(p, 15)
    # And it is mended.
    ours.ahead = timedelta(0)
    made += live_an_hour(p, 10)
    for _ in range(5):
        p.wait(minutes=1)
        p.once()
    assert len(p.tickets()) == len(made) + 1 == len(set(markers(p)))
    assert len(p.our_notes(first)) == 1
    assert len(comments(p)) == 1


def test_a_clock_that_is_set_back_while_an_outcome_is_unknown_sends_nothing_early(
    play: StartPlay, ours: OurClock
) -> None:
    p = begin(play, ours)
    p.settled()
    p.incident(ACTION)
    p.box.fault("lag", side="jira", seconds="3m")
    p.box.fault("drop_after", side="jira", method="POST", path=CREATE["cloud"], times=1)
    p.once()
    ours.ahead = -timedelta(hours=1)
    for _ in range(20):
        p.wait(minutes=4)
        p.once()
    assert (p.titles(), len(markers(p))) == ([POOL], 1)


@pytest.mark.parametrize("friday", [datetime(2026, 10, 30, 6, tzinfo=UTC), datetime(2027, 3, 12, 6, tzinfo=UTC)])
def test_a_night_with_another_hour_brings_one_digest_for_each_local_date(play: StartPlay, friday: datetime) -> None:
    p = play(policy=f'{ALONE}[nudge]\nladder = ["0d", "+1d"]\n', now=friday)
    p.settled()
    p.incident(f"ACTION: {POOL} @ana.kowalski due {friday.date().isoformat()} P1")
    until_quiet(p)
    reminded: list[str] = []
    for _ in range(4 * 8 + 4):
        before = len(comments(p))
        p.once()
        reminded += [f"{p.box.now().astimezone(NEW_YORK):%A}"] * (len(comments(p)) - before)
        p.wait(hours=3)
    assert reminded == ["Friday", "Monday"]
