"""Seniority, turns, and who could manage the next incident."""

from dataclasses import replace
from datetime import timedelta

import pytest

from callsheet.model.incident import Incident, Ref, Responder
from callsheet.model.memory import Presence
from callsheet.model.person import Level, OnCall, Person
from callsheet.plan.casting import suggestions
from callsheet.plan.rules import CastingRules
from callsheet.plan.seniority import level_of, said_of
from callsheet.plan.turns import CastTally, Turn, tally, turn_by, turn_of
from callsheet.testing.builders import make_incident, make_priority
from tests.unit.plan.test_skeleton import told
from tests.unit.render.story import ANA, GRACE, MARCUS, at, entry, note

RULES = CastingRules()
ACK, END = entry(3, "acknowledge", ANA), entry(74, "resolve", ANA)
NOBODY = frozenset[str]()


def person(name: str, title: str | None = None) -> Person:
    return Person(id=f"P{name.upper()}", name=name, email=f"{name.lower()}@example.com", job_title=title)


def ours(_: str) -> bool:
    return False


# Levels.


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("VP Engineering", Level.LEADER),
        ("SVP, Platform", Level.LEADER),
        ("Chief Technology Officer", Level.LEADER),
        ("CTO", Level.LEADER),
        ("Head of  Reliability", Level.LEADER),
        ("Associate Director of Infrastructure", Level.LEADER),
        ("Engineering Manager", Level.LEADER),
        ("Senior Software Engineer", Level.SENIOR),
        ("Sr. SRE", Level.SENIOR),
        ("Staff Engineer", Level.SENIOR),
        ("Team Lead", Level.SENIOR),
        ("Incident Manager", Level.SENIOR),
        ("Junior Developer", Level.JUNIOR),
        ("Graduate engineer", Level.JUNIOR),
        ("Site Reliability Engineer", Level.ENGINEER),
        ("Leading-edge engineer", Level.ENGINEER),
        ("Internal tools engineer", Level.ENGINEER),
        ("", None),
        (None, None),
    ],
)
def test_a_job_title_tells_a_level(title: str | None, level: Level | None) -> None:
    assert level_of(person("Ana", title), RULES) is level


def test_the_policy_s_word_for_a_person_goes_before_its_words_for_titles_and_those_before_ours() -> None:
    rules = replace(
        RULES,
        people={"ana@example.com": Level.JUNIOR, "pbob": Level.LEADER},
        titles={"sre": Level.SENIOR, "sre i": Level.JUNIOR, "c++ (head of)": Level.ENGINEER},
    )
    assert level_of(person("Ana", "CTO"), rules) is Level.JUNIOR
    assert level_of(person("Bob", "SRE I"), rules) is Level.LEADER
    assert level_of(person("Cem", "SRE I"), rules) is Level.JUNIOR
    assert level_of(person("Dia", "SRE III"), rules) is Level.SENIOR
    assert level_of(person("Eve", "C++ (head of) things"), rules) is Level.ENGINEER


# Turns.


def test_the_commander_managed_it_else_the_first_to_acknowledge() -> None:
    story = told(ACK, END)
    assert turn_of(story, ours).manager == ANA.id
    people = (Person(id=MARCUS.id, name="Marcus Hill"),)
    assert turn_of(replace(story, roles=(("Incident Commander", "Marcus Hill"),), people=people), ours).manager == (
        MARCUS.id
    )


def test_who_acts_without_being_called_is_uncalled() -> None:
    story = told(
        entry(1, "notify", None, ANA),
        ACK,
        END,
        notes=(note(5, GRACE, "Roll it back."),),
    )
    assert turn_of(story, ours).uncalled == {GRACE.id}


@pytest.mark.parametrize("how", ["paged", "asked", "role", "policy", "after the end", "handed over"])
def test_whoever_was_called_in_any_way_is_not(how: str) -> None:
    grace = Ref(id=GRACE.id, name="Grace Okafor")
    paged = entry(1, "notify", None, ANA)
    story = told(paged, ACK, END, notes=(note(80 if how == "after the end" else 5, GRACE, "Roll it back."),))
    policy = {GRACE.id} if how == "policy" else NOBODY
    if how in {"paged", "handed over"}:
        kind = "notify" if how == "paged" else "delegate"
        story = replace(story, entries=(paged, ACK, entry(4, kind, ANA, GRACE), END))
    if how == "asked":
        story = replace(story, responders=(Responder(person=grace, state="pending", at=at(9)),))
    if how == "role":
        people = (Person(id=GRACE.id, name="Grace Okafor"),)
        story = replace(story, roles=(("Communications lead", "grace okafor"),), people=people)
    assert turn_of(story, ours, policy).uncalled == NOBODY


def test_to_report_an_incident_is_not_to_take_it_over_and_our_own_note_is_nobody_s() -> None:
    story = told(entry(0, "trigger", GRACE), entry(1, "notify", None, ANA), ACK, END)
    assert turn_of(story, ours).uncalled == NOBODY
    noted = replace(story, notes=(note(5, GRACE, "Ours."),))
    assert turn_of(noted, lambda text: text == "Ours.").uncalled == NOBODY


def test_without_a_dossier_the_feed_tells_who_managed_it_and_who_was_uncalled() -> None:
    ana = Presence(person_id=ANA.id, called_at=at(1), acted_at=at(3), acknowledged_at=at(3))
    early = Presence(person_id=MARCUS.id, called_at=at(1), acted_at=at(2))
    grace = Presence(person_id=GRACE.id, called_at=at(9), acted_at=at(5))
    late = Presence(person_id="PLATE", acted_at=at(400))
    head = replace(make_incident(), resolved_at=at(74))
    turn = turn_by(head, (ana, early, grace, late))
    assert (turn.manager, turn.uncalled) == (ANA.id, {GRACE.id})
    assert turn_by(head, (ana, grace), {GRACE.id}).uncalled == NOBODY
    assert turn_by(head, (grace, early)).manager == MARCUS.id
    assert turn_by(head, (replace(grace, called_at=None),)).manager is None


def incident(rank: int, days: int = 0) -> Incident:
    return replace(make_incident(priority=make_priority(rank)), created_at=at(0) - timedelta(days=days))


def test_the_tally_is_by_priority_and_holds_no_name() -> None:
    people = {p.id: p for p in (person("Ana", "Senior SRE"), person("Bob", "Junior SRE"), person("Zoe", "CTO"))}
    turns = [
        Turn(incident=incident(1), manager="PANA", uncalled=frozenset({"PZOE"})),
        Turn(incident=incident(1), manager="PBOB", uncalled=frozenset({"PANA"})),
        Turn(incident=incident(1), manager="PSTRANGER", uncalled=frozenset({"PSTRANGER"})),
        Turn(incident=incident(4), manager="PANA"),
    ]
    assert tally(turns, people, RULES) == {
        "P1": CastTally(incidents=3, took_over=1, matched=1, below=1, above=0, unknown=1),
        "P4": CastTally(incidents=1, took_over=0, matched=0, below=0, above=1, unknown=0),
    }
    assert not any(each.name in repr(tally(turns, people, RULES)) for each in people.values())


# Words in a document.


def test_a_document_speaks_of_the_rota_and_only_where_it_matters() -> None:
    below = said_of(Level.ENGINEER, Level.SENIOR, "P1") or ""
    assert "For a P1 the policy asks for the level senior; the level on duty was engineer" in below
    assert "question to the rota" in below
    assert "a slot to learn in" in (said_of(Level.SENIOR, Level.JUNIOR, "P4") or "")
    assert said_of(Level.SENIOR, Level.SENIOR, "P1") is None
    assert said_of(Level.LEADER, Level.SENIOR, "P1") is None
    assert said_of(Level.ENGINEER, Level.JUNIOR, "P4") is None


# Suggestions.


TEAM = {
    p.id: p
    for p in (
        person("Ana", "Senior SRE"),
        person("Ben", "Senior SRE"),
        person("Cem", "SRE"),
        person("Dia", "Junior SRE"),
        person("Eve", "CTO"),
    )
}


def duty(name: str, rung: int = 1) -> OnCall:
    return OnCall(person_id=f"P{name.upper()}", name=name, policy="Checkout", rung=rung)


def test_seniority_is_matched_to_priority_and_the_low_ones_are_for_learning() -> None:
    found = suggestions([duty(name) for name in ("Ana", "Cem", "Dia", "Eve")], TEAM, (), RULES)
    assert [(each.priority, each.first.name if each.first else None, each.fits) for each in found] == [
        ("P1", "Ana", True),
        ("P2", "Ana", True),
        ("P3", "Cem", True),
        ("P4", "Dia", True),
        ("P5", "Dia", True),
    ]
    assert [(each.training, each.beside.name if each.beside else None) for each in found[2:4]] == [
        (False, None),
        (True, "Ana"),
    ]


def test_among_equals_the_one_with_fewest_turns_then_the_longest_rested_then_who_is_paged_first() -> None:
    both = [duty("Ana"), duty("Ben", rung=2)]
    ana, ben = (
        (lambda days: Turn(incident=incident(1, days), manager="PANA")),
        (lambda days: Turn(incident=incident(1, days), manager="PBEN")),
    )
    first = [
        suggestions(both, TEAM, turns, RULES)[0].first for turns in ((), (ana(3),), (ana(3), ben(9)), (ana(9), ben(3)))
    ]
    assert [each.name if each else None for each in first] == ["Ana", "Ben", "Ben", "Ana"]


def test_without_the_wanted_level_the_nearest_above_is_named_then_the_nearest_below_and_the_unknown_last() -> None:
    def p1(*names: str) -> list[str]:
        found = suggestions([duty(name) for name in names], TEAM, (), RULES)[0]
        assert not found.fits
        return [each.name for each in (found.first, *found.others) if each]

    assert p1("Stranger", "Dia", "Cem", "Eve") == ["Eve", "Cem", "Dia", "Stranger"]


def test_nobody_on_call_is_said_and_several_duties_are_one_candidate() -> None:
    assert [each.first for each in suggestions((), TEAM, (), RULES)] == [None] * 5
    twice = [duty("Ana", rung=2), replace(duty("Ana"), policy="Payments")]
    (found,) = [each for each in suggestions(twice, TEAM, (), RULES) if each.priority == "P1"]
    assert found.first is not None
    assert (found.first.policies, found.first.rung, found.others) == (("Checkout", "Payments"), 1, ())
