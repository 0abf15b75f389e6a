"""One error of the doctor's hides no other: what is not checked is a clear no that an error above tells already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from callsheet.connect.errors import ConnectorError, Forbidden, NotFound, Rejected, Transient
from callsheet.connect.ports import Examination
from callsheet.model.check import Check, Result, error
from callsheet.model.incident import IncidentPriority
from callsheet.plan.rules import Calendar, OpenRules, Route
from callsheet.run.doctor import examine
from callsheet.testing.memory_source import MemorySource
from callsheet.testing.memory_tracker import MemoryTracker
from tests.unit.run.world import World

NOBODY = "nobody@example.com"
GRACE = "tracker: fallback owner grace.okafor@example.com in OPS"
ROUTE = "tracker: route default, Task in OPS"
RESET = Transient("the connection was reset", sent=True)
CLEAR = (Rejected("no"), NotFound("no"), Forbidden("no"))


class Examined(MemoryTracker):
    """A tracker that says itself what is wrong in a project, or elsewhere."""

    trouble = error("tracker: permissions in OPS", "not granted", "grant them", project="OPS")

    def examine(self, wanted: Examination) -> Iterator[Check]:
        """One error."""
        del wanted
        yield self.trouble


def found(world: World) -> dict[str, Check]:
    with world.app() as app:
        return {check.check: check for check in examine(app)}


def fails(world: World, call: str, fault: ConnectorError) -> None:
    world.tracker.faults.fail(call, lambda: fault)


@pytest.mark.parametrize("fault", [RESET, Rejected("no"), NotFound("no")], ids=lambda fault: type(fault).__name__)
def test_an_owner_without_an_account_hides_nothing_else_of_the_project(world: World, fault: ConnectorError) -> None:
    first = Route(name="first", teams=("Payments",), fallback_owner=NOBODY)
    world.rules = replace(world.rules, routes=(first,))
    fails(world, "assignable", fault)
    checks = found(world)
    assert checks[f"tracker: fallback owner {NOBODY} in OPS"].detail == "no account is found"
    assert (checks[GRACE].result, checks[GRACE].detail) == (Result.ERROR, fault.what)


@pytest.mark.parametrize("fault", CLEAR, ids=lambda fault: type(fault).__name__)
def test_a_clear_no_of_a_project_that_is_wrong_as_a_whole_is_no_second_error(
    world: World, fault: ConnectorError
) -> None:
    world.tracker = Examined(world.clock)
    fails(world, "rules", fault)
    assert found(world)[ROUTE].detail == "not checked: needs what is wrong in OPS to be mended"


def test_a_lost_connection_is_told_whatever_else_is_wrong_in_the_project(world: World) -> None:
    world.tracker = Examined(world.clock)
    fails(world, "rules", RESET)
    assert found(world)[ROUTE].detail == "the connection was reset"


def test_a_permission_that_lacks_in_another_project_is_an_error_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Examined, "trouble", error("tracker: permissions in WEB", "no", "grant them", project="WEB"))
    world.tracker = Examined(world.clock)
    fails(world, "rules", Forbidden("no"))
    assert found(world)[ROUTE].result is Result.ERROR


@pytest.mark.parametrize(("denied", "result"), [(True, Result.WARNING), (False, Result.ERROR)])
def test_a_permission_that_lacks_is_told_unless_a_check_of_the_side_told_it(
    world: World, monkeypatch: pytest.MonkeyPatch, denied: bool, result: Result
) -> None:
    trouble = error("source: something", "no", "mend it", denied=denied)
    monkeypatch.setattr(MemorySource, "examine", lambda *_: iter((trouble,)), raising=False)
    world.source.faults.fail("directory", lambda: Forbidden("no"))
    assert found(world)["source: people and priorities"].result is result


def places(world: World) -> list[tuple[str, Result, str]]:
    told = [check for check in found(world).values() if re.search("team|service", check.check)]
    return [(check.check, check.result, check.detail) for check in told]


STRANGE = Route(name="pay", teams=("Paymnts", "t-store"), services=("Checkout APY", "Zzz"))
QUESTION = "source: teams and services of the policy"


def test_a_team_or_service_that_there_is_not_is_told_with_the_nearest_there_is(world: World) -> None:
    world.rules = replace(world.rules, routes=(STRANGE,), calendars={"storefront": Calendar(), "T-PAY": Calendar()})
    never = "there is none in source, so it never matches"
    assert places(world) == [
        ("policy: team Paymnts of route pay", Result.WARNING, f"{never}; did you mean Payments?"),
        ("policy: service Checkout APY of route pay", Result.WARNING, f"{never}; did you mean Checkout API?"),
        ("policy: service Zzz of route pay", Result.WARNING, never),
        ("policy: team storefront of a calendar", Result.WARNING, f"{never}; did you mean Storefront?"),
    ]


def test_a_priority_that_there_is_not_is_told_with_the_nearest_there_is(world: World) -> None:
    world.source.priorities = tuple(
        IncidentPriority(id=f"PRIO{rank}", name=f"SEV-{rank}", rank=rank) for rank in (1, 2)
    )
    opening = OpenRules(priorities=("P1", "SEV1", "sev-2"))
    world.rules = replace(world.rules, open=opening, routes=(Route(name="pay", priorities=("Urgent",)),))
    never = "there is none in source, so it never matches"
    told = [(check.check, check.detail) for check in found(world).values() if "priority" in check.check]
    assert told == [
        ("policy: priority SEV1 of [open]", f"{never}; did you mean SEV-1?"),
        ("policy: priority Urgent of route pay", never),
    ]


def test_priorities_are_not_looked_for_in_an_account_without(world: World) -> None:
    world.source.priorities = ()
    world.rules = replace(world.rules, open=OpenRules(priorities=("SEV1",)))
    assert not [name for name in found(world) if "SEV1" in name]


def test_places_are_asked_for_only_where_the_policy_names_some_and_are_said_to_be_there(world: World) -> None:
    world.source.faults.fail("places", lambda: RESET)
    assert places(world) == []
    world.rules = replace(world.rules, routes=(Route(name="pay", teams=("payments",)),))
    assert places(world) == [(QUESTION, Result.ERROR, RESET.what)]
    assert places(world) == [(QUESTION, Result.OK, "all there")]


def test_places_that_we_may_not_list_are_no_error(world: World) -> None:
    world.rules = replace(world.rules, routes=(STRANGE,))
    world.source.faults.fail("places", lambda: Forbidden("no teams.read"))
    assert places(world) == [(QUESTION, Result.WARNING, "can't be looked up: no teams.read")]
