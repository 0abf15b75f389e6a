"""What the tests of plan read words by."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from callsheet.model.action_item import ActionItem
from callsheet.model.memory import OpenedPostmortem
from callsheet.plan.collect import collect
from callsheet.plan.meaning import Reading
from callsheet.plan.place import Place
from callsheet.plan.rules import Route, Rules
from callsheet.plan.snapshot import House
from callsheet.testing.builders import NOON, make_incident, make_person

ANA, MARCUS, GRACE = make_person(), make_person("Marcus Hill"), make_person("Grace Okafor")
RULES = Rules(standing=(), default_route=Route(fallback_owner="grace.okafor@example.com"))
INCIDENT = make_incident()
HOUSE = House(namespace="callsheet", project="OPS", issue_type="Task", publishers=("files",))
OPENED = OpenedPostmortem(incident_id=INCIDENT.id, opened_at=NOON + timedelta(hours=1))


def reading(rules: Rules = RULES, **changes: Any) -> Reading:
    """Two hours after the incident began, with three people."""
    usual = Reading(
        rules=rules,
        people=(ANA, MARCUS, GRACE),
        namespace="callsheet",
        now=NOON + timedelta(hours=2),
        first_cycle_at=NOON - timedelta(days=1),
    )
    return replace(usual, **changes)


READING = reading()


def collected(*known: ActionItem, notes: tuple[Any, ...] = (), **more: Any) -> dict[str, ActionItem]:
    """What becomes of the known items by these notes and whatever else is given, by key."""
    place = Place(incident=INCIDENT, opened=OPENED, notes=tuple((INCIDENT, n) for n in notes), **more)
    return collect(place, known, READING)
