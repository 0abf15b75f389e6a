"""Durations as operators write them: `90s`, `15m`, `36h`, `30d`, `2w`."""

import re
from datetime import timedelta

UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}  # seconds, longest first
_WRITTEN = re.compile(r"([0-9]{1,12})\s*([smhdw])", re.IGNORECASE)
LONGEST = timedelta(days=3650)  # A date so far from today still exists.
ADVICE = "write a whole number and a unit: 90s, 15m, 36h, 30d or 2w"


def duration(text: str) -> timedelta:
    """`15m` as a timedelta. ValueError says how it is written; it never repeats the text."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        raise ValueError(ADVICE)
    seconds = int(written[1]) * UNITS[written[2].lower()]
    if seconds > LONGEST.total_seconds():
        raise ValueError("must be 3650d or less")
    return timedelta(seconds=seconds)


def duration_text(value: timedelta) -> str:
    """A duration of whole seconds as an operator would write it: the longest unit that divides it."""
    seconds = int(value.total_seconds())
    unit = next((unit for unit, size in UNITS.items() if seconds and seconds % size == 0), "s")
    return f"{seconds // UNITS[unit]}{unit}"
