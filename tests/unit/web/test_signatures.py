"""Who may tell us something: the signature over the raw body decides, before anything reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from callsheet.model.hint import HintKind
from callsheet_jira.receiver import Receiver as JiraReceiver
from callsheet_pagerduty.receiver import Receiver as PagerDutyReceiver
from tests.lent import payloads
from tests.unit.web.house import (
    OLD_SECRET,
    SECRET,
    Web,
    by_jira,
    by_pagerduty,
    jira_body,
    opened,
    pagerduty_body,
)

BODY = pagerduty_body()


def test_a_signed_event_is_taken_and_names_its_incident(web: Web) -> None:
    assert web.post(BODY, by_pagerduty(BODY)) == (202, {"webhook": "taken"})
    assert web.hinted() == {"Q1": 1}
    assert len(web.rings) == 1


def test_a_signed_event_of_a_ticket_that_we_follow_is_taken(web: Web) -> None:
    body = jira_body()
    assert web.post(body, by_jira(body), connector="jira") == (202, {"webhook": "taken"})
    assert web.hinted(HintKind.TICKET) == {"10040": 1}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-PagerDuty-Signature": ""},
        {"X-PagerDuty-Signature": "v1="},
        {"X-PagerDuty-Signature": "v1=" + "0" * 64},
        {"X-PagerDuty-Signature": "v2=" + by_pagerduty(BODY)["X-PagerDuty-Signature"][3:]},
        by_pagerduty(BODY + b" "),
        by_pagerduty(BODY, "another secret"),
        by_pagerduty(BODY, ""),
        by_jira(BODY),
    ],
)
def test_an_unsigned_or_forged_event_is_refused_and_leaves_nothing(web: Web, headers: dict[str, str]) -> None:
    status, said = web.post(BODY, headers)
    assert (status, "signed" in said["error"]) == (401, True)
    assert (web.hinted(), web.heard(), web.rings) == ({}, 0, [])
    assert web.counted() == {"unsigned": 1}


@pytest.mark.parametrize(
    "headers", [{}, by_jira(jira_body() + b" "), {"X-Hub-Signature": by_jira(jira_body())["X-Hub-Signature"][7:]}]
)
def test_a_forged_event_of_jira_is_refused(web: Web, headers: dict[str, str]) -> None:
    assert web.post(jira_body(), headers, connector="jira")[0] == 401
    assert web.hinted(HintKind.TICKET) == {}


def test_a_forged_body_is_never_parsed(web: Web) -> None:
    assert web.post(b"{" * 100_000)[0] == 401
    assert web.store.quarantined() == ()


def test_both_secrets_are_good_while_one_is_rotated(tmp_path: Path) -> None:
    both = {
        "pagerduty": PagerDutyReceiver([SECRET, OLD_SECRET]),
        "jira": JiraReceiver([SecretStr(SECRET), SecretStr(OLD_SECRET)]),
    }
    with opened(tmp_path, both) as web:
        for number, secret in enumerate((SECRET, OLD_SECRET)):
            body = pagerduty_body(event_id=f"E{number}")
            assert web.post(body, by_pagerduty(body, secret))[0] == 202
            body = jira_body(timestamp=number)
            assert web.post(body, by_jira(body, secret), connector="jira")[0] == 202
        assert web.post(BODY, by_pagerduty(BODY, "a third"))[0] == 401


def test_one_good_signature_among_several_is_enough(web: Web) -> None:
    assert web.post(BODY, by_pagerduty(BODY, OLD_SECRET, SECRET))[0] == 202


def test_a_connector_without_a_secret_says_so(tmp_path: Path) -> None:
    with opened(tmp_path, {"pagerduty": None}) as web:
        status, said = web.post(BODY, by_pagerduty(BODY))
        assert (status, "not configured" in said["error"]) == (401, True)
        assert web.get("/status")[1]["webhooks"] == {
            "pagerduty": {"configured": False, "received": {"unconfigured": 1}}
        }


@pytest.mark.parametrize("connector", ["files", "nobody", "..", "pagerduty/", "PagerDuty", "%00"])
def test_other_names_are_not_there(web: Web, connector: str) -> None:
    assert web.post(BODY, by_pagerduty(BODY), connector=connector)[0] == 404
    assert web.hinted() == {}


def test_no_secret_reaches_an_answer_or_a_repr(web: Web) -> None:
    web.post(BODY, by_pagerduty(BODY))
    said = [json.dumps(web.get("/status")[1]), json.dumps(web.post(BODY)[1]), repr(web.desk)]
    assert not any("CANARY" in words for words in said)


@pytest.mark.payloads
def test_recorded_deliveries_of_pagerduty_are_taken_as_they_were_sent(tmp_path: Path) -> None:
    recorded = json.loads((payloads("pagerduty") / "aldaviva_webhooks_v3_signed.json").read_bytes())
    with opened(tmp_path, {"pagerduty": PagerDutyReceiver([recorded["signing_secret"]])}) as web:
        said = {}
        for delivery in recorded["deliveries"]:
            headers = {"X-PagerDuty-Signature": delivery["signature"], "Content-Type": "application/json"}
            body = delivery["raw_body"].encode()
            assert web.post(body + b"\n", headers)[0] == 401
            said[delivery["event_type"]] = web.post(body, headers)
        assert said.pop("pagey.ping") == (202, {"webhook": "ignored"})
        assert set(map(str, said.values())) == {str((202, {"webhook": "taken"}))}
        assert web.hinted() == {"Q2CKYRLH85UNN4": len(said)}


@pytest.mark.payloads
def test_recorded_webhooks_of_jira_are_taken_when_signed(web: Web) -> None:
    recorded = sorted(payloads("jira").glob("webhook_*.json"))
    assert len(recorded) >= 4
    for path in recorded:
        body = path.read_bytes()
        assert web.post(body, by_jira(body), connector="jira") == (202, {"webhook": "taken"})
    assert web.hinted(HintKind.TICKET) == {"10040": len(recorded)}
