"""Prometheus reads the alerts, and each of them fires for what it is about and stays quiet otherwise."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.chart.rig import CASES, CHART, objects, promtool

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
RULES = CHART / "files" / "alerts.yaml"
TESTS = Path(__file__).with_name("alerts_test.yaml")


def test_the_rules_are_rules() -> None:
    run = subprocess.run([promtool(), "check", "rules", str(RULES)], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr


def test_each_alert_fires_when_it_should_and_only_then() -> None:
    run = subprocess.run([promtool(), "test", "rules", str(TESTS)], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr


def test_every_alert_is_tried() -> None:
    named = {rule["alert"] for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]}
    tried = {
        test["alertname"]
        for group in yaml.safe_load(TESTS.read_text())["tests"]
        for test in group["alert_rule_test"]
        if test["exp_alerts"]
    }

    assert tried == named


def test_the_chart_hands_the_rules_over_as_they_are() -> None:
    (made,) = [rule for case in CASES for rule in objects(case, "PrometheusRule")]

    assert made["spec"] == yaml.safe_load(RULES.read_text())
