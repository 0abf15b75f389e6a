"""`callsheet run` as a process of its own, with a port that webhooks are posted to."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from itertools import count
from time import monotonic
from typing import Any

from tests.scenario.daemon import Play

Json = dict[str, Any]
HOUR = {"CALLSHEET_CYCLE_EVERY": "1h"}
PATIENCE = 30.0
_NUMBERS = count(1)
_PAUSE = threading.Event()


class Daemon:
    """The process, its words on stderr, and its address."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.words: list[str] = []
        self.process = subprocess.Popen(
            play.command("run"), env=play.process_env(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        self.port = self._heard_port()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _heard_port(self) -> int:
        """Its log says where it listens. A line that is no event fails."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.words.append(line)
            if (event := json.loads(line))["event"] == "daemon.started":
                return int(event["url"].rpartition(":")[2])
        raise AssertionError("".join(self.words))

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.words.append(line)

    def end(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self._over()

    def kill(self) -> None:
        self.process.kill()
        self._over()

    def _over(self) -> int:
        code = self.process.wait(30)
        self._reader.join(10)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code

    # HTTP

    def get(self, path: str) -> tuple[int, Json]:
        return self.ask("GET", path, b"", {})

    def status(self) -> Json:
        return self.get("/status")[1]

    def cycles(self) -> int:
        """How many cycles are over."""
        return int(self.status()["cycles"])

    def pagerduty_tells(self, incident: str, kind: str = "incident.annotated", **headers: str) -> tuple[int, Json]:
        """A signed event of PagerDuty about an incident."""
        number = next(_NUMBERS)
        data = {"id": incident, "type": "incident", "html_url": "https://elsewhere.example/"}
        body = json.dumps({"event": {"id": f"E{number}", "event_type": kind, "data": data}}).encode()
        signed = {"X-PagerDuty-Signature": f"v1={self._sign('PAGERDUTY', body)}", "X-Webhook-Id": f"D{number}"}
        return self.ask("POST", "/webhooks/pagerduty", body, {**signed, **headers})

    def jira_tells(self, ticket: Json, kind: str = "jira:issue_updated") -> tuple[int, Json]:
        """A signed event of Jira about a ticket."""
        told = {"timestamp": next(_NUMBERS), "webhookEvent": kind, "issue": {"id": ticket["id"], "key": ticket["key"]}}
        body = json.dumps(told).encode()
        return self.ask("POST", "/webhooks/jira", body, {"X-Hub-Signature": f"sha256={self._sign('JIRA', body)}"})

    def _sign(self, side: str, body: bytes) -> str:
        secret = self.play.env[f"{side}_WEBHOOK_SECRET"]
        return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Json]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return response.status, json.loads(response.read())


def until(holds: Callable[[], Any], what: str, seconds: float = PATIENCE) -> None:
    """Wait until it holds."""
    ends = monotonic() + seconds
    while not holds():
        assert monotonic() < ends, f"never came about: {what}"
        _PAUSE.wait(0.1)


@contextmanager
def living(play: Play) -> Iterator[Daemon]:
    """The daemon after its first cycle. It must end well."""
    daemon = Daemon(play)
    try:
        until(lambda: daemon.cycles() >= 1, "the first cycle")
        yield daemon
    except BaseException:
        daemon.kill()
        print("".join(daemon.words))
        raise
    assert daemon.end() == 0, daemon.words
    assert not any("Traceback" in line for line in daemon.words), daemon.words
