"""compose.yaml as docker compose itself reads it."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.chart.rig import ROOT, tool

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


def test_docker_compose_reads_the_file_as_it_was_meant() -> None:
    run = subprocess.run([tool("cmd"), "-format", "json", str(ROOT / "compose.yaml")], check=True, capture_output=True)
    service: dict[str, Any] = json.loads(run.stdout)["services"]["callsheet"]

    required = {entry["path"].rpartition("/")[2] for entry in service["env_file"] if entry.get("required", True)}
    assert required == {"callsheet.env", "pagerduty.env", "jira.env"}
    assert [(port["host_ip"], port["target"]) for port in service["ports"]] == [("127.0.0.1", 8080)]
    mounts = {mount["target"]: (mount["type"], mount.get("read_only", False)) for mount in service["volumes"]}
    assert mounts == {"/data": ("volume", False), "/data/config/policy.toml": ("bind", True)}
    assert (service["read_only"], service["cap_drop"], service["tmpfs"]) == (True, ["ALL"], ["/tmp"])
    assert service["stop_grace_period"] in {"60s", "1m0s"}
    assert service["build"]["context"] == str(ROOT)
