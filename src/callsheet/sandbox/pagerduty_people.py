"""PagerDuty's lists of users, services, teams and the like."""

from __future__ import annotations

from callsheet.sandbox.company import Person
from callsheet.sandbox.exchange import Answer, Call, Handler
from callsheet.sandbox.pagerduty_answers import Refused, page
from callsheet.sandbox.pagerduty_company import CompanyViews
from callsheet.sandbox.paging import Paging


class CompanyPages:
    """Read-only: the company does not change while the sandbox runs."""

    def __init__(self, paging: Paging) -> None:
        self.paging = paging

    def table(self) -> tuple[tuple[str, str, Handler], ...]:
        return (
            ("GET", "/priorities", self.priorities),
            ("GET", "/users", self.users),
            ("GET", "/users/me", self.me),
            ("GET", "/users/{id}", self.user),
            ("GET", "/services", self.services),
            ("GET", "/services/{id}", self.service),
            ("GET", "/teams", self.teams),
            ("GET", "/teams/{id}", self.team),
            ("GET", "/teams/{id}/members", self.members),
            ("GET", "/escalation_policies", self.policies),
            ("GET", "/oncalls", self.oncalls),
            ("GET", "/abilities", self.abilities),
        )

    def views(self, call: Call) -> CompanyViews:
        return CompanyViews(self.paging, call.base)

    def priorities(self, call: Call) -> Answer:
        return page(call, "priorities", self.paging.company.priorities, self.views(call).priority)

    def users(self, call: Call) -> Answer:
        query, teams = call.one("query").lower(), call.many("team_ids")
        found = [
            person
            for person in self.paging.users.values()
            if query in person.name.lower() and (not teams or set(teams) & set(person.teams))
        ]
        return page(call, "users", found, self.views(call).user)

    def me(self, call: Call) -> Answer:
        """The token is the account's own, of no user."""
        del call
        raise Refused(400, 2001, "Invalid Input Provided", "The token is of no user.")

    def user(self, call: Call) -> Answer:
        person = self.paging.users.get(call.params["id"])
        if person is None:
            raise Refused(404, 2100, "Not Found")
        return Answer(document={"user": self.views(call).user(person)})

    def services(self, call: Call) -> Answer:
        name, query, teams = call.one("name"), call.one("query").lower(), call.many("team_ids")
        found = [
            service
            for service in self.paging.services.values()
            if (not name or service.name == name)
            and query in service.name.lower()
            and (not teams or service.team in teams)
        ]
        return page(call, "services", found, self.views(call).service)

    def service(self, call: Call) -> Answer:
        service = self.paging.services.get(call.params["id"])
        if service is None:
            raise Refused(404, 2100, "Not Found")
        return Answer(document={"service": self.views(call).service(service)})

    def teams(self, call: Call) -> Answer:
        query = call.one("query").lower()
        found = [team for team in self.paging.company.teams if query in team.name.lower()]
        return page(call, "teams", found, self.views(call).team)

    def team(self, call: Call) -> Answer:
        team = next((each for each in self.paging.company.teams if each.id == call.params["id"]), None)
        if team is None:
            raise Refused(404, 2100, "Not Found")
        return Answer(document={"team": self.views(call).team(team)})

    def members(self, call: Call) -> Answer:
        if call.params["id"] not in {team.id for team in self.paging.company.teams}:
            raise Refused(404, 2100, "Not Found")
        found = self.paging.company.members(call.params["id"])
        views = self.views(call)
        return page(call, "members", found, lambda each: {"user": views.user_ref(each.id), "role": _team_role(each)})

    def policies(self, call: Call) -> Answer:
        views, wanted = self.views(call), call.many("team_ids")
        found = [team for team in self.paging.company.teams if not wanted or team.id in wanted]
        return page(call, "escalation_policies", found, views.policy)

    def oncalls(self, call: Call) -> Answer:
        views = self.views(call)
        wanted = call.many("escalation_policy_ids")
        found = [each for each in views.oncalls() if not wanted or each["escalation_policy"]["id"] in wanted]
        return page(call, "oncalls", found, lambda each: each)

    def abilities(self, call: Call) -> Answer:
        del call
        return Answer(document={"abilities": ["teams", "urgencies", "priorities", "response_plays"]})


def _team_role(person: Person) -> str:
    return "observer" if person.role == "observer" else "manager" if "Manager" in person.title else "responder"
