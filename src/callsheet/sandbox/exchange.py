"""One HTTP exchange, as values: what came in (`Call`), what goes out (`Answer`), and how paths find their handler."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

PAGERDUTY, CLOUD, DATACENTER = "pagerduty", "jira", "jira-dc"
SIDES = (PAGERDUTY, CLOUD, DATACENTER)

# Said of an answer that is given and that the official description has no word for.
UNDESCRIBED = "undescribed 404"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP exchange as the server saw it, for contract checks.

    `path` is the vendor's, without the mount prefix; `exempt` says why no contract applies: "injected fault",
    "unknown enum scene", "v2" (Data Center has no official description), "removed endpoint", "no such endpoint",
    "undescribed 404", or None.
    """

    side: str
    method: str
    path: str
    template: str
    query: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    response_headers: Mapping[str, str]
    response_body: bytes
    exempt: str | None


@lru_cache(maxsize=64)
def _arguments(query: str) -> dict[str, list[str]]:
    """Parsed once for a request: a listing looks at it for each of ten thousand incidents."""
    found: dict[str, list[str]] = {}
    for name, values in parse_qs(query, keep_blank_values=True).items():
        found.setdefault(name.removesuffix("[]"), []).extend(values)
    return found


@dataclass(slots=True, kw_only=True)
class Call:
    """A request with its path parameters; header names are lower case."""

    side: str
    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    template: str = ""
    params: dict[str, str] = field(default_factory=dict)
    base: str = ""
    expired: bool = False

    @property
    def arguments(self) -> dict[str, list[str]]:
        """Query parameters; `statuses[]` and `statuses` are both found under `statuses`."""
        return _arguments(self.query)

    def one(self, name: str, default: str = "") -> str:
        return self.arguments.get(name, [default])[-1]

    def many(self, name: str) -> list[str]:
        """Repeated or comma-separated values."""
        return [part for value in self.arguments.get(name, []) for part in value.split(",") if part]

    def number(self, name: str, default: int) -> int:
        """An integer parameter; anything that is none counts as the default."""
        value = self.one(name)
        return int(value) if re.fullmatch(r"-?\d{1,9}", value) else default

    def json(self) -> Any:
        """The body, or None when it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def fields(self) -> dict[str, Any]:
        """The body as an object; empty for anything else."""
        value = self.json()
        return value if isinstance(value, dict) else {}


@dataclass(slots=True, kw_only=True)
class Answer:
    """A status with a JSON document, text, or nothing; `writes` is True when the world has changed."""

    status: int = 200
    document: Any = None
    text: str | None = None
    media: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    exempt: str | None = None
    writes: bool = False

    def body(self) -> bytes:
        if self.text is not None:
            return self.text.encode()
        if self.document is None:
            return b""
        return json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()


Handler = Callable[[Call], Answer]


class Routes:
    """Path templates of one vendor; the first match wins, so put fixed paths before parameters."""

    def __init__(self, table: Iterable[tuple[str, str, Handler]]) -> None:
        self._table = [(method, _pattern(template), template, handler) for method, template, handler in table]

    def find(self, call: Call) -> Handler | None:
        """The handler; fills the call's template and parameters."""
        for method, pattern, template, handler in self._table:
            match = pattern.fullmatch(call.path)
            if match and method == call.method:
                call.template, call.params = template, match.groupdict()
                return handler
        call.template = call.template or call.path
        return None

    def methods(self, path: str) -> list[str]:
        """Methods that this path knows, to tell 405 from 404."""
        return [method for method, pattern, _, _ in self._table if pattern.fullmatch(path)]


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    names = iter(parts[1::2])
    fixed = [re.escape(part) for part in parts[::2]]
    return re.compile("".join(piece + _group(next(names, None)) for piece in fixed))


def _group(name: str | None) -> str:
    return f"(?P<{name}>[^/]+)" if name else ""
