"""The wire, pinned: what the connector sends is compared with cassettes, byte for byte of meaning.

The cassettes were recorded from the sandbox, not from a real site. A change of what is sent fails here; when it is
meant, record them anew with `CALLSHEET_RECORD=1 pytest tests/connectors/jira/test_cassette.py` and read the diff.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import vcr

from callsheet.model.text import Bullets, Span, paragraph
from callsheet.model.ticket import Category, Field, TicketChange
from callsheet.sandbox.server import Sandbox, SandboxOptions
from callsheet_jira.connector import Jira
from tests.connectors.jira.house import NOW, House
from tests.connectors.jira.stage import SIDES, Stage, draft

CASSETTES = Path(__file__).parent / "cassettes"
RECORDING = os.environ.get("CALLSHEET_RECORD") == "1"
PORT = 58123  # As long as the ports that the sandbox gets, so that lengths stay true.
NOTE = """\
# Recorded from the sandbox (callsheet.sandbox), not from a real Jira. Credentials are left out, the port is made up.
# Record anew: CALLSHEET_RECORD=1 pytest tests/connectors/jira/test_cassette.py
"""
_ADDRESS = re.compile(r"127\.0\.0\.1:\d+")


def _request(request: Any) -> Any:
    if "/_sandbox/" in request.uri:
        return None
    request.uri = _ADDRESS.sub(f"127.0.0.1:{PORT}", request.uri)
    if "Host" in request.headers:
        request.headers["Host"] = f"127.0.0.1:{PORT}"
    return request


def _response(response: dict[str, Any]) -> dict[str, Any]:
    body = _ADDRESS.sub(f"127.0.0.1:{PORT}", response["body"]["string"].decode()).encode()
    dropped = {"date", "server", "content-length", "connection"}
    headers = {name: value for name, value in response["headers"].items() if name.lower() not in dropped}
    return {**response, "headers": headers, "body": {"string": body}}


RECORDER = vcr.VCR(
    cassette_library_dir=str(CASSETTES),
    record_mode=vcr.mode.ALL if RECORDING else vcr.mode.NONE,
    match_on=["method", "scheme", "host", "port", "path", "query", "body"],
    filter_headers=["authorization"],
    before_record_request=_request,
    before_record_response=_response,
    decode_compressed_response=True,
)


def play(jira: Jira, wait: Callable[[], None]) -> None:
    """A ticket's life: looked up, filed, found, read, edited, commented, dropped."""
    rules = jira.rules("OPS", "Task")
    ref = jira.create(
        draft(
            issue_type_id=rules.issue_type_id,
            body=(
                paragraph("From ", Span(text="INC-1", url="https://x.test/1"), " [~admin]"),
                Bullets(items=(paragraph(Span(text="strong", strong=True)), paragraph("two\nlines"))),
            ),
            due_on=date(2026, 11, 30),
            priority_id="2",
        )
    )
    wait()
    assert [ticket.id for ticket in jira.find(["cs-1"])] == [ref.id]
    assert [ticket.id for ticket in jira.changes("callsheet", NOW - timedelta(minutes=5))] == [ref.id]
    assert jira.read([ref.id, "99999"]).missing == ("99999",)
    jira.update(ref.id, TicketChange(fields={Field.TITLE: "New", Field.OWNER: None}, add_labels=("late",)))
    jira.comment(ref.id, (paragraph("Due today"),), "nudge-1")
    assert "nudge-1" in jira.comments(ref.id)[0].text
    jira.transition(ref.id, Category.DONE, ("Won't Do",))
    twin = jira.create(draft())
    jira.link_duplicate(twin.id, ref.id)
    assert jira.assignable("OPS", jira.who_am_i().id)


@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
def test_what_is_sent_is_what_was_recorded(house: House, flavour: str) -> None:
    options = SandboxOptions(seed=7, incidents=1, now=NOW, tick=False)
    name = f"{flavour}.yaml"
    with Sandbox(options) if RECORDING else nullcontext() as box, RECORDER.use_cassette(name) as cassette:
        if box is not None:
            stage = Stage(box, flavour, house)
            play(stage.jira(), stage.wait)
        else:
            signed = (
                {"JIRA_EMAIL": "callsheet@example.com", "JIRA_API_TOKEN": "x"}
                if flavour == "cloud"
                else {"JIRA_PERSONAL_ACCESS_TOKEN": "x"}
            )
            base = f"http://127.0.0.1:{PORT}/{SIDES[flavour]}"
            play(house.jira({"JIRA_BASE_URL": base, "JIRA_PROJECT": "OPS", **signed}), lambda: None)
            assert cassette.all_played
    if RECORDING:
        path = CASSETTES / name
        path.write_text(NOTE + path.read_text())


@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
def test_a_cassette_holds_no_credential_and_no_path_of_a_machine(flavour: str) -> None:
    text = (CASSETTES / f"{flavour}.yaml").read_text()
    assert text.startswith("# Recorded from the sandbox")
    assert not re.search(r"(?i)authorization|bearer |basic |ATATT", text)
    for place in (Path.cwd(), Path.home(), Path(__file__).parent, Path(tempfile.gettempdir())):
        assert f"{place}/" not in text
    assert set(_ADDRESS.findall(text)) == {f"127.0.0.1:{PORT}"}
    env = Sandbox(SandboxOptions(seed=7, incidents=1, now=NOW)).env(flavour=flavour)
    secrets = [value for key, value in env.items() if key.endswith(("TOKEN", "SECRET"))]
    assert secrets
    assert not any(secret in text for secret in secrets)
