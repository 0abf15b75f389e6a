"""A list below "Action items:" is what people write most: each entry is a promise, and what is unclear is asked."""

from __future__ import annotations

import pytest

from callsheet.plan.listed import MAY_BE_PAST, NO_LIST
from callsheet.plan.wording import read_actions


def titles(text: str) -> list[str]:
    return [found.words.title for found in read_actions(text)[0]]


def asked(text: str) -> list[tuple[int, str]]:
    return [(line.line, line.why) for line in read_actions(text)[1]]


@pytest.mark.parametrize(
    "heading",
    [
        "ACTION ITEMS:",
        "Action items:",
        "action items:",
        "Action points:",
        "**Action items:**",
        "**Action items**",
        "## Action items",
        "ACTION:",
        "Action item:",
        "TODO:",
        "TODOs:",
        "To-dos:",
        "AIs:",
        "- Action items:",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_each_entry_of_an_announced_list_is_an_action(heading: str, gap: str) -> None:
    text = f"All quiet.\n{heading}{gap}  - Fix one @lena.weber due Friday\n  - Fix two"
    actions, unreadable = read_actions(text)
    assert unreadable == ()
    assert [(a.words.title, a.words.owner, a.words.due) for a in actions] == [
        ("Fix one", "@lena.weber", "Friday"),
        ("Fix two", None, None),
    ]


@pytest.mark.parametrize("mark", ["-", "*", "+", "•", "1.", "2)", "- [ ]", "* []"])
def test_any_kind_of_list_will_do(mark: str) -> None:
    assert titles(f"Action items:\n{mark} Fix one\n{mark} Fix two") == ["Fix one", "Fix two"]


def test_an_entry_has_its_own_lines_and_its_nested_list_is_part_of_it() -> None:
    text = "Action items:\n- Fix one\n  which took long\n  - step one\n  - Owner: @ann\n  Due: Friday\n\n- Fix two"
    actions, unreadable = read_actions(text)
    assert unreadable == ()
    assert [(a.words.title, a.words.owner, a.words.due) for a in actions] == [
        ("Fix one", "@ann", "Friday"),
        ("Fix two", None, None),
    ]


def test_a_keyword_or_a_tick_in_an_entry_counts_as_ever() -> None:
    assert titles("ACTION ITEMS:\n- ACTION: Fix one\n- [x] Fix two\n- TODO: Fix three\n- ~~Fix four~~") == [
        "Fix one",
        "Fix three",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Action items:\n- none",
        "Action items:\n- n/a\n",
        "ACTION ITEMS:\nnone",
        "ACTION ITEMS:",
        "ACTION ITEMS: none",
        "Action items:\n\nTimeline:\n- restarted the pods",
        "Action items are below:\n- restarted the pods",
        "Actions taken:\n- restarted the pods",
        "Action items\n- restarted the pods",
        "> Action items:\n> - blame the partner",
        "```\nAction items:\n- drop it\n```",
        "Action items:\n> - blame the partner",
    ],
)
def test_nothing_is_read_where_nothing_is_announced(text: str) -> None:
    assert read_actions(text) == ((), ())


def test_the_list_ends_where_other_words_begin() -> None:
    assert titles("Action items:\n- Fix one\nWhat we did:\n- restarted the pods") == ["Fix one"]
    assert titles("- Action items:\n  - Fix one\n- Timeline") == ["Fix one"]
    assert titles("Action items:\n- Fix one\n\nActions taken:\n\n- restarted") == ["Fix one"]


def test_actions_may_be_what_was_done_so_only_a_date_or_a_priority_makes_them_promises() -> None:
    assert titles("Actions:\n- Fix one due Friday\n- Fix two") == ["Fix one", "Fix two"]
    assert titles("Actions:\n- Fix one P2") == ["Fix one"]
    done = "Quiet.\nActions:\n- paged @bob\n- restarted the pods"
    assert titles(done) == []
    assert asked(done) == [(2, MAY_BE_PAST)]


def test_follow_ups_and_next_steps_are_promises_where_a_date_or_a_priority_says_so() -> None:
    assert titles("Follow-ups:\n- Fix one @ann due Friday\n- Fix two") == ["Fix one", "Fix two"]
    assert titles("**Next steps**\n- Fix one P2") == ["Fix one"]


def test_a_loud_heading_without_a_list_is_asked_about() -> None:
    assert asked("ACTION ITEMS:\nFix one @ann\nFix two") == [(1, NO_LIST)]
    assert titles("ACTION ITEMS:\nFix one @ann") == []


def test_fields_below_an_empty_keyword_are_no_list() -> None:
    assert titles("Action item:\n- Owner: @ann\n- Due: Friday") == []


@pytest.mark.timeout(60)  # what grows with the square of the text takes minutes
@pytest.mark.parametrize("text", ["Action items:\n" * 3000, "Action items:\n" + "- x\n" * 3000, "- " * 20_000])
def test_a_hostile_list_costs_no_more_than_its_length(text: str) -> None:
    read_actions(text)
