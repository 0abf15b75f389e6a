"""What a review found in the cycle, and must not come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from callsheet.cli.errors import told
from callsheet.connect.errors import AuthRefused, ConnectorError, NotFound, RateLimited, Rejected, Transient
from callsheet.connect.ports import Malady
from callsheet.model.action_item import Hold, ItemStatus
from callsheet.model.ticket import Category
from callsheet.plan import decide as deciding
from callsheet.run import asks
from callsheet.run import cycle as cycles
from callsheet.run.app import Ask
from callsheet.run.cycle import run_cycle
from callsheet.run.history import sides
from callsheet.run.report import Report
from callsheet.run.stopping import Stopped, go_on
from callsheet.store import NoFolder, Store, StoreLocked
from tests.unit.run.world import ACTION, PLAIN_RULES, World


def calls(world: World, name: str, **given: object) -> tuple[int, Report]:
    """How often one call was made in one cycle, a minute later, and what the cycle said."""
    world.wait(minutes=1)
    before = world.source.faults.calls[name] + world.tracker.faults.calls[name]
    report = world.once(**given)  # type: ignore[arg-type] # changes of the app
    return world.source.faults.calls[name] + world.tracker.faults.calls[name] - before, report


def test_a_stop_while_a_side_is_read_says_nothing_of_that_side() -> None:
    report = Report()
    with pytest.raises(Stopped) as stopped:
        go_on(lambda: True)
    report.side_failed("files", stopped.value)
    assert (report.silent, report.throttled, report.unreachable) == ({"files"}, {}, {})


def test_a_stop_leaves_each_sides_last_word_as_it_was(world: World) -> None:
    world.filed()
    with world.store() as store:
        before = sides(store)
    world.wait(minutes=1)
    with world.app() as app:
        run_cycle(app, stopping=lambda: True)
    with world.store() as store:
        after = sides(store)
    assert after.keys() == before.keys()
    assert not any(side.error for side in after.values())
    assert any(side == before[name] for name, side in after.items()), "what was cut off keeps when it was read"


# What a person asks for.


def test_what_is_asked_while_the_daemon_thinks_is_not_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.filed()
    key, asked = world.item().key, []

    def slow(*given: object, **more: object) -> object:
        seen = deciding.decide(*given, **more)  # type: ignore[arg-type]  # a builder takes any field
        if not asked:
            with world.store() as beside:
                asked.append(asks.drop(beside, key, "not worth it", world.clock.now()))
        return seen

    monkeypatch.setattr(cycles, "decide", slow)
    world.once()
    world.wait(minutes=1)
    world.once()
    assert world.ticket().category is Category.DONE
    assert world.item().status is ItemStatus.DROPPED


def test_a_mark_that_comes_after_the_look_outlives_the_settling(world: World) -> None:
    incident = world.filed()
    with world.store() as store:
        store.mark([incident.id])
        seen = store.dirty()
        store.mark([incident.id])
        store.settle(seen)
        assert tuple(store.dirty()) == (incident.id,)
        store.settle(store.dirty())
        assert not store.dirty()


def test_an_item_may_be_named_by_its_ticket(world: World) -> None:
    world.filed()
    with world.store() as store:
        assert asks.item_named(store, world.ticket().key) == world.item()
        with pytest.raises(asks.NotKnown, match="no action item or ticket OPS-99 is known"):
            asks.item_named(store, "OPS-99")


def test_a_waiver_names_the_tickets_that_stay_open(world: World) -> None:
    incident = world.filed()
    with world.store() as store:
        waived = asks.waive(store, incident.id, "a drill", world.clock.now())
        assert (waived.incident.id, waived.open_tickets) == (incident.id, (world.ticket().key,))


# A clear no.


@pytest.mark.parametrize("error", [Rejected("no"), AuthRefused("403"), NotFound("404")])
def test_a_refused_create_waits_an_hour_and_stays_a_failure(world: World, error: ConnectorError) -> None:
    world.tracker.faults.fail("create", lambda: error, times=100)
    world.story(ACTION)
    made = [calls(world, "create") for _ in range(4)]
    assert [count for count, _ in made] == [1, 0, 0, 0]
    assert [report.exit_code for _, report in made] == [1, 1, 1, 1]
    assert {(f.effect, f.error) for _, report in made for f in report.failed} == {("FileTicket", error.what)}
    world.wait(hours=1)
    assert calls(world, "create")[0] == 1


@pytest.mark.parametrize("change", ["retry", "row", "rules"])
def test_what_changes_or_is_asked_for_again_does_not_wait(world: World, change: str) -> None:
    world.tracker.faults.fail("create", lambda: Rejected("no"), times=1)
    incident = world.story(ACTION)
    world.once()
    if change == "retry":
        with world.store() as store:
            asks.retry(store, world.item().key, world.clock.now())
    elif change == "row":
        world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    else:
        world.rules = replace(world.rules, filings_a_cycle=49)
    assert calls(world, "create")[0] == 1
    assert world.item().ticket_id is not None


def test_a_refused_change_of_a_ticket_waits_until_the_ticket_changes(world: World) -> None:
    incident = world.filed()
    world.tracker.rejected = {"due_on": "not on the edit screen"}
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    assert [calls(world, "update")[0] for _ in range(4)] == [1, 0, 0, 0]
    world.tracker.rejected = {}
    world.tracker.edit(world.ticket().id, priority="Low")
    assert calls(world, "update")[0] == 1
    assert world.ticket().due_on == date(2026, 12, 15)


def test_a_refused_change_is_tried_again_when_somebody_asks(world: World) -> None:
    incident = world.filed()
    world.tracker.rejected = {"due_on": "not on the edit screen"}
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    world.once()
    world.tracker.rejected = {}
    with world.store() as store:
        asks.retry(store, world.item().key, world.clock.now())
    assert calls(world, "update")[0] == 1


def test_a_refused_edit_of_the_note_waits(world: World) -> None:
    world.filed()
    world.source.faults.fail("edit_note", lambda: Rejected("400"), times=100)
    world.tracker.move_to(world.ticket().id, Category.DONE)
    assert [calls(world, "edit_note")[0] for _ in range(4)] == [1, 0, 0, 0]


# A side that is down.


@pytest.mark.parametrize("error", [Transient("down", sent=True), RateLimited("wait", retry_after=60)])
def test_a_source_that_is_down_is_asked_for_one_dossier(world: World, error: ConnectorError) -> None:
    incidents = [world.story(f"ACTION: Step {number} @ana.ferreira") for number in range(5)]
    world.settled()
    for incident in incidents:
        world.source.say(incident.id, "one more thing")
    world.source.faults.fail("dossier", lambda: error, times=100)
    assert calls(world, "dossier")[0] == 1


@pytest.mark.parametrize(
    ("error", "most"),
    [
        (Transient("down", sent=False), 4),
        (Transient("down", sent=True), 4),
        (RateLimited("wait", retry_after=60), 1),
    ],
)
def test_a_tracker_that_is_down_is_asked_once_a_round(world: World, error: ConnectorError, most: int) -> None:
    world.story(*(f"ACTION: Step {number} @ana.ferreira" for number in range(10)))
    world.tracker.faults.fail("create", lambda: error, times=100)
    assert calls(world, "create")[0] <= most
    world.tracker.faults.clear()
    for _ in range(3):
        world.wait(minutes=6)
        world.once()
    assert len(world.tracker.tickets) == 10


def test_one_refused_dossier_leaves_the_others_alone(world: World) -> None:
    first, second = (world.filed(f"ACTION: Step {number} @ana.ferreira") for number in range(2))
    world.source.say(first.id, "one more thing")
    world.source.say(second.id, "ACTION: Step 5 @ana.ferreira")
    world.source.faults.fail("dossier", lambda: AuthRefused("403"), times=1)
    world.wait(minutes=1)
    report = world.once()
    assert not report.silent
    assert [malady.where for malady in report.quarantined] == [f"incident #{first.number}"]
    assert world.ticket("Step 5")
    world.wait(minutes=1)
    world.settled()


# What can't be read.


def test_a_part_that_cannot_be_read_keeps_what_was_known(world: World) -> None:
    incident = world.filed(ACTION, "We saw that the pool was exhausted.")
    key = world.item().key
    notes = world.source._notes[incident.id]
    world.source.say(incident.id, "later")
    world.source._notes[incident.id] = []
    world.source.maladies = (Malady(what="notes", where="notes", error="404"),)
    world.wait(minutes=1)
    world.once()
    with world.store() as store:
        dossier, complete = store.dossier(incident.id) or pytest.fail("gone")
    assert [note.id for note in dossier.notes] == [note.id for note in notes[: len(dossier.notes)]]
    assert dossier.notes
    assert not complete
    assert not world.item().source_gone
    assert world.item().key == key


def test_an_incident_that_is_gone_keeps_its_dossier(world: World) -> None:
    incident = world.filed()
    world.source.say(incident.id, "later")
    world.source.faults.fail("dossier", lambda: NotFound("there is no such incident"), times=10)
    world.wait(minutes=1)
    report = world.once()
    assert [malady.error for malady in report.quarantined] == ["there is no such incident"]
    with world.store() as store:
        assert store.dossier(incident.id)
    assert not world.item().source_gone


def test_one_incident_that_cannot_be_thought_about_is_set_aside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from callsheet.run import refresh  # noqa: PLC0415 - the module itself, to be patched

    monkeypatch.setattr(refresh, "collect", _raising)
    incident = world.story(ACTION)
    report = world.once()
    assert [(malady.where, malady.error) for malady in report.quarantined] == [(incident.id, "TypeError: odd")]


def test_reminders_that_cannot_be_thought_about_do_not_end_the_cycle(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "nudges", _raising)
    world.story(ACTION)
    report = world.once()
    assert report.counts["ticket.filed"] == 1
    assert [(malady.what, malady.error) for malady in report.quarantined] == [("a digest", "TypeError: odd")]


def _raising(*_: object, **__: object) -> None:
    raise TypeError("odd")


def test_what_was_mended_in_the_policy_is_no_longer_set_aside(world: World) -> None:
    ill = (Malady(what="an entry of the policy", where="policy.toml:3", error="odd"),)
    world.once(skipped=ill)
    world.settled()
    with world.store() as store:
        assert store.quarantined() == ()


def test_what_was_mended_in_a_document_is_no_longer_set_aside(world: World) -> None:
    incident = world.filed()
    with world.store() as store:
        ((_, publication),) = store.publications([incident.id]).items()
        place = f"{publication.location}:12"
        store.quarantine([("a row of the call sheet", place, "odd")], at=world.clock.now())
    world.type_cell(incident.id, "Add an alert", "Due", "2026-12-15")
    world.settled()
    with world.store() as store:
        assert store.quarantined() == ()


def test_a_cell_that_cannot_be_understood_is_set_aside_until_it_is_mended(world: World) -> None:
    incident = world.filed()
    world.type_cell(incident.id, "Add an alert", "Owner", "Bob Unknown")
    world.wait(minutes=1)
    (malady,) = world.once().quarantined
    assert (malady.what, malady.where) == ("a cell of the call sheet", f"{world.item().key} owner")
    world.wait(minutes=1)
    world.type_cell(incident.id, "Add an alert", "Owner", "Marcus Hill")
    world.settled()
    with world.store() as store:
        assert store.quarantined() == ()


# A lost database.


def test_a_lost_database_and_a_silent_tracker_swap_no_tickets(world: World) -> None:
    incident = world.story()
    note = world.source.say(incident.id, "ACTION: Second thing @ana.ferreira")
    world.wait(minutes=1)
    world.settled()
    world.wait(minutes=5)
    world.source.reword(incident.id, note, "ACTION: Brand new first @ana.ferreira\nACTION: Second thing @ana.ferreira")
    world.source.say(incident.id, "x")
    world.wait(minutes=5)
    world.settled()
    before = {item.spoken.title: item.ticket_id for item in world.items()}
    text = world.publisher.text(incident.id)
    world.lose_database()
    world.wait(minutes=10)
    world.tracker.faults.fail("changes", lambda: AuthRefused("expired"), times=1)
    world.once()
    assert world.items() == ()
    assert world.publisher.text(incident.id) == text
    for ask in (Ask(file_backfill=True, force=True), Ask()):
        world.wait(minutes=1)
        world.once(ask=ask)
    assert {item.spoken.title: item.ticket_id for item in world.items()} == before
    assert len(world.tracker.tickets) == 2


# Guards.


def test_a_backfill_that_the_guard_holds_back_releases_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, filings_a_cycle=2))
    for number in range(3):
        world.story(f"ACTION: Old {number} @ana.ferreira")
    world.wait(hours=1)
    world.once()
    world.wait(minutes=5)
    report = world.once(ask=Ask(file_backfill=True, past=True))
    assert [refusal.id for refusal in report.refused] == ["too-many-filings"]
    assert {item.hold for item in world.items()} == {Hold.BACKFILLED}
    world.wait(minutes=5)
    world.story("ACTION: Fresh @ana.ferreira")
    assert world.once().exit_code == 0
    assert [ticket.title for ticket in world.tracker.tickets] == ["Fresh"]
    world.wait(minutes=5)
    world.once(ask=Ask(file_backfill=True, past=True, force=True))
    assert len(world.tracker.tickets) == 4


def test_an_approval_is_used_up_although_a_publisher_is_out_of_reach(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, filings_a_cycle=2)).born()
    world.story(*(f"ACTION: First {number} @ana.ferreira" for number in range(3)))
    assert world.once().exit_code == 3
    with world.store() as store:
        asks.approve(store, "too-many-filings", world.clock.now())
    world.publisher.faults.fail("read_changed", lambda: Rejected("no such folder"), times=1000)
    world.wait(minutes=1)
    world.once()
    assert len(world.tracker.tickets) == 3
    world.wait(minutes=1)
    world.story(*(f"ACTION: Then {number} @ana.ferreira" for number in range(3)))
    assert world.once().exit_code == 3
    assert len(world.tracker.tickets) == 3


def test_mass_changes_are_held_back(tmp_path: Path) -> None:
    world = World(tmp_path).born()
    world.filed(*(f"ACTION: Step {number} @ana.ferreira" for number in range(3)))
    world.rules = replace(world.rules, filings_a_cycle=2)
    with world.store() as store:
        for item in store.items():
            asks.drop(store, item.key, "no", world.clock.now())
    report = world.once()
    assert [refusal.id for refusal in report.refused] == ["too-many-changes"]
    assert {ticket.category for ticket in world.tracker.tickets} == {Category.NEW}
    with world.store() as store:
        asks.approve(store, "too-many-changes", world.clock.now())
    world.wait(minutes=1)
    world.settled()
    assert {ticket.category for ticket in world.tracker.tickets} == {Category.DONE}


# Tickets that people made.


def test_a_hand_made_ticket_is_looked_at_again_when_its_incident_is_known(world: World) -> None:
    world.tracker.make(title="By hand", labels=("callsheet",), text="for #1001")
    world.wait(minutes=1)
    assert [malady.what for malady in world.once().quarantined]
    incident = world.story()
    assert incident.number == 1001
    for _ in range(2):
        world.wait(hours=13)
        world.once()
    assert [item.incident_id for item in world.items()] == [incident.id]
    with world.store() as store:
        assert store.quarantined() == ()


def test_a_hand_made_ticket_that_names_two_incidents_is_set_aside(world: World) -> None:
    first, second = world.story(), world.story()
    world.tracker.make(title="By hand", labels=("callsheet",), text=f"like #{first.number} and #{second.number}")
    world.wait(minutes=1)
    (malady,) = world.once().quarantined
    assert f"more than one incident (#{first.number}, #{second.number})" in malady.error
    assert world.items() == ()


# The database.


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    store = Store(tmp_path / "callsheet.db")
    with store.transaction():
        Store(tmp_path / "callsheet.db", busy_seconds=0).close()
    store.close()


def test_two_names_of_one_database_share_a_lock(tmp_path: Path) -> None:
    store = Store(tmp_path / "callsheet.db")
    (tmp_path / "other.db").symlink_to(tmp_path / "callsheet.db")
    other = Store(tmp_path / "other.db")
    with store.cycle_lock("run"), pytest.raises(StoreLocked), other.cycle_lock("once"):
        pass
    store.close()
    other.close()


def test_only_the_last_folder_is_made(tmp_path: Path) -> None:
    Store(tmp_path / "data" / "callsheet.db").close()
    with pytest.raises(NoFolder, match="does not exist; create it"):
        Store(tmp_path / "slip" / "data" / "callsheet.db")
    assert not (tmp_path / "slip").exists()


def test_a_database_that_can_not_be_opened_is_named(tmp_path: Path) -> None:
    path = tmp_path / "callsheet.db"
    path.write_text("this is no database, whatever its name says")
    with pytest.raises(sqlite3.DatabaseError, match=f"^{path}: file is not a database"):
        Store(path)


def _end_behind_its_back(store: Store) -> None:
    with store.transaction():
        store.database.conn.execute("ROLLBACK")
        raise ZeroDivisionError


def test_a_transaction_that_sqlite_ended_by_itself_tells_its_own_error(tmp_path: Path) -> None:
    store = Store(tmp_path / "callsheet.db")
    with pytest.raises(ZeroDivisionError):
        _end_behind_its_back(store)
    store.note_down("still", "works")
    store.close()


@pytest.mark.parametrize(
    "error",
    [
        lambda: sqlite3.OperationalError("database is locked"),
        lambda: sqlite3.DatabaseError("file is not a database"),
        lambda: NoFolder("its folder x does not exist; create it"),
    ],
)
def test_an_unusable_database_is_told_in_a_sentence(
    error: Callable[[], Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(error()) == 1
    assert str(error()) in capsys.readouterr().err


def test_an_approval_lasts_while_the_tracker_is_silent(tmp_path: Path) -> None:
    world = World(tmp_path, rules=replace(PLAIN_RULES, filings_a_cycle=2)).born()
    world.story(*(f"ACTION: Step {number} @ana.ferreira" for number in range(3)))
    world.once()
    with world.store() as store:
        asks.approve(store, "too-many-filings", world.clock.now())
    world.tracker.faults.fail("changes", lambda: Transient("down", sent=False), times=1)
    world.wait(minutes=1)
    world.once()
    world.wait(minutes=1)
    world.once()
    assert len(world.tracker.tickets) == 3


def test_a_deleted_row_of_a_noted_item_is_told_and_its_ticket_left_alone(world: World) -> None:
    incident = world.filed()
    world.cut_row(incident.id, "Add an alert")
    report = world.once()
    assert [(malady.what, malady.where) for malady in report.quarantined] == [("a deleted row", world.item().key)]
    assert world.item().open
    assert world.ticket().category is not Category.DONE
