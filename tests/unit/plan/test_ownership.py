"""From a named person to the account that a ticket can be given to: the whole table, and what is asked for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callsheet.model.action_item import ActionItem, Hold, ItemStatus, Owner, OwnerReason
from callsheet.model.ticket import AccountMatch, Field, MatchKind
from callsheet.plan.ownership import Needs, settle_owners, target_of
from callsheet.plan.rules import Route
from callsheet.plan.snapshot import Lookups
from callsheet.testing.builders import make_account, make_item, make_rules
from tests.unit.plan.reading import ANA, GRACE, HOUSE, INCIDENT, RULES, reading

ANA_ASKED, GRACE_ASKED = (ANA.email or "", ANA.name), (GRACE.email or "", GRACE.name)
ANA_HERE, GRACE_HERE = (AccountMatch(kind=MatchKind.EMAIL, account=make_account(p.name)) for p in (ANA, GRACE))
NOBODY, SEVERAL = AccountMatch(kind=MatchKind.NOBODY), AccountMatch(kind=MatchKind.SEVERAL)
BY_NAME = replace(ANA_HERE, kind=MatchKind.BY_NAME)
YES, NO = True, False


def unsettled(**more: Any) -> ActionItem:
    """Ana's item, her account not looked up yet."""
    return make_item(account=None, owner=Owner(name=ANA.name, email=ANA.email, person_id=ANA.id), **more)


def lookups(ana: Any = ANA_HERE, grace: Any = GRACE_HERE, ana_may: Any = YES, grace_may: Any = YES) -> Lookups:
    """What was asked; None stands for not yet."""
    accounts = {ANA_ASKED: ana, GRACE_ASKED: grace}
    may = {("OPS", "acc-ana.ferreira"): ana_may, ("OPS", "acc-grace.okafor"): grace_may}
    return Lookups(
        accounts={asked: match for asked, match in accounts.items() if match is not None},
        assignable={asked: yes for asked, yes in may.items() if yes is not None},
        rules={("OPS", "Task"): make_rules()},
    )


def settled(item: ActionItem, known: Lookups, *, fallback: bool = True) -> tuple[ActionItem, Needs]:
    rules = RULES if fallback else replace(RULES, default_route=Route())
    (found,), needs = settle_owners([item], INCIDENT, reading(rules), HOUSE, known)
    return found, needs


@pytest.mark.parametrize(
    ("known", "fallback", "given_to", "shown", "reason"),
    [
        pytest.param(lookups(), True, "acc-ana.ferreira", "Ana Ferreira", OwnerReason.EMAIL, id="has an account"),
        pytest.param(
            lookups(ana=BY_NAME), True, "acc-ana.ferreira", "Ana Ferreira", OwnerReason.BY_NAME, id="found by name"
        ),
        pytest.param(
            lookups(ana=NOBODY),
            True,
            "acc-grace.okafor",
            "Grace Okafor",
            OwnerReason.FALLBACK_NO_ACCOUNT,
            id="no account: the fallback gets it",
        ),
        pytest.param(
            lookups(ana=SEVERAL),
            True,
            "acc-grace.okafor",
            "Grace Okafor",
            OwnerReason.FALLBACK_NO_ACCOUNT,
            id="several accounts: the fallback gets it",
        ),
        pytest.param(
            lookups(ana_may=NO),
            True,
            None,
            "Grace Okafor",
            OwnerReason.FALLBACK_NOT_ASSIGNABLE,
            id="not assignable: nobody gets it, the fallback is nudged",
        ),
        pytest.param(
            lookups(ana=NOBODY, grace=NOBODY),
            True,
            None,
            "Grace Okafor",
            OwnerReason.FALLBACK_NO_ACCOUNT,
            id="the fallback has no account either",
        ),
        pytest.param(
            lookups(ana=NOBODY), False, None, "Ana Ferreira", OwnerReason.NO_ACCOUNT, id="no account and no fallback"
        ),
        pytest.param(
            lookups(ana_may=NO),
            False,
            None,
            "Ana Ferreira",
            OwnerReason.NOT_ASSIGNABLE,
            id="not assignable and no fallback",
        ),
    ],
)
def test_whom_a_ticket_is_given_to(
    known: Lookups, fallback: bool, given_to: str | None, shown: str, reason: OwnerReason
) -> None:
    item, needs = settled(unsettled(), known, fallback=fallback)
    assert item.owner is not None
    assert (item.terms.owner, item.owner.name, item.owner_reason) == (given_to, shown, reason)
    assert not needs
    assert settled(item, known, fallback=fallback)[0] == item


@pytest.mark.parametrize(
    ("known", "accounts", "assignable"),
    [
        pytest.param(lookups(ana=None), {ANA_ASKED}, set(), id="the account"),
        pytest.param(lookups(ana_may=None), set(), {("OPS", "acc-ana.ferreira")}, id="whether it may be assigned"),
        pytest.param(lookups(ana=NOBODY, grace=None), {GRACE_ASKED}, set(), id="the fallback's account"),
        pytest.param(
            lookups(ana=NOBODY, grace_may=None), set(), {("OPS", "acc-grace.okafor")}, id="whether the fallback may"
        ),
    ],
)
def test_what_is_missing_is_asked_for_and_the_item_waits(
    known: Lookups, accounts: set[tuple[str, str]], assignable: set[tuple[str, str]]
) -> None:
    item, needs = settled(unsettled(), known)
    assert item == unsettled()
    assert (needs.accounts, needs.assignable, needs.rules) == (accounts, assignable, frozenset())


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(make_item(filed="10001"), id="filed"),
        pytest.param(unsettled(status=ItemStatus.DROPPED), id="dropped"),
        pytest.param(unsettled(hold=Hold.BACKFILLED), id="held"),
        pytest.param(unsettled(cleared=(Field.OWNER,)), id="cleared in the tracker"),
        pytest.param(replace(unsettled(), owner=None), id="nobody"),
    ],
)
def test_nothing_is_asked_about_an_owner_who_is_decided(item: ActionItem) -> None:
    found, needs = settled(item, Lookups(rules={("OPS", "Task"): make_rules()}))
    assert found == item
    assert not needs


def test_an_account_that_a_new_ticket_would_get_is_asked_about_again_once_the_answer_is_old() -> None:
    item = settled(unsettled(), lookups())[0]
    found, needs = settled(item, lookups(ana_may=None))
    assert (found, needs.assignable) == (item, {("OPS", item.terms.owner)})
    left = settled(item, lookups(ana_may=False))[0]
    assert (left.terms.owner, left.owner_reason) == (None, OwnerReason.FALLBACK_NOT_ASSIGNABLE)
    assert left.owner is not None
    assert left.owner.name == "Grace Okafor"


def test_a_project_is_asked_for_its_rules_when_something_waits_to_be_filed() -> None:
    assert settled(make_item(), Lookups())[1].rules == {("OPS", "Task")}
    assert settled(make_item(filed="10001"), Lookups())[1].rules == frozenset()


def test_a_person_without_an_address_goes_to_the_fallback_unasked() -> None:
    item = replace(unsettled(), owner=Owner(name="Somebody", person_id="P1"))
    found, _ = settled(item, lookups())
    assert (found.terms.owner, found.owner_reason) == ("acc-grace.okafor", OwnerReason.FALLBACK_NO_ACCOUNT)


def test_the_route_chooses_project_and_issue_type() -> None:
    routed = replace(RULES, routes=(Route(name="store", teams=("Storefront",), project="WEB"),))
    assert target_of(INCIDENT, reading(routed), HOUSE) == ("WEB", "Task")
    assert target_of(INCIDENT, reading(), HOUSE) == ("OPS", "Task")


def handed_over() -> ActionItem:
    """Somebody gave the ticket to Ana, whose account hides her address."""
    return make_item(ticket_id="10001", owner=Owner(name=ANA.name, account="acc-ana.ferreira"))


def test_an_owner_who_shows_only_an_account_is_asked_about_and_known() -> None:
    asked, needs = settled(handed_over(), lookups(ana=None))
    known, nothing = settled(handed_over(), lookups())

    assert (asked, needs.accounts) == (handed_over(), frozenset({ANA_ASKED}))
    assert known.owner == Owner(
        name=ANA.name, email=ANA.email, account="acc-ana.ferreira", person_id=ANA.id, time_zone=ANA.time_zone
    )
    assert not nothing


def test_a_namesake_with_another_account_stays_a_stranger() -> None:
    another = AccountMatch(kind=MatchKind.EMAIL, account=replace(make_account(ANA.name), id="acc-another"))

    assert settled(handed_over(), lookups(ana=another))[0] == handed_over()
