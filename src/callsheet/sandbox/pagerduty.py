"""PagerDuty's REST API v2 under `/pagerduty`: the reads and the few writes that an integration needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from callsheet.sandbox.clock import zulu
from callsheet.sandbox.company import Person
from callsheet.sandbox.exchange import Answer, Call, Routes
from callsheet.sandbox.pagerduty_answers import Refused, content_of, moment, page, zone_of
from callsheet.sandbox.pagerduty_log import NOT_OVERVIEW, UNKNOWN_KINDS, log_entry
from callsheet.sandbox.pagerduty_people import CompanyPages
from callsheet.sandbox.pagerduty_views import Views
from callsheet.sandbox.paging import Incident, Paging
from callsheet.sandbox.timeline import Event

_MONTH, _HALF_YEAR = timedelta(days=31), timedelta(days=184)
_NOTES_MOST = 2_000


class PagerDuty:
    """The routes. Callers hold the world's lock and have checked the token."""

    def __init__(self, paging: Paging) -> None:
        self.paging = paging
        self.routes = Routes(
            (
                *CompanyPages(paging).table(),
                ("GET", "/incidents", self.list_incidents),
                ("POST", "/incidents", self.create_incident),
                ("GET", "/incidents/{id}", self.get_incident),
                ("PUT", "/incidents/{id}", self.update_incident),
                ("PUT", "/incidents/{id}/merge", self.merge),
                ("GET", "/incidents/{id}/log_entries", self.incident_log),
                ("GET", "/incidents/{id}/alerts", self.alerts),
                ("GET", "/incidents/{id}/notes", self.notes),
                ("POST", "/incidents/{id}/notes", self.add_note),
                ("PUT", "/incidents/{id}/notes/{note_id}", self.edit_note),
                ("DELETE", "/incidents/{id}/notes/{note_id}", self.edit_note),
                ("GET", "/incidents/{id}/related_change_events", self.related_changes),
                ("GET", "/incidents/{id}/custom_fields/values", self.custom_fields),
                ("GET", "/log_entries", self.log),
                ("GET", "/change_events", self.changes),
            )
        )

    def views(self, call: Call) -> Views:
        return Views(self.paging, call.base)

    # Incidents

    def list_incidents(self, call: Call) -> Answer:
        views, paging = self.views(call), self.paging
        found = [each for each in self._in_range(call) if self._wanted(call, each)]
        statuses = call.many("statuses")
        if statuses and set(statuses) == {"resolved"}:
            found = [each for each in found if paging.is_resolved(each)]
        elif statuses:
            open_only = "resolved" not in statuses
            found = [each for each in found if not (open_only and paging.is_resolved(each))]
            found = [each for each in found if paging.state(each).status in statuses]
        urgencies = call.many("urgencies")
        if urgencies:
            found = [each for each in found if paging.state(each).urgency in urgencies]
        users = set(call.many("user_ids"))
        if users:
            found = [each for each in found if users & {user for _, user in paging.state(each).assigned}]
        self._sort(found, call.many("sort_by"))
        include = call.many("include")
        return page(call, "incidents", found, lambda each: views.incident(each, include))

    def _in_range(self, call: Call) -> list[Incident]:
        """`since` and `until` mean the creation; a range over six months silently finds nothing."""
        if call.one("date_range") == "all":
            return self.paging.created_between(None, None)
        now = self.paging.clock.now()
        until = moment(call.one("until")) or now + timedelta(seconds=1)
        since = moment(call.one("since")) or until - _MONTH
        return [] if until - since > _HALF_YEAR else self.paging.created_between(since, until)

    def _wanted(self, call: Call, incident: Incident) -> bool:
        services, teams = call.many("service_ids"), call.many("team_ids")
        service = self.paging.services.get(incident.service)
        key = call.one("incident_key")
        return (
            (not services or incident.service in services)
            and (not teams or (service is not None and service.team in teams))
            and (not key or incident.key == key)
        )

    def _sort(self, found: list[Incident], order: Sequence[str]) -> None:
        keys: dict[str, Callable[[Incident], Any]] = {
            "incident_number": lambda each: each.number,
            "created_at": lambda each: each.created_at,
            "resolved_at": lambda each: zulu(self.paging.state(each).resolved_at or each.ends_at),
            "urgency": lambda each: self.paging.state(each).urgency,
        }
        for part in reversed(order):
            name, _, direction = part.partition(":")
            if name not in keys:
                raise Refused(400, 2001, "Invalid Input Provided", f"Sort by {name} is not supported.")
            found.sort(key=keys[name], reverse=direction == "desc")

    def get_incident(self, call: Call) -> Answer:
        include = call.many("include")
        document = self.views(call).incident(self._incident(call), include)
        if "custom_fields" in include:
            document["custom_fields"] = []
        if "body" in include:
            document["body"] = {"type": "incident_body", "details": {}}
        return Answer(document={"incident": document})

    def create_incident(self, call: Call) -> Answer:
        user = self._from(call)
        wanted = call.fields().get("incident") or {}
        service = (wanted.get("service") or {}).get("id")
        title = wanted.get("title")
        if not title or service not in self.paging.services:
            raise Refused(400, 2001, "Invalid Input Provided", "Incident requires a title and a service.")
        priority = self.views(call).priority_named((wanted.get("priority") or {}).get("id"))
        incident = self.paging.trigger(
            title=title,
            service=service,
            urgency=wanted.get("urgency") or "high",
            priority=priority.name if priority else None,
            user=user.id,
        )
        return Answer(status=201, document={"incident": self.views(call).incident(incident)}, writes=True)

    def update_incident(self, call: Call) -> Answer:
        user, incident = self._from(call), self._incident(call)
        wanted = call.fields().get("incident") or {}
        kind = {"acknowledged": "acknowledge", "resolved": "resolve", "triggered": "trigger"}
        if wanted.get("status") in kind:
            reopened = "reopened" if self.paging.is_resolved(incident) else ""
            self.paging.append(incident, kind[wanted["status"]], user.id, text=reopened)
        if wanted.get("title"):
            incident.title = wanted["title"]
        self.paging.touch(incident)
        return Answer(document={"incident": self.views(call).incident(incident)}, writes=True)

    def merge(self, call: Call) -> Answer:
        user, target = self._from(call), self._incident(call)
        for entry in call.fields().get("source_incidents") or []:
            source = self.paging.find(str(entry.get("id")))
            if source is None:
                raise Refused(404, 5001, "Incident Not Found")
            if self.paging.state(source).merged_into:
                raise Refused(400, 1019, "Incident Already Merged")
            self.paging.merge(source, target, user.id)
        return Answer(document={"incident": self.views(call).incident_ref(target)}, writes=True)

    # What belongs to an incident

    def incident_log(self, call: Call) -> Answer:
        incident = self._incident(call)
        since, until = moment(call.one("since")), moment(call.one("until"))
        events = [
            event
            for event in reversed(self.paging.events(incident))
            if (since is None or event.at >= since) and (until is None or event.at < until)
        ]
        return self._log_page(call, [(incident, event) for event in events])

    def log(self, call: Call) -> Answer:
        rows = self.paging.log(moment(call.one("since")), moment(call.one("until")))
        teams = call.many("team_ids")
        if teams:
            owner = {key: service.team for key, service in self.paging.services.items()}
            rows = [row for row in rows if owner.get(row[0].service) in teams]
        return self._log_page(call, rows)

    def _log_page(self, call: Call, rows: list[tuple[Incident, Event]]) -> Answer:
        views, include, zone = self.views(call), call.many("include"), zone_of(call)
        if call.one("is_overview") == "true":
            rows = [row for row in rows if row[1].kind not in NOT_OVERVIEW]
        shown: list[Event] = []

        def render(row: tuple[Incident, Event]) -> dict[str, Any]:
            shown.append(row[1])
            return log_entry(views, row[0], row[1], include, zone)

        answer = page(call, "log_entries", rows, render)
        if any(event.kind in UNKNOWN_KINDS for event in shown):
            answer.exempt = "unknown enum scene"
        return answer

    def alerts(self, call: Call) -> Answer:
        incident, views = self._incident(call), self.views(call)
        documents = [views.alert(incident, alert) for alert in self.paging.alerts_of(incident)]
        statuses = call.many("statuses")
        found = [each for each in documents if not statuses or each.get("status") in statuses]
        return page(call, "alerts", found, lambda each: each)

    def notes(self, call: Call) -> Answer:
        incident, views = self._incident(call), self.views(call)
        notes = sorted(self.paging.notes_of(incident), key=lambda note: note.at, reverse=True)
        return Answer(document={"notes": [views.note(note) for note in notes]})

    def add_note(self, call: Call) -> Answer:
        user, incident, text = self._from(call), self._incident(call), content_of(call)
        if len(self.paging.notes_of(incident)) >= _NOTES_MOST:
            raise Refused(400, 2019, "Product Limit Exceeded", "An incident can have 2000 notes.")
        note = self.paging.add_note(incident, user.id, text)
        return Answer(document={"note": self.views(call).note(note)}, writes=True)

    def edit_note(self, call: Call) -> Answer:
        deletes = call.method == "DELETE"
        if not deletes:
            self._from(call)
        incident = self._incident(call)
        note = self.paging.edit_note(incident, call.params["note_id"], None if deletes else content_of(call))
        if note is None:
            raise Refused(404, 2100, "Not Found")
        if deletes:
            return Answer(status=204, writes=True)
        return Answer(document={"note": self.views(call).note(note)}, writes=True)

    def related_changes(self, call: Call) -> Answer:
        incident, views = self._incident(call), self.views(call)
        found = sorted(self.paging.reel(incident).changes, key=lambda each: each.at, reverse=True)
        limit = min(max(call.number("limit", 25), 1), 100)
        return Answer(
            document={
                "change_events": [views.change(each, each.reason) for each in found[:limit]],
                "limit": None,
                "offset": None,
                "total": None,
                "more": False,
            }
        )

    def custom_fields(self, call: Call) -> Answer:
        """This account has none."""
        self._incident(call)
        return Answer(document={"custom_fields": []})

    def changes(self, call: Call) -> Answer:
        for name in ("since", "until"):
            if call.one(name) and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", call.one(name)):
                raise Refused(400, 2005, "Invalid Date Range", f"{name} must be UTC: YYYY-MM-DDThh:mm:ssZ")
        now, views, teams = self.paging.clock.now(), self.views(call), call.many("team_ids")
        since = moment(call.one("since")) or now - _MONTH
        found = [
            change
            for change in self.paging.changes(since, moment(call.one("until")) or now)
            if not teams or self.paging.services[change.service].team in teams
        ]
        found.sort(key=lambda change: change.at, reverse=True)
        return page(call, "change_events", found, views.change)

    # Checks

    def _incident(self, call: Call) -> Incident:
        incident = self.paging.find(call.params["id"])
        if incident is None:
            raise Refused(404, 5001, "Incident Not Found")
        return incident

    def _from(self, call: Call) -> Person:
        """The user that the From header names; the codes are the ones people report."""
        address = call.headers.get("from", "").strip()
        if not address:
            raise Refused(400, 2016, "You must specify a user's email address in the From header")
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
            raise Refused(400, 1028, "Malformed From header")
        for person in self.paging.users.values():
            if person.email.lower() == address.lower():
                return person
        raise Refused(400, 1008, "Requester User Not Found")
