"""No secret's value reaches a log, an error, the database or a document, whatever goes wrong."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import entry_points
from typing import Any

import pytest

from callsheet.settings import Settings
from tests.conftest import StartPlay
from tests.loopback import answering
from tests.scenario.daemon import ACTION, Play

# What each secret is in these runs. Those that the sandbox checks are its own, the others are made up.
MADE_UP = {
    "CALLSHEET_WEB_TOKEN": "canary-web-token-c41e7d90",
    "CALLSHEET_OIDC_CLIENT_SECRET": "canary-oidc-client-3f92ab61",
    "PAGERDUTY_WEBHOOK_SECRET": "canary-pd-hook-5f3a91c7",
    "JIRA_WEBHOOK_SECRET": "canary-jira-hook-77d1e0b2",
    "GIT_TOKEN": "canary-git-8d20be61",
    "DRAFT_API_KEY": "canary-draft-c41f77a9",
    "GIT_SSH_KEY": "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-ssh-key-2b7e",
    "APPRISE_TEAM_URL": "json://robot:canary-team-91ab44ce@127.0.0.1:9/canary-team-path-0a4d",
    "APPRISE_PERSON_URL": "json://robot:canary-person-3c22f7aa@127.0.0.1:9/canary-person-path-e5b1/{handle}",
}
# What that provider's secret is nothing without; nobody answers there.
PROVIDER = {
    "CALLSHEET_OIDC_ISSUER": "http://127.0.0.1:9",
    "CALLSHEET_OIDC_CLIENT_ID": "callsheet",
    "CALLSHEET_OIDC_ALLOW": "example.com",
    "CALLSHEET_PUBLIC_URL": "https://callsheet.example.com",
}
MADE_UP |= PROVIDER
INNER = [
    "canary-team-91ab44ce",
    "canary-team-path-0a4d",
    "canary-person-3c22f7aa",
    "canary-person-path-e5b1",
]


class Parrot(BaseHTTPRequestHandler):
    """Lets nobody in, and repeats what it was told."""

    def do_GET(self) -> None:
        said = f"You are not {self.headers['Authorization']}".encode()
        self.send_response(401)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def parrot() -> Iterator[str]:
    """Where it answers."""
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Parrot)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def every_secret() -> set[str]:
    """The names of all secret variables: the core's, and those of all connectors that are installed."""
    connectors = (entry.load().options for entry in entry_points(group="callsheet.connectors"))
    return {name for section in (Settings, *connectors) for name in section.secrets()}


def canaries(p: Play) -> dict[str, str]:
    """Every text that must not be seen, and whose it is."""
    found = {p.env[name]: name for name in every_secret() if name in p.env}
    found |= dict.fromkeys(INNER, "APPRISE_…")
    pair = f"x-access-token:{p.env['GIT_TOKEN']}"
    found[base64.b64encode(pair.encode()).decode()] = "GIT_TOKEN"
    if "JIRA_API_TOKEN" in p.env:
        pair = f"{p.env['JIRA_EMAIL']}:{p.env['JIRA_API_TOKEN']}"
        found[base64.b64encode(pair.encode()).decode()] = "JIRA_API_TOKEN"
    return found


def unseen(p: Play, *texts: str) -> None:
    """No canary is in these texts, nor in any file of the daemon's folder but its configuration."""
    files = [path for path in p.folder.rglob("*") if path.is_file() and p.config not in path.parents]
    places = {f"text {n}": text.encode() for n, text in enumerate(texts)} | {str(f): f.read_bytes() for f in files}
    for canary, name in canaries(p).items():
        seen = [place for place, data in places.items() if canary.encode() in data]
        assert not seen, f"the value of {name} is in {seen}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
def test_no_secret_is_seen_anywhere_whatever_goes_wrong(play: StartPlay, flavour: str, parrot: str) -> None:
    p = play(
        flavour=flavour,
        env={**MADE_UP, "CALLSHEET_NOTIFIERS": "apprise", "CALLSHEET_LOG_LEVEL": "debug"},
        policy="standing = []\n",
    )
    used = {name for name in every_secret() if name in p.env}
    p.settled()
    incident = p.incident(ACTION)
    p.env |= {"CALLSHEET_DRAFTER": "openai", "DRAFT_BASE_URL": f"{parrot}/v1", "DRAFT_MODEL": "house-7b"}
    p.env |= {"CALLSHEET_PUBLISHERS": "files,git", "GIT_REMOTE_URL": f"{parrot}/x.git"}
    said: list[str] = []

    def tell(*words: str) -> None:
        done = p.cli(*words)
        said.extend((done.stdout, done.stderr))

    everything: tuple[dict[str, Any], ...] = ({"kind": "status", "status": 401}, {"kind": "expire_token"})
    # Writes are sent once; reads would be tried again for many real seconds.
    writes: tuple[dict[str, Any], ...] = tuple(
        {"method": "POST", "path": path, **fault}
        for path in ("/rest/api/./issue", "/incidents/[^/]+/notes")
        for fault in ({"kind": "html_502"}, {"kind": "truncate"}, {"kind": "drop_after"})
    )
    for fault in (*everything, *writes[:3]):
        p.box.fault(**fault)
        tell("once")
        p.box.no_faults()
        p.wait(minutes=6)
    # And in this process, where waiting takes no time.
    for kind in ("html_502", "truncate", "drop_before"):
        p.box.fault(kind)
        said.append(repr(p.once().to_json()))
        p.box.no_faults()
        p.wait(minutes=6)
    for fault in writes[3:]:
        p.box.fault(**fault)
    tell("once")
    p.box.no_faults()
    p.wait(minutes=6)
    tell("once", "--json")
    # The owner is overdue and the channel leads nowhere.
    p.wait(days=20)
    tell("once", "--json")
    for words in (
        ("config", "show"),
        ("status",),
        ("doctor",),
        ("doctor", "--send-test"),
        ("plan",),
        ("prompts", incident, "--draft"),
        ("explain", p.item("Alert").key),
    ):
        tell(*words)
    unseen(p, *said)
    missing = {"JIRA_API_TOKEN"} if flavour == "datacenter" else {"JIRA_PERSONAL_ACCESS_TOKEN"}
    assert every_secret() - used == missing, "a secret has no canary here"


def test_a_malformed_secret_is_named_and_not_shown(play: StartPlay) -> None:
    p = play(env={"CALLSHEET_NOTIFIERS": "apprise"})
    bad = {
        "PAGERDUTY_API_TOKEN": "canary bad\ttoken 1",
        "JIRA_API_TOKEN": "canary bad\ttoken 2",
        "APPRISE_PERSON_URL": "canary bad url 3",
        "CALLSHEET_WEB_TOKEN": "canary bad 4",
        "CALLSHEET_OIDC_CLIENT_SECRET": "canary bad 5",
        "CALLSHEET_MODE": "half",
    }
    p.env |= bad
    done = p.cli("once")
    assert done.returncode == 2
    assert {"APPRISE_PERSON_URL", "CALLSHEET_WEB_TOKEN", "CALLSHEET_OIDC_CLIENT_SECRET"} <= {
        *re.findall(r"[A-Z_]+", done.stderr)
    }
    assert "canary" not in done.stderr + done.stdout
    shown = p.cli("config", "show")
    assert "canary" not in shown.stderr + shown.stdout


def test_a_secret_read_from_a_file_is_as_secret(play: StartPlay) -> None:
    p = play()
    for name in ("PAGERDUTY_API_TOKEN", "JIRA_API_TOKEN"):
        (p.config / name.lower()).write_text(p.env[name] + "\n")
        p.env[f"{name}_FILE"] = str(p.config / name.lower())
    tokens = [p.env.pop(name) for name in ("PAGERDUTY_API_TOKEN", "JIRA_API_TOKEN")]
    p.incident(ACTION)
    first = p.cli("backfill", "--file")
    assert first.returncode == 0, first.stderr
    p.box.fault("status", status=401)
    second, shown = p.cli("once"), p.cli("config", "show")
    said = "".join((first.stdout, first.stderr, second.stdout, second.stderr, shown.stdout, shown.stderr))
    assert not [token for token in tokens if token in said]
