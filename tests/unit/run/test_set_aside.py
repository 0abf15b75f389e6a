"""What can't be read or understood is set aside until it is mended, and the rest goes on."""

from __future__ import annotations

import pytest

from callsheet.connect.errors import NotFound
from callsheet.connect.ports import Malady
from callsheet.model.ticket import Category
from callsheet.plan import decide as deciding
from tests.unit.run.world import ACTION, World


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


def test_a_document_that_cannot_be_read_stays_set_aside_while_its_incident_goes_on(world: World) -> None:
    incident = world.filed()
    with world.store() as store:
        ((_, publication),) = store.publications([incident.id]).items()
        ill = ("post-mortem file", publication.location, "it is not UTF-8")
        store.quarantine([ill], at=world.clock.now())
    world.tracker.move_to(world.ticket().id, Category.DONE)
    world.wait(minutes=5)
    world.once()
    with world.store() as store:
        assert store.quarantined() == (ill,)


def test_a_document_that_was_renamed_leaves_nothing_set_aside_under_its_old_name(world: World) -> None:
    incident = world.filed()
    location, text = world.publisher.shelf[incident.id]
    world.publisher.shelf[incident.id] = location, text.replace("## Call sheet", "ACTION: in passing\n\n## Call sheet")
    world.wait(minutes=1)
    world.once()
    _, text = world.publisher.shelf[incident.id]
    world.publisher.shelf[incident.id] = "renamed.md", f"{text}\nMore words.\n"
    world.wait(minutes=1)
    world.once()
    with world.store() as store:
        assert [place.partition(":")[0] for _, place, _ in store.quarantined()] == ["renamed.md"]


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


def test_words_of_a_note_that_lead_nowhere_are_told_as_the_notes(world: World) -> None:
    world.once()
    world.story("ACTION: Rebuild nightly @ana.ferreira due next sprint")
    (malady,) = world.once().quarantined
    assert (malady.what, malady.where) == ("words of a note", f"{world.item('Rebuild nightly').key} due")
    assert malady.error.startswith("the note of Ana Ferreira on incident #1001, ")
    assert "“Rebuild nightly”: Due “next sprint” can't be read; it stays " in malady.error


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


def test_a_deleted_row_of_a_noted_item_is_told_and_its_ticket_left_alone(world: World) -> None:
    incident = world.filed()
    world.cut_row(incident.id, "Add an alert")
    report = world.once()
    assert [(malady.what, malady.where) for malady in report.quarantined] == [("a deleted row", world.item().key)]
    assert world.item().open
    assert world.ticket().category is not Category.DONE
