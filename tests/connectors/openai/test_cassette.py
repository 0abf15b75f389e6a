"""What is sent to a model, pinned: `cassettes/wire.yaml`, recorded from the endpoint of these tests, not from a vendor.

Record anew after a wanted change: `CALLSHEET_RECORD=1 pytest tests/connectors/openai/test_cassette.py`; read the diff.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import vcr

from callsheet.connect.context import Context
from callsheet.testing.clock import FakeClock
from callsheet.testing.examination import examined
from callsheet_openai.connector import OpenAIDrafter
from callsheet_openai.options import OpenAIOptions
from tests.connectors.openai.server import KEY, MODEL, Endpoint

CASSETTE = Path(__file__).parent / "cassettes" / "wire.yaml"
HEADER = "# Recorded from an endpoint of the tests (server.py), not from a vendor; see docs/recording.md.\n"
PLACE = "127.0.0.1:8123"
RECORDING = os.environ.get("CALLSHEET_RECORD") == "1"
_ADDRESS = re.compile(r"127\.0\.0\.1:\d+")


def _request(request: Any) -> Any:
    request.uri = _ADDRESS.sub(PLACE, request.uri)
    kept = {"content-type", "user-agent"}
    request.headers = {name: value for name, value in request.headers.items() if name.lower() in kept}
    return request


def _response(response: dict[str, Any]) -> dict[str, Any]:
    return {**response, "headers": {}}


@pytest.fixture
def drafter() -> Iterator[tuple[OpenAIDrafter, Any]]:
    """A drafter on the cassette, which is made anew when that is asked for."""
    recorder = vcr.VCR(
        record_mode="all" if RECORDING else "none",
        match_on=["method", "uri", "body", "headers"],
        before_record_request=_request,
        before_record_response=_response,
    )
    url = f"http://{PLACE}/v1"
    context = Context(
        clock=FakeClock(datetime(2026, 11, 2, 9, tzinfo=UTC)),
        count=lambda: None,
        namespace="callsheet",
        zone=UTC,
        user_agent="callsheet/test",
    )
    with ExitStack() as stack:
        if RECORDING:
            CASSETTE.unlink(missing_ok=True)
            url = stack.enter_context(Endpoint()).url
        cassette = stack.enter_context(recorder.use_cassette(str(CASSETTE)))
        yield OpenAIDrafter(OpenAIOptions(base_url=url, model=MODEL, api_key=KEY), context), cassette
    if RECORDING:
        CASSETTE.write_text(HEADER + CASSETTE.read_text(encoding="utf-8"), encoding="utf-8")


def test_what_is_asked_is_what_was_recorded(drafter: tuple[OpenAIDrafter, Any]) -> None:
    model, cassette = drafter

    assert all(check.result.value == "ok" for check in examined(model))
    assert model.draft("# Write a summary\n\n[E2] 10:02 It began.").text == "It began at 10:02 [E2]."
    assert RECORDING or cassette.all_played


def test_the_cassette_holds_no_key_and_no_moment_of_its_recording() -> None:
    text = CASSETTE.read_text(encoding="utf-8")

    assert text.startswith(HEADER)
    assert not re.search(rf"(?i)authorization|^\s*date:|{KEY}", text, re.MULTILINE)
    assert set(_ADDRESS.findall(text)) == {PLACE}
