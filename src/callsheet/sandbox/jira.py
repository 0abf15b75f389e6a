"""Jira's REST API for issues: create, edit, assign, move through the workflow, comment, link."""

from __future__ import annotations

from typing import Any

from callsheet.sandbox.exchange import Answer, Call, Routes
from callsheet.sandbox.jira_fields import Form, Invalid
from callsheet.sandbox.jira_meta import MetaPages
from callsheet.sandbox.jira_search import SearchPages
from callsheet.sandbox.jira_setup import Account
from callsheet.sandbox.jira_views import LINK_TYPES, Views
from callsheet.sandbox.tracker import Comment, Issue, Tracker

NO_ISSUE = "Issue does not exist or you do not have permission to see it."
_LONGEST_PROPERTY = 32_768
_MOST_COMMENTS = 5_000


class Jira:
    """The routes of one flavour. Callers hold the world's lock and have settled who asks."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self.prefix = f"/rest/api/{3 if tracker.cloud else 2}"
        issue = f"{self.prefix}/issue/{{issueIdOrKey}}"
        self.routes = Routes(
            (
                *MetaPages(tracker).table(self.prefix),
                *SearchPages(tracker).table(self.prefix),
                ("POST", f"{self.prefix}/issue", self.create),
                ("POST", f"{self.prefix}/issueLink", self.link),
                ("GET", issue, self.get),
                ("PUT", issue, self.edit),
                ("DELETE", issue, self.delete),
                ("PUT", f"{issue}/assignee", self.assign),
                ("GET", f"{issue}/transitions", self.transitions),
                ("POST", f"{issue}/transitions", self.transition),
                ("GET", f"{issue}/comment", self.comments),
                ("POST", f"{issue}/comment", self.add_comment),
                ("GET", f"{issue}/comment/{{id}}", self.get_comment),
                ("PUT", f"{issue}/comment/{{id}}", self.edit_comment),
                ("GET", f"{issue}/remotelink", self.remote_links),
                ("POST", f"{issue}/remotelink", self.link_remote),
                ("GET", f"{issue}/properties", self.properties),
                ("GET", f"{issue}/properties/{{propertyKey}}", self.get_property),
                ("PUT", f"{issue}/properties/{{propertyKey}}", self.set_property),
                ("GET", f"{issue}/changelog", self.changelog),
            )
        )

    @property
    def actor(self) -> Account:
        """The token's account."""
        return self.tracker.directory.robot

    def views(self, call: Call) -> Views:
        return Views(self.tracker, call.base)

    # The issue itself

    def create(self, call: Call) -> Answer:
        sent = call.fields()
        project, values = Form(self.tracker).create(sent.get("fields") or {})
        issue = self.tracker.create(project, values, self.actor)
        for entry in sent.get("properties") or []:
            issue.properties[entry["key"]] = entry["value"]
        link = f"{self.views(call).api}/issue/{issue.id}"
        return Answer(status=201, document={"id": issue.id, "key": issue.key, "self": link}, writes=True)

    def get(self, call: Call) -> Answer:
        issue, views = self._issue(call), self.views(call)
        document = views.issue(issue, call.many("fields"))
        wanted = call.many("properties")
        if wanted:
            document["properties"] = {
                key: value for key, value in issue.properties.items() if key in wanted or "*all" in wanted
            }
        if "changelog" in call.many("expand"):
            histories = [views.change(change) for change in reversed(issue.history)]
            total = len(histories)
            document["changelog"] = {
                "startAt": 0,
                "maxResults": total,
                "total": total,
                "histories": histories,
            }
        return Answer(document=document)

    def edit(self, call: Call) -> Answer:
        issue, sent = self._issue(call), call.fields()
        project = self.tracker.projects[issue.project]
        fields, update = sent.get("fields") or {}, sent.get("update") or {}
        if not fields and not update and not sent.get("properties"):
            raise Invalid("one of 'fields' or 'update' required")
        values = Form(self.tracker).edit(project, fields, update, issue.fields)
        self.tracker.edit(issue, values, self.actor)
        for entry in sent.get("properties") or []:
            issue.properties[entry["key"]] = entry["value"]
        if call.one("returnIssue") == "true":
            return Answer(document=self.views(call).issue(issue, ()), writes=True)
        return Answer(status=204, writes=True)

    def delete(self, call: Call) -> Answer:
        self.tracker.delete(self._issue(call))
        return Answer(status=204, writes=True)

    def assign(self, call: Call) -> Answer:
        issue, sent = self._issue(call), call.fields()
        name = "accountId" if self.tracker.cloud else "name"
        if name not in sent:
            raise Invalid(errors={"assignee": f"expected Object containing a '{name}' property"})
        form, key = Form(self.tracker), sent[name]
        project = self.tracker.projects[issue.project]
        account = form.assignable(project, key) if key is not None else None
        if form.errors:
            raise Invalid(errors=form.errors)
        self.tracker.edit(issue, {"assignee": account}, self.actor)
        return Answer(status=204, writes=True)

    def transitions(self, call: Call) -> Answer:
        issue, views = self._issue(call), self.views(call)
        project = self.tracker.projects[issue.project]
        fields = "transitions.fields" in call.many("expand")
        found = [views.transition(project, each, fields=fields) for each in self.tracker.transitions(issue)]
        return Answer(document={"expand": "transitions", "transitions": found})

    def transition(self, call: Call) -> Answer:
        issue, sent = self._issue(call), call.fields()
        wanted = str((sent.get("transition") or {}).get("id", ""))
        found = next((each for each in self.tracker.transitions(issue) if each.id == wanted), None)
        if not wanted:
            raise Invalid("Missing 'transition' identifier")
        if found is None:
            raise Invalid(
                f"It seems that you have tried to perform a workflow operation (id {wanted}) that is not valid for "
                f"the current state of this issue. The likely cause is that somebody has changed the issue recently."
            )
        resolution = Form(self.tracker).resolution(found.screen, sent.get("fields") or {})
        self.tracker.transition(issue, found, self.actor, resolution)
        return Answer(status=204, writes=True)

    # Comments

    def comments(self, call: Call) -> Answer:
        issue, views = self._issue(call), self.views(call)
        start, most = max(call.number("startAt", 0), 0), min(max(call.number("maxResults", 100), 0), 5000)
        found = list(reversed(issue.comments)) if call.one("orderBy") == "-created" else issue.comments
        properties = "properties" in call.many("expand")
        shown = [views.comment(issue, each, properties=properties) for each in found[start : start + most]]
        total = len(issue.comments)
        return Answer(document={"comments": shown, "startAt": start, "maxResults": most, "total": total})

    def add_comment(self, call: Call) -> Answer:
        issue, sent = self._issue(call), call.fields()
        if len(issue.comments) >= _MOST_COMMENTS:
            raise Invalid("The issue has reached its limit of 5,000 comments.", status=413)
        body = Form(self.tracker).body(sent.get("body"))
        comment = self.tracker.comment(issue, body, self.actor, sent.get("properties") or [])
        return Answer(status=201, document=self._shown(call, issue, comment), writes=True)

    def get_comment(self, call: Call) -> Answer:
        issue = self._issue(call)
        return Answer(document=self._shown(call, issue, self._comment(call, issue)))

    def edit_comment(self, call: Call) -> Answer:
        issue, sent = self._issue(call), call.fields()
        comment = self._comment(call, issue)
        body = Form(self.tracker).body(sent.get("body"))
        self.tracker.edit_comment(issue, comment, body, sent.get("properties") or [])
        return Answer(document=self._shown(call, issue, comment), writes=True)

    def _shown(self, call: Call, issue: Issue, comment: Comment) -> Any:
        return self.views(call).comment(issue, comment, properties="properties" in call.many("expand"))

    # Links, properties, history

    def link(self, call: Call) -> Answer:
        sent = call.fields()
        kind = (sent.get("type") or {}).get("name")
        if kind not in LINK_TYPES:
            raise Invalid(f"No issue link type with name '{kind}' found.", status=404)
        inward, outward = (self._end(sent.get(name)) for name in ("inwardIssue", "outwardIssue"))
        self.tracker.link(kind, inward, outward)
        return Answer(status=201, writes=True)

    def _end(self, sent: Any) -> Issue:
        wanted = sent if isinstance(sent, dict) else {}
        issue = self.tracker.seen(str(wanted.get("key") or wanted.get("id") or ""))
        if issue is None:
            raise Invalid(NO_ISSUE, status=404)
        return issue

    def remote_links(self, call: Call) -> Answer:
        issue, api = self._issue(call), self.views(call).api
        found = [{**each, "self": f"{api}/issue/{issue.id}/remotelink/{each['id']}"} for each in issue.remote]
        wanted = call.one("globalId")
        if not wanted:
            return Answer(document=found)
        one = next((each for each in found if each.get("globalId") == wanted), None)
        if one is None:
            raise Invalid("The remote issue link does not exist.", status=404)
        return Answer(document=one)

    def link_remote(self, call: Call) -> Answer:
        issue, sent = self._issue(call), call.fields()
        target = sent.get("object") or {}
        problems = {name: f"'{name}' is required." for name in ("url", "title") if not target.get(name)}
        if len(sent.get("globalId") or "") > 255:
            problems["globalId"] = "'globalId' must be no longer than 255 characters."
        if problems:
            raise Invalid(errors=problems)
        kept = {
            key: sent[key] for key in ("globalId", "application", "relationship", "object") if sent.get(key) is not None
        }
        number, new = self.tracker.link_remote(issue, kept)
        link = f"{self.views(call).api}/issue/{issue.id}/remotelink/{number}"
        return Answer(status=201 if new else 200, document={"id": number, "self": link}, writes=True)

    def properties(self, call: Call) -> Answer:
        issue, api = self._issue(call), self.views(call).api
        keys = [{"self": f"{api}/issue/{issue.id}/properties/{key}", "key": key} for key in issue.properties]
        return Answer(document={"keys": keys})

    def get_property(self, call: Call) -> Answer:
        issue, key = self._issue(call), call.params["propertyKey"]
        if key not in issue.properties:
            raise Invalid("The property does not exist.", status=404)
        return Answer(document={"key": key, "value": issue.properties[key]})

    def set_property(self, call: Call) -> Answer:
        issue, key = self._issue(call), call.params["propertyKey"]
        if not call.body or len(call.body) > _LONGEST_PROPERTY or call.json() is None:
            raise Invalid("The property value must be valid JSON of at most 32768 characters.")
        new = key not in issue.properties
        issue.properties[key] = call.json()
        return Answer(status=201 if new else 200, writes=True)

    def changelog(self, call: Call) -> Answer:
        issue, views = self._issue(call), self.views(call)
        start, most = max(call.number("startAt", 0), 0), min(max(call.number("maxResults", 100), 1), 100)
        shown = [views.change(change) for change in issue.history[start : start + most]]
        return Answer(
            document={
                "self": f"{views.api}/issue/{issue.id}/changelog?maxResults={most}&startAt={start}",
                "maxResults": most,
                "startAt": start,
                "total": len(issue.history),
                "isLast": start + len(shown) >= len(issue.history),
                "values": shown,
            }
        )

    def _issue(self, call: Call) -> Issue:
        issue = self.tracker.seen(call.params["issueIdOrKey"])
        if issue is None:
            raise Invalid(NO_ISSUE, status=404)
        return issue

    def _comment(self, call: Call, issue: Issue) -> Comment:
        found = next((each for each in issue.comments if each.id == call.params["id"]), None)
        if found is None:
            raise Invalid(f"Can not find a comment for the id: {call.params['id']}.", status=404)
        return found
