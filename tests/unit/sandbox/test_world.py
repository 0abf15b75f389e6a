"""The seeded world: the same twice, believable, and going on by itself."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from callsheet.sandbox.control import Control

from .office import NOW, Office, open_office


def dump(office: Office) -> str:
    return json.dumps(Control(office.front, lambda _: {}).state())


def test_the_same_seed_number_and_now_make_the_same_world_byte_for_byte() -> None:
    assert dump(open_office()) == dump(open_office())
    assert dump(open_office(seed=2)) != dump(open_office())


def test_looking_at_one_incident_first_changes_nothing_elsewhere() -> None:
    looked, fresh = open_office(), open_office()
    looked.pagerduty.get(f"/incidents/{looked.scene('pool')}/log_entries")
    assert dump(looked) == dump(fresh)


def test_exactly_as_many_incidents_as_asked_for_have_happened() -> None:
    assert [len(open_office(incidents=count).world.pagerduty.incidents) for count in (0, 5, 24)] == [0, 5, 24]


def test_an_incident_has_about_as_many_log_entries_as_in_life(office: Office) -> None:
    paging = office.world.pagerduty
    counts = [len(paging.reel(each).events) for each in paging.incidents]
    assert min(counts) >= 25
    assert max(counts) <= 38


def test_log_entries_share_seconds(office: Office) -> None:
    paging = office.world.pagerduty
    moments = Counter(event.at for event in paging.events(paging.incidents[4]))
    assert moments.most_common(1)[0][1] > 1


def test_two_incidents_older_than_45_days_are_still_open(office: Office) -> None:
    paging = office.world.pagerduty
    old = [each for each in paging.incidents if (NOW - each.created_at).days >= 45]
    assert [paging.state(each).status for each in old] == ["acknowledged", "acknowledged"]


def test_the_notes_hold_actions_in_every_form_and_decoys(office: Office) -> None:
    office.advance(days=14)
    text = "\n".join(note.text for notes in office.world.pagerduty.notes.values() for note in notes)
    for wanted in (
        r"ACTION: .* @engineer_handle due \w{3} \d+ P2",
        r"^TODO: ",
        r"^AI: ",
        r"^- \[ \] ",
        r"^Action Item: .*\nOwner: @\S+\nDue: \d{4}",
        r"^Owner: [A-Z]\w+ [A-Z]\w+$",
        r"owner \S+@larkspur\.example",
        r"@weber ",
        r"@ana$",
        r"due Friday",
        r"due in 2 weeks",
        r"^HOLD: ",
        r"BELIEF: ",
        r"I think ",
        r"```[^`]*ACTION: ",
        r"^> ACTION: ",
        r"The next action: wait",
    ):
        assert re.search(wanted, text, re.MULTILINE), wanted


def test_a_serious_incident_with_several_actions_ends_within_a_day(empty_office: Office) -> None:
    office = open_office()
    known = {each.id for each in office.world.pagerduty.incidents}
    office.advance(hours=24)
    paging = office.world.pagerduty
    new = [each for each in paging.incidents if each.id not in known]
    ended = [each for each in new if paging.is_resolved(each) and paging.state(each).priority in ("P1", "P2")]
    notes = "\n".join(note.text for each in ended for note in paging.notes_of(each))
    assert len(ended) >= 2
    assert len(re.findall(r"^(?:ACTION|TODO|Action Item):", notes, re.MULTILINE)) >= 4


def test_an_empty_world_stays_quiet(empty_office: Office) -> None:
    empty_office.advance(days=100)
    assert empty_office.world.pagerduty.incidents == []


def test_a_scripted_incident_triggers_is_worked_on_and_resolves_as_time_passes(office: Office) -> None:
    incident = office.scene("certificate")
    assert office.pagerduty.ask("GET", f"/incidents/{incident}").status == 404
    seen = []
    for minutes in (90, 20, 90):
        office.advance(minutes=minutes)
        seen.append(office.pagerduty.get(f"/incidents/{incident}")["incident"]["status"])
    assert seen == ["triggered", "acknowledged", "resolved"]


def test_numbers_follow_time_also_for_incidents_triggered_by_hand(office: Office) -> None:
    office.advance(days=2)
    paging = office.world.pagerduty
    user = office.world.company.people[0].id
    service = office.world.company.services[0].id
    paging.trigger(title="By hand", service=service, urgency="high", priority="P1", user=user)
    office.advance(days=3)
    numbers = [each.number for each in paging.incidents]
    assert numbers == sorted(set(numbers))


def test_the_company_holds_its_traps(office: Office) -> None:
    names = [person.name for person in office.world.company.people]
    last, first = Counter(name.split()[-1] for name in names), Counter(name.split()[0] for name in names)
    assert last["Weber"] == 2
    assert first["Ana"] == 2
    assert {person.jira for person in office.world.company.people} == {
        "full",
        "hidden",
        "missing",
        "inactive",
        "unassignable",
    }


@pytest.mark.parametrize("count", [3, 200])
def test_any_number_of_incidents_can_be_asked_for(count: int) -> None:
    office = open_office(incidents=count)
    assert office.pagerduty.get("/log_entries", total="true")["total"] > 20 * count
