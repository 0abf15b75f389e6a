"""How connectors prove their part of the configuration: each question by itself, so that one no is one line."""

from collections.abc import Callable

from callsheet.connect.errors import AuthRefused, ConnectorError, Forbidden, RateLimited, Transient
from callsheet.model.check import Check, Result, error, fine

UNREACHED = "see that the address is right and that this machine, its DNS and its proxy can reach it"
LATER = "wait, and run this again"


def probed(check: str, ask: Callable[[], str], *, fix: str, first: bool = False) -> Check:
    """The check of a question: `ask` gives the detail, or raises what the other side said. `fix` is for a clear no.

    `first` says that no other question makes sense before this one is answered.
    """
    try:
        return fine(check, ask())
    except ConnectorError as fault:
        return failed(check, fault, fix=fix, first=first)


def failed(check: str, fault: ConnectorError, *, fix: str, first: bool = False) -> Check:
    """The check of a question that was not answered."""
    bars = lacking(fault) or ("an answer that can be read" if first else "")
    match fault:
        case RateLimited():
            return Check(check=check, result=Result.WARNING, detail=fault.what, fix=LATER, bars=bars)
        case Transient():
            return error(check, fault.what, UNREACHED, bars=bars)
    return error(check, fault.what, fix, bars=bars, denied=isinstance(fault, Forbidden))


def lacking(fault: ConnectorError) -> str:
    """What every other question to that side lacks as well; empty when the fault is about this one alone."""
    match fault:
        case RateLimited():
            return "the wait to be over"
        case Transient():
            return "the other side to be reached"
        case AuthRefused() if not isinstance(fault, Forbidden):
            return "a working token"
    return ""
