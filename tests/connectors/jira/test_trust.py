"""Who was answered, and what is never told: proof of identity, secrets."""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from callsheet.connect.errors import (
    AuthRefused,
    ConnectorError,
    Rejected,
)
from callsheet.model.text import paragraph
from callsheet.model.ticket import Category, Field, TicketChange
from tests.connectors.jira.house import (
    CANARY,
    DRAFT,
    EMPTY,
    MYSELF,
    PROOF,
    Answer,
    House,
    Script,
    Seen,
    Serve,
    always,
    both,
    issue,
)

# Proof of identity


@pytest.mark.parametrize("reason", ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED", "OUT", "authenticated_failed, X"])
@both
def test_an_answer_that_was_served_to_nobody_is_refused(serve: Serve, house: House, flavour: str, reason: str) -> None:
    tiny = serve(always(Answer(200, EMPTY, {"x-seraph-loginreason": reason})))
    with pytest.raises(AuthRefused, match="new token"):
        list(house.jira(tiny.env(flavour)).changes("callsheet", None))
    assert len(tiny.seen) == 1


def test_anonymous_is_nobody_and_ok_is_somebody(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(200, EMPTY, {"X-AUSERNAME": "anonymous"})))
    with pytest.raises(AuthRefused, match="anonymous"):
        house.jira(tiny.env("datacenter")).find(["cs-1"])
    tiny.script = always(Answer(200, EMPTY, {"X-AUSERNAME": "callsheet", "X-Seraph-LoginReason": "OUT, OK"}))
    assert house.jira(tiny.env("datacenter")).find(["cs-1"]) == ()


@both
def test_an_empty_answer_without_proof_asks_who_we_are(serve: Serve, house: House, flavour: str) -> None:
    def script(seen: Seen) -> Answer:
        return Answer(200, MYSELF) if seen.path.endswith("/myself") else Answer(200, EMPTY)

    tiny = serve(script)
    assert house.jira(tiny.env(flavour)).find(["cs-1"]) == ()
    assert [seen.path.rpartition("/")[2] for seen in tiny.seen][-1] == "myself"
    assert house.requests == 2

    tiny.script = lambda seen: Answer(401) if seen.path.endswith("/myself") else Answer(200, EMPTY)
    with pytest.raises(AuthRefused):
        house.jira(tiny.env(flavour)).find(["cs-1"])


def test_silence_about_a_missing_ticket_is_doubted_too(serve: Serve, house: House) -> None:
    def script(seen: Seen) -> Answer:
        if seen.path.endswith("/bulkfetch"):
            return Answer(200, {"issues": []}, PROOF["cloud"])
        return Answer(401 if seen.path.endswith("/myself") else 404)

    with pytest.raises(AuthRefused):
        house.jira(serve(script).env()).read(["10001"])


@both
def test_no_transitions_and_no_users_are_doubted(serve: Serve, house: House, flavour: str) -> None:
    def script(seen: Seen) -> Answer:
        if seen.path.endswith("/myself"):
            return Answer(401)
        if seen.path.endswith("/transitions"):
            return Answer(200, {"transitions": []})
        return Answer(200, [] if "/user/" in seen.path else issue(1))

    jira = house.jira(serve(script).env(flavour))
    with pytest.raises(AuthRefused):
        jira.transition("10001", Category.DONE, ())
    with pytest.raises(AuthRefused):
        jira.account("ann@corp.example", "Ann")
    with pytest.raises(AuthRefused):
        jira.assignable("OPS", "5b10")


def test_a_captcha_is_explained(serve: Serve, house: House) -> None:
    headers = {
        "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
        "X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://x/login.jsp",
    }
    with pytest.raises(AuthRefused, match="sign in once in a browser"):
        house.jira(serve(always(Answer(403, None, headers))).env("datacenter")).who_am_i()


# Secrets


def _everything(error: BaseException) -> str:
    shown = [*traceback.format_exception(error), repr(error), str(vars(error))]
    return "\n".join(shown)


@both
def test_no_secret_reaches_an_error_a_log_or_a_repr(
    serve: Serve, house: House, flavour: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(status: int) -> Script:
        """A server that shows all that it was sent, as debugging gateways do."""

        def script(seen: Seen) -> Answer:
            sent = seen.headers["authorization"]
            said = {"errorMessages": [f"bad {sent}", CANARY], "errors": {"labels": f"{sent} {CANARY}"}}
            return Answer(status, said, {"Location": f"http://x/?token={CANARY}", "Retry-After": "0"})

        return script

    tiny = serve(echo(400))
    jira = house.jira(tiny.env(flavour))
    basic = ""
    told: list[str] = [repr(jira), repr(vars(jira))]
    for status in (301, 400, 401, 403, 404, 409, 413, 429, 500, 503):
        tiny.script = echo(status)
        for call in _calls(jira):
            with pytest.raises(ConnectorError) as caught:
                call()
            told.append(_everything(caught.value))
            if isinstance(caught.value, Rejected):
                told.append(str(caught.value.fields))
    basic = tiny.seen[0].headers["authorization"].partition(" ")[2]
    for answer in (Answer(drop=True), Answer(201, CANARY.encode()), Answer(200, {}, cut=True)):
        tiny.script = always(answer)
        for call in _calls(jira):
            with pytest.raises(ConnectorError) as caught:
                call()
            told.append(_everything(caught.value))
    for said in (*told, caplog.text):
        assert CANARY not in said
        assert basic not in said


def _calls(jira: Any) -> list[Callable[[], object]]:
    return [
        lambda: jira.create(DRAFT),
        lambda: jira.comment("7", (paragraph("x"),), "m"),
        lambda: list(jira.changes("callsheet", None)),
        lambda: jira.update("7", TicketChange(fields={Field.TITLE: "x"})),
    ]


def test_nothing_is_left_open(serve: Serve, house: House, recwarn: pytest.WarningsRecorder) -> None:
    tiny = serve(always(Answer(201, {"id": "7", "key": "OPS-7"})))
    house.jira(tiny.env()).create(DRAFT)
    gc.collect()
    assert [str(warning.message) for warning in recwarn if issubclass(warning.category, ResourceWarning)] == []
