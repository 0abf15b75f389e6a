"""An account is deactivated: its promises go to the fallback owner, who gets one message about all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from callsheet.model.action_item import OwnerReason
from callsheet.model.effect import Reason
from callsheet.model.ledger import Outcome
from callsheet.model.nudge import Rung
from callsheet.model.person import Account
from callsheet.model.ticket import Category
from tests.unit.run.world import World

THREE = "\n".join(
    f"ACTION: {what} @ana.ferreira due {on}"
    for what, on in (
        ("Add an alert", "2026-12-18"),
        ("Raise the limit", "2026-12-21"),
        ("Fix the cache", "2026-11-03"),
    )
)
GRACE = "acc-grace.okafor"


def leave(world: World, account: str = "acc-ana.ferreira") -> Account:
    """The tracker's administrator deactivates an account; its tickets show it, without having changed."""
    gone = replace(world.tracker.accounts[account], active=False)
    world.tracker.accounts[account] = gone
    for ticket in world.tracker.tickets:
        if ticket.owner and ticket.owner.id == account:
            world.tracker.edit(ticket.id, owner=gone)
    return gone


def owners(world: World) -> dict[str, str | None]:
    return {ticket.title: ticket.owner.id if ticket.owner else None for ticket in world.tracker.tickets}


def test_the_fallback_owner_gets_them_all_and_one_message(world: World) -> None:
    world.filed(THREE)
    world.tracker.move_to(world.ticket("Raise the limit").id, Category.DONE)
    world.settled()
    world.wait(days=2)
    leave(world)
    world.settled()
    assert owners(world) == {"Add an alert": GRACE, "Raise the limit": "acc-ana.ferreira", "Fix the cache": GRACE}
    (message,) = world.notifier.inbox
    assert (message.digest.to.name, message.subject) == ("Grace Okafor", "Action items: 1 overdue, 1 came to you")
    assert [line.title for line in message.digest.lines] == ["Fix the cache", "Add an alert"]
    assert message.body.count("the account of Ana Ferreira was deactivated") == 2
    item = world.item()
    assert (item.owner_reason, item.left_by) == (OwnerReason.FALLBACK_LEFT, "Ana Ferreira")
    assert "the account of Ana Ferreira was deactivated" in world.publisher.text(item.incident_id)
    with world.store() as store:
        lines = store.ledger(item.key, item.ticket_id or "")
        (told,) = [line for line in store.ledger("grace.okafor@example.com") if line.effect == "SendNudge"]
    assert [line.reason for line in lines if line.effect == "UpdateTicket"] == [Reason.OWNER_LEFT]
    assert told.outcome is Outcome.DONE


def test_it_is_told_once(world: World) -> None:
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-12-18")
    leave(world)
    for _ in range(6):
        world.settled()
        world.wait(hours=20)
    assert len(world.notifier.inbox) == 1
    assert world.notifier.inbox[0].digest.lines[0].rung is Rung.HANDED


def test_whose_day_is_taken_hears_of_all_of_them_on_the_next(world: World) -> None:
    world.filed(f"{THREE}\nACTION: Call the vendor @grace.okafor due 2026-11-04")
    world.wait(days=2)
    world.settled()
    # Of Grace's own, and of Ana's that is overdue.
    before = [message.digest.to.name for message in world.notifier.inbox]
    assert before == ["Ana Ferreira", "Grace Okafor"]
    leave(world)
    world.settled()
    assert len(world.notifier.inbox) == 2
    world.wait(days=1)
    world.settled()
    (message,) = world.notifier.inbox[2:]
    assert {line.title for line in message.digest.lines} >= {"Fix the cache", "Add an alert", "Raise the limit"}


def test_one_ticket_that_shows_it_is_enough_for_all(world: World) -> None:
    world.filed(THREE)
    gone = replace(world.tracker.accounts["acc-ana.ferreira"], active=False)
    world.tracker.accounts[gone.id] = gone
    world.tracker.edit(world.ticket().id, owner=gone)
    world.settled()
    assert set(owners(world).values()) == {GRACE}
    assert len(world.notifier.inbox) == 1


def test_without_any_channel_one_ticket_tells_of_all(tmp_path: Path) -> None:
    world = World(tmp_path, has_notifier=False).born()
    world.filed(THREE.replace("11-03", "12-03"))
    leave(world)
    world.settled()
    comments = [c for ticket in world.tracker.tickets for c in world.tracker.comments(ticket.id)]
    (comment,) = comments
    assert "the account of Ana Ferreira was deactivated" in comment.text
    # It stands on the third one.
    assert sum(title in comment.text for title in ("Add an alert", "Raise the limit", "Fix the cache")) == 2


def test_a_snooze_of_who_has_left_does_not_keep_the_fallback_owner_from_hearing(world: World) -> None:
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-03")
    account = world.tracker.accounts["acc-ana.ferreira"]
    world.tracker.remark(world.ticket().id, "callsheet: snooze 2w because I am busy", by=account)
    world.settled()
    leave(world)
    world.settled()
    assert [message.digest.to.name for message in world.notifier.inbox] == ["Grace Okafor"]


def test_without_a_fallback_owner_the_ticket_stays_and_its_watchers_are_reminded(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.rules = replace(world.rules, default_route=replace(world.rules.default_route, fallback_owner=None))
    world.born()
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-03")
    leave(world)
    world.wait(days=1)
    world.settled()
    assert owners(world) == {"Add an alert": "acc-ana.ferreira"}
    assert world.item().owner_reason is OwnerReason.LEFT
    assert world.notifier.inbox == []
    assert len(world.tracker.comments(world.ticket().id)) == 1


def test_who_comes_back_is_reminded_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.rules = replace(world.rules, default_route=replace(world.rules.default_route, fallback_owner=None))
    world.born()
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-03")
    gone = leave(world)
    world.settled()
    world.tracker.accounts[gone.id] = replace(gone, active=True)
    world.tracker.edit(world.ticket().id, owner=replace(gone, active=True))
    world.wait(days=1)
    world.settled()
    assert [message.digest.to.name for message in world.notifier.inbox] == ["Ana Ferreira"]


def test_whom_a_person_gives_the_ticket_to_afterwards_keeps_it(world: World) -> None:
    world.filed("ACTION: Add an alert @ana.ferreira due 2026-12-18")
    leave(world)
    world.settled()
    world.wait(minutes=1)
    world.tracker.edit(world.ticket().id, owner=world.tracker.accounts["acc-marcus.hill"])
    for _ in range(3):
        world.wait(days=1)
        world.settled()
    assert owners(world) == {"Add an alert": "acc-marcus.hill"}
    assert world.item().owner_reason is OwnerReason.TRACKER
