"""The first and the last word of the daemon, and of a database that begins: a sentence for a person, else an event."""

from pathlib import Path

import structlog

from callsheet import __version__
from callsheet.cli.logs import watched
from callsheet.cli.printing import say
from callsheet.model.span import span
from callsheet.settings import Settings

log = structlog.get_logger()


def greet(settings: Settings, url: str, begun: Path | None) -> None:
    """It runs, and takes requests at `url`. `begun` is a database that begins with it."""
    mode, every = settings.mode.value, settings.cycle_every
    if watched(settings):
        if begun:
            say(begun_words(begun))
        say(f"callsheet runs in mode {mode}; a cycle every {span(every)}; it listens on {url}; Ctrl-C ends it")
        return
    if begun:
        log_begun(begun)
    seconds = int(every.total_seconds())
    log.info("daemon.started", mode=mode, cycle_every_seconds=seconds, url=url, version=__version__)


def goodbye() -> None:
    """It ends because it was asked to, with what it had in hand done."""
    log.info("daemon.stopped")


def begun_words(path: Path) -> str:
    """A database that begins, for a person."""
    return f"a new database begins: {path}"


def log_begun(path: Path) -> None:
    """A database that begins, for the log."""
    log.info("database.begun", path=str(path))
