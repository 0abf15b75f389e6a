"""Somebody is taken out of texts, whole: by name, address, handle and id, and nobody else with them."""

from __future__ import annotations

import pytest

from callsheet.plan.forgetting import Forgotten, Traces

SALT = "salt"
ANA = Traces(
    names=frozenset({"Ana Ferreira"}), emails=frozenset({"ana.ferreira@example.com"}), ids=frozenset({"PX2TZ0L"})
)
ALIAS = ANA.alias(SALT)
NAME = f"former colleague {ALIAS.removeprefix('forgotten-')}"


def forgotten(*people: Traces) -> Forgotten:
    rows = [row for traces in people for row in traces.hashes(SALT)]
    return Forgotten(
        salt=SALT,
        instead={hashed: instead for hashed, instead, _ in rows},
        longest=max((words for *_, words in rows), default=0),
    )


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Ana Ferreira rolled it back.", f"{NAME} rolled it back."),
        ("ana  FERREIRA's build", f"{NAME}'s build"),
        ("Ferreira, Ana", NAME),
        ("ask @ana.ferreira due Friday", f"ask @{ALIAS} due Friday"),
        ("mail ana.ferreira@example.com.", f"mail {ALIAS}@forgotten.invalid."),
        ("ana.ferreira", ALIAS),
        ("https://acme.example/users/PX2TZ0L/page", f"https://acme.example/users/{ALIAS}/page"),
        ("nudge:ana.ferreira@example.com:2026-11-04", f"nudge:{ALIAS}@forgotten.invalid:2026-11-04"),
        ("Ana said so; Ferreira is a place", "Ana said so; Ferreira is a place"),
        ("Ana Kowalski", "Ana Kowalski"),
        ("ana.ferreira@example.com.contractors.example", "ana.ferreira@example.com.contractors.example"),
        ("Santana Ferreira", "Santana Ferreira"),
        ("", ""),
    ],
)
def test_a_text_names_them_no_more(text: str, cleaned: str) -> None:
    assert forgotten(ANA).clean(text) == cleaned


def test_what_was_cleaned_stays_as_it_is() -> None:
    clean = forgotten(ANA).clean
    once = clean("Ana Ferreira (@ana.ferreira, ana.ferreira@example.com, PX2TZ0L)")
    assert clean(once) == once
    assert "erreira" not in once


def test_a_value_is_cleaned_through_and_through() -> None:
    value = {"at": 3, "owner": {"name": "Ana Ferreira", "email": "ana.ferreira@example.com"}, "by": [["@ana.ferreira"]]}
    assert forgotten(ANA).cleaned(value) == {
        "at": 3,
        "owner": {"name": NAME, "email": f"{ALIAS}@forgotten.invalid"},
        "by": [[f"@{ALIAS}"]],
    }


def test_a_shared_name_goes_where_an_id_tells_whose_it_is_and_stays_elsewhere() -> None:
    nameless = Traces(emails=ANA.emails, ids=ANA.ids)
    value = [{"id": "PX2TZ0L", "name": "Ana Ferreira"}, {"id": "POTHER1", "name": "Ana Ferreira"}, "Ana Ferreira"]
    first, *others = forgotten(nameless).cleaned(value)
    assert first["name"].startswith("former colleague ")
    assert others == value[1:]


def test_a_single_word_is_a_name_only_where_it_stands_alone() -> None:
    cher = forgotten(Traces(names=frozenset({"Nobody"}), ids=frozenset({"P1"})))
    assert cher.clean("Nobody was paged") == "Nobody was paged"
    assert cher.clean("Nobody").startswith("former colleague ")


def test_nothing_of_who_was_forgotten_can_be_read_from_what_is_kept() -> None:
    kept = repr(list(ANA.hashes(SALT))).casefold()
    assert not [word for word in ("ana", "ferreira", "px2tz0l") if f"'{word}" in kept or f" {word}" in kept]


def test_two_people_are_told_apart_and_nobody_is_everybody() -> None:
    bo = Traces(names=frozenset({"Bo Li"}), emails=frozenset({"bo@example.com"}))
    cleaned = forgotten(ANA, bo).clean("Ana Ferreira and Bo Li")
    assert cleaned.count("former colleague") == 2
    assert len(set(cleaned.split(" and "))) == 2
    assert not forgotten()
    assert forgotten().clean("Ana Ferreira") == "Ana Ferreira"


def test_a_name_of_one_word_does_not_hide_a_longer_one_that_begins_with_it() -> None:
    ana = Traces(names=frozenset({"Ana Ferreira Lima", "Ana Ferreira"}), ids=frozenset({"ana"}))
    clean = forgotten(ana).clean
    assert clean("Ana Ferreira Lima and Ana Ferreira").count("former colleague") == 2
    assert "Lima" not in clean("Ana Ferreira Lima")
    assert clean("Ana said so") == "Ana said so"
    assert clean("ana").startswith("forgotten-")
