"""What is wrong with a whole entry of the policy is told beside the faults of its keys, and harms no other entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from callsheet.settings import read_policy

PolicyProblems = Callable[[str], list[str]]

ROUTES = """
[[routes]]
name = "broken"
teams = 3
priorities = 4

[[routes]]
name = "payments"
teams = ["Payments"]

[[routes]]
name = "search"
teams = ["Search"]
"""


def test_two_faults_in_one_entry_leave_the_next_entries_alone(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(ROUTES)
    rules, skipped = read_policy(path, default_zone="UTC")
    assert len(skipped) == 2
    assert [route.name for route in rules.routes] == ["payments", "search"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("[[routes]]\nname = 'a'\nlabels = 3\n", ["1 routes", "3 routes.labels"]),
        (
            "[[seasons.named]]\nname = 'a b'\nstarts_on = 2026-05-01\nends_on = 2026-04-01\n",
            ["2 seasons.named.name", "4 seasons.named.ends_on"],
        ),
        ("[nudge]\nladder = ['weekly']\nnew_items = 'x'\n", ["2 nudge.ladder", "3 nudge.new_items"]),
    ],
)
def test_a_fault_of_a_key_hides_no_fault_of_its_entry(
    policy_problems: PolicyProblems, text: str, places: list[str]
) -> None:
    assert [problem.removeprefix("policy.toml:").partition(":")[0] for problem in policy_problems(text)] == places
