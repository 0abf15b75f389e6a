"""The variables: what is accepted, and what an operator is told."""

from __future__ import annotations

import pytest

from callsheet.connect.options import Problems
from callsheet.connect.registry import Connector, load
from callsheet_pagerduty.options import PagerDutyOptions
from tests.connectors.pagerduty.stage import SETTINGS, TOKEN


def told(**settings: str) -> str:
    with pytest.raises(Problems) as caught:
        PagerDutyOptions.read({**SETTINGS, **settings})
    return str(caught.value)


def test_the_entry_point_gives_a_source_named_pagerduty() -> None:
    connector = load("pagerduty")
    assert isinstance(connector, Connector)
    assert (connector.name, connector.options) == ("pagerduty", PagerDutyOptions)
    assert connector.source is not None


def test_token_and_address_are_enough() -> None:
    options = PagerDutyOptions.read({"PAGERDUTY_API_TOKEN": TOKEN, "PAGERDUTY_FROM_EMAIL": "a@example.com"})
    assert options.base_url == "https://api.pagerduty.com"
    assert (options.team_ids, options.service_ids, options.webhook_secrets) == ((), (), ())


def test_all_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(Problems) as caught:
        PagerDutyOptions.read({})
    assert [problem.variable for problem in caught.value.problems] == ["PAGERDUTY_API_TOKEN", "PAGERDUTY_FROM_EMAIL"]
    assert "API Access Keys" in str(caught.value)


def test_lists_come_by_comma_once_each() -> None:
    options = PagerDutyOptions.read(
        {**SETTINGS, "PAGERDUTY_TEAM_IDS": " PA1 ,PB2,,PA1", "PAGERDUTY_SERVICE_IDS": "PS1"}
    )
    assert (options.team_ids, options.service_ids) == (("PA1", "PB2"), ("PS1",))


def test_several_webhook_secrets_come_by_comma() -> None:
    options = PagerDutyOptions.read({**SETTINGS, "PAGERDUTY_WEBHOOK_SECRET": "old+/=, new"})
    assert options.webhook_secrets == ("old+/=", "new")
    assert "old" not in repr(options)


@pytest.mark.parametrize(
    "address",
    [
        "https://api.eu.pagerduty.com",
        "https://API.pagerduty.com",
        "https://proxy.example.com/mycompany.pagerduty.com",
        "https://mypagerduty.com",
        "http://127.0.0.1:8123/pagerduty",
        "http://localhost:8123/pagerduty/",
        "http://[::1]:8123/pagerduty",
    ],
)
def test_an_address_may_have_a_path_and_be_plain_on_loopback(address: str) -> None:
    options = PagerDutyOptions.read({**SETTINGS, "PAGERDUTY_BASE_URL": address})
    assert options.base_url == address.rstrip("/")


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("http://api.pagerduty.com", "https://"),
        ("http://127.0.0.1.example.com", "https://"),
        ("api.pagerduty.com", "https://api.pagerduty.com"),
        ("ftp://api.pagerduty.com", "https://api.pagerduty.com"),
        ("https://user:hunter2@api.pagerduty.com", "PAGERDUTY_API_TOKEN"),
        ("https://user:hunter2\N{ACCOUNT OF}@api.pagerduty.com", "https://api.pagerduty.com"),
        ("https://api.pagerduty.com:port", "https://api.pagerduty.com"),
        ("https://api.pagerduty.com?x=1", "query"),
        ("https://mycompany.pagerduty.com/incidents", "write https://api.pagerduty.com (EU: https://api.eu."),
        ("https://mycompany.eu.pagerduty.com", "write https://api.pagerduty.com (EU: https://api.eu."),
        ("https://www.pagerduty.com", "PagerDuty's pages"),
    ],
)
def test_a_bad_address_is_told_with_what_to_do(address: str, advice: str) -> None:
    message = told(PAGERDUTY_BASE_URL=address)
    assert message.startswith("PAGERDUTY_BASE_URL: ")
    assert advice in message
    assert "hunter2" not in message


@pytest.mark.parametrize("email", ["Ana", "ana@example", "ana@example.com\r\nX: y", "Ana <ana@example.com>", "ü@x.com"])
def test_the_from_address_is_one_plain_address(email: str) -> None:
    assert "plain e-mail address" in told(PAGERDUTY_FROM_EMAIL=email)


@pytest.mark.parametrize("token", ["CANARY with spaces", "CANARY\nsecond line", "CANARYü"])
def test_a_token_that_no_header_can_hold_is_told_without_it(token: str) -> None:
    message = told(PAGERDUTY_API_TOKEN=token)
    assert "PAGERDUTY_API_TOKEN" in message
    assert "CANARY" not in message


def test_names_instead_of_ids_are_told() -> None:
    assert "PT4KHLK" in told(PAGERDUTY_TEAM_IDS="Platform Team")


def test_the_token_is_in_no_repr() -> None:
    assert TOKEN not in repr(PagerDutyOptions.read(SETTINGS))


def test_secrets_are_declared_so_that_they_also_come_from_files() -> None:
    assert set(PagerDutyOptions.secrets()) == {"PAGERDUTY_API_TOKEN", "PAGERDUTY_WEBHOOK_SECRET"}
