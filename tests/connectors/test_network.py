"""A company's network: nothing goes out but through a proxy, and what answers is signed by the company's own authority.

A real proxy and a real TLS server, both on loopback. The proxy leads every name to that server, so each connector is
told a name of the world and could not meet it by another way.
"""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from select import select
from socket import create_connection, socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from callsheet.connect import registry
from callsheet.connect.context import Context
from callsheet.connect.errors import Transient
from callsheet.model.nudge import Digest, Recipient
from callsheet.model.text import paragraph
from callsheet.settings.sign_in import SignIn
from callsheet.testing.clock import FakeClock
from callsheet.web.oidc import Away, Provider
from tests.loopback import answering

LOGIN = "https://oidc.corp.example"
ANSWERS = {
    "/users": {"users": [], "more": False},
    "/priorities": {"priorities": [], "more": False},
    "/rest/api/3/myself": {"accountId": "5b10", "displayName": "Callsheet", "active": True},
    "/hook": {},
    "/.well-known/openid-configuration": {
        "issuer": LOGIN,
        **dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), f"{LOGIN}/authorize"),
    },
    "/v1/chat/completions": {"choices": [{"finish_reason": "stop", "message": {"content": "It was over soon. [1]"}}]},
}
# An empty repository, as git's smart protocol over HTTP tells of it.
REFS = b"001e# service=git-upload-pack\n0000" + b"0046" + b"0" * 40 + b" capabilities^{}\0 agent=x\n0000"
DIGEST = Digest(to=Recipient(id="P1", name="Ada", email="ada@corp.example"), local_on=date(2026, 11, 2), lines=())


class Service(BaseHTTPRequestHandler):
    """What the connectors want to reach."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        path, _, query = self.path.partition("?")
        service = query.removeprefix("service=") if path.endswith("/info/refs") else None
        body = REFS if service else json.dumps(ANSWERS[path]).encode()
        self.send_response(200)
        kind = f"application/x-{service}-advertisement" if service else "application/json"
        for name, value in {"content-type": kind, "content-length": str(len(body)), "X-AAccountId": "5b10"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


class Proxy(BaseHTTPRequestHandler):
    """Joins whoever asks for a name to the one server that there is, and writes the name down."""

    def do_CONNECT(self) -> None:
        self.server.asked.append(self.path)
        with create_connection(self.server.leads_to) as far:
            self.send_response(200)
            self.end_headers()
            _join(self.connection, far)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def _join(near: socket, far: socket) -> None:
    ways = {near: far, far: near}
    while True:
        for side in select(list(ways), [], [], 10)[0] or [near]:
            try:
                data = side.recv(65536)
            except OSError:
                return
            if not data:
                return
            ways[side].sendall(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """`asked` are the names that went through the proxy."""

    authority: Path
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the authority `ca.pem`, and `server.pem`: a key and a certificate that it signed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate can be made")
    folder = tmp_path_factory.mktemp("papers")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    (folder / "names").write_text("subjectAltName=DNS:*.corp.example,IP:127.0.0.1\n")
    for words in (
        ["req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=The company"],
        ["req", "-new", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=here"],
        ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
         "-extfile", "names", "-out", "server.crt"],
    ):  # fmt: skip
        subprocess.run([openssl, *words], cwd=folder, check=True, capture_output=True)
    (folder / "server.pem").write_text((folder / "server.key").read_text() + (folder / "server.crt").read_text())
    return folder


@pytest.fixture
def network(papers: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    service, proxy = (ThreadingHTTPServer(("127.0.0.1", 0), handler) for handler in (Service, Proxy))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(papers / "server.pem")
    service.socket = tls.wrap_socket(service.socket, server_side=True)
    # A handshake that is broken off, by whoever does not trust us, is no fault of the server's.
    service.handle_error = lambda *_: None
    there = Network(authority=papers / "ca.pem")
    proxy.asked, proxy.leads_to = there.asked, service.server_address
    for name in ("NO_PROXY", "no_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
    with answering(service), answering(proxy):
        yield there


def pagerduty(context: Context) -> None:
    env = {"BASE_URL": "https://pagerduty.corp.example", "API_TOKEN": "t", "FROM_EMAIL": "a@corp.example"}
    connector = registry.load("pagerduty")
    assert connector.source
    connector.source(connector.options.read({f"PAGERDUTY_{k}": v for k, v in env.items()}), context).directory()


def jira(context: Context) -> None:
    env = {"BASE_URL": "https://jira.corp.example", "PROJECT": "OPS", "EMAIL": "a@corp.example", "API_TOKEN": "t"}
    connector = registry.load("jira")
    assert connector.tracker
    connector.tracker(connector.options.read({f"JIRA_{k}": v for k, v in env.items()}), context).who_am_i()


def apprise(context: Context, url: str = "jsons://apprise.corp.example/hook?to={email}") -> None:
    connector = registry.load("apprise")
    assert connector.notifier
    options = connector.options.read({"APPRISE_PERSON_URL": url})
    connector.notifier(options, context).send(DIGEST, "Due", (paragraph("Something is due."),))


def git(context: Context) -> None:
    connector = registry.load("git")
    assert connector.publisher
    options = connector.options.read({"GIT_REMOTE_URL": "https://git.corp.example/team/plays.git", "GIT_TOKEN": "t"})
    assert list(connector.publisher(options, context).read_changed({})) == []


def openai(context: Context) -> None:
    connector = registry.load("openai")
    assert connector.drafter
    options = connector.options.read({"DRAFT_BASE_URL": "https://openai.corp.example/v1", "DRAFT_MODEL": "house-7b"})
    assert connector.drafter(options, context).draft("How did it end?").text.startswith("It was over")


def oidc(context: Context) -> None:
    sign_in = SignIn(
        issuer=LOGIN, client_id="c", client_secret=SecretStr("s"), allow=("corp.example",), public_url="https://pages"
    )
    try:
        assert Provider(sign_in, context).begin()[0].startswith(f"{LOGIN}/authorize?")
    except Away as fault:
        raise Transient(fault.why, sent=False) from fault


REACHING: dict[str, Callable[[Context], None]] = {
    "pagerduty": pagerduty,
    "jira": jira,
    "apprise": apprise,
    "git": git,
    "openai": openai,
    "oidc": oidc,
}
# No connector, and it asks all the same.
BESIDE = {"oidc"}
# They write to a folder of this machine.
STAY_AT_HOME = {"files"}


def context(network: Network | None) -> Context:
    return Context(
        clock=FakeClock(datetime(2026, 11, 2, 9, tzinfo=UTC)),
        count=lambda: None,
        namespace="callsheet",
        zone=UTC,
        user_agent="callsheet/test",
        ca_file=network.authority if network else None,
    )


@pytest.mark.parametrize("name", REACHING)
def test_it_goes_through_the_proxy_to_a_host_that_a_private_authority_vouches_for(network: Network, name: str) -> None:
    REACHING[name](context(network))
    assert set(network.asked) == {f"{name}.corp.example:443"}


@pytest.mark.parametrize("name", REACHING)
def test_without_the_authority_nothing_is_handed_over(network: Network, name: str) -> None:
    with pytest.raises(Transient):
        REACHING[name](context(None))
    assert set(network.asked) == {f"{name}.corp.example:443"}


@pytest.mark.parametrize("name", REACHING)
def test_a_host_in_no_proxy_is_not_asked_of_the_proxy(
    network: Network, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", ".corp.example")
    with pytest.raises(Transient):  # There is no such host but behind the proxy.
        REACHING[name](context(network))
    assert network.asked == []


class Letters:
    """What aiosmtpd calls."""

    def __init__(self) -> None:
        self.to: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        self.to += envelope.rcpt_tos
        return "250 taken"


def test_mail_goes_to_a_server_that_the_private_authority_vouches_for_and_to_no_other(network: Network) -> None:
    before = os.environ.get("SSL_CERT_FILE")
    letters, tls = Letters(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(network.authority.with_name("server.pem"))
    with socket() as probe:
        # The server knocks at its own port when it starts, so it must be told a free one.
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    office = Controller(letters, hostname="127.0.0.1", port=port, ssl_context=tls)
    office.start()
    url = f"mailtos://127.0.0.1:{port}?mode=ssl&from=callsheet@corp.example&to={{email}}"
    try:
        with pytest.raises(Transient):
            apprise(context(None), url)
        assert letters.to == []
        apprise(context(network), url)
    finally:
        office.stop()
    assert letters.to == ["ada@corp.example"]
    assert os.environ.get("SSL_CERT_FILE") == before


def test_no_connector_is_left_out() -> None:
    assert {*REACHING, *STAY_AT_HOME} - BESIDE == set(registry.names())
