"""The pages of the real daemon: what it knows, would do, and is asked for there; also while both sides are down."""

from __future__ import annotations

from contextlib import closing
from html import unescape
from http.client import HTTPConnection
from re import search
from urllib.parse import urlencode

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION
from tests.scenario.test_secrets import MADE_UP, unseen
from tests.scenario_webhooks.daemon import HOUR, Daemon, living, until

PAGES = ("/", "/sheet", "/mine?who=x", "/incidents", "/season/2026-Q4", "/status", "/plan")


def page(daemon: Daemon, path: str, form: dict[str, str] | None = None, token: str = "") -> tuple[int, str]:
    headers = {"Accept": "text/html", "Host": f"127.0.0.1:{daemon.port}"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if form is not None:
        headers |= {"Origin": f"http://127.0.0.1:{daemon.port}", "Content-Type": "application/x-www-form-urlencoded"}
    with closing(HTTPConnection("127.0.0.1", daemon.port, timeout=60)) as connection:
        body = urlencode(form or {}).encode()
        connection.request("GET" if form is None else "POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, unescape(answer.read().decode())


def plan(daemon: Daemon) -> tuple[int, str]:
    """The page of the plan, once it is drawn up: on a busy machine it is asked for again."""
    until(lambda: "being drawn up" not in page(daemon, "/plan")[1], "a plan that is drawn up")
    return page(daemon, "/plan")


def test_what_is_asked_for_on_a_page_reaches_the_ticket(play: StartPlay) -> None:
    p = play(env=HOUR)
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    with living(p) as daemon:
        (row,) = [row for row in p.sheet() if row["title"].startswith("Alert when")]
        shown = page(daemon, f"/explain/{row['key']}")[1]
        seal = search(r'name="seal" value="([^"]+)"', shown)
        assert seal, shown
        before = daemon.cycles()
        status, _ = page(
            daemon, f"/items/{row['key']}/change", {"seal": seal[1], "priority": "P4", "due": "in 3 weeks"}
        )
        assert status == 303
        until(lambda: daemon.cycles() > before, "a cycle, because somebody asked")
        assert "by somebody at this machine" in page(daemon, f"/explain/{row['key']}")[1]
        assert "Plot points" in page(daemon, f"/incidents/{incident}")[1]
    ticket = p.ticket("Alert when")
    assert ticket["fields"]["priority"]["name"] == "Low"


def test_the_plan_is_that_of_the_command_and_does_nothing(play: StartPlay) -> None:
    p = play(env=HOUR)
    p.settled()
    p.incident(ACTION)
    p.settled()
    with living(p) as daemon:
        p.incident("ACTION: Watch the pool")
        writes = p.writes()
        status, told = plan(daemon)
        assert (status, "Open 1 post-mortem" in told) == (200, True), told
        assert ": an action item has no ticket yet</h2>" in told
        assert "<bdi>#1002 “Checkout is slow”</bdi>" in told
        assert p.writes() == writes


def test_the_plan_takes_up_a_renewed_secret(play: StartPlay) -> None:
    p = play(env=HOUR)
    p.settled()
    token, place = p.env.pop("JIRA_API_TOKEN"), p.config / "token"
    p.env["JIRA_API_TOKEN_FILE"] = str(place)
    place.write_text("CANARY-an-old-token")
    with living(p) as daemon:
        assert "jira could not be asked" in plan(daemon)[1]
        place.write_text(token)
        p.wait(seconds=61)
        assert "could not be asked" not in plan(daemon)[1]
        place.write_text("")
        p.wait(seconds=61)
        # A file that is empty for a moment, as while it is written, is no reason to show nothing.
        status, told = plan(daemon)
        assert (status, "CANARY" in told) == (200, False)


def test_pages_serve_while_both_sides_are_down_and_hold_no_secret(play: StartPlay) -> None:
    p = play(env={**HOUR, **MADE_UP, "CALLSHEET_NOTIFIERS": "apprise"})
    p.settled()
    p.incident(ACTION)
    p.settled()
    with living(p) as daemon:
        for side in ("pagerduty", "jira"):
            p.box.fault("status", status=503, side=side, times=1000)
        served = [page(daemon, path, token=MADE_UP["CALLSHEET_WEB_TOKEN"]) for path in PAGES]
        until(
            lambda: "could not be asked" in page(daemon, "/plan", token=MADE_UP["CALLSHEET_WEB_TOKEN"])[1],
            "the plan",
            60,
        )
    assert [status for status, _ in served] == [200] * len(PAGES)
    unseen(p, *(text for _, text in served))
