"""A reader for the part of JQL that integrations use: clauses, AND/OR/NOT, parentheses, ORDER BY.

Faults come back as Jira phrases them, because people search for those sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

_WORDS = re.compile(
    r"""\s*(?:(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<open>["'])|(?P<op>!=|!~|>=|<=|=|~|>|<|\(|\)|,)|
    (?P<word>[^\s"'=!~<>(),]+))""",
    re.VERBOSE,
)
# A few of the words that must stand in quotation marks; project keys like INT and DO are the usual victims.
_RESERVED = {
    "abort", "access", "add", "after", "alter", "and", "any", "as", "asc", "audit", "before", "begin", "between",
    "boolean", "break", "by", "byte", "cf", "char", "check", "column", "commit", "connect", "continue", "count",
    "create", "current", "date", "decimal", "declare", "default", "delete", "desc", "difference", "distinct",
    "divide", "do", "double", "drop", "else", "encoding", "end", "equals", "explain", "field", "fetch", "float",
    "for", "from", "function", "go", "goto", "grant", "greater", "group", "having", "if", "immediate", "in",
    "index", "initial", "insert", "int", "integer", "intersect", "into", "is", "join", "last", "left", "less",
    "like", "limit", "lock", "long", "max", "min", "minus", "mode", "modify", "next", "not", "object", "of", "on",
    "option", "or", "order", "output", "power", "previous", "prior", "privileges", "public", "raise", "raw",
    "remainder", "rename", "resource", "return", "revoke", "right", "row", "rowid", "select", "session", "set",
    "share", "size", "sqrt", "start", "strict", "string", "subtract", "sum", "synonym", "table", "then", "to",
    "trans", "transaction", "trigger", "uid", "union", "unique", "update", "user", "validate", "values", "view",
    "when", "where", "while", "with",
}  # fmt: skip


class BadQuery(Exception):
    """The query cannot be answered; the message is Jira's."""


@dataclass(frozen=True, slots=True)
class Value:
    """A literal; `quoted` tells "2026/11/02" from 1762000000000 and from a function."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """`field op values`; a bare word is a text search with an empty field."""

    field: str
    op: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """`and`, `or` or `not` over its parts."""

    how: str
    parts: tuple[Clause | Group, ...]


@dataclass(frozen=True, slots=True)
class Query:
    where: Clause | Group | None
    order: tuple[tuple[str, bool], ...] = ()


def parse(text: str) -> Query:
    """Read a query; raises BadQuery with Jira's words."""
    return _Reader(text).query()


def _tokens(text: str) -> list[Value]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _WORDS.match(text, place)
        if match is None or match["open"]:
            where = place if match is None else match.start("open")
            raise BadQuery(
                f"Error in the JQL Query: The quoted string '{text[where + 1 :]}' has not been completed. "
                f"(line 1, character {where + 1})"
            )
        if match["quoted"]:
            found.append(Value(re.sub(r"\\(.)", r"\1", match["quoted"][1:-1]), quoted=True))
        else:
            found.append(Value(match["op"] or match["word"]))
        place = match.end()
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens, self.place = _tokens(text), 0

    def query(self) -> Query:
        where = None
        if self.tokens and not self._is("order"):
            where = self._or()
        order = self._order() if self._take("order") else ()
        if self.place < len(self.tokens):
            self._fail(f"Expecting either 'OR' or 'AND' but got '{self.tokens[self.place].text}'.")
        return Query(where, order)

    def _or(self) -> Clause | Group:
        return self._joined("or", self._and)

    def _and(self) -> Clause | Group:
        return self._joined("and", self._not)

    def _joined(self, word: str, read: Callable[[], Clause | Group]) -> Clause | Group:
        parts = [read()]
        while self._take(word):
            parts.append(read())
        return parts[0] if len(parts) == 1 else Group(word, tuple(parts))

    def _not(self) -> Clause | Group:
        if self._take("not"):
            return Group("not", (self._not(),))
        if self._take("("):
            inner = self._or()
            self._need(")")
            return inner
        return self._clause()

    def _clause(self) -> Clause:
        name = self._next()
        if self._is("in") or (self._is("not") and self._is("in", 1)):
            negated = self._take("not")
            self._take("in")
            return Clause(name.text.lower(), "not in" if negated else "in", self._list())
        if self._is("is") and any(self._is(word, 1) for word in ("empty", "null", "not")):
            self.place += 1
            negated = self._take("not")
            if not (self._take("empty") or self._take("null")):
                self._fail("Expecting 'EMPTY' after 'IS'.")
            return Clause(name.text.lower(), "is not" if negated else "is")
        operator = self.tokens[self.place].text if self.place < len(self.tokens) else ""
        if operator in ("=", "!=", "~", "!~", ">", ">=", "<", "<=") and not self.tokens[self.place].quoted:
            self.place += 1
            return Clause(name.text.lower(), operator, (self._value(),))
        return Clause("", "~", (Value(" ".join([name.text, *self._bare_words()]), quoted=True),))

    def _bare_words(self) -> list[str]:
        """The rest of a text search without a field: words up to AND, OR, ORDER or a parenthesis."""
        words = []
        while self.place < len(self.tokens) and not any(map(self._is, ("and", "or", "order", "(", ")", ","))):
            words.append(self._next().text)
        return words

    def _list(self) -> tuple[Value, ...]:
        self._need("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._need(")")
        return tuple(values)

    def _value(self) -> Value:
        value = self._next()
        if value.quoted:
            return value
        if value.text.lower() in _RESERVED:
            self._fail(
                f"'{value.text}' is a reserved JQL word. You must surround it in quotation marks to use it in a query."
            )
        if self._take("("):
            self._need(")")
            return Value(f"{value.text}()")
        return value

    def _order(self) -> tuple[tuple[str, bool], ...]:
        self._need("by")
        found = []
        while True:
            name = self._next().text.lower()
            down = self._take("desc")
            if not down:
                self._take("asc")
            found.append((name, down))
            if not self._take(","):
                return tuple(found)

    def _next(self) -> Value:
        if self.place >= len(self.tokens):
            self._fail("Expecting a value, list or function before the end of the query.")
        self.place += 1
        return self.tokens[self.place - 1]

    def _is(self, word: str, ahead: int = 0) -> bool:
        place = self.place + ahead
        return place < len(self.tokens) and not self.tokens[place].quoted and self.tokens[place].text.lower() == word

    def _take(self, word: str) -> bool:
        if self._is(word):
            self.place += 1
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._take(word):
            got = self.tokens[self.place].text if self.place < len(self.tokens) else "the end"
            self._fail(f"Expecting '{word}' but got '{got}'.")

    def _fail(self, message: str) -> NoReturn:
        raise BadQuery(f"Error in the JQL Query: {message} (line 1, token {self.place})")
