"""What a policy may be tidied of: it is told, and nothing fails for it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from callsheet.settings import check_policy, policy_hints

TODAY = date(2026, 11, 16)
POLICY = """
[nudge.away]
"ana@example.com" = ["2026-11-02..2026-11-15", "2026-11-16", "2026-12-24..2027-01-02"]
"bo@example.com" = ["2025-05-01"]
"""


def hints(folder: Path, text: str) -> list[tuple[str, str]]:
    path = folder / "policy.toml"
    path.write_text(text)
    return [(hint.variable, hint.what) for hint in policy_hints(path, TODAY)]


def test_days_away_that_are_over_can_go(tmp_path: Path) -> None:
    assert hints(tmp_path, POLICY) == [
        ('policy.toml:3 nudge.away."ana@example.com" entry 1', "2026-11-02..2026-11-15 is over; it can go"),
        ('policy.toml:4 nudge.away."bo@example.com" entry 1', "2025-05-01 is over; it can go"),
    ]
    assert check_policy(tmp_path / "policy.toml") == []


def test_what_cannot_be_read_is_told_elsewhere(tmp_path: Path) -> None:
    for text in (
        "",
        "nudge = 3",
        "[nudge]\naway = 3",
        '[nudge.away]\nana = "x"',
        '[nudge.away]\nana = ["x", 3]',
        "=",
    ):
        assert hints(tmp_path, text) == []
    assert policy_hints(tmp_path / "nowhere.toml", TODAY) == []
