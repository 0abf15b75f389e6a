"""A side's clock: long waits are told, short ones are not."""

from datetime import UTC, datetime

from structlog.testing import capture_logs

from callsheet.run.clock import ToldClock
from callsheet.testing.clock import FakeClock


def test_a_long_wait_for_a_side_is_told_and_then_waited() -> None:
    clock = FakeClock(datetime(2026, 11, 20, 9, tzinfo=UTC))
    began = clock.now()

    with capture_logs() as lines:
        ToldClock(clock, "jira").wait(4)

    assert lines == [{"event": "side.awaited", "log_level": "warning", "side": "jira", "seconds": 4}]
    assert (clock.now() - began).total_seconds() == 4


def test_a_short_wait_is_not_worth_a_line() -> None:
    with capture_logs() as lines:
        ToldClock(FakeClock(datetime(2026, 11, 20, 9, tzinfo=UTC)), "jira").wait(1)

    assert lines == []
