"""Parts that the policy gives to people."""

from dataclasses import replace
from typing import Any

from callsheet.model.incident import Dossier, Ref, Responder
from callsheet.model.person import Person
from callsheet.model.postmortem import Part
from callsheet.plan.parts import with_parts
from tests.unit.plan.test_skeleton import drawn, told
from tests.unit.render.story import ANA, MARCUS, at, entry, note

PEOPLE = (
    Person(id="PANA", name="Ana Ferreira", email="ana@example.com"),
    Person(id="PMARCUS", name="Marcus Hill", email="marcus@example.com"),
    Person(id="PGRACE", name="Grace Okafor", email="grace@example.com"),
)
PARTS = {"marcus@example.com": Part.SUPPORT, "pgrace": Part.EXPERT}


def parts_of(dossier: Dossier) -> dict[str, Part]:
    return {member.name: member.part for member in drawn(dossier).cast}


def story(**more: Any) -> Dossier:
    given = told(entry(3, "acknowledge", ANA), entry(74, "resolve", ANA), notes=(note(5, MARCUS, "Here."),))
    return replace(given, people=PEOPLE, **more)


def test_who_took_part_plays_the_policy_s_part() -> None:
    cast = {member.name: member for member in drawn(with_parts(story(), PARTS)).cast}
    assert cast["Marcus Hill"].part is Part.SUPPORT
    # The part stands there already: it is not told twice.
    assert cast["Marcus Hill"].remark is None


def test_who_had_no_part_gets_none_and_joining_is_taking_part() -> None:
    assert "Grace Okafor" not in parts_of(with_parts(story(), PARTS))
    asked = Responder(person=Ref(id="PGRACE", name="Grace Okafor"), state="pending", at=at(6))
    assert parts_of(with_parts(story(responders=(asked,)), PARTS))["Grace Okafor"] is Part.OBSERVER
    joined = replace(asked, state="joined")
    assert parts_of(with_parts(story(responders=(joined,)), PARTS))["Grace Okafor"] is Part.EXPERT


def test_a_custom_field_of_the_incident_goes_before_the_policy() -> None:
    given = story(roles=(("Incident commander", "Marcus Hill"),))
    assert parts_of(with_parts(given, PARTS))["Marcus Hill"] is Part.COMMANDER
