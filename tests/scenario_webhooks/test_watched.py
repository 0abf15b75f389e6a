"""The daemon as those see it who watch it: a line of the log for each effect and cycle, metrics, status; no secret."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION
from tests.scenario.test_secrets import MADE_UP, unseen
from tests.scenario_webhooks.daemon import HOUR, Daemon, living


def text(daemon: Daemon, path: str) -> str:
    with closing(HTTPConnection("127.0.0.1", daemon.port, timeout=60)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read().decode()


def lines(daemon: Daemon) -> list[dict[str, Any]]:
    """The log, which is JSON because nobody watches."""
    return [json.loads(line) for line in daemon.words]


def test_each_effect_is_a_line_with_the_other_side_s_request_ids_and_each_cycle_is_one(play: StartPlay) -> None:
    p = play(env=HOUR)
    p.settled()
    p.incident(ACTION)
    with living(p) as daemon:
        pass
    told = lines(daemon)
    events = Counter(line["event"] for line in told)
    assert (events["cycle.done"], events["ticket.filed"], events["note.posted"]) == (1, 2, 1)
    for line in told:
        assert {"event", "level", "timestamp"} <= line.keys()
        if line["event"] in {"ticket.filed", "note.posted"}:
            assert line["request_ids"], line
            assert {"key", "reason", "outcome", "detail"} <= line.keys()
    (cycle,) = [line for line in told if line["event"] == "cycle.done"]
    assert set(cycle["requests"]) == {"pagerduty", "jira"}


def test_a_request_that_is_refused_is_a_line_with_its_id(play: StartPlay) -> None:
    p = play(env=HOUR)
    p.settled()
    p.box.fault("status", status=400, side="jira", method="POST", path="/rest/api/3/issue")
    p.incident(ACTION)
    with living(p) as daemon:
        pass
    refused = [line for line in lines(daemon) if line["event"] == "request.sent"]
    assert {(line["side"], line["method"], line["path"], line["status"]) for line in refused} == {
        ("jira", "POST", "/rest/api/3/issue", 400)
    }


def test_what_is_served_and_logged_holds_no_secret(play: StartPlay) -> None:
    p = play(
        env={**HOUR, **MADE_UP, "CALLSHEET_NOTIFIERS": "apprise", "CALLSHEET_LOG_LEVEL": "debug"},
    )
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.wait(days=20)
    with living(p) as daemon:
        daemon.pagerduty_tells(incident)
        served = [text(daemon, path) for path in ("/metrics", "/status", "/readyz", "/healthz")]
    assert 'callsheet_api_requests_total{api="jira"' in served[0]
    assert json.loads(served[1])["sides"]["jira"]["error"] is None
    unseen(p, *served, *daemon.words)
