"""Alerts and dashboard speak of metrics that the process exports, and each alert has a runbook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.web.test_metrics import NAMES

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "helm" / "callsheet" / "files"
RUNBOOKS = ROOT / "docs" / "runbooks.md"
SUFFIXES = r"_(?:bucket|count|sum)$"
# By name, the labels; tests/unit/web/test_metrics.py holds them against what the process serves.
EXPORTED = set(NAMES)
# What Prometheus and the dashboard bring themselves.
BROUGHT = {"le", "namespace"}


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


@pytest.mark.parametrize("name", ["alerts.yaml", "dashboard.json"])
def test_every_label_is_one_that_some_metric_has(name: str) -> None:
    text = (FILES / name).read_text(encoding="utf-8")
    grouped = {label for found in re.findall(r"\bby \(([^)]*)\)", text) for label in found.split(", ")}
    chosen = set(re.findall(r"[{, ](\w+)(?:=~|!=|=)\\?\"", text))

    assert (grouped | chosen) - BROUGHT - {label for labels in NAMES.values() for label in labels} == set()


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
