"""Jira's JSON, in both flavours: v3 with account ids and ADF on Cloud, v2 with user names and text on Data Center."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from callsheet.sandbox.jira_setup import (
    CATEGORIES,
    FIELDS,
    PRIORITIES,
    RESOLUTIONS,
    RISK,
    RISK_OPTIONS,
    Account,
    IssueType,
    Project,
    Status,
    Transition,
)
from callsheet.sandbox.tracker import Change, Comment, Fields, Issue, Tracker

Json = dict[str, Any]


class Views:
    """Renders for one tracker with absolute links under `base`, which ends without a slash."""

    def __init__(self, tracker: Tracker, base: str) -> None:
        self.tracker, self.base = tracker, base
        self.api = f"{base}/rest/api/{3 if tracker.cloud else 2}"
        self.zone = ZoneInfo(tracker.directory.robot.zone)

    def time(self, moment: datetime) -> str:
        """`2026-09-25T22:42:39.399-0300`: milliseconds, the account's zone, an offset without a colon."""
        local = moment.astimezone(self.zone)
        return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"

    def user(self, account: Account) -> Json:
        """A user; a hidden address is left out on Cloud."""
        avatars = {
            f"{size}x{size}": f"https://avatars.larkspur.example/{account.name}-{size}.png" for size in (48, 24, 16, 32)
        }
        document: Json = {
            "self": f"{self.api}/user?accountId={account.id}",
            "accountId": account.id,
            "avatarUrls": avatars,
            "displayName": account.display,
            "active": account.active,
            "timeZone": account.zone,
            "accountType": "atlassian",
        }
        if not self.tracker.cloud:
            del document["accountId"], document["accountType"]
            document |= {"self": f"{self.api}/user?username={account.name}", "name": account.name}
            document["key"] = f"JIRAUSER{10000 + len(account.display)}"
        if not (account.hidden and self.tracker.cloud):
            document["emailAddress"] = account.email
        return document

    def person(self, key: str | None) -> Json | None:
        """A user by the account id that fields hold."""
        account = self.tracker.directory.by_id.get(key or "")
        return self.user(account) if account else None

    # Configuration

    def status(self, status: Status) -> Json:
        number, label, color = CATEGORIES[status.category]
        document: Json = {
            "self": f"{self.api}/status/{status.id}",
            "description": "",
            "iconUrl": f"{self.base}/images/icons/statuses/generic.png",
            "name": status.name,
            "id": status.id,
            "statusCategory": {
                "self": f"{self.api}/statuscategory/{number}",
                "id": number,
                "key": status.category,
                "colorName": color,
                "name": label,
            },
        }
        if status.project and self.tracker.cloud:
            document["scope"] = {"type": "PROJECT", "project": {"id": status.project}}
        return document

    def priority(self, key: str) -> Json:
        name = PRIORITIES[key]
        icon = f"{self.base}/images/icons/priorities/{name.lower()}.svg"
        return {"self": f"{self.api}/priority/{key}", "iconUrl": icon, "name": name, "id": key}

    def resolution(self, name: str) -> Json:
        key = next(key for key, each in RESOLUTIONS.items() if each == name)
        return {"self": f"{self.api}/resolution/{key}", "id": key, "description": "", "name": name}

    def type(self, kind: IssueType) -> Json:
        return {
            "self": f"{self.api}/issuetype/{kind.id}",
            "id": kind.id,
            "description": kind.description,
            "iconUrl": f"{self.base}/images/icons/issuetypes/{kind.name.lower()}.svg",
            "name": kind.name,
            "subtask": False,
            **({"hierarchyLevel": 0} if self.tracker.cloud else {}),
        }

    def project(self, project: Project) -> Json:
        document: Json = {
            "self": f"{self.api}/project/{project.id}",
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "avatarUrls": {"48x48": f"{self.base}/avatars/{project.key}.png"},
        }
        if self.tracker.cloud:
            document["simplified"] = project.team_managed
        return document

    def transition(self, project: Project, transition: Transition, *, fields: bool) -> Json:
        document: Json = {
            "id": transition.id,
            "name": transition.name,
            "to": self.status(project.status(transition.to)),
            "hasScreen": bool(transition.screen),
            "isGlobal": False,
            "isInitial": False,
            "isAvailable": True,
            "isConditional": False,
        }
        if fields:
            document["fields"] = {name: self._resolution_field() for name in transition.screen}
        return document

    def _resolution_field(self) -> Json:
        return {
            "required": False,
            "schema": {"type": "resolution", "system": "resolution"},
            "name": "Resolution",
            "key": "resolution",
            "operations": ["set"],
            "allowedValues": [self.resolution(name) for name in RESOLUTIONS.values()],
        }

    def field(self, project: Project, name: str) -> Json:
        """One field of createmeta."""
        label, kind = FIELDS[name]
        document: Json = {
            "required": name in (*project.required, "issuetype", "project"),
            "schema": {"type": kind, "system": name},
            "name": label,
            "key": name,
            "fieldId": name,
            "hasDefaultValue": name == "priority",
            "operations": ["add", "set", "remove"] if name == "labels" else ["set"],
        }
        if name == "labels":
            document["schema"]["items"] = "string"
        if name == RISK:
            custom = "com.atlassian.jira.plugin.system.customfieldtypes:select"
            document["schema"] = {"type": "option", "custom": custom, "customId": 10050}
        allowed = self._allowed(project, name)
        if allowed is not None:
            document["allowedValues"] = allowed
        return document

    def _allowed(self, project: Project, name: str) -> list[Json] | None:
        match name:
            case "priority":
                return [self.priority(key) for key in PRIORITIES]
            case "issuetype":
                return [self.type(kind) for kind in project.types]
            case "project":
                return [self.project(project)]
            case _ if name == RISK:
                return [self.option(key) for key in RISK_OPTIONS]
        return None

    def option(self, key: str) -> Json:
        return {"self": f"{self.api}/customFieldOption/{key}", "value": RISK_OPTIONS[key], "id": key}

    # Issues

    def issue(self, issue: Issue, wanted: Collection[str], *, key: str = "", values: Fields | None = None) -> Json:
        """An issue with the wanted fields; `values` are a search snapshot's, else its own."""
        own = {**issue.fields, "updated": issue.updated, "created": issue.created}
        rendered = self._fields(issue, values or own)
        skip = {name[1:] for name in wanted if name.startswith("-")}
        everything = not wanted or {"*all", "*navigable"} & set(wanted) or skip == set(wanted)
        shown = {k: v for k, v in rendered.items() if (everything or k in wanted) and k not in skip}
        return {
            "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
            "id": issue.id,
            "self": f"{self.api}/issue/{issue.id}",
            "key": key or issue.key,
            "fields": shown,
        }

    def _fields(self, issue: Issue, values: Fields) -> Json:
        project = self.tracker.projects[issue.project]
        # The index may still hold the type and the status of the project that it was moved from.
        types = {each.id: each for each in project.types}
        kind = types.get(values["issuetype"]) or types[issue.fields["issuetype"]]
        known = {status.id for status in project.statuses}
        status = project.status(values["status"] if values["status"] in known else issue.fields["status"])
        document: Json = {
            "summary": values["summary"],
            "issuetype": self.type(kind),
            "project": self.project(project),
            "status": self.status(status),
            "priority": self.priority(values["priority"]) if values.get("priority") else None,
            "labels": values.get("labels") or [],
            "duedate": values.get("duedate"),
            "description": values.get("description"),
            "assignee": self.person(values.get("assignee")),
            "reporter": self.person(values.get("reporter")),
            "creator": self.person(values.get("creator")),
            "resolution": self.resolution(values["resolution"]) if values.get("resolution") else None,
            "resolutiondate": self.time(values["resolutiondate"]) if values.get("resolutiondate") else None,
            "created": self.time(values["created"]),
            "updated": self.time(values["updated"]),
            "issuelinks": [self.link(each) for each in issue.links if each["other"] in self.tracker.issues],
            "subtasks": [],
            "comment": {
                "comments": [self.comment(issue, each) for each in issue.comments],
                "self": f"{self.api}/issue/{issue.id}/comment",
                "maxResults": len(issue.comments),
                "total": len(issue.comments),
                "startAt": 0,
            },
        }
        if values.get("statuscategorychangedate") and self.tracker.cloud:
            document["statuscategorychangedate"] = self.time(values["statuscategorychangedate"])
        if RISK in project.screen:
            document[RISK] = self.option(values[RISK]) if values.get(RISK) else None
        return document

    def link(self, link: Json) -> Json:
        other = self.tracker.issues[link["other"]]
        project = self.tracker.projects[other.project]
        return {
            "id": link["id"],
            "self": f"{self.api}/issueLink/{link['id']}",
            "type": {"id": "10002", **LINK_TYPES[link["type"]], "name": link["type"]},
            link["side"]: {
                "id": other.id,
                "key": other.key,
                "self": f"{self.api}/issue/{other.id}",
                "fields": {
                    "summary": other.fields["summary"],
                    "status": self.status(project.status(other.fields["status"])),
                },
            },
        }

    def comment(self, issue: Issue, comment: Comment, *, properties: bool = False) -> Json:
        author = self.person(comment.author)
        document = {
            "self": f"{self.api}/issue/{issue.id}/comment/{comment.id}",
            "id": comment.id,
            "author": author,
            "updateAuthor": author,
            "body": comment.body,
            "created": self.time(comment.created),
            "updated": self.time(comment.updated),
        }
        if self.tracker.cloud:
            document["jsdPublic"] = True
        if properties:
            document["properties"] = comment.properties
        return document

    def change(self, change: Change) -> Json:
        items = change.items
        if not self.tracker.cloud:  # Data Center names the field, but has no fieldId.
            items = [{k: v for k, v in item.items() if k != "fieldId"} for item in items]
        return {
            "id": change.id,
            "author": self.person(change.author),
            "created": self.time(change.created),
            "items": items,
        }


LINK_TYPES = {
    "Duplicate": {"inward": "is duplicated by", "outward": "duplicates"},
    "Relates": {"inward": "relates to", "outward": "relates to"},
    "Blocks": {"inward": "is blocked by", "outward": "blocks"},
}
