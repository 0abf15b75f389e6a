"""Jira's configuration and people: createmeta, projects, statuses, priorities, permissions, users."""

from __future__ import annotations

from typing import Any

from callsheet.sandbox.exchange import UNDESCRIBED, Answer, Call, Handler
from callsheet.sandbox.jira_fields import Invalid
from callsheet.sandbox.jira_setup import FIELDS, PRIORITIES, PROJECTS, RISK, Account, Project
from callsheet.sandbox.jira_views import Json, Views
from callsheet.sandbox.tracker import Tracker

_MOST_META = 200
PERMISSIONS = (
    "BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "ASSIGN_ISSUES", "ASSIGNABLE_USER", "TRANSITION_ISSUES",
    "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "LINK_ISSUES", "RESOLVE_ISSUES", "SCHEDULE_ISSUES", "USER_PICKER",
)  # fmt: skip


class MetaPages:
    """Read-only."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker

    def table(self, prefix: str) -> tuple[tuple[str, str, Handler], ...]:
        meta = f"{prefix}/issue/createmeta/{{projectIdOrKey}}/issuetypes"
        return (
            ("GET", f"{prefix}/serverInfo", self.server_info),
            # Clients that are told nothing else look here first, on Cloud too.
            ("GET", "/rest/api/2/serverInfo", self.server_info),
            ("GET", f"{prefix}/myself", self.myself),
            ("GET", f"{prefix}/mypermissions", self.permissions),
            ("GET", f"{prefix}/project/{{projectIdOrKey}}", self.project),
            ("GET", f"{prefix}/project/{{projectIdOrKey}}/statuses", self.project_statuses),
            ("GET", meta, self.types),
            ("GET", f"{meta}/{{issueTypeId}}", self.fields_of_type),
            ("GET", f"{prefix}/priority", self.priorities),
            ("GET", f"{prefix}/status", self.statuses),
            ("GET", f"{prefix}/field", self.fields),
            ("GET", f"{prefix}/user", self.user),
            ("GET", f"{prefix}/user/search", self.find_users),
            ("GET", f"{prefix}/user/assignable/search", self.find_assignable),
            *(() if self.tracker.cloud else (("GET", "/rest/pat/latest/tokens", self.tokens),)),
        )

    def views(self, call: Call) -> Views:
        return Views(self.tracker, call.base)

    def server_info(self, call: Call) -> Answer:
        cloud = self.tracker.cloud
        return Answer(
            document={
                "baseUrl": call.base,
                "version": "1001.0.0-SNAPSHOT" if cloud else "10.3.2",
                "versionNumbers": [1001, 0, 0] if cloud else [10, 3, 2],
                "deploymentType": "Cloud" if cloud else "Server",
                "buildNumber": 100290,
                "buildDate": "2026-10-01T00:00:00.000-0400",
                "serverTime": self.views(call).time(self.tracker.clock.now()),
                "scmInfo": "sandbox",
                "serverTitle": "Larkspur Jira",
            }
        )

    def myself(self, call: Call) -> Answer:
        document = self.views(call).user(self.tracker.directory.robot)
        return Answer(document={**document, "locale": "en_US"})

    def tokens(self, _: Call) -> Answer:
        """The account's personal access tokens: one, made without an end."""
        return Answer(document=[{"id": 1, "name": "callsheet", "createdAt": "2026-09-01T09:00:00.000+0000"}])

    def permissions(self, call: Call) -> Answer:
        wanted = call.many("permissions")
        if not wanted and self.tracker.cloud:
            raise Invalid("The 'permissions' query parameter is required.")
        unknown = [name for name in wanted if name not in PERMISSIONS]
        if unknown:
            raise Invalid(f"Unrecognized permission: {unknown[0]}")
        if call.one("projectKey"):
            self._project(call.one("projectKey"))
        found = {
            name: {
                "id": str(index + 10),
                "key": name,
                "name": name.replace("_", " ").title(),
                "type": "GLOBAL" if name == "USER_PICKER" else "PROJECT",
                "description": "",
                "havePermission": True,
            }
            for index, name in enumerate(PERMISSIONS)
            if name in wanted or not wanted
        }
        return Answer(document={"permissions": found})

    # Projects and screens

    def project(self, call: Call) -> Answer:
        project, views = self._project(call.params["projectIdOrKey"]), self.views(call)
        document = views.project(project) | {
            "description": "",
            "lead": _lead(views.user(self.tracker.directory.human)),
            "components": [],
            "issueTypes": [views.type(kind) for kind in project.types],
            "assigneeType": "UNASSIGNED",
            "versions": [],
            "roles": {},
        }
        if self.tracker.cloud:
            document |= {
                "style": "next-gen" if project.team_managed else "classic",
                "isPrivate": False,
                "properties": {},
            }
        return Answer(document=document)

    def project_statuses(self, call: Call) -> Answer:
        project, views = self._project(call.params["projectIdOrKey"]), self.views(call)
        statuses = [views.status(status) for status in project.statuses]
        return Answer(
            document=[
                {
                    "self": f"{views.api}/issuetype/{kind.id}",
                    "id": kind.id,
                    "name": kind.name,
                    "subtask": False,
                    "statuses": statuses,
                }
                for kind in project.types
            ]
        )

    def types(self, call: Call) -> Answer:
        project, views = self._screens_of(call), self.views(call)
        return self._page(call, "issueTypes", [views.type(kind) for kind in project.types])

    def fields_of_type(self, call: Call) -> Answer:
        project, views = self._screens_of(call), self.views(call)
        if call.params["issueTypeId"] not in {kind.id for kind in project.types}:
            raise Invalid("The issue type was not found in this project.", status=404, exempt=UNDESCRIBED)
        return self._page(call, "fields", [views.field(project, name) for name in project.screen])

    def _page(self, call: Call, name: str, items: list[Json]) -> Answer:
        """Cloud names the list after its content, Data Center calls it `values`."""
        size, start = call.number("maxResults", 50), max(call.number("startAt", 0), 0)
        if not 0 < size <= _MOST_META:
            raise Invalid(f"The maximum number of results is {_MOST_META}.")
        shown = items[start : start + size]
        page = {"maxResults": size, "startAt": start, "total": len(items)}
        if self.tracker.cloud:
            return Answer(document={**page, name: shown})
        return Answer(document={**page, "isLast": start + len(shown) >= len(items), "values": shown})

    def priorities(self, call: Call) -> Answer:
        views = self.views(call)
        return Answer(
            document=[{**views.priority(key), "description": "", "statusColor": "#cccccc"} for key in PRIORITIES]
        )

    def statuses(self, call: Call) -> Answer:
        views = self.views(call)
        every = {status.id: status for project in PROJECTS for status in project.statuses}
        return Answer(document=[views.status(status) for status in every.values()])

    def fields(self, call: Call) -> Answer:
        del call
        return Answer(document=[_field(name) for name in FIELDS])

    # People

    def user(self, call: Call) -> Answer:
        account = self.tracker.account(call.one("accountId" if self.tracker.cloud else "username"))
        if account is None:
            raise Invalid("The user does not exist.", status=404)
        return Answer(document=self.views(call).user(account))

    def find_users(self, call: Call) -> Answer:
        query = self._query(call)
        accounts, cloud = self.tracker.directory.accounts, self.tracker.cloud
        found = [each for each in accounts if each.active and _matches(each, query, cloud=cloud)]
        return self._users(call, found)

    def find_assignable(self, call: Call) -> Answer:
        project = self._asked_project(call)
        query, wanted = self._query(call, needed=False), call.one("accountId")
        found = [
            each
            for each in self.tracker.directory.accounts
            if self.tracker.may_be_assigned(each, project)
            and (not query or _matches(each, query, cloud=self.tracker.cloud))
            and (not wanted or each.id == wanted)
        ]
        return self._users(call, found)

    def _query(self, call: Call, *, needed: bool = True) -> str:
        query = call.one("query") if self.tracker.cloud else call.one("username")
        account = call.one("accountId")
        if needed and not query and account:
            known = self.tracker.account(account)
            return known.email if known else "\0"
        if needed and not query:
            raise Invalid("Either 'query', 'accountId' or 'property' query parameter should be provided.")
        return query.strip().lower()

    def _users(self, call: Call, found: list[Account]) -> Answer:
        start, size = max(call.number("startAt", 0), 0), min(max(call.number("maxResults", 50), 1), 1000)
        views = self.views(call)
        return Answer(document=[views.user(account) for account in found[start : start + size]])

    def _asked_project(self, call: Call) -> Project:
        issue = self.tracker.find(call.one("issueKey") or call.one("issueId"))
        if issue:
            return self.tracker.projects[issue.project]
        if not call.one("project"):
            raise Invalid("Either 'project', 'issueKey' or 'issueId' must be provided.")
        return self._project(call.one("project"))

    def _screens_of(self, call: Call) -> Project:
        """The project of a createmeta path; the official description forgets that it may not be there."""
        try:
            return self._project(call.params["projectIdOrKey"])
        except Invalid as refusal:
            raise Invalid(*refusal.messages, status=404, exempt=UNDESCRIBED) from None

    def _project(self, key: str) -> Project:
        project = self.tracker.project(key)
        if project is None or project.key in self.tracker.hidden:
            raise Invalid(f"No project could be found with key '{key}'.", status=404)
        return project


def _matches(account: Account, query: str, *, cloud: bool) -> bool:
    """Prefixes of the name's words and of the address; on Cloud, a hidden address only as a whole."""
    name, email = account.display.lower(), account.email.lower()
    words = [name, *name.split()] if cloud else [name, *name.split(), account.name.lower()]
    if any(word.startswith(query) for word in words):
        return True
    return email == query if account.hidden and cloud else email.startswith(query)


def _lead(user: Json) -> Json:
    """A project's lead comes without an address."""
    return {key: value for key, value in user.items() if key not in ("emailAddress", "timeZone")}


def _field(name: str) -> Any:
    label, kind = FIELDS[name]
    schema: Json = {"type": kind, "system": name}
    if name == RISK:
        custom = "com.atlassian.jira.plugin.system.customfieldtypes:select"
        schema = {"type": "option", "custom": custom, "customId": 10050}
    return {
        "id": name,
        "key": name,
        "name": label,
        "custom": name == RISK,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": [name],
        "schema": schema,
    }
