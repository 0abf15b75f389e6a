"""`callsheet run`: how long until it is ready, and what it holds while nothing happens."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.benchmarks.stage import CALLSHEET, Stage

LOOK_EVERY = 0.02
PATIENCE = 60.0
IDLE_SECONDS = 10.0


class Daemon:
    """The process, since it was started. `ready_after` is in seconds, from its start to a yes of `/readyz`."""

    def __init__(self, process: subprocess.Popen[bytes], address: str, started: float) -> None:
        self._process, self._address = process, address
        self._pause = threading.Event()
        self._until_ready()
        self.ready_after = perf_counter() - started

    def _until_ready(self) -> None:
        ends = perf_counter() + PATIENCE
        while not self._is_ready():
            if self._process.poll() is not None:
                raise SystemExit("callsheet run ended before it was ready")
            if perf_counter() > ends:
                raise SystemExit("callsheet run never got ready")
            self._pause.wait(LOOK_EVERY)

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"http://{self._address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (HTTPError, OSError):
            return False

    def idle(self) -> tuple[float, float]:
        """Resident megabytes after a while in which nothing happens, and CPU seconds of that while."""
        before = self._cpu()
        self._pause.wait(IDLE_SECONDS)
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        (resident,) = re.findall(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        return int(resident) / 1024, self._cpu() - before

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(play: Stage) -> Iterator[Daemon]:
    """`callsheet run` on a free port, ended by SIGTERM."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    env = {"PATH": os.environ["PATH"], "HOME": str(play.folder), **play.env, "CALLSHEET_LISTEN": address}
    command = [str(CALLSHEET), "--config", str(play.folder / "config"), "run"]
    started = perf_counter()
    process = subprocess.Popen(command, cwd=play.folder, env=env)
    try:
        yield Daemon(process, address, started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
