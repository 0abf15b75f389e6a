"""The front matter: `name: value` lines between two `---`, at the very start of a document."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from callsheet.document.regions import lines_of
from callsheet.document.table import BYTE_ORDER_MARK

FIELD: Final = re.compile(r"(?P<name>[A-Za-z][\w-]*)[ \t]*:(?P<value>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What the front matter says. `fields` maps a name to its value as written, `places` to its line.

    `end` is the place of the closing line, 0 without front matter.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    end: int = 0


def front_of(text: str | None) -> Front:
    """Read the front matter; a first line that nothing closes opens none."""
    lines = _one_by_one(text or "")
    if next(lines, "").removeprefix(BYTE_ORDER_MARK).rstrip() != "---":
        return Front()
    fields: dict[str, str] = {}
    places: dict[str, int] = {}
    for place, line in enumerate(lines, start=1):
        if line.rstrip() == "---":
            return Front(fields=fields, places=places, end=place)
        match = FIELD.match(line.rstrip("\r\n"))
        if match and match["name"] not in fields:
            fields[match["name"]] = match["value"].strip()
            places[match["name"]] = place
    return Front()


def body_of(text: str) -> str:
    """The document without its front matter."""
    end = front_of(text).end
    return "".join(lines_of(text)[end + 1 :]) if end else text


def _one_by_one(text: str) -> Iterator[str]:
    """As `lines_of`, for who reads the first few of many."""
    start = 0
    while end := text.find("\n", start) + 1:
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def incident_of(text: str) -> str | None:
    """The id of the incident that a document is about; None where its front matter does not say."""
    return value_of(text, "incident") or None


def value_of(text: str, name: str) -> str:
    """One value of the front matter, its quotes taken off; empty where it is missing."""
    written = front_of(text).fields.get(name, "")
    if len(written) > 1 and written[0] == written[-1] == "'":
        return written[1:-1].replace("''", "'")
    try:
        read = json.loads(written) if written.startswith('"') else written
    except ValueError:
        return written.strip('"')
    return read if isinstance(read, str) else written


def merge_front(current: str, generated: str, published: str | None, last_generated: str | None) -> str:
    """The current text, its front matter brought up to date line by line; people's lines and edits stay."""
    now, new = front_of(current), front_of(generated)
    before, last = front_of(published), front_of(last_generated)
    if not now.end:
        return current
    lines = lines_of(current)
    for name, place in now.places.items():
        if name in new.fields:
            wanted = _value(name, now, new, before, last)
            if wanted != now.fields[name]:
                lines[place] = _written(lines[place], name, wanted)
    # A field that was never there before is new in the template; any other that is missing was deleted.
    known = before.fields.keys() | last.fields.keys() | now.fields.keys()
    ending = lines[now.end][len(lines[now.end].rstrip()) :] or "\n"
    if before.end and last.end:
        added = [f"{name}: {value}{ending}" for name, value in new.fields.items() if name not in known]
        lines[now.end : now.end] = added
    return "".join(lines)


def _value(name: str, now: Front, new: Front, before: Front, last: Front) -> str:
    value = now.fields[name]
    # Left empty: may be filled.
    if not value:
        return new.fields[name]
    # A person's own words, or nobody knows whose.
    if value != before.fields.get(name):
        return value
    # Nothing new to say.
    if new.fields[name] == last.fields.get(name, new.fields[name]):
        return value
    return new.fields[name]


def _written(line: str, name: str, value: str) -> str:
    body = line.rstrip("\r\n")
    return f"{name}: {value}{line[len(body) :]}"
