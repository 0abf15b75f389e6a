"""The demo's stage: a bar with how far the play is for whoever watches, the bare words for a log."""

from __future__ import annotations

import pytest

from callsheet.cli.demo_stage import ACTS, Stage


@pytest.mark.parametrize("watched", [True, False])
def test_waiting_shows_how_far_the_play_is_on_a_terminal_alone(
    watched: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # What rich asks whether somebody watches.
    monkeypatch.setenv("TTY_COMPATIBLE", "1" if watched else "0")
    stage = Stage(fast=True, watch=lambda: None)
    stage.act("ACT I", "The first start")
    assert stage.until("the [first] documents", iter([None, "there"]).__next__) == "there"
    said = capsys.readouterr().out
    assert "ACT I  The first start" in said.replace("\x1b[0m", "").replace("\x1b[1;35m", "").replace("\x1b[1m", "")
    assert (f"1/{ACTS}" in said) is watched
    assert ("the [first] documents …" in said) is watched
    assert ("\x1b" in said) is watched
