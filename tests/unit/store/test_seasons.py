"""The due dates that promises had, and the seasons that people closed."""

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

from callsheet.store import Store
from callsheet.store.sqlite import _statements, _steps
from callsheet.testing.builders import make_item


def test_each_agreed_date_is_kept_once(store: Store) -> None:
    item = make_item(due_on=date(2026, 11, 16), filed="10001")
    assert item.base
    later = replace(item, base=replace(item.base, due_on=date(2027, 2, 1)))
    cleared = replace(item, base=replace(item.base, due_on=None))
    for each in (item, item, later, cleared, item):
        store.save_items([each])
    assert store.due_dates() == {item.key: (date(2026, 11, 16), date(2027, 2, 1))}


def test_a_date_that_no_ticket_has_is_not_kept(store: Store) -> None:
    item = make_item(due_on=date(2026, 11, 16))
    store.save_items([item])
    assert (store.due_dates(), store.promised()) == ({}, ())


def test_what_is_promised_is_what_has_a_ticket(store: Store) -> None:
    filed = make_item(filed="10001")
    store.save_items([filed, make_item("Not filed", key="ai-0000000000000000")])
    assert store.promised() == (filed,)


def test_a_season_may_be_closed_again(store: Store) -> None:
    store.close_season("2026-Q4", date(2027, 1, 4))
    store.close_season("2026-Q4", date(2027, 1, 5))
    store.close_season("2026-Q3", date(2026, 10, 1))
    assert store.closed_seasons() == {"2026-Q3": date(2026, 10, 1), "2026-Q4": date(2027, 1, 5)}


def test_an_older_database_keeps_the_dates_that_it_knows(tmp_path: Path) -> None:
    (step,) = [n for n, step in enumerate(_steps()) if step.name.endswith("_due_dates.sql")]
    older = sqlite3.connect(tmp_path / "callsheet.db")
    for script in _steps()[:step]:
        for statement in _statements(script.read_text()):
            older.execute(statement)
    for key, ticket_id, due_on in (("ai-1", "10001", "2026-11-16"), ("ai-2", None, "2026-11-16"), ("ai-3", "1", None)):
        older.execute(
            "INSERT INTO item (key, incident_id, ticket_id, status, due_on, body) VALUES (?, 'Q1', ?, 'open', ?, '{}')",
            (key, ticket_id, due_on),
        )
    older.execute(f"PRAGMA user_version = {step}")
    older.commit()
    older.close()
    store = Store(tmp_path / "callsheet.db")
    assert store.due_dates() == {"ai-1": (date(2026, 11, 16),)}
    store.close()
