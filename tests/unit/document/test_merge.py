"""Human words are sacred: what people touched stays, what they left alone follows."""

import re
from dataclasses import replace
from typing import Any

import pytest

from callsheet.document.merge import merge
from callsheet.document.regions import region, regions_of
from callsheet.document.sheet import COLUMNS, read_sheet

ONE, TWO, THREE = (f"ai-{number:016x}" for number in (1, 2, 3))


def cells(key: str, action: str, **more: str) -> tuple[str, ...]:
    """One generated row."""
    return tuple({"Key": key, "Action": action, **more}.get(column, "") for column in COLUMNS)


def generated(
    *rows: tuple[str, ...], timeline: str = "- one\n- two", title: str = "T", extra: str = "", summary: str = "S"
) -> str:
    """A small document as a renderer would make it."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return (
        f"---\nincident: Q1\ntitle: {title}\nstatus: draft\n---\n\n## Summary\n\n{region('summary', summary).text}\n"
        f"## Timeline\n\n{region('timeline', timeline).text}\n## What we learned\n\n*Write it here.*\n\n{extra}"
        f"## Call sheet\n\n{region('call-sheet', table).text}\n## Notes\n\n*Write them here.*\n"
    )


def cycle(current: str | None, made: str, before: str | None, last: str | None, **more: Any) -> str:
    """One merge, and the proof that the same merge again changes nothing."""
    merged = merge(current, made, published=before, last_generated=last, **more)
    assert merge(merged, made, published=merged, last_generated=made) == merged
    return merged


def test_a_new_document_is_the_generated_one() -> None:
    """A missing file, and one that somebody emptied."""
    assert merge(None, "text") == "text"
    assert merge("\ufeff \r\n", "text") == "text"


def test_untouched_regions_follow() -> None:
    """Also when the database was lost: the marker alone tells."""
    old, new = generated(), generated(timeline="- one\n- two\n- three")
    assert cycle(old, new, old, old) == new
    assert cycle(old, new, None, None) == new


def test_words_between_regions_stay() -> None:
    """They are the people's."""
    old, new = generated(), generated(timeline="- one\n- two\n- three")
    current = old.replace("*Write it here.*", "We learned **this**.")
    assert cycle(current, new, old, old) == new.replace("*Write it here.*", "We learned **this**.")


def test_a_touched_region_stays_and_news_stand_beside_it() -> None:
    """Once, marked, and more is added to the same place until somebody edits that, too."""
    old = generated()
    current = old.replace("- two", "- two, as I saw it")
    news = generated(timeline="- one\n- two\n- three")
    first = cycle(current, news, old, old)
    assert "- one\n- two, as I saw it\n" in first
    assert first.index("- two, as I saw it") < first.index("Since you edited this section") < first.index("- three")
    assert "- two\n" not in first
    more = generated(timeline="- one\n- two\n- three\n- four")
    second = cycle(first, more, first, news)
    assert regions_of(second)["timeline-new"].content.count("- ") == 2
    edited = second.replace("- three", "- three!")
    fifth = generated(timeline="- one\n- two\n- three\n- four\n- five")
    third = cycle(edited, fifth, second, more)
    assert "- three!\n- four\n" in third
    assert regions_of(third)["timeline-new-2"].content.strip().endswith("saw:*\n\n- five")


def test_news_away_from_a_person_s_lines_go_to_their_place() -> None:
    """Only where both changed the same place is anything proposed."""
    old = generated(timeline="- one\n- two\n- three")
    current = old.replace("- one\n", "- one, as I saw it\n- and more\n")
    news = generated(timeline="- one\n- two\n- two and a half\n- three, corrected")
    merged = cycle(current, news, old, old)
    assert "- one, as I saw it\n- and more\n- two\n- two and a half\n- three, corrected\n" in merged
    assert "timeline-new" not in merged
    assert not regions_of(merged)["timeline"].untouched
    lost = cycle(current, news, None, None)
    assert lost == current


def test_a_region_that_somebody_gave_back_is_ours_again() -> None:
    """Also where news had come into it meanwhile, which the marker does not know."""
    old, new = generated(timeline="- one\n- two\n- three"), generated(timeline="- one\n- two\n- three\n- four")
    edited = cycle(old.replace("- one", "- One!"), new, old, old)
    given_back = cycle(edited.replace("- One!", "- one"), new, edited, new)
    assert given_back == new
    assert cycle(given_back, old, given_back, new) == old


def test_a_marker_that_lost_its_print_is_made_whole() -> None:
    """Nobody wrote anything between it and its end."""
    old, new = generated(), generated(timeline="- one\n- two\n- three")
    bare = re.sub(r"(begin timeline) sha=\w+", r"\1", old)
    assert cycle(bare, old, old, old) == old
    assert cycle(bare, new, old, old) == new


def test_a_touched_region_without_news_gets_none() -> None:
    """Neither in the cycle after the edit nor after the database was lost."""
    old = generated()
    current = old.replace("- two", "- two, as I saw it")
    assert cycle(current, old, old, old) == current
    assert cycle(current, generated(timeline="- one\n- two\n- three"), None, None) == current


def test_a_proposal_that_was_deleted_or_copied_does_not_come_back() -> None:
    """The person has seen it."""
    old, news = generated(), generated(timeline="- one\n- two\n- three")
    current = old.replace("- two", "- two, as I saw it")
    first = cycle(current, news, old, old)
    deleted = first.replace(regions_of(first)["timeline-new"].text, "")
    assert "three" not in cycle(deleted, news, first, news)
    copied = first.replace("- two, as I saw it\n", "- two, as I saw it\n- three\n", 1)
    taken = cycle(copied, news, first, news)
    assert taken.count("- three") == 1
    assert "timeline-new" not in taken


def test_news_come_with_the_heading_and_the_table_that_they_stand_in() -> None:
    """A lone table row would not be a table, a time without its day no time; indented lines belong to theirs."""
    last = "### Monday\n\n- one\n\n| A | B |\n| --- | --- |\n| a | b |"
    now = "### Monday\n\n- one\n\n| A | B |\n| --- | --- |\n| a | b |\n| c | d |\n\n### Tuesday\n\n- three\n  - why"
    old, new = generated(timeline=last), generated(timeline=now)
    merged = cycle(old.replace("| a | b |", "| a | mine |"), new, old, old)
    proposed = regions_of(merged)["timeline-new"].content
    assert "### Monday\n\n| A | B |\n| --- | --- |\n| c | d |\n\n### Tuesday\n\n- three\n  - why\n" in proposed


def test_a_deleted_region_stays_deleted() -> None:
    """Markers and all, for ever; with half of its markers it is the person's text."""
    old, new = generated(), generated(timeline="- one\n- two\n- three")
    gone = old.replace(regions_of(old)["timeline"].text, "")
    first = cycle(gone, new, old, old)
    assert "callsheet:begin timeline" not in cycle(first, generated(timeline="- four"), first, new)
    assert "callsheet:begin timeline" not in cycle(gone, new, None, None)
    half = old.replace("<!-- callsheet:end timeline -->\n", "")
    assert cycle(half, new, old, old) == half


def test_a_region_that_the_template_has_learned_is_added_once_in_its_place() -> None:
    """With its heading, in front of what follows it in the template."""
    old = generated()
    current = old.replace("*Write it here.*", "We learned **this**.")
    new = generated(extra=f"## Awards\n\nFor people.\n\n{region('awards', '- best note').text}\n")
    first = cycle(current, new, old, old)
    places = [first.index(words) for words in ("## Timeline", "## Awards", "For people.", "- best note", "## What we")]
    assert places == sorted(places)
    assert first.count("## Awards") == 1
    assert "We learned **this**." in first
    deleted = first.replace(regions_of(first)["awards"].text, "")
    assert "best note" not in cycle(deleted, new, first, new)


def test_line_ends_and_byte_order_mark_are_kept() -> None:
    """The whole document stays in the form in which people's editors left it."""
    old = generated(cells(ONE, "First"))
    current = "\ufeff" + old.replace("\n", "\r\n").replace("- two", "- mine")
    new = generated(cells(ONE, "First"), cells(TWO, "Second"), timeline="- one\n- two\n- three", title="U", summary="Z")
    merged = cycle(current, new, current.replace("- mine", "- two"), old)
    assert merged.startswith("\ufeff---\r\n")
    assert "\n" not in merged.replace("\r\n", "")
    assert "- three\r\n" in merged
    assert "title: U\r\n" in merged


def test_front_matter_follows_but_for_what_people_wrote() -> None:
    """Their status, their title, their own fields, and fields that they deleted."""
    old, new = generated(title="T"), generated(title="U")
    current = old.replace("status: draft", "status: in review\nreviewed: yes")
    merged = cycle(current, new, old, old)
    assert merged.startswith("---\nincident: Q1\ntitle: U\nstatus: in review\nreviewed: yes\n---\n")
    assert "title: mine\n" in cycle(old.replace("title: T", "title: mine"), new, old, old)
    assert "title:" not in cycle(old.replace("title: T\n", ""), new, old, old)
    assert "title: T\n" in cycle(old, new, None, None)


@pytest.mark.parametrize(
    ("here", "published", "last", "now", "then"),
    [
        ("Ana", "Ana", "Ana", "Bob", "Bob"),  # nobody edited it: it follows
        ("Eve", "Ana", "Ana", "Bob", "Eve"),  # a fresh edit stays
        ("Eve", "Eve", "Ana", "Ana", "Eve"),  # an older edit stays while there is no news
        ("Eve", "Eve", "Ana", "Bob", "Bob"),  # and follows news
        ("", "Ana", "Ana", "Ana", "Ana"),  # an empty cell is filled
        ("", "", "", "Ana", "Ana"),
        ("Ana", "Ana", "Ana", "", ""),  # cleared in the tracker
        ("Eve", None, None, "Bob", "Eve"),  # the database was lost: words stay
        ("", None, None, "Bob", "Bob"),  # and gaps are filled
    ],
)
def test_the_call_sheet_is_merged_cell_by_cell(
    here: str, published: str | None, last: str | None, now: str, then: str
) -> None:
    """Every line of the decision table."""
    before = None if published is None else generated(cells(ONE, "A", Owner=published))
    earlier = None if last is None else generated(cells(ONE, "A", Owner=last))
    merged = cycle(generated(cells(ONE, "A", Owner=here)), generated(cells(ONE, "A", Owner=now)), before, earlier)
    assert read_sheet(merged)[0][0].owner == then


def test_rows_keep_their_order_and_new_ones_come_last() -> None:
    """Swapped rows stay swapped, deleted ones stay away, extra columns stay filled."""
    old = generated(cells(ONE, "First"), cells(TWO, "Second"))
    first, second = (line for line in old.splitlines(keepends=True) if "ai-" in line)
    swapped = old.replace(first + second, second + first)
    new = generated(cells(ONE, "First", Status="done"), cells(TWO, "Second"), cells(THREE, "Third | pipe"))
    merged = cycle(swapped, new.replace("Third | pipe", "Third \\| pipe"), old, old)
    assert [(row.key, row.action, row.status) for row in read_sheet(merged)[0]] == [
        (TWO, "Second", ""),
        (ONE, "First", "done"),
        (THREE, "Third | pipe", ""),
    ]
    deleted = merged.replace(next(line for line in merged.splitlines(keepends=True) if TWO in line), "")
    again = cycle(deleted, new, merged, new)
    assert TWO not in again
    assert TWO not in cycle(again, new, again, new)


def test_peoples_own_columns_and_spacing_stay() -> None:
    """Only the cell that changes is written."""
    old = generated(cells(ONE, "First", Status="open"))
    current = "## Call sheet\n\n|Notes|Status|Action|Key|\n|:--|-:|--|--|\n|my  *note*|open|First|" + ONE + "|\n"
    new = generated(cells(ONE, "First", Status="done"), cells(TWO, "Second"))
    assert merge(current, new, published=old.replace(old, current), last_generated=old) == (
        "## Call sheet\n\n|Notes|Status|Action|Key|\n|:--|-:|--|--|\n"
        f"|my  *note*| done |First|{ONE}|\n|  |  | Second | {TWO} |\n"
    )


def test_a_persons_row_gets_its_key_where_it_stands() -> None:
    """Its empty cells are filled from the generated row, which is not added again."""
    old = generated(cells(ONE, "First"))
    line = next(line for line in old.splitlines(keepends=True) if ONE in line)
    current = old.replace(line, "| | Mine, my way | | Friday |\n" + line)
    number = current[: current.index("Mine")].count("\n") + 1
    new = generated(cells(TWO, "Mine", Owner="Ana", Due="2026-11-20"), cells(ONE, "First"))
    merged = cycle(current, new, old, old, new_keys={number: TWO})
    rows, maladies = read_sheet(merged)
    assert maladies == ()
    assert [(row.key, row.action, row.owner, row.due) for row in rows] == [
        (TWO, "Mine, my way", "Ana", "Friday"),
        (ONE, "First", "", ""),
    ]


def test_a_key_is_never_given_twice() -> None:
    """Not to two rows, not to a line that holds none, not one that stands in the table already."""
    old = generated(cells(ONE, "First"))
    current = old.replace("## Notes", "words\n\n## Notes")
    merged = cycle(current, old, old, old, new_keys={1: TWO, 9999: THREE, 22: ONE})
    assert merged == current


def test_a_lost_key_column_comes_back() -> None:
    """Rows are known by their wording, so nothing is filed a second time."""
    old = generated(cells(ONE, "First"), cells(TWO, "Second"))
    current = "## Call sheet\n\nAction | Due\n--|--\nSecond | Friday\n First|\nMine |\n"
    merged = cycle(current, old, old, old)
    assert [(row.key, row.action, row.due) for row in read_sheet(merged)[0]] == [
        (TWO, "Second", "Friday"),
        (ONE, "First", ""),
        (None, "Mine", ""),
    ]


@pytest.mark.parametrize(
    "broken", ["words only\n", "| Key | Action |\nno rule\n| | x |\n", "| Key | Owner |\n|--|--|\n| | x |\n", ""]
)
def test_a_call_sheet_that_cannot_be_read_is_left_alone(broken: str) -> None:
    """Byte for byte; and so is a document without one."""
    old = generated(cells(ONE, "First"))
    table = regions_of(old)["call-sheet"].content
    current = old.replace(table, broken)
    assert cycle(current, generated(cells(ONE, "First", Owner="Ana")), old, old) == current
    without = current[: current.index("## Call sheet")]
    assert cycle(without, generated(cells(ONE, "First", Owner="Ana")), old, old) == without


def test_an_unreadable_row_is_left_alone_and_not_added_again() -> None:
    """It still holds its key."""
    old = generated(cells(ONE, "First"))
    current = old.replace("First", "First | half | of | it")
    assert cycle(current, generated(cells(ONE, "First", Owner="Ana")), None, None) == current


def test_a_touched_summary_is_not_the_callsheets_business() -> None:
    """Regions are decided one by one."""
    old = generated()
    current = old.replace("\nS\n", "\nMy summary.\n")
    merged = cycle(current, generated(timeline="- three", summary="S2"), old, old)
    assert "My summary." in merged
    assert "- three" in merged
    assert regions_of(merged)["summary-new"].content.strip().endswith("S2")
    assert replace(regions_of(merged)["timeline"], sha=None).content.strip() == "- three"
