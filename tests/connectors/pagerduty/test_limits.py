"""PagerDuty's limits: heeded before they are hit, waited out as asked, and never for long."""

from __future__ import annotations

import pytest

from callsheet.connect.errors import RateLimited
from tests.connectors.pagerduty.stage import reply, stage
from tests.connectors.pagerduty.test_client import BUSY, NOTE, OK


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"ratelimit-reset": "7"}, 7), ({"ratelimit-reset": "0"}, 0), ({"retry-after": "3"}, 3), ({}, 30)],
)
def test_too_many_requests_are_waited_out_as_asked(headers: dict[str, str], seconds: float) -> None:
    on = stage(reply(BUSY if headers else b"", 429, headers), OK)
    assert on.client.get("/users") == {"fine": True}
    assert sum(on.clock.waited) == seconds
    assert on.requests == 2


def test_a_long_wait_is_the_next_cycles() -> None:
    on = stage(reply(BUSY, 429, {"ratelimit-reset": "300"}))
    for _ in range(2):
        with pytest.raises(RateLimited) as caught:
            on.client.get("/users")
        assert caught.value.retry_after == 300
    assert on.requests == 1  # the second was not even sent
    with pytest.raises(RateLimited):
        on.client.post("/incidents/Q1/notes", NOTE)
    assert on.requests == 1


def test_the_limit_is_heeded_before_it_is_hit() -> None:
    used_up = reply(
        {"fine": True}, 200, {"ratelimit-limit": "960", "ratelimit-remaining": "0", "ratelimit-reset": "12"}
    )
    on = stage(used_up, OK)
    on.client.get("/users")
    assert on.clock.waited == []
    on.client.get("/users")
    assert on.clock.waited == [12]


def test_a_write_that_is_sent_once_does_not_outwait_its_claim() -> None:
    used_up = reply(
        {"fine": True}, 200, {"ratelimit-limit": "960", "ratelimit-remaining": "0", "ratelimit-reset": "12"}
    )
    on = stage(used_up, OK)
    on.client.get("/users")
    with pytest.raises(RateLimited):
        on.client.post("/incidents/Q1/notes", NOTE)
    assert on.clock.waited == []


@pytest.mark.parametrize(
    "headers", [{"ratelimit-remaining": "5"}, {"ratelimit-remaining": "0"}, {"ratelimit-reset": "9"}]
)
def test_a_limit_that_is_not_hit_holds_nothing_up(headers: dict[str, str]) -> None:
    on = stage(reply({}, 200, headers))
    on.client.get("/users")
    on.client.get("/users")
    assert on.clock.waited == []


def test_a_stop_ends_the_waiting() -> None:
    on = stage(reply(BUSY, 429, {"ratelimit-reset": "30"}))
    on.clock.stop()
    with pytest.raises(RateLimited):
        on.client.get("/users")
    assert on.requests == 1
