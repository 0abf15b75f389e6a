"""What `callsheet doctor` found out about one thing: how it is, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

_ABOVE = "mend what stands above, and run `callsheet doctor` again"


class Result(StrEnum):
    """How it is. A warning does not stop Callsheet, and does not fail the doctor."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Unsettled(StrEnum):
    """Why a warning is one although nothing is known to be wrong; the words count such warnings."""

    UNASKED = "not checked"
    UNPROVED = "that no read can prove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line. `check` names the thing (`jira: permission CREATE_ISSUES in OPS`), `fix` is empty when all is well.

    `bars` is what all further questions to that side need and do not have because of this, such as "a working token".
    `project` is the one in which little can work before this is mended, empty where it is about something else.
    `denied` says that the other side answered that a permission lacks. `unsettled` is only a warning's.
    """

    check: str
    result: Result
    detail: str
    fix: str = ""
    bars: str = ""
    project: str = ""
    denied: bool = False
    unsettled: Unsettled | None = None


def fine(check: str, detail: str) -> Check:
    """All is well."""
    return Check(check=check, result=Result.OK, detail=detail)


def warning(check: str, detail: str, fix: str) -> Check:
    """Worth a look."""
    return Check(check=check, result=Result.WARNING, detail=detail, fix=fix)


def error(check: str, detail: str, fix: str, *, bars: str = "", project: str = "", denied: bool = False) -> Check:
    """Something will not work."""
    return Check(check=check, result=Result.ERROR, detail=detail, fix=fix, bars=bars, project=project, denied=denied)


def unproved(check: str, detail: str, fix: str) -> Check:
    """What only a write or a message proves, or what the other side does not tell."""
    return Check(check=check, result=Result.WARNING, detail=detail, fix=fix, unsettled=Unsettled.UNPROVED)


def unasked(check: str, needs: str) -> Check:
    """Not asked, because of what stands above it: one cause is one error."""
    told = f"not checked: needs {needs}"
    return Check(check=check, result=Result.WARNING, detail=told, fix=_ABOVE, unsettled=Unsettled.UNASKED)
