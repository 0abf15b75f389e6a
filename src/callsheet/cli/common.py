"""What commands share: the configuration, the store, the assembled daemon, and printing JSON."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from callsheet.run.app import App
    from callsheet.settings import Configuration
    from callsheet.store import Store

FAILED = 1
CONFIGURATION = 2

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else there.")]
Because = Annotated[str, typer.Option("--because", help="The reason, kept and shown.", show_default=False)]


@dataclass(frozen=True, slots=True)
class Global:
    """The options before the command."""

    directory: Path
    explicit: bool


@contextmanager
def configured(context: typer.Context) -> "Iterator[Configuration]":
    """The configuration, with logging set up by it."""
    from callsheet.cli.logs import set_up
    from callsheet.settings import load

    shared: Global = context.obj
    configuration = load(shared.directory, os.environ, explicit=shared.explicit)
    set_up(configuration.settings.log_level, configuration.settings.log_format)
    yield configuration


@contextmanager
def opened(context: typer.Context) -> "Iterator[tuple[Configuration, Store]]":
    """The configuration and the store, for commands that work beside the daemon."""
    from callsheet.bootstrap import open_store

    with configured(context) as configuration:
        store = open_store(configuration)
        try:
            yield configuration, store
        finally:
            store.close()


@contextmanager
def assembled(context: typer.Context, stop: threading.Event) -> "Iterator[tuple[App, Store, Configuration]]":
    """The whole daemon."""
    from callsheet.bootstrap import assemble

    with opened(context) as (configuration, store):
        yield assemble(configuration, store, stop), store, configuration


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def say(text: str) -> None:
    """A line for a person, on stderr, so that stdout stays what was asked for."""
    typer.echo(text, err=True)
