"""What a shell offers behind a command: incidents, items and tickets from the database, read and never made."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from callsheet.store.names import Named

Offers = list[tuple[str, str]]


def incidents(context: typer.Context, incomplete: str) -> Offers:
    """Numbers of incidents that begin so, the newest first."""
    return _offered(context, incomplete, lambda named: named.incidents())


def items(context: typer.Context, incomplete: str) -> Offers:
    """Keys of open items, by their tickets where they have one."""
    return _offered(context, incomplete, lambda named: named.items())


def anything(context: typer.Context, incomplete: str) -> Offers:
    """Both."""
    return _offered(context, incomplete, lambda named: [*named.items(), *named.incidents()])


def _offered(context: typer.Context, incomplete: str, ask: "Callable[[Named], Offers]") -> Offers:
    try:
        from callsheet.bootstrap import database_of
        from callsheet.settings import local
        from callsheet.store.names import names_in

        given = context.find_root().params.get("config_dir")
        place = local(Path(given or "config"), os.environ, explicit=given is not None)
        with names_in(database_of(place)) as named:
            return [(name, title) for name, title in ask(named) if name.startswith(incomplete)]
    except Exception:  # a shell that completes words is no place for errors; the command itself tells them
        return []
