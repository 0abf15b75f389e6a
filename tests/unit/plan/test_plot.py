"""The plot points rest on data, and stay open where it shows nothing."""

import pytest

from callsheet.model.incident import Alert, Dossier
from callsheet.model.postmortem import PlotKind
from tests.unit.plan.drawing import drawn, told, turn
from tests.unit.render.story import ANA, MARCUS, MONITOR, at, dossier, entry, incident, note


def test_the_plot_rests_on_data() -> None:
    """The nearest change, the widest call for help, the last remedy, the last resolve."""
    points = drawn(dossier()).plot
    assert [point.kind for point in points] == list(PlotKind)
    assert [point.at for point in points] == [at(-5), at(6.5), at(47), at(74)]
    assert all(point.beat and point.why for point in points)


def test_the_plot_stays_open_where_the_data_shows_nothing() -> None:
    """Never an invented turn."""
    points = drawn(Dossier(incident=incident(resolved_at=None))).plot
    assert [(point.at, point.beat) for point in points] == [(None, None)] * 4
    assert all(point.why for point in points)


def test_a_burst_of_alerts_is_the_climax_when_nobody_called_for_help() -> None:
    """The earliest of the fullest five minutes."""
    minutes = (1, 20, 21, 22, 23, 40)
    alerts = tuple(Alert(id=f"A{minute:02}", at=at(minute), summary=f"node {minute}") for minute in minutes)
    climax = turn(drawn(told(alerts=alerts)), PlotKind.CLIMAX)
    assert climax.at == at(20)
    assert climax.why == "Most alerts within five minutes: 4 of 6."


def test_what_seemed_to_end_it_before_it_came_back_is_no_turning_point() -> None:
    """The story turns after the last reopening."""
    log = (
        entry(0, "trigger", MONITOR),
        entry(30, "resolve", ANA),
        entry(40, "trigger", MARCUS),
        entry(74, "resolve", ANA),
    )
    notes = (note(29, ANA, "Restarted it."), note(50, MARCUS, "Rolled back build 5001."), note(60, MARCUS, "Waiting."))
    assert turn(drawn(told(*log, notes=notes)), PlotKind.TURNING_POINT).at == at(50)
    assert turn(drawn(told(*log, notes=notes[:1])), PlotKind.TURNING_POINT).at is None


@pytest.mark.parametrize(
    "words",
    [
        "It is back: two more. Restarted the workers.",
        "We should roll back.",
        "Restarted nothing.",
        "Rolled back? Anyone?",
        "Waiting for the vendor.",
        "HOLD: do not roll back, I restarted the replica.",
    ],
)
def test_words_that_speak_of_no_remedy_turn_nothing(words: str) -> None:
    """The moment at which it came back, a plan, a question, a pause, or simply the last words: all stay open."""
    story = drawn(told(entry(74, "resolve", ANA), notes=(note(40, ANA, words),)))
    assert turn(story, PlotKind.TURNING_POINT).at is None


def test_a_remedy_among_doubts_is_still_one() -> None:
    """Only the sentence that tells of it counts."""
    story = drawn(told(entry(74, "resolve", ANA), notes=(note(40, ANA, "Not sure why. Rolled back build 5001."),)))
    assert turn(story, PlotKind.TURNING_POINT).at == at(40)


def test_what_the_system_escalates_by_itself_is_no_climax() -> None:
    """A clock ran out; nobody called for help."""
    story = drawn(told(entry(5, "escalate", MONITOR, ANA, MARCUS), entry(6, "acknowledge", ANA)))
    assert turn(story, PlotKind.CLIMAX).at is None
