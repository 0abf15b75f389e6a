"""Rules of HTTP that every connector shares, as pure functions over a neutral `Reply`; each owns its transport."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from callsheet.connect.context import Exchange
from callsheet.connect.errors import (
    AuthRefused,
    ConnectorError,
    Forbidden,
    Malformed,
    NotFound,
    RateLimited,
    Rejected,
    Transient,
)
from callsheet.connect.ports import Clock

DEFAULT_WAIT = 30.0
READ_ATTEMPTS = 4
LONGEST_WAIT_IN_HAND = 60.0
# A write that is sent once was claimed for now: it may wait this long, well within what a claim is good for.
WRITE_PATIENCE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, whatever the client library: header names in lower case."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def request_id(self) -> str | None:
        """The other side's id of this exchange, for its support."""
        return self.headers.get("x-request-id") or self.headers.get("atl-traceid") or self.headers.get("x-arequestid")

    def json(self) -> Any:
        """The body as JSON. Malformed when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Malformed(
                f"{self.method} {self.path} answered {self.status} with something that is not JSON",
                where=self.path,
                request_id=self.request_id,
            ) from error


def exchanged(reply: Reply, seconds: float, clock: Clock) -> Exchange:
    """What is told of an answered request: `x-ratelimit-remaining` or `ratelimit-remaining`, and how long to wait."""
    remaining = reply.headers.get("ratelimit-remaining") or reply.headers.get("x-ratelimit-remaining") or ""
    # The clock is asked only where it counts, here and below: a sandbox serves it over HTTP.
    now = clock.now() if reply.status == 429 else None
    wait = None if now is None else retry_after(reply.headers, now=now)
    return Exchange(
        method=reply.method,
        path=reply.path,
        status=reply.status,
        seconds=seconds,
        remaining=float(remaining) if re.fullmatch(r"\s*\d{1,9}\s*", remaining) else None,
        retry_after=wait,
        held_until=None if now is None or wait is None else now + timedelta(seconds=wait),
        request_id=reply.request_id,
        answered_at=_date(reply.headers.get("date")),
    )


def _date(value: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    # A date that says GMT in an old way comes without a zone.
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def check(reply: Reply, *, clock: Clock, fields: Mapping[str, str] | None = None, message: str = "") -> Reply:
    """The reply when it is a success, else the error that it means. `message` is the vendor's own sentence."""
    if 200 <= reply.status < 300:
        return reply
    asked = f"{reply.method} {reply.path} answered {reply.status}"
    said = f"{asked}: {message}" if message else asked
    if reply.status == 429:
        scope = _reason(reply.headers.get("ratelimit-reason"))
        raise RateLimited(
            f"{said} ({scope})" if scope else said,
            retry_after=retry_after(reply.headers, now=clock.now()),
            scope=scope,
            request_id=reply.request_id,
        )
    if reply.status == 403:
        raise Forbidden(said, request_id=reply.request_id)
    if reply.status in {401, 407}:
        raise AuthRefused(said, request_id=reply.request_id)
    if reply.status in {404, 410}:
        raise NotFound(said, request_id=reply.request_id)
    if reply.status in {408, 425} or reply.status >= 500 or reply.status < 400:
        raise Transient(said, sent=True, request_id=reply.request_id)
    raise Rejected(said, fields=fields, request_id=reply.request_id)


def _reason(value: str | None) -> str | None:
    """The limit's name; a header that is no name says nothing."""
    return value if value and re.fullmatch(r"[\w.-]{1,60}", value) else None


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float:
    """Seconds to wait: `Retry-After` as a number or a date, `ratelimit-reset` in seconds, an ISO reset; 0 is 0."""
    for name in ("retry-after", "ratelimit-reset", "x-ratelimit-reset"):
        seconds = _seconds(headers.get(name), now)
        if seconds is not None:
            return seconds
    return DEFAULT_WAIT


def _seconds(value: str | None, now: datetime) -> float | None:
    if not value:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", value.strip()):
        return float(value)
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = parse(value.strip())
        except ValueError:
            continue
        return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
    return None


class Throttle:
    """One per credential: nobody sends before the time that the other side named."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._not_before: datetime | None = None

    @property
    def not_before(self) -> datetime | None:
        """Until when we keep quiet; None when we may speak."""
        return self._not_before

    def hold(self, seconds: float) -> None:
        """Keep quiet for so long from now; a shorter time never shortens a longer one."""
        until = self._clock.now() + timedelta(seconds=seconds)
        self._not_before = max(until, self._not_before or until)

    def enter(self, *, patience: float = LONGEST_WAIT_IN_HAND) -> None:
        """Wait out a hold of up to `patience` seconds; a longer one raises RateLimited: the next cycle goes on.

        A write that is sent once brings WRITE_PATIENCE, so that it never leaves long after it was claimed.
        """
        if self._not_before is None:
            return
        left = (self._not_before - self._clock.now()).total_seconds()
        if left > patience:
            raise RateLimited("still waiting, as the other side asked", retry_after=left)
        if left > 0 and self._clock.wait(left):
            raise RateLimited("asked to stop while waiting", retry_after=left)
        self._not_before = None


def retrying(clock: Clock, *, attempts: int = READ_ATTEMPTS) -> Retrying:
    """Repeat an idempotent call on faults that may pass, waiting as asked; never used around a write that is not.

    A stop ends the waiting with the fault that was waited for. A no after a try whose answer was lost says nothing of
    that one, so the outcome stays unknown.
    """
    faults: list[BaseException] = []
    lost = False

    def again(error: BaseException) -> bool:
        nonlocal lost
        if isinstance(error, ConnectorError):
            error.repeats_lost = lost
            lost = error.outcome_unknown
        return isinstance(error, Transient | RateLimited)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        faults[:] = [error] if error else []
        if isinstance(error, RateLimited):
            return error.retry_after
        return float(min(8.0, 0.5 * 2**state.attempt_number))

    def stop(state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        too_long = isinstance(error, RateLimited) and error.retry_after > LONGEST_WAIT_IN_HAND
        return too_long or stop_after_attempt(attempts)(state)

    def sleep(seconds: float) -> None:
        if clock.wait(seconds):
            raise faults[0]

    return Retrying(
        retry=retry_if_exception(again),
        wait=wait,
        stop=stop,
        sleep=sleep,
        reraise=True,
    )
