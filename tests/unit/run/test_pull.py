"""What changed on every side comes in once, and no cursor runs ahead of what was kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from callsheet.connect.errors import AuthRefused, Transient
from callsheet.connect.ports import Malady
from callsheet.model.ticket import Category
from callsheet.run.pull import FEED_CURSOR, TICKET_CURSOR, pull
from callsheet.run.report import Report
from tests.unit.run.world import ACTION, World


class Crash(BaseException):
    """The process dies."""


def noted(world: World, name: str) -> str | None:
    with world.store() as store:
        return store.noted(name)


def pulled(world: World) -> Report:
    report = Report()
    with world.app() as app:
        pull(app, report)
    return report


def test_the_feed_is_read_from_the_last_cursor_with_an_overlap(world: World) -> None:
    before = noted(world, FEED_CURSOR)
    world.source.happen()
    assert pulled(world).pulled_incidents == 1
    assert noted(world, FEED_CURSOR) == world.clock.now().isoformat() != before


def test_an_entry_that_comes_late_within_the_overlap_is_taken(world: World) -> None:
    late = world.clock.now() + timedelta(seconds=30)
    world.wait(minutes=1)
    pulled(world)
    world.source.happen(created_at=late, resolved_at=late)
    assert pulled(world).pulled_incidents == 1


def test_what_the_overlap_brings_again_marks_nothing(world: World) -> None:
    world.filed()
    world.settled()
    with world.app() as app:
        for _ in range(3):
            world.wait(seconds=20)
            pull(app, Report())
            assert not app.memory.dirty()


@pytest.mark.parametrize("side", ["source", "tracker"])
def test_a_side_out_of_reach_is_named_keeps_its_cursor_and_the_others_go_on(world: World, side: str) -> None:
    cursors = {"source": FEED_CURSOR, "tracker": TICKET_CURSOR}
    world.filed()
    before = {name: noted(world, cursor) for name, cursor in cursors.items()}
    world.source.happen()
    world.wait(minutes=1)
    world.tracker.edit(world.ticket().id, title="Renamed")
    getattr(world, side).faults.fail("changes", lambda: Transient("down", sent=True))
    report = pulled(world)
    assert set(report.unreachable) == {side}
    assert {name for name, cursor in cursors.items() if noted(world, cursor) == before[name]} == {side}
    report = pulled(world)
    assert (report.pulled_incidents, report.pulled_tickets) == ((1, 0) if side == "source" else (0, 1))


def test_a_refused_credential_reads_as_out_of_reach_and_says_so(world: World) -> None:
    world.tracker.faults.fail("changes", lambda: AuthRefused("token expired"))
    report = pulled(world)
    assert report.unreachable == {"tracker": "refused our credential: token expired"}
    assert report.exit_code == 1


def test_a_page_that_breaks_in_the_middle_moves_no_cursor_and_loses_nothing(world: World) -> None:
    before = noted(world, FEED_CURSOR)
    source = world.source

    class Breaking(type(source)):
        """The twin, whose second page never comes."""

        def changes(self, since: Any, until: Any) -> Any:
            for number, page in enumerate(source.changes(since, until)):
                if number:
                    raise Transient("reset", sent=True)
                yield page

    for _ in range(8):
        world.source.happen()
    with world.app() as app:
        report = Report()
        pull(_with_source(app, Breaking(world.clock)), report)
    assert "source" in report.unreachable
    assert noted(world, FEED_CURSOR) == before
    first = report.pulled_incidents
    assert first + pulled(world).pulled_incidents == 8


def _with_source(app: Any, source: Any) -> Any:
    return replace(app, source=source)


def test_a_crash_between_page_and_cursor_brings_the_page_again(world: World) -> None:
    incident = world.story(ACTION)
    world.tracker.faults.fail("changes", Crash)
    with pytest.raises(Crash):
        world.once()
    world.wait(minutes=1)
    world.settled()
    assert world.ticket()
    assert world.publisher.text(incident.id)


def test_our_own_note_marks_nothing(world: World) -> None:
    world.filed()
    world.settled()
    with world.store() as store:
        assert not store.dirty()


def test_our_own_tickets_come_back_as_no_news(world: World) -> None:
    world.filed()
    pulled(world)
    assert pulled(world).pulled_tickets == 0


def test_a_ticket_that_names_no_incident_is_shown_and_left_alone(world: World) -> None:
    made = world.tracker.make(title="Something", labels=("callsheet",))
    (malady,) = pulled(world).quarantined
    assert malady.where == made.key
    assert "#12" in malady.error


@pytest.mark.parametrize(
    "words", ["see #1001", "https://acme.pager.example/incidents/Q0000000001001", "about Q0000000001001"]
)
def test_a_hand_made_ticket_names_its_incident_by_number_link_or_id(world: World, words: str) -> None:
    incident = world.story()
    assert (incident.number, incident.id) == (1001, "Q0000000001001")
    world.tracker.make(title="Call the vendor", text=words, labels=("callsheet",))
    report = world.settled()
    assert report.counts["ticket.adopted"] == 1


def test_a_malady_is_quarantined_shown_and_let_go_when_it_is_well_again(world: World) -> None:
    world.source.maladies = (Malady(what="an alert", where="alerts[0]", error="no id"),)
    world.story(ACTION)
    assert [malady.what for malady in world.once().quarantined] == ["an alert"]
    with world.store() as store:
        assert store.quarantined() == (("an alert", "incident #1001: alerts[0]", "no id"),)
    world.source.maladies = ()
    world.wait(hours=26)
    world.settled()
    with world.store() as store:
        assert store.quarantined() == ()


def test_a_line_of_a_note_that_was_mended_is_set_aside_no_longer(world: World) -> None:
    incident = world.story(ACTION)
    note = world.source.say(incident.id, "ACTION: @ana.ferreira")
    world.wait(minutes=1)
    assert [malady.error for malady in world.once().quarantined] == ["it does not say what to do"]
    world.source.reword(incident.id, note, "ACTION: Mend it @ana.ferreira")
    world.source.say(incident.id, "it says so now")
    world.wait(minutes=5)
    world.settled()
    with world.store() as store:
        assert store.quarantined() == ()


def test_an_incomplete_dossier_never_counts_a_note_as_deleted(world: World) -> None:
    incident = world.filed()
    world.source.maladies = (Malady(what="a note", where="notes[0]", error="no text"),)
    (note, _) = world.source.seen(incident.id)
    world.source.unsay(incident.id, note.id)
    world.wait(hours=25)
    world.once()
    assert not world.item().source_gone


def test_priorities_are_ranked_as_the_account_ranks_them(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    unranked = world.source.priorities[3].__class__(id="PRIO1", name="P1", rank=99)
    incident = world.source.happen(priority=unranked)
    pulled(world)
    with world.store() as store:
        head = store.incidents([incident.id])[incident.id]
    assert head.priority is not None
    assert head.priority.rank == 1


def test_a_changed_policy_is_applied_to_what_is_known_already(world: World) -> None:
    world.source.happen(priority=world.source.priorities[2])
    world.settled()
    assert world.items() == ()
    with world.app() as app:
        rules = app.rules
    world.rules = replace(rules, open=replace(rules.open, priorities=("P1", "P2", "P3")))
    world.wait(minutes=1)
    assert world.settled().counts["postmortem.opened"] == 1


def test_a_closed_ticket_of_a_lost_database_is_listed_too(world: World) -> None:
    world.filed()
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.settled()
    world.lose_database()
    world.wait(minutes=5)
    world.once()
    assert world.item().ticket_id == world.ticket().id
    assert not world.item().open
