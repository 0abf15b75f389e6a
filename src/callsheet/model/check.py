"""What `callsheet doctor` found out about one thing: how it is, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How it is. A note is good to know and asks for nothing, such as what only a write could prove; a warning does not
    stop Callsheet, and somebody can clear it; what is skipped could not be asked, because of an error above it."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line. `check` names the thing (`jira: permission CREATE_ISSUES in OPS`), `fix` is empty when all is well.

    `bars` is what all further questions to that side need and do not have because of this, such as "a working token".
    `project` is the one in which little can work before this is mended, empty where it is about something else.
    `denied` says that the other side answered that a permission lacks.
    """

    check: str
    result: Result
    detail: str
    fix: str = ""
    bars: str = ""
    project: str = ""
    denied: bool = False


def fine(check: str, detail: str) -> Check:
    """All is well."""
    return Check(check=check, result=Result.OK, detail=detail)


def note(check: str, detail: str, fix: str = "") -> Check:
    """Good to know; nobody has to do anything about it."""
    return Check(check=check, result=Result.NOTE, detail=detail, fix=fix)


def warning(check: str, detail: str, fix: str) -> Check:
    """Worth a look."""
    return Check(check=check, result=Result.WARNING, detail=detail, fix=fix)


def error(check: str, detail: str, fix: str, *, bars: str = "", project: str = "", denied: bool = False) -> Check:
    """Something will not work."""
    return Check(check=check, result=Result.ERROR, detail=detail, fix=fix, bars=bars, project=project, denied=denied)


def skipped(check: str, needs: str) -> Check:
    """Not asked, because of an error above: one cause is one error."""
    return Check(check=check, result=Result.SKIPPED, detail=f"not checked: needs {needs}")
