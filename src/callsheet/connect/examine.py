"""How connectors prove their part of the configuration: each question by itself, so that one no is one line."""

from collections.abc import Callable

from callsheet.connect.errors import ConnectorError, RateLimited, Transient
from callsheet.model.check import Check, error, fine, warning

UNREACHED = "see that the address is right and that this machine, its DNS and its proxy can reach it"
LATER = "wait, and run this again"


def probed(check: str, ask: Callable[[], str], *, fix: str) -> Check:
    """The check of a question: `ask` gives the detail, or raises what the other side said. `fix` is for a clear no."""
    try:
        return fine(check, ask())
    except RateLimited as busy:
        return warning(check, busy.what, LATER)
    except Transient as fault:
        return error(check, fault.what, UNREACHED)
    except ConnectorError as refusal:
        return error(check, refusal.what, fix)
