"""What README and docs/document.md show is what Callsheet writes: each line of a post-mortem, each row of a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import Play

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENT = (ROOT / "docs" / "document.md").read_text(encoding="utf-8")
POLICY = '[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n'
HEADING = "| Action | Owner | Due | Priority | Kind | Ticket | Status |"


@pytest.fixture
def wednesday(play: StartPlay) -> Play:
    """The sandbox's first days, as far as the README tells of them."""
    p = play(incidents=24, hostile=False, policy=POLICY)
    p.settled()
    p.wait(days=2)
    p.settled()
    return p


def bare(text: str) -> str:
    """Without what differs from run to run, and from page to page: the port, and how lines are broken."""
    return " ".join(re.sub(r"127\.0\.0\.1:\d+", "sandbox", text).split())


def test_every_line_of_the_readmes_post_mortem_is_written(wednesday: Play) -> None:
    (sample,), (excerpt,) = (re.findall(r"```markdown\n(.*?)```", page, re.DOTALL) for page in (DOCUMENT, README))
    (incident,) = re.findall(r"/incidents/(\w+)\)\n", sample)
    written = bare(wednesday.document(incident))

    # What was shortened ends in an ellipsis.
    lines = [bare(line.removesuffix("[…]")) for line in (*sample.splitlines(), *excerpt.splitlines())]
    assert [line for line in lines if line not in written and line != "-"] == []
    assert len(sample.splitlines()) > 50
    assert len(excerpt.splitlines()) > 20


def rows_shown() -> Iterator[list[str]]:
    for line in DOCUMENT.partition(HEADING)[2].splitlines()[2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def test_every_row_of_the_readmes_call_sheet_is_written(wednesday: Play) -> None:
    wednesday.wait(days=9)
    wednesday.settled()
    shown = list(rows_shown())
    (path,) = [path for path in wednesday.paths() if all(f"[{row[5]}](" in path.read_text() for row in shown)]
    (incident,) = re.findall(r"Q[A-Z0-9]{13}", path.name)
    columns = [name.strip() for name in HEADING.strip("|").split("|")]
    written = [[row[name] for name in columns] for row in wednesday.rows(incident).values()]

    assert len(shown) == 4
    assert [[re.sub(r"\[(\S+)\]\(\S+\)", r"\1", cell) for cell in row] for row in written] == shown
