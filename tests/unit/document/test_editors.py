"""What editors, formatters and word processors make of a document is nobody's words, and loses nobody's."""

import re

import pytest

from callsheet.document.edits import edits
from callsheet.document.merge import merge
from callsheet.document.regions import region, regions_of
from callsheet.document.sheet import read_sheet
from callsheet.render.renderer import Renderer
from tests.unit.document.test_merge import ONE, cells, cycle, generated
from tests.unit.render.story import postmortem

ITALIC = re.compile(r"(?<![*\w\\])\*(?=[^\s*])([^*\n]+)(?<![\s\\])\*(?![*\w])")
ROW = "| | SACRED row | Ana |\n"


def prettier(text: str) -> str:
    """As Prettier 3 leaves it on saving: other marks for italics, tables with their columns in line."""
    lines = ITALIC.sub(r"_\1_", text).split("\n")
    table = [place for place, line in enumerate(lines) if line.startswith("|")]
    rows = [lines[place].strip("|").split("|") for place in table]
    widths = [max(len(row[column].strip()) for row in rows) for column in range(len(rows[0]))]
    for place, row in zip(table, rows, strict=True):
        fill = "-" if set("".join(row).replace(" ", "")) <= {"-"} else " "
        lines[place] = (
            "| " + " | ".join(cell.strip().ljust(width, fill) for cell, width in zip(row, widths, strict=True)) + " |"
        )
    return "\n".join(lines)


def with_row(text: str) -> str:
    end = text.index("\n<!-- callsheet:end call-sheet")
    return f"{text[:end]}{ROW}{text[end:]}"


def test_a_formatted_document_is_still_ours() -> None:
    ours = Renderer().document(postmortem())
    formatted = prettier(ours)

    assert formatted.count("_Ana Ferreira, what ") > 3
    assert {name for name, found in regions_of(formatted).items() if not found.untouched} == {"call-sheet"}
    assert edits(formatted, ours).cells == ()


def test_news_go_to_their_place_in_a_formatted_document_that_somebody_edited() -> None:
    old = generated(timeline="- one\n- between\n- *two*\n- three")
    new = generated(timeline="- one\n- between\n- *two, and more*\n- three")
    current = prettier(old).replace("- one\n", "- one, as I saw it\n")

    merged = cycle(current, new, old, old)
    assert "- one, as I saw it\n- between\n- *two, and more*\n- three\n" in merged
    assert "timeline-new" not in merged


@pytest.mark.parametrize("bullet", ["*", "+", "-"])
def test_a_list_with_other_bullets_is_still_ours(bullet: str) -> None:
    made = region("timeline", "- one\n  - *why?*\n- two").text
    shown = re.sub("^( *)-(?= )", rf"\1{bullet}", made, flags=re.MULTILINE)
    assert regions_of(shown)["timeline"].untouched


@pytest.mark.parametrize("word", ["snake_case_name", "`_code_`", "\\_so\\_", "_ so _", "__so__", "a * b * c"])
def test_other_underscores_and_stars_are_words(word: str) -> None:
    made = region("timeline", f"- {word}").text
    assert regions_of(made)["timeline"].untouched
    assert not regions_of(made.replace(word, f"{word}!"))["timeline"].untouched


@pytest.mark.parametrize(
    ("begin", "end"), [("<!—", "—>"), ("<!–", "–>"), ("\\<\\!\\--", "\\--\\>"), ("\\<\\!\\-\\-", "\\-\\-\\>")]
)
def test_a_word_processors_marker_is_a_marker(begin: str, end: str) -> None:
    old, new = generated(), generated(timeline="- three")
    current = with_row(old).replace("<!--", begin).replace("-->", end)

    merged = merge(current, new, published=old, last_generated=old)
    assert regions_of(merged)["timeline"].content.strip() == "- three"
    assert ROW in merged


@pytest.mark.parametrize(
    "heading",
    [
        "## **Call sheet** {#call-sheet}", "## 🎬 Call sheet", "## Call sheet 📋", "## 7. Call Sheet:",
        "## __Call sheet__", "## Aktionsplan", "Call sheet\n----------", "### Maßnahmen | wer", "words",
    ],
)  # fmt: skip
def test_a_promise_is_read_under_whatever_name_people_give_the_sheet(heading: str) -> None:
    old = generated(cells(ONE, "First"))
    current = with_row(old).replace("## Call sheet", heading)

    assert [row.action for row in edits(current, old).added] == ["SACRED row"]
    merged = cycle(current, generated(cells(ONE, "First", Status="overdue")), old, old)
    assert "| overdue |" in merged
    assert ROW in merged


def test_without_its_heading_the_sheet_begins_at_our_marker() -> None:
    """A table of people's own above it is theirs."""
    theirs = "| Key | Action |\n| --- | --- |\n| | Not a promise |\n\n"
    current = with_row(generated(cells(ONE, "First"), extra=theirs)).replace("## Call sheet\n", "")
    assert [row.action for row in read_sheet(current)[0]] == ["First", "SACRED row"]


def test_the_heading_goes_before_a_marker_that_stands_elsewhere() -> None:
    moved = generated(cells(ONE, "First")) + "\n## Call sheet\n\n| Key | Action |\n| --- | --- |\n| | Mine |\n"
    current = moved.replace("## Call sheet", "## Old", 1)
    assert [row.action for row in read_sheet(current)[0]] == ["Mine"]


def test_emphasis_in_the_tables_head_is_nobodys_column() -> None:
    current = generated(cells(ONE, "First")).replace("| Key | Action |", "| **Key** | _Action_ |")
    assert [row.action for row in read_sheet(current)[0]] == ["First"]
