"""Reading JQL: structure, precedence, quoting."""

from __future__ import annotations

import pytest

from callsheet.sandbox.jql import BadQuery, Clause, Group, Value, parse


def test_and_binds_tighter_than_or() -> None:
    where = parse("a = 1 OR b = 2 AND c = 3").where
    assert isinstance(where, Group)
    assert where.how == "or"
    assert isinstance(where.parts[1], Group)
    assert where.parts[1].how == "and"


def test_parentheses_and_not() -> None:
    where = parse("NOT (a = 1 OR b = 2)").where
    assert where == Group("not", (Group("or", (Clause("a", "=", (Value("1"),)), Clause("b", "=", (Value("2"),)))),))


def test_quotes_hide_operators_and_escapes_are_undone() -> None:
    where = parse(r'labels = "x\" OR project = \"OPS"').where
    assert where == Clause("labels", "=", (Value('x" OR project = "OPS', quoted=True),))


@pytest.mark.parametrize(
    ("text", "op"),
    [("a in (1, 2)", "in"), ("a NOT IN (1)", "not in"), ("a is not EMPTY", "is not"), ("a is null", "is")],
)
def test_lists_and_emptiness(text: str, op: str) -> None:
    where = parse(text).where
    assert isinstance(where, Clause)
    assert where.op == op


def test_order_by_several_fields() -> None:
    assert parse("a = 1 order by updated desc, key").order == (("updated", True), ("key", False))


@pytest.mark.parametrize("text", ['a = "b', "a = ", "a = 1 b = 2", "a in 1", "a in ()", "(a = 1", "a = do"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadQuery):
        parse(text)
