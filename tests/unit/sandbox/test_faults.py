"""Faults on demand, over a real socket where the socket is the point."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from callsheet.sandbox.exchange import Exchange
from callsheet.sandbox.server import Sandbox, SandboxOptions

from .office import NOW, Office

ISSUE = {"fields": {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Once"}}
CREATE = {"side": "jira", "method": "POST", "path": "/rest/api/3/issue"}


@pytest.fixture
def jira(served: Sandbox) -> Iterator[httpx2.Client]:
    env = served.env()
    login = (env["JIRA_EMAIL"], env["JIRA_API_TOKEN"])
    with httpx2.Client(base_url=f"{env['JIRA_BASE_URL']}/rest/api/3", auth=login) as client:
        yield client


def filed(sandbox: Sandbox) -> int:
    return sum(issue.fields["summary"] == "Once" for issue in sandbox.world.jira.issues.values())


@pytest.mark.parametrize(("kind", "expected"), [("drop_after", 1), ("drop_before", 0)])
def test_a_dropped_reply_leaves_the_ticket_or_not(
    served: Sandbox, jira: httpx2.Client, kind: str, expected: int
) -> None:
    served.fault(kind, **CREATE, times=1)
    with pytest.raises(httpx2.RemoteProtocolError):
        jira.post("/issue", json=ISSUE)
    assert filed(served) == expected
    assert jira.post("/issue", json=ISSUE).status_code == 201


def test_a_connection_can_be_reset_instead_of_closed(served: Sandbox, jira: httpx2.Client) -> None:
    served.fault("drop_after", **CREATE, times=1, how="reset")
    with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
        jira.post("/issue", json=ISSUE)
    assert filed(served) == 1


def test_a_body_can_break_off_in_the_middle(served: Sandbox, jira: httpx2.Client) -> None:
    served.fault("truncate", **CREATE, times=1)
    with pytest.raises(httpx2.RemoteProtocolError):
        jira.post("/issue", json=ISSUE)
    assert filed(served) == 1


def test_a_late_request_is_applied_when_its_time_has_come(served: Sandbox, jira: httpx2.Client) -> None:
    served.fault("late_apply", **CREATE, times=1, seconds=60)
    with pytest.raises(httpx2.RemoteProtocolError):
        jira.post("/issue", json=ISSUE)
    assert filed(served) == 0
    served.control.clock({"advance": "2m"})
    assert filed(served) == 1
    late = next(each for each in served.world.jira.issues.values() if each.fields["summary"] == "Once")
    assert (late.created - NOW).total_seconds() == 60


def test_a_slow_answer_is_a_good_one(served: Sandbox, jira: httpx2.Client) -> None:
    served.fault("slow", side="jira", seconds=0.3, times=1)
    with pytest.raises(httpx2.ReadTimeout):
        jira.get("/priority", timeout=0.05)
    assert jira.get("/priority").status_code == 200


def ask(office: Office, **rule: Any) -> Any:
    office.world.faults.add(rule)
    return office.jira.ask("GET", "/priority")


def test_a_status_comes_with_the_given_body_and_headers(office: Office) -> None:
    reply = ask(office, kind="status", status=503, headers={"Retry-After": "7"}, body={"message": "no"})
    assert (reply.status, reply.body, reply.headers) == (503, {"message": "no"}, {"Retry-After": "7"})


def test_rate_limits_come_with_headers_or_bare(office: Office) -> None:
    reply = ask(office, kind="rate_limit", seconds=9, times=1)
    assert (reply.status, reply.headers["Retry-After"]) == (429, "9")
    assert reply.headers["RateLimit-Reason"] == "jira-burst-based"
    bare = ask(office, kind="rate_limit", headers=False)
    assert (bare.status, bare.body, bare.headers) == (429, None, {})


def test_a_rule_strikes_after_k_for_n_times(office: Office) -> None:
    office.world.faults.add({"kind": "status", "status": 500, "after": 2, "times": 1})
    assert [office.jira.ask("GET", "/priority").status for _ in range(5)] == [200, 200, 500, 200, 200]


def test_a_rate_strikes_the_same_requests_for_the_same_seed(office: Office, empty_office: Office) -> None:
    def struck(where: Office) -> list[int]:
        where.world.faults.add({"kind": "status", "rate": 0.4})
        return [where.jira.ask("GET", "/priority").status for _ in range(20)]

    first = struck(office)
    assert first == struck(empty_office)
    assert {200, 500} == set(first)


def test_a_path_is_a_template_a_path_or_an_expression(office: Office) -> None:
    key = office.file()
    for path in ("/rest/api/3/issue/{issueIdOrKey}", f"/rest/api/3/issue/{key}", r"/rest/api/3/issue/OPS-\d+"):
        office.world.faults.clear()
        office.world.faults.add({"kind": "status", "path": path})
        assert office.jira.ask("GET", f"/issue/{key}").status == 500
        assert office.jira.ask("GET", "/priority").status == 200


def test_unknown_fields_and_enums_appear_everywhere(office: Office) -> None:
    office.world.faults.add([{"kind": "unknown_fields", "times": 1}, {"kind": "unknown_enum"}])
    grown = office.pagerduty.get("/incidents")
    assert "zz_new_field" in grown["incidents"][0]["service"]
    strange = office.pagerduty.get("/incidents")["incidents"]
    assert all(each["urgency"].startswith("hitherto_unknown_") for each in strange)


def test_a_nonsense_rule_is_refused_with_the_kinds_there_are(office: Office) -> None:
    with pytest.raises(ValueError, match="drop_after"):
        office.world.faults.add({"kind": "meteor"})


def test_observers_learn_which_exchanges_keep_no_contract() -> None:
    seen: list[Exchange] = []
    with Sandbox(SandboxOptions(now=NOW, tick=False), observe=seen.append) as sandbox:
        cloud, center = sandbox.env(), sandbox.env(flavour="datacenter")
        token = {"Authorization": f"Token token={cloud['PAGERDUTY_API_TOKEN']}"}
        pat = {"Authorization": f"Bearer {center['JIRA_PERSONAL_ACCESS_TOKEN']}"}
        httpx2.get(f"{cloud['PAGERDUTY_BASE_URL']}/priorities?limit=1", headers=token)
        httpx2.get(f"{center['JIRA_BASE_URL']}/rest/api/2/priority", headers=pat)
        for page in range(8):
            httpx2.get(f"{cloud['PAGERDUTY_BASE_URL']}/log_entries?limit=100&offset={page}00", headers=token)
        sandbox.fault("status", status=500, times=1)
        httpx2.get(f"{cloud['PAGERDUTY_BASE_URL']}/priorities", headers=token)
    assert seen[0].exempt is None
    assert (seen[0].template, seen[0].query, seen[0].status) == ("/priorities", "limit=1", 200)
    assert b'"priorities"' in seen[0].response_body
    assert seen[1].exempt == "v2"
    assert "unknown enum scene" in {each.exempt for each in seen[2:-1]}
    assert seen[-1].exempt == "injected fault"
