"""A sandbox and the connector that plays in it, in one flavour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from callsheet.model.text import paragraph
from callsheet.model.ticket import TicketDraft
from callsheet.sandbox.server import Sandbox
from callsheet_jira.connector import Jira
from tests.connectors.jira.house import House

SIDES = {"cloud": "jira", "datacenter": "jira-dc"}
TASK = "10100"
LONGER_THAN_THE_LAG = "10s"
DROPPED = ("Won't Do", "Won't Fix", "Duplicate")


@dataclass(slots=True)
class Stage:
    """The sandbox is reached over HTTP only, by us and by the people in it."""

    box: Sandbox
    flavour: str
    house: House

    @property
    def env(self) -> Mapping[str, str]:
        return self.box.env(flavour=self.flavour)

    @property
    def api(self) -> str:
        return "/rest/api/3" if self.flavour == "cloud" else "/rest/api/2"

    def jira(self) -> Jira:
        """A fresh process's connector."""
        return self.house.jira(self.env)

    def fault(self, kind: str, path: str | None = None, **rule: Any) -> None:
        found = {"kind": kind, "side": SIDES[self.flavour], **rule}
        if path:
            found["path"] = f"{self.api}{path}"
        self.control("faults", found)

    def mend(self) -> None:
        requests.delete(f"{self.box.url}/_sandbox/faults", timeout=60).raise_for_status()

    def act(self, do: str, **wanted: Any) -> Any:
        """A person does something in Jira."""
        return self.control("jira/act", {"do": do, "flavour": self.flavour, **wanted})

    def wait(self, time: str = LONGER_THAN_THE_LAG) -> None:
        self.control("clock", {"advance": time})

    def sent(self) -> dict[str, int]:
        """What the sandbox counted since the last look, by method and path behind the API's prefix."""
        url = f"{self.box.url}/_sandbox/requests"
        counts = requests.get(url, timeout=60).json()[SIDES[self.flavour]]
        requests.delete(url, timeout=60).raise_for_status()
        return {name.replace(self.api, ""): count for name, count in counts.items() if name != "total"}

    def issues(self, label: str) -> list[dict[str, Any]]:
        """The truth, without any index."""
        state = requests.get(f"{self.box.url}/_sandbox/state", timeout=60).json()[SIDES[self.flavour]]
        return [issue for issue in state["issues"] if label in issue["fields"]["labels"]]

    def control(self, name: str, wanted: Mapping[str, Any]) -> Any:
        answer = requests.post(f"{self.box.url}/_sandbox/{name}", json=dict(wanted), timeout=60)
        assert answer.ok, answer.text
        return answer.json()


def draft(marker: str = "cs-1", **more: Any) -> TicketDraft:
    """A small draft for the healthy project."""
    given: dict[str, Any] = {
        "project": "OPS",
        "issue_type_id": TASK,
        "title": "Add an alert",
        "body": (paragraph("why"),),
        "labels": ("callsheet", marker),
        **more,
    }
    return TicketDraft(**given)


def domain(stage: Stage) -> str:
    """Where the sandbox's people have their addresses."""
    return stage.env["PAGERDUTY_FROM_EMAIL"].partition("@")[2]


def owner(stage: Stage, name: str = "Ana Ferreira") -> str:
    """The account id of one of them."""
    found = stage.jira().account(f"{name.lower().replace(' ', '.')}@{domain(stage)}", name).account
    assert found is not None
    return found.id
