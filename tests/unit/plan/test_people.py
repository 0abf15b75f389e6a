"""Whose account is whose: what is unclear is told with its reason and the line that mends it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import pytest

from callsheet.model.ticket import AccountMatch, MatchKind
from callsheet.plan.people import Mapped, mapped, waiting
from callsheet.plan.rules import Rules
from callsheet.testing.builders import make_account, make_item, make_person

ANA = make_person()
HERS = make_account()
KEY = (ANA.email or "", ANA.name)


def only(match: AccountMatch | None, rules: Rules = Rules(), **person: Any) -> Mapped:  # noqa: B008 - frozen
    ana = replace(ANA, **person)
    (found,) = mapped([ana], {KEY: match} if match else {}, rules, [make_item(filed="10001")])
    return found


@pytest.mark.parametrize(
    ("match", "person", "account", "how", "problem", "line"),
    [
        (AccountMatch(kind=MatchKind.EMAIL, account=HERS), {}, HERS.id, "e-mail", None, None),
        (AccountMatch(kind=MatchKind.BY_NAME, account=HERS), {}, HERS.id, "name", "hides its e-mail", HERS.id),
        (AccountMatch(kind=MatchKind.NOBODY), {}, None, "no account", "no active account", "ACCOUNT"),
        (AccountMatch(kind=MatchKind.SEVERAL), {}, None, "several accounts", "could be theirs", "ACCOUNT"),
        (None, {}, None, "not asked yet", None, None),
        (None, {"email": None}, None, "no e-mail", "shows no e-mail", "ACCOUNT"),
        (None, {"active": False}, None, "left PagerDuty", "left PagerDuty", None),
    ],
)
def test_how_somebody_was_found_and_what_is_unclear(
    match: AccountMatch | None,
    person: dict[str, object],
    account: str | None,
    how: str,
    problem: str | None,
    line: str | None,
) -> None:
    found = only(match, **person)
    assert (found.account, found.how) == (account, how)
    assert [problem is not None and problem in told for told in found.problems] == ([True] if problem else [])
    lines = [tomllib.loads(fix.line) for fix in found.fixes]
    assert lines == ([{found.person.email or found.person.id: line}] if line else [])


def test_of_several_accounts_each_is_named() -> None:
    both = (HERS, make_account("Ana Ferreira-Lima"))
    found = only(AccountMatch(kind=MatchKind.SEVERAL, candidates=both))
    assert [fix.line.partition("# ")[2] for fix in found.fixes] == ["Ana Ferreira", "Ana Ferreira-Lima"]


def test_the_policy_goes_before_the_tracker_and_nobody_needs_to_be_asked() -> None:
    rules = Rules(accounts={"ANA.ferreira@example.com": "acc-other"})
    found = only(AccountMatch(kind=MatchKind.NOBODY), rules)
    assert (found.account, found.how, found.problems) == ("acc-other", "the policy", ())
    assert waiting([ANA], {}, rules) == []


def test_open_promises_are_counted() -> None:
    assert only(None).promises == 1


def test_a_shared_handle_and_a_shared_name_are_told_with_an_alias_to_write() -> None:
    other = make_person(id="P2", email="ana.ferreira@example.org")
    found = mapped([ANA, other], {}, Rules(), [])
    assert [each.problems for each in found] == [
        (
            "“@ana.ferreira” is 2 people, so in a note it names nobody",
            "“Ana Ferreira” is 2 people, so in a note it names nobody",
        )
    ] * 2
    assert {fix.table for each in found for fix in each.fixes} == {"aliases"}


def test_those_with_a_problem_come_first() -> None:
    bo = make_person("Bo Li")
    matches = {
        KEY: AccountMatch(kind=MatchKind.EMAIL, account=HERS),
        (bo.email or "", bo.name): AccountMatch(kind=MatchKind.NOBODY),
    }
    assert [each.person.name for each in mapped([ANA, bo], matches, Rules(), [])] == ["Bo Li", "Ana Ferreira"]


def test_only_those_whom_the_tracker_can_be_asked_about_wait() -> None:
    people = [ANA, replace(ANA, id="P2", email=None), replace(ANA, id="P3", active=False)]
    assert waiting(people, {}, Rules()) == [ANA]
    assert waiting(people, {KEY: AccountMatch(kind=MatchKind.NOBODY)}, Rules()) == []
