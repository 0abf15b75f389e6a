"""Asking the sandbox without a socket: the same front, minus the wire. Tests of the wire start a server."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from callsheet.sandbox.exchange import Call
from callsheet.sandbox.front import Front
from callsheet.sandbox.world import World

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Side:
    """One vendor, asked with the right credentials unless a test says otherwise."""

    front: Front
    name: str
    prefix: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Reply:
        call = Call(
            side=self.name,
            method=method,
            path=self.prefix + path,
            query=urlencode(query, doseq=True),
            headers=self.headers,
            body=b"" if body is None else json.dumps(body).encode(),
            base=f"http://127.0.0.1:1/{self.name}",
        )
        answer = self.front.handle(call).answer
        text = answer.body()
        return Reply(answer.status, json.loads(text) if text else None, answer.headers)

    def get(self, path: str, **query: Any) -> Any:
        reply = self.ask("GET", path, **query)
        assert reply.status == 200, reply
        return reply.body

    def post(self, path: str, body: Any) -> Reply:
        return self.ask("POST", path, body)

    def put(self, path: str, body: Any) -> Reply:
        return self.ask("PUT", path, body)


@dataclass
class Office:
    """A frozen world and its three sides."""

    world: World
    front: Front
    pagerduty: Side
    jira: Side
    datacenter: Side

    def advance(self, **span: float) -> None:
        self.world.advance(timedelta(**span))

    def scene(self, name: str) -> str:
        """The id of the incident that plays a scene."""
        every = [*self.world.pagerduty.incidents, *self.world.pagerduty.coming()]
        return next(each.id for each in every if each.plot and each.plot.scene.name == name)

    def file(self, summary: str = "Do it", **fields: Any) -> str:
        """A ticket in OPS, by API; returns its key."""
        sent = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": summary, **fields}
        reply = self.jira.post("/issue", {"fields": sent})
        assert reply.status == 201, reply
        return str(reply.body["key"])


def document(text: str) -> dict[str, Any]:
    """The smallest useful ADF."""
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


def open_office(incidents: int = 24, seed: int = 1, **world: Any) -> Office:
    made = World(seed=seed, incidents=incidents, start=NOW, tick=False, **{"hostile": True, **world})
    keys, front = made.credentials, Front(made)
    basic = base64.b64encode(f"{made.company.bot.email}:{keys.jira_token}".encode()).decode()
    token = {"authorization": f"Token token={keys.pagerduty_token}", "from": made.company.bot.email}
    return Office(
        world=made,
        front=front,
        pagerduty=Side(front, "pagerduty", headers=token),
        jira=Side(front, "jira", "/rest/api/3", {"authorization": f"Basic {basic}"}),
        datacenter=Side(front, "jira-dc", "/rest/api/2", {"authorization": f"Bearer {keys.jira_pat}"}),
    )
