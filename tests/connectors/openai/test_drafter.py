"""The drafter at a real HTTP server: what it asks, what it takes for an answer, and how each fault is told."""

import logging
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from callsheet.connect.context import Context
from callsheet.connect.errors import (
    AuthRefused,
    ConnectorError,
    Malformed,
    NotFound,
    RateLimited,
    Rejected,
    Transient,
)
from callsheet.connect.options import Problems
from callsheet.testing.clock import FakeClock
from callsheet.testing.examination import examined, fails
from callsheet_openai import connector
from callsheet_openai.connector import ATTEMPTS, LARGEST, OpenAIDrafter
from callsheet_openai.options import OpenAIOptions
from tests.connectors.openai.server import KEY, MODEL, Endpoint, said

COUNTED: list[int] = []


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as running:
        yield running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 2, 9, tzinfo=UTC))


@pytest.fixture
def drafter(endpoint: Endpoint, clock: FakeClock) -> OpenAIDrafter:
    return made(clock, base_url=endpoint.url, api_key=KEY)


@pytest.fixture(autouse=True)
def _no_key_in_any_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert not [r.name for r in caplog.get_records("call") if KEY in f"{r.getMessage()} {r.args!r} {r.exc_text}"]


def made(clock: FakeClock, **given: Any) -> OpenAIDrafter:
    COUNTED.clear()
    context = Context(
        clock=clock, count=lambda: COUNTED.append(1), namespace="callsheet", zone=UTC, user_agent="callsheet/0"
    )
    return OpenAIDrafter(OpenAIOptions(model=MODEL, **given), context)


def told(caught: pytest.ExceptionInfo[ConnectorError]) -> str:
    assert KEY not in "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
    return caught.value.what


def test_one_question_with_the_key_and_nothing_else(endpoint: Endpoint, drafter: OpenAIDrafter) -> None:
    draft = drafter.draft("# Write a summary")
    assert (draft.text, draft.model) == ("It began at 10:02 [E2].", f"{MODEL}-2026-11")
    assert endpoint.asked == [
        {"model": MODEL, "messages": [{"role": "user", "content": "# Write a summary"}], "stream": False}
    ]
    assert (endpoint.keys, len(COUNTED)) == ([f"Bearer {KEY}"], 1)
    assert KEY not in repr(drafter)


def test_a_model_on_this_machine_needs_no_key(endpoint: Endpoint, clock: FakeClock) -> None:
    made(clock, base_url=f"{endpoint.url}/").draft("Hello")
    assert endpoint.keys == [None]


def test_a_text_in_parts_is_one_text(endpoint: Endpoint, drafter: OpenAIDrafter) -> None:
    endpoint.answer = lambda _: (200, said([{"type": "text", "text": "It "}, {"type": "image"}, {"text": "began."}]))
    assert drafter.draft("x").text == "It began."


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (401, {"error": {"message": f"Incorrect API key provided: {KEY}"}}, AuthRefused, "check DRAFT_API_KEY"),
        (403, b"<html>No</html>", AuthRefused, "may not use this model"),
        (404, {"error": {"message": "The model does not exist"}}, NotFound, "does not exist (check DRAFT_BASE_URL"),
        (400, {"error": {"message": "maximum context length is 8192 tokens"}}, Rejected, "8192 tokens"),
        (400, {"error": "as a text"}, Rejected, "as a text"),
        (301, b"", Rejected, "redirects are not followed"),
        (500, b"", Transient, "500"),
        (0, b"", Transient, "no whole answer"),
        (200, b"not json", Malformed, "not JSON"),
        (200, b"[" * 100_000, Malformed, "not JSON"),
        (200, b"[]", Malformed, "without a text"),
        (200, {"choices": []}, Malformed, "without a text"),
        (200, {"choices": [{"message": None}]}, Malformed, "without a text"),
        (200, said(None), Malformed, "without a text"),
        (200, said("  \n"), Malformed, "without a text"),
        (200, said("It began at", "length"), Malformed, "cut off"),
        (200, said("", "content_filter"), Rejected, "content filter"),
        (200, said(None, refusal=f"I can't help with\x1b that, {KEY}"), Rejected, "the model refused: I can't help"),
        (200, b"x" * (LARGEST + 1), Malformed, "more than 4 MB"),
    ],
)
def test_each_fault_is_classified_and_says_what_to_do(
    endpoint: Endpoint, drafter: OpenAIDrafter, status: int, body: Any, error: type[ConnectorError], words: str
) -> None:
    endpoint.answer = lambda _: (status, body)
    with pytest.raises(error) as caught:
        drafter.draft("x")
    assert words in told(caught)
    assert "\x1b" not in told(caught)
    assert len(endpoint.asked) == (ATTEMPTS if error is Transient else 1)


def test_who_is_asked_to_wait_waits_and_asks_again(
    endpoint: Endpoint, drafter: OpenAIDrafter, clock: FakeClock
) -> None:
    endpoint.headers = {"Retry-After": "7"}
    endpoint.answer = lambda _: (429, {}) if len(endpoint.asked) == 1 else (200, said("Late [E1]."))
    assert drafter.draft("x").text == "Late [E1]."
    assert sum(clock.waited) == 7


def test_a_long_wait_is_told_and_not_waited_out(endpoint: Endpoint, drafter: OpenAIDrafter, clock: FakeClock) -> None:
    endpoint.headers = {"Retry-After": "3600"}
    endpoint.answer = lambda _: (429, {"error": {"message": "You exceeded your current quota"}})
    for _ in range(2):
        with pytest.raises(RateLimited):
            drafter.draft("x")
    assert (len(endpoint.asked), clock.waited) == (1, [])


def test_an_endpoint_that_is_slow_or_gone_is_told(
    endpoint: Endpoint, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Transient, match=r"127\.0\.0\.1 can't be reached; check DRAFT_BASE_URL") as gone:
        made(clock, base_url="http://127.0.0.1:9/v1").draft("x")
    assert not gone.value.sent
    monkeypatch.setattr(connector, "SECONDS", 0.05)
    endpoint.answer = lambda _: (200, said(str(threading.Event().wait(0.3))))
    with pytest.raises(Transient, match="it took too long"):
        made(clock, base_url=endpoint.url).draft("x")


def test_an_examination_asks_for_the_models_and_drafts_nothing(endpoint: Endpoint, drafter: OpenAIDrafter) -> None:
    assert [check.result.value for check in examined(drafter)] == ["ok", "ok"]
    endpoint.models = (200, {"data": [{"id": "another"}, {"id": 5}, "odd"]})
    assert [check.result.value for check in examined(drafter)] == ["ok", "warning"]
    endpoint.models = (404, {})
    assert [check.result.value for check in examined(drafter)] == ["ok", "warning"]
    endpoint.models = (401, {"error": {"message": KEY}})
    checks = examined(drafter)
    assert ([check.result.value for check in checks], fails(checks)) == (["error"], True)
    assert KEY not in repr(checks)
    assert endpoint.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://models.example.com/v1",
        "https://user:canary@models.example.com/v1",
        "https://models.example.com/v1?key=canary",
        "https://[canary",
        "file:///canary",
        "canary",
    ],
)
def test_an_address_that_would_tell_secrets_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Problems, match="DRAFT_BASE_URL") as caught:
        OpenAIOptions.read({"DRAFT_BASE_URL": url, "DRAFT_MODEL": MODEL})
    assert "canary" not in str(caught.value)
    with pytest.raises(Problems) as both:
        OpenAIOptions.read({"DRAFT_API_KEY": "canary with\nbreaks"})
    assert {problem.variable for problem in both.value.problems} == {"DRAFT_BASE_URL", "DRAFT_MODEL", "DRAFT_API_KEY"}
    assert "canary" not in str(both.value)
