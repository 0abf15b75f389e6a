"""Alerts and change events: readable, short, and without anybody's credentials."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from callsheet_pagerduty.payloads import LONGEST_DETAILS, MOST_LINKS, alert, change
from tests.connectors.pagerduty.stage import recording


def raw_alert(details: Any = None, **more: Any) -> dict[str, Any]:
    body = {"type": "alert_body", "details": details}
    return {"id": "A1", "created_at": "2026-11-20T08:00:00Z", "summary": "Slow", "body": body, **more}


@pytest.mark.payloads
def test_a_recorded_alert_is_read() -> None:
    (raw,) = recording("alerts_real_shape_sanitised.json")["alerts"]
    read = alert(raw)
    assert read.at == datetime(2024, 9, 14, 5, 31, 38, tzinfo=UTC)
    assert read.resolved_at == datetime(2024, 9, 14, 5, 41, 38, tzinfo=UTC)
    assert (read.severity, read.source) == ("warning", "Alertmanager")
    assert [link.text for link in read.links] == ["Runbook", "Grafana Dashboard", "alertmanager.example.com"]
    assert read.details is not None
    assert read.details.splitlines()[:4] == [
        "description: The OpenSearch cluster is degraded, action may be needed.",
        "environment: prod-west",
        "firing:",
        "  Labels:",
    ]
    assert "service_name" not in read.details  # empty values tell nothing


@pytest.mark.parametrize("body", [None, {}, {"details": None}, {"details": {}}, "text", []])
def test_an_alert_without_a_payload_has_no_details(body: object) -> None:
    assert alert(raw_alert(body=body)).details is None


def test_details_may_be_a_text_a_list_or_nested() -> None:
    assert alert(raw_alert("plain words")).details == "plain words"
    assert alert(raw_alert(["a", {"b": 1}])).details == "- a\n-\n  b: 1"
    nested = {"labels": {"team": "data", "up": True, "gone": None}, "values": [1.5, "two\nlines"]}
    assert alert(raw_alert(nested)).details == (
        "labels:\n  team: data\n  up: yes\nvalues:\n  - 1.5\n  -\n    two\n    lines"
    )


def test_the_copy_in_cef_is_taken_when_the_first_is_empty() -> None:
    assert alert(raw_alert(body={"details": {}, "cef_details": {"details": {"a": "b"}}})).details == "a: b"


def test_credentials_leave_in_no_field() -> None:
    details = {
        "password": "CANARY with several words",
        "db": {"api_key": ["CANARY"], "dsn": "postgres://app:CANARY@db.example.com/x"},
        "headers": "Authorization: Bearer CANARYCANARYCANARY",
        "hook": "https://ci.example.com/hook?token=CANARY",
        "aws": "AKIACANARYCANARY1234"[:20],
        "long": "x" * (LONGEST_DETAILS - 60) + " password=CANARYCANARYCANARYCANARYCANARYCANARYCANARYCANARY",
    }
    contexts = [
        {"href": "https://user:CANARY@ci.example.com/x", "text": "CI"},
        {"href": "https://ci.example.com/x?access_token=CANARY#top", "text": "secret=CANARY"},
    ]
    body = {"details": details, "contexts": contexts, "cef_details": {"client_url": "https://a.example.com/?key=1"}}
    read = alert(raw_alert(body=body, summary="Login fails: password=CANARY, token: CANARY1"))
    assert "CANARY" not in repr(read)
    assert read.summary == "Login fails: password=[redacted], token: [redacted]"
    assert "[redacted]" in (read.details or "")
    assert [link.url for link in read.links] == [
        "https://ci.example.com/x",
        "https://a.example.com/?key=1",
        "https://ci.example.com/hook",
    ]


def test_details_are_cut_at_a_line() -> None:
    read = alert(raw_alert({f"name{place}": "word " * 10 for place in range(500)}))
    assert read.details is not None
    assert len(read.details) <= LONGEST_DETAILS
    assert read.details.endswith("\n…")
    assert read.details.splitlines()[-2].endswith("word")


def test_a_payload_as_deep_as_a_well_ends() -> None:
    deep: Any = "bottom"
    for _ in range(50):
        deep = {"down": deep}
    details = alert(raw_alert(deep)).details
    assert details is not None
    assert "…" in details
    assert "bottom" not in details


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "ftp://x.example.com/", "//x.example.com", "http://", "http://[", ""],
)
def test_only_http_links_are_links(address: str) -> None:
    read = alert(raw_alert(body={"contexts": [{"href": address, "text": "x"}], "details": {"see": address}}))
    assert read.links == ()


def test_links_are_found_in_text_once_and_not_without_end() -> None:
    many = " ".join(f"https://x.example.com/{place}." for place in range(50))
    read = alert(raw_alert({"see": f"(https://wiki.example.com/a), again https://wiki.example.com/a. {many}"}))
    assert read.links[0].url == "https://wiki.example.com/a"
    assert read.links[0].text == "wiki.example.com"
    assert len(read.links) == MOST_LINKS


def test_a_change_says_why_it_is_related() -> None:
    raw = {
        "id": "C1",
        "timestamp": "2026-11-20T07:59:00Z",
        "summary": "Build 4012",
        "source": "deployer",
        "links": [{"href": "https://ci.example.com/4012", "text": "Build"}, {"href": None}],
        "correlation_reason": {"reason": "most_recent"},
    }
    read = change(raw)
    assert (read.summary, read.source, read.why_related) == ("Build 4012", "deployer", "the most recent change")
    assert [(link.url, link.text) for link in read.links] == [("https://ci.example.com/4012", "Build")]
    assert change({**raw, "correlation_reason": {"reason": "new_reason"}}).why_related == "new reason"
    assert change({**raw, "correlation_reason": None, "summary": None}).why_related is None


def test_a_change_says_which_services_it_was_made_to() -> None:
    """PagerDuty calls a change to the incident's own service related, too: with the services known, it is no news."""
    raw = {
        "id": "C1",
        "timestamp": "2026-11-20T07:59:00Z",
        "correlation_reason": {"reason": "related_service"},
        "services": [{"id": "PSVC", "summary": "Checkout API"}, {"id": "PBARE"}, {"summary": "no id"}, None],
    }
    read = change(raw)
    assert [(service.id, service.name) for service in read.services] == [("PSVC", "Checkout API"), ("PBARE", "PBARE")]
    assert read.why_related is None
    assert change({**raw, "services": None}).why_related == "to a related service"
