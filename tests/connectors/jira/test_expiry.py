"""`callsheet doctor` tells when our token ends, as far as Jira tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from callsheet.connect.ports import Examination
from callsheet.model.check import Check, Result, Unsettled
from callsheet_jira.expiry import NAME
from tests.connectors.jira.house import NOW, House
from tests.connectors.jira.stage import Stage

if TYPE_CHECKING:
    from tests.conftest import MakeSandbox

LATER, SOON, OVER = "2027-02-01T09:00:00.000+0000", "2026-11-10T10:00:00.000+0100", "2026-11-01T09:00:00.000+0000"


@pytest.fixture
def datacenter(house: House, make_sandbox: MakeSandbox) -> Iterator[Stage]:
    with make_sandbox(seed=7, incidents=1, now=NOW) as box:
        yield Stage(box, "datacenter", house)


def told(stage: Stage) -> Check:
    checks = stage.jira().examine(Examination(writes=True, files=True, projects=()))
    return next(check for check in checks if check.check == NAME)


def answered(stage: Stage, status: int, body: Any) -> Check:
    rule = {"kind": "status", "side": "jira-dc", "path": "/rest/pat/latest/tokens", "status": status, "body": body}
    stage.control("faults", rule)
    return told(stage)


def test_a_token_without_an_end_does_not_end(datacenter: Stage) -> None:
    assert (told(datacenter).result, told(datacenter).detail) == (Result.OK, "it does not end")


@pytest.mark.parametrize(
    ("ends", "result", "detail"),
    [
        ([LATER], Result.OK, "it ends on 2027-02-01, in 91 days"),
        ([SOON], Result.WARNING, "it ends on 2026-11-10, in 8 days"),
        ([LATER, SOON, None], Result.WARNING, "the first of our account's 3 tokens ends on 2026-11-10, in 8 days"),
        ([LATER, OVER], Result.OK, "it ends on 2027-02-01, in 91 days"),
        ([OVER], Result.WARNING, "this Jira does not tell when our token ends"),
    ],
)
def test_the_first_end_is_told_and_a_near_one_is_a_warning(
    datacenter: Stage, ends: list[str | None], result: Result, detail: str
) -> None:
    said = answered(datacenter, 200, [{"name": "callsheet", "expiringAt": end} for end in ends])
    assert (said.result, said.detail) == (result, detail)
    assert bool(said.fix) is (result is not Result.OK)
    assert said.unsettled is (Unsettled.UNPROVED if "does not tell" in detail else None)


@pytest.mark.parametrize(("status", "body"), [(404, None), (403, None), (200, {"not": "a list"}), (200, [1])])
def test_a_jira_that_does_not_tell_is_no_error(datacenter: Stage, status: int, body: Any) -> None:
    assert answered(datacenter, status, body).unsettled is Unsettled.UNPROVED


def test_cloud_tells_nobody_and_is_not_asked(stage: Stage) -> None:
    if stage.flavour == "cloud":
        assert told(stage).unsettled is Unsettled.UNPROVED
        assert not [name for name in stage.sent() if "/rest/pat" in name]
