"""Writes on the wire's bad days: each goes out once, and its error tells what may have happened."""

from __future__ import annotations

import shutil
import socket
import subprocess
import traceback
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError

from callsheet.connect.errors import (
    AuthRefused,
    ConnectorError,
    Malformed,
    NotFound,
    RateLimited,
    Rejected,
    Transient,
)
from callsheet.model.text import paragraph
from callsheet.model.ticket import TicketChange
from callsheet_jira.client import DoneForNobody
from callsheet_jira.transport import Ask, _fault
from tests.connectors.jira.house import (
    CANARY,
    DRAFT,
    EMPTY,
    NOW,
    PROOF,
    Answer,
    House,
    Serve,
    always,
    both,
)


def unused_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


# Writes go out once


@both
def test_a_create_is_one_post_with_everything_on_a_fresh_connection(serve: Serve, house: House, flavour: str) -> None:
    tiny = serve(always(Answer(201, {"id": "7", "key": "OPS-7"}, PROOF[flavour])))
    jira = house.jira(tiny.env(flavour))
    refs = [jira.create(DRAFT), jira.create(DRAFT)]
    assert [ref.url for ref in refs] == [f"{tiny.url}/browse/OPS-7"] * 2
    assert [seen.path for seen in tiny.seen] == [f"/jira/rest/api/{3 if flavour == 'cloud' else 2}/issue"] * 2
    assert len({seen.connection for seen in tiny.seen}) == 2
    assert house.requests == 2
    sent = tiny.seen[0]
    assert sent.headers["user-agent"] == "callsheet/test"
    assert sent.headers["authorization"].startswith("Basic " if flavour == "cloud" else "Bearer ")
    assert (sent.body["fields"]["description"] == "why") is (flavour == "datacenter")


@both
def test_a_field_that_no_json_can_hold_is_a_clear_no(serve: Serve, house: House, flavour: str) -> None:
    tiny = serve(always(Answer(201, {"id": "7", "key": "OPS-7"}, PROOF[flavour])))
    draft = replace(DRAFT, extra={"customfield_7": time(9, 30), "customfield_8": date(2026, 11, 6)})
    with pytest.raises(Rejected, match="customfield_7") as refused:
        house.jira(tiny.env(flavour)).create(draft)
    assert list(refused.value.fields) == ["customfield_7"]
    assert not refused.value.outcome_unknown
    assert (tiny.seen, house.requests) == ([], 0)


@both
def test_reads_keep_their_connection(serve: Serve, house: House, flavour: str) -> None:
    tiny = serve(always(Answer(200, EMPTY, PROOF[flavour])))
    jira = house.jira(tiny.env(flavour))
    assert list(jira.changes("callsheet", None)) == list(jira.changes("callsheet", None)) == []
    assert len({seen.connection for seen in tiny.seen}) == 1


@pytest.mark.parametrize(
    ("answer", "error", "unknown"),
    [
        (Answer(drop=True), Transient, True),
        (Answer(500), Transient, True),
        (Answer(503, None, {"Retry-After": "1"}), Transient, True),
        (Answer(502, b"<html>bad gateway</html>"), Transient, True),
        (Answer(409, {"errorMessages": ["conflict"]}), Transient, True),
        (Answer(201), Malformed, True),
        (Answer(201, b"<html>ok</html>"), Malformed, True),
        (Answer(201, {"self": "x"}), Malformed, True),
        (Answer(201, {"id": "7", "key": "OPS-7"}, cut=True), Malformed, True),
        (Answer(201, {"id": "7"}, {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}), DoneForNobody, True),
        (Answer(302, None, {"Location": "/elsewhere"}), Transient, True),
        (Answer(400, {"errorMessages": [], "errors": {"duedate": "off screen"}}), Rejected, False),
        (Answer(400, {"message": "no"}, cut=True), Rejected, False),
        (Answer(401), AuthRefused, False),
        (Answer(403, b"<html>no</html>"), AuthRefused, False),
        (Answer(404, {"message": "no"}), NotFound, False),
        (Answer(413), Rejected, False),
        (Answer(429, None, {"Retry-After": "5"}), RateLimited, False),
    ],
    ids=lambda value: str(getattr(value, "status", "")) or None,
)
@both
def test_a_failed_create_is_sent_once_and_tells_what_may_have_happened(
    serve: Serve, house: House, flavour: str, answer: Answer, error: type[ConnectorError], unknown: bool
) -> None:
    tiny = serve(always(answer))
    with pytest.raises(error) as caught:
        house.jira(tiny.env(flavour)).create(DRAFT)
    assert caught.value.outcome_unknown is unknown
    assert len(tiny.seen) == house.requests == 1
    assert house.clock.waits == []


def test_a_field_error_names_its_field(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(400, {"errorMessages": [], "errors": {"duedate": "Due date is required."}})))
    with pytest.raises(Rejected, match=r"Due date is required\.") as caught:
        house.jira(tiny.env()).create(DRAFT)
    assert caught.value.fields == {"duedate": "Due date is required."}


@pytest.mark.parametrize("call", ["create", "comment"])
def test_a_write_that_never_left_is_known_not_to_have_happened(house: House, call: str) -> None:
    env = {"JIRA_BASE_URL": f"http://127.0.0.1:{unused_port()}", "JIRA_PROJECT": "OPS"}
    jira = house.jira({**env, "JIRA_PERSONAL_ACCESS_TOKEN": CANARY})
    with pytest.raises(Transient, match="refused") as caught:
        jira.create(DRAFT) if call == "create" else jira.comment("7", (paragraph("x"),), "m")
    assert not caught.value.outcome_unknown
    assert house.requests == 0


def test_an_unknown_host_and_a_wrong_scheme_are_never_sent(serve: Serve, house: House) -> None:
    signed = {"JIRA_PROJECT": "OPS", "JIRA_PERSONAL_ACCESS_TOKEN": CANARY}
    tiny = serve(always(Answer()))
    for url, said in (
        ("https://jira.invalid", "host name|proxy"),
        (tiny.url.replace("http:", "https:"), "TLS"),
    ):
        with pytest.raises(Transient, match=said) as caught:
            house.jira({**signed, "JIRA_BASE_URL": url}).create(DRAFT)
        assert not caught.value.sent
    assert house.requests == 0


def test_a_dead_proxy_means_that_nothing_was_sent(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{CANARY}@127.0.0.1:{unused_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    env = {"JIRA_BASE_URL": "https://jira.invalid", "JIRA_PROJECT": "OPS", "JIRA_PERSONAL_ACCESS_TOKEN": "x"}
    with pytest.raises(Transient, match="HTTPS_PROXY") as caught:
        house.jira(env).create(DRAFT)
    assert not caught.value.sent
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_connection_that_took_too_long_was_never_made() -> None:
    late = MaxRetryError(None, "/", ConnectTimeoutError())
    fault = _fault(Ask(method="POST", path="/x"), requests.ConnectTimeout(late))
    assert (fault.sent, fault.what) == (False, "POST /x was not sent: no connection")
    assert _fault(Ask(method="POST", path="/x"), requests.ReadTimeout()).sent


def test_dates_of_the_policy_are_sent_as_jira_writes_them(serve: Serve, house: House) -> None:
    tiny = serve(always(Answer(201, {"id": "7", "key": "OPS-7"})))
    house.jira(tiny.env()).create(replace(DRAFT, extra={"customfield_1": NOW.date()}))
    assert tiny.seen[0].body["fields"]["customfield_1"] == "2026-11-02"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody trusts."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate can be made")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=jira"]
    extra = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", str(file) + ".crt"]
    subprocess.run([openssl, *made, *extra], check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


def test_a_private_ca_is_trusted_when_it_is_named_and_only_then(serve: Serve, house: House, certificate: Path) -> None:
    tiny = serve(always(Answer(201, {"id": "7", "key": "OPS-7"}, PROOF["cloud"])))
    tiny.wrap(certificate)
    env = {**tiny.env(), "JIRA_BASE_URL": tiny.url.replace("http:", "https:")}
    with pytest.raises(Transient, match="CALLSHEET_CA_FILE") as caught:
        house.jira(env).create(DRAFT)
    assert not caught.value.sent
    house.ca_file = Path(f"{certificate}.crt")
    assert house.jira(env).create(DRAFT).key == "OPS-7"
    house.jira(env).update("7", TicketChange(add_labels=("a",)))
    assert house.requests == len(tiny.seen) == 2
