"""Circumstances: facts on record that may have contributed. Hints for the critique, never a verdict."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from callsheet.model.counted import counted
from callsheet.model.incident import Dossier
from callsheet.model.postmortem import OldPromise, PlotKind, PlotPoint, Setting
from callsheet.plan.beats import Moment
from callsheet.plan.setting import at_night


def circumstances(
    dossier: Dossier,
    shown: Sequence[Moment],
    plot: Sequence[PlotPoint],
    setting: Setting,
    promised: Sequence[OldPromise],
) -> tuple[str, ...]:
    """Each in one sentence; where nothing is on record there is none."""
    return tuple(
        chain(
            _change_before(dossier.incident.created_at, shown, plot),
            _night_or_weekend(setting),
            _other_work(setting),
            _silences_and_returns(shown),
            _known_before(promised),
        )
    )


def _change_before(start: datetime, shown: Sequence[Moment], plot: Sequence[PlotPoint]) -> Iterator[str]:
    lead_up = next((point for point in plot if point.kind is PlotKind.LEAD_UP), None)
    if lead_up and lead_up.at and any(m.kind == "change" and m.beat.at == lead_up.at for m in shown):
        minutes = int((start - lead_up.at).total_seconds() // 60)
        when = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
        yield f"A change went out {when} before: near in time is a hint, not a cause."


def _night_or_weekend(setting: Setting) -> Iterator[str]:
    late = sum(at_night(light) for light in setting.lights)
    if late:
        some = f"{late} of {len(setting.lights)} people" if late < len(setting.lights) else "everybody"
        yield f"It was night for {some} who took part."
    if setting.weekend:
        yield "It was a weekend for the team."


def _other_work(setting: Setting) -> Iterator[str]:
    if setting.beside:
        yield f"{counted(len(setting.beside), 'other incident was', 'other incidents were')} open at the same time."
    if setting.pages_before:
        other = counted(setting.pages_before, "other incident", "other incidents")
        yield f"{setting.on_call} had been paged for {other} in the {setting.hours_before} hours before."


def _silences_and_returns(shown: Sequence[Moment]) -> Iterator[str]:
    silences = sum(moment.kind == "silence" for moment in shown)
    if silences:
        yield f"The record falls silent {_times(silences)}: somebody may know what happened then."
    if sum(moment.kind == "trigger" for moment in shown) > 1:
        yield "It came back after it had been resolved."


def _known_before(promised: Sequence[OldPromise]) -> Iterator[str]:
    if promised:
        promises = counted(len(promised), "promise", "promises")
        yield f"{promises} from earlier incidents on this service {'was' if len(promised) == 1 else 'were'} still open."


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
