"""What people wrote in notes, as words; and what looks like an action and is none."""

import pytest

from callsheet.model.action_item import Words
from callsheet.plan.wording import read_actions


def written(text: str) -> list[Words]:
    actions, unreadable = read_actions(text)
    assert not unreadable
    return [action.words for action in actions]


def only(text: str) -> Words:
    (words,) = written(text)
    return words


@pytest.mark.parametrize(
    "line",
    [
        "ACTION: Rotate the keys",
        "Action: Rotate the keys",
        "action: Rotate the keys",
        "ACTION:Rotate the keys.",
        "ACTION : Rotate the keys",
        "ACTION： Rotate the keys",
        "TODO: Rotate the keys",
        "todo: Rotate the keys",
        "To do: Rotate the keys",
        "AI: Rotate the keys",
        "Action item: Rotate the keys",
        "ACTION ITEM: Rotate the keys",
        "Action Item 2: Rotate the keys",
        "- [ ] Rotate the keys",
        "* [ ] TODO: Rotate the keys",
        "- ACTION: Rotate the keys",
        "• ACTION: Rotate the keys",
        "1. TODO: Rotate the keys",
        "2) TODO: Rotate the keys",
        "* **ACTION:** Rotate the keys",
        "**ACTION**: Rotate the keys",
        "**ACTION: Rotate the keys**",
        "_Todo: Rotate the keys_",
        "ACTION: **Rotate the keys**",
        "## Action item: Rotate the keys",
        "  ACTION:   Rotate \t the\u00a0keys  ",
        "\u200bACTION:\u200b Rotate the k\u200beys\u200b",
        "\ufeffACTION: Rotate the keys",
        'ACTION: "Rotate the keys"',
    ],
)
def test_every_head_opens_an_action(line: str) -> None:
    assert only(line) == Words(title="Rotate the keys")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The next action: wait for DNS", id="a-sentence-about-the-next-action"),
        pytest.param("We took action: restarted the pods", id="a-sentence-about-an-action-taken"),
        pytest.param("ACTION needed soon", id="no-colon"),
        pytest.param("Action needed: restart", id="another-word-before-the-colon"),
        pytest.param("Actions: restart", id="a-plural"),
        pytest.param("Action items:\nrestart", id="a-heading"),
        pytest.param("ai: restart", id="ai-in-lower-case"),
        pytest.param("todo://list", id="an-address"),
        pytest.param("> ACTION: blame the partner @bob", id="a-quotation"),
        pytest.param(">> - [ ] blame the partner", id="a-quotation-of-a-quotation"),
        pytest.param("- [x] Tell support", id="a-ticked-box"),
        pytest.param("- [X] ACTION: Tell support @ann", id="a-ticked-box-with-a-keyword"),
        pytest.param("- [ ] ~~Tell support~~", id="struck-out"),
        pytest.param("- [ ]", id="an-empty-box"),
        pytest.param("`ACTION: restart`", id="inline-code"),
        pytest.param("# TODO: a comment of a script", id="a-comment"),
        pytest.param("-- ACTION: a comment of a query", id="another-comment"),
        pytest.param("ACTION: none", id="none"),
        pytest.param("Action items: n/a\nAction item: N/A", id="not-applicable"),
        pytest.param("```\nACTION: drop it\n```", id="a-fence"),
        pytest.param("~~~~ sql\nACTION: drop it\n```\n~~~\nACTION: again\n~~~~", id="a-longer-fence"),
        pytest.param("- ```sh\n  ACTION: drop it\n  ```", id="a-fence-in-a-list"),
        pytest.param("```select 1 from\nACTION: drop it```", id="a-fence-as-chat-programs-write-it"),
        pytest.param("The query: ```select 1\nACTION: drop it\n```", id="a-fence-behind-words"),
        pytest.param("    ACTION: drop it", id="four-spaces"),
        pytest.param("\tACTION: drop it", id="a-tab"),
        pytest.param("- a list\n\n      ACTION: drop it", id="code-in-a-list"),
        pytest.param("Owner: @ann\nDue: Friday", id="fields-without-a-head"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_only_looks_like_an_action_is_none(text: str) -> None:
    assert read_actions(text) == ((), ())


def test_the_example_that_everybody_knows() -> None:
    line = "ACTION: Update runbook for API latency issues @engineer_name due Nov 30 P2"
    assert only(line) == Words(
        title="Update runbook for API latency issues", owner="@engineer_name", due="Nov 30", priority="P2"
    )


def test_kind_and_fix_are_read_where_their_words_are_known() -> None:
    words = only("ACTION: Fix: the DNS @ann kind: prevent, fix: root cause")
    assert words == Words(title="Fix: the DNS", owner="@ann", kind="prevent", fix="root cause")


def test_what_is_written_around_the_keyword_counts() -> None:
    assert [
        words.owner or words.priority for words in written("TODO(@ann): a\n\nACTION [P1]: b\n\nACTION @bob: c")
    ] == [
        "@ann",
        "P1",
        "@bob",
    ]


def test_markup_in_a_title_stays_as_written() -> None:
    title = "Escape <img src=x onerror=alert(1)> in *monitor* | titles {panel}"
    assert only(f"ACTION: {title} @ann due 2026-12-05").title == title


def test_a_title_may_be_as_long_as_it_likes() -> None:
    assert len(only(f"ACTION: {'long ' * 5000}").title) == 5 * 5000 - 1


def test_the_block_form_is_read_in_any_order() -> None:
    text = (
        "Quiet now.\r\n"
        "Action Item: Alert before any certificate expires\r\n"
        "Due date: 2026-12-05\r\n"
        "**Priority:** prio 2\r\n"
        "- Assignee: @ann\r\n"
        "    Kind: detect\r\n"
        "\tFix: root\r\n"
        "\r\n"
        "Action Item: Page the owning team\r\n"
        "Owner: Jane Doe\r\n"
        "Due: Nov 30\r\n"
    )
    actions, unreadable = read_actions(text)
    assert not unreadable
    assert [(action.line, action.words) for action in actions] == [
        (
            2,
            Words(
                title="Alert before any certificate expires",
                owner="@ann",
                due="2026-12-05",
                priority="prio 2",
                kind="detect",
                fix="root",
            ),
        ),
        (9, Words(title="Page the owning team", owner="Jane Doe", due="Nov 30")),
    ]


@pytest.mark.parametrize(
    "between",
    ["", "TODO: Another", "- [ ] Another", "- [x] Another", "ACTION:", "## Later", "```\ncode\n```"],
    ids=["a-blank-line", "a-head", "a-box", "a-ticked-box", "an-empty-head", "a-heading", "a-code-block"],
)
def test_a_block_ends_at(between: str) -> None:
    actions, _ = read_actions(f"ACTION: Rotate keys\n{between}\nOwner: @ann")
    assert actions[0].words == Words(title="Rotate keys")


@pytest.mark.parametrize("between", ["See the wiki.", "> Owner: @bob", "    some code"])
def test_a_block_goes_on_over(between: str) -> None:
    assert only(f"ACTION: Rotate keys\n{between}\nOwner: @ann") == Words(title="Rotate keys", owner="@ann")


def test_several_fields_on_one_line_are_read() -> None:
    assert only("ACTION: Rotate keys\nOwner: @ann, Due: Nov 30, 2026") == Words(
        title="Rotate keys", owner="@ann", due="Nov 30, 2026"
    )


def test_an_empty_field_says_nothing() -> None:
    assert only("ACTION: Rotate keys\nOwner:\nDue: ") == Words(title="Rotate keys")


def test_what_is_said_twice_is_kept_twice() -> None:
    assert only("ACTION: Rotate keys @ann due Nov 30\nOwner: @bob\nDue: nov 30") == Words(
        title="Rotate keys", owner="@ann @bob", due="Nov 30"
    )


def test_a_field_outranks_a_mention() -> None:
    assert only("ACTION: Ask @bob for access\nOwner: @ann").owner == "@ann"


def test_several_actions_on_one_line_are_several() -> None:
    actions, _ = read_actions("ACTION: one @a due Nov 30 ACTION: two @b P1; TODO: three. AI: four\nOwner: @d")
    assert [(action.line, action.words.title, action.words.owner) for action in actions] == [
        (1, "one", "@a"),
        (1, "two", "@b"),
        (1, "three", None),
        (1, "four", "@d"),
    ]


def test_a_nested_box_is_no_code() -> None:
    assert only("- Follow-ups\n    - [ ] Rotate keys @ann") == Words(title="Rotate keys", owner="@ann")


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        pytest.param("Hello\nACTION:", 2, "nothing is written behind it", id="nothing-behind-the-keyword"),
        pytest.param("ACTION: @ann due Nov 30", 1, "it does not say what to do", id="only-who-and-when"),
        pytest.param("ACTION: ???", 1, "it does not say what to do", id="only-punctuation"),
        pytest.param(
            "```\nACTION: Rotate keys", 2, "it stands in a code block that is never closed", id="an-open-fence"
        ),
        pytest.param(
            "Fixed it. ACTION: Rotate keys @ann",
            1,
            "it stands behind other words: give it a line of its own",
            id="behind-a-sentence",
        ),
    ],
)
def test_what_cannot_be_read_is_reported(text: str, line: int, why: str) -> None:
    actions, (report,) = read_actions(text)
    assert actions == ()
    assert (report.line, report.text, report.why) == (line, text.splitlines()[line - 1], why)


@pytest.mark.timeout(60)  # what grows with the square of the text takes minutes
@pytest.mark.parametrize(
    "text",
    [
        "ACTION: x " + "`" * 20_000,
        "ACTION: x " + "".join("`" * width + " " for width in range(1, 200)),
        "ACTION: x " + "," * 20_000 + " y",
        "ACTION: x " + "owner: " * 5_000,
        "ACTION: x " + "due " * 5_000,
        "ACTION: x " + "( @a" * 5_000,
        "a ```\n" * 10_000,
    ],
    ids=["ticks", "growing-ticks", "commas", "owners", "dues", "brackets", "fences"],
)
def test_a_hostile_note_costs_no_more_than_its_length(text: str) -> None:
    read_actions(text)
