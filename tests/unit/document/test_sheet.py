"""The call sheet's rows, as people write them."""

import pytest

from callsheet.document.edits import CellEdit, edits, incident_of
from callsheet.document.sheet import OddLine, askew_rows, read_sheet

ONE, TWO = "ai-00000000000000a1", "ai-00000000000000a2"
HEAD = """# Title

## Call sheet

| Key | Action | Owner | Due | Priority | Kind | Fix | Ticket | Status |
|---|---|---|---|---|---|---|---|---|
"""


def sheet(*rows: str) -> str:
    """A document with these rows."""
    return HEAD + "".join(f"{row}\n" for row in rows)


def test_a_row_is_read_in_plain_text() -> None:
    """Links become their text, escaped pipes become pipes."""
    row = f"| {ONE} | Cut a \\| b | Ana | 2026-11-30 | P2 | prevent | root | [OPS-1](https://x.example/1) | open |"
    rows, maladies = read_sheet(sheet(row))
    assert maladies == ()
    assert (rows[0].key, rows[0].action, rows[0].ticket, rows[0].line) == (ONE, "Cut a | b", "OPS-1", 7)
    assert (rows[0].owner, rows[0].due, rows[0].priority, rows[0].kind) == ("Ana", "2026-11-30", "P2", "prevent")
    assert (rows[0].fix, rows[0].status) == ("root", "open")


@pytest.mark.parametrize(
    "row", ["| | Do it |", "|  | Do it | | | | | | | |", " | | Do it | |", "||Do it||", "| | Do it"]
)
def test_a_persons_row_needs_only_an_action(row: str) -> None:
    """However sparsely it is typed."""
    rows, maladies = read_sheet(sheet(row))
    assert [(found.key, found.action, found.owner) for found in rows] == [(None, "Do it", "")]
    assert maladies == ()


def test_columns_are_known_by_name_in_any_order() -> None:
    """Some may be missing, others are people's own."""
    text = "## call sheet ##\r\n\r\nStatus | Notes | ACTION\r\n:-- | --- | --:\r\nopen | mine | Do it\r\n"
    rows, maladies = read_sheet(text)
    assert [(row.action, row.status, row.owner, row.line) for row in rows] == [("Do it", "open", "", 5)]
    assert maladies == ()


def test_the_second_row_with_a_key_is_a_new_row() -> None:
    """People copy rows; the copy must not be taken for the original, nor its ticket for its own."""
    rows, maladies = read_sheet(
        sheet(f"| {ONE} | First | | | | | | OPS-1 | done |", f"| {ONE} | Copy | | | | | | OPS-1 | done |")
    )
    assert [(row.key, row.ticket, row.status) for row in rows] == [(ONE, "OPS-1", "done"), (None, "", "")]
    assert maladies == (OddLine(line=8, why=f"{ONE} stands in a row above: read as a new row"),)


@pytest.mark.parametrize("key", ["1", "ai-12", "AI-00000000000000A1", "ai-00000000000000g1", "Write the runbook"])
def test_words_in_the_key_cell_make_no_row_and_are_asked_about(key: str) -> None:
    """Nobody knows what was meant, so nothing is read, and the writer is told."""
    text = sheet(f"| {key} | Do it | Ana |")
    rows, maladies = read_sheet(text)
    assert rows == ()
    assert [(malady.line, f"“{key}”" in malady.why) for malady in maladies] == [(7, True)]
    (found,) = askew_rows(text)
    assert (found.in_key, found.as_typed.action, found.as_typed.owner) == (key, "Do it", "Ana")
    assert found.moved is not None
    assert (found.moved.action, found.moved.owner, found.moved.due) == (key, "Do it", "Ana")


@pytest.mark.parametrize("sign", ["-", "—", "?"])
def test_a_sign_in_the_key_cell_is_as_good_as_nothing(sign: str) -> None:
    rows, maladies = read_sheet(sheet(f"| {sign} | Do it |"))
    assert ([row.action for row in rows], maladies) == (["Do it"], ())


@pytest.mark.parametrize(
    ("row", "due"),
    [
        ("| Do it | Ana | Friday | | | | | | |", "Friday"),
        ("Do it | Ana | Friday", "Friday"),
        ("| Do it | | | | | | | | done |", None),
    ],
)
def test_a_row_is_moved_only_where_it_has_room(row: str, due: str | None) -> None:
    (found,) = askew_rows(sheet(row))
    assert (found.moved.due if found.moved else None) == due


@pytest.mark.parametrize("row", ["| Write the runbook | Ana |", "Write the runbook | Ana |", "| Write it | |"])
def test_a_row_without_its_key_cell_promises_nothing_in_its_owners_name(row: str) -> None:
    rows, maladies = read_sheet(sheet(row, "| | Do it |"))
    assert [found.action for found in rows] == ["Do it"]
    assert ["begin the row with an empty cell" in malady.why for malady in maladies] == [True]


def test_a_malformed_row_is_told_and_skipped_and_the_rest_goes_on() -> None:
    """Too many cells, or no action."""
    rows, maladies = read_sheet(
        sheet(
            f"| {ONE} | Cut a | b | Ana | | | | | | |",
            "| | | Ana | | | | | | |",
            "| | | | | | | | | |",
            "words in the table",
            "| | Do it |",
        )
    )
    assert [row.action for row in rows] == ["Do it"]
    assert [malady.line for malady in maladies] == [7, 8, 10]


def test_a_row_below_a_blank_line_or_the_end_marker_counts() -> None:
    """That is where people type; another table or other words end the call sheet."""
    text = sheet(f"| {ONE} | First |", "", "| | Second |", "<!-- callsheet:end call-sheet -->", "| | Third |")
    text += "\nMore words.\n| | Not a row |\n\n| Key | Action |\n| --- | --- |\n| | Another table |\n"
    assert [row.action for row in read_sheet(text)[0]] == ["First", "Second", "Third"]


def test_code_and_other_sections_hold_no_rows() -> None:
    """Only the table under the heading counts, and only outside of code blocks."""
    fenced = "```\n" + sheet("| | In code |") + "```\n\n"
    text = fenced + sheet("| | Do it |") + "\n## Notes\n\n| Key | Action |\n| --- | --- |\n| | Elsewhere |\n"
    assert [row.action for row in read_sheet(text)[0]] == ["Do it"]
    assert read_sheet("no call sheet") == ((), ())
    assert read_sheet("## Call sheet\n\nwords\n")[1][0].line == 1


def test_edits_are_told_cell_by_cell() -> None:
    """Changed, cleared, added and removed; a column that somebody deleted clears nothing."""
    before = sheet(f"| {ONE} | First | Ana | 2026-11-30 | P2 | | | OPS-1 | open |", f"| {TWO} | Second |")
    after = sheet(f"| {ONE} | First, better | | 2026-11-30 | P2 | | | OPS-1 | open |", "| | Third |")
    found = edits(after, before)
    assert found.cells == (
        CellEdit(key=ONE, column="Action", before="First", after="First, better"),
        CellEdit(key=ONE, column="Owner", before="Ana", after=""),
    )
    assert [row.action for row in found.added] == ["Third"]
    assert found.removed == (TWO,)
    narrow = f"## Call sheet\n\n| Key | Action |\n|---|---|\n| {ONE} | First |\n| {TWO} | Second |\n"
    assert edits(narrow, before).cells == ()


def test_an_edit_is_told_once_while_nothing_can_be_published() -> None:
    """Typed, taken in, and typed anew or taken back: each is told against what was taken in."""
    before, typed = sheet(f"| {ONE} | First | Ana |"), sheet(f"| {ONE} | First | Bob |", "| | New |")
    assert [cell.after for cell in edits(typed, before).cells] == ["Bob"]
    again = edits(typed, before, typed)
    assert (again.cells, [row.action for row in again.added]) == ((), ["New"])
    assert edits(before, before, typed).cells == (CellEdit(key=ONE, column="Owner", before="Bob", after="Ana"),)


def test_without_the_last_publication_only_new_rows_are_told() -> None:
    """Nobody knows what the others said before."""
    found = edits(sheet(f"| {ONE} | First | Ana |", "| | New |"), None)
    assert (found.cells, [row.action for row in found.added], found.removed) == ((), ["New"], ())


def test_silence_takes_no_row_out() -> None:
    """A call sheet that is gone or unreadable is no wish; a row that can't be read is still there."""
    before = sheet(f"| {ONE} | First |")
    assert edits("# Title\n", before).removed == ()
    assert edits(before.replace("|---", "x---"), before).removed == ()
    assert edits(sheet(f"| {ONE} | a | b | c | d | e | f | g | h | i |"), before).removed == ()


def test_a_row_whose_key_was_lost_is_known_by_its_wording() -> None:
    """Even when somebody deleted the whole Key column."""
    before = sheet(f"| {ONE} | First | Ana |", f"| {TWO} | Second | Ana |")
    found = edits("## Call sheet\n\n| Action | Owner |\n|---|---|\n| Second | Bob |\n| First | Ana |\n", before)
    assert (found.added, found.removed) == ((), ())
    assert found.cells == (CellEdit(key=TWO, column="Owner", before="Ana", after="Bob"),)


@pytest.mark.parametrize(
    ("text", "incident"),
    [
        ("---\nincident: Q1\nstatus: draft\n---\n", "Q1"),
        ('\ufeff---\r\nincident: "Q 1"\r\n---\r\n', "Q 1"),
        ("---\nincident: 'Q1'\n---\n", "Q1"),
        ("---\nincident:\n---\n", None),
        ("---\nincident: Q1\n", None),
        ("incident: Q1\n", None),
        ("", None),
    ],
)
def test_the_incident_is_read_from_the_front_matter(text: str, incident: str | None) -> None:
    """Wherever editors put byte order marks, quotes and carriage returns."""
    assert incident_of(text) == incident
