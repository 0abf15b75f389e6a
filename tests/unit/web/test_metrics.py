"""`/metrics`: the names that dashboards and alerts rely on, with what was counted and what the store holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from callsheet.connect.context import Exchange
from callsheet.model.effect import Guard, Refusal
from callsheet.run.report import Failure, Report
from callsheet.testing.builders import make_incident, make_item
from tests.unit.run.world import NOW, World
from tests.unit.web.house import Web, by_pagerduty, pagerduty_body

# reliability.md, section 6, and what we add.
NAMES = {
    "callsheet_build_info": {"version", "mode"},
    "callsheet_reconcile_total": {"kind", "result"},
    "callsheet_reconcile_duration_seconds": set(),
    "callsheet_last_success_timestamp_seconds": {"job"},
    "callsheet_api_requests_total": {"api", "method", "code"},
    "callsheet_api_request_duration_seconds": {"api"},
    "callsheet_api_ratelimit_remaining": {"api"},
    "callsheet_throttled_seconds_total": {"api"},
    "callsheet_intents": {"state"},
    "callsheet_intents_oldest_unknown_seconds": set(),
    "callsheet_effects_total": {"effect", "outcome"},
    "callsheet_action_items": {"status", "overdue"},
    "callsheet_nudges_total": {"channel", "outcome"},
    "callsheet_webhooks_total": {"connector", "result"},
    "callsheet_quarantined_items": set(),
    "callsheet_refusals": set(),
    "callsheet_ready": set(),
}
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(web: Web) -> Samples:
    """The samples as a Prometheus reads them."""
    connection = HTTPConnection("127.0.0.1", web.port, timeout=60)
    connection.request("GET", "/metrics")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(s.name, frozenset(s.labels.items())): s.value for s in samples}


def of(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def names(samples: Iterable[tuple[str, frozenset[tuple[str, str]]]]) -> dict[str, set[str]]:
    """Each metric's name with its labels; a histogram counts as one."""
    found: dict[str, set[str]] = {}
    for name, labels in samples:
        if not name.endswith("_created"):
            plain = re.sub(r"(duration_seconds)_(bucket|sum|count)$", r"\1", name)
            found.setdefault(plain, set()).update(label for label, _ in labels if label != "le")
    return found


@pytest.fixture
def busy(web: Web) -> Web:
    """Something of everything has happened."""
    report = Report(seconds=0.4, failed=[Failure(key="k", effect="FileTicket", reason="r", error="e")])
    report.throttled["jira"] = "wait"
    report.acts["FileTicket", "done"] = 3
    report.nudges["apprise", "done"] = 2
    web.desk.counters.ended(report, ("pagerduty", "jira"))
    web.desk.counters.heard(
        "jira", Exchange(method="GET", path="/x", status=429, seconds=0.2, remaining=7, retry_after=30)
    )
    web.desk.counters.heard("jira", Exchange(method="POST", path="/x/10040", status=None, seconds=15))
    web.store.save_incidents([make_incident(id="Q1")])
    web.store.save_items(
        [make_item(key="ai-1", incident_id="Q1"), make_item(key="ai-2", incident_id="Q1", ticket_id="1")]
    )
    web.store.claim(web.store.intend("file:ai-1", marker="cs-1", target="OPS"), now=NOW - timedelta(minutes=9))
    web.store.quarantine([("a note", "Q1", "no words")], at=NOW)
    web.store.save_refusals([Refusal(id="r", guard=Guard.TOO_MANY_FILINGS, what="many")], at=NOW)
    web.store.note_down("swept_at", NOW.isoformat())
    web.post(pagerduty_body(), by_pagerduty(pagerduty_body()))
    web.desk.pulse.beat()
    return web


def test_every_name_is_exported_with_its_labels_and_no_other(busy: Web) -> None:
    assert names(scraped(busy)) == NAMES


def test_what_the_process_did_is_counted(busy: Web) -> None:
    found = scraped(busy)
    assert of(found, "callsheet_reconcile_total", kind="cycle", result="failed") == 1
    assert of(found, "callsheet_reconcile_total", kind="jira", result="throttled") == 1
    assert of(found, "callsheet_reconcile_total", kind="pagerduty", result="ok") == 1
    assert of(found, "callsheet_effects_total", effect="FileTicket", outcome="done") == 3
    assert of(found, "callsheet_nudges_total", channel="apprise", outcome="done") == 2
    assert of(found, "callsheet_api_requests_total", api="jira", method="GET", code="429") == 1
    assert of(found, "callsheet_api_requests_total", api="jira", method="POST", code="none") == 1
    assert of(found, "callsheet_api_ratelimit_remaining", api="jira") == 7
    assert of(found, "callsheet_throttled_seconds_total", api="jira") == 30
    assert of(found, "callsheet_webhooks_total", connector="pagerduty", result="taken") == 1


def test_what_the_store_holds_is_counted_when_asked(busy: Web) -> None:
    found = scraped(busy)
    assert of(found, "callsheet_intents", state="sending") == 1
    assert of(found, "callsheet_intents", state="rejected") == 0
    assert of(found, "callsheet_intents_oldest_unknown_seconds") == 9 * 60
    assert of(found, "callsheet_action_items", status="open", overdue="false") == 2
    assert of(found, "callsheet_action_items", status="open", overdue="true") == 0
    assert of(found, "callsheet_quarantined_items") == of(found, "callsheet_refusals") == 1
    assert of(found, "callsheet_last_success_timestamp_seconds", job="sweep") == NOW.timestamp()
    assert of(found, "callsheet_ready") == 1
    busy.clock.advance(timedelta(days=60))
    # Of the two that are past their date, one was filed.
    assert of(scraped(busy), "callsheet_action_items", status="open", overdue="true") == 1


def test_a_broken_database_shows_as_not_ready_and_the_rest_is_told(busy: Web) -> None:
    busy.store.database.execute("ALTER TABLE intent RENAME TO lost")
    busy.store.database.execute("ALTER TABLE meta RENAME TO lost_too")
    found = scraped(busy)
    assert of(found, "callsheet_ready") == 0
    assert of(found, "callsheet_effects_total", effect="FileTicket", outcome="done") == 3
    assert not [name for name, _ in found if name == "callsheet_intents"]


def test_a_cycle_tells_its_effects_and_digests_by_outcome(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    world.story("ACTION: Add an alert @ana.ferreira due 2026-11-03 P1")
    report = world.once()
    assert report.acts["FileTicket", "done"] == 1
    assert report.acts["OpenPostmortem", "done"] == 1
    world.wait(days=4)
    assert world.once().nudges == {("notifier", "done"): 1}
