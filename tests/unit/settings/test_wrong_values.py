"""What a person is told of a wrong value: what they wrote, and where; never a secret."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.settings.conftest import Given


def test_a_wrong_value_is_said_with_its_place_and_never_one_that_could_be_secret(given: Given) -> None:
    given.file("jira.env", "JIRA_RETRIES=many\nCALLSHEET_MODE=https://me:canary@x\n\nCALLSHEET_WEB_TOKEN=canary\n")
    token = "canary0123456789abcdef"
    told = given.problems({"CALLSHEET_TIME_ZONE": "Berlin/Europe", "CALLSHEET_LISTEN": token})
    assert any(it.startswith("JIRA_RETRIES: must be") and it.endswith("(jira.env line 1: ‘many’)") for it in told)
    assert any(it.startswith("CALLSHEET_TIME_ZONE") and it.endswith("(‘Berlin/Europe’)") for it in told)
    assert any(it.startswith("CALLSHEET_MODE") and it.endswith("(jira.env line 2)") for it in told)
    assert any(it.startswith("CALLSHEET_WEB_TOKEN") and it.endswith("(jira.env line 4)") for it in told)
    assert "canary" not in " ".join(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = [\n", "policy.toml:1: is not valid TOML: a list lacks its closing ]"),
        (
            "# one\n[open]\n\npriorities = [\n  'P1',\n\n",
            "policy.toml:4: is not valid TOML: a list lacks its closing ]",
        ),
        ("a = 1\nx = {", "policy.toml:2: is not valid TOML: a table in { } lacks its closing }"),
        ('x = """\nmore\n', 'policy.toml:1: is not valid TOML: a text lacks its closing """'),
    ],
)
def test_what_stays_open_until_the_file_ends_is_told_where_it_begins(
    text: str, told: str, policy_problems: Callable[[str], list[str]]
) -> None:
    assert policy_problems(text) == [told]
