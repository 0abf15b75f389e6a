"""Answering a parsed query from the search index's snapshots, not from the issues themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from callsheet.sandbox.adf import plain
from callsheet.sandbox.jira_setup import CATEGORIES, PRIORITIES
from callsheet.sandbox.jql import BadQuery, Clause, Group, Query, Value
from callsheet.sandbox.tracker import Issue, Snapshot, Tracker

Row = tuple[Issue, Snapshot]
_KEYS = ("key", "id", "issue", "issuekey")
_DATES = ("updated", "created", "duedate", "due", "resolutiondate", "resolved")
_TEXTS = ("", "text", "summary", "description")
_ALIAS = {"due": "duedate", "resolved": "resolutiondate", "type": "issuetype", "issue": "key", "issuekey": "key"}
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_MOMENT = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?: (\d{1,2}):(\d{2}))?")


class Search:
    """One search: who asks decides the time zone of dates."""

    def __init__(self, tracker: Tracker, zone: str) -> None:
        self.tracker, self.zone = tracker, ZoneInfo(zone)
        self.now = tracker.clock.now()

    def run(self, query: Query) -> list[Row]:
        """Matching rows, ordered; newest first when the query does not say."""
        where = query.where
        if where is not None:
            self._check(where)
        rows = [row for row in self.tracker.indexed() if where is None or self.matches(row, where)]
        rows.sort(key=lambda row: int(row[0].id), reverse=True)
        for name, down in reversed(query.order):
            rows.sort(key=partial(self._order_key, name), reverse=down)
        return rows

    def matches(self, row: Row, part: Clause | Group) -> bool:
        if isinstance(part, Clause):
            return self._clause(row, part)
        if part.how == "not":
            return not self.matches(row, part.parts[0])
        combine: Callable[[Any], bool] = all if part.how == "and" else any
        return combine(self.matches(row, inner) for inner in part.parts)

    # One clause

    def _clause(self, row: Row, clause: Clause) -> bool:
        name = _ALIAS.get(clause.field, clause.field)
        if clause.op in ("is", "is not"):
            empty = self._field(row, name) in (None, [], "", set())
            return empty == (clause.op == "is")
        if clause.field in _DATES:
            return self._date(row, name, clause)
        if clause.field in _TEXTS or clause.op in ("~", "!~"):
            return self._text(row, name, clause)
        actual = self._field(row, name)
        have = {str(each).lower() for each in (actual if isinstance(actual, (list, set)) else {actual})}
        wanted = {self._wanted(name, value) for value in clause.values}
        if clause.op in ("=", "in"):
            return bool(have & wanted)
        # As in life: != and NOT IN do not match an empty field.
        return bool(have - {"none"}) and not have & wanted

    def _wanted(self, name: str, value: Value) -> str:
        if value.text.lower() == "currentuser()":
            return self.tracker.directory.robot.id.lower()
        if name == "key":
            issue = self.tracker.find(value.text)
            return (issue.id if issue else value.text).lower()
        account = self.tracker.account(value.text) if name in ("assignee", "reporter") else None
        return account.id.lower() if account else value.text.lower()

    def _field(self, row: Row, name: str) -> Any:
        """The comparable values of a field: every way to name it counts."""
        issue, snapshot = row
        fields = snapshot.fields or {}
        project = self.tracker.projects[snapshot.project]
        match name:
            case "key" | "id":
                found: Any = issue.id
            case "project":
                found = project.names
            case "status" | "statuscategory":
                status = project.status(fields["status"])
                number, label, _ = CATEGORIES[status.category]
                found = {status.id, status.name}
                if name == "statuscategory":
                    found = {status.category, label, str(number)}
            case "priority":
                found = {fields["priority"], PRIORITIES[fields["priority"]]} if fields.get("priority") else None
            case "issuetype":
                found = {
                    each for kind in project.types if kind.id == fields["issuetype"] for each in (kind.id, kind.name)
                }
            case _:
                found = fields.get(name)
        return found

    def _text(self, row: Row, name: str, clause: Clause) -> bool:
        fields = row[1].fields or {}
        names = ("summary", "description") if name in ("", "text") else (name,)
        words = " ".join(plain(fields.get(each)) for each in names).lower()
        found = all(word in words for word in re.findall(r"\w+", clause.values[0].text.lower()))
        return found != (clause.op == "!~")

    def _date(self, row: Row, name: str, clause: Clause) -> bool:
        actual = (row[1].fields or {}).get(name)
        if actual is None:
            return False
        if isinstance(actual, str):
            actual = datetime.fromisoformat(actual).replace(tzinfo=self.zone)
        wanted = self._moment(clause.values[0])
        if isinstance(actual, datetime) and clause.values[0].quoted:
            actual = actual.replace(second=0, microsecond=0)  # Written dates have minutes at best.
        compare: dict[str, Callable[[], bool]] = {
            ">=": lambda: actual >= wanted,
            ">": lambda: actual > wanted,
            "<=": lambda: actual <= wanted,
            "<": lambda: actual < wanted,
            "=": lambda: actual == wanted,
            "!=": lambda: actual != wanted,
        }
        return clause.op in compare and compare[clause.op]()

    def _moment(self, value: Value) -> datetime:
        """Epoch milliseconds unquoted, `-5m`, `now()`, or a date in the account's zone."""
        text = value.text
        relative = re.fullmatch(r"([+-]?)(\d+)([mhdw])", text)
        if relative:
            delta = timedelta(**{_UNITS[relative[3]]: int(relative[2])})
            return self.now - delta if relative[1] == "-" else self.now + delta
        if text.isdigit() and not value.quoted:
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        if text.lower() == "now()":
            return self.now
        if text.lower() == "startofday()":
            return self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        match = _MOMENT.fullmatch(text)
        if not match:
            raise BadQuery(
                f"Date value '{text}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', "
                "'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
            )
        year, month, day, hour, minute = (int(each or 0) for each in match.groups())
        return datetime(year, month, day, hour, minute, tzinfo=self.zone)

    # Before and after

    def _check(self, part: Clause | Group) -> None:
        """Names that do not exist are errors, not empty results."""
        if isinstance(part, Group):
            for inner in part.parts:
                self._check(inner)
            return
        known = {*_KEYS, *_DATES, *_TEXTS, "project", "labels", "status", "statuscategory", "assignee", "reporter",
                 "priority", "resolution", "issuetype", "type", "creator"}  # fmt: skip
        if part.field not in known:
            raise BadQuery(f"Field '{part.field}' does not exist or you do not have permission to view it.")
        for value in part.values:
            self._check_value(part.field, value)

    def _check_value(self, name: str, value: Value) -> None:
        if name == "project" and not self._is_project(value.text):
            raise BadQuery(f"The value '{value.text}' does not exist for the field 'project'.")
        if name in _KEYS and self.tracker.find(value.text) is None:
            raise BadQuery(f"An issue with key '{value.text}' does not exist for field '{name}'.")
        if name in _DATES:
            self._moment(value)

    def _is_project(self, text: str) -> bool:
        return any(text.lower() == name.lower() for each in self.tracker.projects.values() for name in each.names)

    def _order_key(self, name: str, row: Row) -> Any:
        name = _ALIAS.get(name, name)
        if name in ("key", "id"):
            project, _, number = row[1].key.partition("-")
            return (project, int(number)) if name == "key" else int(row[0].id)
        value = (row[1].fields or {}).get(name)
        return value.isoformat() if isinstance(value, datetime) else str(value or "")
