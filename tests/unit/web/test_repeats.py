"""Webhooks come twice, late, in any order and by the thousand: each event counts once, and costs a row at most."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random

import pytest

from callsheet.connect.errors import Malformed
from callsheet.model.hint import HintKind
from callsheet_jira.receiver import Receiver as JiraReceiver
from callsheet_pagerduty.receiver import Receiver as PagerDutyReceiver
from tests.unit.web.house import KNOWN_TICKET, Web, by_jira, by_pagerduty, jira_body, pagerduty_body


def sent(web: Web, body: bytes, delivery: str | None = None) -> str:
    """What came of an event of PagerDuty."""
    status, said = web.post(body, by_pagerduty(body) | ({"X-Webhook-Id": delivery} if delivery else {}))
    assert status == 202
    return str(said["webhook"])


def test_another_attempt_of_the_same_delivery_is_a_duplicate(web: Web) -> None:
    assert sent(web, pagerduty_body(), "D1") == "taken"
    assert sent(web, pagerduty_body(), "D1") == "duplicate"
    # Its body was built anew, without the event's id.
    assert sent(web, pagerduty_body(event_id=""), "D1") == "duplicate"
    assert (web.hinted(), len(web.rings)) == ({"Q1": 1}, 1)


def test_the_same_event_by_another_subscription_is_a_duplicate(web: Web) -> None:
    assert sent(web, pagerduty_body(), "D1") == "taken"
    assert sent(web, pagerduty_body(), "D2") == "duplicate"


def test_a_replay_under_forged_delivery_ids_costs_nothing(web: Web) -> None:
    assert sent(web, pagerduty_body(), "D1") == "taken"
    assert {sent(web, pagerduty_body(), f"forged-{n}") for n in range(50)} == {"duplicate"}
    assert (web.hinted(), web.heard(), len(web.rings)) == ({"Q1": 1}, 2, 1)


def test_another_event_of_the_same_incident_is_news_and_the_same_row(web: Web) -> None:
    assert sent(web, pagerduty_body(event_id="E1"), "D1") == "taken"
    assert sent(web, pagerduty_body(event_id="E2"), "D2") == "taken"
    assert web.hinted() == {"Q1": 2}


def test_an_event_without_any_id_is_known_by_its_body(web: Web) -> None:
    assert sent(web, pagerduty_body(event_id="")) == "taken"
    assert sent(web, pagerduty_body(event_id="")) == "duplicate"


def test_order_does_not_matter(web: Web) -> None:
    bodies = [pagerduty_body(f"Q{n % 3}", f"E{n}") for n in range(12)]
    twice = bodies * 2
    Random(7).shuffle(twice)
    said = [sent(web, body) for body in twice]
    assert (said.count("taken"), said.count("duplicate")) == (12, 12)
    assert web.hinted() == {"Q0": 4, "Q1": 4, "Q2": 4}


def test_an_event_is_remembered_over_a_restart_and_for_a_week(web: Web) -> None:
    sent(web, pagerduty_body())
    web.clock.advance(timedelta(days=6))
    web.store.forget_events(web.clock.now() - timedelta(days=7))
    assert sent(web, pagerduty_body()) == "duplicate"
    web.clock.advance(timedelta(days=2))
    web.store.forget_events(web.clock.now() - timedelta(days=7))
    assert web.heard() == 0


def test_a_delivery_of_jira_is_known_by_its_identifier_and_by_its_body(web: Web) -> None:
    def said(body: bytes, delivery: str) -> object:
        given = {**by_jira(body), "X-Atlassian-Webhook-Identifier": delivery}
        return web.post(body, given, connector="jira")[1]["webhook"]

    assert said(jira_body(), "D1") == "taken"
    assert said(jira_body(timestamp=2), "D1") == "duplicate"
    assert said(jira_body(), "D2") == "duplicate"
    assert said(jira_body(timestamp=3), "D3") == "taken"
    assert web.hinted(HintKind.TICKET) == {KNOWN_TICKET: 2}


def test_the_two_sides_do_not_take_each_others_ids(web: Web) -> None:
    assert sent(web, pagerduty_body(), "D1") == "taken"
    body = jira_body()
    given = {**by_jira(body), "X-Atlassian-Webhook-Identifier": "D1"}
    assert web.post(body, given, connector="jira")[1] == {"webhook": "taken"}


def test_tickets_that_nobody_follows_leave_no_row_and_ring_no_bell(web: Web) -> None:
    for number in range(20):
        body = jira_body(str(20_000 + number))
        assert web.post(body, by_jira(body), connector="jira") == (202, {"webhook": "ignored"})
    assert (web.hinted(HintKind.TICKET), web.heard(), web.rings) == ({}, 0, [])


def test_a_hint_that_is_told_again_while_it_is_taken_stays(web: Web) -> None:
    sent(web, pagerduty_body(event_id="E1"))
    taken = web.store.hints(HintKind.INCIDENT)
    sent(web, pagerduty_body(event_id="E2"))
    web.store.settle_hints(taken)
    assert web.hinted() == {"Q1": 2}
    web.store.settle_hints(web.store.hints(HintKind.INCIDENT))
    assert web.hinted() == {}


@pytest.mark.parametrize("receiver", [PagerDutyReceiver(["x"]), JiraReceiver([])])
def test_a_receiver_says_what_it_cannot_read_without_quoting_it(receiver: PagerDutyReceiver | JiraReceiver) -> None:
    with pytest.raises(Malformed) as caught:
        receiver.touched({}, b'["CANARY"]')
    assert "CANARY" not in str(caught.value)


def test_a_ticket_id_of_absurd_length_is_nobody_s() -> None:
    body = json.dumps({"issue": {"id": "9" * 5000}}).encode()
    assert JiraReceiver([]).touched({}, body) is None
