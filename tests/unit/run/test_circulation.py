"""A final document goes to everybody who had a part in it: once, with receipts in the document and in the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callsheet.document.regions import regions_of
from callsheet.run.explaining import explain
from tests.unit.run.world import World

UNKNOWN = "*unknown until the review; write them here.*"


def finish(world: World, incident_id: str, status: str = "final", causes: str = "A cold cache.") -> None:
    """A person writes down what brought it about, and sets the document's status."""
    text = world.publisher.text(incident_id).replace(UNKNOWN, causes, 1)
    assert "status: draft" in text
    world.publisher.edit(incident_id, text.replace("status: draft", f"status: {status}", 1))


def sent(world: World, **more: Any) -> None:
    """The document is seen as final, and has rested."""
    world.settled(**more)
    world.wait(minutes=10)
    world.settled(**more)


def circulated(world: World) -> list[str]:
    return [each.digest.to.name for each in world.notifier.inbox if each.subject.startswith("Post-mortem, final")]


def test_a_final_document_circulates_once_and_the_receipts_stand_in_it(world: World) -> None:
    incident = world.story("Rolled back build 5001.")
    world.settled()
    assert circulated(world) == []
    finish(world, incident.id)
    sent(world)
    told = circulated(world)
    assert "Ana Ferreira" in told
    assert len(told) == len(set(told))
    circulation = regions_of(world.publisher.text(incident.id))["circulation"].content
    assert "- Ana Ferreira: sent on 2 November 2026 at" in circulation
    assert "reviewed: final" in world.publisher.text(incident.id)
    with world.store() as store:
        explained = explain(store, world.rules, str(incident.number), world.clock.now())
    assert explained is not None
    lines = [line for line in explained.lines if line.event == "report.sent"]
    assert len(lines) == len(told)
    # Nothing more, whatever happens to the document.
    world.wait(days=1)
    text = world.publisher.text(incident.id)
    world.publisher.edit(incident.id, text.replace("status: final", "status: in review", 1))
    world.settled()
    text = world.publisher.text(incident.id)
    world.publisher.edit(incident.id, text.replace("status: in review", "status: final", 1))
    sent(world)
    assert circulated(world) == told


def test_no_other_status_circulates_anything(world: World) -> None:
    incident = world.story("Rolled back build 5001.")
    world.settled()
    for status in ("in review", "waived", "done"):
        finish(world, incident.id, status)
        found = world.once().quarantined
        # A word that is none of ours is named, and counts as a draft.
        assert [malady.what for malady in found] == (["the front matter"] if status == "done" else [])
        text = world.publisher.text(incident.id)
        world.publisher.edit(incident.id, text.replace(f"status: {status}", "status: draft", 1))
    assert circulated(world) == []


def test_without_a_channel_it_says_so_and_it_goes_once_there_is_one(world: World) -> None:
    world.has_notifier = False
    incident = world.story("Rolled back build 5001.")
    world.settled()
    finish(world, incident.id)
    sent(world)
    circulation = regions_of(world.publisher.text(incident.id))["circulation"].content
    assert circulated(world) == []
    assert "No channel is configured" in circulation
    assert "- Ana Ferreira: not sent\n" in circulation
    world.has_notifier = True
    world.wait(days=30)
    # As the composition root prints it: a channel is a part of the house.
    sent(world, rules_print="with a channel")
    assert "Ana Ferreira" in circulated(world)
    world.settled(rules_print="with a channel")
    circulation = regions_of(world.publisher.text(incident.id))["circulation"].content
    assert "- Ana Ferreira: sent on" in circulation
    assert "No channel" not in circulation


def test_the_policy_adds_readers_who_had_no_part_in_it(world: World) -> None:
    """By id, or by an address that the account does not know; each of them once, whoever else names them."""
    readers = ("head.of.support@example.com", "Ana.Ferreira@example.com", world.source.people[2].id)
    world.rules = replace(world.rules, theatre=replace(world.rules.theatre, circulate=readers))
    incident = world.story("Rolled back build 5001.")
    world.settled()
    finish(world, incident.id)
    sent(world)
    told = circulated(world)
    assert {"head.of.support@example.com", "Ana Ferreira", world.source.people[2].name} <= set(told)
    thanked = {each.digest.to.name for each in world.notifier.inbox if "Thank you for your part." in each.body}
    assert "Ana Ferreira" in thanked
    assert "head.of.support@example.com" not in thanked
    assert len(told) == len(set(told))
    circulation = regions_of(world.publisher.text(incident.id))["circulation"].content
    assert "- head.of.support@example.com: sent on 2 November 2026 at" in circulation


def test_who_joins_the_list_later_gets_no_heap_of_old_documents(world: World) -> None:
    incident = world.story("Rolled back build 5001.")
    world.settled()
    finish(world, incident.id)
    sent(world)
    told = circulated(world)
    world.wait(days=8)
    world.rules = replace(world.rules, theatre=replace(world.rules.theatre, circulate=("late@example.com",)))
    world.settled()
    assert circulated(world) == told


def test_a_slip_is_taken_back_before_it_goes(world: World) -> None:
    incident = world.story("Rolled back build 5001.")
    world.settled()
    finish(world, incident.id)
    world.settled()
    world.wait(minutes=9)
    text = world.publisher.text(incident.id)
    world.publisher.edit(incident.id, text.replace("status: final", "status: in review", 1))
    world.settled()
    world.wait(days=1)
    world.settled()
    assert circulated(world) == []


def test_a_final_document_without_its_causes_waits_and_says_so_until_somebody_decides(world: World) -> None:
    incident = world.story("Rolled back build 5001.")
    world.settled()
    finish(world, incident.id, causes=UNKNOWN)
    (malady,) = world.once().quarantined
    assert "its root causes are unknown" in malady.error
    world.wait(minutes=10)
    world.once()
    text = world.publisher.text(incident.id)
    assert circulated(world) == []
    assert "it is final, but its root causes are unknown" in text
    world.publisher.edit(incident.id, text.replace("status: final", "status: final as it is", 1))
    world.settled()
    assert circulated(world) != []
    assert "its root causes are unknown: write them" not in world.publisher.text(incident.id)


def test_the_letter_leads_to_the_page_and_counts_in_whole_sentences(world: World) -> None:
    incident = world.story("ACTION: Warm the cache @ana.ferreira due 2026-11-20 P1")
    world.settled()
    # A row that repeats the note's words is no promise of its own.
    world.type_row(incident.id, "Warm the cache")
    world.wait(minutes=1)
    world.settled()
    finish(world, incident.id)
    with world.app() as app:
        house = replace(app.house, public_url="https://callsheet.example.com")
    sent(world, house=house)
    body = next(each.body for each in world.notifier.inbox if each.subject.startswith("Post-mortem, final"))
    assert f"https://callsheet.example.com/incidents/{incident.id}" in body
    assert "It stands in" not in body
    assert "1 promise came of it; it is still open." in body
