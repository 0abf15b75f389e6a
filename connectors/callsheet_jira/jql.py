"""Words -> JQL, quoted and checked. Pure.

Values are always quoted: project keys such as INT or DO are reserved words, and an unquoted value can end a clause.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from callsheet.connect.errors import Rejected

_ORDER = "ORDER BY updated ASC, key ASC"
_LABEL = re.compile(r"[^\s\x00-\x1f\x7f]{1,255}")
_ID = re.compile(r"[0-9]{1,19}")


def quoted(value: str) -> str:
    """The value as a JQL string. Rejected when it holds control characters."""
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise Rejected("a value for a Jira search holds control characters; remove them from the configuration")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def labelled(label: str, since: datetime | None = None) -> str:
    """Tickets with the label, changed since then, oldest change first.

    The time goes as a bare number of milliseconds: a written date would be read in the account's own time zone.
    """
    changed = f" AND updated >= {int(since.timestamp() * 1000)}" if since else ""
    return f"labels = {_label(label)}{changed} {_ORDER}"


def labelled_any(labels: Sequence[str]) -> str:
    """Tickets with one of the labels."""
    return labelled(labels[0]) if len(labels) == 1 else f"labels in ({', '.join(map(_label, labels))}) {_ORDER}"


def _label(label: str) -> str:
    if not _LABEL.fullmatch(label):
        raise Rejected(f"{label!r} can't be a Jira label: labels are 1 to 255 characters without spaces")
    return quoted(label)


def by_ids(ids: Iterable[str]) -> str:
    """Tickets by their numeric ids."""
    return f"id in ({', '.join(ids)}) ORDER BY id ASC"


def is_id(value: str) -> bool:
    """Whether the value is a numeric id, which is all that may go into a path or an `id in (…)`."""
    return bool(_ID.fullmatch(value))
