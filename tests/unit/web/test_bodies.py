"""Bodies of all kinds: a signed one never gets a 4xx, and nobody makes us read too much or wait too long."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from callsheet.run.hints import sweep_asked
from callsheet.web.body import CAP
from callsheet_pagerduty.receiver import Receiver
from tests.unit.web.house import SECRET, Web, by_pagerduty, opened, pagerduty_body, read


def padded(size: int) -> bytes:
    """A good event of exactly so many bytes."""
    event = json.loads(pagerduty_body())
    bare = len(json.dumps({**event, "padding": ""}))
    return json.dumps({**event, "padding": "x" * (size - bare)}).encode()


def head(length: str) -> bytes:
    return f"POST /webhooks/pagerduty HTTP/1.1\r\nHost: callsheet\r\n{length}\r\n\r\n".encode()


def answered(bare: socket.socket) -> tuple[bytes, bytes]:
    """Status line and rest of what comes back, up to the end of the connection or of the document."""
    said = b""
    while b"}" not in said:
        more = bare.recv(65536)
        if not more:
            break
        said += more
    return said.partition(b"\r\n")[0], said.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    "media", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "nonsense", ""]
)
def test_the_content_type_does_not_matter(web: Web, media: str | None) -> None:
    body = pagerduty_body()
    headers = by_pagerduty(body) | ({} if media is None else {"Content-Type": media})
    assert web.post(body, headers) == (202, {"webhook": "taken"})


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"3", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 30_000, b"1" * 100_000, b"<html/>"],
    ids=lambda body: body[:8].decode("latin-1"),
)
def test_a_signed_body_that_cannot_be_read_is_accepted_set_aside_and_shown(web: Web, body: bytes) -> None:
    assert web.post(body, by_pagerduty(body)) == (202, {"webhook": "malformed"})
    assert [(what, where) for what, where, _ in web.store.quarantined()] == [("a signed webhook", "pagerduty")]
    assert (web.hinted(), web.counted()) == ({}, {"malformed": 1})


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"event": None},
        {"event": {"id": "E", "event_type": "pagey.ping", "data": {"type": "ping"}}},
        {"event": {"id": "E", "data": {"type": "service", "id": "P1"}}},
        {"event": {"id": "E", "data": {"type": "incident", "id": "../Q1"}}},
        {"event": {"id": "E", "data": {"type": "incident", "id": "Q" * 100}}},
        {"event": {"id": "E", "data": {"type": "incident", "id": "\ud800"}}},
    ],
)
def test_a_signed_event_about_nothing_of_ours_is_accepted_and_ignored(web: Web, event: object) -> None:
    body = json.dumps(event).encode()
    assert web.post(body, by_pagerduty(body)) == (202, {"webhook": "ignored"})
    assert (web.hinted(), web.heard(), web.rings) == ({}, 0, [])


def test_a_body_at_the_cap_is_read_and_one_byte_more_is_not(web: Web) -> None:
    at, above = padded(CAP), padded(CAP + 1)
    assert web.post(above, by_pagerduty(above)) == (202, {"webhook": "oversized"})
    assert web.hinted() == {}
    assert web.post(at, by_pagerduty(at)) == (202, {"webhook": "taken"})


def test_an_oversized_event_makes_the_sweep_due_at_most_once_an_hour(web: Web) -> None:
    body = padded(CAP + 1)
    assert web.post(body, by_pagerduty(body))[0] == 202
    first = sweep_asked(web.store, "pagerduty")
    web.clock.advance(timedelta(minutes=59))
    assert web.post(body, by_pagerduty(body))[0] == 202
    assert first is not None
    assert sweep_asked(web.store, "pagerduty") == first
    assert len(web.rings) == 1
    web.clock.advance(timedelta(minutes=1))
    web.post(body)
    assert sweep_asked(web.store, "pagerduty") == web.clock.now().isoformat()
    assert (len(web.rings), web.counted()) == (2, {"oversized": 3})
    assert sweep_asked(web.store, "jira") is None


def test_an_announced_excess_is_answered_before_any_of_it_comes(web: Web) -> None:
    with web.socket() as bare:
        bare.sendall(head(f"Content-Length: {10**12}\r\nExpect: 100-continue"))
        assert answered(bare) == (b"HTTP/1.1 202 Accepted", b'{"webhook":"oversized"}')


def test_a_chunked_excess_is_answered_at_the_cap_and_read_no_further(web: Web) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(CAP // 4096 + 1):
            yield b"1000\r\n" + b"x" * 4096 + b"\r\n"

    with web.socket() as bare:
        bare.sendall(head("Transfer-Encoding: chunked"))
        for chunk in endless():
            bare.sendall(chunk)
        # The last chunk, which ends a chunked body, never comes.
        assert answered(bare) == (b"HTTP/1.1 202 Accepted", b'{"webhook":"oversized"}')


def test_the_answer_arrives_although_the_sender_keeps_sending(web: Web) -> None:
    with closing(HTTPConnection("127.0.0.1", web.port, timeout=60)) as connection:
        connection.request("POST", "/webhooks/pagerduty", iter([b"x" * 8192] * 100), encode_chunked=True)
        assert read(connection.getresponse()) == (202, {"webhook": "oversized"})


def test_a_chunked_body_is_as_good_as_any(web: Web) -> None:
    body = pagerduty_body()
    with closing(HTTPConnection("127.0.0.1", web.port, timeout=60)) as connection:
        headers = {**by_pagerduty(body), "Transfer-Encoding": "chunked"}
        connection.request("POST", "/webhooks/pagerduty", iter([body[:7], body[7:]]), headers, encode_chunked=True)
        assert read(connection.getresponse()) == (202, {"webhook": "taken"})


def test_a_slow_body_is_given_up_and_others_are_served_meanwhile(tmp_path: Path) -> None:
    with opened(tmp_path, {"pagerduty": Receiver([SECRET])}, patience=2.0) as web, web.socket() as bare:
        bare.sendall(head("Content-Length: 100") + b"{")
        body = pagerduty_body()
        assert web.post(body, by_pagerduty(body))[0] == 202
        # The slow one still waits: nobody was asked to wait for it.
        assert web.counted() == {"taken": 1}
        assert answered(bare)[0] == b"HTTP/1.1 503 Service Unavailable"
        assert web.counted() == {"late": 1, "taken": 1}


def test_somebody_who_goes_away_leaves_nothing(web: Web) -> None:
    with web.socket() as bare:
        bare.sendall(head("Content-Length: 100") + b"{")
    body = pagerduty_body()
    assert web.post(body, by_pagerduty(body))[0] == 202
    assert web.get("/healthz") == (200, {"alive": True})


def test_a_busy_database_is_a_503_so_that_the_event_is_sent_again(web: Web) -> None:
    body = pagerduty_body()
    with closing(sqlite3.connect(web.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert web.post(body, by_pagerduty(body))[0] == 503
        assert web.get("/healthz")[0] == 200
        other.execute("ROLLBACK")
    assert web.post(body, by_pagerduty(body)) == (202, {"webhook": "taken"})
    assert web.counted() == {"failed": 1, "taken": 1}
