"""What people do in the two products while nobody calls an API: close a ticket, change a date, write a note.

Used by the control plane, by the demo and by tests. An action is a JSON object with `do`; it returns what came of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from callsheet.sandbox.company import Person
from callsheet.sandbox.ids import make_id
from callsheet.sandbox.jira_setup import PRIORITIES, RISK, Account, Project, Transition
from callsheet.sandbox.paging import Incident
from callsheet.sandbox.timeline import Event, Note
from callsheet.sandbox.tracker import Issue, Tracker
from callsheet.sandbox.world import World

Json = dict[str, Any]


# What can be done on each side: the verb, and what goes with it; "?" may be left out. `user` is who does it, Grace
# Okafor unless somebody is named, by name, handle or e-mail.
VERBS: dict[str, dict[str, str]] = {
    "pagerduty": {
        "trigger": "title?, service?, urgency?, priority?, notes?, resolve_after?, user?",
        "note": "incident, text, user?",
        "edit_note": "incident, note, text",
        "delete_note": "incident, note",
        "acknowledge": "incident, user?",
        "resolve": "incident, user?",
        "reopen": "incident, user?",
        "merge": "incident, source, user?",
        "priority": "incident, priority, user?",
        "urgency": "incident, urgency, user?",
    },
    "jira": {
        "create": "project?, summary?, labels?, assignee?, due?, description?, user?",
        "transition": "issue, to?, resolution?, user?",
        "assign": "issue, to, user?",
        "due": "issue, on, user?",
        "priority": "issue, to, user?",
        "label": "issue, add?, remove?, user?",
        "summary": "issue, text, user?",
        "comment": "issue, text, user?",
        "move": "issue, to, user?",
        "delete": "issue",
        "deactivate": "to",
        "require": "project?",
    },
}


class Impossible(ValueError):
    """The action names something that is not there."""


def act_pagerduty(world: World, wanted: Json) -> Json:
    """One of the verbs of `VERBS`."""
    _known("pagerduty", wanted)
    paging = world.pagerduty
    user = _person(world, wanted.get("user"))
    if wanted.get("do") == "trigger":
        return _trigger(world, wanted, user)
    incident = _incident(world, wanted.get("incident"))
    made: Json = {"incident": incident.id, "number": incident.number}
    match wanted.get("do"):
        case "note":
            made["note"] = paging.add_note(incident, user.id, str(wanted["text"])).id
        case "edit_note" | "delete_note":
            text = str(wanted["text"]) if wanted["do"] == "edit_note" else None
            if paging.edit_note(incident, str(wanted.get("note")), text) is None:
                raise Impossible(f"No note {wanted.get('note')!r}")
        case "merge":
            paging.merge(_incident(world, wanted.get("source")), incident, user.id)
        case "acknowledge" | "resolve" | "reopen" | "priority" | "urgency":
            _log(world, incident, wanted, user)
        case other:
            raise Impossible(f"Cannot do {other!r} to an incident")
    return made


def _known(side: str, wanted: Json) -> None:
    if wanted.get("do") not in VERBS[side]:
        ways = "; ".join(f"{verb} ({given})" for verb, given in VERBS[side].items())
        raise Impossible(f"Cannot do {wanted.get('do')!r}. What can be done: {ways}")


def _log(world: World, incident: Incident, wanted: Json, user: Person) -> None:
    """The actions that are one log entry."""
    kinds = {"reopen": "trigger", "priority": "priority_change", "urgency": "urgency_change"}
    do = str(wanted["do"])
    data = {do: wanted[do]} if do in ("priority", "urgency") else {}
    text = "reopened" if do == "reopen" else ""
    world.pagerduty.append(incident, kinds.get(do, do), user.id, text=text, data=data)


def _incident(world: World, key: Any) -> Incident:
    incident = world.pagerduty.find(str(key))
    if incident is None:
        raise Impossible(f"No incident {key!r}")
    return incident


def _trigger(world: World, wanted: Json, user: Person) -> Json:
    """A new incident; notes and the resolution may lie in its future, in seconds after now."""
    paging = world.pagerduty
    slug = wanted.get("service", "checkout-api")
    service = next((each for each in paging.services.values() if slug in (each.slug, each.id, each.name)), None)
    if service is None:
        raise Impossible(f"No service {slug!r}")
    incident = paging.trigger(
        title=str(wanted.get("title", "Something is wrong")),
        service=service.id,
        urgency=str(wanted.get("urgency", "high")),
        priority=wanted.get("priority", "P2"),
        user=user.id,
    )
    for place, entry in enumerate(wanted.get("notes") or []):
        told = entry if isinstance(entry, dict) else {"text": entry}
        author = _person(world, told.get("user") or wanted.get("user"))
        _later_note(world, incident, place, str(told["text"]), float(told.get("after", 0)), author)
    if wanted.get("resolve_after") is not None:
        _later(world, incident, "resolve", float(wanted["resolve_after"]), user.id)
    return {"incident": incident.id, "number": incident.number}


def _later_note(world: World, incident: Incident, place: int, text: str, after: float, author: Person) -> None:
    at = incident.created_at + timedelta(seconds=after)
    key = make_id("Q", 14, world.seed, incident.id, "told", place)
    note = Note(id=key, at=at, author=author.id, text=text, updated_at=at)
    world.pagerduty.reel(incident).notes.append(note)
    _later(world, incident, "annotate", after, author.id, text)


def _later(world: World, incident: Incident, kind: str, after: float, agent: str, text: str = "") -> None:
    """An entry at a moment of the incident's own future: it shows up when the clock gets there."""
    at = incident.created_at + timedelta(seconds=after)
    reel = world.pagerduty.reel(incident)
    key = make_id("R", 26, world.seed, incident.id, "later", len(reel.events))
    reel.events.append(Event(id=key, at=at, kind=kind, agent=agent, text=text))
    reel.events.sort(key=lambda event: event.at)
    incident.ends_at = max(incident.ends_at, at)
    world.pagerduty.version += 1


def _person(world: World, key: Any) -> Person:
    """By id, address, handle or full name; Grace Okafor when nobody is named."""
    wanted = str(key or "Grace Okafor").lower().lstrip("@")
    for person in world.pagerduty.users.values():
        if wanted in (person.id.lower(), person.email.lower(), person.handle.lower(), person.name.lower()):
            return person
    raise Impossible(f"No user {key!r}")


def act_jira(world: World, wanted: Json) -> Json:
    """One of the verbs of `VERBS`.

    `{"do": "deactivate", "to": "Ana Ferreira"}`: her account is closed. `{"do": "require", "project": "OPS"}`: the
    project's create screen demands a risk class from now on.
    """
    _known("jira", wanted)
    tracker = world.tracker(str(wanted.get("flavour", "cloud")))
    user = _account(tracker, wanted.get("user")) or tracker.directory.human
    if wanted.get("do") == "create":
        issue = _create(tracker, wanted, user)
        return {"id": issue.id, "key": issue.key}
    if wanted.get("do") == "deactivate":
        return {"account": tracker.deactivate(_leaver(tracker, wanted)).display}
    if wanted.get("do") == "require":
        return {"project": tracker.require(_project(tracker, wanted.get("project", "OPS")), RISK).key}
    found = tracker.find(str(wanted.get("issue", "")))
    if found is None:
        raise Impossible(f"No issue {wanted.get('issue')!r}")
    _change(tracker, found, wanted, user)
    return {"id": found.id, "key": found.key}


def _leaver(tracker: Tracker, wanted: Json) -> Account:
    account = _account(tracker, wanted.get("to"))
    if account is None:
        raise Impossible("Nobody is named to be deactivated")
    return account


def _change(tracker: Tracker, issue: Issue, wanted: Json, user: Account) -> None:
    do = wanted.get("do")
    if do in ("assign", "due", "priority", "label", "summary"):
        tracker.edit(issue, _edit(tracker, issue, wanted), user)
        return
    match do:
        case "transition":
            transition = _transition(tracker, issue, str(wanted.get("to", "Done")))
            tracker.transition(issue, transition, user, str(wanted.get("resolution", "")))
        case "comment":
            tracker.comment(issue, _body(tracker, str(wanted["text"])), user, [])
        case "move":
            tracker.move(issue, _project(tracker, wanted.get("to")), user)
        case "delete":
            tracker.delete(issue)
        case other:
            raise Impossible(f"Cannot do {other!r} to an issue")


def _edit(tracker: Tracker, issue: Issue, wanted: Json) -> Json:
    """The field and its new value."""
    match wanted["do"]:
        case "assign":
            account = _account(tracker, wanted.get("to"))
            return {"assignee": account.id if account else None}
        case "due":
            return {"duedate": wanted.get("on")}
        case "priority":
            key = next((k for k, name in PRIORITIES.items() if wanted.get("to") in (k, name)), None)
            return {"priority": key}
        case "label":
            labels = [each for each in issue.fields["labels"] if each != wanted.get("remove")]
            new = wanted.get("add")
            return {"labels": [*labels, new] if new and new not in labels else labels}
    return {"summary": str(wanted["text"])}


def _project(tracker: Tracker, key: Any) -> Project:
    project = tracker.project(key)
    if project is None:
        raise Impossible(f"No project {key!r}")
    return project


def _create(tracker: Tracker, wanted: Json, user: Account) -> Issue:
    project = _project(tracker, wanted.get("project", "OPS"))
    owner = _account(tracker, wanted.get("assignee"))
    text = wanted.get("description")
    fields = {
        "summary": str(wanted.get("summary", "Made by hand")),
        "issuetype": project.types[0].id,
        "labels": list(wanted.get("labels") or []),
        "duedate": wanted.get("due"),
        "assignee": owner.id if owner else None,
        "description": _body(tracker, str(text)) if text else None,
    }
    return tracker.create(project, fields, user)


def _transition(tracker: Tracker, issue: Issue, name: str) -> Transition:
    """By id, by its own name or the name of the status it leads to; people find a way through any workflow."""
    project = tracker.projects[issue.project]
    for each in (*tracker.transitions(issue), *project.transitions):
        if name.lower() in (each.id, each.name.lower(), project.status(each.to).name.lower()):
            return each
    raise Impossible(f"No transition to {name!r}")


def _account(tracker: Tracker, key: Any) -> Account | None:
    if key is None:
        return None
    wanted = str(key).lower()
    for account in tracker.directory.accounts:
        if wanted in (account.id.lower(), account.email.lower(), account.name.lower(), account.display.lower()):
            return account
    raise Impossible(f"No Jira account {key!r}")


def _body(tracker: Tracker, text: str) -> Any:
    if not tracker.cloud:
        return text
    paragraphs = [line for line in text.splitlines() if line.strip()] or ["-"]
    content = [{"type": "paragraph", "content": [{"type": "text", "text": paragraph}]} for paragraph in paragraphs]
    return {"type": "doc", "version": 1, "content": content}
