"""SIGTERM: the effect in hand is finished, no new one begins, long waits end, and the exit code is 0."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.scenario.test_faults import CREATE, markers, until_quiet
from tests.scenario_webhooks.daemon import Daemon, until

POOL = "Alert when the pool is exhausted"
ALONE = "standing = []\n"
HOUR = {"CALLSHEET_CYCLE_EVERY": "1h"}
PAUSE = threading.Event()


def begin(play: StartPlay) -> Play:
    p = play(policy=ALONE, env=HOUR)
    p.settled()
    return p


def asked(p: Play, name: str) -> bool:
    return name in p.requests()


def ended(daemon: Daemon) -> float:
    """Seconds from SIGTERM to exit code 0, with nothing ugly said."""
    started = monotonic()
    assert daemon.end() == 0, daemon.words
    assert not any("Traceback" in line for line in daemon.words), daemon.words
    return monotonic() - started


def test_the_effect_in_hand_is_finished_and_no_other_is_begun(play: StartPlay) -> None:
    p = begin(play)
    p.incident("ACTION: Promise one @ana.ferreira\nACTION: Promise two @ana.ferreira\nACTION: Promise six")
    p.box.fault("slow", side="jira", method="POST", path=CREATE["cloud"], seconds=2)
    p.forget()
    daemon = Daemon(p)
    until(lambda: asked(p, f"POST {CREATE['cloud']}"), "the first create is under way")
    assert ended(daemon) < 8
    assert len(p.tickets()) == 1
    with p.store() as store:
        # Its answer was heard: nothing is unknown.
        assert store.intents() == ()
        assert sum(item.ticket_id is not None for item in store.items()) == 1
    p.box.no_faults()
    until_quiet(p)
    assert len(markers(p)) == len(set(markers(p))) == 3


def test_a_create_that_hangs_ends_within_its_timeout_and_is_adopted_later(play: StartPlay) -> None:
    p = begin(play)
    p.incident(ACTION)
    p.box.fault("slow", side="jira", method="POST", path=CREATE["cloud"], seconds=40, times=1)
    daemon = Daemon(p)
    until(p.tickets, "the create is under way")
    # The write timeout is 15 s, so well inside a grace of 60 s.
    assert ended(daemon) < 30
    until_quiet(p)
    assert p.titles() == [POOL]


@pytest.mark.parametrize("side", ["pagerduty", "jira"])
def test_a_long_wait_that_was_asked_for_ends_at_once(play: StartPlay, side: str) -> None:
    p = begin(play)
    p.incident(ACTION)
    p.box.fault("rate_limit", side=side, seconds=55)
    daemon = Daemon(p)
    name = "GET /log_entries" if side == "pagerduty" else "POST /rest/api/3/search/jql"
    p.forget()
    until(lambda: asked(p, name), "it is asked to wait")
    PAUSE.wait(0.3)
    assert ended(daemon) < 6


def test_repeated_reads_against_a_side_that_is_down_end_at_once(play: StartPlay) -> None:
    p = begin(play)
    p.box.fault("html_502", side="pagerduty")
    p.forget()
    daemon = Daemon(p)
    until(lambda: asked(p, "GET /log_entries"), "the first read")
    assert ended(daemon) < 6


def test_a_long_backfill_ends_between_two_reads_and_is_taken_up_again(play: StartPlay) -> None:
    p = play(incidents=12, env={**HOUR, "CALLSHEET_BACKFILL": "90d"})
    slow: dict[str, Any] = {"side": "pagerduty", "method": "GET", "seconds": 0.4}
    p.box.fault("slow", **slow)
    daemon = Daemon(p)
    until(lambda: asked(p, "GET /incidents/{id}/alerts"), "the first dossier", 60)
    before = sum(p.requests().values())
    assert ended(daemon) < 6
    # The dossier in hand, and no other.
    assert sum(p.requests().values()) - before <= 8
    p.box.no_faults()
    until_quiet(p)
    assert p.tickets() == []
    assert len(p.paths()) >= 4
