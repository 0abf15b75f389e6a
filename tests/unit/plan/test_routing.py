"""Which project, owner and calendar an incident's items get."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callsheet.model.incident import IncidentPriority, Urgency
from callsheet.plan.routing import calendar_for, priority_of, route_for
from callsheet.plan.rules import Calendar, Route, Rules
from callsheet.testing.builders import make_incident, make_priority

INCIDENT = make_incident()
DEFAULT = Route(project="OPS", labels=("postmortem",), fallback_owner="grace@example.com", fields={"a": 1, "b": 1})


def routed(*routes: Route, incident: Any = INCIDENT) -> Route:
    return route_for(incident, Rules(routes=routes, default_route=DEFAULT))


@pytest.mark.parametrize(
    ("priority", "urgency", "rank"),
    [
        (make_priority(3), Urgency.HIGH, "P3"),
        (IncidentPriority(id="x", name="Sev 9", rank=9), Urgency.HIGH, "P5"),
        (IncidentPriority(id="x", name="Sev 0", rank=0), Urgency.HIGH, "P1"),
        (None, Urgency.HIGH, "P2"),
        (None, Urgency.LOW, "P4"),
    ],
)
def test_an_items_priority_is_its_incidents(priority: Any, urgency: Urgency, rank: str) -> None:
    assert priority_of(make_incident(priority=priority, urgency=urgency)) == rank


@pytest.mark.parametrize(
    ("route", "taken"),
    [
        pytest.param(Route(project="X", services=("Checkout API",)), True, id="service by name"),
        pytest.param(Route(project="X", services=("s-checkout",)), True, id="service by id, whatever the case"),
        pytest.param(Route(project="X", services=("Search",)), False, id="another service"),
        pytest.param(Route(project="X", teams=("storefront",)), True, id="team"),
        pytest.param(Route(project="X", teams=("Payments",)), False, id="another team"),
        pytest.param(Route(project="X", priorities=("P1",)), True, id="priority"),
        pytest.param(Route(project="X", priorities=("P2",)), False, id="another priority"),
        pytest.param(Route(project="X", teams=("Storefront",), priorities=("P2",)), False, id="all must match"),
        pytest.param(Route(project="X"), True, id="no condition at all"),
    ],
)
def test_a_route_is_taken_when_all_it_names_matches(route: Route, taken: bool) -> None:
    assert routed(route).project == ("X" if taken else "OPS")


def test_the_first_route_wins() -> None:
    assert routed(Route(project="A"), Route(project="B")).project == "A"


def test_where_a_route_is_silent_the_default_speaks() -> None:
    route = routed(Route(name="store", project="WEB", fields={"b": 2}))
    assert (route.name, route.project, route.labels, route.fallback_owner) == (
        "store",
        "WEB",
        ("postmortem",),
        "grace@example.com",
    )
    assert route.fields == {"a": 1, "b": 2}


@pytest.mark.parametrize("name", ["T-STORE", "Storefront"])
def test_a_teams_calendar_is_found_by_id_or_name(name: str) -> None:
    berlin = Calendar(zone="Europe/Berlin")
    assert calendar_for(INCIDENT, Rules(calendars={name: berlin})) == berlin


def test_everybodys_calendar_is_for_the_rest() -> None:
    rules = Rules(calendars={"Payments": Calendar(zone="Asia/Tokyo")})
    assert calendar_for(INCIDENT, rules) == rules.calendar
    assert calendar_for(replace(INCIDENT, teams=()), rules) == rules.calendar
