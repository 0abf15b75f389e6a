"""What is new for a region that a person has edited: shown beside it, marked, and never inside it."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from callsheet.document.regions import Region, as_ours, region

INTRO: Final = "*Since you edited this section, Callsheet saw:*"
TABLE_RULE: Final = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The smallest thing that can be new: a paragraph line, a list entry with its indented lines, a table's row.

    `heading` and `head` are what it stands under in its region: a heading, the first two lines of a table.
    """

    text: str
    heading: str = ""
    head: str = ""


def units(content: str) -> tuple[Unit, ...]:
    """Cut a region's content into units, in order. Blank lines, headings and table heads are no news by themselves."""
    return tuple(_units([as_ours(line.rstrip()) for line in content.split("\n")]))


def is_proposal(name: str, parent: str) -> bool:
    """Whether a region's name is that of a proposal beside `parent`."""
    return re.fullmatch(rf"{re.escape(parent)}-new(-\d+)?", name) is not None


def proposal(
    parent: Region, generated: Region, base: Region | None, beside: Iterable[Region]
) -> tuple[Region | None, str | None]:
    """The proposal that should stand beside a touched region, and the name of the one it replaces.

    (None, name) takes an outdated one away, (None, None) leaves all as it is. `base` is the region as last proposed.
    """
    beside = tuple(beside)
    pending = next((entry for entry in reversed(beside) if entry.untouched), None)
    # We say what we said: no need to cut ten thousand lines of a log into units.
    if pending is None and base is not None and base.content == generated.content:
        return None, None
    taken = _texts([parent, *(entry for entry in beside if entry is not pending)])
    waiting = _texts([pending] if pending else [])
    old = _texts([base]) if base else None
    fresh = units(generated.content)
    news = [unit for unit in fresh if unit.text in waiting or (old is not None and unit.text not in old)]
    wanted = [unit for unit in news if unit.text not in taken]
    if not wanted:
        return None, pending.name if pending else None
    name = pending.name if pending else _free_name(parent.name, {entry.name for entry in beside})
    return region(name, _compose(wanted)), pending.name if pending else None


def _texts(regions: Collection[Region]) -> set[str]:
    return {unit.text for entry in regions for unit in units(entry.content)}


def _free_name(parent: str, taken: Collection[str]) -> str:
    names = [f"{parent}-new", *(f"{parent}-new-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _units(lines: list[str]) -> Iterator[Unit]:
    heading = head = text = ""
    for place, line in enumerate(lines):
        follower = lines[place + 1] if place + 1 < len(lines) else ""
        # A line that belongs to the one above.
        if text and line[:1].isspace() and line.strip():
            text += f"\n{line}"
            continue
        if text:
            yield Unit(text=text, heading=heading, head=head)
            text = ""
        # What other lines stand under.
        if line.startswith("#"):
            heading, head = line, ""
        elif line.startswith("|") and "-" in follower and TABLE_RULE.fullmatch(follower):
            head = f"{line}\n{follower}"
        # News, but for our own words and a table's rule.
        elif line and line != INTRO and not (head and head.endswith(f"\n{line}")):
            head = head if line.startswith("|") else ""
            text = line
    if text:
        yield Unit(text=text, heading=heading, head=head)


def _compose(wanted: Iterable[Unit]) -> str:
    """The units as Markdown, each under its heading and its table's head."""
    parts = [INTRO]
    heading = head = ""
    before = ""
    for unit in wanted:
        if unit.heading != heading:
            parts += ["", unit.heading]
        if unit.head and (unit.head != head or unit.heading != heading):
            parts += ["", unit.head]
        elif not (_same_block(before, unit.text) and unit.heading == heading):
            parts.append("")
        parts.append(unit.text)
        heading, head, before = unit.heading, unit.head, unit.text
    return "\n".join(parts)


def _same_block(before: str, after: str) -> bool:
    return before[:2] == after[:2] and before[:1] in ("-", "|")
