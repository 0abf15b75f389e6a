"""Which incidents get a post-mortem, and when."""

from datetime import datetime, timedelta

from callsheet.model.effect import OpenPostmortem, Reason
from callsheet.model.incident import Incident, Urgency
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.span import span
from callsheet.plan.routing import ranks_among
from callsheet.plan.rules import OpenRules


def matches(incident: Incident, rules: OpenRules, *, account_has_priorities: bool) -> bool:
    """Whether the policy asks for a post-mortem of this incident, once it is resolved."""
    # Merged away: the incident that took it over tells the story.
    if incident.merged_into:
        return False
    # The account ranks its incidents: the rank decides, and none is below every rank.
    if account_has_priorities:
        return incident.priority is not None and ranks_among(incident, rules.priorities)
    # It does not: loud and long ones count.
    long = incident.duration is not None and incident.duration >= timedelta(minutes=rules.minutes)
    return incident.urgency is Urgency.HIGH and long


def why_not(incident: Incident, rules: OpenRules, *, noted: bool, account_has_priorities: bool) -> str | None:
    """Why an incident gets no post-mortem: the rule that it does not meet, with its values. None where it does.

    `noted` tells whether an action was noted in it, which is enough.
    """
    wanted = " or ".join(rules.priorities) or "none"
    if incident.merged_into:
        return "it was merged into another incident, whose post-mortem tells it too"
    if not incident.resolved:
        return "it goes on still; that is decided once it is resolved"
    if noted or matches(incident, rules, account_has_priorities=account_has_priorities):
        return None
    if account_has_priorities:
        own = incident.priority.name if incident.priority else "none"
        return f"its priority is {own}, and the policy asks for {wanted} ([open] priorities); no action was noted in it"
    lasted = span(incident.duration) if incident.duration is not None else "unknown"
    return (
        f"its urgency is {incident.urgency} and it lasted {lasted}; the policy asks for high urgency and at least "
        f"{rules.minutes} min ([open] minutes); no action was noted in it"
    )


def opening(
    incident: Incident,
    opened: OpenedPostmortem | None,
    *,
    noted: bool,
    rules: OpenRules,
    account_has_priorities: bool,
    first_cycle_at: datetime,
) -> OpenPostmortem | None:
    """The effect that opens an incident's post-mortem, if it is time.

    | incident                         | opened? | waived? | effect |
    |----------------------------------|---------|---------|--------|
    | any                              | yes     |         | -      |
    | any                              |         | yes     | -      |
    | asked for with `callsheet draft` | no      | no      | open   |
    | still going on                   | no      | no      | -      |
    | resolved, matches the policy     | no      | no      | open   |
    | resolved, an action was noted    | no      | no      | open   |
    | resolved, merged away            | no      | no      | -      |
    """
    if opened and (opened.opened_at or opened.waived_because is not None):
        return None
    reason = _reason(incident, opened, noted=noted, rules=rules, account_has_priorities=account_has_priorities)
    if reason is None:
        return None
    backfilled = incident.resolved_at is not None and incident.resolved_at < first_cycle_at
    return OpenPostmortem(key=f"open:{incident.id}", reason=reason, incident_id=incident.id, backfilled=backfilled)


def _reason(
    incident: Incident,
    opened: OpenedPostmortem | None,
    *,
    noted: bool,
    rules: OpenRules,
    account_has_priorities: bool,
) -> Reason | None:
    if opened and opened.asked:
        return Reason.ASKED_FOR
    if not incident.resolved or incident.merged_into:
        return None
    if matches(incident, rules, account_has_priorities=account_has_priorities):
        return Reason.MATCHES_POLICY
    return Reason.ACTION_NOTED if noted else None
