"""Items that have no ticket yet: adopt the one that exists, or file one; and what blocks it."""

import json
from dataclasses import dataclass
from datetime import datetime

from callsheet.model.action_item import ActionItem, SourceKind, marker
from callsheet.model.effect import Adopt, Blocked, FileTicket, Reason, filing_key
from callsheet.model.incident import Incident
from callsheet.model.text import Body, Bullets, Paragraph, Span, paragraph
from callsheet.model.ticket import ProjectRules, RequiredField, TicketDraft
from callsheet.plan.meaning import Reading
from callsheet.plan.ownership import owner_pending, owner_remark, target_of
from callsheet.plan.routing import route_for
from callsheet.plan.rules import Route, Rules
from callsheet.plan.snapshot import Case, House, Lookups

RANKS = ("P1", "P2", "P3", "P4", "P5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """The outcome for one item: at most one of the three."""

    effect: Adopt | FileTicket | None = None
    blocked: Blocked | None = None


def filings(case: Case, reading: Reading, house: House, lookups: Lookups) -> tuple[Filing, ...]:
    """What to do about each item of the case that has no ticket, or another one than a person wants it to have."""
    lacking_one = [item for item in case.items if item.ticket_id is None or is_to_swap(item, case)]
    found = (_filing(item, case, reading, house, lookups) for item in lacking_one)
    return tuple(filing for filing in found if filing.effect or filing.blocked)


def is_to_swap(item: ActionItem, case: Case) -> bool:
    """Whether a person named another ticket than the one that the item has."""
    return item.ticket_id is not None and case.named.get(item.key, item.ticket_id) != item.ticket_id


def _filing(item: ActionItem, case: Case, reading: Reading, house: House, lookups: Lookups) -> Filing:
    """
    | item                                    | then               |
    |-----------------------------------------|--------------------|
    | a person named a ticket                 | adopt that one     |
    | a ticket with its marker exists         | adopt the oldest   |
    | comes from a ticket that people made    | adopt it           |
    | dropped, held, struck, or its place gone| -                  |
    | post-mortem waived, incident reopened   | -                  |
    | a row whose key is not yet in the table | - (publish first)  |
    | younger than the policy's `file_after`  | - (once it is not) |
    | the project can't take it               | blocked, and why   |
    | else                                    | file               |
    """
    there = _there(item, case)
    if there:
        return Filing(effect=there)
    rules = lookups.rules.get(target_of(case.incident, reading, house))
    if rules is None or not _ripe(item, case) or files_at(item, reading.rules) > reading.now:
        return Filing()
    if isinstance(rules, str):
        return Filing(blocked=_blocked(item, refused_by(route_for(case.incident, reading.rules).name, rules)))
    problem = _problem(rules, case.incident, reading.rules)
    if problem:
        return Filing(blocked=_blocked(item, problem))
    return Filing() if owner_pending(item) else Filing(effect=_file(item, case, rules, reading, house))


def _there(item: ActionItem, case: Case) -> Adopt | None:
    """A ticket that exists for the item: named by a person, found by its marker, or made by hand."""
    marked = case.marked.get(item.key, ())
    if item.key in case.named:
        return _adopt(item, case.named[item.key], Reason.ASKED_FOR)
    if marked:
        return _adopt(item, marked[0].id, Reason.MARKER_FOUND)
    if item.source.kind is SourceKind.TICKET:
        return _adopt(item, item.source.id, Reason.HAND_MADE_TICKET)
    return None


def _blocked(item: ActionItem, what: str) -> Blocked:
    return Blocked(
        key=item.key,
        title=item.spoken.title,
        incident_id=item.incident_id,
        effect="FileTicket",
        reason=Reason.NEW_ITEM,
        what=what,
    )


def refused_by(route: str, why: str) -> str:
    """That a route's project takes no tickets, in the words that are shown."""
    return f"{_named(route)}: {why}"


def _named(route: str) -> str:
    return "the default route" if route == "default" else f'the route "{route}"'


def _ripe(item: ActionItem, case: Case) -> bool:
    """Whether the item and its post-mortem are in a state to be filed at all."""
    wanted = item.open and item.hold is None and not item.source_gone and "title" not in item.unread
    live = case.opened is not None and case.opened.live and case.incident.resolved
    return wanted and live and (item.source.kind is not SourceKind.DOCUMENT or item.row_published)


def files_at(item: ActionItem, rules: Rules) -> datetime:
    """From when on an item may be filed: people had their time for second thoughts."""
    return item.noted_at + rules.file_after


def next_filing(case: Case, reading: Reading) -> datetime | None:
    """When the next item that still waits for that may be filed."""
    waiting = (files_at(item, reading.rules) for item in case.items if item.ticket_id is None and _ripe(item, case))
    return min((at for at in waiting if at > reading.now), default=None)


def _adopt(item: ActionItem, ticket_id: str, reason: Reason) -> Adopt:
    return Adopt(
        key=f"adopt:{item.key}", reason=reason, item_key=item.key, incident_id=item.incident_id, ticket_id=ticket_id
    )


def _problem(project: ProjectRules, incident: Incident, rules: Rules) -> str | None:
    """Why the project would refuse a ticket, in words that say what to write where; None when it would not."""
    if not project.has_labels:
        return (
            f"project {project.project} has no labels on its create screen for {project.issue_type}; "
            "add Labels to it, since without them a ticket can't be found again"
        )
    return "; ".join(lacking(project, route_for(incident, rules))) or None


def lacking(project: ProjectRules, route: Route) -> tuple[str, ...]:
    """What the project requires and the route does not give, each with the line that would."""
    missing = [required for required in project.required if required.id not in route.fields]
    return tuple(_lacking(required, project, route.name) for required in missing)


def _lacking(required: RequiredField, project: ProjectRules, route: str) -> str:
    table = "[default_route.fields]" if route == "default" else f'[routes.fields] of the route "{route}"'
    choices = ", ".join(choice.name for choice in required.allowed[:8])
    example = {
        "choice": f"{{ value = {json.dumps(required.allowed[0].name if required.allowed else '…')} }}",
        "choices": f"[{{ value = {json.dumps(required.allowed[0].name if required.allowed else '…')} }}]",
        "number": "1",
    }.get(required.kind, '"…"')
    allowed = f" (allowed: {choices})" if choices else ""
    return (
        f"project {project.project} requires {required.name}{allowed}; "
        f"write into policy.toml under {table}: {required.id} = {example}"
    )


def priority_id(priority: str | None, project: ProjectRules, rules: Rules) -> str | None:
    """The tracker's priority for P1..P5: by the policy's name, else by rank among the allowed values."""
    if priority is None or not project.priorities:
        return None
    named = rules.priority_names.get(priority)
    if named:
        return next((choice.id for choice in project.priorities if choice.name.casefold() == named.casefold()), None)
    return project.priorities[min(RANKS.index(priority), len(project.priorities) - 1)].id


def priority_rank(name: str | None, project: ProjectRules, rules: Rules) -> str | None:
    """P1..P5 for the tracker's priority; None when it is not one that we would set."""
    if name is None:
        return None
    for rank, named in rules.priority_names.items():
        if named.casefold() == name.casefold():
            return rank
    for index, choice in enumerate(project.priorities[: len(RANKS)]):
        if choice.name.casefold() == name.casefold():
            return RANKS[index]
    return None


def _file(item: ActionItem, case: Case, project: ProjectRules, reading: Reading, house: House) -> FileTicket:
    route = route_for(case.incident, reading.rules)
    label = marker(reading.namespace, item.key)
    due_on = item.terms.due_on
    season = reading.rules.seasons.of(due_on or reading.now.date()).name
    notes = tuple(_notes(item, project))
    draft = TicketDraft(
        project=project.project,
        issue_type_id=project.issue_type_id,
        title=item.terms.title,
        body=_body(item, case.incident, house, notes),
        labels=(reading.namespace, label, season, *route.labels),
        owner=item.terms.owner if project.has_owner else None,
        due_on=due_on if project.has_due_on else None,
        priority_id=priority_id(item.terms.priority, project, reading.rules),
        extra=dict(route.fields),
    )
    return FileTicket(
        key=filing_key(item.key),
        reason=_reason(item, case, reading),
        item_key=item.key,
        incident_id=item.incident_id,
        marker=label,
        draft=draft,
        owner_name=item.owner.name if item.owner and item.terms.owner else None,
        priority_name=_option_name(draft.priority_id, project),
        notes=notes,
    )


def _reason(item: ActionItem, case: Case, reading: Reading) -> Reason:
    if item.key in case.retried:
        return Reason.ASKED_FOR
    return Reason.HELD_ITEM_RELEASED if _was_held(item, case, reading) else Reason.NEW_ITEM


def _was_held(item: ActionItem, case: Case, reading: Reading) -> bool:
    """What people add to a backfilled post-mortem later is filed as usual."""
    backfilled = case.opened is not None and case.opened.backfilled
    return backfilled and item.noted_at < reading.first_cycle_at


def _option_name(option_id: str | None, project: ProjectRules) -> str | None:
    return next((choice.name for choice in project.priorities if choice.id == option_id), None)


def _notes(item: ActionItem, project: ProjectRules) -> list[str]:
    """What could not go into fields, in words for the ticket."""
    notes = []
    if item.terms.due_on and not project.has_due_on:
        notes.append(
            f"Due on {item.terms.due_on.isoformat()}. This project has no due date field, so Callsheet keeps it."
        )
    remark = owner_remark(item)
    if remark:
        notes.append(f"Owner: {remark}.")
    return notes


def _body(item: ActionItem, incident: Incident, house: House, notes: tuple[str, ...]) -> Body:
    link = Span(text=f"#{incident.number} {incident.title}", url=incident.url)
    facts = [
        paragraph("Incident: ", link),
        paragraph(f"Service: {incident.service.name}"),
    ]
    if page := house.page_of(incident):
        facts.append(paragraph("Post-mortem: ", Span(text="read it", url=page)))
    if item.spoken.due:
        facts.append(paragraph(f"Due, as first written: {item.spoken.due}"))
    facts += [paragraph(note) for note in notes]
    blocks: list[Paragraph | Bullets] = [
        paragraph("An action item from the post-mortem of an incident."),
        Bullets(items=tuple(facts)),
        paragraph(f"Filed by Callsheet as {item.key}. Change owner, date or status here: Callsheet follows."),
    ]
    return tuple(blocks)
