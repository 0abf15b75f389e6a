"""The few pages that links lead to: an incident, a ticket, and a start page. Everything shown is escaped."""

from __future__ import annotations

from html import escape

from callsheet.sandbox.adf import plain
from callsheet.sandbox.clock import zulu
from callsheet.sandbox.exchange import CLOUD, PAGERDUTY
from callsheet.sandbox.world import World


def page_for(world: World, path: str) -> str | None:
    """The HTML for `/`, `/pagerduty/ui/incidents/{id}`, `/jira/browse/{key}`; None where nothing is."""
    if path == "/":
        return _start(world)
    parts = path.strip("/").split("/")
    if len(parts) >= 4 and parts[:3] == [PAGERDUTY, "ui", "incidents"]:
        return _incident(world, parts[3])
    if len(parts) == 3 and parts[1] == "browse":
        return _issue(world, parts[0], parts[2])
    return None


def _page(title: str, *sections: str) -> str:
    head = f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title>"
    style = "<style>body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto}pre{white-space:pre-wrap}</style>"
    return f"{head}{style}<h1>{escape(title)}</h1>{''.join(sections)}"


def _list(rows: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{row}</li>' for row in rows)}</ul>"


def _start(world: World) -> str:
    incidents = [
        f'<a href="/{PAGERDUTY}/ui/incidents/{each.id}">#{each.number} {escape(each.title)}</a> '
        f"({world.pagerduty.state(each).status})"
        for each in reversed(world.pagerduty.incidents[-50:])
    ]
    issues = [
        f'<a href="/{CLOUD}/browse/{each.key}">{each.key}</a> {escape(each.fields["summary"])}'
        for each in reversed(list(world.jira.issues.values())[-50:])
    ]
    clock = f"<p>It is {zulu(world.clock.now())} in here.</p>"
    return _page("Sandbox", clock, "<h2>Incidents</h2>", _list(incidents), "<h2>Tickets</h2>", _list(issues))


def _incident(world: World, key: str) -> str | None:
    paging = world.pagerduty
    incident = paging.find(key)
    if incident is None:
        return None
    state = paging.state(incident)
    notes = [
        f"<b>{escape(_author(world, note.author))}</b>, {zulu(note.at)}<pre>{escape(note.text)}</pre>"
        for note in paging.notes_of(incident)
    ]
    about = f"<p>{state.status}, {state.priority or 'no priority'}, since {zulu(incident.created_at)}</p>"
    return _page(f"#{incident.number} {incident.title}", about, "<h2>Notes</h2>", _list(notes))


def _author(world: World, key: str) -> str:
    person = world.pagerduty.users.get(key)
    return person.name if person else world.pagerduty.names.get(key, "Someone")


def _issue(world: World, side: str, key: str) -> str | None:
    tracker = world.tracker(side)
    issue = tracker.find(key)
    if issue is None:
        return None
    fields, people = issue.fields, tracker.directory.by_id
    status = tracker.projects[issue.project].status(fields["status"]).name
    owner = people[fields["assignee"]].display if fields["assignee"] else "nobody"
    comments = [
        f"<b>{escape(people[each.author].display)}</b><pre>{escape(plain(each.body))}</pre>" for each in issue.comments
    ]
    about = [
        f"Status: {escape(status)}",
        f"Assignee: {escape(owner)}",
        f"Due: {escape(fields['duedate'] or 'no date')}",
        f"Labels: {escape(', '.join(fields['labels']))}",
    ]
    text = f"<pre>{escape(plain(fields['description']))}</pre>"
    return _page(f"{issue.key} {fields['summary']}", _list(about), text, "<h2>Comments</h2>", _list(comments))
