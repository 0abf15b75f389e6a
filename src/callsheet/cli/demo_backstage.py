"""Behind the demo's stage: its folder, the sandbox, the daemon as a process of its own, and a mailbox."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType

from dotenv import dotenv_values
from filelock import FileLock, Timeout

from callsheet.cli.demo_stage import Unmet
from callsheet.sandbox.server import Sandbox, SandboxOptions

MARKER = ".callsheet-demo"
LOCK = "demo.lock"
STORE = "callsheet.db"
CURTAIN_UP = time(21, 0)
CURTAIN_DOWN = time(15, 0)
FRIDAY = 4
FIRST_PORT, PORTS = 20_000, 5_000
REVIVALS = 50
# What the person's own environment says about these must not reach the demo's daemon: it wins over files.
PREFIXES = ("CALLSHEET_", "PAGERDUTY_", "JIRA_", "APPRISE_", "FILES_")
# Ctrl-C, a polite kill, and a terminal that is closed.
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLICY = """\
# The demo's policy: the defaults, and somebody who takes what names nobody.
[default_route]
fallback_owner = "grace.okafor@larkspur.example"
"""


class NotOurs(Exception):
    """The folder can't be used; the message says why and what to do."""


class Endings:
    """Every way of being ended raises KeyboardInterrupt in the main thread, but not while it is `held`.

    Raised in the middle of starting a process, it would leave one behind that nobody knows.
    """

    def __init__(self) -> None:
        self._holding, self._came = False, False

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Listen as long as this lasts."""
        before = {name: signal.signal(name, self._end) for name in ENDINGS}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What comes meanwhile is raised at the end."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
        if self._came:
            self._came = False
            raise KeyboardInterrupt

    def _end(self, _signum: int, _frame: FrameType | None) -> None:
        if not self._holding:
            raise KeyboardInterrupt
        self._came = True


@contextmanager
def room(folder: Path) -> Iterator[bool]:
    """The demo's folder, empty and held for as long as this lasts; True when an earlier play was cleared away.

    NotOurs when it holds something that no demo made, or when another demo plays there.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise NotOurs(f"{folder} is no folder; name another one with --folder")
    played = (folder / MARKER).is_file()
    if not played and folder.exists() and any(folder.iterdir()):
        raise NotOurs(f"{folder} holds files that no demo made, so they stay; name another one with --folder")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text("`callsheet demo` made this folder, and clears it away when it plays again.\n")
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise NotOurs(f"another demo plays in {folder}; end it first, or name another one with --folder") from None
    try:
        _refuse_orphans(folder)
        _clear(folder)
        yield played
    finally:
        lock.release()


def _refuse_orphans(folder: Path) -> None:
    """A daemon outlives a play that was killed itself; it holds the store's lock."""
    try:
        with FileLock(folder / f"{STORE}.lock", timeout=0):
            return
    except Timeout:
        holder = json.loads((folder / f"{STORE}.holder").read_text())
    raise NotOurs(f"the daemon of an earlier play runs in {folder} yet; `kill {holder['pid']}` ends it, then try again")


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.name in (MARKER, LOCK):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def opening_night(now: datetime) -> datetime:
    """The Monday evening of the last full week: the play ends on its Friday, which is past, as true days go."""
    friday = now.date() - timedelta(days=(now.weekday() - FRIDAY) % 7)
    if datetime.combine(friday, CURTAIN_DOWN, UTC) > now:
        friday -= timedelta(days=7)
    return datetime.combine(friday - timedelta(days=4), CURTAIN_UP, UTC)


def write_config(folder: Path, sandbox: Sandbox, mailbox: "Mailbox") -> Path:
    """The env files and the policy, as an operator would write them; the folder that `--config` takes."""
    config = folder / "config"
    config.mkdir()
    ours = {
        "CALLSHEET_DATABASE_URL": f"sqlite:///{folder / STORE}",
        "CALLSHEET_CYCLE_EVERY": "1s",
        "CALLSHEET_NOTIFIERS": "apprise",
        "CALLSHEET_LOG_FORMAT": "json",
        "CALLSHEET_LISTEN": pages_address(),
    }
    _write_env(config / "callsheet.env", "Callsheet itself: SQLite, and a cycle each second.", ours)
    _write_env(config / "sandbox.env", "The sandbox in place of PagerDuty and Jira, and its clock.", sandbox.env())
    _write_env(config / "files.env", "Where the post-mortems go.", {"FILES_DIR": str(folder / "postmortems")})
    _write_env(config / "apprise.env", "Where messages to people go: the demo's mailbox.", mailbox.env())
    (config / "policy.toml").write_text(POLICY)
    return config


def pages_address() -> str:
    """HOST:PORT for the daemon's pages that stays when it is started again.

    Below the ports that systems hand out, so that nothing else takes it while the daemon is down.
    """
    first = FIRST_PORT + os.getpid() % PORTS
    for port in range(first, first + PORTS):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return f"127.0.0.1:{port}"
    return "127.0.0.1:0"


def forget_clock(config: Path, sandbox: Sandbox) -> None:
    """After the play the sandbox's clock is gone: reading commands take the machine's."""
    left = {name: value for name, value in sandbox.env().items() if name != "CALLSHEET_CLOCK_URL"}
    _write_env(config / "sandbox.env", "The sandbox has closed with the play; its clock is taken out.", left)


def _write_env(path: Path, why: str, values: dict[str, str]) -> None:
    lines = [f"# {why}", *(f"{name}={value}" for name, value in sorted(values.items()))]
    # As an operator would keep them: the real ones hold secrets.
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")


class Daemon:
    """`callsheet run` as a process of its own; `pages` is where it shows itself to people."""

    def __init__(self, config: Path, log: Path, endings: Endings) -> None:
        self.log, self._endings = log, endings
        self.pages = f"http://{dotenv_values(config / 'callsheet.env')['CALLSHEET_LISTEN']}"
        self._command = [sys.executable, "-P", "-m", "callsheet", "--config", str(config), "run"]
        self._process: subprocess.Popen[bytes] | None = None
        self.revivals = 0

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start it; what it says goes to the log."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith(PREFIXES)}
        hosts = [mine[name] for name in ("NO_PROXY", "no_proxy") if mine.get(name)]
        without_proxy = ",".join(["127.0.0.1", *hosts])
        with self._endings.held(), self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**mine, "NO_PROXY": without_proxy, "no_proxy": without_proxy},
            )

    def kill(self) -> int:
        """End it without a chance to finish anything; its process id."""
        pid = self.pid
        if self._process:
            self._process.kill()
            self._process.wait()
        return pid

    def stop(self) -> None:
        """Ask it to end, and end it when it takes too long."""
        if self._process is None:
            return
        with self._endings.held():
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def revive(self) -> str | None:
        """Start it again when somebody ended it; what there is to tell. Unmet when it ended by itself."""
        code = self._process.poll() if self._process else None
        if code is None:
            return None
        self.revivals += 1
        if code > 0 or self.revivals > REVIVALS:
            raise Unmet(f"the daemon ended by itself with exit code {code}")
        self.start()
        return f"(Somebody ended the daemon. It starts again, as process {self.pid}.)"

    def last_words(self, lines: int = 12) -> list[str]:
        """The end of its log."""
        with suppress(OSError):
            return self.log.read_text(errors="replace").splitlines()[-lines:]
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message that arrived; `to` is the part of the address before the @."""

    to: str
    title: str
    text: str


class Mailbox:
    """A small HTTP server that takes messages: what Slack, Teams or mail would be elsewhere."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _slot(self.letters))
        threading.Thread(target=self._server.serve_forever, name="mailbox", daemon=True).start()

    def env(self) -> dict[str, str]:
        """The variable that points Callsheet here."""
        return {"APPRISE_PERSON_URL": f"json://127.0.0.1:{self._server.server_address[1]}/{{handle}}"}

    def to(self, handle: str) -> list[Letter]:
        """What one person got, oldest first."""
        return [letter for letter in self.letters if letter.to == handle]

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()


def _slot(letters: list[Letter]) -> type[BaseHTTPRequestHandler]:
    class Slot(BaseHTTPRequestHandler):
        """Apprise's `json://` posts a title and a message."""

        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            letters.append(Letter(to=self.path.strip("/"), title=told.get("title", ""), text=told.get("message", "")))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its parent's signature
            """Silent: the stage is for the play."""

    return Slot


def new_sandbox(folder: Path, now: datetime) -> Sandbox:
    """A company's world whose state is kept in the folder."""
    return Sandbox(SandboxOptions(state=folder / "world", now=opening_night(now)))
