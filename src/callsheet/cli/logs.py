"""Logging: one line per effect and one per cycle; JSON when nobody watches, readable on a terminal."""

import logging
import sys
from typing import TYPE_CHECKING, Any, Final

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from callsheet.cli.printing import inert

if TYPE_CHECKING:
    from callsheet.settings.core import Settings


# What a cycle's summary says in a person's words.
IN_SUMMARY: Final = frozenset(
    {"side.silent", "database.without_memory", "effects.refused", "effect.failed", "input.quarantined"}
)


class _Stderr:
    """Whatever stands for stderr when a line is written: while bars are shown, that is what writes above them."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


_STDERR: Final[Any] = _Stderr()  # All that is used of a file.
_LIBRARIES: Final = logging.StreamHandler(_STDERR)


def _words_only(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Words of others must not command the terminal that shows them."""
    return {name: inert(value) if isinstance(value, str) else value for name, value in event.items()}


# Tracebacks become words first: rich's would show the values of variables, among which are secrets.
_DRESSING: Final[tuple[Processor, ...]] = (
    structlog.processors.format_exc_info,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.UnicodeDecoder(),
    _words_only,
)


def _untold(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Whoever reads the summary right below hears of each thing once."""
    if event["event"] in IN_SUMMARY:
        raise structlog.DropEvent
    return event


def summarised(settings: "Settings") -> bool:
    """Whether one person at one terminal gets the log and the summary, and asked for no level of the log."""
    return level_for(settings) == "warning" and sys.stdout.isatty() and "log_level" not in settings.model_fields_set


def watched(settings: "Settings") -> bool:
    """Whether a person reads along on stderr: sentences are for them, events for whatever collects a log."""
    return settings.log_format != "json" and sys.stderr.isatty()


def level_for(settings: "Settings") -> str:
    """The level for a command whose summary people read: warnings at a terminal, unless somebody chose a level."""
    chosen = "log_level" in settings.model_fields_set
    return "warning" if watched(settings) and not chosen else settings.log_level


def set_up(level: str, form: str, *, summarised: bool = False) -> None:
    """Events to stderr at a level (`info`), as `json`, `console`, or by whether a person watches (`auto`).

    `summarised`: without those that the summary tells. What other people's libraries log is an event like ours.
    """
    json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    rendering = (*_DRESSING, structlog.processors.JSONRenderer(ensure_ascii=False) if json else _for_people())
    dropping: tuple[Processor, ...] = (_untold,) if summarised else ()
    structlog.configure(
        processors=[*dropping, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        # A line is one write, with its end: threads must not come in between.
        logger_factory=structlog.WriteLoggerFactory(_STDERR),
        cache_logger_on_first_use=False,
    )
    # Other people's libraries may print addresses and headers; only their warnings are wanted.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    _LIBRARIES.setFormatter(ProcessorFormatter(processors=[_of_a_library, *rendering]))
    logging.getLogger().addHandler(_LIBRARIES)
    logging.captureWarnings(capture=True)


def _for_people() -> Processor:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _of_a_library(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Their sentences are no names of events: ours is the same for all of them."""
    record: logging.LogRecord = event.pop("_record")
    del event["_from_structlog"]
    return {**event, "event": "library.warned", "library": record.name, "told": event["event"].strip()}
