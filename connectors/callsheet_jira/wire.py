"""Jira's dicts <-> the model. Pure; tested on recorded answers.

Reading is tolerant: only an id and a key are demanded, everything else may be missing, null or unknown.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from callsheet.connect.errors import Malformed, Rejected
from callsheet.model.action_item import MARKER
from callsheet.model.person import Account
from callsheet.model.ticket import Category, Field, Ticket, TicketChange, TicketComment, TicketDraft, TicketRef
from callsheet_jira.trim import title

Raw = Mapping[str, Any]
ToText = Callable[[object], str]
ToAccount = Callable[[object], Account | None]
ToPerson = Callable[[str | None], object]

TICKET_FIELDS = (
    "summary",
    "status",
    "assignee",
    "duedate",
    "priority",
    "resolution",
    "labels",
    "updated",
    "created",
    "project",
    "description",
    "comment",
)
# Where comments have no properties, our marker is their last line.
_SIGNED = re.compile(rf"(?:^|\n)\s*{MARKER}\s*\Z")
_EPOCH = datetime.fromtimestamp(0, UTC)
# "undefined" is Jira's own "No Category".
_CATEGORIES = {
    "new": Category.NEW,
    "undefined": Category.NEW,
    "indeterminate": Category.STARTED,
    "done": Category.DONE,
}
_LONGEST_COMPLAINT = 500


def ticket(issue: object, *, browse: str, text: ToText, account: ToAccount, us: str = "") -> Ticket:
    """An issue as search, bulkfetch and GET answer it. Malformed without an id or a key. `us` is our account's id."""
    raw = record(issue, "issue")
    key = required(raw, "key", "issue")
    fields = record(raw.get("fields") or {}, "issue.fields")
    created_at = moment(fields.get("created"))
    comments, cut = said(fields.get("comment"), text=text, account=account, us=us)
    return Ticket(
        id=required(raw, "id", "issue"),
        key=key,
        url=browse_url(browse, key),
        project=_name(fields.get("project"), "key") or key.rpartition("-")[0],
        title=str(fields.get("summary") or ""),
        status=_name(fields.get("status")) or "",
        category=category(fields.get("status")),
        updated_at=moment(fields.get("updated")) or created_at or _EPOCH,
        created_at=created_at or _EPOCH,
        owner=account(fields.get("assignee")),
        due_on=_day(fields.get("duedate")),
        priority=_name(fields.get("priority")),
        resolution=_name(fields.get("resolution")),
        labels=frozenset(label for label in fields.get("labels") or () if isinstance(label, str)),
        text=text(fields.get("description")),
        comments=comments,
        comments_cut=cut,
    )


def said(field: object, *, text: ToText, account: ToAccount, us: str = "") -> tuple[tuple[TicketComment, ...], bool]:
    """The comments of an issue's `comment` field, oldest first, and whether there are more than it shows."""
    if not isinstance(field, Mapping):
        return (), False
    shown = [raw for raw in field.get("comments") or () if isinstance(raw, Mapping) and raw.get("id")]
    found = [remark(raw, text=text, account=account, us=us) for raw in shown]
    total = field.get("total")
    cut = isinstance(total, int) and total > len(shown)
    return tuple(sorted(found, key=lambda one: (one.created_at, len(one.id), one.id))), cut


def remark(raw: Raw, *, text: ToText, account: ToAccount, us: str) -> TicketComment:
    """A comment as its ticket has it. What our account `us` wrote without a marker is ours, too."""
    full = comment(raw, text=text, account=account)
    ours = full.ours or bool(us and full.author and full.author.id == us)
    return replace(full.kept(), ours=ours)


def created(answer: object, *, browse: str) -> TicketRef:
    """What a create answered. Malformed when it names no issue: then nobody knows whether there is one."""
    raw = record(answer, "create")
    key = required(raw, "key", "create")
    return TicketRef(id=required(raw, "id", "create"), key=key, url=browse_url(browse, key))


def comment(answer: object, *, text: ToText, account: ToAccount) -> TicketComment:
    """A comment; a marker that sits in its properties is appended to the text. Who leaves a marker is us."""
    raw = record(answer, "comment")
    words = text(raw.get("body"))
    marker = _marker(raw.get("properties"))
    return TicketComment(
        id=required(raw, "id", "comment"),
        text=f"{words}\n{marker}" if marker and marker not in words else words,
        author=account(raw.get("author")),
        created_at=moment(raw.get("created")) or _EPOCH,
        ours=bool(marker or _SIGNED.search(words)),
    )


def category(status: object) -> Category:
    """By the category's key, never by a name: both kinds of names differ from site to site."""
    kind = status.get("statusCategory") if isinstance(status, Mapping) else None
    return _CATEGORIES.get(_name(kind, "key") or "", Category.UNKNOWN)


def new_issue(draft: TicketDraft, *, description: object | None, person: ToPerson) -> dict[str, Any]:
    """The `fields` of a create. What the policy adds never replaces what Callsheet sets."""
    fields: dict[str, Any] = {
        **draft.extra,
        "project": {"key": draft.project},
        "issuetype": {"id": draft.issue_type_id},
        "summary": title(draft.title),
        "labels": list(draft.labels),
    }
    optional = {
        "description": description,
        "assignee": person(draft.owner) if draft.owner else None,
        "duedate": draft.due_on.isoformat() if draft.due_on else None,
        "priority": {"id": draft.priority_id} if draft.priority_id else None,
    }
    return fields | {name: value for name, value in optional.items() if value is not None}


def edited(change: TicketChange, *, person: ToPerson) -> dict[str, Any]:
    """The body of an edit; empty when there is nothing to change. Labels go one by one, so that people keep theirs."""
    body: dict[str, Any] = {}
    if change.fields:
        body["fields"] = dict(_edit(field, value, person) for field, value in change.fields.items())
    labels = [{"add": label} for label in change.add_labels] + [{"remove": label} for label in change.remove_labels]
    if labels:
        body["update"] = {"labels": labels}
    return body


def _edit(field: Field, value: object, person: ToPerson) -> tuple[str, object]:
    match field, value:
        case Field.TITLE, str():
            return "summary", title(value)
        case Field.OWNER, str() | None:
            return "assignee", person(value)
        case Field.DUE_ON, date() | None:
            return "duedate", value.isoformat() if value else None
        case Field.PRIORITY, str() | None:
            return "priority", {"id": value} if value else None
        case _:
            raise Rejected(f"a Jira ticket's {field} can't be set to {value!r} by an edit")


def complaint(body: bytes) -> tuple[str, dict[str, str]]:
    """Jira's own sentence and its faults by field, from an error body of any shape: HTML and nothing say nothing."""
    try:
        raw = json.loads(body)
    except ValueError:
        return "", {}
    if not isinstance(raw, Mapping):
        return "", {}
    errors = raw.get("errors")
    fields = {str(name): str(said) for name, said in errors.items()} if isinstance(errors, Mapping) else {}
    several = raw.get("errorMessages")
    said = [str(one) for one in several] if isinstance(several, list) else []
    said += [str(raw[name]) for name in ("message", "errorMessage") if isinstance(raw.get(name), str)]
    said += [f"{name}: {why}" for name, why in fields.items()]
    return " ".join(" ".join(said).split())[:_LONGEST_COMPLAINT], fields


def touched(webhook: Raw) -> str | None:
    """The id of the issue that a webhook is about; None when it is about none. A hint only: the truth is fetched."""
    issue = webhook.get("issue")
    found = str(issue.get("id") or "") if isinstance(issue, Mapping) else ""
    return found if found.isascii() and found.isdecimal() else None


def moment(value: object) -> datetime | None:
    """A time as Jira writes it (`2022-12-08T02:22:18.889-0800`), in UTC; None when it is none."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC) if at else None


def browse_url(base: str, key: str) -> str:
    """Where people open it."""
    return f"{base}/browse/{quote(key, safe='')}"


def record(value: object, where: str) -> Raw:
    """The value as a JSON object, or Malformed."""
    if isinstance(value, Mapping):
        return value
    raise Malformed(f"Jira's answer has no object where {where} should be", where=where)


def records(value: object, where: str) -> list[Raw]:
    """The value as a list of JSON objects, or Malformed."""
    if isinstance(value, list):
        return [record(entry, f"{where}[{place}]") for place, entry in enumerate(value)]
    raise Malformed(f"Jira's answer has no list where {where} should be", where=where)


def required(raw: Raw, name: str, where: str) -> str:
    """A text or number that must be there, as text, or Malformed."""
    value = raw.get(name)
    if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
        return str(value)
    raise Malformed(f"Jira's answer names no {name} in {where}", where=f"{where}.{name}")


def _name(value: object, name: str = "name") -> str | None:
    found = value.get(name) if isinstance(value, Mapping) else None
    return str(found) if found else None


def _day(value: object) -> date | None:
    found = re.match(r"\d{4}-\d{2}-\d{2}", value) if isinstance(value, str) else None
    try:
        return date.fromisoformat(found.group()) if found else None
    except ValueError:
        return None


def _marker(properties: object) -> str | None:
    for entry in properties if isinstance(properties, list) else ():
        if isinstance(entry, Mapping) and entry.get("key") == "callsheet":
            return _name(entry.get("value"), "marker")
    return None
