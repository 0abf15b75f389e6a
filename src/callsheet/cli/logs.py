"""Logging: one line per effect and one per cycle; JSON when nobody watches, readable on a terminal."""

import logging
import sys
from typing import TYPE_CHECKING, Any, Final

import structlog
from structlog.typing import EventDict

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


def _words_only(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Words of others must not command the terminal that shows them."""
    return {name: inert(value) if isinstance(value, str) else value for name, value in event.items()}


def _untold(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Whoever reads the summary right below hears of each thing once."""
    if event["event"] in IN_SUMMARY:
        raise structlog.DropEvent
    return event


def summarised(settings: "Settings") -> bool:
    """Whether one person at one terminal gets the log and the summary, and asked for no level of the log."""
    return level_for(settings) == "warning" and sys.stdout.isatty() and "log_level" not in settings.model_fields_set


def level_for(settings: "Settings") -> str:
    """The level for a command whose summary people read: warnings at a terminal, unless somebody chose a level."""
    chosen = "log_level" in settings.model_fields_set
    watched = settings.log_format != "json" and sys.stderr.isatty()
    return "warning" if watched and not chosen else settings.log_level


def set_up(level: str, form: str, *, summarised: bool = False) -> None:
    """Events to stderr at a level (`info`), as `json`, `console`, or by whether a person watches (`auto`).

    `summarised`: without those that the summary tells.
    """
    json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    plain_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    final = plain_json if json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    number = logging.getLevelNamesMapping()[level.upper()]
    dropping: list[Any] = [_untold] if summarised else []
    structlog.configure(
        processors=[
            *dropping,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.UnicodeDecoder(),
            _words_only,
            final,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(_Stderr()),  # type: ignore[arg-type] # all that it uses of a file
        cache_logger_on_first_use=False,
    )
    # Other people's libraries may print addresses and headers; only their warnings are wanted.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
