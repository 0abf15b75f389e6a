"""Real incidents, recorded by another project, go all the way to documents and tickets.

`companion.json` adds what the recording lacks: notes with actions, users, priorities and two resolutions.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import NOW, StartPlay
from tests.lent import payloads
from tests.scenario.daemon import Play, out

pytestmark = pytest.mark.payloads

COMPANION = Path(__file__).with_name("companion.json")
CRASH, SLOW, LOGS = "Q3YON8WNWTZMRQ", "Q3CZAU7Q4008QD", "Q1OHFWFP3GPXOG"


@pytest.fixture
def recorded() -> Path:
    """The recording, in place; without it the test is skipped by name, or fails in CI."""
    return payloads("pagerduty", "devlake_incidents_with_log_entries.json")


@pytest.fixture
def filed(play: StartPlay, recorded: Path) -> Play:
    p = play(load=(recorded, COMPANION), as_of="now")
    done = p.cli("backfill", "--file", "--json")
    assert done.returncode == 0, done.stderr
    assert out(done)["postmortems"]["opened"] == 3
    assert out(done)["quarantined"] == []
    return p


def test_recorded_incidents_become_tickets_with_owners_and_due_dates(filed: Play) -> None:
    assert filed.titles() == [
        "Alert when crash reports rise within five minutes",
        "Hold the blameless review",
        "Hold the blameless review",
        "Keep the last good build ready to roll back",
        "Measure start-up time in the nightly build",
        "Rate-limit the noisy logger",
    ]
    owners = {t["fields"]["summary"]: (t["fields"]["assignee"] or {}).get("displayName") for t in filed.tickets()}
    assert owners["Alert when crash reports rise within five minutes"] == "Responder Two"
    assert owners["Keep the last good build ready to roll back"] == "Responder One"
    assert all(t["fields"]["duedate"] > NOW.date().isoformat() for t in filed.tickets())


def test_recorded_incidents_become_documents_that_tell_their_story(filed: Play) -> None:
    crash = filed.document(CRASH)
    assert "Crash reported" in crash
    assert "Responder One" in crash
    assert "P1" in crash
    assert "the new allocator" in crash
    assert "## Call sheet" in crash
    # The recording names no resolution time of this one: its own log entry does.
    assert "It was resolved after 6 min" in filed.document(LOGS)
    assert "Slow startup" in filed.document(SLOW)


def test_recorded_incidents_settle_and_are_boring_afterwards(filed: Play) -> None:
    filed.wait(seconds=30)
    filed.settled()
    filed.wait(seconds=30)
    filed.forget()
    report = filed.settled()
    assert sum(filed.requests().values()) == 2
    assert not report.counts
