"""A person's lines stay byte for byte, and what they did not touch follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.document.three_way import three_way


def lines(words: str) -> str:
    """One line for each letter."""
    return "".join(f"{letter}\n" for letter in words)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("abc", "abc", "abc", "abc"),
        ("abc", "abc", "aXc", "aXc"),
        ("abc", "aMc", "abc", "aMc"),
        # Each changed another place.
        ("abcde", "aMcde", "abcXe", "aMcXe"),
        ("abcde", "Mabcde", "abcdeX", "MabcdeX"),
        ("abcde", "acde", "abcXe", "acXe"),
        ("abcde", "abcdeM", "cde", "cdeM"),
        # Both changed one place: the person's word.
        ("abc", "aMc", "aXc", "aMc"),
        ("abc", "ac", "aXc", "ac"),
        ("ab", "aMb", "aXb", "aMb"),
        # Both changed it alike.
        ("abc", "aXc", "aXc", "aXc"),
        ("", "M", "X", "M"),
        ("", "", "X", "X"),
        ("a", "", "a", ""),
        ("abc", "", "abX", ""),
    ],
)
def test_what_meets_is_the_person_s_and_all_else_follows(base: str, mine: str, theirs: str, merged: str) -> None:
    assert three_way(lines(base), lines(mine), lines(theirs)) == lines(merged)


def test_white_space_at_line_ends_is_nobody_s_change_and_stays() -> None:
    assert three_way("a\nb\nc\n", "a \nb\nc\n", "a\nb\nX\n") == "a \nb\nX\n"


SOME = st.lists(st.sampled_from("abcdef"), max_size=12).map(lambda letters: lines("".join(letters)))
OWN = st.lists(st.sampled_from("abMNO"), max_size=12).map(lambda letters: lines("".join(letters)))


@given(SOME, OWN, SOME)
def test_no_line_of_the_person_s_is_lost_or_doubled(base: str, mine: str, theirs: str) -> None:
    """In their order, whatever else changed."""

    def own(text: str) -> list[str]:
        return [line for line in text.split() if line in "MNO"]

    assert own(three_way(base, mine, theirs)) == own(mine)


@given(SOME, OWN, SOME)
def test_merging_again_changes_nothing(base: str, mine: str, theirs: str) -> None:
    merged = three_way(base, mine, theirs)
    assert three_way(theirs, merged, theirs) == merged
    assert three_way(base, base, theirs) == theirs
    assert three_way(base, mine, base) == mine


@pytest.mark.timeout(30)  # what grows with the square of the lines takes minutes
def test_forty_thousand_lines_are_merged() -> None:
    """Many of them alike."""
    base = [f"- {number // 3} paged somebody\n" for number in range(40_000)]
    mine, theirs = [*base], [*base, "- the end\n"]
    mine[20] = "- mine\n"
    del theirs[9_000]
    merged = three_way("".join(base), "".join(mine), "".join(theirs))
    assert merged.count("\n") == 40_000
    assert "- mine\n" in merged
