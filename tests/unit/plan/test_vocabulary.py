"""Single words, and when two wordings are the same."""

import pytest

from callsheet.model.action_item import Fix, ItemKind
from callsheet.plan.wording import fix_word, kind_word, priority_word, same_wording


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Rotate the keys", "rotate  THE keys.", True),
        ("Rotate the **keys**", "_Rotate_ the `keys`", True),
        ("Don’t page", "Dont page", True),
        ("80 % full", "80% full", True),
        ("Rotate\u200b the keys", "Rotate the keys", True),
        ("Ｒｏｔａｔｅ", "rotate", True),
        ("???", "???", True),
        ("???", "!!!", False),
        ("Port to C++", "Port to C#", False),
        ("Alert at > 5", "Alert at < 5", False),
        ("Raise to 1.5", "Raise to 15", False),
        ("Rotate the keys", "Rotate keys", False),
        ("की", "का", False),
    ],
)
def test_wording_is_compared_without_its_dress(a: str, b: str, same: bool) -> None:
    assert same_wording(a, b) is same
    assert same_wording(b, a) is same


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("p2", "P2"),
        ("P2", "P2"),
        ("prio 2", "P2"),
        ("Priority: 3", "P3"),
        ("SEV-2", "P2"),
        ("sev1", "P1"),
        ("(P5)", "P5"),
        ("2", "P2"),
        ("P0", None),
        ("P6", None),
        ("P12", None),
        ("P2, P3", None),
        ("high", None),
        ("", None),
    ],
)
def test_priorities_are_p1_to_p5(text: str, priority: str | None) -> None:
    assert priority_word(text) == priority


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("prevent", ItemKind.PREVENT),
        ("Prevention", ItemKind.PREVENT),
        ("*detect*", ItemKind.DETECT),
        ("monitoring", ItemKind.DETECT),
        ("mitigation", ItemKind.MITIGATE),
        ("Process", ItemKind.PROCESS),
        ("other", None),
        ("", None),
    ],
)
def test_kinds_have_plain_synonyms(text: str, kind: ItemKind | None) -> None:
    assert kind_word(text) is kind


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("root", Fix.ROOT),
        ("Root-cause", Fix.ROOT),
        ("permanent", Fix.ROOT),
        ("stopgap", Fix.STOPGAP),
        ("stop-gap", Fix.STOPGAP),
        ("Workaround", Fix.STOPGAP),
        ("restarted the pod", None),
        ("", None),
    ],
)
def test_fixes_have_plain_synonyms(text: str, fix: Fix | None) -> None:
    assert fix_word(text) is fix
