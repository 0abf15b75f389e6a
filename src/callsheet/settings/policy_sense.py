"""What is wrong with entries of policy.toml as a whole or together, while each key is fine. Reads the bare content."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from callsheet.model.spelling import LIKE, nearest
from callsheet.settings.policy_lines import Path

Fault = tuple[Path, str]
# Entries that must differ from each other: the list, and the key that tells its entries apart.
_DISTINCT = ((("standing",), "id"), (("routes",), "name"), (("seasons", "named"), "name"))
_CONDITIONS = ("services", "teams", "priorities")


def clashes(content: dict[str, Any]) -> Iterator[Fault]:
    """Entries that can't stand beside one above them; without the later one the rest of the policy counts."""
    for table, key in _DISTINCT:
        seen: set[str] = set()
        for index, entry in _entries(content, table):
            name = entry.get(key)
            if isinstance(name, str):
                if name.casefold() in seen:
                    yield (*table, index, key), "is used by an entry above; give each its own"
                seen.add(name.casefold())
    yield from _without_condition(content)
    yield from _overlaps(content)


def _without_condition(content: dict[str, Any]) -> Iterator[Fault]:
    for index, entry in _entries(content, ("routes",)):
        if not any(entry.get(name) or _misspelt(name, entry) for name in _CONDITIONS):
            what = "takes everything: give services, teams or priorities, or write it as [default_route]"
            yield ("routes", index), what


def _misspelt(condition: str, entry: dict[str, Any]) -> bool:
    """Whether the entry has it under a name that is told as unknown: that is the one problem then."""
    return condition not in entry and nearest(condition, entry, likeness=LIKE) is not None


def _overlaps(content: dict[str, Any]) -> Iterator[Fault]:
    above: list[tuple[date, date, str]] = []
    for index, entry in _entries(content, ("seasons", "named")):
        first, last = entry.get("starts_on"), entry.get("ends_on")
        if not isinstance(first, date) or not isinstance(last, date) or type(first) is not type(last):
            continue
        other = next((name for start, end, name in above if first <= end and start <= last), None)
        if other is not None:
            yield ("seasons", "named", index, "starts_on"), f"overlaps {other}; a day has one season"
        above.append((first, last, str(entry.get("name"))))


def dead_routes(content: dict[str, Any]) -> Iterator[Fault]:
    """Routes that nothing can reach, because one above takes everything that they would."""
    above: list[tuple[str, dict[str, frozenset[str]]]] = []
    for index, entry in _entries(content, ("routes",)):
        own = {name: _words(entry.get(name)) for name in _CONDITIONS}
        taker = next((name for name, wider in above if _takes(wider, own)), None)
        if taker is not None:
            yield ("routes", index), f"can never match: {taker} above takes all of it; move it up, or leave it out"
        above.append((str(entry.get("name")), own))


def days_over(content: dict[str, Any], today: date) -> Iterator[Fault]:
    """Days away that lie behind us; entries that can't be read are told elsewhere."""
    nudge = content.get("nudge")
    away = nudge.get("away") if isinstance(nudge, dict) else None
    for who, days in away.items() if isinstance(away, dict) else ():
        for index, entry in enumerate(days if isinstance(days, list) else ()):
            last = _last_day(entry)
            if last is not None and last < today:
                yield ("nudge", "away", who, index), f"{entry} is over; it can go"


def channels(content: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """The channels that routes name, with their places."""
    fallback = content.get("default_route")
    routes: list[tuple[Path, Any]] = [(("routes", index), entry) for index, entry in _entries(content, ("routes",))]
    for place, entry in [*routes, (("default_route",), fallback)]:
        channel = entry.get("channel") if isinstance(entry, dict) else None
        if isinstance(channel, str):
            yield (*place, "channel"), channel


def _last_day(entry: object) -> date | None:
    try:
        return date.fromisoformat(str(entry).rpartition("..")[2].strip())
    except ValueError:
        return None


def _takes(wider: dict[str, frozenset[str]], own: dict[str, frozenset[str]]) -> bool:
    """Whether whatever meets the conditions of `own` meets those of `wider`; none given means any."""
    if not any(wider.values()):
        return False  # It has no condition, which is told by itself.
    return all(not wider[name] or (own[name] and own[name] <= wider[name]) for name in _CONDITIONS)


def _words(value: object) -> frozenset[str]:
    return (
        frozenset(word.strip().casefold() for word in value if isinstance(word, str))
        if isinstance(value, list)
        else frozenset()
    )


def _entries(content: dict[str, Any], table: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    found: Any = content
    for name in table:
        found = found.get(name) if isinstance(found, dict) else None
    for index, entry in enumerate(found if isinstance(found, list) else ()):
        if isinstance(entry, dict):
            yield index, entry
