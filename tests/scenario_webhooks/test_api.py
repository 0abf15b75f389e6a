"""The API of the real daemon: what a program asks for reaches the ticket; it answers also while both sides are down."""

from __future__ import annotations

import json

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION
from tests.scenario.test_secrets import MADE_UP, unseen
from tests.scenario_webhooks.daemon import HOUR, living, until

JSON = {"Content-Type": "application/json"}
READS = (
    "/sheet",
    "/mine?who=grace.okafor%40larkspur.example",
    "/incidents",
    "/season",
    "/plan",
    "/status",
    "/openapi.json",
)


def test_what_a_program_asks_for_reaches_the_ticket(play: StartPlay) -> None:
    p = play(env=HOUR)
    p.settled()
    p.incident(ACTION)
    p.settled()
    key = p.item("Alert when").key
    with living(p) as daemon:
        before = daemon.cycles()
        body = json.dumps({"priority": "P4", "due": "in 3 weeks"}).encode()
        status, told = daemon.ask("POST", f"/api/v1/items/{key}/change", body, {**JSON, "From": "a bot"})
        assert (status, told["priority"]) == (200, "P4")
        until(lambda: daemon.cycles() > before, "a cycle, because somebody asked")
        _, why = daemon.get(f"/api/v1/explain/{key}")
        assert "(by a bot, through somebody at this machine)" in str(why)
    assert p.ticket("Alert when")["fields"]["priority"]["name"] == "Low"


def test_it_answers_while_both_sides_are_down_and_holds_no_secret(play: StartPlay) -> None:
    p = play(env={**HOUR, **MADE_UP, "CALLSHEET_NOTIFIERS": "apprise"})
    p.settled()
    p.incident(ACTION)
    p.settled()
    bearer = {"Authorization": f"Bearer {MADE_UP['CALLSHEET_WEB_TOKEN']}"}
    with living(p) as daemon:
        for side in ("pagerduty", "jira"):
            p.box.fault("status", status=503, side=side, times=1000)
        served = {path: daemon.ask("GET", f"/api/v1{path}", b"", bearer) for path in READS if path != "/plan"}
        # Nobody waits for the sides' silence: a program asks again until the plan is drawn up.
        until(lambda: daemon.ask("GET", "/api/v1/plan", b"", bearer)[0] == 200, "the plan", 60)
        served["/plan"] = daemon.ask("GET", "/api/v1/plan", b"", bearer)
    assert {status for status, _ in served.values()} == {200}
    assert served["/plan"][1]["silent"].keys() == {"pagerduty", "jira"}
    unseen(p, json.dumps(served))
