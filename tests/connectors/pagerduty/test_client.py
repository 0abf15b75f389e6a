"""The verbs: every answer classified, reads repeated, writes sent once, no secret anywhere."""

from __future__ import annotations

import gc
import logging
import socket
import ssl
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from callsheet.connect.errors import (
    AuthRefused,
    ConnectorError,
    Malformed,
    NotFound,
    Rejected,
    Transient,
)
from callsheet.connect.options import Problems
from callsheet.connect.ports import Examination
from callsheet.model.check import Result, Unsettled
from callsheet.testing.clock import FakeClock
from callsheet_pagerduty.client import Client, PlanLacks
from callsheet_pagerduty.options import PagerDutyOptions
from callsheet_pagerduty.session import CONNECT_SECONDS, READ_SECONDS, WRITE_SECONDS
from tests.connectors.pagerduty.stage import NOW, SETTINGS, TOKEN, context, reply, stage

OK = reply({"fine": True})
NOTE = {"note": {"content": "x"}}
BUSY = {"error": {"message": "Rate Limit Exceeded", "code": 2020}}


def test_a_read_goes_out_with_the_vendors_headers_and_ours() -> None:
    on = stage(OK)
    assert on.client.get("/incidents", {"statuses[]": ["a", "b"], "limit": 100}) == {"fine": True}
    (request,) = on.wire.sent
    assert str(request.url) == "https://api.pagerduty.com/incidents?statuses%5B%5D=a&statuses%5B%5D=b&limit=100"
    assert request.headers["authorization"] == f"Token token={TOKEN}"
    assert request.headers["accept"] == "application/vnd.pagerduty+json;version=2"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == "callsheet/test"
    assert "from" not in request.headers
    assert on.requests == 1


@pytest.mark.parametrize("region", ["us", "eu"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_of_oauth_goes_out_as_bearer_and_an_examination_says_that_it_ends(region: str, method: str) -> None:
    token = f"pd{region}+_0XCANARY_b2b2060b-e7af-44a1"
    on = stage(OK, PAGERDUTY_API_TOKEN=token)
    on.client.get("/incidents") if method == "get" else on.client.post("/incidents/Q1/notes", NOTE)
    assert on.wire.sent[-1].headers["authorization"] == f"Bearer {token}"
    checks = {check.check: check for check in on.source.examine(Examination(writes=False, files=False))}
    assert checks["pagerduty: token expiry"].unsettled is Unsettled.UNPROVED
    assert "CANARY" not in repr(checks)


def test_an_examination_says_of_a_key_that_it_has_no_end() -> None:
    checks = {check.check: check for check in stage(OK).source.examine(Examination(writes=False, files=False))}
    assert checks["pagerduty: token expiry"].result is Result.OK


@pytest.mark.parametrize("method", ["post", "put"])
def test_a_write_names_whose_words_it_carries(method: str) -> None:
    on = stage(OK)
    getattr(on.client, method)("/incidents/Q1/notes", NOTE)
    (request,) = on.wire.sent
    assert request.headers["from"] == "callsheet@example.com"
    assert request.content == b'{"note":{"content":"x"}}'


def test_reading_and_writing_have_their_own_patience() -> None:
    on = stage(OK)
    on.client.get("/users")
    on.client.post("/incidents/Q1/notes", NOTE)
    read, write = (request.extensions["timeout"] for request in on.wire.sent)
    assert (read["connect"], read["read"]) == (CONNECT_SECONDS, READ_SECONDS) == (10, 30)
    assert (write["connect"], write["read"], write["write"]) == (CONNECT_SECONDS, WRITE_SECONDS, WRITE_SECONDS)


def test_a_base_address_with_a_path_keeps_it() -> None:
    on = stage(OK, PAGERDUTY_BASE_URL="http://127.0.0.1:8123/pagerduty/")
    on.client.get("/users")
    assert str(on.wire.sent[0].url) == "http://127.0.0.1:8123/pagerduty/users"


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, Rejected), (401, AuthRefused), (402, PlanLacks), (403, AuthRefused), (404, NotFound), (409, Rejected)],
)
def test_a_clear_no_is_not_repeated(status: int, error: type[ConnectorError]) -> None:
    on = stage(reply({"error": {"message": "No", "code": 1, "errors": ["Because."]}}, status, {"x-request-id": "abc"}))
    with pytest.raises(error, match=f"GET /users answered {status}: No; Because.") as caught:
        on.client.get("/users")
    assert caught.value.request_id == "abc"
    assert on.requests == len(on.wire.sent) == 1


@pytest.mark.parametrize("fault", [500, 502, 503, 504, 408, 302])
def test_a_read_is_repeated_on_faults_that_may_pass(fault: int) -> None:
    on = stage(reply(b"<html>", fault), reply(b"", fault), OK)
    assert on.client.get("/users") == {"fine": True}
    assert on.requests == 3
    assert len(on.clock.waited) == 2


def test_a_read_is_not_repeated_without_end() -> None:
    on = stage(reply(b"", 503))
    with pytest.raises(Transient) as caught:
        on.client.get("/users")
    assert caught.value.sent
    assert on.requests == 4


@pytest.mark.parametrize("fault", [httpx2.ConnectError("no"), httpx2.ConnectTimeout("no"), httpx2.PoolTimeout("no")])
def test_what_never_left_is_not_counted_and_its_outcome_is_known(fault: Exception) -> None:
    on = stage(fault)
    with pytest.raises(Transient, match=r"could not reach PagerDuty at api\.pagerduty\.com") as caught:
        on.client.post("/incidents/Q1/notes", NOTE)
    assert not caught.value.outcome_unknown
    assert on.requests == 0
    assert len(on.wire.sent) == 1


@pytest.mark.parametrize(
    ("fault", "address", "told"),
    [
        (httpx2.ConnectError("refused"), "http://127.0.0.1:8181", "; check PAGERDUTY_BASE_URL"),
        (
            httpx2.ConnectError("refused"),
            "https://api.pagerduty.com",
            "; check PAGERDUTY_BASE_URL, the DNS and HTTPS_PROXY",
        ),
        (httpx2.ProxyError("407"), "https://api.pagerduty.com", "; check HTTPS_PROXY and NO_PROXY"),
        (httpx2.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), "https://api.pagerduty.com", " CALLSHEET_CA_FILE"),
    ],
)
def test_what_was_not_reached_is_told_with_what_to_check(fault: Exception, address: str, told: str) -> None:
    on = stage(fault, PAGERDUTY_BASE_URL=address)
    with pytest.raises(Transient) as caught:
        on.client.post("/incidents/Q1/notes", NOTE)
    assert caught.value.what.endswith(told)


@pytest.mark.parametrize(
    "fault",
    [
        httpx2.ReadTimeout("slow"),
        httpx2.ReadError("reset"),
        httpx2.WriteError("reset"),
        httpx2.RemoteProtocolError("Server disconnected"),
        httpx2.DecodingError("not gzip"),
    ],
)
def test_a_write_whose_answer_was_lost_is_sent_once_and_unknown(fault: Exception) -> None:
    on = stage(fault)
    with pytest.raises(Transient) as caught:
        on.client.post("/incidents/Q1/notes", NOTE)
    assert caught.value.outcome_unknown
    assert on.requests == len(on.wire.sent) == 1
    assert on.clock.waited == []


@pytest.mark.parametrize("answer", [reply(b"", 500), reply(BUSY, 429), reply(b"<html>", 502), reply(b"", 302)])
def test_a_note_is_never_posted_twice(answer: httpx2.Response) -> None:
    on = stage(answer)
    with pytest.raises(ConnectorError):
        on.client.post("/incidents/Q1/notes", NOTE)
    assert len(on.wire.sent) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"note": ', b"[]", b"null", b"\xff\xfe"])
def test_a_written_note_whose_answer_is_unreadable_is_unknown(body: bytes) -> None:
    on = stage(reply(body, 201))
    with pytest.raises(Malformed) as caught:
        on.client.post("/incidents/Q1/notes", NOTE)
    assert caught.value.outcome_unknown
    assert len(on.wire.sent) == 1


def test_an_edit_may_be_repeated_and_its_answer_is_not_read() -> None:
    on = stage(httpx2.ReadTimeout("slow"), reply(b"", 200))
    on.client.put("/incidents/Q1/notes/PN1", NOTE)
    assert [request.method for request in on.wire.sent] == ["PUT", "PUT"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "Bad", "code": 2001, "errors": ["One.", "Two."]}}, "Bad; One.; Two."),
        ({"error": "Please use a user token"}, "Please use a user token"),
        ({"errors": ["One."]}, "One."),
        ({"errors": {"name": ["is too long", "is odd"]}}, "name: is too long; name: is odd"),
        ({"error": {"message": "Bad", "errors": {"since": "is no date"}}}, "Bad; since: is no date"),
        ({"errors": [{"detail": "deep"}]}, "detail: deep"),
        ({"message": "plain"}, "plain"),
        ({"error": {"message": None, "code": "x", "errors": 3}}, ""),
        ({"error": None}, ""),
        ([], ""),
        (b"<html>", ""),
        (b"[" * 100_000, ""),
        (b"", ""),
    ],
)
def test_errors_are_read_in_every_shape(body: object, said: str) -> None:
    on = stage(reply(body, 400))
    with pytest.raises(Rejected) as caught:
        on.client.get("/users")
    assert caught.value.what == f"GET /users answered 400{': ' if said else ''}{said}"


@pytest.mark.parametrize(
    ("status", "body", "advice"),
    [
        (400, {"error": {"message": "Requester User Not Found", "code": 1008}}, "PAGERDUTY_FROM_EMAIL"),
        (401, {}, "PAGERDUTY_API_TOKEN"),
        (403, {}, "permission"),
    ],
)
def test_an_error_says_what_to_do(status: int, body: object, advice: str) -> None:
    on = stage(reply(body, status))
    with pytest.raises(ConnectorError, match=advice):
        on.client.post("/incidents/Q1/notes", NOTE)


@pytest.mark.parametrize(("path", "told"), [("/incidents", True), ("/users", True), ("/priorities", False)])
def test_a_listing_of_every_account_that_is_not_there_names_the_address(path: str, *, told: bool) -> None:
    with pytest.raises(NotFound) as caught:
        stage(reply(b"<html>", 404)).client.get(path)
    assert ("check that PAGERDUTY_BASE_URL is" in caught.value.what) is told


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (reply(b"<html>", 404), "see that PAGERDUTY_BASE_URL is"),
        (reply(b"<html>", 200), "see that PAGERDUTY_BASE_URL is"),
        (reply({}, 401), "copy the key anew"),
    ],
    ids=["not there", "not JSON", "refused"],
)
def test_an_examination_asks_for_another_address_or_for_another_key(answer: httpx2.Response, remedy: str) -> None:
    first, *others = stage(answer).source.examine(Examination(writes=False, files=False))
    assert (first.check, first.result) == ("pagerduty: who am I", Result.ERROR)
    assert first.fix.startswith(remedy)
    assert not [check for check in others if check.result is Result.ERROR]


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"<html>", b"", b'{"a":' * 100_000])
def test_a_read_that_answers_no_object_is_malformed(body: bytes) -> None:
    on = stage(reply(body))
    with pytest.raises(Malformed, match="GET /users answered 200"):
        on.client.get("/users")


ECHO = {"error": {"message": f"Bad token {TOKEN}", "errors": [f"Token token={TOKEN}"]}}
FAULTS = [
    *(reply(ECHO, status) for status in (400, 401, 402, 403, 404, 429, 500, 302)),
    reply(TOKEN.encode()),
    reply({"users": TOKEN}),
    httpx2.ConnectError(f"refused {TOKEN}"),
    httpx2.ReadError(f"reset {TOKEN}"),
    httpx2.LocalProtocolError(f"Illegal header value b'Token token={TOKEN}'"),
    httpx2.ProxyError(f"407 for http://me:{TOKEN}@proxy.example.com"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(getattr(fault, "status_code", type(fault).__name__)))
def test_the_token_reaches_no_error_log_or_repr(fault: object, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    on = stage(fault)
    told: list[str] = [repr(on.client), repr(on.source), repr(on.options), str(vars(on.source))]
    for act in (on.source.directory, lambda: on.source.post_note("Q1", "x")):
        try:
            act()
        except ConnectorError as error:
            told += [repr(error), str(error), repr(vars(error)), "".join(traceback.format_exception(error))]
        else:
            pytest.fail("the fault went unnoticed")
    told += [f"{record.getMessage()} {record.args!r} {record.exc_text}" for record in caplog.records]
    assert TOKEN not in "\n".join(told)


@contextmanager
def server(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A bare socket that gives each connection one answer, then closes it; what it got is remembered."""
    listener = socket.create_server(("127.0.0.1", 0))
    got: list[bytes] = []

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            with connection:
                got.append(connection.recv(65_536))
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], got
    finally:
        thread.join(5)
        listener.close()


def real(port: int) -> tuple[Client, list[None]]:
    counted: list[None] = []
    options = PagerDutyOptions.read({**SETTINGS, "PAGERDUTY_BASE_URL": f"http://127.0.0.1:{port}/pagerduty"})
    return Client(options, context(FakeClock(NOW), lambda: counted.append(None))), counted


def http(body: bytes, promised: int | None = None) -> bytes:
    return f"HTTP/1.1 200 OK\r\ncontent-length: {promised or len(body)}\r\n\r\n".encode() + body


def test_over_a_real_socket_a_cut_answer_is_repeated_for_a_read() -> None:
    with server(http(b'{"users"', 50), b"", http(b'{"users": []}')) as (port, got):
        client, counted = real(port)
        assert client.get("/users") == {"users": []}
    assert len(got) == len(counted) == 3


@pytest.mark.parametrize("answer", [http(b'{"note"', 50), b"", b"nonsense\r\n\r\n"])
def test_over_a_real_socket_a_note_goes_out_once(answer: bytes) -> None:
    with server(answer) as (port, got):
        client, counted = real(port)
        with pytest.raises(Transient) as caught:
            client.post("/incidents/Q1/notes", NOTE)
        assert caught.value.outcome_unknown
    assert len(got) == len(counted) == 1


def test_nobody_listening_means_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    # A proxy in the environment can't reach our loopback, so it is not asked.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client, counted = real(port)
    with pytest.raises(Transient) as caught:
        client.post("/incidents/Q1/notes", NOTE)
    assert not caught.value.outcome_unknown
    assert counted == []


def test_a_proxy_from_the_environment_is_used_for_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n") as (port, got):
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{TOKEN}@127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        client = Client(PagerDutyOptions.read(SETTINGS), context(FakeClock(NOW), lambda: None))
        with pytest.raises(Transient, match="407") as caught:
            client.post("/incidents/Q1/notes", NOTE)
    assert got[0].startswith(b"CONNECT api.pagerduty.com:443")
    assert not caught.value.outcome_unknown
    assert TOKEN not in str(caught.value)


def test_a_private_ca_is_trusted_besides_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    monkeypatch.setattr(
        ssl.SSLContext, "load_verify_locations", lambda self, *given, **named: loaded.extend([*given, *named.values()])
    )
    path = tmp_path / "ca.pem"
    Client(PagerDutyOptions.read(SETTINGS), context(FakeClock(NOW), lambda: None, ca_file=path))
    assert path in loaded
    assert len(loaded) > 1


@pytest.mark.parametrize("content", [None, b"not a certificate"])
def test_a_bad_private_ca_is_a_problem_of_the_configuration(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Problems, match="CALLSHEET_CA_FILE: can't be used") as caught:
        Client(PagerDutyOptions.read(SETTINGS), context(FakeClock(NOW), lambda: None, ca_file=path))
    assert "PEM" in str(caught.value)


def test_connections_go_when_the_client_goes() -> None:
    with server(http(b"{}").replace(b"\r\n\r\n", b"\r\nconnection: keep-alive\r\n\r\n", 1)) as (port, _):
        client, _ = real(port)
        client.get("/users")
        del client
        gc.collect()  # an unclosed socket would be a warning, and a warning is an error here
