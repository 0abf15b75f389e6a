"""The configuration proved, for `callsheet doctor`: permissions one by one, the product, the way to a closed ticket."""

from collections.abc import Iterator
from urllib.parse import quote

from callsheet.connect.errors import ConnectorError
from callsheet.connect.ports import Clock, Examination
from callsheet.model.check import Check, Result, error, fine, unasked, unproved, warning
from callsheet_jira.client import Client
from callsheet_jira.expiry import expiry
from callsheet_jira.options import JiraOptions
from callsheet_jira.wire import record, records

# Each permission, and what it is for. The first two are needed for filing, the rest for keeping it true.
_FILING = {
    "BROWSE_PROJECTS": "to see tickets",
    "CREATE_ISSUES": "to file tickets",
    "ASSIGN_ISSUES": "to give them owners",
}
_KEEPING = {
    "EDIT_ISSUES": "to change dates, titles and priorities",
    "TRANSITION_ISSUES": "to close what was dropped",
    "ADD_COMMENTS": "to comment, also in place of a reminder",
    "LINK_ISSUES": "to link duplicates",
}
_FINDING = "USER_PICKER"
_SEEN = "the project to be seen"


def examined(client: Client, options: JiraOptions, wanted: Examination, clock: Clock) -> Iterator[Check]:
    """All checks."""
    yield _product(client, options)
    for project in dict.fromkeys(project for project, _ in wanted.projects):
        permissions = tuple(_permissions(client, project, wanted))
        yield from permissions
        # A single one says that the project can't be seen at all.
        unseen = len(permissions) == 1
        for issue_type in (kind for place, kind in wanted.projects if place == project):
            check = f"jira: closing a {issue_type} in {project}"
            yield from [unasked(check, _SEEN)] if unseen else _closing(client, check, project, issue_type, wanted)
    yield expiry(client, options, clock)
    secrets = len(options.webhook_secrets)
    set_ = f"{secrets} set" if secrets else "none set: webhooks are refused, polling does without them"
    yield fine("jira: webhook secret", set_)
    if wanted.files:
        yield unproved(
            "jira: filing",
            "only filing a ticket proves that workflow rules and the project's automations let it be",
            "nothing before the first ticket: look at it then; one that is refused is named in `callsheet status`",
        )


def _product(client: Client, options: JiraOptions) -> Check:
    """Whether it is the product that we speak to."""
    name = "jira: product"
    try:
        said = record(client.get("/serverInfo").json(), "serverInfo")
    except ConnectorError as fault:
        return error(name, fault.what, "set JIRA_BASE_URL to where Jira's REST API answers")
    cloud = said.get("deploymentType") == "Cloud"
    told = f"Jira {'Cloud' if cloud else 'Data Center'} {said.get('version') or ''}".rstrip()
    if cloud is options.on_cloud:
        return fine(name, told)
    fix = "set JIRA_FLAVOUR, and sign in as it wants: JIRA_EMAIL and JIRA_API_TOKEN on Cloud, else a personal token"
    return error(name, f"{told}, but it is spoken to as {'Cloud' if options.on_cloud else 'Data Center'}", fix)


def _permissions(client: Client, project: str, wanted: Examination) -> Iterator[Check]:
    """One check for each permission; what this mode does not use is a warning where it lacks."""
    purposes = {**_FILING, **_KEEPING, _FINDING: "to find owners by their e-mail (global)"}
    try:
        said = client.get("/mypermissions", projectKey=project, permissions=",".join(purposes)).json()
        granted = record(record(said, "mypermissions").get("permissions") or {}, "permissions")
    except ConnectorError as fault:
        fix = f"see that the project {project} exists and that our account may browse it"
        yield error(f"jira: permissions in {project}", fault.what, fix, project=project)
        return
    for permission, purpose in purposes.items():
        name = f"jira: permission {permission} in {project}"
        entry = granted.get(permission)
        if isinstance(entry, dict) and entry.get("havePermission") is True:
            yield fine(name, purpose)
        else:
            used = wanted.writes or (wanted.files and permission in _FILING) or permission == "BROWSE_PROJECTS"
            result = Result.ERROR if used and permission != _FINDING else Result.WARNING
            fix = f"grant our account {permission} in the permission scheme of {project}; it is needed {purpose}"
            yield Check(check=name, result=result, detail="not granted", fix=fix, project=project)


def _closing(client: Client, name: str, project: str, issue_type: str, wanted: Examination) -> Iterator[Check]:
    """Whether something leads to "done": from one of our tickets, else by the statuses of the issue type.

    Nothing about a type that the project has not: where tickets are created, that is told.
    """
    fix = "add a status of the category Done to its workflow, or close dropped tickets by hand"
    try:
        if project in wanted.tickets:
            path = f"/issue/{quote(wanted.tickets[project], safe='')}/transitions"
            offered = records(record(client.get(path).json(), "transitions").get("transitions") or [], "transitions")
            statuses = [record(step.get("to") or {}, "transitions.to") for step in offered]
            seen = "one of our tickets offers a step into it"
        else:
            kinds = records(client.get(f"/project/{quote(project, safe='')}/statuses").json(), "statuses")
            called = issue_type.casefold()
            kind = next((k for k in kinds if called in {str(k.get("name")).casefold(), str(k.get("id"))}), None)
            if kind is None:
                return
            statuses = records(kind.get("statuses") or [], "statuses.statuses")
            seen = "its workflow has a status for it; only a ticket shows which steps lead there"
    except ConnectorError as fault:
        yield warning(name, f"can't be seen: {fault.what}", "let our account browse the project and its workflow")
        return
    done = any(map(_is_done, statuses))
    yield fine(name, seen) if done else warning(name, "no status of the category Done is offered", fix)


def _is_done(status: object) -> bool:
    category = status.get("statusCategory") if isinstance(status, dict) else None
    return isinstance(category, dict) and category.get("key") == "done"
