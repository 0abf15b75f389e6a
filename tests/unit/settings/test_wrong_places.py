"""A credential in a variable that is no secret is shown nowhere; ordinary values are."""

from __future__ import annotations

import pytest

from callsheet.connect.options import Problems
from callsheet.model.credentials import looks_like_one
from callsheet.settings.masking import shown_value
from callsheet_jira.options import JiraOptions

DRAWN = (
    "ATATT3xdcdac9f4a06105dad1d65eda3252fec3513967c7",
    "y006ZQ2929LB00QKL0Y9",
    "y_NbAkKc66ryYTWUXYEu",
    "u+Ab1cdEf2ghIjK3lmno",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
)
ORDINARY = (
    "",
    "OPS",
    "callsheet",
    "callsheet-production-2026",
    "team_payments_2026",
    "Europe/Berlin",
    "sqlite:////var/lib/callsheet/k8s1f2a3b4c5d6e7/callsheet.db",
    "https://larkspur1a2b3c4d5e6f7.atlassian.net",
    "callsheet@larkspur.example",
    "PT4KHLK,P9DKX21",
    "gpt-4o-mini-2024-07-18",
    "claude-sonnet-4-20250514",
    "files,git",
    "apprise",
)


@pytest.mark.parametrize("value", DRAWN)
def test_what_was_drawn_by_lot_is_hidden_in_any_variable(value: str) -> None:
    assert shown_value(value, secret=False) == "***"
    assert shown_value(f"P9DKX21, {value}", secret=False) == "***"


@pytest.mark.parametrize("value", ORDINARY)
def test_what_people_name_things_is_shown(value: str) -> None:
    assert not looks_like_one(value)
    assert shown_value(value, secret=False) == value


@pytest.mark.parametrize("project", [DRAWN[0], "two words", "OPS-1", "https://x.example", "A" * 81])
def test_a_project_that_is_none_is_refused_without_repeating_it(project: str) -> None:
    given = {"JIRA_BASE_URL": "https://x.example", "JIRA_EMAIL": "a@b.example", "JIRA_API_TOKEN": "x"}
    with pytest.raises(Problems) as refused:
        JiraOptions.read(given | {"JIRA_PROJECT": project})
    (problem,) = refused.value.problems
    assert (problem.variable, project in problem.what) == ("JIRA_PROJECT", False)
