"""Somebody is forgotten: nothing here names them afterwards, nothing brings them back, and the work goes on."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from callsheet.model.action_item import OwnerReason
from callsheet.model.ticket import Category
from callsheet.plan.forgetting import Forgotten
from callsheet.run.forgetting import AGAIN, forget, forget_again, remains, somebody
from callsheet.run.names import NotKnown
from callsheet.store import Store
from callsheet.testing.builders import make_person
from tests.unit.run.test_circulation import finish
from tests.unit.run.world import World

NOTES = "ACTION: Add an alert @ana.ferreira due 2026-12-18 P1\nACTION: Ask Ana Ferreira about it @marcus.hill"
NAMES = ("ana ferreira", "ana.ferreira", "p-ana")


class Shared(Store):
    """A store in whose forgetting another process writes between any two tables; it waits for nobody."""

    def __init__(self, path: Path, other: Store) -> None:
        super().__init__(path)
        self._other = other

    def _clean_table(self, table: str, forgotten: Forgotten) -> int:
        if table == "item":
            self._other.note_down("beside", table)
        return super()._clean_table(table, forgotten)


class Mortal(Store):
    """Its process is ended while tables are cleaned."""

    def _clean_table(self, table: str, forgotten: Forgotten) -> int:
        if table == "item":
            raise KeyboardInterrupt
        return super()._clean_table(table, forgotten)


class Meanwhile(Store):
    """Somebody else is forgotten while tables are cleaned."""

    def clean(self) -> dict[str, int]:
        changed = super().clean()
        self.note_down(AGAIN, "somebody else, just now")
        return changed


def lived(world: World) -> str:
    """Ana promised something, was named by others, did something, and was reminded of it."""
    incident = world.filed(NOTES, "ACTION: Fix the cache @ana.ferreira due 2026-11-03")
    world.wait(days=1)
    world.settled()
    world.wait(minutes=5)
    world.tracker.move_to(world.ticket("Fix the cache").id, Category.DONE)
    world.settled()
    world.wait(minutes=5)
    return incident.id


def forget_ana(world: World) -> None:
    with world.store() as store:
        forget(store, somebody(store, "ana.ferreira@example.com"), world.clock.now())


def naming(world: World) -> list[str]:
    """Everything in the database file that still names her, whatever table or free page it lies in."""
    text = b"".join(path.read_bytes() for path in sorted(world.folder.glob("callsheet.db*"))).decode("latin-1")
    return [name for name in NAMES if name in text.casefold()]


def test_the_database_and_our_texts_name_them_no_more_after_the_next_cycle(world: World) -> None:
    incident = lived(world)
    assert naming(world) == list(NAMES)
    assert "Ana Ferreira" in world.publisher.text(incident)
    forget_ana(world)
    world.settled()
    assert naming(world) == []
    assert [name for name in NAMES if name in world.publisher.text(incident).casefold()] == []
    (ours,) = [note.text for note in world.source.seen(incident) if "Post-mortem action items" in note.text]
    assert "former colleague" in ours
    # A title is people's words, and the tracker's too.
    assert [name for name in NAMES if name in ours.casefold()] == []


def test_the_world_brings_them_back_to_nobody(world: World) -> None:
    incident = lived(world)
    forget_ana(world)
    world.settled()
    world.wait(days=2)
    world.source.say(incident, "Ana Ferreira and @ana.ferreira looked at it again.")
    world.tracker.edit(world.ticket("Fix the cache").id, priority="Low")
    for _ in range(3):
        world.once()
        world.wait(hours=25)
    assert naming(world) == []


def test_afterwards_the_world_is_as_quiet_as_before(world: World) -> None:
    lived(world)
    forget_ana(world)
    world.settled()
    world.wait(minutes=5)
    before = world.written
    report = world.settled()
    assert (report.rounds, world.written) == (0, before)


def test_nothing_is_renamed_in_the_tracker_and_no_promise_is_lost(world: World) -> None:
    lived(world)
    titles = {ticket.title for ticket in world.tracker.tickets}
    forget_ana(world)
    world.settled()
    assert {ticket.title for ticket in world.tracker.tickets} == titles
    assert len(world.items()) == 3


def test_their_open_promises_go_to_the_fallback_owner_with_one_message(world: World) -> None:
    lived(world)
    read = len(world.notifier.inbox)
    forget_ana(world)
    for _ in range(3):
        world.settled()
        world.wait(hours=1)
    owner = world.ticket().owner
    assert owner is not None
    assert owner.name == "Grace Okafor"
    assert world.item().owner_reason is OwnerReason.FALLBACK_LEFT
    assert [message.digest.to.name for message in world.notifier.inbox[read:]] == ["Grace Okafor"]
    done = world.item("Fix the cache").owner
    assert done is not None
    assert done.name.startswith("former colleague ")


def test_the_ledger_stays_countable(world: World) -> None:
    lived(world)
    with world.store() as store:
        count = "SELECT count(*) AS n, count(DISTINCT subject) AS who FROM ledger"
        (before,) = store.database.query(count)
    forget_ana(world)
    with world.store() as store:
        (after,) = store.database.query(f"{count} WHERE event <> 'person.forgotten'")
        (told,) = store.database.query("SELECT detail FROM ledger WHERE event = 'person.forgotten'")
        (nudged,) = store.database.query("SELECT person_id FROM nudge")
    assert after == before
    assert "every table" in told["detail"]
    assert nudged["person_id"].endswith("@forgotten.invalid")


def test_a_cycle_that_was_under_way_does_not_bring_them_back(world: World) -> None:
    lived(world)
    with world.store() as store:
        held, told = store.items(every=True), store.people()
        forget(store, somebody(store, "@ana.ferreira"), world.clock.now())
        # It had them in its hands.
        store.save_items(held)
        assert [person.name for person in store.people() if person in told] == ["Grace Okafor", "Marcus Hill"]
    assert naming(world) != []
    world.settled()
    assert naming(world) == []


def test_a_daemon_writes_beside_it(world: World) -> None:
    lived(world)
    beside = Store(world.folder / "callsheet.db", busy_seconds=0)
    with closing(beside), closing(Shared(world.folder / "callsheet.db", beside)) as store:
        forget(store, somebody(store, "@ana.ferreira"), world.clock.now())
        assert beside.noted("beside") == "item"
    world.settled()
    assert naming(world) == []


def test_what_is_interrupted_is_ended_by_the_next_cycle(world: World) -> None:
    incident = lived(world)
    with closing(Mortal(world.folder / "callsheet.db")) as store, pytest.raises(KeyboardInterrupt):
        forget(store, somebody(store, "@ana.ferreira"), world.clock.now())
    assert naming(world) != []
    world.settled()
    assert naming(world) == []
    assert "Ana Ferreira" not in world.publisher.text(incident)


def test_who_is_forgotten_while_a_cycle_looks_again_is_looked_for_by_the_next(world: World) -> None:
    lived(world)
    forget_ana(world)
    with closing(Meanwhile(world.folder / "callsheet.db")) as store:
        forget_again(store)
        asked = store.noted(AGAIN)
        assert asked is not None
        assert asked.startswith("somebody else")


def test_what_is_not_ours_is_named(world: World) -> None:
    incident = lived(world)
    world.publisher.edit(incident, world.publisher.text(incident) + "\nThanks to Ana Ferreira!\n")
    world.settled()
    policy = 'a = 1\n[default_route]\nfallback_owner = "ana.ferreira@example.com"\n'
    with world.store() as store:
        left = remains(store, somebody(store, "P-ana.ferreira"), policy)
    assert left.tickets == tuple(sorted(t.key for t in world.tracker.tickets if "Limit" not in t.title))
    assert left.incidents == (1001,)
    assert len(left.documents) == 1
    assert left.policy == (3,)


def test_words_of_people_in_documents_stay(world: World) -> None:
    incident = lived(world)
    world.publisher.edit(incident, world.publisher.text(incident) + "\nThanks to Ana Ferreira!\n")
    world.settled()
    forget_ana(world)
    world.settled()
    text = world.publisher.text(incident)
    assert "Thanks to Ana Ferreira!" in text
    assert text.count("Ana Ferreira") == 1


def test_nobody_is_forgotten_by_mistake(world: World) -> None:
    lived(world)
    other = make_person(id="P-2", email="ana@example.org")
    with world.store() as store:
        store.save_people([other])
        with pytest.raises(NotKnown, match="Ana Ferreira is 2 people"):
            somebody(store, "Ana Ferreira")
        with pytest.raises(NotKnown, match=r"nobody is known as ana ferrera; .*, or did you mean Ana Ferreira"):
            somebody(store, "ana ferrera")
        one = somebody(store, "ana.ferreira")
    assert one.shared_names == ("Ana Ferreira",)
    assert one.traces.names == frozenset()
    assert "P-2" not in one.traces.ids


def test_who_has_left_both_sides_can_still_be_forgotten(world: World) -> None:
    lived(world)
    world.source.people = tuple(person for person in world.source.people if person.name != "Ana Ferreira")
    world.wait(days=2)
    world.settled()
    with world.store() as store:
        (ana,) = [person for person in store.people() if person.name == "Ana Ferreira"]
    assert not ana.active
    forget_ana(world)
    world.settled()
    assert naming(world) == []


def test_many_who_are_gone_at_once_are_rather_not_shown_to_us(world: World) -> None:
    world.source.people = world.source.people[:1]
    world.wait(days=2)
    world.settled()
    with world.store() as store:
        assert all(person.active for person in store.people())
        assert replace(store.people()[0], active=False) not in store.people()


def test_what_was_sent_to_them_is_remembered_without_them_and_nothing_more_is_sent(world: World) -> None:
    incident = world.story("Rolled back build 5001.")
    world.settled()
    finish(world, incident.id, "in review")
    world.settled()
    with world.store() as store:
        assert any(reader.endswith(":ana.ferreira@example.com") for reader in store.receipts("script:"))
    assert naming(world) != []
    read = len(world.notifier.inbox)
    forget_ana(world)
    for _ in range(3):
        world.settled()
        world.wait(days=1)
    assert naming(world) == []
    with world.store() as store:
        (reader,) = store.receipts("script:")
    assert reader.endswith("@forgotten.invalid")
    assert world.notifier.inbox[read:] == []


def test_nobody_writes_to_who_was_forgotten(world: World) -> None:
    incident = world.story("Rolled back build 5001.")
    world.settled()
    forget_ana(world)
    world.settled()
    finish(world, incident.id, "in review")
    world.settled()
    text = world.publisher.text(incident.id)
    world.publisher.edit(incident.id, text.replace("status: in review", "status: final", 1))
    world.settled()
    world.wait(minutes=10)
    world.settled()
    assert {message.digest.to.name for message in world.notifier.inbox} == {"Marcus Hill"}
