"""Careful hands for other people's JSON: each accessor gives a value of one type, or says where it could not."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from callsheet.connect.errors import Malformed
from callsheet.connect.ports import Malady

Raw = Mapping[str, Any]
Placed = tuple[str, Any]
"""A piece of an answer, with its place in it: `("incidents[3]", {...})`."""

T = TypeVar("T")


def record(value: object, where: str) -> Raw:
    """An object. Malformed for anything else; the value itself is never quoted, it may hold secrets."""
    if isinstance(value, Mapping):
        return value
    raise Malformed(f"is {_kind(value)} instead of an object", where=where)


def part(raw: Raw, name: str) -> Raw:
    """A member that is an object; an empty one when it is null, missing or something else."""
    value = raw.get(name)
    # A dict and not any mapping, here and below: that is what JSON gives, and asked of every line of a long log.
    return value if isinstance(value, dict) else {}


def parts(raw: Raw, name: str) -> list[Raw]:
    """The objects in a member that is a list; empty when it is null, missing or something else."""
    value = raw.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(raw: Raw, *names: str) -> str | None:
    """The first of these members that is a text with something in it."""
    for name in names:
        value = raw.get(name)
        if isinstance(value, str) and value.strip():
            return sound(value)
    return None


def sound(value: str) -> str:
    """The text with half characters replaced: JSON may hold lone surrogates, which no file or database takes."""
    return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def needed(raw: Raw, name: str) -> str:
    """A text that must be there."""
    value = text(raw, name)
    if value is None:
        raise Malformed(f"is {_kind(raw.get(name))} instead of a text", where=name)
    return value


def whole(raw: Raw, name: str) -> int:
    """A whole number that must be there; digits in a text count."""
    value = raw.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    raise Malformed(f"is {_kind(value)} instead of a whole number", where=name)


def moment(raw: Raw, name: str) -> datetime | None:
    """A time in UTC, whatever offset it came with; None when it is null or missing. Malformed when it is no time.

    A time without an offset is UTC: where PagerDuty lets us choose a zone, we ask for UTC.
    """
    value = raw.get(name)
    if value is None or value == "":
        return None
    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Malformed("is no date and time", where=name) from None


def needed_moment(raw: Raw, name: str) -> datetime:
    """A time in UTC that must be there."""
    at = moment(raw, name)
    if at is None:
        raise Malformed("is missing", where=name)
    return at


def collect(pieces: Iterable[Placed], what: str, read: Callable[[Raw], T]) -> tuple[list[T], list[Malady]]:
    """Read each piece; those that can't be read become maladies that name their place, and the rest goes on."""
    good: list[T] = []
    bad: list[Malady] = []
    for place, piece in pieces:
        try:
            good.append(read(record(piece, "")))
        except Malformed as error:
            bad.append(malady(what, place, piece, error))
    return good, bad


def malady(what: str, place: str, piece: object, error: Malformed) -> Malady:
    """The quarantine slip of one unreadable piece, with its id when it has one."""
    key = text(piece, "id") if isinstance(piece, Mapping) else None
    where = f"{place}.{error.where}" if error.where else place
    return Malady(what=f"{what} {key}" if key else what, where=where, error=error.what)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "an empty text", bool: "true or false", int: "a number"}
    return "missing" if value is None else names.get(type(value), "something else")
