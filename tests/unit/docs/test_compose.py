"""compose.yaml, the examples of env files and the Dockerfile speak of the same things."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]


def daemon() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    (service,) = told["services"].values()
    return {**service, "named": set(told["volumes"])}


def test_each_env_file_has_an_example_and_each_example_a_place() -> None:
    listed = {entry["path"] for entry in daemon()["env_file"]}
    examples = {f"config/{path.stem}" for path in (ROOT / "config").glob("*.env.example")}

    assert listed == examples


def test_what_must_not_be_lost_lies_on_a_named_volume_and_nothing_else_can_be_written() -> None:
    service, dockerfile = daemon(), (ROOT / "Dockerfile").read_text(encoding="utf-8")
    writable = [volume.split(":") for volume in service["volumes"] if not volume.endswith(":ro")]

    assert [(name in service["named"], place) for name, place in writable] == [(True, "/data")]
    assert re.search(r"^VOLUME /data$", dockerfile, re.MULTILINE)
    assert (service["read_only"], service["tmpfs"], service["cap_drop"]) == (True, ["/tmp"], ["ALL"])


def test_the_port_is_the_image_s_and_only_this_machine_sees_it() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (port,) = re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE)

    assert f"CALLSHEET_LISTEN=0.0.0.0:{port}" in dockerfile
    assert daemon()["ports"] == [f"127.0.0.1:{port}:{port}"]
