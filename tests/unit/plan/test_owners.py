"""Owners' words matched to people: one person beyond doubt, or nobody and why."""

import pytest

from callsheet.model.action_item import OwnerReason
from callsheet.model.person import Person
from callsheet.plan.owners import candidates, find_owner, known_as

ANN = Person(id="PANN", name="Ann Lee", email="ann.lee@larkspur.example")
ANN_OUTSIDE = Person(id="PANN2", name="Ann Other", email="Ann.Lee@contractor.example")
JANE = Person(id="PJANE", name="Jane Doe", email="jane@larkspur.example")
JANE_TOO = Person(id="PJANE2", name="Jane  Doe", email="jdoe@larkspur.example")
BOB_WHO_LEFT = Person(id="PBOB", name="Bob Ray", email="bob@larkspur.example", active=False)
JOSE = Person(id="PJOSE", name="José Müller")
MAX = Person(id="PMAX", name="Max Weiß", email="max@larkspur.example")
PEOPLE = (ANN, ANN_OUTSIDE, JANE, JANE_TOO, BOB_WHO_LEFT, JOSE, MAX)
ALIASES = {
    "@DB-Team": "Max@Larkspur.example",
    "the night shift": "PJOSE",
    "jane": "PANN",
    "bobby": "bob@larkspur.example",
    "nobody-there": "gone@larkspur.example",
}


@pytest.mark.parametrize(
    ("words", "person", "reason"),
    [
        pytest.param("@db-team", MAX, OwnerReason.ALIAS, id="an-alias-with-another-case"),
        pytest.param("DB-Team", MAX, OwnerReason.ALIAS, id="an-alias-without-its-at-sign"),
        pytest.param("The  Night Shift", JOSE, OwnerReason.ALIAS, id="an-alias-to-a-person-id"),
        pytest.param("@jane", ANN, OwnerReason.ALIAS, id="an-alias-before-a-local-part"),
        pytest.param("JANE@larkspur.example", JANE, OwnerReason.EMAIL, id="an-address-in-any-case"),
        pytest.param("@max@larkspur.example", MAX, OwnerReason.EMAIL, id="an-address-behind-an-at-sign"),
        pytest.param("Max W. <max@larkspur.example>", MAX, OwnerReason.EMAIL, id="an-address-behind-a-name"),
        pytest.param("ann.lee@larkspur.example", ANN, OwnerReason.EMAIL, id="an-address-that-another-begins-like"),
        pytest.param("@max", MAX, OwnerReason.LOCAL_PART, id="a-handle"),
        pytest.param("MAX", MAX, OwnerReason.LOCAL_PART, id="a-handle-without-its-at-sign"),
        pytest.param("@jdoe.", JANE_TOO, OwnerReason.LOCAL_PART, id="a-handle-before-a-full-stop"),
        pytest.param("ann  LEE", ANN, OwnerReason.FULL_NAME, id="a-full-name-in-any-case-and-spacing"),
        pytest.param("@Ann Lee", ANN, OwnerReason.FULL_NAME, id="a-full-name-behind-an-at-sign"),
        pytest.param('@"Ann Lee"', ANN, OwnerReason.FULL_NAME, id="a-quoted-name"),
        pytest.param("@[Ann Lee]", ANN, OwnerReason.FULL_NAME, id="a-bracketed-name"),
        pytest.param("MAX WEISS", MAX, OwnerReason.FULL_NAME, id="a-name-whose-capitals-are-spelt-out"),
        pytest.param("Jose\u0301 Mu\u0308ller", JOSE, OwnerReason.FULL_NAME, id="a-name-in-composed-letters"),
        pytest.param("Ann\u00a0Lee\u200b", ANN, OwnerReason.FULL_NAME, id="a-name-with-invisible-signs"),
    ],
)
def test_one_person_is_found(words: str, person: Person, reason: OwnerReason) -> None:
    match = find_owner(words, PEOPLE, ALIASES)
    assert (match.person, match.reason, match.words) == (person, reason, words)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        pytest.param(None, OwnerReason.FALLBACK_NOT_NAMED, id="no-words"),
        pytest.param("  ", OwnerReason.FALLBACK_NOT_NAMED, id="only-spaces"),
        pytest.param("@", OwnerReason.FALLBACK_NOT_NAMED, id="only-an-at-sign"),
        pytest.param("TBD", OwnerReason.FALLBACK_NOT_NAMED, id="to-be-decided"),
        pytest.param("@engineer_name", OwnerReason.FALLBACK_UNKNOWN, id="a-placeholder"),
        pytest.param("@annlee", OwnerReason.FALLBACK_UNKNOWN, id="a-handle-that-is-only-like-one"),
        pytest.param("@jdoe_", OwnerReason.FALLBACK_UNKNOWN, id="a-handle-with-one-sign-more"),
        pytest.param("Ann", OwnerReason.FALLBACK_UNKNOWN, id="a-given-name"),
        pytest.param("jose muller", OwnerReason.FALLBACK_UNKNOWN, id="a-name-without-its-accents"),
        pytest.param("max@elsewhere.example", OwnerReason.FALLBACK_UNKNOWN, id="the-same-local-part-elsewhere"),
        pytest.param("@bob", OwnerReason.FALLBACK_UNKNOWN, id="a-handle-of-somebody-who-left"),
        pytest.param("Bob Ray", OwnerReason.FALLBACK_UNKNOWN, id="a-name-of-somebody-who-left"),
        pytest.param("bobby", OwnerReason.FALLBACK_UNKNOWN, id="an-alias-of-somebody-who-left"),
        pytest.param("@nobody-there", OwnerReason.FALLBACK_UNKNOWN, id="an-alias-of-nobody"),
        pytest.param("@ann.lee", OwnerReason.FALLBACK_SEVERAL, id="a-local-part-of-two-people"),
        pytest.param("jane doe", OwnerReason.FALLBACK_SEVERAL, id="a-name-of-two-people"),
        pytest.param("@max @jdoe", OwnerReason.FALLBACK_JOINT, id="two-handles"),
        pytest.param("@max, @unknown", OwnerReason.FALLBACK_JOINT, id="two-handles-one-of-them-unknown"),
        pytest.param("max@larkspur.example / @jdoe", OwnerReason.FALLBACK_JOINT, id="an-address-and-a-handle"),
        pytest.param('@"Ann Lee" @"Max Weiß"', OwnerReason.FALLBACK_JOINT, id="two-quoted-names"),
        pytest.param("Ann Lee and Max Weiß", OwnerReason.FALLBACK_JOINT, id="two-names"),
        pytest.param("Max & José", OwnerReason.FALLBACK_JOINT, id="two-given-names"),
        pytest.param("Weiß, Max", OwnerReason.FALLBACK_UNKNOWN, id="one-name-the-other-way-round"),
        pytest.param("Platform & Max", OwnerReason.FALLBACK_UNKNOWN, id="a-team-with-somebodys-name-in-it"),
    ],
)
def test_nobody_is_guessed(words: str | None, reason: OwnerReason) -> None:
    match = find_owner(words, PEOPLE, ALIASES)
    assert (match.person, match.reason, match.words) == (None, reason, words)


def test_somebody_who_left_does_not_hide_a_namesake_who_stayed() -> None:
    left = Person(id="POLD", name="Max Weiß", email="max@old.example", active=False)
    assert find_owner("Max Weiß", (left, MAX), {}).person == MAX


def test_the_same_person_listed_twice_is_one_person() -> None:
    assert find_owner("@max", (MAX, MAX), {}).person == MAX


def test_people_without_an_address_are_found_by_name_only() -> None:
    assert find_owner("@José", (JOSE,), {}).reason is OwnerReason.FALLBACK_UNKNOWN


def test_one_alias_with_two_meanings_names_several() -> None:
    match = find_owner("@dba", PEOPLE, {"dba": "PMAX", "@DBA": "PJOSE"})
    assert (match.person, match.reason) == (None, OwnerReason.FALLBACK_SEVERAL)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("@ann", ("Ann Lee", "Ann Other")),
        ("Ann", ("Ann Lee", "Ann Other")),
        ("@ann.lee", ("Ann Lee",)),
        ("jane doe", ("Jane Doe (@jane)", "Jane  Doe (@jdoe)")),
        ("José Muller", ("José Müller",)),
        ("@weiß", ("Max Weiß (@max)",)),
        ("@bob", ()),
        ("@engineer_name", ()),
        ("tbd", ()),
        (None, ()),
    ],
)
def test_whom_words_may_mean_is_told_as_it_can_be_written(words: str | None, found: tuple[str, ...]) -> None:
    assert set(candidates(words, PEOPLE)) == set(found)


@pytest.mark.parametrize(
    ("word", "person"),
    [
        pytest.param("pjane", JANE, id="an-id-in-any-case"),
        pytest.param(" ann.lee@Contractor.example", ANN_OUTSIDE, id="an-address-in-any-case"),
        pytest.param("ann.lee@elsewhere.example", None, id="a-stranger-s-address"),
        pytest.param("Jane Doe", None, id="a-name"),
        pytest.param("", None, id="nothing-beside-somebody-without-an-address"),
    ],
)
def test_a_person_is_known_by_id_or_address_alone(word: str, person: Person | None) -> None:
    assert known_as(word, PEOPLE) is person
