"""With `on_unknown = "park"` a create whose outcome stays unknown waits for a person, on the real wire."""

from __future__ import annotations

import json

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION


def test_a_request_that_nobody_knows_the_outcome_of_waits_until_a_person_says_retry(play: StartPlay) -> None:
    p = play(policy='standing = []\n[guards]\non_unknown = "park"\n')
    p.settled()
    p.incident(ACTION)
    p.box.fault("drop_before", side="jira", method="POST", path="/rest/api/3/issue", times=1)
    p.once()
    p.wait(minutes=6)
    p.once()
    p.wait(minutes=6)
    p.settled()
    assert p.tickets() == []

    (waiting,) = json.loads(p.cli("status", "--json").stdout)["parked"]
    key = waiting["key"].removeprefix("file:")
    (row,) = json.loads(p.cli("sheet", "--json").stdout)
    assert (row["key"], row["hold"]) == (key, "parked")
    assert "parked" in p.cli("sheet").stdout
    assert f"callsheet retry {key}" in p.cli("explain", key).stdout

    assert p.cli("retry", key).returncode == 0
    p.settled()
    assert len(p.tickets()) == 1
    assert json.loads(p.cli("status", "--json").stdout)["parked"] == []
