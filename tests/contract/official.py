"""The rig's door: hand it what was sent and answered, it says what breaks the vendors' official descriptions.

Where the descriptions are: `tests/lent.py`; no copy of them is kept here. One `Official` is made a test process:
`tests/conftest.py` does that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from tests.contract.description import Description, headers_of, load
from tests.lent import contracts

FILES = {"pagerduty": "pagerduty-openapi.json", "jira": "jira-openapi.json"}
UNDESCRIBED = {
    "jira-dc": "Jira Data Center has no official description",
    "webhook": "a webhook is not a REST answer",
}


class Exchange(Protocol):
    """What was sent and answered, as the sandbox records it; paths are the vendor's, bodies are raw."""

    @property
    def side(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> str: ...
    @property
    def request_headers(self) -> Mapping[str, str] | list[tuple[str, str]]: ...
    @property
    def request_body(self) -> bytes: ...
    @property
    def status(self) -> int: ...
    @property
    def response_headers(self) -> Mapping[str, str] | list[tuple[str, str]]: ...
    @property
    def response_body(self) -> bytes: ...
    @property
    def exempt(self) -> str | None: ...


def available() -> bool:
    """Whether both descriptions are there."""
    return all((contracts() / name).is_file() for name in FILES.values())


class Official:
    """Both descriptions, each loaded when first needed, and a count of what was held against them.

    `without` names patches to leave out: the tests that prove each patch needed use it.
    """

    def __init__(self, without: frozenset[str] = frozenset()) -> None:
        self._without = without
        self._descriptions: dict[str, Description] = {}
        self.checked: Counter[str] = Counter()
        self.exempt: Counter[str] = Counter()

    def check(self, exchange: Exchange) -> list[str]:
        """What breaks the description, a sentence each; [] when the exchange conforms or is exempt (and counted)."""
        reason = exchange.exempt or UNDESCRIBED.get(exchange.side)
        if reason is not None:
            self.exempt[reason] += 1
            return []
        subject = f"{exchange.side} {exchange.method.upper()} {exchange.path}"
        if exchange.side not in FILES:
            return [f"{subject}: no side is called {exchange.side!r}"]
        self.checked[exchange.side] += 1
        operation = self._description(exchange.side).operation(exchange.method, exchange.path)
        if operation is None:
            return [f"{subject}: the official description has no such operation"]
        asked = operation.request(
            exchange.method,
            exchange.path,
            exchange.query,
            headers_of(exchange.request_headers),
            exchange.request_body,
        )
        answered = operation.response(
            exchange.method,
            exchange.path,
            exchange.status,
            headers_of(exchange.response_headers),
            exchange.response_body,
        )
        return [f"{subject}: the request {problem}" for problem in asked] + [
            f"{subject}: the {exchange.status} answer {problem}" for problem in answered
        ]

    def summary(self) -> str:
        """One line for people: how much was checked, and what was not and why."""
        checked = ", ".join(f"{count} {side}" for side, count in sorted(self.checked.items())) or "nothing"
        exempt = "; ".join(f"{count} {reason}" for reason, count in sorted(self.exempt.items())) or "none"
        return f"held against the official descriptions: {checked}; exempt: {exempt}"

    def _description(self, side: str) -> Description:
        if side not in self._descriptions:
            self._descriptions[side] = Description(load(contracts() / FILES[side], side, self._without))
        return self._descriptions[side]
