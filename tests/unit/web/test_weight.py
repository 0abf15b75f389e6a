"""A page over a thousand promises: how much it weighs, and that it asks the database no more often than for ten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from callsheet.store import Store
from callsheet.testing.builders import NOON
from tests.benchmarks.pages import KILOBYTES, PATHS, fill
from tests.unit.web.house import Web, opened
from tests.unit.web.reading import read

LATER = NOON + timedelta(days=20)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with filled(tmp_path_factory.mktemp("full"), 1000) as web:
        yield web


def filled(folder: Path, promises: int) -> AbstractContextManager[Web]:
    with closing(Store(folder / "callsheet.db")) as store:
        fill(store, promises)
    return opened(folder, now=LATER)


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_heavier_than_a_phone_likes(full: Web, path: str) -> None:
    found = full.browse(path)

    assert found.status == 200, found.text
    assert len(found.text.encode()) < 1000 * KILOBYTES


def test_a_thousand_promises_take_no_more_questions_than_forty(full: Web, tmp_path: Path) -> None:
    with filled(tmp_path, 40) as few:
        for path in PATHS:
            many_asked, few_asked = asked(full, path), asked(few, path)
            # Long lists of names are asked for in chunks.
            assert many_asked <= few_asked + 8, (path, many_asked, few_asked)


def asked(web: Web, path: str) -> int:
    """How many statements a page takes."""
    statements: list[str] = []
    with web.site.browsing() as store:
        store.database.conn.set_trace_callback(statements.append)
    assert web.browse(path).status == 200
    with web.site.browsing() as store:
        store.database.conn.set_trace_callback(None)
    return len(statements)


def test_a_playbill_shows_a_hundred_promises_and_says_where_the_rest_is(full: Web) -> None:
    found = read(full.browse("/incidents/1001").text)

    assert "and 153 more" in found.text
    (rest,) = [link for link in found.links() if link.startswith("/sheet?incident=")]
    assert "253 promises" in read(full.browse(rest).text).text


def test_a_long_log_has_a_page_of_its_own(full: Web) -> None:
    playbill = read(full.browse("/incidents/1001").text)
    (log,) = [link for link in playbill.links() if link.endswith("/log")]

    assert "1000 entries" not in playbill.text
    assert "1000 entries, nothing folded" in read(full.browse(log).text).text
