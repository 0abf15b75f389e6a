"""The document as HTML: what a reader sees, and nothing that runs."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.document.markdown import escape
from callsheet.render.html import ATTRIBUTES, TAGS, to_html
from callsheet.render.renderer import Renderer
from tests.unit.render.story import postmortem
from tests.unit.render.test_renderer import hostile

BAD = st.lists(
    st.sampled_from(
        [*"ab <>&\"'`[]()!*_|#\n", "script", "javascript:", "onload=", "http://x.example", "<img src=x ", "data:"]
    )
).map("".join)


class Seen(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name, value or "") for name, value in attrs}


def harmless(page: str) -> bool:
    """Only our tags, and links to the web alone; one that leads nowhere (`[]()`) does no harm."""
    seen = Seen(page)
    known = {(tag, name) for tag, names in ATTRIBUTES.items() for name in (*names, "rel")}
    seen.attributes.discard(("span", "class", "nowrap"))
    seen.tags.discard("span")
    web = all(re.match("https?://|$", value) for _, name, value in seen.attributes if name == "href")
    return seen.tags <= TAGS and {(tag, name) for tag, name, _ in seen.attributes} <= known and web


def test_a_document_is_shown_whole_and_without_our_markers() -> None:
    page = to_html(Renderer().document(postmortem()))
    for words in (
        "<h1>Checkout API: p99 latency above 4 s</h1>",
        "<td>Alert when the pool wait time exceeds 500 ms</td>",
        "<code>https://grafana.larkspur.example/d/checkout</code>",
        'href="https://larkspur.atlassian.example/browse/OPS-1"',
        '<td><span class="nowrap">2026-11-11</span></td>',
        "☐ <strong>Turning point:</strong>",
        "the whole log</h2>",
    ):
        assert words in page
    assert "callsheet:begin" not in page
    assert "status: draft" not in page
    assert harmless(page)


def test_a_picture_is_a_link_since_a_page_fetches_nothing() -> None:
    page = to_html("![Errors a minute](https://grafana.example/a.png) ![](http://x.example/b.png) ![Queue](c.png)")
    assert "<img" not in page
    assert re.search('href="https://grafana.example/a.png"[^>]*>Errors a minute</a>', page)
    assert re.search('href="http://x.example/b.png"[^>]*>picture</a>', page)
    assert "Queue (c.png)" in page


def test_dates_stay_whole_where_they_are_words() -> None:
    page = to_html(
        "due 2026-11-16, see [2026-11-17](https://x.example/2026-11-18) and `2026-11-19`\n\n- 2026-11-20 10:00 said"
    )
    kept = re.findall('<span class="nowrap">([^<]*)</span>', page)
    assert kept == ["2026-11-16", "2026-11-17", "2026-11-19"]
    assert 'href="https://x.example/2026-11-18"' in page


def test_a_ticked_box_is_shown_ticked() -> None:
    assert to_html("- [x] done\n- [ ] not\n") == "<ul>\n<li>☑ done</li>\n<li>☐ not</li>\n</ul>\n"


def test_hostile_titles_and_notes_do_nothing() -> None:
    page = to_html(hostile())
    assert harmless(page)
    assert "<script" not in page


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](data:text/html,x)",
        "![x](https://evil.example/x.png)",
        "<style>*{display:none}</style>",
        "<iframe src=https://evil.example></iframe>",
    ],
)
def test_what_people_type_as_markup_is_made_harmless_too(text: str) -> None:
    """Their Markdown counts, their HTML is shown as they typed it."""
    assert harmless(to_html(f"# Title\n\n{text}\n\n- {text}\n"))


def test_lists_in_lists_lose_no_word() -> None:
    page = to_html("".join(f"{'  ' * depth}- word {depth}\n" for depth in range(60)))
    assert all(f"word {depth}" in page for depth in range(60))


@pytest.mark.parametrize(
    "text",
    ["> " * 20_000 + "a & b", "|a" * 3000 + "|\n" + "|-" * 3000 + "|\n" + "|a & b\n" * 2000],
    ids=["quotations in quotations", "columns"],
)
def test_a_text_that_would_make_a_page_without_end_is_shown_as_it_was_typed(text: str) -> None:
    page = to_html(text)
    assert page == f"<pre>{html.escape(text, quote=False)}</pre>"


@given(BAD)
def test_no_text_makes_anything_that_runs(text: str) -> None:
    assert harmless(to_html(text))
    assert Seen(to_html(f"x {escape(text)}")).tags <= {"p", "code"}
