"""Skeletons of small stories, and what stands in them."""

from datetime import date
from typing import Any

from callsheet.model.incident import Dossier, LogEntry
from callsheet.model.postmortem import Beat, PlotKind, PlotPoint, Postmortem
from callsheet.plan.skeleton import skeleton
from tests.unit.render.story import incident


def drawn(told: Dossier, **more: Any) -> Postmortem:
    """The skeleton with the usual arguments."""
    values: dict[str, object] = {"zone": "UTC", "opened_on": date(2026, 11, 3), "call_sheet": ()}
    return skeleton(told, **{**values, **more})


def told(*entries: LogEntry, **more: Any) -> Dossier:
    """An incident with only these log entries, and whatever is given."""
    return Dossier(incident=incident(), entries=entries, **more)


def beat(story: Postmortem, words: str) -> Beat:
    """The one beat whose action or observation holds the words."""
    (found,) = (beat for beat in story.beats if words in f"{beat.action} {beat.observation}")
    return found


def turn(story: Postmortem, kind: PlotKind) -> PlotPoint:
    """One plot point."""
    return next(point for point in story.plot if point.kind is kind)
