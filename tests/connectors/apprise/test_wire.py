"""Filling the template, and words that stay words in every format."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from callsheet.model.nudge import Recipient
from callsheet.model.text import Body, Bullets, Paragraph, Span, paragraph
from callsheet_apprise import wire
from callsheet_apprise.client import Channel

HOSTILE = "<!channel> @everyone <script>alert(1)</script> [x](javascript:alert(1)) *b* `c` &lt;i&gt; # h"
ROOMY = 10_000


class Tags(HTMLParser):
    """The tags, addresses and words of some HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str | None] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


def to(email: str | None = None, name: str = "Ada") -> Recipient:
    return Recipient(id="u1", name=name, email=email)


class TestTemplate:
    @pytest.mark.parametrize(
        ("template", "person", "expected"),
        [
            ("mailto://h?to={email}", to(email="a+b@example.com"), "mailto://h?to=a%2Bb%40example.com"),
            (
                "json://h/{handle}/{name}",
                to(email="U1@example.com", name="Ada & Bob/x"),
                "json://h/U1/Ada%20%26%20Bob%2Fx",
            ),
            ("json://h/{email}", to(), None),
            ("json://h/{handle}", to(email="@example.com"), None),
            ("json://h/{name}", to(name=" \n"), None),
            ("json://h/everyone", to(), "json://h/everyone"),
            ("json://h/?:a={{b}}", to(), "json://h/?:a={b}"),
        ],
    )
    def test_values_are_quoted_and_missing_ones_make_no_address(
        self, template: str, person: Recipient, expected: str | None
    ) -> None:
        assert wire.filled(template, person) == expected

    @pytest.mark.parametrize(
        "email", ["a@x.com,b@evil.com", "a@x.com;b@y", "a@x.com b@y", "a@x.com\nb", "a/b@x", "a%2Cb@x", "<a@x>"]
    )
    def test_one_address_never_becomes_two(self, email: str) -> None:
        assert wire.filled("mailto://h?to={email}", to(email=email)) is None
        assert wire.filled("json://h/{handle}", to(email=f"{email.replace('@', '')}@example.com")) is None

    @given(st.text(max_size=40))
    @example("x?retry=5&optional=yes")
    @example("../#@evil.example:80")
    def test_no_value_adds_a_part_to_the_url(self, value: str) -> None:
        for template in ("json://h/{handle}", "json://h/{name}"):
            filled = wire.filled(template, to(name=value, email=f"{value}@example.com"))
            assert filled is None or re.fullmatch(r"json://h/[A-Za-z0-9._~%-]+", filled)

    @pytest.mark.parametrize(
        "template",
        ["j://{canary}", "j://{}", "j://{email!r}", "j://{email:>9}", "j://{canary", "j://}canary", "j://{0}"],
    )
    def test_other_placeholders_are_refused_without_repeating_them(self, template: str) -> None:
        with pytest.raises(ValueError, match=r"placeholder|brace") as caught:
            wire.placeholders(template)
        assert "canary" not in str(caught.value)


class TestWords:
    BODY: Body = (
        Paragraph(spans=(Span(text="Hello "), Span(text="Ada", strong=True), Span(text=","))),
        Bullets(items=(paragraph(Span(text="OPS-1", url="https://jira.example/b?a=1&b=(2)"), " due today"),)),
    )

    def test_html(self) -> None:
        assert wire.written(self.BODY, "html", longest=ROOMY) == (
            "<p>Hello <strong>Ada</strong>,</p>\n"
            '<ul><li><a href="https://jira.example/b?a=1&amp;b=(2)">OPS-1</a> due today</li></ul>'
        )

    def test_markdown(self) -> None:
        assert wire.written(self.BODY, "markdown", longest=ROOMY) == (
            "Hello **Ada**,\n\n- [OPS-1](https://jira.example/b?a=1&b=%282%29) due today"
        )

    def test_text(self) -> None:
        assert wire.written(self.BODY, "text", longest=ROOMY) == (
            "Hello Ada,\n- OPS-1 (https://jira.example/b?a=1&b=(2)) due today"
        )

    def test_snake_case_and_dates_stay_readable(self) -> None:
        words = "Fix foo_bar_baz by 2026-11-30 (P1), v2.1, 50 % & more!"
        assert wire.written((paragraph(words),), "markdown", longest=ROOMY) == words

    @given(st.text(max_size=60))
    @example(HOSTILE)
    def test_html_holds_our_tags_only(self, words: str) -> None:
        seen = Tags(wire.written((paragraph(Span(text=words, strong=True)),), "html", longest=ROOMY))
        assert seen.tags <= {"p", "strong"}

    @given(st.text(max_size=60) | st.text(alphabet="ab1.-+#=*_`[]()<>!&;\\~@ \n", max_size=40))
    @example(HOSTILE)
    @example("1. x")
    @example("- x")
    @example("+")
    @example("===")
    @example("    code")
    @example("---")
    @example("\\*x*")
    def test_markdown_renders_as_the_words_that_it_was(self, words: str) -> None:
        rendered = Tags(MarkdownIt("commonmark").render(wire.written((paragraph(words),), "markdown", longest=ROOMY)))
        assert rendered.tags <= {"p"}
        expected = wire.written((paragraph(words),), "text", longest=ROOMY)
        assert " ".join(rendered.words.split()) == " ".join(expected.split())

    @given(st.text(max_size=60) | st.text(alphabet="a<>!@&|;\\[]()`*channelhttps:/ ", max_size=40))
    @example(HOSTILE)
    @example("<https://evil.example|click>")
    @example("<@U12345678>")
    @example("\\<!here>")
    def test_slack_sees_no_mention_and_no_link(self, words: str) -> None:
        service = Channel(ca_file=None).open("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/")
        for form in ("markdown", "text"):
            from apprise import NotifyFormat  # noqa: PLC0415 - its plugins must have been loaded quietly before

            converted = service.dialect_convert(
                wire.written((paragraph(words),), form, longest=ROOMY), NotifyFormat(form)
            )
            assert "<" not in converted

    @pytest.mark.parametrize("mention", ["@everyone", "@here", "@channel", "@all", "@room", "<!here>", "<at>Ada</at>"])
    @pytest.mark.parametrize("form", ["html", "markdown", "text"])
    def test_nobody_pages_a_channel_by_a_title(self, form: str, mention: str) -> None:
        assert mention not in wire.written((paragraph(f"Fix {mention} now"),), form, longest=ROOMY)
        assert mention not in wire.title(f"Fix {mention} now", form, longest=250)

    def test_mail_addresses_are_no_mentions(self) -> None:
        assert wire.title("ask bob@all.example", "text", longest=250) == "ask bob@all.example"

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "data:text/html,x", "https://x\nBcc: y", "file:///x", "//x"]
    )
    @pytest.mark.parametrize("form", ["html", "markdown", "text"])
    def test_only_web_addresses_become_links(self, form: str, url: str) -> None:
        assert wire.written((paragraph(Span(text="click", url=url)),), form, longest=ROOMY) in {"click", "<p>click</p>"}

    def test_the_last_bullets_give_way_and_are_counted(self) -> None:
        body: Body = (paragraph("Due:"), Bullets(items=tuple(paragraph(f"item {n}") for n in range(50))))
        text = wire.written(body, "markdown", longest=100)
        assert len(text) <= 100
        assert text.startswith("Due:\n\n- item 0\n- item 1\n")
        shown = text.count("item")
        assert text.endswith(f"… and {50 - shown} more.")


class TestTitle:
    def test_it_is_one_line_within_the_limit(self) -> None:
        assert wire.title("a\r\nBcc: b\x00\x1b[31m", "text", longest=250) == "a Bcc: b [31m"
        assert wire.title("x" * 300, "text", longest=250) == "x" * 249 + "…"

    def test_one_that_becomes_a_line_of_the_body_is_escaped(self) -> None:
        assert wire.title("<b>*x*", "html", longest=0) == "&lt;b&gt;*x*"
        assert wire.title("<b>*x*", "markdown", longest=0) == r"\<b\>\*x\*"
        assert wire.title("<b>*x*", "html", longest=250) == "<b>*x*"
