"""What Jira accepts in a create, an edit or a transition, and the sentences it refuses with.

Messages are the recorded ones; a real site localises them, so clients match on the field, not on the words.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from callsheet.sandbox import adf
from callsheet.sandbox.exchange import Answer
from callsheet.sandbox.jira_setup import PRIORITIES, RESOLUTIONS, RISK, RISK_OPTIONS, IssueType, Project
from callsheet.sandbox.tracker import Fields, Tracker

LONGEST_TEXT = 32_767
_OFF_SCREEN = "Field '{0}' cannot be set. It is not on the appropriate screen, or unknown."
_UNSUPPORTED = (
    "We can't create this issue for you right now, it could be due to unsupported content you've entered into one "
    "or more of the issue fields. If this situation persists, contact your administrator as they'll be able to "
    "access more specific information in the log file."
)


class Invalid(Exception):
    """A refusal: messages for the whole request, errors by field."""

    def __init__(
        self, *messages: str, errors: dict[str, str] | None = None, status: int = 400, exempt: str | None = None
    ) -> None:
        self.messages, self.errors, self.status = list(messages), errors or {}, status
        self.exempt = exempt
        super().__init__(*messages, *self.errors.values())

    def answer(self) -> Answer:
        """Jira's ErrorCollection."""
        document = {"errorMessages": self.messages, "errors": self.errors}
        return Answer(status=self.status, document=document, exempt=self.exempt)


class Form:
    """Reads the fields of one request into the tracker's values and gathers every error on the way."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self.errors: dict[str, str] = {}
        self.messages: list[str] = []

    def create(self, sent: dict[str, Any]) -> tuple[Project, Fields]:
        """Project and values of a new issue; raises Invalid with all problems."""
        project = self._project(sent.get("project"))
        if project is None:
            raise Invalid(errors={"project": "valid project is required"})
        kind = self._type(project, sent.get("issuetype"))
        if kind is None:
            raise Invalid(errors={"issuetype": "issue type is required"})
        values = self._read(project, {k: v for k, v in sent.items() if k not in ("project", "issuetype")})
        for name in project.required:
            if not values.get(name) and name not in self.errors:
                self.errors[name] = (
                    "You must specify a summary of the issue." if name == "summary" else "Risk class is required."
                )
        self._raise()
        return project, {**values, "issuetype": kind.id}

    def edit(self, project: Project, sent: dict[str, Any], update: dict[str, Any], before: Fields) -> Fields:
        """Values of an edit: `fields`, and the operations of `update`."""
        wanted = dict(sent)
        for name, operations in update.items():
            if name in wanted:
                message = f"Field '{name}' cannot be set twice, in 'fields' and in 'update'."
                self.errors[name] = message
            elif name == "labels":
                wanted[name] = _labels(before.get("labels") or [], operations)
            else:
                wanted[name] = next((each["set"] for each in operations if "set" in each), None)
        values = self._read(project, wanted)
        if "summary" in values and not values["summary"]:
            self.errors["summary"] = "You must specify a summary of the issue."
        self._raise()
        return values

    def resolution(self, screen: tuple[str, ...], sent: dict[str, Any]) -> str:
        """The resolution that a transition carries, if its screen has one."""
        for name in sent:
            if name not in screen:
                self.errors[name] = _OFF_SCREEN.format(name)
        self._raise()
        value = sent.get("resolution") or {}
        named = RESOLUTIONS.get(str(value.get("id"))) or value.get("name") or ""
        if named and named not in RESOLUTIONS.values():
            raise Invalid(errors={"resolution": f"Resolution '{named}' is not valid"})
        return named

    def body(self, value: Any, name: str = "comment") -> Any:
        """A comment's text: ADF on Cloud, wiki text on Data Center."""
        read = self._text(name, value)
        if not read and name not in self.errors:
            self.errors[name] = "Comment body can not be empty!"
        self._raise()
        return read

    def _read(self, project: Project, sent: dict[str, Any]) -> Fields:
        values: Fields = {}
        for name, value in sent.items():
            if name not in project.screen:
                self.errors[name] = _OFF_SCREEN.format(name)
                continue
            values[name] = self._value(project, name, value)
        return values

    def _value(self, project: Project, name: str, value: Any) -> Any:
        read: Any = None
        match name:
            case "summary":
                read = self._summary(value)
            case "description":
                read = self._text(name, value)
            case "duedate":
                read = self._date(value)
            case "labels":
                read = self._labels(value)
            case "priority":
                read = self._priority(value)
            case "assignee":
                read = self._assignee(project, value)
            case _ if name == RISK:
                read = self._risk(value)
            case _:
                self.errors[name] = _OFF_SCREEN.format(name)
        return read

    def _project(self, value: Any) -> Project | None:
        wanted = value if isinstance(value, dict) else {}
        return self.tracker.project(wanted.get("key") or wanted.get("id"))

    def _type(self, project: Project, value: Any) -> IssueType | None:
        wanted = value if isinstance(value, dict) else {}
        keys = (str(wanted.get("id")), wanted.get("name"))
        return next((each for each in project.types if each.id == keys[0] or each.name == keys[1]), None)

    def _summary(self, value: Any) -> str:
        text = value if isinstance(value, str) else ""
        if "\n" in text or "\r" in text:
            self.errors["summary"] = "The summary is invalid because it contains newline characters."
        elif len(text) > 255:
            self.errors["summary"] = "Summary can't exceed 255 characters."
        return text.strip()

    def _text(self, name: str, value: Any) -> Any:
        if value is None:
            return None
        if self.tracker.cloud:
            if not adf.is_document(value):
                self.errors[name] = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
                return None
            if adf.fault(value):
                self.messages.append(_UNSUPPORTED)
            length = len(json.dumps(value, ensure_ascii=False))
        elif not isinstance(value, str):
            self.errors[name] = "Operation value must be a string"
            return None
        else:
            length = len(value)
        if length > LONGEST_TEXT:
            self.errors[name] = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
        return value

    def _date(self, value: Any) -> str | None:
        if value in (None, ""):
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
                raise ValueError
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self.errors["duedate"] = f"Error parsing date string: {value}"
            return None

    def _labels(self, value: Any) -> list[str]:
        labels = value if isinstance(value, list) else []
        for label in labels:
            if not isinstance(label, str):
                self.errors["labels"] = "Labels must be strings."
            elif re.search(r"\s", label):
                self.errors["labels"] = f"The label '{label}' contains spaces which is invalid."
            elif len(label) > 255:
                self.errors["labels"] = "The label exceeds the maximum length of 255 characters."
        return list(dict.fromkeys(labels)) if "labels" not in self.errors else []

    def _priority(self, value: Any) -> str | None:
        wanted = value if isinstance(value, dict) else {}
        if value is None:
            return "3"
        by_name = {name: key for key, name in PRIORITIES.items()}
        key = str(wanted.get("id") or by_name.get(wanted.get("name", ""), ""))
        if key not in PRIORITIES:
            named = wanted.get("name") or wanted.get("id")
            self.errors["priority"] = f"Priority name '{named}' is not valid"
            return None
        return key

    def _assignee(self, project: Project, value: Any) -> str | None:
        if value is None:
            return None
        wanted = value if isinstance(value, dict) else {}
        name = "accountId" if self.tracker.cloud else "name"
        key = wanted.get(name) or (wanted.get("id") if self.tracker.cloud else None)
        if key is None and name in wanted:
            return None
        if not isinstance(key, str):
            self.errors["assignee"] = f"expected Object containing a '{name}' property"
            return None
        return self.assignable(project, key)

    def assignable(self, project: Project, key: str) -> str | None:
        """The account id of somebody who may be assigned; otherwise notes the error."""
        if key == "-1":
            return None
        account = self.tracker.account(key)
        if account is None:
            self.errors["assignee"] = f"Specify a valid value for assignee. User '{key}' does not exist."
            return None
        if not self.tracker.may_be_assigned(account, project):
            shown = account.display if self.tracker.cloud else account.name
            self.errors["assignee"] = f"User '{shown}' cannot be assigned issues."
            return None
        return account.id

    def _risk(self, value: Any) -> str | None:
        wanted = value if isinstance(value, dict) else {}
        by_name = {name: key for key, name in RISK_OPTIONS.items()}
        key = str(wanted.get("id") or by_name.get(wanted.get("value", ""), ""))
        if key not in RISK_OPTIONS:
            self.errors[RISK] = f"Option id '{wanted.get('id')}' is not valid"
            return None
        return key

    def _raise(self) -> None:
        if self.errors or self.messages:
            raise Invalid(*dict.fromkeys(self.messages), errors=self.errors)


def _labels(before: list[str], operations: list[dict[str, Any]]) -> list[str]:
    """The operations add, remove and set, in order."""
    labels = list(before)
    for operation in operations:
        if "set" in operation:
            labels = list(operation["set"])
        elif "add" in operation and operation["add"] not in labels:
            labels.append(operation["add"])
        elif "remove" in operation:
            labels = [label for label in labels if label != operation["remove"]]
    return labels
