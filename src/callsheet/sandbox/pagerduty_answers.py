"""The manners of PagerDuty's answers: errors with their codes, classic pagination, dates and zones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callsheet.sandbox.exchange import Answer, Call
from callsheet.sandbox.pagerduty_company import ACCOUNT_ZONE

T = TypeVar("T")
_DEEPEST = 10_000


class Refused(Exception):
    """An error answer: HTTP status, PagerDuty's code, message and details."""

    def __init__(self, status: int, code: int, message: str, *errors: str) -> None:
        super().__init__(message)
        self.answer = error(status, code, message, *errors)


def error(status: int, code: int, message: str, *errors: str) -> Answer:
    """PagerDuty's error shape."""
    body: dict[str, Any] = {"message": message, "code": code}
    if errors:
        body["errors"] = list(errors)
    return Answer(status=status, document={"error": body})


def page(call: Call, name: str, items: Sequence[T], render: Callable[[T], dict[str, Any]]) -> Answer:
    """Classic pagination: limit at most 100, nothing beyond 10,000, `total` only when asked for."""
    limit = min(max(call.number("limit", 25), 1), 100)
    offset = max(call.number("offset", 0), 0)
    if offset + limit > _DEEPEST:
        detail = f"Offset+limit exceeds maximum allowed value of {_DEEPEST}."
        raise Refused(400, 2002, "Arguments Caused Error", detail)
    shown = items[offset : offset + limit]
    return Answer(
        document={
            name: [render(item) for item in shown],
            "limit": limit,
            "offset": offset,
            "total": len(items) if call.one("total") == "true" else None,
            "more": offset + len(shown) < len(items),
        }
    )


def moment(text: str) -> datetime | None:
    """A date-time parameter; without an offset it is in the account's zone, as in life."""
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text.replace(" ", "+").replace("Z", "+00:00"))
    except ValueError:
        raise Refused(400, 2004, "Invalid Date", f"{text} is not a date.") from None
    return parsed.replace(tzinfo=ACCOUNT_ZONE) if parsed.tzinfo is None else parsed.astimezone(UTC)


def zone_of(call: Call) -> Any:
    name = call.one("time_zone")
    if not name:
        return ACCOUNT_ZONE
    if name in ("UTC", "Etc/UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Refused(400, 2001, "Invalid Input Provided", "Time zone is invalid.") from None


def content_of(call: Call) -> str:
    content = (call.fields().get("note") or {}).get("content")
    if not isinstance(content, str) or not content.strip():
        raise Refused(400, 2001, "Invalid Input Provided", "Content cannot be empty.")
    return content
