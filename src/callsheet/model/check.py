"""What `callsheet doctor` found out about one thing: how it is, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How it is. A warning is what does not stop Callsheet, or what only a write could prove."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line. `check` names the thing (`jira: permission CREATE_ISSUES in OPS`), `fix` is empty when all is well."""

    check: str
    result: Result
    detail: str
    fix: str = ""


def fine(check: str, detail: str) -> Check:
    """All is well."""
    return Check(check=check, result=Result.OK, detail=detail)


def warning(check: str, detail: str, fix: str) -> Check:
    """Worth a look."""
    return Check(check=check, result=Result.WARNING, detail=detail, fix=fix)


def error(check: str, detail: str, fix: str) -> Check:
    """Something will not work."""
    return Check(check=check, result=Result.ERROR, detail=detail, fix=fix)
