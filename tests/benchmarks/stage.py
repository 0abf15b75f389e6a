"""A sandbox and a daemon, each in a process of its own, so that what is measured is the daemon's alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


# Stands between, because a child begins with its parent's peak as its own, and ours holds the whole world.
_WATCH = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
code = subprocess.run(sys.argv[2:]).returncode
seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as told:
    json.dump([seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, code], told)
"""


def measured(command: Sequence[str | Path], *, env: Mapping[str, str], folder: Path) -> Measured:
    """Run a program to its end."""
    told, usage = folder / "stdout", folder / "usage"
    watch: list[str | Path] = [sys.executable, "-S", "-c", _WATCH, usage]
    with told.open("wb") as out:
        subprocess.run([*watch, *command], cwd=folder, env=dict(env), stdout=out, check=True)
    seconds, cpu, peak_mb, code = json.loads(usage.read_text(encoding="utf-8"))
    return Measured(seconds=seconds, cpu=cpu, peak_mb=peak_mb, code=code, out=told.read_text(encoding="utf-8"))


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
        if not run.out:
            raise SystemExit(f"callsheet {' '.join(words)} ended with {run.code}")
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

    def act(self, side: str, wanted: Json) -> None:
        """A person does something on one side."""
        self._ask("POST", f"{side}/act", wanted)

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
