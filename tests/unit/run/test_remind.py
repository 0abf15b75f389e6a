"""One digest for a person and day, over the first channel that takes it; what is unclear is never sent again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from callsheet.connect.errors import Malformed, Rejected, Transient
from callsheet.model.nudge import Digest, Rung
from callsheet.model.text import Body
from callsheet.model.ticket import Category
from callsheet.run import remind
from callsheet.testing.builders import make_person
from callsheet.testing.twins import MemoryNotifier
from tests.unit.run.world import World

DUE = "ACTION: Add an alert @ana.ferreira due 2026-11-06"


class Crash(BaseException):
    """The process dies."""


def due(world: World, *notes: str) -> None:
    """What was promised is due now."""
    world.filed(*(notes or (DUE,)))
    world.wait(days=4)


def test_the_due_day_brings_one_digest_and_the_day_after_a_second(world: World) -> None:
    due(world)
    assert world.settled().counts["nudge.sent"] == 1
    for _ in range(3):
        world.wait(hours=1)
        world.settled()
    assert len(world.notifier.inbox) == 1
    # A Saturday and a Sunday lie between.
    world.wait(days=3)
    world.settled()
    assert [message.subject for message in world.notifier.inbox] == [
        "Action items: 1 due today",
        "Action items: 1 overdue",
    ]


def test_the_ladder_ends_after_its_last_rung(world: World) -> None:
    due(world)
    for _ in range(20):
        world.settled()
        world.wait(days=1)
    lates = [message.digest.lines[0].days_late for message in world.notifier.inbox]
    # Business days: Friday, Monday, Wednesday, and the Tuesday after.
    assert lates == [0, 3, 5, 11]


def test_several_items_of_one_person_come_in_one_digest_the_latest_first(world: World) -> None:
    due(world, f"{DUE}\nACTION: Raise the limit @ana.ferreira due 2026-11-05")
    world.settled()
    (message,) = world.notifier.inbox
    assert [line.title for line in message.digest.lines] == ["Raise the limit", "Add an alert"]


@pytest.mark.parametrize(
    ("error", "mails", "comments", "sent"),
    [
        pytest.param(None, 1, 0, 1, id="sent"),
        pytest.param(Transient("reset", sent=True), 0, 0, 0, id="unclear is not sent again, and told as unknown"),
        pytest.param(Malformed("odd answer"), 0, 0, 0, id="unreadable is not sent again, and told as unknown"),
        pytest.param(Rejected("no such address"), 0, 1, 1, id="a clear no goes to the ticket"),
        pytest.param(Transient("no route", sent=False), 0, 1, 1, id="never left goes to the ticket"),
    ],
)
def test_what_the_channel_says_decides(
    world: World, error: Exception | None, mails: int, comments: int, sent: int
) -> None:
    due(world)
    if error:
        world.notifier.faults.fail("send", lambda: error)
    report = world.once()
    assert (report.counts["nudge.sent"], report.unknown, report.failed) == (sent, 1 - sent, [])
    assert len(world.notifier.inbox) == mails
    assert len(world.tracker.comments(world.ticket().id)) == comments
    world.wait(hours=2)
    assert world.settled().counts["nudge.sent"] == 0


def test_what_was_unclear_is_carried_by_the_next_digest_and_a_clear_no_tried_again_on_its_day(world: World) -> None:
    due(world, f"{DUE}\nACTION: Raise the limit @marcus.hill due 2026-11-06")
    answers = iter([Transient("reset", sent=True), Rejected("mailbox is full")])
    world.notifier.faults.fail("send", lambda: next(answers), times=2)
    world.tracker.faults.fail("comment", lambda: Rejected("comments are closed"))
    first = world.once()
    assert (first.unknown, [failure.effect for failure in first.failed]) == (1, ["SendNudge"])
    assert world.notifier.inbox == []
    world.wait(hours=1)
    world.settled()
    # Marcus's channel had said no, and takes it an hour later; Ana's may have it, so she hears on the next day.
    assert [message.digest.to.name for message in world.notifier.inbox] == ["Marcus Hill"]
    assert world.notifier.inbox[0].digest.local_on == world.clock.now().date()
    for _ in range(4):
        world.wait(hours=1)
        world.settled()
    assert len(world.notifier.inbox) == 1
    world.wait(days=3)
    world.settled()
    later = {message.digest.to.name: message.digest for message in world.notifier.inbox[1:]}
    assert [line.title for line in later["Ana Ferreira"].lines] == ["Add an alert"]


def test_the_next_channel_is_tried_after_a_clear_no(world: World) -> None:
    due(world)
    second = MemoryNotifier()
    world.notifier.faults.fail("send", lambda: Rejected("no such channel"))
    with capture_logs() as logs:
        world.settled(notifiers={"chat": world.notifier, "mail": second})
    assert len(second.inbox) == 1
    # Somebody has to hear that the first one is closed.
    refused = [(line["channel"], line["error"]) for line in logs if line["event"] == "channel.refused"]
    assert refused == [("chat", "no such channel")]
    (sent,) = [line["detail"] for line in logs if line["event"] == "nudge.sent"]
    assert sent.startswith("to Ana Ferreira over mail: ")
    assert sent.endswith("; refused before: no such channel")


def test_a_channel_without_an_address_is_passed_over(world: World) -> None:
    due(world)
    unreachable = MemoryNotifier(reach=lambda digest: False)
    world.settled(notifiers={"chat": unreachable, "mail": world.notifier})
    assert unreachable.faults.calls["send"] == 0
    assert len(world.notifier.inbox) == 1


def test_nobody_takes_it_so_the_day_is_given_back_and_tried_again(world: World) -> None:
    due(world)
    world.notifier.faults.fail("send", lambda: Rejected("no such address"))
    world.tracker.faults.fail("comment", lambda: Rejected("comments are closed"))
    report = world.once()
    (failure,) = report.failed
    assert failure.effect == "SendNudge"
    assert "no such address" in failure.error
    world.wait(hours=1)
    assert world.settled().counts["nudge.sent"] == 1


def test_without_any_notifier_the_most_overdue_ticket_is_the_channel(tmp_path: Path) -> None:
    world = World(tmp_path, has_notifier=False).born()
    due(world, f"{DUE}\nACTION: Raise the limit @ana.ferreira due 2026-11-05")
    world.settled()
    (comment,) = world.tracker.comments(world.ticket("Raise the limit").id)
    assert "Add an alert" in comment.text
    assert world.tracker.comments(world.ticket().id) == ()
    world.wait(hours=1)
    world.settled()
    assert len(world.tracker.comments(world.ticket("Raise the limit").id)) == 1


def test_a_process_that_dies_while_sending_never_sends_that_day_again(world: World) -> None:
    due(world)
    world.notifier.faults.fail("send", Crash, applied=True)
    with pytest.raises(Crash):
        world.once()
    world.wait(hours=1)
    world.settled()
    assert len(world.notifier.inbox) == 1
    world.wait(days=2, hours=23)
    world.settled()
    assert len(world.notifier.inbox) == 2


def test_the_day_and_its_hours_are_the_persons_own(world: World) -> None:
    """When Friday's work begins on Kiritimati, it is Thursday evening in Greenwich."""
    ana = make_person(time_zone="Pacific/Kiritimati")
    world.source.people = (ana, *world.source.people[1:])
    world.wait(days=1)
    world.settled()
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-06")
    world.clock.advance(world.clock.now().replace(month=11, day=5, hour=18, minute=55) - world.clock.now())
    world.settled()
    assert world.notifier.inbox == []
    world.wait(minutes=5)
    world.settled()
    assert len(world.notifier.inbox) == 1


@pytest.mark.parametrize("first", ["Ana Ferreira", "Grace Okafor"])
def test_owner_and_fallback_each_hear_once_of_an_incident_whoever_begins_to_work_first(
    world: World, first: str
) -> None:
    """On Monday something breaks anew: it is morning for one of them and night for the other."""
    east, west = "Europe/Berlin", "America/New_York"
    world.source.people = tuple(
        replace(person, time_zone=east if person.name == first else west) for person in world.source.people
    )
    world.clock.advance(timedelta(hours=17))
    world.settled()
    due(world, "ACTION: Add an alert @ana.ferreira due 2026-11-06")
    world.wait(hours=8)
    world.settled()
    world.clock.advance(datetime(2026, 11, 10, 8, 0, tzinfo=UTC) - world.clock.now())
    world.notifier.inbox.clear()
    again = world.source.happen(title="Once more", resolved_at=None)
    for _ in range(16):
        world.settled()
        world.wait(hours=1)
    told = [
        (message.digest.to.name, line.rung)
        for message in world.notifier.inbox
        for line in message.digest.lines
        if line.about == f"#{again.number} {again.title}"
    ]
    second = next(name for name in ("Ana Ferreira", "Grace Okafor") if name != first)
    assert told == [(first, Rung.STRUCK), (second, Rung.STRUCK)]


def test_what_is_done_or_moved_is_not_reminded_of(world: World) -> None:
    due(world, f"{DUE}\nACTION: Raise the limit @ana.ferreira due 2026-11-06")
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.tracker.edit(world.ticket("Raise the limit").id, due_on=world.clock.now().date().replace(day=20))
    world.settled()
    assert world.notifier.inbox == []


def test_a_standing_fallback_hears_why(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    due(world, "ACTION: Add an alert @somebody.else due 2026-11-06")
    world.settled()
    (message,) = world.notifier.inbox
    assert message.digest.to.name == "Grace Okafor"
    assert "nobody by that name" in message.body


def test_nobody_at_all_leaves_a_comment_for_those_who_watch_the_ticket(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.rules = replace(world.rules, default_route=replace(world.rules.default_route, fallback_owner=None))
    world.born()
    due(world, "ACTION: Add an alert @somebody.else due 2026-11-06")
    world.settled()
    (comment,) = world.tracker.comments(world.ticket().id)
    assert "Nobody owns this" in comment.text


def test_a_digest_that_cannot_be_put_in_words_keeps_its_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    due(world)

    def broken(digest: Digest) -> Body:
        raise RuntimeError("no words for it")

    with monkeypatch.context() as patched:
        patched.setattr(remind, "digest_body", broken)
        assert [bool(world.once().failed) for _ in range(2)] == [True, True]
    world.wait(hours=2)
    world.settled()
    assert len(world.notifier.inbox) == 1
