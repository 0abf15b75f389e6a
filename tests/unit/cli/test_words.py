"""The words of single lines: what was set aside, what waits, and JSON that people may read as well."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import structlog
import typer

from callsheet.cli.aside_words import aside_words
from callsheet.cli.errors import in_words, telling_in_events
from callsheet.cli.logs import set_up
from callsheet.cli.status_words import as_page
from callsheet.run.pulse import Pulse
from callsheet.run.report import CELL, in_row
from callsheet.store import Store, place
from callsheet.store.faults import placed

TOLD: dict[str, Any] = {
    "now": "2026-11-02T09:00:00+00:00",
    "needs": [],
    "mode": "full",
    "has_channel": True,
    "cycle_every_seconds": 60,
    "last_cycle": None,
    "sides": {},
    "swept_at": None,
    "postmortems": {"live": 13, "waived": 1},
    "items": {"open": 4, "overdue": 0, "past_date_unfiled": 0, "filed": 1, "not_filed": 3, "held_from_backfill": 2},
    **{name: [] for name in ("unknown", "parked", "rejected", "gone", "refused", "quarantined")},
}


def test_cells_of_one_document_stand_below_its_name_told_once() -> None:
    found = [
        (CELL, "ai-1 owner", in_row("/a.md", "Do it, row by row", "Owner “@x” is nobody")),
        ("a digest", "ana", "oops"),
        (CELL, "ai-2 due", in_row("/a.md", "Then this", "Due “soon” can't be read")),
        (CELL, "ai-3 due", in_row("/b.md", "Last", "Due “never” can't be read")),
    ]
    assert list(aside_words(found)) == [
        "a digest (ana): oops",
        "2 cells of the call sheet in /a.md:",
        "  “Do it, row by row”: Owner “@x” is nobody [ai-1 owner]",
        "  “Then this”: Due “soon” can't be read [ai-2 due]",
        "1 cell of the call sheet in /b.md:",
        "  “Last”: Due “never” can't be read [ai-3 due]",
    ]


def test_the_status_counts_what_is_waived_beside_the_others_and_says_where_the_rest_is_named() -> None:
    page = "\n".join(as_page(TOLD))
    assert "Post-mortems  13, and 1 waived;" in page
    assert "; 1 other, which the end of `callsheet sheet` names" in page


def test_lines_of_json_keep_the_words_of_people_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info", "json")
    structlog.get_logger().warning("input.quarantined", error="“Größe” can't be read")
    line = capsys.readouterr().err
    assert "“Größe”" in line
    assert json.loads(line)["event"] == "input.quarantined"


def test_what_a_library_logs_is_an_event_like_ours(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info", "json")
    try:
        raise ValueError("two\nlines \x1b[2J")
    except ValueError:
        logging.getLogger("elsewhere").warning("careful: %s", "hot", exc_info=True)
    logging.getLogger("elsewhere").info("nobody asked")
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"]) == ("library.warned", "warning")
    assert (told["library"], told["told"]) == ("elsewhere", "careful: hot")
    assert told["exception"].endswith("ValueError: two\nlines [2J")
    assert told["timestamp"]


def test_a_fault_of_ours_ends_the_daemon_with_an_event_that_has_its_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up("info", "json")
    with pytest.raises(typer.Exit) as end, telling_in_events():
        raise RuntimeError("oops")
    told = json.loads(capsys.readouterr().err)
    assert (end.value.exit_code, told["event"], told["error"]) == (1, "daemon.failed", "RuntimeError: oops")
    assert told["exception"].startswith("Traceback")


def test_a_fault_of_ours_in_a_thread_is_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info", "json")
    with telling_in_events():
        thread = threading.Thread(target=lambda: 1 // 0, name="web")
        thread.start()
        thread.join()
    told = json.loads(capsys.readouterr().err)
    assert (told["event"], told["thread"], told["level"]) == ("thread.failed", "web", "critical")
    assert "ZeroDivisionError" in told["exception"]


@pytest.mark.parametrize(
    ("pragma", "says"),
    [
        ("max_page_count = 1", "The disk of the database is full. Free room on the disk of {}; nothing is lost"),
        ("query_only = ON", "it is read-only here. Let Callsheet's user write {} and its folder"),
    ],
)
def test_a_cycle_that_can_not_write_says_what_to_do_and_where(tmp_path: Path, pragma: str, says: str) -> None:
    with closing(Store(tmp_path / "callsheet.db")) as store:
        store.database.execute(f"PRAGMA {pragma}")
        with pytest.raises(sqlite3.OperationalError) as caught:
            store.note_down("filler", "x" * 5_000_000)
    assert says.format(store.path) in in_words(caught.value)
    assert f"(SQLite: {caught.value})" in in_words(caught.value)
    pulse = Pulse(in_words)
    pulse.ended(caught.value)
    assert pulse.failure == in_words(caught.value)


def test_a_disk_that_fails_because_it_is_full_is_told_as_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    with pytest.raises(sqlite3.OperationalError), placed(tmp_path / "callsheet.db"):
        raise error
    assert in_words(error).startswith("The disk of the database fails. See that the disk of ")
    monkeypatch.setattr(place, "ROOM_NEEDED", 1 << 60)
    assert in_words(error).startswith(f"The disk of the database is full. Free room on the disk of {tmp_path}")


def test_a_fault_of_ours_keeps_its_own_name() -> None:
    assert in_words(ValueError("x")) == "ValueError: x"
