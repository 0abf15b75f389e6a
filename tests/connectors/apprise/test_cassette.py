"""What a web hook is sent, pinned: `cassettes/wire.yaml`, recorded from the hook of these tests, not from a vendor.

Record anew after a wanted change: `CALLSHEET_RECORD=1 pytest tests/connectors/apprise/test_cassette.py`; read the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import vcr

from callsheet.model.nudge import Digest
from callsheet.model.text import Bullets, Span, paragraph

from .conftest import PASSWORD, PATH_SECRET, Hook, House

CASSETTE = Path(__file__).parent / "cassettes" / "wire.yaml"
HEADER = "# Recorded from a web hook of the tests (conftest.py), not from a vendor; see docs/recording.md.\n"
PLACE = "127.0.0.1:58123"
RECORDING = os.environ.get("CALLSHEET_RECORD") == "1"
BODY = (
    paragraph("Hello <Ada>, two promises are due:"),
    Bullets(items=(paragraph(Span(text="OPS-1", url="https://jira.example/OPS-1"), " *tomorrow*"), paragraph("OPS-2"))),
)
_ADDRESS = re.compile(r"127\.0\.0\.1:\d+")


def _request(request: Any) -> Any:
    request.uri = _ADDRESS.sub(PLACE, request.uri).replace(PATH_SECRET, "secret")
    kept = {"content-type", "user-agent"}
    request.headers = {name: value for name, value in request.headers.items() if name.lower() in kept}
    return request


def _response(response: dict[str, Any]) -> dict[str, Any]:
    return {**response, "headers": {}}


RECORDER = vcr.VCR(
    record_mode="all" if RECORDING else "none",
    match_on=["method", "uri", "body", "headers"],
    before_record_request=_request,
    before_record_response=_response,
)


def test_what_is_sent_is_what_was_recorded(house: House, hook: Hook, ada: Digest) -> None:
    if RECORDING:
        CASSETTE.unlink(missing_ok=True)
    with RECORDER.use_cassette(str(CASSETTE)) as cassette:
        for form in ("markdown", "text", "html"):
            house.notifier(hook.url(f"?format={form}")).send(ada, "Two are due", BODY)
        assert RECORDING or cassette.all_played
    assert len(hook.messages) == (3 if RECORDING else 0)
    if RECORDING:
        CASSETTE.write_text(HEADER + CASSETTE.read_text(encoding="utf-8"), encoding="utf-8")


def test_the_cassette_holds_no_secret_and_no_moment_of_its_recording() -> None:
    text = CASSETTE.read_text(encoding="utf-8")

    assert text.startswith(HEADER)
    assert not re.search(rf"(?i)authorization|^\s*date:|{PASSWORD}|{PATH_SECRET}", text, re.MULTILINE)
    assert set(_ADDRESS.findall(text)) == {PLACE}
