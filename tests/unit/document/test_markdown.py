"""What comes from outside becomes inert, and what people wrote is read as they see it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from callsheet.document.markdown import clip, escape, fold, link, plain, safe_url

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HOSTILE = st.lists(st.sampled_from([*"ab1 \\`*_[]()<>|~#+-=!&;:/.$\"'{}\n\t\r", "<!--", "-->", "http://", "&lt;"])).map(
    "".join
)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
        "# heading",
        "- item",
        "1. item",
        "> quote",
        "```",
        "---",
        "===",
        "<!-- callsheet:begin timeline -->",
        "**bold** _soft_ __hard__ ~~gone~~ `code`",
        "https://evil.example/a",
        "www.evil.example",
        "&lt;b&gt;",
        "C#",
        "#",
        "##",
        "a #",
        "pipe | in \\| cell \\",
    ],
)
def test_no_text_forms_markup(text: str) -> None:
    """In a paragraph, a heading, a list entry and a table's cell a reader sees exactly the words."""
    assert _read(escape(text)) == f"<p>{_html(text)}</p>\n"
    assert _read(f"# {escape(text)}") == f"<h1>{_html(text)}</h1>\n"
    assert _read(f"- {escape(text)}") == f"<ul>\n<li>{_html(text)}</li>\n</ul>\n"
    table = _read(f"| a | b |\n| --- | --- |\n| {escape(text)} | second |")
    assert f"<td>{_html(text)}</td>\n<td>second</td>" in table


@given(HOSTILE)
def test_escaping_is_undone_by_reading(text: str) -> None:
    """What was written into a cell is read back from it."""
    assert plain(escape(text)) == fold(text)


@given(HOSTILE)
def test_an_escaped_text_is_words_and_nothing_else(text: str) -> None:
    """Whatever the text, the parser finds one paragraph with text in it."""
    tokens = READER.parse(f"x {escape(text)}")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    kinds = {child.type for child in tokens[1].children or ()}
    assert kinds <= {"text", "text_special", "code_inline"}
    assert all(child.content.startswith("http") for child in tokens[1].children or () if child.type == "code_inline")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("See https://x.example/a_b*c, now.", "See `https://x.example/a_b*c`, now."),
        ("(https://x.example/a(b)c)", "(`https://x.example/a(b)c`)"),
        ("HTTP://X.example|y", r"`HTTP://X.example`\|y"),
        (r"https://x.example/\`a`", r"`https://x.example/`\\\`a\`"),
        ("https:// and ftp://x", r"https\:// and ftp\://x"),
    ],
)
def test_an_address_is_code_so_that_it_reads_well_and_links_nowhere(text: str, written: str) -> None:
    """What follows it in the sentence stays outside; nothing in it ends the code or the cell."""
    assert escape(text) == written
    assert plain(written) == text


def test_control_and_direction_characters_are_dropped() -> None:
    """A right-to-left override can't turn a name around, a line separator can't end a line, a surrogate can't crash."""
    assert escape("a\u202eb\u2028c\x00d\ud800e\ufefff") == "ab cdef"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("[OPS-1](https://jira.example/browse/OPS-1)", "OPS-1"),
        ("<https://jira.example>", "https://jira.example"),
        ("a &amp; b &lt;c&gt; &#124;", "a & b <c> |"),
        (r"pipe \| and \\", "pipe | and \\"),
        ("&nosuch; stays", "&nosuch; stays"),
        ("first<br>second", "first second"),
        (r"[a\]b](x)", "a]b"),
    ],
)
def test_a_cell_is_read_as_people_see_it(written: str, seen: str) -> None:
    """Links become their text, escapes and entities their character."""
    assert plain(written) == seen


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "ftp://x.example", "//x.example", "https://", "http://[", "", None],
)
def test_only_http_addresses_become_links(url: str | None) -> None:
    """Anything else shows its text only."""
    assert safe_url(url) is None
    assert link("text", url) == "text"


def test_an_address_stays_inside_its_brackets() -> None:
    """Nothing in it ends the link, the cell or the line."""
    assert link("a|b", "https://x.example/a b(c)|<d>\n?q=1&amp;x") == (
        r"[a\|b](https://x.example/a%20b%28c%29%7C%3Cd%3E?q=1&amp%3Bx)"
    )


def test_long_words_are_cut_between_words() -> None:
    """With an ellipsis, never longer than asked for."""
    assert clip("one two three", 13) == "one two three"
    assert clip("one two three four", 12) == "one two…"
    assert clip("x" * 50, 10) == "x" * 9 + "…"


def _read(markdown: str) -> str:
    """As HTML, where an address may stand as code."""
    return READER.render(markdown).replace("<code>http", "http").replace("</code>", "")


def _html(text: str) -> str:
    """The words as HTML shows them."""
    folded = fold(text)
    return folded.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
