"""The document's round trip through a real git repository: people push, we push, and nobody's words are lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import StartPlay
from tests.connectors.git.server import TOKEN, Server, needs_git
from tests.scenario.daemon import ACTION, COLUMNS, Play, out, sheet

pytestmark = needs_git
POOL = "Alert when the pool is exhausted"
WORDS = "We were lucky: Ana had read that runbook on Friday.\r\n\n  And spaces.  \n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "git") as running:
        yield running


@pytest.fixture
def p(play: StartPlay, server: Server) -> Play:
    started = play(
        env={"CALLSHEET_PUBLISHERS": "git", "GIT_REMOTE_URL": server.url, "GIT_TOKEN": TOKEN}, policy="standing = []\n"
    )
    started.settled()
    return started


def path_of(server: Server, incident: str) -> str:
    (path,) = [path for path in server.files() if incident in path]
    return path


def text(server: Server, incident: str) -> str:
    return server.bytes_of(path_of(server, incident)).decode()


def rows(server: Server, incident: str) -> dict[str, dict[str, str]]:
    return {row["Action"]: row for row in sheet(text(server, incident))}


def with_words(found: str) -> str:
    """A person's paragraph between two generated regions, and a row more."""
    row = (
        "| " + " | ".join({"Action": "Write the runbook", "Priority": "P3"}.get(name, "") for name in COLUMNS) + " |\n"
    )
    last = found.rindex("\n| ")
    end = found.index("\n", last + 1) + 1
    return f"{found[:end]}{row}{found[end:]}\n{WORDS}"


def test_a_promise_goes_from_git_to_the_tracker_and_back(p: Play, server: Server) -> None:
    incident = p.incident(ACTION)
    p.settled()
    assert rows(server, incident)[POOL]["Ticket"]
    server.change((path_of(server, incident), with_words(text(server, incident))))
    p.settled()
    assert p.titles() == [POOL, "Write the runbook"]
    ticket = p.ticket("Write the runbook")["key"]
    assert ticket in rows(server, incident)["Write the runbook"]["Ticket"]
    p.in_jira("transition", issue=ticket, to="Done")
    p.settled()
    assert rows(server, incident)["Write the runbook"]["Status"] == "done"
    assert text(server, incident).endswith(WORDS)
    assert server.log("%an")[0] == "Callsheet"
    assert "by a person" in server.log()


def test_an_unchanged_world_costs_one_fetch_and_no_push(p: Play, server: Server) -> None:
    p.incident(ACTION)
    p.settled()
    commits = server.log("%H")
    told = p.cli("once", "--json")
    assert told.returncode == 0, told.stderr
    assert out(told)["requests"] == {"pagerduty": 1, "jira": 1, "git": 2}
    assert server.log("%H") == commits


def test_a_push_between_our_look_and_our_push_is_merged_and_kept(p: Play, server: Server) -> None:
    incident = p.incident(ACTION)
    p.settled()
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    edited = with_words(text(server, incident))

    def race(method: str, path: str) -> None:
        if method == "POST" and path.endswith("git-receive-pack"):
            server.before = lambda _method, _path: None
            server.change((path_of(server, incident), edited))

    server.before = race
    p.once()
    assert text(server, incident) == edited, "a person's push was pushed over"
    p.settled()
    assert rows(server, incident)[POOL]["Status"] == "done"
    assert rows(server, incident)["Write the runbook"]["Key"]
    assert text(server, incident).endswith(WORDS)
    assert "<<<<<<<" not in text(server, incident)


def test_while_the_server_is_away_the_rest_goes_on_and_nothing_is_lost(p: Play, server: Server) -> None:
    incident = p.incident(ACTION)
    p.settled()
    p.in_jira("transition", issue=p.ticket(POOL)["key"], to="Done")
    second = p.incident("ACTION: Page the second on-call @ana.ferreira P2", title="Another one")
    server.before = lambda _method, _path: (503, b"")
    report = p.once()
    assert report.exit_code == 1
    assert "git" in report.unreachable
    assert p.our_notes(incident)[0]
    assert "503" in report.unreachable["git"]
    server.before = lambda _method, _path: None
    p.settled()
    assert rows(server, incident)[POOL]["Status"] == "done"
    assert len(rows(server, second)) == 1


def test_in_shadow_mode_nothing_is_pushed(play: StartPlay, server: Server) -> None:
    env = {"CALLSHEET_PUBLISHERS": "files,git", "GIT_REMOTE_URL": server.url, "GIT_TOKEN": TOKEN}
    p = play(env={**env, "CALLSHEET_MODE": "shadow"})
    p.settled()
    p.incident(ACTION)
    p.settled()
    assert len(p.paths()) == 1
    assert not any(request.startswith("POST") and "receive" in request for request in server.requests)
