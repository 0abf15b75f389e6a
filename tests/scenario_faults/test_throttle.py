"""Too many requests: nobody sends before the time that the other side named, and nothing is lost or doubled by it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.scenario.test_faults import CREATE, markers, until_quiet

POOL = "Alert when the pool is exhausted"
ALONE = "standing = []\n"
FEED: dict[str, dict[str, Any]] = {
    "pagerduty": {"path": "/log_entries"},
    "jira": {"path": "/rest/api/3/search/jql"},
}
WAIT = 40.0
SOON = timedelta(seconds=3)


def begin(play: StartPlay, **options: Any) -> Play:
    p = play(policy=ALONE, **options)
    p.settled()
    return p


def as_date(p: Play, seconds: float) -> str:
    return format_datetime(p.box.now() + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("side", ["pagerduty", "jira"])
@pytest.mark.parametrize(
    ("form", "least", "most"),
    [
        ("number", WAIT, WAIT + 2),
        ("fraction", WAIT, WAIT + 2),
        ("date", WAIT - 1, WAIT + 2),
        ("reset", WAIT, WAIT + 2),
        ("iso", WAIT, WAIT + 2),
        ("zero", 0, 2),
        ("nothing", 30, 32),
    ],
)
def test_a_read_waits_as_long_as_it_was_asked_to_in_every_form(
    play: StartPlay, side: str, form: str, least: float, most: float
) -> None:
    p = begin(play)
    p.incident(ACTION)
    headers = {
        "number": {"Retry-After": f"{WAIT:.0f}", "RateLimit-Reason": "jira-burst-based"},
        "fraction": {"Retry-After": f"{WAIT + 0.5}"},
        "date": {"Retry-After": as_date(p, WAIT)},
        "reset": {"ratelimit-reset": f"{WAIT:.0f}"},
        "iso": {"X-RateLimit-Reset": (p.box.now() + timedelta(seconds=WAIT)).isoformat()},
        "zero": {"Retry-After": "0"},
        "nothing": {},
    }[form]
    p.box.fault("status", side=side, status=429, headers=headers, times=1, **FEED[side])
    before = p.box.now()
    p.settled()
    assert least <= (p.box.now() - before).total_seconds() <= most
    assert p.titles() == [POOL]


def test_a_create_that_is_throttled_did_not_happen_and_goes_out_when_its_time_has_come(play: StartPlay) -> None:
    p = begin(play)
    p.incident(ACTION)
    path = CREATE["cloud"]
    reason = {"Retry-After": "300", "RateLimit-Reason": "jira-quota-tenant-based"}
    p.box.fault("status", side="jira", status=429, headers=reason, method="POST", path=path, times=1)
    report = p.once()
    assert (report.exit_code, report.unknown) == (0, 0), report.to_json()
    assert "answered 429 (jira-quota-tenant-based)" in p.cli("explain", p.item(POOL).key).stdout
    told = json.loads(p.cli("status", "--json").stdout)["sides"]["jira"]
    assert datetime.fromisoformat(told["held_until"]) - p.box.now() == pytest.approx(timedelta(seconds=300), abs=SOON)
    assert "ok, read" in (page := p.cli("status").stdout)
    assert "; rate-limited until " in page
    p.forget()
    p.wait(seconds=200)
    p.once()
    assert p.requests().get(f"POST {path}") is None
    p.wait(seconds=101)
    p.settled()
    assert p.titles() == [POOL]
    assert p.requests()[f"POST {path}"] == 1


def test_a_throttled_credential_leaves_the_other_side_alone(play: StartPlay) -> None:
    p = begin(play)
    p.box.fault("rate_limit", side="jira", seconds=3000)
    incident = p.incident(ACTION)
    report = p.once()
    assert report.exit_code == 0
    assert set(report.throttled) == {"jira"}
    assert POOL in p.rows(incident)
    # Asked to wait for long, it is asked once in a cycle and then left alone.
    assert p.requests()["POST /rest/api/3/search/jql"] <= 2


def test_a_storm_of_429_loses_and_doubles_nothing(play: StartPlay) -> None:
    p = begin(play)
    incidents = [
        p.incident(f"ACTION: Promise {word} @ana.ferreira\nTODO: Keep {word} @jonas.weber", title=f"Trouble {word}")
        for word in ("one", "two", "six")
    ]
    for side in ("pagerduty", "jira"):
        p.box.fault("rate_limit", side=side, rate=0.15, headers=False)
        p.box.fault("rate_limit", side=side, rate=0.15, seconds=3)
        p.box.fault("status", side=side, rate=0.1, status=429, headers={"Retry-After": "90"})
    for _ in range(12):
        report = p.once()
        assert (report.exit_code, report.unknown) == (0, 0), report.to_json()
        p.wait(minutes=2)
    p.box.no_faults()
    until_quiet(p)
    assert len(markers(p)) == len(set(markers(p))) == len(p.tickets()) == 6
    assert [len(p.our_notes(incident)) for incident in incidents] == [1, 1, 1]
