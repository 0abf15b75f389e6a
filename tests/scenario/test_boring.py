"""The second run is boring: an unchanged world costs two requests and no write."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play, out

TWO = {"pagerduty": 1, "jira": 1}


def boring(play: Play) -> None:
    """Two requests and no write, by the sandbox's own count, and `once --json` agrees."""
    play.forget()
    told = play.cli("once", "--json")
    assert told.returncode == 0, told.stderr
    assert sum(play.requests().values()) == 2, play.requests()
    assert play.writes() == {}
    assert out(told)["requests"] == TWO
    assert out(told)["cycle"]["rounds"] == 0, told.stdout + told.stderr


def should_open(play: Play) -> set[str]:
    """Resolved incidents of P1 and P2, and those in whose notes somebody promised something."""
    state = play.box.state()["pagerduty"]
    promise = re.compile(r"^(ACTION|TODO|AI|Action Item|- \[ \]):?", re.MULTILINE)
    return {
        incident["id"]
        for incident in state["incidents"]
        if incident["status"] == "resolved"
        and not any(
            reason["type"] == "merge_resolve_reason" for reason in [incident.get("resolve_reason") or {"type": ""}]
        )
        and (
            (incident.get("priority") or {}).get("summary") in {"P1", "P2"}
            or any(promise.search(note["content"]) for note in state["notes"].get(incident["id"], []))
        )
    }


def test_a_first_cycle_writes_documents_of_matching_incidents_and_files_nothing(play: StartPlay) -> None:
    p = play(incidents=24)
    p.forget()
    report = p.settled()
    named = {re.search(r"^incident: (\S+)$", path.read_text(), re.MULTILINE)[1] for path in p.paths()}
    assert named == should_open(p)
    assert len(named) >= 8
    assert report.counts.keys() == {"postmortem.opened", "document.published"}
    assert p.writes() == {}
    assert p.tickets() == []


def test_a_backfilled_call_sheet_says_that_it_was_not_filed(play: StartPlay) -> None:
    p = play()
    old = p.incident(ACTION)
    p.settled()
    assert {row["Status"] for row in p.rows(old).values()} == {"not filed"}


def test_a_second_cycle_over_100_incidents_makes_two_requests_and_no_write(play: StartPlay) -> None:
    p = play(incidents=100, at_scale=True)
    p.settled()
    with p.store() as store:
        assert store.database["incident"].count == 100
    boring(p)


@pytest.mark.timeout(400)  # a quarter of a minute on a machine of its own; this one may be shared
def test_a_second_cycle_over_10000_incidents_makes_two_requests_and_no_write(play: StartPlay) -> None:
    p = play(incidents=10_000, at_scale=True, env={"CALLSHEET_BACKFILL": "7h"})
    p.settled()
    # A whole backfill of so many is for the benchmarks: here the daemon knows them all, and opened a few.
    with p.app() as app:
        now = app.clock.now()
        for page in app.source.incidents(now - timedelta(days=30), now):
            app.memory.save_incidents(page.incidents)
            app.memory.settle(app.memory.dirty())
    with p.store() as store:
        assert store.database["incident"].count >= 9_990
        assert len(store.every_postmortem()) >= 3
    boring(p)


def test_a_cycle_after_our_own_writes_makes_two_requests_and_no_write(play: StartPlay) -> None:
    p = play(incidents=4)
    p.settled()
    p.wait(days=1)
    report = p.settled()
    assert report.counts["ticket.filed"] >= 4
    assert report.counts["note.posted"] >= 2
    boring(p)
    # And once more when the search and the feed have heard of them.
    p.wait(seconds=30)
    boring(p)
    p.wait(seconds=30)
    boring(p)


def test_a_cycle_over_a_settled_world_writes_no_file_and_no_ledger_line(play: StartPlay) -> None:
    p = play()
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    before = p.path(incident).stat().st_mtime_ns
    with p.store() as store:
        lines = store.database.execute("SELECT count(*) FROM ledger").fetchone()
    p.wait(seconds=30)
    p.settled()
    assert p.path(incident).stat().st_mtime_ns == before
    with p.store() as store:
        assert store.database.execute("SELECT count(*) FROM ledger").fetchone() == lines
