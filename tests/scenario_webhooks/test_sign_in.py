"""Somebody signs in with their company's account at the real daemon, configured as an operator does it."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Event

from callsheet.bootstrap import clock_of
from tests.conftest import StartPlay
from tests.scenario_webhooks.daemon import HOUR, Daemon, living
from tests.unit.web.provider import CLIENT, providing

PUBLIC = "https://callsheet.example.com"
SECRET = "canary-oidc-of-the-daemon-7d02"


def ask(daemon: Daemon, path: str, cookies: str = "") -> tuple[int, str, SimpleCookie, str]:
    """Status, where it leads, what is to be kept, and the words."""
    with closing(HTTPConnection("127.0.0.1", daemon.port, timeout=60)) as connection:
        connection.request("GET", path, headers={"Accept": "text/html", "Cookie": cookies})
        answer = connection.getresponse()
        kept = SimpleCookie()
        for told in answer.headers.get_all("Set-Cookie", ()):
            kept.load(told)
        return answer.status, answer.headers.get("Location", ""), kept, answer.read().decode()


def test_somebody_signs_in_at_the_daemon_and_the_secret_is_seen_nowhere(play: StartPlay, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    with providing(PUBLIC) as provider:
        provider.secret = SECRET
        plain = {
            "ISSUER": provider.issuer,
            "CLIENT_ID": CLIENT,
            "ALLOW": "example.com",
            "CLIENT_SECRET_FILE": str(file),
        }
        env = {"CALLSHEET_PUBLIC_URL": PUBLIC, **{f"CALLSHEET_OIDC_{name}": value for name, value in plain.items()}}
        p = play(env={**HOUR, **env})
        with living(p) as daemon:
            provider.now = clock_of(p.configuration(), Event()).now()
            url, kept = ask(daemon, "/sign-in/oidc?to=/mine")[1:3]
            brought = "; ".join(f"{name}={morsel.value}" for name, morsel in kept.items())
            status, place, kept, _ = ask(daemon, provider.signed_in(url).removeprefix(PUBLIC), brought)
            assert (status, place) == (303, "/mine")
            mine = ask(daemon, "/mine", f"callsheet={kept['callsheet'].value}")
            assert (mine[0], "You are ana.ferreira@example.com." in mine[3]) == (200, True)
            assert daemon.get("/healthz")[0] == 200
    assert SECRET not in "".join(daemon.words)
    kept_in = [path for path in p.folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert [path for path in kept_in if path != file] == []
