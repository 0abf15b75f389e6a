"""Parts of a post-mortem in the form in which the templates show them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Final

from callsheet.document.markdown import Markdown, clip, escape, link
from callsheet.model.postmortem import ActorPart, Beat, CastMember, Light, Part, PlotPoint, SheetRow
from callsheet.plan.sheet_words import improves
from callsheet.render.screenplay import LONGEST_QUOTE
from callsheet.render.times import DAYS, Clock

MOST_TIMES: Final = 8
MANY_QUESTIONS: Final = 3
FIRST_IN_LINE: Final = 3
# When a phase of the day begins, on the actor's own clock.
PHASES: Final = ((22, "at night"), (17, "in the evening"), (9, "by day"), (6, "early in the morning"))


def by_day(beats: Iterable[Beat]) -> list[tuple[date, list[Beat]]]:
    """The beats of each UTC day."""
    return [(on, list(group)) for on, group in groupby(beats, key=lambda beat: beat.at.astimezone(UTC).date())]


def those(cast: Iterable[CastMember], *parts: Part) -> list[CastMember]:
    """The cast members with one of these parts."""
    return [member for member in cast if member.part in parts]


def turn(point: PlotPoint, clock: Clock) -> dict[str, object]:
    """A plot point; what it rests on is cut like any other quotation."""
    return {
        "kind": point.kind,
        "at": clock.near(point.at) if point.at else None,
        "beat": _ended(clip(point.beat, LONGEST_QUOTE)) if point.beat else None,
        "why": point.why,
    }


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "”", "…")) else f"{sentence}."


def cells(row: SheetRow) -> list[Markdown]:
    """A row of the call sheet in the order of its columns."""
    words = (row.key, row.action, row.owner, row.due, row.priority, row.kind, row.fix)
    return [*(escape(cell) for cell in words), link(row.ticket, row.ticket_url), escape(row.status)]


def improvements(rows: Sequence[SheetRow]) -> dict[str, Any]:
    """The call sheet in a glance: how many, in words what became of them, and the first open and kept ones.

    The review itself is none of them: holding it improves nothing yet.
    """
    own = [row for row in rows if improves(row)]
    still_open = [row for row in own if not row.status.startswith(("done", "dropped"))]
    kept = [row for row in own if row.status.startswith("done")]
    late = sum(row.status.endswith(" late") for row in kept)
    shown = len(still_open[:FIRST_IN_LINE]) + len(kept[:FIRST_IN_LINE])
    dropped = sum(row.status == "dropped" for row in own)
    overdue = sum(row.status == "overdue" for row in own)
    told = (
        f"{len(kept) - late} kept" if len(kept) > late else "",
        f"{late} kept late" if late else "",
        f"{overdue} overdue" if overdue else "",
        f"{dropped} dropped" if dropped else "",
    )
    return {
        "promises": len(own),
        "review": any(row.review for row in rows),
        "done": len(kept),
        "dropped": dropped,
        "overdue": overdue,
        "told": [words for words in told if words] or ["all open"],
        "first": [*still_open[:FIRST_IN_LINE], *kept[:FIRST_IN_LINE]],
        "more": len(own) - dropped - shown,
    }


def light(of: Light) -> dict[str, str | None]:
    """`Tuesday 23:54 in Berlin, at night`; no words where the actor's zone is unknown."""
    if of.at is None:
        return {"name": of.name, "words": None}
    place = str(of.at.tzinfo).rpartition("/")[2].replace("_", " ")
    hour = of.at.hour
    phase = next((words for begins, words in PHASES if hour >= begins), PHASES[0][1])
    return {"name": of.name, "words": f"{of.at:%H:%M} on {DAYS[of.at.weekday()]} in {place}, {phase}"}


def part(of: ActorPart) -> dict[str, str]:
    """An actor's part: the times of the lines that they read, and of those that they are asked about."""
    return {
        "name": of.name,
        "lines": _times(of.lines),
        "questions": _asked(of),
    }


def _asked(of: ActorPart) -> str:
    """The times that they are asked about; where these are nearly all of their lines, only the others are named."""
    asked = dict.fromkeys(at for at, _ in of.questions)
    others = [at for at in of.lines if at not in asked]
    if len(asked) < MANY_QUESTIONS or len(others) > 1:
        return _times(asked)
    return f"each but {_times(others)}" if others else "each of them"


def _times(moments: Collection[datetime]) -> str:
    times = list(dict.fromkeys(f"{at.astimezone(UTC):%H:%M}" for at in moments))
    more = len(times) - MOST_TIMES
    if more > 0:
        times = [*times[:MOST_TIMES], f"{more} more"]
    return " and ".join(filter(None, (", ".join(times[:-1]), *times[-1:])))
