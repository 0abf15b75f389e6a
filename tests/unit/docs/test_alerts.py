"""Alerts and dashboard speak of metrics that the process exports, and each alert has a runbook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "helm" / "callsheet" / "files"
RUNBOOKS = ROOT / "docs" / "runbooks.md"
SUFFIXES = r"_(?:bucket|count|sum)$"
# What /metrics exports, without the suffixes that histograms add.
EXPORTED = {
    "callsheet_action_items",
    "callsheet_api_ratelimit_remaining",
    "callsheet_api_request_duration_seconds",
    "callsheet_api_requests_total",
    "callsheet_build_info",
    "callsheet_effects_total",
    "callsheet_intents",
    "callsheet_intents_oldest_unknown_seconds",
    "callsheet_last_success_timestamp_seconds",
    "callsheet_nudges_total",
    "callsheet_quarantined_items",
    "callsheet_ready",
    "callsheet_reconcile_duration_seconds",
    "callsheet_reconcile_total",
    "callsheet_refusals",
    "callsheet_throttled_seconds_total",
    "callsheet_webhooks_total",
}


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FILES / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FILES / "dashboard.json").read_text(encoding="utf-8"))
    return told


@pytest.mark.parametrize("name", ["alerts.yaml", "dashboard.json"])
def test_every_metric_is_one_that_is_exported(name: str) -> None:
    named = re.findall(r"\bcallsheet_[a-z_]+", (FILES / name).read_text(encoding="utf-8"))

    assert {re.sub(SUFFIXES, "", each) for each in named} - EXPORTED == set()


def test_the_dashboard_shows_every_metric() -> None:
    named = set(re.findall(r"\bcallsheet_[a-z_]+", (FILES / "dashboard.json").read_text(encoding="utf-8")))

    # Whether it is ready is what the alert is for.
    assert EXPORTED - {re.sub(SUFFIXES, "", each) for each in named} == {"callsheet_ready"}


def test_each_alert_has_its_runbook_and_each_runbook_its_alert() -> None:
    headings = set(re.findall(r"^## (Callsheet\w+)$", RUNBOOKS.read_text(encoding="utf-8"), re.MULTILINE))

    assert headings == {rule["alert"] for rule in alerts()}
    for rule in alerts():
        assert rule["annotations"]["runbook"] == f"docs/runbooks.md#{rule['alert'].lower()}"


def test_panels_lie_beside_each_other_and_name_alerts_that_exist() -> None:
    panels = dashboard()["panels"]
    covered = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    named = {name for panel in panels for name in re.findall(r"Callsheet[A-Z]\w+", panel.get("description", ""))}

    assert len(covered) == len(set(covered))
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert named < {rule["alert"] for rule in alerts()}
