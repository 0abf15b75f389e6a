"""createmeta -> ProjectRules: what one issue type of one project takes on creation. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from callsheet.connect.errors import Rejected
from callsheet.model.ticket import Choice, ProjectRules, RequiredField
from callsheet_jira.wire import Raw

# Set by Callsheet in every draft, or by Jira itself (the reporter is the account that creates).
_OURS = {
    "project",
    "issuetype",
    "summary",
    "description",
    "labels",
    "duedate",
    "priority",
    "assignee",
    "reporter",
}
_KINDS = {
    "string": "text",
    "number": "number",
    "date": "date",
    "user": "person",
    "option": "choice",
}


def issue_type(types: Iterable[Raw], wanted: str, project: str) -> Raw:
    """The type by name or id, never a sub-task. Rejected with the types that there are."""
    usable = [entry for entry in types if not entry.get("subtask")]
    for entry in usable:
        if wanted.casefold() in {str(entry.get("name", "")).casefold(), str(entry.get("id", ""))}:
            return entry
    if not usable:
        raise Rejected(
            f"nothing can be created in Jira project {project}: grant our account Browse Projects and Create Issues",
            fields={"project": f"{project} offers no issue type"},
        )
    names = ", ".join(str(entry.get("name")) for entry in usable)
    raise Rejected(
        f"Jira project {project} has no issue type {wanted!r}; set JIRA_ISSUE_TYPE or the policy to one of: {names}",
        fields={"issuetype": f"one of {names}"},
    )


def rules(fields: Iterable[Raw], *, project: str, kind: Raw) -> ProjectRules:
    """What the fields of a creation screen mean for us."""
    by_id = {str(field.get("fieldId") or field.get("key")): field for field in fields}
    return ProjectRules(
        project=project,
        issue_type=str(kind.get("name")),
        issue_type_id=str(kind.get("id")),
        has_due_on="duedate" in by_id,
        has_owner="assignee" in by_id,
        has_labels="labels" in by_id,
        priorities=_choices(by_id.get("priority", {})),
        required=tuple(_required(name, field) for name, field in by_id.items() if _demanded(name, field)),
    )


def _demanded(name: str, field: Raw) -> bool:
    return bool(field.get("required")) and not field.get("hasDefaultValue") and name not in _OURS


def _required(name: str, field: Raw) -> RequiredField:
    allowed = _choices(field)
    return RequiredField(
        id=name, name=str(field.get("name") or name), kind=_kind(field, bool(allowed)), allowed=allowed
    )


def _kind(field: Raw, has_choices: bool) -> str:
    schema: Mapping[str, Any] = field.get("schema") or {}
    shape = str(schema.get("type", ""))
    if shape == "array":
        return "choices" if has_choices else "other"
    return "choice" if has_choices else _KINDS.get(shape, "other")


def _choices(field: Raw) -> tuple[Choice, ...]:
    allowed = field.get("allowedValues")
    values = [value for value in allowed if isinstance(value, Mapping)] if isinstance(allowed, list) else []
    return tuple(
        Choice(id=str(value["id"]), name=str(value.get("name") or value.get("value") or value["id"]))
        for value in values
        if value.get("id") is not None
    )
