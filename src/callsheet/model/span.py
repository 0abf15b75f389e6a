"""A length of time in words, the same wherever it is told."""

from datetime import timedelta

from callsheet.model.counted import counted


def span(time: timedelta) -> str:
    """A length of time in its two largest units, whole ones only: `2 days 3 h`, `1 h 14 min`, `6 min`, `45 s`.

    Cut, not rounded, as clocks are: what lies between 22:30 and 22:35 is not told as six minutes.
    """
    seconds = max(int(time.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{counted(days, 'day')}{f' {hours} h' if hours else ''}"
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
