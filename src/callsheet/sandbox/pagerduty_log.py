"""Log entries as PagerDuty shows them: the change feed, with its gaps and its undocumented types."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from callsheet.sandbox.pagerduty_company import Json
from callsheet.sandbox.pagerduty_views import Views, at_zone
from callsheet.sandbox.paging import Incident
from callsheet.sandbox.timeline import Event

# Types of the scene that no client can know: answers with them are exempt from the contract.
UNKNOWN_KINDS = frozenset({"runner_hypothesis", "workflow_run", "telepathy"})
# What `is_overview=true` leaves out here; the real subset is undocumented, and it does lose notes.
NOT_OVERVIEW = frozenset({"notify", "assign", "annotate", "responder_request"}) | UNKNOWN_KINDS
_WAYS = {"push": "push notification", "email": "email", "sms": "SMS", "phone": "phone"}


def log_entry(views: Views, incident: Incident, event: Event, include: Collection[str], zone: Any) -> Json:
    """One log entry; `include` may ask for full incidents, services, channels and teams."""
    service = views.paging.services.get(incident.service)
    document: Json = {
        "id": event.id,
        "type": f"{event.kind}_log_entry",
        "summary": _summary(views, event),
        "self": f"{views.base}/log_entries/{event.id}",
        "html_url": None,
        "created_at": at_zone(event.at, zone),
        "channel": _channel(views, incident, event, "channels" in include),
        "service": views.service_ref(incident.service),
        "teams": views.team_refs(incident.service),
        "contexts": [],
        **_particulars(views, incident, event),
        **event.data.get("raw", {}),
    }
    document["created_at"] = at_zone(event.at, zone)
    document["incident"] = views.head(incident) if "incidents" in include else views.incident_ref(incident)
    if service and "services" in include:
        document["service"] = views.service(service)
    if service and "teams" in include:
        document["teams"] = [views.team(each) for each in views.paging.company.teams if each.id == service.team]
    return document


def _particulars(views: Views, incident: Incident, event: Event) -> Json:
    """What only some types have."""
    document: Json = {}
    users = [views.user_ref(key) for key in event.users]
    if event.agent:
        document["agent"] = views.agent_ref(event.agent)
    match event.kind:
        case "trigger":
            page = f"{views.base}/ui/incidents/{incident.id}/log_entries/{event.id}"
            document |= {"html_url": page, "event_details": {"description": incident.title}}
        case "acknowledge":
            document |= {"acknowledgement_timeout": 1800, "event_details": {}}
        case "resolve":
            document["event_details"] = {}
        case "assign" | "escalate" | "delegate":
            document["assignees"] = users
        case "responder_request":
            document["responders"] = users
        case "notify":
            # Recordings without a person leave it out; the description knows no null here.
            document |= {"user": users[0]} if users else {}
    return document


def _channel(views: Views, incident: Incident, event: Event, full: bool) -> Json:
    """How it happened. An annotate entry carries the note's words here, and no id of the note."""
    automatic = event.agent in views.paging.services
    channel: Json
    match event.kind:
        case "trigger" if not automatic:
            channel = {"type": "web_trigger", "summary": "Triggered through the website"}
        case "trigger":
            channel = _monitor(views, incident, full)
        case "annotate":
            channel = {"type": "note", "summary": event.text}
        case "status_update":
            channel = {"type": "website", "summary": event.text}
        case "priority_change":
            chosen = views.priority_named(event.data.get("priority"))
            new = views.priority(chosen) if chosen else None
            channel = {"type": "website", "old_priority": None, "new_priority": new}
        case _:
            channel = {"type": "auto" if automatic or event.kind == "notify" else "website"}
    return channel


def _monitor(views: Views, incident: Incident, full: bool) -> Json:
    """The trigger's payload; its details come with `include[]=channels` only."""
    service = views.paging.services.get(incident.service)
    if not full or service is None:
        return {"type": "api"}
    details = {"alertname": service.alert, "service": service.slug, "num_firing": "1"}
    return {
        "type": "api",
        "summary": incident.title,
        "description": incident.title,
        "incident_key": incident.key or "",
        "details": details,
        "cef_details": {"client": "Alertmanager", "description": incident.title, "details": details},
    }


_SUMMARIES = {
    "trigger": "Triggered through {through}.",
    "notify": "Notified {people} by {way}.",
    "assign": "Assigned to {people}.",
    "escalate": "Escalated to {people} by {agent}.",
    "delegate": "Delegated to {people} by {agent}.",
    "acknowledge": "Acknowledged by {agent}.",
    "annotate": "Note added by {agent}.",
    "resolve": "Resolved by {agent}{merged}.",
    "priority_change": "Priority set to {priority} by {agent}.",
    "urgency_change": "Urgency changed to {urgency} by {agent}.",
    "status_update": "Status update added by {agent}.",
    "responder_request": "{agent} requested help from {people}.",
}


def _summary(views: Views, event: Event) -> str:
    agent = views.agent_ref(event.agent)["summary"] if event.agent else "PagerDuty"
    if event.kind == "trigger" and event.text == "reopened":
        return f"Reopened by {agent}."
    if event.kind not in _SUMMARIES:
        return event.text or f"{event.kind.replace('_', ' ').capitalize()} by {agent}."
    target = views.paging.find(event.data.get("merge") or "")
    return _SUMMARIES[event.kind].format(
        agent=agent,
        people=", ".join(views.user_ref(key)["summary"] for key in event.users),
        way=_WAYS.get(event.data.get("way", ""), "email"),
        through="the API" if event.agent in views.paging.services else f"the website by {agent}",
        merged=f" (merged into [#{target.number}])" if target else "",
        priority=event.data.get("priority"),
        urgency=event.data.get("urgency"),
    )
