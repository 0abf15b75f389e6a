"""A document that nobody finishes stands in a digest, on the ladder's days, until a person sets its status."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callsheet.model.nudge import Rung
from tests.unit.run.world import World

FALLBACK = "grace.okafor@example.com"


@pytest.fixture
def drafting(world: World) -> World:
    """A world in which a document is stale after two business days: on Wednesday, for one of Monday."""
    world.rules = replace(world.rules, theatre=replace(world.rules.theatre, stale_days=2))
    return world.born()


def days(world: World, count: int) -> list[tuple[str | None, int]]:
    """Who was told of a document, and how many days it was late, over so many days with two cycles each."""
    for _ in range(count):
        world.settled()
        world.wait(hours=1)
        world.settled()
        world.wait(hours=23)
    lines = [(each.digest.to.email, line) for each in world.notifier.inbox for line in each.digest.lines]
    return [(email, line.days_late) for email, line in lines if line.rung is Rung.DRAFT]


def test_the_fallback_owner_hears_of_it_on_the_days_of_the_ladder_once_each(drafting: World) -> None:
    drafting.story("Rolled back build 5001.")
    # Wednesday, Thursday, Monday, and the Friday after: business days 0, 1, 3 and 7.
    assert days(drafting, 14) == [(FALLBACK, 0), (FALLBACK, 1), (FALLBACK, 5), (FALLBACK, 9)]
    (body, subject) = (drafting.notifier.inbox[0].body, drafting.notifier.inbox[0].subject)
    assert subject == "Post-mortems: 1 to finish"
    assert "draft since Monday 2 November. You get this as the fallback owner." in body
    assert "Close the ticket" not in body
    with drafting.store() as store:
        told = {line.detail for line in store.ledger(reminded_of=["Grace"])}
    assert told == {"to Grace Okafor over notifier: the post-mortem of #1001"}


@pytest.mark.parametrize("status", ["final as it is", "waived"])
def test_a_finished_document_is_left_in_peace(drafting: World, status: str) -> None:
    incident = drafting.story("Rolled back build 5001.")
    drafting.settled()
    text = drafting.publisher.text(incident.id)
    drafting.publisher.edit(incident.id, text.replace("status: draft", f"status: {status}", 1))
    assert days(drafting, 8) == []


def test_its_facilitator_is_asked_before_anybody_else(drafting: World) -> None:
    incident = drafting.story("Rolled back build 5001.")
    drafting.settled()
    text = drafting.publisher.text(incident.id)
    drafting.publisher.edit(incident.id, text.replace("status: draft", "status: draft\nfacilitator: Marcus Hill", 1))
    assert days(drafting, 3) == [("marcus.hill@example.com", 0)]


def test_nobody_is_woken_at_night(drafting: World) -> None:
    drafting.story("Rolled back build 5001.")
    drafting.settled()
    drafting.wait(days=2, hours=-7)
    assert drafting.clock.now().hour < 9
    drafting.settled()
    assert drafting.notifier.inbox == []
    drafting.wait(hours=7)
    drafting.settled()
    assert len(drafting.notifier.inbox) == 1


def test_it_stands_in_one_digest_with_what_else_waits(drafting: World) -> None:
    drafting.story("ACTION: Add an alert @grace.okafor due 2026-11-04 P1")
    days(drafting, 3)
    (message,) = drafting.notifier.inbox
    assert [line.rung for line in message.digest.lines] == [Rung.DUE_TODAY, Rung.DRAFT]
    assert message.subject == "Action items: 1 due today, 1 to finish"
    assert "Close the ticket" in message.body


def test_between_its_days_no_cycle_does_anything(drafting: World) -> None:
    drafting.story("Rolled back build 5001.")
    drafting.settled()
    for _ in range(3):
        drafting.wait(hours=8)
        assert drafting.settled().rounds == 0
