"""PagerDuty's JSON: how incidents, log entries, notes, alerts and the rest look in its answers.

Recorded answers win over the official description where the two differ: `resolved_at`, `priority`, `incident_key`
and an alert's `integration` are null in life, and several log entry types are in no list.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from callsheet.sandbox.clock import zulu
from callsheet.sandbox.company import Service
from callsheet.sandbox.ids import make_id
from callsheet.sandbox.pagerduty_company import CompanyViews, Json
from callsheet.sandbox.paging import Incident, Paging, State
from callsheet.sandbox.timeline import Alert, Change, Note

_ALERT_ZONE, _NOTE_ZONE = timezone(timedelta(hours=-6)), timezone(timedelta(hours=-4))


def at_zone(moment: datetime, zone: Any) -> str:
    """Seconds with an offset; UTC as Z."""
    if zone is UTC or str(zone) in ("UTC", "Etc/UTC"):
        return zulu(moment)
    return moment.astimezone(zone).isoformat(timespec="seconds")


class Views(CompanyViews):
    """Incidents and what belongs to them, with links under `base`; for one answer."""

    def __init__(self, paging: Paging, base: str) -> None:
        super().__init__(paging, base)
        self._heads: dict[str, Json] = {}

    def incident_ref(self, incident: Incident) -> Json:
        return self.reference("incident", incident.id, f"[#{incident.number}] {incident.title}", "incidents")

    # Incidents

    def head(self, incident: Incident) -> Json:
        """The incident beside its log entries: drawn once an answer, since its state is a fold of its whole log."""
        if incident.id not in self._heads:
            self._heads[incident.id] = self.incident(incident)
        return self._heads[incident.id]

    def incident(self, incident: Incident, include: Collection[str] = ()) -> Json:
        state = self.paging.state(incident)
        alerts = self.paging.alerts_of(incident)
        resolved = len(alerts) if state.status == "resolved" else 0
        document = {
            **dict.fromkeys(("basic_alert_grouping", "alert_grouping")),
            **incident.raw,
            **self._head(incident),
            **self._status(incident, state, include),
            "alert_counts": {"all": len(alerts), "triggered": len(alerts) - resolved, "resolved": resolved},
            "first_trigger_log_entry": self._first_entry(incident),
            "teams": self.team_refs(incident.service),
            "incident_type": {"name": "incident_default"},
        }
        service = self.paging.services.get(incident.service)
        if service:
            document["escalation_policy"] = self.policy_ref(service)
            if "services" in include:
                document["service"] = self.service(service)
        if "teams" in include and service:
            document["teams"] = [self.team(team) for team in self.paging.company.teams if team.id == service.team]
        return document

    def _head(self, incident: Incident) -> Json:
        return {
            "id": incident.id,
            "type": "incident",
            "summary": f"[#{incident.number}] {incident.title}",
            "self": f"{self.base}/incidents/{incident.id}",
            "html_url": f"{self.base}/ui/incidents/{incident.id}",
            "incident_number": incident.number,
            "title": incident.title,
            "description": incident.title,
            "created_at": zulu(incident.created_at),
            "incident_key": incident.key,
            "service": self.service_ref(incident.service),
            "is_mergeable": True,
            "assigned_via": "escalation_policy",
            "pending_actions": [],
            "incidents_responders": [],
            "responder_requests": [],
            "subscriber_requests": [],
        }

    def _status(self, incident: Incident, state: State, include: Collection[str]) -> Json:
        changed = state.changed_at or incident.created_at
        priority = self.priority_named(state.priority)
        document: Json = {
            "status": state.status,
            "urgency": state.urgency,
            "priority": self.priority(priority) if priority else None,
            "updated_at": zulu(state.updated_at or incident.created_at),
            "resolved_at": zulu(state.resolved_at) if state.resolved_at else None,
            "last_status_change_at": zulu(changed),
            "last_status_change_by": self.agent_ref(state.changed_by or incident.service),
            "assignments": self._assignments(incident, state, "assignees" in include or "users" in include),
            "acknowledgements": [
                {"at": zulu(at), "acknowledger": self._user(key, "acknowledgers" in include)}
                for at, key in state.acknowledged
            ],
        }
        target = self.paging.find(state.merged_into) if state.merged_into else None
        if target:
            document["resolve_reason"] = {
                "type": "merge_resolve_reason",
                "incident": self.incident_ref(target),
            }
        return document

    def _assignments(self, incident: Incident, state: State, full: bool) -> list[Json]:
        """Nobody once resolved; recorded incidents may know more than their log entries."""
        if state.assigned or state.status == "resolved":
            return [{"at": zulu(at), "assignee": self._user(key, full)} for at, key in state.assigned]
        return list(incident.raw.get("assignments") or [])

    def _user(self, key: str, full: bool) -> Json:
        person = self.paging.users.get(key)
        return self.user(person) if full and person else self.user_ref(key)

    def _first_entry(self, incident: Incident) -> Json:
        first = next((event for event in self.paging.reel(incident).events if event.kind == "trigger"), None)
        key = first.id if first else make_id("R", 26, incident.id, "trigger")
        return {
            "id": key,
            "type": "trigger_log_entry_reference",
            "summary": "Triggered through the API.",
            "self": f"{self.base}/log_entries/{key}",
            "html_url": f"{self.base}/ui/incidents/{incident.id}/log_entries/{key}",
        }

    # What belongs to an incident

    def note(self, note: Note) -> Json:
        bot = note.author not in self.paging.users and note.author not in self.paging.names
        user = self.user_ref(note.author)
        if bot:
            user["type"] = "bot_user_reference"
        return {
            "id": note.id,
            "user": user,
            "channel": {"summary": "The PagerDuty website or APIs"},
            "content": note.text,
            "created_at": at_zone(note.at, _NOTE_ZONE),
            "updated_at": at_zone(note.updated_at, _NOTE_ZONE),
        }

    def alert(self, incident: Incident, alert: Alert) -> Json:
        if alert.raw is not None:
            return {**alert.raw, "incident": self.incident_ref(incident)}
        state, service = self.paging.state(incident), self.paging.services[incident.service]
        resolved = state.resolved_at
        return {
            "id": alert.id,
            "type": "alert",
            "summary": alert.title,
            "self": f"{self.base}/alerts/{alert.id}",
            "html_url": f"{self.base}/ui/alerts/{alert.id}",
            "created_at": at_zone(alert.at, _ALERT_ZONE),
            "status": "resolved" if resolved else "triggered",
            "resolved_at": at_zone(resolved, _ALERT_ZONE) if resolved else None,
            "alert_key": alert.key,
            "suppressed": False,
            "service": self.service_ref(service.id),
            "severity": alert.severity,
            "incident": self.incident_ref(incident),
            "first_trigger_log_entry": self._first_entry(incident),
            "body": _alert_body(alert, service),
            "integration": None,
            "privilege": None,
        }

    def change(self, change: Change, reason: str | None = None) -> Json:
        service = self.paging.services[change.service]
        document: Json = {
            "id": change.id,
            "type": "change_event",
            "summary": change.summary,
            "self": None,
            "html_url": None,
            "timestamp": zulu(change.at),
            "source": "deployer",
            "services": [self.service_ref(service.id)],
            "integration": {
                "id": service.integration,
                "type": "inbound_integration_reference",
                "summary": "Deployments",
                "self": f"{self.base}/services/{service.id}/integrations/{service.integration}",
                "html_url": None,
            },
            "links": [{"href": f"https://ci.larkspur.example/{service.slug}/{change.build}", "text": "Build"}],
            "images": [],
            "custom_details": {"build": change.build, "environment": "production"},
        }
        if reason:
            document["correlation_reason"] = {"reason": reason}
        return document


def _alert_body(alert: Alert, service: Service) -> Json:
    """The monitor's own words, as Alertmanager sends them, twice, as PagerDuty keeps them."""
    contexts = [
        {"type": "link", "href": f"https://wiki.larkspur.example/runbooks/{service.slug}", "text": "Runbook"},
        {"type": "link", "href": f"https://grafana.larkspur.example/d/{service.slug}", "text": "Dashboard"},
    ]
    details = {
        "description": f"{service.alert} on {service.slug}",
        "environment": "production",
        "firing": f"Labels:\n - alertname = {service.alert}\n - severity = {alert.severity}\n",
        "num_firing": str(alert.count),
        "num_resolved": "0",
        "dashboard": f"https://grafana.larkspur.example/d/{service.slug}",
        # Monitors do leak credentials into alerts; whoever stores this must redact it first.
        "webhook": "https://deploy:hunter2@ci.larkspur.example/hook?token=not-a-real-token",
    }
    return {
        "type": "alert_body",
        "contexts": contexts,
        "details": details,
        "cef_details": {
            "client": "Alertmanager",
            "client_url": "https://alertmanager.larkspur.example/#/alerts",
            "contexts": contexts,
            "dedup_key": alert.key,
            "description": alert.title,
            "details": details,
            "severity": alert.severity,
            "source_origin": "Alertmanager",
        },
    }
