"""Items without a ticket: adopt, file, wait or say what blocks them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from callsheet.model.action_item import (
    ActionItem,
    Hold,
    ItemStatus,
    Owner,
    OwnerReason,
    Source,
    SourceKind,
    Terms,
    Words,
    marker,
)
from callsheet.model.effect import Adopt, FileTicket, Reason
from callsheet.model.text import plain
from callsheet.model.ticket import Choice, RequiredField
from callsheet.plan.filing import filings, priority_id, priority_rank
from callsheet.plan.rules import Route
from callsheet.plan.snapshot import Case, Lookups
from callsheet.testing.builders import NOON, make_incident, make_item, make_rules, make_ticket
from tests.unit.plan.reading import HOUSE, INCIDENT, OPENED, RULES, reading

ITEM = make_item()
ROW = make_item(source=Source(kind=SourceKind.DOCUMENT, id="ai-0123456789abcdef"))
MADE = make_item(source=Source(kind=SourceKind.TICKET, id="10009"))
OPS = {("OPS", "Task"): make_rules()}


def case(item: ActionItem = ITEM, **more: Any) -> Case:
    return Case(**{"incident": INCIDENT, "opened": OPENED, "items": (item,), **more})


def outcome(given: Case, rules: Any = None, policy: Any = RULES) -> str:
    """`adopt ID`, `file`, `blocked` or nothing."""
    found = filings(given, reading(policy), HOUSE, Lookups(rules=OPS if rules is None else rules))
    assert len(found) <= 1
    for filing in found:
        if filing.blocked:
            return "blocked"
        return f"adopt {filing.effect.ticket_id}" if isinstance(filing.effect, Adopt) else "file"
    return ""


MARKED = {ITEM.key: (make_ticket(id="10003"), make_ticket(id="10004"))}


@pytest.mark.parametrize(
    ("given", "then"),
    [
        pytest.param(case(), "file", id="nothing stands in the way"),
        pytest.param(case(named={ITEM.key: "10007"}, marked=MARKED), "adopt 10007", id="a person named a ticket"),
        pytest.param(case(marked=MARKED), "adopt 10003", id="its marker is there: the oldest"),
        pytest.param(case(MADE), "adopt 10009", id="made by hand"),
        pytest.param(case(replace(ITEM, status=ItemStatus.DROPPED)), "", id="dropped"),
        pytest.param(case(replace(ITEM, hold=Hold.BACKFILLED)), "", id="held"),
        pytest.param(case(replace(ITEM, hold=Hold.BACKFILLED), marked=MARKED), "adopt 10003", id="held, but there"),
        pytest.param(case(replace(ITEM, source_gone=True)), "", id="its place is gone"),
        pytest.param(case(opened=replace(OPENED, waived_because="a drill")), "", id="waived"),
        pytest.param(case(incident=make_incident(resolved_at=None)), "", id="reopened"),
        pytest.param(case(ROW), "", id="a row without its key in the table"),
        pytest.param(case(replace(ROW, row_published=True)), "file", id="a row with its key in the table"),
        pytest.param(case(make_item(filed="10001")), "", id="has its ticket"),
        pytest.param(
            case(make_item(account=None, owner=Owner(name="Ana", email="ana@x.example"))),
            "",
            id="its owner is still looked up",
        ),
        pytest.param(
            case(make_item(account=None, owner=Owner(name="Ana", account=""))), "file", id="nobody to give it"
        ),
    ],
)
def test_the_filing_table(given: Case, then: str) -> None:
    assert outcome(given) == then


def test_nothing_is_filed_before_the_projects_rules_are_known() -> None:
    assert outcome(case(), rules={}) == ""


def test_a_project_that_can_not_be_read_blocks_with_its_words() -> None:
    (filing,) = filings(case(), reading(), HOUSE, Lookups(rules={("OPS", "Task"): "no project OPS; check it"}))
    assert filing.blocked is not None
    assert (filing.blocked.key, filing.blocked.what) == (
        ITEM.key,
        "the default route: no project OPS; check it",
    )


RISK = RequiredField(
    id="customfield_1",
    name="Risk",
    kind="choice",
    allowed=(Choice(id="1", name='Very "low"'), Choice(id="2", name="x")),
)
SITES = RequiredField(id="customfield_2", name="Sites", kind="choices", allowed=(Choice(id="1", name="Berlin"),))
WHY = RequiredField(id="customfield_3", name="Why", kind="text")
COST = RequiredField(id="customfield_4", name="Cost", kind="number")


def test_required_fields_are_named_with_the_policy_line_that_fills_them() -> None:
    rules = {("OPS", "Task"): make_rules(required=(RISK, SITES, WHY, COST))}
    (filing,) = filings(case(), reading(), HOUSE, Lookups(rules=rules))
    assert filing.blocked is not None
    for line in (
        'requires Risk (allowed: Very "low", x); write into policy.toml under [default_route.fields]:',
        r'customfield_1 = { value = "Very \"low\"" }',
        'customfield_2 = [{ value = "Berlin" }]',
        'customfield_3 = "…"',
        "customfield_4 = 1",
    ):
        assert line in filing.blocked.what


def test_a_route_names_its_own_table_and_fills_what_it_has() -> None:
    rules = {("OPS", "Task"): make_rules(required=(RISK,))}
    route = Route(name="store", teams=("Storefront",))
    policy = replace(RULES, routes=(route,))
    (filing,) = filings(case(), reading(policy), HOUSE, Lookups(rules=rules))
    assert filing.blocked is not None
    assert '[routes.fields] of the route "store"' in filing.blocked.what
    filled = replace(RULES, routes=(replace(route, fields={"customfield_1": {"value": "x"}}),))
    (filing,) = filings(case(), reading(filled), HOUSE, Lookups(rules=rules))
    assert isinstance(filing.effect, FileTicket)
    assert filing.effect.draft.extra == {"customfield_1": {"value": "x"}}


def test_a_project_without_labels_is_blocked_since_nothing_could_be_found_again() -> None:
    assert outcome(case(), rules={("OPS", "Task"): make_rules(has_labels=False)}) == "blocked"


def effect(item: ActionItem = ITEM, project: Any = None, policy: Any = RULES, **more: Any) -> FileTicket:
    known = Lookups(rules={("OPS", "Task"): project or make_rules()})
    (filing,) = filings(case(item, **more), reading(policy), HOUSE, known)
    assert isinstance(filing.effect, FileTicket)
    return filing.effect


def test_a_ticket_goes_out_with_everything_in_one_draft() -> None:
    policy = replace(RULES, default_route=Route(labels=("postmortem",)))
    filed = effect(policy=policy)
    label = marker("callsheet", ITEM.key)
    assert (filed.key, filed.marker, filed.reason) == (f"file:{ITEM.key}", label, Reason.NEW_ITEM)
    draft = filed.draft
    assert draft.labels == ("callsheet", label, "2026-Q4", "postmortem")
    assert (draft.owner, draft.due_on, draft.priority_id) == ("acc-ana.ferreira", date(2026, 11, 16), "1")
    said = plain(draft.body)
    assert INCIDENT.url in said
    assert ITEM.key in said


def test_released_items_say_so_and_what_is_added_later_does_not() -> None:
    backfilled = replace(OPENED, backfilled=True)
    old = replace(ITEM, noted_at=NOON - timedelta(days=3))
    assert effect(item=old, opened=backfilled).reason is Reason.HELD_ITEM_RELEASED
    assert effect(opened=backfilled).reason is Reason.NEW_ITEM


def test_links_lead_to_our_pages_where_there_are_some() -> None:
    house = replace(HOUSE, public_url="https://callsheet.example")
    (filing,) = filings(case(), reading(), house, Lookups(rules=OPS))
    assert isinstance(filing.effect, FileTicket)
    assert f"https://callsheet.example/incidents/{INCIDENT.id}" in plain(filing.effect.draft.body)


def test_what_no_field_takes_goes_into_words() -> None:
    item = replace(
        ITEM,
        words=Words(title="Add an alert", owner="@somebody", due="end of next week"),
        owner_reason=OwnerReason.FALLBACK_UNKNOWN,
    )
    filed = effect(item, make_rules(has_due_on=False, has_owner=False))
    assert (filed.draft.due_on, filed.draft.owner) == (None, None)
    said = plain(filed.draft.body)
    assert "Due on 2026-11-16. This project has no due date field" in said
    assert "@somebody" in said
    assert "Due, as first written: end of next week" in said


def test_an_owner_found_by_name_asks_for_a_look() -> None:
    assert "please check" in plain(effect(replace(ITEM, owner_reason=OwnerReason.BY_NAME)).draft.body)


def test_a_season_is_the_quarter_of_the_date_or_of_today() -> None:
    assert "2027-Q1" in effect(make_item(due_on=date(2027, 1, 2))).draft.labels
    undated = replace(ITEM, terms=Terms(title="x", owner="acc-ana.ferreira"))
    assert "2026-Q4" in effect(undated).draft.labels


FIVE = make_rules()
THREE = make_rules(priorities=FIVE.priorities[:3])
NONE = make_rules(priorities=())
NAMED = replace(RULES, priority_names={"P1": "high", "P2": "No such name"})


@pytest.mark.parametrize(
    ("priority", "project", "rules", "option"),
    [
        ("P1", FIVE, RULES, "1"),
        ("P5", FIVE, RULES, "5"),
        ("P2", THREE, RULES, "2"),
        ("P5", THREE, RULES, "3"),
        ("P1", NONE, RULES, None),
        (None, FIVE, RULES, None),
        ("P1", FIVE, NAMED, "2"),
        ("P2", FIVE, NAMED, None),
        ("P3", FIVE, NAMED, "3"),
    ],
)
def test_priorities_go_by_name_where_the_policy_has_one_else_by_rank(
    priority: str | None, project: Any, rules: Any, option: str | None
) -> None:
    assert priority_id(priority, project, rules) == option


@pytest.mark.parametrize(
    ("name", "rules", "rank"),
    [
        ("Highest", RULES, "P1"),
        ("lowest", RULES, "P5"),
        ("Nobody's", RULES, None),
        (None, RULES, None),
        ("HIGH", NAMED, "P1"),
    ],
)
def test_and_back(name: str | None, rules: Any, rank: str | None) -> None:
    assert priority_rank(name, FIVE, rules) == rank
