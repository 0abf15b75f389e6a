"""Work that fails always: it is shown, it waits, and it does not starve the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callsheet.run.app import Ask
from callsheet.run.cycle import run_cycle
from callsheet.run.report import Report
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play, out
from tests.scenario.test_faults import CREATE, until_quiet

POOL = "Alert when the pool is exhausted"
BAD = "ACTION: Poison @ana.ferreira due 2026-11-20"
ALONE = "standing = []\n"


class Poisoned:
    """A port of which one call raises what no connector should raise."""

    def __init__(self, port: Any, call: str, error: Exception) -> None:
        self._port, self._call, self._error = port, call, error
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        return self._raise if name == self._call else getattr(self._port, name)

    def _raise(self, *given: Any) -> Any:
        self.calls += 1
        if "Poison" in repr(given):
            raise self._error
        return getattr(self._port, self._call)(*given)


def poisoned_once(p: Play, call: str) -> tuple[Report, int]:
    with p.app() as app:
        tracker = Poisoned(app.tracker, call, KeyError("no such thing"))
        report = run_cycle(replace(app, tracker=tracker), Ask())
    return report, tracker.calls


def test_a_fault_of_ours_in_one_effect_is_told_and_the_others_are_carried_out(play: StartPlay) -> None:
    p = play(policy=ALONE)
    p.settled()
    incident = p.incident(f"{BAD}\n{ACTION}")
    report, _ = poisoned_once(p, "create")
    assert p.titles() == [POOL]
    assert report.unknown == 1
    # Unknown, because nobody can say whether it was sent: searched for, and filed when that is settled.
    p.wait(minutes=6)
    until_quiet(p)
    assert p.titles() == [POOL, "Poison"]
    assert len(p.our_notes(incident)) == 1


def test_a_ticket_that_jira_always_refuses_is_asked_for_once_an_hour_and_shown(play: StartPlay) -> None:
    p = play(policy=ALONE)
    p.settled()
    p.incident(BAD)
    refusal = {"errorMessages": [], "errors": {"summary": "Summary is poisoned."}}
    p.box.fault("status", side="jira", method="POST", path=CREATE["cloud"], status=400, body=refusal)
    p.forget()
    for _ in range(40):
        report = p.once()
        assert "poisoned" in report.failed[0].error
        p.wait(minutes=6)
    # Four hours: the first one, and one an hour.
    assert p.requests()[f"POST {CREATE['cloud']}"] in (4, 5)
    assert "poisoned" in str(out(p.cli("status", "--json"))["rejected"])
    p.box.no_faults()
    assert p.cli("retry", p.item("Poison").key).returncode == 0
    until_quiet(p)
    assert p.titles() == ["Poison"]


@pytest.mark.parametrize("status", [500, 403])
def test_a_document_that_can_never_be_read_waits_and_the_others_go_on(play: StartPlay, status: int) -> None:
    p = play(policy=ALONE)
    p.settled()
    bad, good = p.incident(BAD, title="Bad"), p.incident(ACTION, title="Good")
    p.box.fault("status", side="pagerduty", path=f"/incidents/{bad}/notes", status=status, times=9)
    for _ in range(4):
        p.once()
        p.wait(minutes=6)
    p.box.no_faults()
    until_quiet(p)
    p.wait(days=1)
    until_quiet(p)
    assert POOL in p.rows(good)
    assert p.titles() == [POOL, "Poison"]
