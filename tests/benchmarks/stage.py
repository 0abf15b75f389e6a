"""A sandbox and a daemon, each in a process of its own, so that what is measured is the daemon's alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.benchmarks.worlds import NOW, Json

CALLSHEET = Path(sys.executable).with_name("callsheet")
_LAST_LINE = "PAGERDUTY_WEBHOOK_SECRET="
_READS = ("GET ", "POST /rest/api/3/search", "POST /rest/api/3/issue/bulkfetch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One process from start to end. CPU is user and system time; `peak_mb` its largest resident size."""

    seconds: float
    cpu: float
    peak_mb: float
    code: int
    out: str


def measured(command: Sequence[str | Path], *, env: Mapping[str, str], folder: Path) -> Measured:
    """Run a program to its end."""
    told = folder / "stdout"
    errors = folder / "stderr"
    with told.open("wb") as out, errors.open("wb") as err:
        started = time.perf_counter()
        process = subprocess.Popen([*command], cwd=folder, env=dict(env), stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 3}:
        sys.stderr.write(errors.read_text(encoding="utf-8")[-4000:])
    return Measured(
        seconds=seconds,
        cpu=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss / 1024,
        code=process.returncode,
        out=told.read_text(encoding="utf-8"),
    )


@dataclass(slots=True)
class Stage:
    """`env` points the daemon at the sandbox. The daemon's folder holds its database and documents."""

    folder: Path
    env: dict[str, str]
    last: Json = field(default_factory=dict)

    @property
    def _control(self) -> str:
        return self.env["CALLSHEET_CLOCK_URL"].removesuffix("/clock")

    def callsheet(self, *words: str) -> Measured:
        """One cycle by the command line with --json; `last` is what it said."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **self.env}
        config = str(self.folder / "config")
        run = measured([CALLSHEET, "--config", config, *words, "--json"], env=environment, folder=self.folder)
        self.last = json.loads(run.out)
        return run

    def requests(self, side: str) -> dict[str, int]:
        """What the sandbox counted since `forget`, by method and path template."""
        return {name: count for name, count in self._ask("GET", "requests")[side].items() if name != "total"}

    def writes(self) -> int:
        """The counted requests that were not reads, both sides together."""
        both = [*self.requests("pagerduty").items(), *self.requests("jira").items()]
        return sum(count for name, count in both if not name.startswith(_READS))

    def forget(self) -> None:
        self._ask("DELETE", "requests")

    def advance(self, span: str) -> None:
        self._ask("POST", "clock", {"advance": span})

    def unlimited(self) -> None:
        """The sandbox's limit counts real minutes, and waiting for them would be all that is measured."""
        self._ask("POST", "faults", {"kind": "limit", "side": "pagerduty", "per_minute": 1_000_000})

    def _ask(self, method: str, name: str, wanted: object = None) -> Any:
        body = json.dumps(wanted).encode() if wanted is not None else None
        request = Request(f"{self._control}/{name}", data=body, method=method)
        with urlopen(request, timeout=600) as answer:
            return json.load(answer)


@contextmanager
def stage(folder: Path, document: Json, *, policy: str = "") -> Iterator[Stage]:
    """A sandbox that has loaded the document, and a fresh daemon beside it."""
    config = folder / "config"
    config.mkdir(parents=True)
    (config / "policy.toml").write_text(policy, encoding="utf-8")
    world = folder / "world.json"
    world.write_text(json.dumps(document), encoding="utf-8")
    options = ["--port", "0", "--incidents", "0", "--now", NOW.isoformat(), "--load", str(world)]
    process = subprocess.Popen([CALLSHEET, "sandbox", *options], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        env: dict[str, str] = {}
        for line in process.stdout:
            name, _, value = line.rstrip("\n").partition("=")
            env[name] = value
            if line.startswith(_LAST_LINE):
                break
        built = Stage(folder, {**env, "CALLSHEET_LOG_LEVEL": "error"})
        built.unlimited()
        yield built
    finally:
        process.terminate()
        process.wait(20)
