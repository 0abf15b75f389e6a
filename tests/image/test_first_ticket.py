"""From the image to the first ticket, by the steps of docs/install.md, with the clock running."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.image.rig import Image, daemon, ended, get, own
from tests.scenario_webhooks.daemon import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(1500)]
TEN_MINUTES = 600
SECRETS = ("PAGERDUTY_API_TOKEN", "JIRA_API_TOKEN")
ASKED = ("PAGERDUTY_BASE_URL", "PAGERDUTY_FROM_EMAIL", "JIRA_BASE_URL", "JIRA_EMAIL", "JIRA_PROJECT")
ACTION = "TODO: Try Callsheet @grace.okafor due Friday"


def act(box: Any, **wanted: str) -> dict[str, Any]:
    """Somebody does something in PagerDuty."""
    with urllib.request.urlopen(f"{box.url}/_sandbox/pagerduty/act", json.dumps(wanted).encode()) as reply:
        done: dict[str, Any] = json.load(reply)
    return done


def tickets(box: Any) -> list[str]:
    """The tickets of the sandbox's Jira that came of the action."""
    issues = box.state()["jira"]["issues"]
    return [issue["key"] for issue in issues if "Try Callsheet" in json.dumps(issue)]


def test_an_operator_gets_from_the_image_to_the_first_ticket_in_ten_minutes(
    image: Image, data: Path, tmp_path: Path, make_sandbox: Any
) -> None:
    began = monotonic()
    config = tmp_path / "config"
    config.mkdir()
    own(config)

    def told(what: str) -> None:
        print(f"{monotonic() - began:5.1f} s  {what}")

    with make_sandbox(now=None, tick=True, incidents=12) as box:
        env = box.env()
        print(f"{image.seconds:5.1f} s  to build the image, before the clock starts")
        given = [f"--set={name}={env[name]}" for name in ASKED]
        init = ("callsheet", "init", "--yes", *given, "--set=fallback_owner=grace.okafor@larkspur.example")
        binds = ["--bind", str(config), "/data/config"]
        done = image.run(*init, data=data, binds=binds, env={name: env[name] for name in SECRETS})
        assert done.returncode == 0, done.stderr
        told("`init` has written the settings")

        done = image.run("callsheet", "doctor", data=data, binds=binds)
        assert (done.returncode, done.stdout.splitlines()[-1].startswith("0 errors, ")) == (0, True), done.stdout
        told("`doctor` finds no error")

        with daemon(image, data, config) as (process, port, _):
            until(lambda: (get(port, "/status")[1] or {"cycles": 0})["cycles"], "the first cycle")
            assert ended(process) == 0
        assert list((data / "postmortems").glob("*.md"))
        told("in shadow mode it has written the first post-mortems")

        settings = config / "callsheet.env"
        settings.write_text(settings.read_text().replace("CALLSHEET_MODE=shadow", "CALLSHEET_MODE=file-tickets"))
        with daemon(image, data, config) as (process, port, _):
            until(lambda: (get(port, "/status")[1] or {"cycles": 0})["cycles"], "its first cycle")
            number = str(act(box, do="trigger", title="A test of Callsheet")["number"])
            act(box, do="note", incident=number, text=ACTION)
            act(box, do="resolve", incident=number)
            told("somebody has noted an action")
            until(lambda: tickets(box), "the first ticket", 150)
            told(f"{tickets(box)[0]} is there")
            assert ended(process) == 0
    assert monotonic() - began < TEN_MINUTES
