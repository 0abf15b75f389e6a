"""The shape of an incident story, and filling its words with the people, places and dates of one incident."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A note: minutes after the trigger, who writes (a, b, c of the cast), and the words."""

    at: float
    who: str
    text: str


def line(at: float, who: str, text: str) -> Line:
    """Short form for the scene files."""
    return Line(at=at, who=who, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A story that can happen to any service; `minutes` is None while nobody has resolved it."""

    name: str
    title: str
    priority: str | None
    urgency: str
    minutes: float | None
    lines: tuple[Line, ...] = ()
    status: str = ""
    deploy: str = ""
    quirk: str = ""


_SLOT = re.compile(r"\{(\w+)(?:\+(\d+))?\}")


def fill(text: str, words: Mapping[str, str], day: datetime) -> str:
    """Replace `{a}`, `{svc}`, `{day+14}` (Nov 30) and `{iso+10}` (2026-11-30); other braces stay."""

    def slot(match: re.Match[str]) -> str:
        name, days = match[1], match[2]
        if days is None:
            return words.get(name, match[0])
        moment = day + timedelta(days=int(days))
        if name == "iso":
            return moment.date().isoformat()
        return f"{moment:%b} {moment.day}" if name == "day" else match[0]

    return _SLOT.sub(slot, text)
