"""A world in a folder survives a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx2

from callsheet.sandbox.server import Sandbox, SandboxOptions

from .office import NOW, document


def options(folder: Path) -> SandboxOptions:
    return SandboxOptions(now=NOW, tick=False, incidents=12, state=folder)


def live(sandbox: Sandbox) -> None:
    """A few changes of every kind, with time between them."""
    incident = sandbox.world.pagerduty.incidents[0].id
    note = sandbox.pagerduty_act("note", incident=incident, text="first")["note"]
    sandbox.advance(timedelta(hours=5))
    sandbox.pagerduty_act("edit_note", incident=incident, note=note, text="second")
    sandbox.pagerduty_act("trigger", title="By hand", notes=["ACTION: x"], resolve_after=3600)
    key = sandbox.jira_act("create", summary="Made", labels=["callsheet"])["key"]
    sandbox.jira_act("transition", issue=key, to="Done")
    env = sandbox.env()
    with httpx2.Client(auth=(env["JIRA_EMAIL"], env["JIRA_API_TOKEN"])) as client:
        body = {"body": document("by API")}
        client.post(f"{env['JIRA_BASE_URL']}/rest/api/3/issue/{key}/comment", json=body)
    sandbox.advance(timedelta(days=2))


def test_everything_comes_back_changes_and_clock(tmp_path: Path) -> None:
    with Sandbox(options(tmp_path)) as sandbox:
        live(sandbox)
        before, now = sandbox.state(), sandbox.now()
    with Sandbox(options(tmp_path)) as again:
        assert again.now() == now == NOW + timedelta(days=2, hours=5)
        assert again.state() == before


def test_the_folder_wins_over_other_options(tmp_path: Path) -> None:
    with Sandbox(options(tmp_path)) as sandbox:
        before = sandbox.state()
    other = SandboxOptions(seed=9, incidents=3, state=tmp_path)
    with Sandbox(other) as again:
        assert again.state() == before


def test_a_half_written_last_line_is_dropped_and_writing_goes_on(tmp_path: Path) -> None:
    with Sandbox(options(tmp_path)) as sandbox:
        sandbox.jira_act("create", summary="Kept")
    with (tmp_path / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"at": "2026-11-02T09:0')
    with Sandbox(options(tmp_path)) as again:
        again.jira_act("create", summary="After")
    with Sandbox(options(tmp_path)) as third:
        summaries = [issue.fields["summary"] for issue in third.world.jira.issues.values()]
        assert summaries[-2:] == ["Kept", "After"]


def test_it_survives_sigkill(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from callsheet.sandbox.server import Sandbox, SandboxOptions\n"
        "Sandbox(SandboxOptions(state=Path(sys.argv[1]), incidents=3, tick=False,"
        " now=datetime(2026, 11, 2, 9, tzinfo=UTC))).serve()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        env = dict(process.stdout.readline().strip().split("=", 1) for _ in range(10))
        issue = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Survivor"}
        login = (env["JIRA_EMAIL"], env["JIRA_API_TOKEN"])
        url = f"{env['JIRA_BASE_URL']}/rest/api/3/issue"
        assert httpx2.post(url, json={"fields": issue}, auth=login).status_code == 201
        os.kill(process.pid, signal.SIGKILL)
    with Sandbox(SandboxOptions(state=tmp_path)) as again:
        summaries = [each.fields["summary"] for each in again.world.jira.issues.values()]
        assert summaries[-1] == "Survivor"
