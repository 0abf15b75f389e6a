"""Which project, calendar and fallback owner an incident's items get, by service, team or priority."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from callsheet.model.incident import Incident, Ref, Urgency
from callsheet.model.spelling import nearest
from callsheet.plan.rules import Calendar, Route, Rules

_RANKS = frozenset({"P1", "P2", "P3", "P4", "P5"})


def priority_of(incident: Incident) -> str:
    """P1..P5: the incident's own rank, else P2 for high and P4 for low urgency."""
    if incident.priority:
        return f"P{min(max(incident.priority.rank, 1), 5)}"
    return "P2" if incident.urgency is Urgency.HIGH else "P4"


def ranks_among(incident: Incident, priorities: tuple[str, ...]) -> bool:
    """Whether the incident has one of these priorities, given as P1..P5 or by the account's own names."""
    own = incident.priority.name.casefold() if incident.priority else None
    return priority_of(incident) in priorities or own in {name.casefold() for name in priorities}


def route_for(incident: Incident, rules: Rules) -> Route:
    """The first route whose every given condition matches, with the default route's values where it is silent."""
    for route in rules.routes:
        if (
            _names(route.services, (incident.service,))
            and _names(route.teams, incident.teams)
            and (not route.priorities or ranks_among(incident, route.priorities))
        ):
            return _filled(route, rules.default_route)
    return rules.default_route


def destinations(rules: Rules) -> tuple[Route, ...]:
    """Every route as it is taken, the default one last."""
    return (*(_filled(route, rules.default_route) for route in rules.routes), rules.default_route)


def _filled(route: Route, fallback: Route) -> Route:
    return replace(
        route,
        project=route.project or fallback.project,
        issue_type=route.issue_type or fallback.issue_type,
        fallback_owner=route.fallback_owner or fallback.fallback_owner,
        channel=route.channel or fallback.channel,
        labels=route.labels or fallback.labels,
        fields={**fallback.fields, **route.fields},
    )


def misplaced(rules: Rules, teams: tuple[Ref, ...], services: tuple[Ref, ...]) -> Iterator[tuple[str, str | None]]:
    """What routes and calendars name and is not among these: where it stands, and the nearest name that is."""
    named = [(f"team {word} of route {route.name}", word, teams) for route in rules.routes for word in route.teams]
    named += [
        (f"service {word} of route {route.name}", word, services) for route in rules.routes for word in route.services
    ]
    # A calendar is found by the name as it is written.
    exact = {name for team in teams for name in (team.id, team.name)}
    strange = [each for each in named if not _names((each[1],), each[2])]
    strange += [(f"team {word} of a calendar", word, teams) for word in rules.calendars if word not in exact]
    for place, word, refs in strange:
        yield place, nearest(word, (ref.name for ref in refs))


def misranked(rules: Rules, priorities: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """The priorities that the policy names and that are neither P1 to P5 nor among these: where, and the nearest."""
    own = {name.casefold(): name for name in priorities}
    named = [("[open]", rules.open.priorities), ("[theatre] concise", rules.theatre.concise)]
    named += [(f"route {route.name}", route.priorities) for route in rules.routes]
    for place, words in named:
        for word in words:
            if word not in _RANKS and word.casefold() not in own:
                yield f"priority {word} of {place}", nearest(word, own.values())


def calendar_for(incident: Incident, rules: Rules) -> Calendar:
    """The team's calendar, else everybody's."""
    for team in incident.teams:
        for name in (team.id, team.name):
            if name in rules.calendars:
                return rules.calendars[name]
    return rules.calendar


def _names(wanted: tuple[str, ...], refs: tuple[Ref, ...]) -> bool:
    folded = {word.casefold() for word in wanted}
    return not folded or any(ref.id.casefold() in folded or ref.name.casefold() in folded for ref in refs)
