"""Which incidents get a post-mortem, and when."""

from datetime import timedelta

import pytest

from callsheet.model.effect import Reason
from callsheet.model.incident import Incident, IncidentPriority, Urgency
from callsheet.model.memory import OpenedPostmortem
from callsheet.plan.opening import matches, opening, why_not
from callsheet.plan.rules import OpenRules
from callsheet.testing.builders import NOON, make_incident, make_priority

RULES = OpenRules()
FIRST_CYCLE = NOON - timedelta(days=1)
HERE = make_incident().id


def short(**given: object) -> Incident:
    """One of 29 minutes."""
    return make_incident(resolved_at=NOON + timedelta(minutes=29), **given)


@pytest.mark.parametrize(
    ("incident", "ranked", "wanted"),
    [
        pytest.param(make_incident(priority=make_priority(1)), True, True, id="P1"),
        pytest.param(make_incident(priority=make_priority(2)), True, True, id="P2"),
        pytest.param(make_incident(priority=make_priority(3)), True, False, id="P3"),
        pytest.param(make_incident(priority=None), True, False, id="no priority where others have one"),
        pytest.param(
            make_incident(priority=IncidentPriority(id="X", name="p1", rank=7)), True, True, id="by the account's name"
        ),
        pytest.param(make_incident(priority=None), False, True, id="loud and long"),
        pytest.param(short(priority=None), False, False, id="loud and short"),
        pytest.param(make_incident(priority=None, urgency=Urgency.LOW), False, False, id="quiet and long"),
        pytest.param(make_incident(merged_into="Q2"), True, False, id="merged away"),
        pytest.param(make_incident(merged_into="Q2"), False, False, id="merged away, without priorities"),
    ],
)
def test_the_default_policy(incident: Incident, ranked: bool, wanted: bool) -> None:
    assert matches(incident, RULES, account_has_priorities=ranked) is wanted


@pytest.mark.parametrize(
    ("incident", "noted", "why"),
    [
        (make_incident(priority=make_priority(1)), False, None),
        (make_incident(priority=make_priority(3)), True, None),
        (make_incident(priority=make_priority(3)), False, "no action was noted in it"),
        (make_incident(merged_into="Q2"), True, "merged into another incident"),
        (make_incident(resolved_at=None), True, "goes on still"),
    ],
)
def test_why_there_is_no_post_mortem(incident: Incident, noted: bool, why: str | None) -> None:
    said = why_not(incident, RULES, noted=noted, account_has_priorities=True)
    assert said is None if why is None else why in (said or "")


ASKED = OpenedPostmortem(incident_id=HERE, asked=True)
WAIVED = OpenedPostmortem(incident_id=HERE, waived_because="a drill")
OPENED = OpenedPostmortem(incident_id=HERE, opened_at=NOON)
GOING_ON = make_incident(resolved_at=None)
LESSER = make_incident(priority=make_priority(4))


@pytest.mark.parametrize(
    ("incident", "opened", "noted", "reason"),
    [
        pytest.param(make_incident(), None, False, Reason.MATCHES_POLICY, id="resolved and matching"),
        pytest.param(make_incident(), OPENED, True, None, id="opened already"),
        pytest.param(make_incident(), WAIVED, True, None, id="waived"),
        pytest.param(GOING_ON, None, True, None, id="still going on"),
        pytest.param(GOING_ON, ASKED, False, Reason.ASKED_FOR, id="asked for while it goes on"),
        pytest.param(LESSER, None, True, Reason.ACTION_NOTED, id="below the policy with an action"),
        pytest.param(LESSER, None, False, None, id="below the policy"),
        pytest.param(LESSER, ASKED, False, Reason.ASKED_FOR, id="below the policy, asked for"),
        pytest.param(make_incident(merged_into="Q2"), None, True, None, id="merged away"),
        pytest.param(make_incident(merged_into="Q2"), ASKED, False, Reason.ASKED_FOR, id="merged away, asked for"),
    ],
)
def test_the_opening_table(
    incident: Incident, opened: OpenedPostmortem | None, noted: bool, reason: Reason | None
) -> None:
    effect = opening(
        incident, opened, noted=noted, rules=RULES, account_has_priorities=True, first_cycle_at=FIRST_CYCLE
    )
    assert (effect.reason if effect else None) is reason


@pytest.mark.parametrize(("resolved", "backfilled"), [(timedelta(hours=-1), True), (timedelta(hours=1), False)])
def test_what_was_over_before_the_first_cycle_is_backfilled(resolved: timedelta, backfilled: bool) -> None:
    incident = make_incident(created_at=NOON - timedelta(hours=2), resolved_at=NOON + resolved)
    effect = opening(incident, None, noted=False, rules=RULES, account_has_priorities=True, first_cycle_at=NOON)
    assert effect is not None
    assert effect.backfilled is backfilled


def test_one_that_goes_on_is_never_backfilled() -> None:
    effect = opening(GOING_ON, ASKED, noted=False, rules=RULES, account_has_priorities=True, first_cycle_at=NOON)
    assert effect is not None
    assert not effect.backfilled
