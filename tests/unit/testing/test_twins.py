"""The in-memory twins keep what every real connector promises."""

from datetime import UTC, datetime, timedelta

import pytest

from callsheet.model.incident import IncidentStatus
from callsheet.model.nudge import Digest, Recipient
from callsheet.testing.builders import make_draft, make_person
from callsheet.testing.clock import FakeClock
from callsheet.testing.contracts import (
    NotifierBench,
    NotifierContract,
    PublisherBench,
    PublisherContract,
    SourceBench,
    SourceContract,
    TrackerBench,
    TrackerContract,
)
from callsheet.testing.twins import MemoryNotifier, MemoryPublisher, MemorySource, MemoryTracker

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class TestMemorySource(SourceContract):
    @pytest.fixture
    def bench(self) -> SourceBench:
        clock = FakeClock(NOW)
        source = MemorySource(clock)
        return SourceBench(
            source=source,
            clock=clock,
            wait=clock.advance,
            happen=lambda: source.happen(resolved_at=None).id,
            resolve=source.resolve,
            say=source.say,
            unsay=source.unsay,
            lose_reply=lambda: source.faults.lose_reply("post_note"),
            refuse=lambda: setattr(source.faults, "refused", True),
        )


@pytest.mark.parametrize("lag", [timedelta(0), timedelta(seconds=30)], ids=["no lag", "lag"])
class TestMemoryTracker(TrackerContract):
    @pytest.fixture
    def bench(self, lag: timedelta) -> TrackerBench:
        clock = FakeClock(NOW)
        tracker = MemoryTracker(clock, lag=lag, rejected={"title": "it is refused"})
        tracker.rejected.clear()
        return TrackerBench(
            tracker=tracker,
            wait=clock.advance,
            retitle=lambda id_, title: tracker.edit(id_, title=title) and None,
            delete=tracker.delete,
            lose_reply=lambda: tracker.faults.lose_reply("create"),
            refuse=lambda: setattr(tracker.faults, "refused", True),
            people=(make_person(), make_person("Marcus Hill")),
            stranger=make_person("Noor Haddad"),
            refused=make_draft(project="NOSUCH"),
        )


class TestMemoryPublisher(PublisherContract):
    @pytest.fixture
    def bench(self) -> PublisherBench:
        shelf: dict[str, tuple[str, str | None]] = {}
        hand = MemoryPublisher(shelf)
        return PublisherBench(
            open=lambda: MemoryPublisher(shelf),
            edit=lambda published, text: hand.edit(published.incident_id, text),
            remove=lambda published: hand.remove(published.incident_id),
        )


class TestMemoryNotifier(NotifierContract):
    @pytest.fixture
    def bench(self) -> NotifierBench:
        notifier = MemoryNotifier()
        ana = Recipient(id="ana@example.com", name="Ana", email="ana@example.com")
        return NotifierBench(
            notifier=notifier,
            arrived=lambda: [f"{message.subject}\n{message.body}" for message in notifier.inbox],
            break_down=lambda: setattr(notifier, "broken", True),
            counted=lambda: notifier.faults.calls["send"],
            reachable=Digest(to=ana, local_on=NOW.date(), lines=()),
            unreachable=Digest(to=Recipient(id="x", name="X"), local_on=NOW.date(), lines=()),
            secrets=("no-secret-here",),
        )


def test_a_search_shows_the_state_of_a_lag_ago_and_reading_by_id_the_present() -> None:
    clock = FakeClock(NOW)
    tracker = MemoryTracker(clock, lag=timedelta(seconds=30))
    made = tracker.create(make_draft(labels=("callsheet",)))
    assert tracker.find(["callsheet"]) == ()
    assert len(tracker.read([made.id]).found) == 1
    clock.advance(timedelta(seconds=30))
    tracker.edit(made.id, title="New")
    assert [ticket.title for ticket in tracker.find(["callsheet"])] == ["Add an alert"]
    clock.advance(timedelta(seconds=30))
    assert [ticket.title for ticket in tracker.find(["callsheet"])] == ["New"]


def test_a_project_that_we_lost_the_permission_for_looks_deleted() -> None:
    tracker = MemoryTracker(FakeClock(NOW))
    made = tracker.create(make_draft())
    tracker.hidden.add("OPS")
    assert tracker.read([made.id]).missing == (made.id,)
    assert len(tracker.tickets) == 1


def test_an_incident_that_comes_back_is_open_again() -> None:
    source = MemorySource(FakeClock(NOW))
    incident = source.happen()
    source.reopen(incident.id)
    assert source.dossier(incident)[0].incident.status is IncidentStatus.TRIGGERED


def test_writes_are_counted_apart_from_reads() -> None:
    tracker = MemoryTracker(FakeClock(NOW))
    tracker.create(make_draft())
    tracker.find(["callsheet"])
    assert (tracker.faults.written, tracker.faults.calls["find"]) == (1, 1)
