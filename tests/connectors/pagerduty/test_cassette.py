"""What goes over the wire, pinned byte by byte: `cassettes/wire.yaml`, see the README beside it for recording anew."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import vcr

from callsheet.sandbox.server import Sandbox, SandboxOptions
from callsheet.testing.clock import FakeClock
from callsheet_pagerduty.connector import PagerDuty, build
from callsheet_pagerduty.options import PagerDutyOptions
from tests.connectors.pagerduty.stage import NOW, context

CASSETTE = Path(__file__).parent / "cassettes" / "wire.yaml"
HEADER = "# Recorded from Callsheet's own sandbox, not from PagerDuty; see README.md beside this file.\n"
PLACE = "http://127.0.0.1:8123"
KEPT = {"content-type"}
RECORDING = os.environ.get("CALLSHEET_RECORD") == "1"
ENV = {
    "PAGERDUTY_API_TOKEN": "filtered",
    "PAGERDUTY_BASE_URL": f"{PLACE}/pagerduty",
    "PAGERDUTY_FROM_EMAIL": "callsheet@larkspur.example",
}


def settled(text: str) -> str:
    """Without the port that happened to be free."""
    return re.sub(r"http://127\.0\.0\.1:\d+", PLACE, text)


def settle_request(request: Any) -> Any:
    request.uri = settled(request.uri)
    request.headers = {
        name: value
        for name, value in request.headers.items()
        if name.lower() in {"accept", "content-type", "from", "user-agent"}
    }
    return request


def settle_response(response: dict[str, Any]) -> dict[str, Any]:
    body = response["body"]["string"]
    text = body.decode() if isinstance(body, bytes) else body
    kept = {name: value for name, value in response["headers"].items() if name.lower() in KEPT}
    return {**response, "headers": kept, "body": {"string": settled(text).encode()}}


@contextmanager
def tape() -> Iterator[tuple[PagerDuty, Any]]:
    """A source on the cassette; with CALLSHEET_RECORD=1 the cassette is made anew from the sandbox."""
    recorder = vcr.VCR(
        record_mode="all" if RECORDING else "none",
        match_on=["method", "uri", "body", "headers"],
        before_record_request=settle_request,
        before_record_response=settle_response,
    )
    with ExitStack() as stack:
        env = ENV
        if RECORDING:
            CASSETTE.unlink(missing_ok=True)
            options = SandboxOptions(seed=7, incidents=3, now=NOW, tick=False)
            env = stack.enter_context(Sandbox(options)).env()
        cassette = stack.enter_context(recorder.use_cassette(str(CASSETTE)))
        source = build(PagerDutyOptions.read(env), context(FakeClock(NOW), lambda: None))
        yield source, cassette
        source.close()
    if RECORDING:
        CASSETTE.write_text(HEADER + CASSETTE.read_text(encoding="utf-8"), encoding="utf-8")


def test_a_whole_conversation_replays_word_for_word() -> None:
    with tape() as (source, cassette):
        directory = source.directory()
        incidents = [each for one in source.incidents(NOW - timedelta(days=30), NOW) for each in one.incidents]
        (page,) = source.changes(NOW - timedelta(minutes=41), NOW - timedelta(minutes=37))
        dossier, maladies = source.dossier(incidents[0])
        note = source.post_note(incidents[0].id, "Filed OPS-1.")
        source.edit_note(incidents[0].id, note, "Filed OPS-1 and OPS-2.")
        notes = source.notes(incidents[0].id)
        assert RECORDING or cassette.all_played
    assert (len(directory.people), len(directory.priorities)) == (15, 5)
    assert len(incidents) == 3
    assert page.entries
    assert {entry.incident_id for entry in page.entries} == {each.id for each in page.incidents}
    assert maladies == ()
    assert dossier.incident == incidents[0]
    assert dossier.notes == notes[:-1]
    assert (notes[-1].id, notes[-1].text) == (note, "Filed OPS-1 and OPS-2.")


def test_the_cassette_holds_no_secret_no_path_and_no_moment_of_its_recording() -> None:
    text = CASSETTE.read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    assert not re.search(r"(?i)authorization|ratelimit|^\s*date:", text, re.MULTILINE)
    assert set(re.findall(r"127\.0\.0\.1:\d+", text)) == {"127.0.0.1:8123"}
    assert not re.search(r"/(work|home|tmp|root)/", text)


def test_every_write_on_the_cassette_says_whose_words_it_carries() -> None:
    with CASSETTE.open(encoding="utf-8") as file:
        found = vcr.serializers.yamlserializer.deserialize(file.read())["interactions"]
    writes = [each["request"] for each in found if each["request"]["method"] != "GET"]
    assert [each["method"] for each in writes] == ["POST", "PUT"]
    for request in writes:
        assert request["headers"]["from"] == ["callsheet@larkspur.example"]
        assert set(json.loads(request["body"])) == {"note"}
