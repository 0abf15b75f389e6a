"""What commands open: the configuration, the store, the assembled daemon; and the time that a reader goes by."""

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from callsheet.cli.options import Global
from callsheet.cli.printing import FAILED, refuse, say

if TYPE_CHECKING:
    from datetime import datetime

    from callsheet.run.app import App
    from callsheet.settings import Configuration, Local
    from callsheet.store import Store

NO_DATABASE = (
    "There is no database yet at {path}: `callsheet once` or `callsheet run` makes it. If you expected one, look at "
    "CALLSHEET_DATABASE_URL, at --config, and at the folder that you are in."
)


def configured(context: typer.Context, *, quiet: bool = False) -> "Configuration":
    """The configuration, with logging set up by it. `quiet`: at a terminal it is the summary that people want."""
    from callsheet.cli.logs import level_for, set_up, summarised

    configuration = read(context)
    settings = configuration.settings
    level = level_for(settings) if quiet else settings.log_level
    set_up(level, settings.log_format, summarised=quiet and summarised(settings))
    return configuration


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
    """The store where there is one, else an empty one; the stack closes it."""
    from callsheet.bootstrap import database_of, open_store

    if database_of(configuration).exists():
        return stack.enter_context(closing(open_store(configuration)))
    return empty(stack)


def empty(stack: ExitStack) -> "Store":
    """An empty store that nobody keeps; the stack closes it."""
    from callsheet.store import Store

    folder = stack.enter_context(tempfile.TemporaryDirectory())
    return stack.enter_context(closing(Store(Path(folder) / "empty.db")))


@contextmanager
def opened(context: typer.Context, *, without: int = FAILED) -> "Iterator[tuple[Local, Store]]":
    """The core's settings and the store, for commands that work beside the daemon: they talk to nobody.

    `without` is the exit code where there is no database: an empty one would tell nothing.
    """
    from callsheet.bootstrap import database_of, open_store

    local = _local(context)
    path = database_of(local)
    if not path.exists():
        refuse(NO_DATABASE.format(path=path), code=without)
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

    configuration = configured(context, quiet=not verbose)
    with ExitStack() as stack:
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


def time_of(local: "Local") -> "datetime":
    """The time by which something is changed, in UTC: where a clock is served, it has to answer."""
    from callsheet.bootstrap import clock_of

    return clock_of(local, threading.Event()).now()


def now_for(local: "Local", store: "Store") -> "datetime":
    """The time for a reader. Where a clock is served and does not answer it is the last cycle's, and that is told."""
    from callsheet.connect.errors import Transient
    from callsheet.run.clock import SystemClock
    from callsheet.run.history import last_cycle

    try:
        return time_of(local)
    except Transient as error:
        cycle = last_cycle(store)
        now = cycle.ended_at if cycle else SystemClock(threading.Event()).now()
        say(f"{error.what}. Taken is {now:%Y-%m-%d %H:%M} UTC, {'the last cycle’s' if cycle else 'this machine’s'}.")
        return now
