"""One line of the screenplay: what is folded away is named, and no sentence of ours is cut."""

from dataclasses import replace
from datetime import timedelta

from callsheet.model.postmortem import Beat
from callsheet.plan.beats import Moment
from callsheet.plan.silence import with_silences
from callsheet.render.screenplay import told
from callsheet.render.times import Clock
from tests.unit.render.story import START, at, incident

CLOCK = Clock("UTC", START)


def test_what_is_folded_away_is_named() -> None:
    beat = Beat(at=START, who="Ana", action="noted", folded=(("alert", 2), ("page", 1), ("entry", 3)))
    assert str(told(beat, CLOCK)) == "- **22:51** **Ana** noted. *Meanwhile: 2 alerts, 1 page and 3 entries.*"


def test_a_belief_that_was_set_apart_is_told_once() -> None:
    beat = Beat(at=START, who="Ana", action="noted", observation="BELIEF: DNS. Reading on.", belief="DNS.")
    assert str(told(beat, CLOCK)) == "- **22:51** **Ana** noted: “Reading on.”\n  - Believed: “DNS.”"
    woven = replace(beat, observation="Slow. BELIEF: DNS. Reading on.")
    assert "noted: “Slow. BELIEF: DNS. Reading on.”\n" in str(told(woven, CLOCK))


def test_a_long_silence_with_many_entries_of_the_system_is_told_whole() -> None:
    """Sentences are cut at a length; this one must never be."""
    ends = [Moment(kind="x", id=str(minute), beat=Beat(at=at(minute), who="Ana", action="x")) for minute in (0, 6010)]
    pages = [
        Moment(kind="notify", id="", beat=Beat(at=at(1 + number / 100), who="System itself", action="paged Ana"))
        for number in range(12_345)
    ]
    open_still = incident(resolved_at=None)
    _, silence, _ = with_silences(ends, [ends[0], *pages, ends[1]], open_still, timedelta(minutes=20))
    assert str(told(silence.beat, CLOCK)).endswith(
        " for 100 h 10 min, though the system went on (12345 entries, counted above)."
    )
