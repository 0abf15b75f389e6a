"""What goes wrong on the way to the server: each fault is told with what to do, once, and without the token."""

import logging
import traceback
from collections.abc import Iterator

import pytest

from callsheet.connect.errors import (
    AuthRefused,
    ConnectorError,
    Malformed,
    NotFound,
    RateLimited,
    Rejected,
    Transient,
)
from callsheet.connect.http import READ_ATTEMPTS
from callsheet.testing.contracts import document
from callsheet.testing.examination import examined, fails
from tests.connectors.git.server import TOKEN, Server, needs_git, publisher

pytestmark = needs_git


@pytest.fixture(autouse=True)
def _no_token_in_any_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert not [r.name for r in caplog.get_records("call") if TOKEN in f"{r.getMessage()} {r.args!r} {r.exc_text}"]


def refuse(server: Server, status: int, body: bytes = b"", *, only: str = "") -> None:
    server.before = lambda method, path: (status, body) if only in f"{method} {path}" else None


def told(caught: pytest.ExceptionInfo[ConnectorError]) -> str:
    said = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
    assert TOKEN not in said
    return caught.value.what


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, AuthRefused, "check GIT_TOKEN"),
        (403, AuthRefused, "lacks the right"),
        (404, NotFound, "check GIT_REMOTE_URL"),
        (301, Rejected, "set GIT_REMOTE_URL to its present address"),
        (429, RateLimited, "429"),
        (503, Transient, "503"),
        (200, Malformed, "not answered by a git server; check GIT_REMOTE_URL"),
        (0, Transient, "no whole answer"),
    ],
)
def test_a_refusal_is_classified_and_says_what_to_do(
    server: Server, status: int, error: type[ConnectorError], words: str
) -> None:
    refuse(server, status, b"<html>Sign in</html>")
    ours = publisher(server)
    with pytest.raises(error) as reading:
        list(ours.read_changed({}))
    assert words in told(reading)
    with pytest.raises(error) as writing:
        ours.publish("Q1", "first", document("Q1"), None)
    assert words in told(writing)
    assert not writing.value.outcome_unknown or error is Malformed
    checks = examined(ours)
    assert fails(checks) or error is RateLimited
    assert TOKEN not in repr(checks) + repr(ours) + repr(ours._remote)


def test_a_wrong_token_is_refused_by_the_server_itself(server: Server) -> None:
    with pytest.raises(AuthRefused, match="check GIT_TOKEN"):
        list(publisher(server, token="canary-wrong").read_changed({}))
    with pytest.raises(AuthRefused):
        list(publisher(server, token=None).read_changed({}))


def test_reads_are_repeated_and_a_push_is_not(server: Server) -> None:
    refuse(server, 503)
    with pytest.raises(Transient):
        list(publisher(server).read_changed({}))
    assert len(server.requests) == READ_ATTEMPTS
    server.requests.clear()
    refuse(server, 503, only="POST /team/postmortems.git/git-receive-pack")
    with pytest.raises(Transient) as caught:
        publisher(server).publish("Q1", "first", document("Q1"), None)
    assert caught.value.outcome_unknown
    assert sum(request.startswith("POST") for request in server.requests) == 1


def test_out_of_reach_nothing_is_lost_and_it_goes_on_later(server: Server) -> None:
    ours = publisher(server)
    first = ours.publish("Q1", "first", document("Q1"), None)
    url = server.url
    with pytest.raises(Transient) as caught:
        publisher(server, remote_url="http://127.0.0.1:9/x.git").publish("Q1", "first", document("Q1"), None)
    assert (caught.value.sent, "127.0.0.1 can't be reached" in told(caught)) == (False, True)
    refuse(server, 0)
    for _ in range(2):
        with pytest.raises(Transient):
            list(ours.read_changed({"Q1": first.version}))
    refuse(server, 0, only="nothing")
    assert server.url == url
    assert list(ours.read_changed({"Q1": first.version})) == []


def test_a_push_whose_answer_was_lost_is_found_and_not_repeated(server: Server) -> None:
    ours = publisher(server)
    first = ours.publish("Q1", "first", document("Q1"), None)
    real = server.answer

    def lose(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        done = real(method, path, headers, body)
        return (0, {}, b"") if method == "POST" and path.endswith("receive-pack") else done

    server.answer = lose
    with pytest.raises(Transient) as caught:
        ours.publish("Q1", "first", document("Q1", "Better."), first.version)
    assert caught.value.outcome_unknown
    server.answer = real
    (found,) = ours.read_changed({"Q1": first.version})
    assert found == ours.publish("Q1", "first", document("Q1", "Better."), first.version)
    assert server.log() == ["Add first.md", "Update first.md"]


@pytest.mark.parametrize("keep", [0, 40, 200, -30])
def test_a_fetch_that_breaks_off_is_told_and_nothing_of_it_is_used(server: Server, keep: int) -> None:
    publisher(server).publish("Q1", "first", document("Q1"), None)
    real = server.answer

    def cut(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        status, told, answer = real(method, path, headers, body)
        return status, told, answer[:keep] if method == "POST" else answer

    server.answer = cut
    ours = publisher(server)
    with pytest.raises((Malformed, Transient)):
        list(ours.read_changed({}))
    server.answer = real
    assert len(list(ours.read_changed({}))) == 1


def test_a_branch_that_takes_no_push_says_why_and_what_to_do(server: Server) -> None:
    first = publisher(server).publish("Q1", "first", document("Q1"), None)
    hook = server.repository / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\necho 'Only by pull request. token={TOKEN}'\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(Rejected, match=r"on main: .*pre-receive hook declined.*protected branch.*GIT_BRANCH") as caught:
        publisher(server).publish("Q1", "first", document("Q1", "Better."), first.version)
    assert "Only by pull request" in told(caught)
    assert len(server.log()) == 1


def test_an_examination_of_a_repository_that_can_not_be_read_has_one_error(server: Server) -> None:
    refuse(server, 404)
    read, push = examined(publisher(server))
    assert (read.result.value, push.result.value) == ("error", "warning")
    assert push.detail == "not checked: needs the repository to be read"


def test_an_examination_tells_who_may_only_read(server: Server) -> None:
    assert not fails(examined(publisher(server)))
    refuse(server, 403, only="service=git-receive-pack")
    read, push = examined(publisher(server))
    assert (read.result.value, push.result.value) == ("ok", "error")
    assert "right to write" in push.fix
    assert server.repository.joinpath("refs", "heads").stat()
    assert not any(request.startswith("POST") and "receive" in request for request in server.requests)
