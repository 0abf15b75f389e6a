"""Regions are found where the markers are whole, and nothing of the text is ever lost."""

from hypothesis import given
from hypothesis import strategies as st

from callsheet.document.regions import Region, join, region, regions_of, split

BEGIN, END = "<!-- callsheet:begin a -->", "<!-- callsheet:end a -->"
PIECES = st.sampled_from([
    "\ufeff", "words\n", "\r\n", "\n", f"{BEGIN}\n", f"{END}\n", f"{BEGIN}\r\n", f"{END}\r\n", END, BEGIN,
    "<!-- callsheet:begin b sha=0123456789ab -->\n", "<!-- callsheet:end b -->\n", region("a", "ours").text,
    region("b", "more of ours").text, "\x0b", "\u2028",
])  # fmt: skip


@given(st.lists(PIECES).map("".join))
def test_splitting_loses_no_byte(text: str) -> None:
    """For every mixture of whole, broken, doubled and forged markers."""
    assert join(split(text)) == text


def test_a_region_is_untouched_until_somebody_edits_it() -> None:
    """Line ends and trailing blanks are nobody's words."""
    made = region("timeline", "- one\n- two")
    assert regions_of(made.text)["timeline"].untouched
    assert regions_of(made.text.replace("\n", "\r\n"))["timeline"].untouched
    assert regions_of(made.text.replace("one\n", "one  \n"))["timeline"].untouched
    assert not regions_of(made.text.replace("one", "One"))["timeline"].untouched


def test_a_marker_without_its_partner_is_words() -> None:
    """A deleted end marker makes no region of the rest of the document."""
    assert regions_of(f"{BEGIN}\nwords\n") == {}
    assert regions_of(f"words\n{END}\n") == {}
    whole = region("b", "x").text
    assert list(regions_of(f"{BEGIN}\n{whole}{END}\n")) == ["b"]


def test_of_two_regions_with_one_name_the_untouched_one_is_ours() -> None:
    """A person may copy a section and edit the copy; the copy is theirs."""
    ours = region("a", "generated")
    copy = ours.text.replace("generated", "edited")
    for text in (copy + ours.text, ours.text + copy):
        assert regions_of(text)["a"].content == ours.content
        assert sum(isinstance(segment, Region) for segment in split(text)) == 1
    assert regions_of(copy + copy.replace("edited", "again"))["a"].content == "\nedited\n\n"
