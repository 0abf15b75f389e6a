"""What every notifier promises, as tests: inherit `NotifierContract` and give it a bench."""

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from callsheet.connect.errors import ConnectorError, Rejected
from callsheet.connect.ports import Notifier
from callsheet.model.nudge import Digest
from callsheet.model.text import paragraph
from callsheet.testing.examination import examined, fails

_BODY = (paragraph("Rotate the certificates"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierBench:
    """A notifier whose messages arrive at a place that the test owns.

    `arrived` gives what came in so far, each message as raw text; `break_down` lets the place refuse from now on,
    still counting what comes in. `counted` is how often the notifier called the Context's `count`.
    `reachable` and `unreachable` are digests for a person with an address and for one without. `secrets` are the
    secrets that it was configured with.
    """

    notifier: Notifier
    arrived: Callable[[], list[str]]
    break_down: Callable[[], None]
    counted: Callable[[], int]
    reachable: Digest
    unreachable: Digest
    secrets: tuple[str, ...]


class NotifierContract:
    """What every notifier promises."""

    @pytest.fixture
    def bench(self) -> NotifierBench:
        """Override it."""
        raise NotImplementedError("give the contract a bench: override the fixture `bench`")

    @pytest.fixture(autouse=True)
    def _secrets_stay_inside(self, bench: NotifierBench, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
        caplog.set_level(logging.DEBUG)
        yield
        for phase in ("setup", "call"):
            for record in caplog.get_records(phase):
                said = f"{record.getMessage()} {record.args!r} {record.exc_text or ''}"
                assert not _told(said, bench.secrets), f"a secret reached the log of {record.name}"
        assert not _told(repr(bench.notifier), bench.secrets), "a secret reached the repr"

    def test_it_knows_whom_it_reaches(self, bench: NotifierBench) -> None:
        assert bench.notifier.reaches(bench.reachable)
        assert not bench.notifier.reaches(bench.unreachable)
        assert bench.arrived() == []

    def test_an_examination_sends_nothing_and_tells_no_secret(self, bench: NotifierBench) -> None:
        checks = examined(bench.notifier)
        assert not fails(checks)
        assert bench.arrived() == []
        assert not _told(repr(checks), bench.secrets)

    def test_a_message_arrives_once(self, bench: NotifierBench) -> None:
        bench.notifier.send(bench.reachable, "Two promises are due", _BODY)
        (message,) = bench.arrived()
        assert "Two promises are due" in message
        assert "Rotate the certificates" in message
        assert bench.counted() == 1

    def test_a_failure_is_told_and_never_sent_twice(self, bench: NotifierBench) -> None:
        bench.break_down()
        with pytest.raises(ConnectorError) as caught:
            bench.notifier.send(bench.reachable, "Two promises are due", _BODY)
        assert len(bench.arrived()) == 1
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
        assert not _told(told, bench.secrets), "a secret reached the error"

    def test_nobody_is_written_to_without_an_address(self, bench: NotifierBench) -> None:
        with pytest.raises(Rejected) as caught:
            bench.notifier.send(bench.unreachable, "Two promises are due", _BODY)
        assert not caught.value.outcome_unknown
        assert bench.arrived() == []
        assert bench.counted() == 0

    def test_a_subject_is_one_line(self, bench: NotifierBench) -> None:
        bench.notifier.send(bench.reachable, "Due\r\nBcc: everybody@example.com\n", _BODY)
        (message,) = bench.arrived()
        assert "Due Bcc: everybody@example.com" in message


def _told(said: str, secrets: tuple[str, ...]) -> bool:
    return any(secret in said for secret in secrets)
