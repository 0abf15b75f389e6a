"""What commands share: the configuration, the store, the assembled daemon, and printing JSON."""

import json
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from callsheet.run.app import App
    from callsheet.settings import Configuration, Local
    from callsheet.store import Store

FAILED = 1
CONFIGURATION = 2
NO_DATABASE = (
    "There is no database yet at {path}: `callsheet once` or `callsheet run` makes it. If you expected one, look at "
    "CALLSHEET_DATABASE_URL, at --config, and at the folder that you are in."
)

# Control characters but tab and line feed, and those that reverse what is read.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _said(because: str) -> str:
    if not because.strip():
        raise typer.BadParameter("say why in a few words; people are shown it")
    return because.strip()


Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else there.")]
Because = Annotated[
    str,
    typer.Option("--because", metavar="WHY", help="The reason, kept and shown.", show_default=False, callback=_said),
]
IncidentName = Annotated[str, typer.Argument(metavar="INCIDENT", help="An incident's id or number.")]
ItemName = Annotated[
    str, typer.Argument(metavar="ITEM", help="An item's key, such as ai-0123456789abcdef, or its ticket's, OPS-10.")
]


@dataclass(frozen=True, slots=True)
class Global:
    """The options before the command."""

    directory: Path
    explicit: bool


@contextmanager
def configured(context: typer.Context, *, quiet: bool = False) -> "Iterator[Configuration]":
    """The configuration, with logging set up by it. `quiet`: at a terminal it is the summary that people want."""
    from callsheet.cli.logs import level_for, set_up

    configuration = read(context)
    settings = configuration.settings
    set_up(level_for(settings) if quiet else settings.log_level, settings.log_format)
    yield configuration


def read(context: typer.Context) -> "Configuration":
    """The configuration as it lies there now."""
    from callsheet.settings import load

    shared: Global = context.obj
    return load(shared.directory, os.environ, explicit=shared.explicit)


@contextmanager
def looking(context: typer.Context) -> "Iterator[tuple[Local, Store]]":
    """The core's settings and the store, for commands that only read: no secret is needed, and nothing is made.

    Where there is no database yet they see an empty one, and the person is told.
    """
    from callsheet.bootstrap import database_of

    local = _local(context)
    with ExitStack() as stack:
        path = database_of(local)
        if not path.exists():
            say(NO_DATABASE.format(path=path))
        yield local, _there_or_empty(local, stack)


def _there_or_empty(configuration: "Configuration | Local", stack: ExitStack) -> "Store":
    """The store where there is one, else an empty one that nobody keeps; the stack closes it."""
    from callsheet.bootstrap import database_of, open_store
    from callsheet.store import Store

    if database_of(configuration).exists():
        return stack.enter_context(closing(open_store(configuration)))
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    return stack.enter_context(closing(Store(Path(folder) / "empty.db")))


@contextmanager
def existing(context: typer.Context) -> "Iterator[tuple[Local, Store]]":
    """As `looking`, where an empty store would tell nothing: without a database it ends as a wrong configuration."""
    from callsheet.bootstrap import database_of, open_store

    local = _local(context)
    path = database_of(local)
    if not path.exists():
        refuse(NO_DATABASE.format(path=path))
    with closing(open_store(local)) as store:
        yield local, store


@contextmanager
def opened(context: typer.Context) -> "Iterator[tuple[Local, Store]]":
    """The core's settings and the store, for commands that work beside the daemon: they talk to nobody."""
    from callsheet.bootstrap import database_of, open_store
    from callsheet.run.names import NotKnown

    local = _local(context)
    path = database_of(local)
    if not path.exists():
        raise NotKnown(NO_DATABASE.format(path=path))
    with closing(open_store(local)) as store:
        yield local, store


@contextmanager
def assembled(
    context: typer.Context, stop: threading.Event, *, verbose: bool = False, makes: bool = True
) -> "Iterator[tuple[App, Store, Configuration]]":
    """The whole daemon, for one piece of work. `verbose`: its log lines are wanted at a terminal, too.

    `makes`: a database that is not there is made; a dry run does with an empty one that nobody keeps.
    """
    from callsheet.bootstrap import assemble, open_store

    with configured(context, quiet=not verbose) as configuration, ExitStack() as stack:
        if makes:
            store = stack.enter_context(closing(open_store(configuration)))
        else:
            store = _there_or_empty(configuration, stack)
        yield assemble(configuration, store, stop), store, configuration


def _local(context: typer.Context) -> "Local":
    from callsheet.cli.logs import set_up
    from callsheet.settings import local

    shared: Global = context.obj
    found = local(shared.directory, os.environ, explicit=shared.explicit)
    set_up(found.settings.log_level, found.settings.log_format)
    for trouble in found.troubles:
        say(str(trouble))
    return found


def templates_of(context: typer.Context) -> Path | None:
    """The operator's own templates, if there are any."""
    shared: Global = context.obj
    folder = shared.directory / "templates"
    return folder if folder.is_dir() else None


def now_for(local: "Local", store: "Store") -> "datetime":
    """The time for a reader. Where a clock is served and does not answer it is the last cycle's, and that is told."""
    from callsheet.bootstrap import clock_of
    from callsheet.connect.errors import Transient
    from callsheet.run.clock import SystemClock
    from callsheet.run.history import last_cycle

    stop = threading.Event()
    try:
        return clock_of(local, stop).now()
    except Transient as error:
        cycle = last_cycle(store)
        now = cycle.ended_at if cycle else SystemClock(stop).now()
        say(f"{error.what}. Taken is {now:%Y-%m-%d %H:%M} UTC, {'the last cycle’s' if cycle else 'this machine’s'}.")
        return now


def print_json(value: Any) -> None:
    """One JSON document on stdout. What a terminal would obey is written as JSON's own escapes."""
    written = json.dumps(value, indent=2, ensure_ascii=False)
    typer.echo(_COMMANDS.sub(lambda found: f"\\u{ord(found.group()):04x}", written))


def say(text: str) -> None:
    """A line for a person, on stderr, so that stdout stays what was asked for."""
    typer.echo(inert(text), err=True)


def tell(text: str) -> None:
    """Words for a person on stdout."""
    typer.echo(inert(text))


def inert(text: str) -> str:
    """Words of others, without what a terminal would obey: escapes, bells, turns of direction."""
    return _COMMANDS.sub("", text)


def refuse(*lines: str) -> NoReturn:
    """Say what is wrong with how the command was called, and leave."""
    for line in lines:
        say(line)
    raise typer.Exit(CONFIGURATION)
