"""What an answer means, how long to wait, and what never leaves the house in clear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from callsheet.connect.errors import (
    AuthRefused,
    ConnectorError,
    EditedMeanwhile,
    Forbidden,
    Malformed,
    NotFound,
    RateLimited,
    Rejected,
    Transient,
)
from callsheet.connect.http import (
    DEFAULT_WAIT,
    LONGEST_WAIT_IN_HAND,
    READ_ATTEMPTS,
    Reply,
    Throttle,
    check,
    retry_after,
    retrying,
)
from callsheet.model.credentials import redact, redact_line
from callsheet.testing.clock import FakeClock

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CLOCK = FakeClock(NOW)


def reply(status: int = 200, body: bytes = b"{}", **headers: str) -> Reply:
    return Reply(
        method="POST",
        path="/issue",
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=body,
    )


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_a_success_is_handed_on(status: int) -> None:
    answer = reply(status)
    assert check(answer, clock=CLOCK) is answer


@pytest.mark.parametrize(
    ("status", "kind", "unknown"),
    [
        *((status, Transient, True) for status in (301, 302, 304, 408, 425, 500, 502, 503, 504, 599)),
        *((status, Rejected, False) for status in (400, 402, 405, 406, 409, 411, 413, 415, 422, 451)),
        *((status, AuthRefused, False) for status in (401, 407)),
        (403, Forbidden, False),
        *((status, NotFound, False) for status in (404, 410)),
        (429, RateLimited, False),
    ],
)
def test_every_other_status_has_one_meaning(status: int, kind: type[ConnectorError], unknown: bool) -> None:
    with pytest.raises(kind) as caught:
        check(reply(status), clock=CLOCK)
    assert type(caught.value) is kind
    assert caught.value.outcome_unknown is unknown
    assert caught.value.what == f"POST /issue answered {status}"


def test_the_vendors_words_fields_and_request_id_are_kept() -> None:
    with pytest.raises(Rejected) as caught:
        check(reply(400, x_request_id="r-1"), clock=CLOCK, fields={"due": "too late"}, message="Mend it.")
    error = caught.value
    assert (error.what, error.fields, error.request_id) == (
        "POST /issue answered 400: Mend it.",
        {"due": "too late"},
        "r-1",
    )


def test_a_throttled_answer_says_how_long_and_which_limit() -> None:
    with pytest.raises(RateLimited) as caught:
        check(reply(429, retry_after="7", ratelimit_reason="jira-burst-based"), clock=CLOCK)
    assert (caught.value.retry_after, caught.value.scope) == (7.0, "jira-burst-based")
    assert caught.value.what.endswith(" answered 429 (jira-burst-based)")


@pytest.mark.parametrize("reason", ["", "a\r\nb", "x" * 61, "Authorization: Basic eA=="])
def test_a_limit_that_is_no_name_is_not_repeated(reason: str) -> None:
    with pytest.raises(RateLimited) as caught:
        check(reply(429, ratelimit_reason=reason), clock=CLOCK)
    assert caught.value.scope is None
    assert caught.value.what.endswith(" answered 429")


@pytest.mark.parametrize("header", ["x-request-id", "atl-traceid", "x-arequestid"])
def test_each_vendors_request_id_is_known(header: str) -> None:
    assert Reply(method="GET", path="/", status=200, headers={header: "r"}, body=b"").request_id == "r"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"retry-after": "30"}, 30.0, id="a number"),
        pytest.param({"retry-after": " 2.5 "}, 2.5, id="a fraction"),
        pytest.param({"retry-after": "0"}, 0.0, id="nought is nought"),
        pytest.param({"retry-after": "Mon, 02 Nov 2026 09:01:00 GMT"}, 60.0, id="a date"),
        pytest.param({"retry-after": "Mon, 02 Nov 2026 08:59:00 GMT"}, 0.0, id="a date that has passed"),
        pytest.param({"x-ratelimit-reset": "2026-11-02T09:02Z"}, 120.0, id="an ISO time"),
        pytest.param({"x-ratelimit-reset": "2026-11-02T09:02:00"}, 120.0, id="an ISO time without a zone"),
        pytest.param({"ratelimit-reset": "12"}, 12.0, id="seconds until the reset"),
        pytest.param({"retry-after": "1", "ratelimit-reset": "12"}, 1.0, id="the first one counts"),
        pytest.param({"retry-after": "soon", "ratelimit-reset": "12"}, 12.0, id="the first that can be read"),
        pytest.param({"retry-after": "-5"}, DEFAULT_WAIT, id="a negative number"),
        pytest.param({"retry-after": ""}, DEFAULT_WAIT, id="empty"),
        pytest.param({}, DEFAULT_WAIT, id="nothing said"),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers, now=NOW) == seconds


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": ', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_malformed_and_a_write_of_it_unknown(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        reply(201, body, x_request_id="r-1").json()
    assert caught.value.outcome_unknown
    assert (caught.value.where, caught.value.request_id) == ("/issue", "r-1")


def test_json_is_read() -> None:
    assert reply(body='{"a": "ü"}'.encode()).json() == {"a": "ü"}


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (Transient("x", sent=True), True),
        (Transient("x", sent=False), False),
        (Malformed("x"), True),
        (RateLimited("x", retry_after=1), False),
        (AuthRefused("x"), False),
        (Rejected("x"), False),
        (NotFound("x"), False),
        (EditedMeanwhile("x"), False),
    ],
)
def test_which_errors_leave_a_write_unknown(error: ConnectorError, unknown: bool) -> None:
    assert error.outcome_unknown is unknown


# Throttle.


def test_nobody_waits_before_anybody_was_asked_to() -> None:
    clock = FakeClock(NOW)
    Throttle(clock).enter()
    assert clock.waited == []


def test_a_short_hold_is_waited_out_once() -> None:
    clock = FakeClock(NOW)
    throttle = Throttle(clock)
    throttle.hold(10)
    throttle.enter()
    throttle.enter()
    assert (clock.waited, throttle.not_before) == ([10.0], None)


def test_a_nearer_time_never_shortens_a_longer_one() -> None:
    clock = FakeClock(NOW)
    throttle = Throttle(clock)
    for seconds in (20, 5):
        throttle.hold(seconds)
    throttle.enter()
    assert clock.waited == [20.0]


def test_a_long_hold_ends_the_work_instead_of_waiting() -> None:
    clock = FakeClock(NOW)
    throttle = Throttle(clock)
    throttle.hold(LONGEST_WAIT_IN_HAND + 1)
    with pytest.raises(RateLimited) as caught:
        throttle.enter()
    assert (caught.value.retry_after, clock.waited) == (LONGEST_WAIT_IN_HAND + 1, [])
    clock.advance(timedelta(seconds=LONGEST_WAIT_IN_HAND + 1))
    throttle.enter()
    assert throttle.not_before is None


def test_a_stop_ends_the_wait() -> None:
    clock = FakeClock(NOW)
    throttle = Throttle(clock)
    throttle.hold(10)
    clock.stop()
    with pytest.raises(RateLimited):
        throttle.enter()
    assert throttle.not_before is not None


# Repeating reads.


def repeated(clock: FakeClock, *errors: Exception) -> list[str]:
    """What a call that fails so often answers in the end."""
    left, calls = list(errors), []

    def call() -> list[str]:
        calls.append("call")
        if left:
            raise left.pop(0)
        return calls

    return retrying(clock)(call)


def test_a_fault_that_passes_is_repeated_with_growing_waits() -> None:
    clock = FakeClock(NOW)
    assert len(repeated(clock, *[Transient("x", sent=True)] * 3)) == 4
    assert clock.waited == sorted(clock.waited)
    assert len(clock.waited) == 3


def test_it_gives_up_with_the_last_error() -> None:
    clock = FakeClock(NOW)
    with pytest.raises(Transient, match="last"):
        repeated(clock, *[Transient("x", sent=True)] * (READ_ATTEMPTS - 1), Transient("last", sent=True))
    assert len(clock.waited) == READ_ATTEMPTS - 1


def test_it_waits_as_it_is_asked_to() -> None:
    clock = FakeClock(NOW)
    repeated(clock, RateLimited("x", retry_after=7), RateLimited("x", retry_after=0))
    assert clock.waited == [7, 0]


def test_a_long_wait_is_left_to_the_next_cycle() -> None:
    clock = FakeClock(NOW)
    with pytest.raises(RateLimited):
        repeated(clock, RateLimited("x", retry_after=LONGEST_WAIT_IN_HAND + 1))
    assert clock.waited == []


@pytest.mark.parametrize("error", [AuthRefused("x"), Rejected("x"), NotFound("x"), Malformed("x"), ValueError("x")])
def test_what_will_not_pass_is_not_repeated(error: Exception) -> None:
    clock = FakeClock(NOW)
    with pytest.raises(type(error)):
        repeated(clock, error)
    assert clock.waited == []


@pytest.mark.parametrize(
    "no", [Rejected("x"), NotFound("x"), AuthRefused("x"), Transient("x", sent=False), RateLimited("x", retry_after=99)]
)
def test_a_no_after_a_try_whose_answer_was_lost_says_nothing_of_that_one(no: ConnectorError) -> None:
    with pytest.raises(type(no)) as caught:
        repeated(FakeClock(NOW), Transient("x", sent=True), *[no] * READ_ATTEMPTS)
    assert caught.value.outcome_unknown


@pytest.mark.parametrize("before", [Transient("x", sent=False), RateLimited("x", retry_after=0)])
def test_a_no_after_tries_that_never_came_to_anything_is_clear(before: ConnectorError) -> None:
    with pytest.raises(Rejected) as caught:
        repeated(FakeClock(NOW), before, Rejected("x"))
    assert not caught.value.outcome_unknown


def test_a_stop_ends_the_repeating() -> None:
    clock = FakeClock(NOW)
    clock.stop()
    with pytest.raises(Transient, match="went astray") as caught:
        repeated(clock, Transient("went astray", sent=True))
    # A write that may have arrived stays unknown.
    assert caught.value.outcome_unknown


# Redaction.

SECRET = "s3cr3t-Canary.0123456789/+=abcDEF"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization: Token token={SECRET}",
        f'"Authorization": "Basic {SECRET}"',
        f"curl -H 'Authorization: Bearer {SECRET}' https://x.example",
        f"password={SECRET}",
        f"db_password: {SECRET}",
        f'{{"apiKey": "{SECRET}", "user": "ana"}}',
        f"api-key = {SECRET}",
        f"https://ana:{SECRET}@db.example/x".replace("/+=", ""),
        f"client_secret={SECRET}&scope=all",
        f"Cookie: session={SECRET}; other={SECRET}",
        f"sent bearer {SECRET} to them",
    ],
)
def test_what_looks_like_a_credential_is_replaced(text: str) -> None:
    said = redact(text)
    assert SECRET not in said
    assert SECRET.replace("/+=", "") not in said
    assert "[redacted]" in said


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a1B2" * 9,
        "xoxb-12345678901-abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ],
)
def test_well_known_shapes_are_replaced_wherever_they_stand(secret: str) -> None:
    assert secret not in redact(f"we saw {secret} in the log")


@pytest.mark.parametrize(
    "text",
    [
        "p99 latency above 4 s on checkout-api",
        "https://grafana.example/d/checkout?from=now-1h",
        "the bearer of bad news",
        "Basic checks passed",
        "",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert redact(text) == text


def test_redacting_twice_changes_nothing() -> None:
    once = redact(f"password={SECRET}\nAuthorization: Bearer {SECRET}")
    assert redact(once) == once


@pytest.mark.parametrize(
    "title",
    [
        "Auth token: validation fails",
        "Basic authentication is down",
        "Cookie: the banner is broken",
        "Session: expired",
    ],
)
def test_a_title_keeps_its_plain_words(title: str) -> None:
    assert redact_line(title) == title


@pytest.mark.parametrize("title", ["password={}", "token: {}", "bearer {}", "postgres://app:{}@db/x", "[api_key={}]"])
def test_a_title_holds_no_credential(title: str) -> None:
    secret = "s3cr3t-Canary.0123456789"
    line = title.format(secret)
    assert secret not in redact_line(line)
    assert redact_line(redact_line(line)) == redact_line(line)
