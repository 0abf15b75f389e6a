"""The one reviewed list of patches to the official descriptions: `description.py` applies it at load.

Each patch mends the narrowest place where a description contradicts what its own vendor answers, carries its
reason, and has a test that fails without it (`test_patches.py`). A patch that no longer fits its description
raises KeyError, ValueError or AssertionError at load, so a newer description shows which patches it has outgrown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

# Seen in recordings or in PagerDuty's own front end, absent from the description (reference: pagerduty.md, section 2).
UNDOCUMENTED_LOG_ENTRIES = [
    "link_log_entry",
    "unlink_log_entry",
    "priority_change_log_entry",
    "status_update_log_entry",
    "responder_request_log_entry",
    "event_rule_action_log_entry",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One mend: `apply` changes the parsed description of `side` in place, for `reason`."""

    name: str
    side: str
    reason: str
    apply: Callable[[Json], None]


def _properties(document: Json, schema: str) -> Json:
    """The properties that a PagerDuty schema adds to the base it extends (`allOf: [base, own]`)."""
    own: Json = document["components"]["schemas"][schema]["allOf"][1]["properties"]
    return own


def _or_null(schema: Json) -> Json:
    """The same schema, or null; `nullable` alone would not do beside a `$ref` or an `allOf`."""
    assert "anyOf" not in schema, "null, or more, is described now"
    assert "nullable" not in schema, "null is described now"
    return {"anyOf": [schema, {"nullable": True, "enum": [None]}]}


def _operations(document: Json) -> Iterator[Json]:
    for item in document["paths"].values():
        yield from (part for part in item.values() if isinstance(part, dict) and "responses" in part)


def _channel_forms_overlap(document: Json) -> None:
    channel = document["components"]["schemas"]["Channel"]
    channel["anyOf"] = channel.pop("oneOf")


def _acknowledge_type(document: Json) -> None:
    enum = _properties(document, "AcknowledgeLogEntry")["type"]["enum"]
    enum[enum.index("acknowledgement_log_entry")] = "acknowledge_log_entry"


def _undocumented_log_entries(document: Json) -> None:
    enum = _properties(document, "LogEntry")["type"]["enum"]
    assert not set(enum) & set(UNDOCUMENTED_LOG_ENTRIES), "some of these log entries are described now"
    enum += UNDOCUMENTED_LOG_ENTRIES
    schemas = document["components"]["schemas"]
    schemas["UndocumentedLogEntry"] = {
        "allOf": [
            {"$ref": "#/components/schemas/LogEntry"},
            {"type": "object", "properties": {"type": {"type": "string", "enum": UNDOCUMENTED_LOG_ENTRIES}}},
        ]
    }
    for path in ("/log_entries", "/incidents/{id}/log_entries"):
        content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        items = content["schema"]["allOf"][1]["properties"]["log_entries"]["items"]
        items["oneOf"].append({"$ref": "#/components/schemas/UndocumentedLogEntry"})


def _included_incident(document: Json) -> None:
    own = _properties(document, "LogEntry")
    assert "$ref" in own["incident"], "more than a reference is described now"
    whole = {
        "allOf": [
            {"$ref": "#/components/schemas/Incident"},
            {"type": "object", "properties": {"type": {"type": "string", "enum": ["incident"]}}},
        ]
    }
    own["incident"] = {"oneOf": [own["incident"], whole]}


def _null_incident_fields(*names: str) -> Callable[[Json], None]:
    def apply(document: Json) -> None:
        own = _properties(document, "Incident")
        for name in names:
            own[name] = _or_null(own[name])

    return apply


def _grouping_end(document: Json) -> None:
    grouping = _properties(document, "Incident")["alert_grouping"]["properties"]
    grouping["ended_at"] = _or_null(grouping["ended_at"])


def _alert_integration(document: Json) -> None:
    own = _properties(document, "Alert")
    own["integration"] = _or_null(own["integration"])


def _permanent_duty(document: Json) -> None:
    own = document["components"]["schemas"]["Oncall"]["properties"]
    assert "If `null`" in own["start"]["description"], "null is described in another way now"
    for name in ("schedule", "start", "end"):
        own[name] = _or_null(own[name])


def _parameters(document: Json) -> Iterator[Json]:
    """Every parameter as described where it is, a shared one once for each operation that refers to it."""
    for operation in _operations(document):
        for given in operation.get("parameters", []):
            shared = given.get("$ref", "").removeprefix("#/components/parameters/")
            yield document["components"]["parameters"][shared] if shared else given


def _repeated_parameters(document: Json) -> None:
    mended = 0
    for parameter in _parameters(document):
        schema = parameter["schema"]
        if parameter["name"].endswith("[]") and schema["type"] != "array":
            unique = schema.pop("uniqueItems", False)
            parameter["schema"] = {"type": "array", "items": schema, "uniqueItems": unique}
            mended += 1
    assert mended, "no repeated parameter is described as a single string any more"


def _utc_pattern(document: Json) -> None:
    mended = 0
    for parameter in _parameters(document):
        if parameter["schema"].get("pattern") == "YYYY-MM-DDThh:mm:ssZ":
            parameter["schema"]["pattern"] = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
            mended += 1
    assert mended, "no pattern is written in letters any more"


def _bodyless_answers(document: Json) -> None:
    mended = 0
    for operation in _operations(document):
        for response in operation["responses"].values():
            if response.get("content", {}).get("application/json", {}).get("schema") == {}:
                del response["content"]
                mended += 1
    assert mended, "no answer is described with an empty schema any more"


def _expand_beside_issues(document: Json) -> None:
    for name in ("SearchAndReconcileResults", "BulkIssueResults"):
        properties = document["components"]["schemas"][name]["properties"]
        assert "expand" not in properties, f"{name} describes `expand` now"
        properties["expand"] = {"type": "string"}


def _unassign(document: Json) -> None:
    operation = document["paths"]["/rest/api/3/issue/{issueIdOrKey}/assignee"]["put"]
    content = operation["requestBody"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/User"}, "unassigning is described now"
    user = document["components"]["schemas"]["User"]
    account = {**user["properties"]["accountId"], "nullable": True}
    content["schema"] = {**user, "properties": {**user["properties"], "accountId": account}}


PATCHES: tuple[Patch, ...] = (
    Patch(
        name="channel-forms-overlap",
        side="pagerduty",
        reason="Channel is an ambiguous oneOf: `{type: auto}`, the commonest channel, fits all five forms at once.",
        apply=_channel_forms_overlap,
    ),
    Patch(
        name="acknowledge-log-entry-type",
        side="pagerduty",
        reason="AcknowledgeLogEntry demands `acknowledgement_log_entry`, which its own base enum forbids.",
        apply=_acknowledge_type,
    ),
    Patch(
        name="undocumented-log-entries",
        side="pagerduty",
        reason="PagerDuty writes log entry types that the description does not list; only the known ones are added.",
        apply=_undocumented_log_entries,
    ),
    Patch(
        name="log-entry-included-incident",
        side="pagerduty",
        reason="`include[]=incidents` is offered, but the answer's schema admits a bare reference only.",
        apply=_included_incident,
    ),
    Patch(
        name="grouping-not-ended",
        side="pagerduty",
        reason="The description's own example of an incident has an alert grouping with `ended_at: null`.",
        apply=_grouping_end,
    ),
    Patch(
        name="open-incident-nulls",
        side="pagerduty",
        reason="An open, ungrouped incident is answered with `resolved_at: null` and `alert_grouping: null`.",
        apply=_null_incident_fields("resolved_at", "alert_grouping"),
    ),
    Patch(
        name="unset-incident-nulls",
        side="pagerduty",
        reason="What an incident does not have is null, not absent; alert-backed incidents have no incident_key.",
        apply=_null_incident_fields("priority", "resolve_reason", "conference_bridge", "incident_key"),
    ),
    Patch(
        name="alert-without-integration",
        side="pagerduty",
        reason="Alerts that came in through no integration carry `integration: null`.",
        apply=_alert_integration,
    ),
    Patch(
        name="permanent-duty",
        side="pagerduty",
        reason="Somebody who is always on call has no schedule, start or end: null by the text, not by the schema.",
        apply=_permanent_duty,
    ),
    Patch(
        name="repeated-parameters",
        side="pagerduty",
        reason="`statuses[]`, `include[]` and others are described as one string, so only the first of several "
        "values would be checked; this patch makes the check stricter.",
        apply=_repeated_parameters,
    ),
    Patch(
        name="utc-pattern",
        side="pagerduty",
        reason="The pattern of the change events' `since` and `until` is the words `YYYY-MM-DDThh:mm:ssZ`, not a "
        "regular expression: no time matches it.",
        apply=_utc_pattern,
    ),
    Patch(
        name="bodyless-answers",
        side="jira",
        reason="Answers without a body (204, 201 of an issue link) are described as JSON with an empty schema, "
        "which no body can break but which insists on one.",
        apply=_bodyless_answers,
    ),
    Patch(
        name="expand-beside-issues",
        side="jira",
        reason="A recorded /search/jql answer and the official example of /issue/bulkfetch carry `expand`; both "
        "schemas forbid properties that they do not list.",
        apply=_expand_beside_issues,
    ),
    Patch(
        name="unassign-by-null",
        side="jira",
        reason="The operation's own text unassigns by `accountId: null`, the User schema that it refers to forbids it.",
        apply=_unassign,
    ),
)
