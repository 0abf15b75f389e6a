"""Paging and windows of our own, because the client library's iterators truncate at 10,000 or loop for ever.

Three rules: trust `more` and what was really received, never the echoed `limit`; count first, and cut a window in
two before it comes near the 10,000 rows that PagerDuty will page through; end loudly rather than leave rows out.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from callsheet.connect.errors import Malformed
from callsheet_pagerduty.reading import Placed

PAGE = 100
CAP = 10_000
SAFE = 9_000
WIDEST = timedelta(days=179)  # "6 months" at most; February to August has 181 days
SHORTEST = timedelta(seconds=1)

Get = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its pieces with their places, and how many rows the query has in all (None when not told)."""

    pieces: tuple[Placed, ...]
    total: int | None = None


def pages(get: Get, path: str, key: str, params: Mapping[str, Any], *, count: bool = False) -> Iterator[Page]:
    """The pages of a listing, each row once. `count` asks for the total with the first page.

    Malformed when the listing is longer than PagerDuty lets anybody read.
    """
    seen: set[str] = set()
    offset = 0
    while offset < CAP:
        asked = {**params, "limit": min(PAGE, CAP - offset), "offset": offset}
        answer = get(path, {**asked, "total": "true"} if count and not offset else asked)
        rows = _rows(answer, path, key)
        total = answer.get("total")
        yield Page(pieces=_new(rows, key, offset, seen), total=total if isinstance(total, int) else None)
        if not rows or answer.get("more") is not True:
            return
        offset += len(rows)
    raise Malformed(f"GET {path} has more than {CAP} rows, which is all that PagerDuty pages through", where=path)


def in_windows(
    get: Get, path: str, key: str, params: Mapping[str, Any], since: datetime, until: datetime
) -> Iterator[Page]:
    """Everything between two times, in windows as wide as PagerDuty allows, oldest window first.

    Times go out on full seconds, outwards, so the answer may hold a little more than was asked for. One request when
    there is little. Malformed when one second holds more than can be read.
    """
    pending = deque(_slices(_floor(since), _ceiling(until)))
    before: set[str] = set()
    while pending:
        start, end = pending.popleft()
        listing = pages(get, path, key, {**params, "since": zulu(start), "until": zulu(end)}, count=True)
        first = next(listing)
        if (first.total or 0) > SAFE and end - start > SHORTEST:
            pending.extendleft(reversed(_halves(start, end)))
            continue
        now: set[str] = set()
        for page in chain([first], listing):
            yield _without(page, before, now)
        before = now


def zulu(at: datetime) -> str:
    """A time as PagerDuty takes it everywhere: UTC, seconds, `Z`. Without it the account's zone would count."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rows(answer: Mapping[str, Any], path: str, key: str) -> list[Any]:
    rows = answer.get(key)
    if not isinstance(rows, list):
        raise Malformed(f"GET {path} answered without the list {key!r}", where=key)
    return rows


def _new(rows: list[Any], key: str, offset: int, seen: set[str]) -> tuple[Placed, ...]:
    """Rows shift while we page, newest first, so some come twice; rows without an id pass, to be quarantined."""
    fresh: list[Placed] = []
    for place, row in enumerate(rows, start=offset):
        name = _id(row)
        if name is None or name not in seen:
            fresh.append((f"{key}[{place}]", row))
        if name is not None:
            seen.add(name)
    return tuple(fresh)


def _without(page: Page, before: set[str], now: set[str]) -> Page:
    """Drops what the window before has given already; only neighbours overlap, so memory stays flat."""
    now.update(name for _, row in page.pieces if (name := _id(row)))
    return Page(pieces=tuple(piece for piece in page.pieces if _id(piece[1]) not in before), total=page.total)


def _id(row: object) -> str | None:
    name = row.get("id") if isinstance(row, Mapping) else None
    return name if isinstance(name, str) else None


def _slices(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    while since < until:
        end = min(since + WIDEST, until)
        yield since, min(end + SHORTEST, until)  # reaches over, as in `_halves`
        since = end


def _halves(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    middle = start + timedelta(seconds=int((end - start).total_seconds()) // 2)
    # Nobody documents whether the ends belong to a window. The first half reaches a second into the second one, so
    # that nothing falls between them either way; windows too short for that would never get shorter.
    reach = SHORTEST if end - start > 4 * SHORTEST else timedelta(0)
    return [(start, middle + reach), (middle, end)]


def _floor(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _ceiling(at: datetime) -> datetime:
    floor = _floor(at)
    return floor if floor == at else floor + timedelta(seconds=1)
