"""From a daemon's store to the figures of a season."""

from dataclasses import replace
from datetime import date

from callsheet.model.person import Level
from callsheet.model.ticket import Category
from callsheet.plan.rules import Rules
from callsheet.plan.season import Figures, figures
from callsheet.run.seasons import record
from callsheet.testing.builders import make_priority
from tests.unit.run.world import World

PROMISE = "ACTION: Add an alert @ana.ferreira due 2026-11-20"


def season(world: World, name: str = "2026-Q4") -> Figures:
    found = world.rules.seasons.called(name)
    assert found
    with world.store() as store:
        return figures(found, record(store), world.rules, world.clock.now())


def test_only_what_was_filed_or_adopted_is_promised(world: World) -> None:
    world.story(PROMISE)
    assert season(world).total.promised == 0
    world.settled()
    told = season(world)
    assert (told.total.promised, told.total.open, told.days.incident_to_filed) == (1, 1, 0.0)
    assert (told.investigated.incidents, told.investigated.complete) == (1, 0)


def test_what_the_backfill_held_back_was_promised_to_nobody(world: World) -> None:
    world.lose_database()
    world.story(PROMISE)
    world.settled()
    told = season(world)
    assert (told.total.promised, told.investigated.incidents, told.days.incident_to_postmortem) == (0, 1, None)


def test_a_date_that_moved_on_in_the_tracker_is_renewed_in_its_old_season(world: World) -> None:
    world.filed(PROMISE)
    world.tracker.edit(world.ticket().id, due_on=date(2027, 2, 1))
    world.wait(minutes=5)
    world.settled()
    assert (season(world).total.renewed, season(world, "2027-Q1").total.open) == (1, 1)
    world.tracker.edit(world.ticket().id, due_on=date(2026, 12, 1))
    world.wait(minutes=5)
    world.settled()
    assert (season(world).total.open, season(world, "2027-Q1").total.promised) == (1, 0)


def test_a_date_that_the_tracker_never_took_is_no_promise(world: World) -> None:
    incident = world.filed(PROMISE)
    world.tracker.rejected["due_on"] = "not so late"
    world.type_cell(incident.id, "Add an alert", "Due", "2027-02-01")
    world.once()
    assert world.item().terms.due_on == date(2027, 2, 1)
    with world.store() as store:
        assert store.due_dates() == {world.item().key: (date(2026, 11, 20),)}


def test_a_held_review_and_stated_causes_make_an_investigation_complete(world: World) -> None:
    world.rules = replace(Rules(), default_route=world.rules.default_route)
    incident = world.filed(PROMISE)
    text, heading = world.publisher.text(incident.id), "## Contributing factors\n"
    assert heading in text
    world.publisher.edit(incident.id, text.replace(heading, f"{heading}\nThe pool was small.\n"))
    world.tracker.move_to(world.ticket("Hold the blameless review").id, Category.DONE)
    world.wait(minutes=5)
    world.settled()
    told = season(world).investigated
    assert (told.incidents, told.reviewed, told.causes, told.complete) == (1, 1, 1, 1)


def test_a_leader_who_acts_uncalled_is_counted_without_a_post_mortem_and_without_a_request(world: World) -> None:
    marcus = world.source.people[1]
    level = replace(world.rules.casting, people={str(marcus.email): Level.LEADER})
    world.rules = replace(world.rules, casting=level)
    world.settled()
    world.wait(minutes=5)
    small = world.source.happen(priority=make_priority(4), resolved_at=None)
    world.source.say(small.id, "Looking.")
    world.wait(minutes=1)
    world.source.say(small.id, "Let me through.", by=marcus)
    world.source.resolve(small.id)
    world.wait(minutes=5)
    report = world.settled()
    assert (report.counts["postmortem.opened"], world.source.faults.calls["dossier"]) == (0, 0)
    found = world.rules.seasons.called("2026-Q4")
    assert found
    with world.store() as store:
        told = figures(found, record(store, with_turns=True), world.rules, world.clock.now())
    assert {name: (each.incidents, each.took_over) for name, each in told.casting.items()} == {"P4": (1, 1)}
