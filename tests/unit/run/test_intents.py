"""A write that must not happen twice: every state of its intent, and every way in which a send can end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from callsheet.connect.errors import AuthRefused, Malformed, NotFound, RateLimited, Rejected, Transient
from callsheet.model.ledger import Intent, IntentState, Outcome
from callsheet.run.intents import CREDENTIAL_WAITS, FRESH_CLAIM, REJECTED_WAITS, Once, Seen, Sent, carry_out
from callsheet.store import Store
from callsheet.testing.clock import FakeClock

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SETTLE = timedelta(minutes=5)
READY, SENDING, DONE, REJECTED = IntentState.READY, IntentState.SENDING, IntentState.DONE, IntentState.REJECTED


@dataclass
class Desk:
    """A store, a clock, and a far side that does what it is told."""

    store: Store
    clock: FakeClock
    sends: list[str] = field(default_factory=list)
    finds: int = 0
    there: str | None = None
    error: Exception | None = None
    before_send: Callable[[], object] = lambda: None

    def send(self) -> str:
        self.before_send()
        self.sends.append("sent")
        if self.error:
            raise self.error
        return "T1"

    def find(self) -> Seen:
        self.finds += 1
        return Seen(at=self.clock.now(), result=self.there)

    def try_it(self) -> Sent:
        once = Once(key="file:1", marker="cs-1", target="OPS", send=self.send, find=self.find)
        sent = carry_out(once, self.store, self.clock, SETTLE)
        sent.conclude()
        return sent

    @property
    def state(self) -> IntentState:
        intent = self.store.intent("file:1")
        assert intent is not None
        return intent.state

    def stands(self, state: IntentState, **more: Any) -> None:
        """An earlier process left the intent like this."""
        made = self.store.intend("file:1", marker="cs-1", target="OPS")
        if state is READY:
            return
        claimed = self.store.claim(made, now=self.clock.now())
        assert claimed is not None
        if state is not SENDING:
            self.store.conclude(claimed, state, **more)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = Store(tmp_path / "callsheet.db")
    yield Desk(store, FakeClock(NOW))
    store.close()


def test_a_fresh_write_searches_nothing_and_is_sent_once(desk: Desk) -> None:
    assert desk.try_it() == Sent(outcome=Outcome.DONE, result="T1")
    assert (desk.state, desk.sends, desk.finds) == (DONE, ["sent"], 0)


def test_what_was_done_is_not_sent_again_by_a_process_that_forgot_it(desk: Desk) -> None:
    desk.try_it()
    assert desk.try_it() == Sent(outcome=Outcome.DONE, result="T1")
    assert desk.sends == ["sent"]


@pytest.mark.parametrize(
    ("error", "outcome", "state", "waits"),
    [
        pytest.param(Transient("reset", sent=True), Outcome.UNKNOWN, SENDING, None, id="may have arrived"),
        pytest.param(Malformed("cut off"), Outcome.UNKNOWN, SENDING, None, id="unreadable answer"),
        pytest.param(Transient("no route", sent=False), Outcome.LATER, READY, timedelta(0), id="never left"),
        pytest.param(AuthRefused("expired"), Outcome.REJECTED, REJECTED, CREDENTIAL_WAITS, id="not let in"),
        pytest.param(
            RateLimited("slow down", retry_after=90), Outcome.LATER, READY, timedelta(seconds=90), id="asked to wait"
        ),
        pytest.param(Rejected("no such type"), Outcome.REJECTED, REJECTED, REJECTED_WAITS, id="a clear no"),
        pytest.param(NotFound("no project"), Outcome.REJECTED, REJECTED, REJECTED_WAITS, id="nowhere to write"),
    ],
)
def test_how_a_send_ends(
    desk: Desk, error: Exception, outcome: Outcome, state: IntentState, waits: timedelta | None
) -> None:
    desk.error = error
    sent = desk.try_it()
    assert (sent.outcome, sent.throttled) == (outcome, isinstance(error, RateLimited))
    assert sent.error == str(error)
    intent = desk.store.intent("file:1")
    assert intent is not None
    assert (intent.state, intent.error) == (state, str(error))
    assert intent.not_before == (NOW + waits if waits is not None else None)
    assert desk.sends == ["sent"]


@pytest.mark.parametrize("error", [RateLimited("slow down", retry_after=90), Rejected("no such type")])
def test_nothing_is_sent_before_its_time_and_once_after_it(desk: Desk, error: Exception) -> None:
    desk.error = error
    first = desk.try_it()
    desk.error = None
    desk.clock.advance(timedelta(seconds=89))
    # The second time it is not the other side that is silent: it is not asked.
    assert desk.try_it() == replace(first, silent=False)
    assert desk.sends == ["sent"]
    desk.clock.advance(REJECTED_WAITS)
    assert desk.try_it().outcome is Outcome.DONE
    assert desk.sends == ["sent", "sent"]


def test_an_unknown_outcome_that_left_something_is_adopted(desk: Desk) -> None:
    desk.stands(SENDING)
    desk.there = "T7"
    assert desk.try_it() == Sent(outcome=Outcome.ADOPTED, result="T7")
    assert (desk.state, desk.sends) == (DONE, [])


def test_an_unknown_outcome_is_searched_for_until_the_settle_time_and_then_sent_again(desk: Desk) -> None:
    desk.stands(SENDING)
    for _ in range(4):
        desk.clock.advance(timedelta(minutes=1))
        assert desk.try_it().outcome is Outcome.UNKNOWN
    assert (desk.finds, desk.sends) == (4, [])
    desk.clock.advance(timedelta(minutes=1))
    assert desk.try_it().outcome is Outcome.DONE
    assert (desk.finds, desk.sends) == (5, ["sent"])


def test_a_search_that_fails_leaves_the_question_open(desk: Desk) -> None:
    desk.stands(SENDING)
    desk.clock.advance(SETTLE)

    def find() -> str | None:
        raise AuthRefused("expired")

    once = Once(key="file:1", marker="cs-1", target="OPS", send=desk.send, find=find)
    with pytest.raises(AuthRefused):
        carry_out(once, desk.store, desk.clock, SETTLE)
    assert (desk.state, desk.sends) == (SENDING, [])


def test_two_processes_at_once_send_once(desk: Desk) -> None:
    other: list[Sent] = []
    desk.before_send = lambda: other.append(desk.try_it()) if not other else None
    assert desk.try_it().outcome is Outcome.DONE
    assert [sent.outcome for sent in other] == [Outcome.UNKNOWN]
    assert desk.sends == ["sent"]


def test_a_process_that_froze_after_its_claim_does_not_send(desk: Desk) -> None:
    class Frozen(FakeClock):
        """Each look at it comes later than the claim may be old."""

        def now(self) -> datetime:
            self.advance(FRESH_CLAIM + timedelta(seconds=1))
            return super().now()

    desk.clock = Frozen(NOW)
    sent = desk.try_it()
    assert (sent.outcome, desk.sends) == (Outcome.LATER, [])
    assert desk.state is READY


class Frozen(Store):
    """A process that freezes right after its claim, once, while others do what `meanwhile` says."""

    meanwhile: Callable[[], object] | None = None

    def claim(self, intent: Intent, *, now: datetime) -> Intent | None:
        """As the store does."""
        claimed = super().claim(intent, now=now)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        return claimed


def test_who_froze_past_the_settle_time_does_not_free_what_another_process_has_sent_since(
    desk: Desk, tmp_path: Path
) -> None:
    def others() -> None:
        desk.clock.advance(SETTLE + timedelta(minutes=1))
        desk.error = Transient("no answer", sent=True)
        desk.try_it()

    store = Frozen(tmp_path / "callsheet.db")
    store.meanwhile = others
    frozen = Desk(store, desk.clock)
    assert frozen.try_it().outcome is Outcome.LATER
    store.close()
    # Nobody knows whether it arrived, so it is searched for and not sent again.
    assert desk.try_it().outcome is Outcome.UNKNOWN
    assert (desk.sends, frozen.sends) == (["sent"], [])


def test_a_clock_that_is_set_back_does_not_hide_a_freeze(desk: Desk) -> None:
    class SetBack(FakeClock):
        """It stands still for whoever reads the time, while the seconds go on."""

        def monotonic(self) -> float:
            self.advance(FRESH_CLAIM + timedelta(seconds=1))
            self.advance(-FRESH_CLAIM - timedelta(seconds=1))
            return super().monotonic()

    desk.clock = SetBack(NOW)
    sent = desk.try_it()
    assert (sent.outcome, desk.sends) == (Outcome.LATER, [])
    assert desk.state is READY


def test_a_person_may_let_a_refused_write_out_at_once(desk: Desk) -> None:
    desk.stands(REJECTED, error="no such type", not_before=NOW + REJECTED_WAITS)
    assert desk.try_it().outcome is Outcome.REJECTED
    assert desk.store.ready_again("file:1")
    assert desk.try_it().outcome is Outcome.DONE
