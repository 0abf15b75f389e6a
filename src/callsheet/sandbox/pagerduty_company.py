"""How PagerDuty shows the company: references, users, teams, services, priorities, who is on call."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from callsheet.sandbox.company import Person, Priority, Service, Team
from callsheet.sandbox.ids import make_id
from callsheet.sandbox.paging import Paging

# Lists are rendered in the account's zone unless the caller asks otherwise.
ACCOUNT_ZONE = ZoneInfo("America/New_York")

Json = dict[str, Any]


class CompanyViews:
    """Renders with absolute links under `base`."""

    def __init__(self, paging: Paging, base: str) -> None:
        self.paging, self.base = paging, base

    # References

    def reference(self, kind: str, key: str, summary: str, path: str, page: str | None = None) -> Json:
        return {
            "id": key,
            "type": f"{kind}_reference",
            "summary": summary,
            "self": f"{self.base}/{path}/{key}",
            "html_url": f"{self.base}/ui/{page or path}/{key}",
        }

    def user_ref(self, key: str) -> Json:
        person = self.paging.users.get(key)
        name = person.name if person else self.paging.names.get(key, "Someone")
        return self.reference("user", key, name, "users")

    def service_ref(self, key: str) -> Json:
        service = self.paging.services.get(key)
        name = service.name if service else self.paging.names.get(key, "A service")
        return self.reference("service", key, name, "services", "service-directory")

    def agent_ref(self, key: str) -> Json:
        return self.service_ref(key) if key in self.paging.services else self.user_ref(key)

    def team_refs(self, service_id: str) -> list[Json]:
        service = self.paging.services.get(service_id)
        teams = [each for each in self.paging.company.teams if service and each.id == service.team]
        return [self.reference("team", team.id, team.name, "teams") for team in teams]

    def policy_ref(self, service: Service) -> Json:
        team = next((each.name for each in self.paging.company.teams if each.id == service.team), "Default")
        return self.reference("escalation_policy", service.policy, f"{team} on call", "escalation_policies")

    # The company

    def priority_named(self, name_or_id: str | None) -> Priority | None:
        every = self.paging.company.priorities
        return next((each for each in every if name_or_id in (each.name, each.id)), None)

    def priority(self, priority: Priority) -> Json:
        return {
            "id": priority.id,
            "type": "priority",
            "summary": priority.name,
            "self": f"{self.base}/priorities/{priority.id}",
            "html_url": None,
            "account_id": "PLARK01",
            "color": priority.color,
            "created_at": "2024-02-01T09:00:00Z",
            "updated_at": "2024-02-01T09:00:00Z",
            "description": priority.description,
            "name": priority.name,
            "order": priority.order,
            "schema_version": 0,
        }

    def user(self, person: Person) -> Json:
        teams = [each for each in self.paging.company.teams if each.id in person.teams]
        contact = make_id("P", 7, person.id, "email")
        return {
            "id": person.id,
            "type": "user",
            "summary": person.name,
            "self": f"{self.base}/users/{person.id}",
            "html_url": f"{self.base}/ui/users/{person.id}",
            "name": person.name,
            "email": person.email,
            "time_zone": person.zone,
            "color": person.color,
            "avatar_url": f"https://avatars.larkspur.example/{person.id}.png",
            "role": person.role,
            "description": None,
            "invitation_sent": False,
            "job_title": person.title,
            "teams": [self.reference("team", team.id, team.name, "teams") for team in teams],
            "contact_methods": [
                {
                    "id": contact,
                    "type": "email_contact_method_reference",
                    "summary": "Default",
                    "self": f"{self.base}/users/{person.id}/contact_methods/{contact}",
                    "html_url": None,
                }
            ],
            "notification_rules": [],
            "coordinated_incidents": [],
        }

    def team(self, team: Team) -> Json:
        return {
            "id": team.id,
            "type": "team",
            "summary": team.name,
            "self": f"{self.base}/teams/{team.id}",
            "html_url": f"{self.base}/ui/teams/{team.id}",
            "name": team.name,
            "description": f"The {team.name} team",
            "default_role": "manager",
        }

    def service(self, service: Service) -> Json:
        return {
            "id": service.id,
            "type": "service",
            "summary": service.name,
            "self": f"{self.base}/services/{service.id}",
            "html_url": f"{self.base}/ui/service-directory/{service.id}",
            "name": service.name,
            "description": f"{service.name} of Larkspur",
            "created_at": "2024-02-01T09:00:00Z",
            "status": "active",
            "auto_resolve_timeout": 14400,
            "acknowledgement_timeout": 1800,
            "alert_creation": "create_alerts_and_incidents",
            "teams": self.team_refs(service.id),
            "escalation_policy": self.policy_ref(service),
            "integrations": [],
            "addons": [],
            "incident_urgency_rule": {"type": "constant", "urgency": "high"},
        }

    def policy(self, team: Team) -> Json:
        services = [each for each in self.paging.services.values() if each.team == team.id]
        members = self.paging.company.members(team.id)
        return {
            **self.policy_ref(services[0]),
            "type": "escalation_policy",
            "name": f"{team.name} on call",
            "description": "First responder, then the second after five minutes",
            "num_loops": 2,
            "on_call_handoff_notifications": "if_has_services",
            "escalation_rules": [
                {
                    "id": make_id("P", 7, team.id, "rule", level),
                    "escalation_delay_in_minutes": 5,
                    "targets": [self.user_ref(person.id)],
                }
                for level, person in enumerate(members[:2])
            ],
            "services": [self.service_ref(each.id) for each in services],
            "teams": [self.reference("team", team.id, team.name, "teams")],
        }

    def oncalls(self) -> list[Json]:
        """Permanent duty, so `start` and `end` are null, as PagerDuty shows users without a schedule."""
        found = []
        for team in self.paging.company.teams:
            policy = next(each for each in self.paging.services.values() if each.team == team.id)
            for level, person in enumerate(self.paging.company.members(team.id)[:2]):
                found.append(
                    {
                        "escalation_policy": self.policy_ref(policy),
                        "escalation_level": level + 1,
                        "schedule": None,
                        "user": self.user_ref(person.id),
                        "start": None,
                        "end": None,
                    }
                )
        return found
