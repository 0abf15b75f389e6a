"""Errors in words that end in what to do, with their exit codes: sentences, or an event of the daemon's log."""

import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
import typer

from callsheet.cli.printing import CONFIGURATION, FAILED, say
from callsheet.connect.errors import ConnectorError
from callsheet.connect.options import Problems
from callsheet.connect.registry import UnknownConnector
from callsheet.run.pulse import plainly

INIT = "`callsheet init` asks for what is needed and writes it; `callsheet demo` needs no configuration."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWords:
    """What a command that can't go on says, and its exit code. `problems`: one for each variable that is wrong."""

    code: int
    what: str
    problems: tuple[str, ...] = ()


def told(error: Exception) -> int | None:
    """Tell the error and give its exit code; None when it is a fault of ours that deserves its traceback."""
    words = last_words(error)
    if words is None:
        return None
    say(words.what if not words.problems else f"{words.what}:")
    for problem in words.problems:
        say(f"  {problem}")
    if isinstance(error, Problems):
        say(INIT)
    return words.code


@contextmanager
def telling_in_events() -> Iterator[None]:
    """Where no person reads stderr, what ends the daemon is an event of its log, as all else that it says there."""
    if sys.stderr.isatty():
        yield
        return
    before, threading.excepthook = threading.excepthook, _thread_failed
    try:
        yield
    except Exception as error:
        words = last_words(error)
        if words is None:
            log.critical("daemon.failed", error=f"{type(error).__name__}: {error}", exc_info=True)
            raise typer.Exit(FAILED) from None
        problems = {"problems": words.problems} if words.problems else {}
        log.error("daemon.failed", error=words.what, **problems)
        raise typer.Exit(words.code) from None
    finally:
        threading.excepthook = before


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    error = failure.exc_value or failure.exc_type()
    name = failure.thread.name if failure.thread else ""
    log.critical("thread.failed", thread=name, error=f"{type(error).__name__}: {error}", exc_info=error)


def last_words(error: Exception) -> LastWords | None:
    """Words for an error that a person can mend; None for a fault of ours."""
    from callsheet.render.environment import BadTemplate
    from callsheet.run.names import NotKnown
    from callsheet.store import NewerSchema, NoFolder, StoreLocked
    from callsheet.store.place import to_mend

    match error:
        case Problems():
            return _configuration(*map(str, error.problems))
        case UnknownConnector() | BadTemplate():
            return _configuration(str(error))
        case StoreLocked() | NewerSchema() | NoFolder() | NotKnown():
            return LastWords(code=FAILED, what=str(error))
        case ConnectorError():
            return LastWords(code=FAILED, what=error.what)
        case sqlite3.Error():
            return LastWords(code=FAILED, what=to_mend(error))
    return None


def in_words(error: Exception) -> str:
    """An error for the log: in a person's words, or as it calls itself where it is a fault of ours."""
    words = last_words(error)
    return "; ".join((words.what, *words.problems)) if words else plainly(error)


def _configuration(*problems: str) -> LastWords:
    return LastWords(code=CONFIGURATION, what="The configuration needs a look", problems=problems)
