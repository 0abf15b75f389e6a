"""The four turns of the story, each proposed from data with the reason for it, or left open."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from callsheet.model.counted import counted
from callsheet.model.incident import Dossier
from callsheet.model.postmortem import PlotKind, PlotPoint
from callsheet.plan.beats import BURST, Moment, all_clear
from callsheet.plan.beliefs import SENTENCE

LEAD_UP_WINDOW: Final = timedelta(hours=24)
FEWEST: Final = 3
CALLS: Final = ("escalate", "responder_request", "delegate")
# A sentence that says this speaks of no remedy, whatever else it says: planned, asked, or in vain.
IN_VAIN: Final = re.compile(
    r"\b(?:still|not|never|nothing|will|would|should|could|going to|plan(?:ned)? to|want to|let's|if|whether)\b"
    r"|n['’]t\b|\?",
    re.IGNORECASE,
)
# It came back: a note that says so tells of no remedy at all.
RELAPSE: Final = re.compile(
    r"\b(?:came|comes) back\b|\bit(?: i|['’])s back\b(?! (?:on|to|up)\b)|\bworse\b", re.IGNORECASE
)
MENDING: Final = re.compile(
    r"\b(?:roll(?:ed|ing)? back|rollback|revert(?:ed|ing)?|restart(?:ed|ing)?|restor(?:ed|ing)|fail(?:ed)? over|"
    r"scaled|doubled|drained|disabled|switched|turned off|killed|paused|patched|hotfix(?:ed)?|published|deployed|"
    r"back (?:on|to)|is off|is live|is on again|mitigated|fixed|recover(?:s|ed|ing)?|raised the|grew the|limited)\b",
    re.IGNORECASE,
)


def plot(dossier: Dossier, moments: Sequence[Moment], shown: Sequence[Moment]) -> tuple[PlotPoint, ...]:
    """Lead-up, climax, turning point and resolution, from all `moments`, told by the `shown` ones where they can."""
    return (
        _lead_up(dossier, moments),
        _climax(dossier, moments, shown),
        _turning_point(dossier, shown),
        _resolution(dossier, moments),
    )


def _point(kind: PlotKind, moment: Moment | None, why: str) -> PlotPoint:
    if moment is None:
        return PlotPoint(kind=kind, at=None, beat=None, why=why)
    return PlotPoint(kind=kind, at=moment.beat.at, beat=tell(moment), why=why)


def tell(moment: Moment) -> str:
    """A moment in one sentence, for showing away from its place in the timeline."""
    beat = moment.beat
    said = beat.observation or beat.belief
    return f"{beat.who} {beat.action}: “{said}”" if said else f"{beat.who} {beat.action}"


def _lead_up(dossier: Dossier, moments: Sequence[Moment]) -> PlotPoint:
    start = dossier.incident.created_at
    before = [moment for moment in moments if start - LEAD_UP_WINDOW <= moment.beat.at <= start]
    # A change shortly before.
    change = next((moment for moment in reversed(before) if moment.kind == "change"), None)
    if change is not None:
        early = _ago(start - change.beat.at)
        why = f"The last related change before the trigger, {early}. Near in time is a hint, not a cause."
        return _point(PlotKind.LEAD_UP, change, why)
    # The first sign.
    sign = next((moment for moment in before if moment.kind in ("alert", "trigger")), None)
    if sign is not None:
        return _point(
            PlotKind.LEAD_UP, sign, "The first sign on record; no change is on record in the hours before it."
        )
    return _point(PlotKind.LEAD_UP, None, "Nothing is on record before the trigger.")


def _climax(dossier: Dossier, moments: Sequence[Moment], shown: Sequence[Moment]) -> PlotPoint:
    start, end = dossier.incident.created_at, dossier.incident.resolved_at
    during = [moment for moment in shown if moment.beat.at > start and (end is None or moment.beat.at <= end)]
    # The widest call for help by a person: what the system escalates by itself tells of a clock, not of the story.
    calls = [m for m in during if m.kind in CALLS and m.reached and m.beat.by_person]
    if calls:
        widest = max(calls, key=lambda moment: len(moment.reached))
        count = len(widest.reached)
        why = f"The widest call for help: {count} {'people' if count > 1 else 'person'}."
        return _point(PlotKind.CLIMAX, widest, why)
    # Most alerts at once.
    burst = _burst([moment for moment in moments if moment.kind == "alert"])
    if burst is not None:
        first, count = burst
        return _point(PlotKind.CLIMAX, first, f"Most alerts within five minutes: {count} of {len(dossier.alerts)}.")
    # The moment when its weight was decided.
    weighed = next((m for m in reversed(during) if m.kind in ("priority_change", "urgency_change")), None)
    if weighed is not None:
        return _point(PlotKind.CLIMAX, weighed, "Here the record says how serious it was.")
    return _point(PlotKind.CLIMAX, None, "The record shows no peak: no burst of alerts, no call for more help.")


def _burst(alerts: Sequence[Moment]) -> tuple[Moment, int] | None:
    """The window with the most alerts, if there are enough to speak of one; the earliest of equals."""
    best: tuple[Moment, int] | None = None
    last = 0
    for first, moment in enumerate(alerts):
        while last < len(alerts) and alerts[last].beat.at - moment.beat.at <= BURST:
            last += 1
        if last - first >= FEWEST and (best is None or last - first > best[1]):
            best = (moment, last - first)
    return best


def _turning_point(dossier: Dossier, shown: Sequence[Moment]) -> PlotPoint:
    recovered = all_clear(dossier) or dossier.incident.resolved_at
    if recovered is None:
        return _point(PlotKind.TURNING_POINT, None, "The incident was still open when this was drawn up.")
    # What seemed to end it before it came back was no turning point.
    started = [moment.beat.at for moment in shown if moment.kind == "trigger" and moment.beat.at < recovered]
    start = max(started, default=dossier.incident.created_at)
    spoken = list(_spoken(shown, start, recovered))
    # Somebody wrote that they changed something, or that it got better.
    mending = next((moment for moment in reversed(spoken) if _mends(moment.beat.observation or "")), None)
    if mending is not None:
        return _point(PlotKind.TURNING_POINT, mending, "The last note before the end that speaks of a remedy.")
    # Something was changed while it burned.
    change = next(
        (m for m in reversed(shown) if m.kind == "change" and start < m.beat.at <= recovered),
        None,
    )
    if change is not None:
        return _point(PlotKind.TURNING_POINT, change, "The last change before the end.")
    return _point(PlotKind.TURNING_POINT, None, "Nobody wrote down what ended it. That is the first thing to ask.")


def _spoken(shown: Iterable[Moment], start: datetime, end: datetime) -> Iterable[Moment]:
    return (moment for moment in shown if moment.kind == "note" and start < moment.beat.at <= end)


def _mends(words: str) -> bool:
    """Whether a sentence tells of something that was done or got better, and none takes it back."""
    told = any(MENDING.search(sentence) and not IN_VAIN.search(sentence) for sentence in SENTENCE.split(words))
    return told and RELAPSE.search(words) is None


def _resolution(dossier: Dossier, moments: Sequence[Moment]) -> PlotPoint:
    incident = dossier.incident
    if incident.resolved_at is None:
        return _point(PlotKind.RESOLUTION, None, "The incident was still open when this was drawn up.")
    last = next((moment for moment in reversed(moments) if moment.kind == "resolve"), None)
    if last is not None:
        times = sum(moment.kind == "resolve" for moment in moments)
        before = "once" if times == 2 else f"{times - 1} times"
        again = f" It had been resolved {before} before." if times > 1 else ""
        return _point(PlotKind.RESOLUTION, last, f"Here the incident was resolved.{again}")
    return PlotPoint(
        kind=PlotKind.RESOLUTION,
        at=incident.resolved_at,
        beat=None,
        why="The incident was resolved; the log does not say by whom.",
    )


def _ago(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute earlier"
    if minutes < 120:
        return f"{counted(minutes, 'minute')} earlier"
    return f"{minutes // 60} hours earlier"
