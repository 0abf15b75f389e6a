"""Rich text: ADF that Jira takes, wiki markup in which nothing acts, cuts, links, titles."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callsheet.model.text import Body, Bullets, Paragraph, Span, paragraph
from callsheet_jira import adf, links, trim, wiki

ANYTHING = st.text(max_size=60) | st.text(alphabet="{}[]|!*_^~\\#-+?h1. :&;a\n\"'<>()", max_size=40)
EVIL = (
    "[~admin] {color:red}x{color} !http://evil/x.png! [click|http://evil] |a|b| *b* _i_ ^s^ ~t~ \\\\ {{code}}",
    "h1. big",
    "bq. quote",
    "# one",
    "- one",
    "----",
    "{noformat}",
    "a\n{code}\nb",
    "\\[~admin]",
    "??cite?? -gone- +added+",
    "&#91;~admin&#93;",
)


def nodes(node: Any) -> Any:
    yield node
    for child in node.get("content", ()):
        yield from nodes(child)


def sound(document: dict[str, Any]) -> None:
    """What Jira demands of a document."""
    assert (document["type"], document["version"]) == ("doc", 1)
    for node in nodes(document):
        if node["type"] == "text":
            assert node["text"]
            assert not re.search("[\n\r\x00-\x08\u2028\ud800-\udfff]", node["text"])
        else:
            assert node["content"], node


@given(ANYTHING)
def test_any_text_is_inert_in_adf_and_comes_back_as_plain_words(text: str) -> None:
    document = adf.render((paragraph(text),))
    sound(document)
    json.dumps(document, ensure_ascii=False).encode()
    assert adf.plain(document) == (trim.one_line(text).strip("\n") or "-")
    # Nothing in it but one paragraph of one unmarked text node.
    assert [node["type"] for node in nodes(document)] == ["doc", "paragraph", "text"]


@given(st.lists(st.lists(ANYTHING, max_size=3), max_size=4), st.booleans())
def test_any_body_is_a_sound_document(lines: list[list[str]], bullets: bool) -> None:
    rows = tuple(Paragraph(spans=tuple(Span(text=text, strong=bullets) for text in line)) for line in lines)
    body: Body = (Bullets(items=rows),) if bullets else rows
    document = adf.render(body)
    sound(document)
    shown = "".join(adf.plain(document).split())
    for line in lines:
        assert "".join(trim.one_line("".join(line)).split()) in shown


def test_adf_splits_nothing_and_keeps_links_and_strong_text() -> None:
    body = (
        paragraph("Owner: ", Span(text="Ann", strong=True), " see ", Span(text="the page", url="https://x.test/a?b=1")),
        Bullets(items=(paragraph("one\ntwo"), paragraph(""))),
        paragraph(""),
    )
    document = adf.render(body)
    sound(document)
    assert adf.plain(document) == "Owner: Ann see the page (https://x.test/a?b=1)\n- one two"
    marks = [mark["type"] for node in nodes(document) for mark in node.get("marks", ())]
    assert marks == ["strong", "link"]


def test_adf_of_nothing_is_still_a_document_that_jira_takes() -> None:
    for body in ((), (paragraph(""),), (Bullets(items=()),)):
        sound(adf.render(body))


def test_what_people_quote_and_code_stay_apart_from_their_own_words() -> None:
    def words(text: str, *marks: str) -> dict[str, Any]:
        return {"type": "text", "text": text, "marks": [{"type": mark} for mark in marks]}

    quoted = [words("callsheet: due Dec 5"), {"type": "hardBreak"}, words("callsheet: drop because x")]
    document = {
        "type": "doc",
        "content": [
            {"type": "blockquote", "content": [{"type": "paragraph", "content": quoted}]},
            {"type": "paragraph", "content": [words("No, "), words("callsheet: drop", "code"), words(" is", "strong")]},
        ],
    }
    assert adf.plain(document) == ("> callsheet: due Dec 5\n> callsheet: drop because x\nNo, `callsheet: drop` is")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("{quote}\ndue\ndrop\n{quote}\nNo", ["> due", "> drop", "No"]),
        ("{quote}due{quote}No", ["> due", "No"]),
        ("bq. due\nNo", ["> due", "No"]),
        ("So:\n{code:title=x|y=z}\ndrop\n{code}\nNo", ["So:", "```", "drop", "```", "No"]),
        ("So: {noformat}drop{noformat}", ["So: ", "```", "drop", "```"]),
        (r"\{quote\}due\{quote\}", ["{quote}due{quote}"]),
        ("{quote} is never closed", ["{quote} is never closed"]),
    ],
)
def test_wiki_quotations_and_code_stay_apart_too(markup: str, words: list[str]) -> None:
    assert [line for line in wiki.plain(markup).split("\n") if line] == words


def test_plain_reads_what_people_make_in_the_editor() -> None:
    document = {
        "type": "doc",
        "content": [
            {"type": "heading", "content": [{"type": "text", "text": "Why"}]},
            {
                "type": "paragraph",
                "content": [
                    {"type": "mention", "attrs": {"id": "5b10", "text": "@Ann"}},
                    {"type": "text", "text": " by "},
                    {"type": "date", "attrs": {"timestamp": "1793577600000"}},
                    {"type": "hardBreak"},
                    {"type": "emoji", "attrs": {"shortName": ":tada:"}},
                    {"type": "unheard-of"},
                ],
            },
            {
                "type": "orderedList",
                "content": [
                    {"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "a"}]}]}
                ],
            },
            {"type": "codeBlock", "content": [{"type": "text", "text": "x = 1"}]},
            {"type": "rule"},
            None,
        ],
    }
    assert adf.plain(document) == "Why\n@Ann by 2026-11-02\n:tada:\n- a\n```\nx = 1\n```"
    assert adf.plain(None) == adf.plain(7) == adf.plain({"type": "doc", "content": "?"}) == ""
    assert adf.plain("wiki words") == "wiki words"


def test_a_bottomless_document_is_read_no_deeper_than_people_write() -> None:
    deep: dict[str, Any] = {"type": "text", "text": "x"}
    for _ in range(5000):
        deep = {"type": "blockquote", "content": [deep]}
    assert adf.plain(deep) == ""


def bare_specials(markup: str) -> list[str]:
    """Special characters without a backslash before them."""
    return re.findall(r"(?<!\\)[{}\[\]|!*_^~]", markup)


@given(ANYTHING)
@example("\\")
@example("\\[~admin]")
def test_any_text_is_inert_in_wiki_markup(text: str) -> None:
    markup = wiki.escape(text)
    assert bare_specials(markup) == []
    assert "\n" not in markup
    # A backslash is never doubled, which would be a line break and bare whatever follows.
    assert "\\\\" not in markup
    assert wiki.plain(markup) == trim.one_line(text)


@given(ANYTHING)
def test_no_line_of_wiki_markup_begins_as_something_else(text: str) -> None:
    for markup in (wiki.render((paragraph(text),)), wiki.render((Bullets(items=(paragraph(text),)),))):
        for line in markup.splitlines():
            assert not re.match(r"(\* )?\s*([#-]|h[1-6]\.|bq\.|\|)", line)


@pytest.mark.parametrize("text", EVIL)
def test_malicious_titles_do_nothing(text: str) -> None:
    markup = wiki.render((paragraph(text),))
    assert bare_specials(markup) == []
    assert "[~" not in markup.replace("\\[", "")
    assert wiki.plain(markup) == trim.one_line(text)


def test_wiki_markup_has_links_strong_text_and_bullets() -> None:
    body = (
        paragraph(Span(text="Due ", strong=True), "[x]", Span(text="a|b]", url="https://x.test/~a_b?c=[d]|e")),
        Bullets(items=(paragraph("one"), paragraph("# two"))),
    )
    assert wiki.render(body) == (
        "*Due* \\[x\\][a&#124;b&#93;|https://x.test/%7Ea%5Fb?c=%5Bd%5D%7Ce]\n\n* one\n* \\# two"
    )
    assert wiki.plain(wiki.render(body)) == "Due [x]a|b] (https://x.test/%7Ea%5Fb?c=%5Bd%5D%7Ce)\n\n- one\n- # two"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://", "http://[", "data:x", ""])
def test_an_address_that_may_not_be_a_link_is_shown_as_words(url: str) -> None:
    assert links.linkable(url) is None
    body = (paragraph(Span(text="see", url=url)),)
    assert "link" not in json.dumps(adf.render(body))
    assert bare_specials(wiki.render(body)) == []


@pytest.mark.parametrize("render", [adf.render, wiki.render])
def test_a_long_body_is_cut_with_an_ellipsis(render: Any) -> None:
    body = (paragraph("start"), Bullets(items=tuple(paragraph("{x}" * 100) for _ in range(400))), paragraph("end"))
    shown = json.dumps(render(body), ensure_ascii=False)
    assert len(shown) < 32_767
    assert "start" in shown
    assert "…" in shown
    assert "end" not in shown.rsplit("…", 1)[1].replace("append", "")


@given(st.text(max_size=400), st.integers(min_value=150, max_value=300))
def test_a_cut_never_exceeds_its_budget(text: str, budget: int) -> None:
    def weigh(span: Span) -> int:
        return len(span.text)

    body: Body = (paragraph(text), paragraph(text))
    cut = trim.cut(body, budget, weigh)
    assert sum(weigh(span) for block in cut if isinstance(block, Paragraph) for span in block.spans) <= budget


@given(st.text(max_size=600))
def test_a_title_always_fits(text: str) -> None:
    shown = trim.title(text)
    assert 0 < len(shown.encode("utf-16-le", "strict")) // 2 <= 254
    assert shown == " ".join(shown.split())


def test_a_title_keeps_short_words_and_marks_a_cut() -> None:
    assert trim.title("Add\r\nan alert\t now") == "Add an alert now"
    assert trim.title("x" * 300) == "x" * 253 + "…"
    assert trim.title("\x00\n ") == "(untitled)"
    assert trim.title("🚒" * 200) == "🚒" * 126 + "…"
