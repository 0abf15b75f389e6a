"""A ticket that somebody deleted is told wherever its promise is shown, once in the ledger, and to its owner."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from callsheet.model.text import plain
from callsheet.plan.digest import digest_body
from callsheet.plan.policy import Mode
from callsheet.run.asks import retry
from callsheet.run.explaining import explain
from callsheet.run.glance import Wants, glance
from callsheet.run.status import Expected, status
from callsheet.run.views import Wanted, sheet
from tests.unit.run.world import World

TWO = "ACTION: Add an alert @ana.ferreira due 2026-11-20 P1\nACTION: Write the runbook @ana.ferreira due 2026-11-20"


def deleted(world: World) -> str:
    """The key of the ticket that somebody deleted; the sweep has found that out."""
    world.filed(TWO)
    ticket = next(each for each in world.tracker.tickets if "alert" in each.title)
    world.tracker.delete(ticket.id)
    world.wait(hours=25)
    world.settled()
    return ticket.key


def test_it_is_told_wherever_the_promise_is_shown(world: World) -> None:
    key = deleted(world)
    now = world.clock.now()
    with world.store() as store:
        rows = {row["title"]: row["shown"]["status"] for row in sheet(store, Wanted(), now.date())}
        told = explain(store, world.rules, key, now)
        need = next(each for each in glance(store, world.rules, now).needs if each.what is Wants.GONE)
        page = status(store, Expected(mode=Mode.FULL, cycle_every=timedelta(minutes=1), zone=UTC), now)
    assert rows == {"Add an alert": "ticket gone", "Write the runbook": "open"}
    assert told is not None
    assert told.stands[2].endswith("P1; ticket gone")
    assert told.stands[3].startswith(f"{key}: its ticket can no longer be seen")
    assert [line.event for line in told.lines].count("ticket.gone") == 1
    assert "Add an alert" in need.named[0].words
    assert [each["target"] for each in page["gone"]] == [key]
    assert any("1 ticket can no longer be seen" in each for each in page["needs"])


def test_it_is_told_in_the_ledger_once_however_often_it_is_missed(world: World) -> None:
    key = deleted(world)
    world.wait(hours=25)
    world.settled()
    with world.store() as store:
        told = explain(store, world.rules, key, world.clock.now())
    assert told is not None
    assert [line.event for line in told.lines].count("ticket.gone") == 1


def test_the_document_says_so_in_its_own_row_and_our_word_is_nobodys_edit(world: World) -> None:
    deleted(world)
    with world.store() as store:
        (incident_id,) = {item.incident_id for item in store.items()}
    (row,) = (line for line in world.publisher.text(incident_id).splitlines() if "| Add an alert |" in line)
    assert "| ticket gone |" in row
    assert world.settled().quarantined == []


def test_its_owner_hears_of_it_on_the_days_of_the_ladder(world: World) -> None:
    deleted(world)
    while world.clock.now().date() < date(2026, 11, 20):
        world.wait(days=1)
    world.settled()
    letters = [plain(digest_body(each.digest)) for each in world.notifier.inbox]
    assert any("Without a ticket" in letter and "callsheet retry ai-" in letter for letter in letters)


def test_filing_it_anew_ends_it(world: World) -> None:
    key = deleted(world)
    with world.store() as store:
        ((item, name),) = store.gone_tickets().items()
        assert name == key
        retry(store, item, world.clock.now())
    world.settled()
    with world.store() as store:
        assert store.gone_tickets() == {}
