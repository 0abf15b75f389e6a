"""Connectors announce themselves by entry points of the group `callsheet.connectors`; nobody imports them by name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from callsheet.connect.context import Context
from callsheet.connect.options import ConnectorOptions
from callsheet.connect.ports import Drafter, Notifier, Publisher, Source, Tracker, WebhookReceiver

GROUP = "callsheet.connectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """What a connector package offers: its options, and a builder for each role that it can play.

    A builder gets an instance of `options` and the Context. It makes no request. A receiver comes beside another role;
    its builder returns None when no webhook secret is set.
    """

    name: str
    options: type[ConnectorOptions]
    source: Callable[[Any, Context], Source] | None = None
    tracker: Callable[[Any, Context], Tracker] | None = None
    notifier: Callable[[Any, Context], Notifier] | None = None
    publisher: Callable[[Any, Context], Publisher] | None = None
    drafter: Callable[[Any, Context], Drafter] | None = None
    receiver: Callable[[Any, Context], WebhookReceiver | None] | None = None


class UnknownConnector(LookupError):
    """No installed connector has that name."""


def names() -> tuple[str, ...]:
    """The connectors that are installed."""
    return tuple(sorted({point.name for point in _installed()}))


def load(name: str) -> Connector:
    """The connector of that name; its package is imported here and not before."""
    found = {point.value: point for point in _installed() if point.name == name}
    if not found:
        raise UnknownConnector(f"no connector is called {name!r}; installed are {', '.join(names())}")
    if len(found) > 1:
        raise UnknownConnector(f"several packages offer a connector {name!r}: {', '.join(sorted(found))}; remove one")
    connector = next(iter(found.values())).load()
    if not isinstance(connector, Connector):
        raise UnknownConnector(f"the entry point {name!r} is not a callsheet Connector")
    return connector


@cache
def _installed() -> tuple[EntryPoint, ...]:
    """Looked for once: it reads what every installed package says of itself."""
    return tuple(entry_points(group=GROUP))
