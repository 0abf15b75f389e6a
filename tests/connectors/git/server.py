"""A real git server on loopback (git's own http-backend over a bare repository), and people who work with it."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import pytest

from callsheet.connect.context import Context
from callsheet.testing.clock import FakeClock
from callsheet_git.connector import GitPublisher
from callsheet_git.options import GitOptions

GIT = shutil.which("git")
TOKEN = "canary-git-token-4f81"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
needs_git = pytest.mark.skipif(GIT is None, reason="git absent: these tests run against a real server")


def git(*words: str, folder: Path, feed: bytes | None = None) -> str:
    """Run git with nobody's settings but ours; what it printed."""
    env = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "person@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    done = subprocess.run(["git", *words], cwd=folder, env=env, input=feed, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


class Server:
    """A bare repository behind HTTP. `before` is called with each request's method and path, and may answer it."""

    def __init__(self, place: Path, *, token: str | None = TOKEN) -> None:
        self.repository = place / "team" / "postmortems.git"
        self.repository.mkdir(parents=True)
        git("init", "--quiet", "--bare", "--initial-branch=main", ".", folder=self.repository)
        git("config", "http.receivepack", "true", folder=self.repository)
        self.place, self.token = place, token
        self.requests: list[str] = []
        self.before: Callable[[str, str], tuple[int, bytes] | None] = lambda _method, _path: None
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._door())
        self.url = f"http://127.0.0.1:{self._http.server_port}/team/postmortems.git"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.shutdown()
        self._http.server_close()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body, from git itself unless somebody is not let in."""
        self.requests.append(f"{method} {path}")
        early = self.before(method, path)
        if early:
            return early[0], {}, early[1]
        if self.token is not None:
            wanted = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
            if headers.get("authorization") != f"Basic {wanted}":
                return 401, {"WWW-Authenticate": 'Basic realm="git"'}, b""
        return self._backend(method, path, headers, body)

    def _backend(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        env = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.place),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_USER": "callsheet",
        }
        done = subprocess.run(["git", "http-backend"], env=env, input=body, capture_output=True, check=False)
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        told = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        return int(told.pop("Status", "200")[:3]), told, rest

    def _door(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply(b"")

            def do_POST(self) -> None:
                self._reply(self.rfile.read(int(self.headers["Content-Length"])))

            def _reply(self, body: bytes) -> None:
                lowered = {name.lower(): value for name, value in self.headers.items()}
                status, headers, answer = server.answer(self.command, self.path, lowered, body)
                if status == 0:  # no answer at all
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Door

    # What people do, and what is there

    def log(self, form: str = "%s") -> list[str]:
        """The branch's commits, oldest first."""
        return git("log", "--reverse", f"--format={form}", "main", folder=self.repository).splitlines()

    def bytes_of(self, path: str) -> bytes:
        done = subprocess.run(["git", "show", f"main:{path}"], cwd=self.repository, capture_output=True, check=True)
        return done.stdout

    def files(self) -> list[str]:
        return git("ls-tree", "-r", "--name-only", "main", folder=self.repository).splitlines()

    def change(self, *edits: tuple[str, str | bytes | None], message: str = "by a person") -> None:
        """Somebody clones, edits and pushes; None deletes a file."""
        work = self.place / "work"
        if not work.exists():
            git("clone", "--quiet", str(self.repository), str(work), folder=self.place)
        else:
            git("fetch", "--quiet", "origin", folder=work)
            git("reset", "--quiet", "--hard", "origin/main", folder=work)
        for path, text in edits:
            there = work / path
            if text is None:
                there.unlink()
            else:
                there.parent.mkdir(parents=True, exist_ok=True)
                there.write_bytes(text.encode() if isinstance(text, str) else text)
        self.push(message)

    def push(self, message: str = "by a person") -> None:
        """Commit and push what stands in the working copy."""
        work = self.place / "work"
        git("add", "--all", ".", folder=work)
        git("commit", "--quiet", "--allow-empty", "--message", message, folder=work)
        git("push", "--quiet", "origin", "HEAD:main", folder=work)


def context(counted: list[int] | None = None) -> Context:
    return Context(
        clock=FakeClock(NOW),
        count=lambda: (counted if counted is not None else []).append(1),
        namespace="callsheet",
        zone=UTC,
        user_agent="callsheet/0",
    )


def publisher(server: Server, counted: list[int] | None = None, **given: Any) -> GitPublisher:
    """A publisher as a fresh process has it."""
    options = {"remote_url": server.url, "token": server.token, **given}
    return GitPublisher(GitOptions(**options), context(counted))
