"""Each actor gets their lines and open questions when a person has set the document to `in review`."""

from __future__ import annotations

from dataclasses import replace

from callsheet.run.explaining import explain
from callsheet.testing.twins import MemoryNotifier
from tests.unit.run.world import World


def send_to_review(world: World, incident_id: str) -> None:
    text = world.publisher.text(incident_id)
    world.publisher.edit(incident_id, text.replace("status: draft", "status: in review", 1))


def letters(notifier: MemoryNotifier) -> list[tuple[str, str]]:
    return [(each.digest.to.name, each.body) for each in notifier.inbox if each.subject.startswith("Your lines")]


def test_each_actor_gets_their_own_lines_and_questions_once(world: World) -> None:
    incident = world.story("Rolled back build 5001.")
    world.source.say(incident.id, "BELIEF: the cache is cold", by=world.source.people[1])
    world.settled()
    assert letters(world.notifier) == []
    send_to_review(world, incident.id)
    world.settled()
    told = dict(letters(world.notifier))
    assert set(told) >= {"Ana Ferreira"}
    assert "You noted: “Rolled back build 5001.”" in told["Ana Ferreira"]
    assert "What only you can tell" in told["Ana Ferreira"]
    assert "the cache is cold" not in told["Ana Ferreira"]
    with world.store() as store:
        explained = explain(store, world.rules, str(incident.number), world.clock.now())
    assert explained is not None
    lines = [line for line in explained.lines if line.event == "report.sent"]
    assert {line.key for line in lines} == {f"script:{incident.id}:ana.ferreira@example.com"}
    # Once, whatever happens to the document.
    for _ in range(3):
        world.wait(days=1)
        world.settled()
    assert len(letters(world.notifier)) == len(told)


def test_they_come_in_the_actor_s_own_working_hours(world: World) -> None:
    ana, *others = world.source.people
    world.source.people = (replace(ana, time_zone="America/New_York"), *others)
    incident = world.story("Rolled back build 5001.")
    world.settled()
    send_to_review(world, incident.id)
    world.settled()
    # Half past nine in the morning in London is the night in New York.
    assert letters(world.notifier) == []
    world.wait(hours=4)
    world.settled()
    assert letters(world.notifier) == []
    world.wait(hours=1)
    world.settled()
    assert [name for name, _ in letters(world.notifier)] == ["Ana Ferreira"]


def test_the_policy_may_keep_them_at_home(world: World) -> None:
    world.rules = replace(world.rules, theatre=replace(world.rules.theatre, lines=False))
    incident = world.story("Rolled back build 5001.")
    world.settled()
    send_to_review(world, incident.id)
    world.settled()
    assert letters(world.notifier) == []


def test_whom_no_channel_reaches_is_no_failure_in_every_cycle(world: World) -> None:
    world.notifier.reach = lambda _: False
    incident = world.story("Rolled back build 5001.")
    world.settled()
    send_to_review(world, incident.id)
    world.settled()
    assert letters(world.notifier) == []
    world.wait(hours=1)
    assert world.settled().rounds == 0
