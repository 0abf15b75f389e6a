"""First half of gather: what changed at the paging source, in the tracker and in the documents, into the store."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from callsheet.connect.errors import ConnectorError
from callsheet.connect.ports import FeedPage, Malady
from callsheet.model.action_item import is_marker, marker
from callsheet.model.effect import Guard, Refusal
from callsheet.model.incident import Incident, IncidentPriority, LogEntry
from callsheet.model.ticket import Ticket
from callsheet.plan.ownership import place_of
from callsheet.plan.policy import Mode
from callsheet.plan.publishing import ours
from callsheet.plan.routing import destinations
from callsheet.plan.wording import read_actions
from callsheet.run.app import App
from callsheet.run.documents import read_documents
from callsheet.run.gone import lose
from callsheet.run.hints import sweep_asked, sweep_done, take_incident_hints, take_ticket_hints
from callsheet.run.leavers import note_leavers
from callsheet.run.lookups import ask_rules, look_for_project, recall_lookups, recall_projects
from callsheet.run.overview import FIRST_CYCLE, HUSHED_UNTIL, met_before
from callsheet.run.people import PRIORITY, take_directory
from callsheet.run.rearm import rearm_all, strike
from callsheet.run.report import Report
from callsheet.run.stopping import go_on, never, until
from callsheet.run.talk import with_whole_talk

FEED_OVERLAP = timedelta(minutes=2)
SEARCH_OVERLAP = timedelta(minutes=10)
SWEEP_EVERY = timedelta(hours=24)
HUSH = timedelta(hours=24)
FRESH_INCIDENT = timedelta(days=7)
# Longer than a sweep: what is still ill by then was found ill again.
QUARANTINE_LASTS = timedelta(hours=25)
VANISHED = "tickets-vanished"
VANISHED_AT_LEAST = 20
VANISHED_PROJECT_AT_LEAST = 3

FEED_CURSOR = "feed.cursor"
TICKET_CURSOR = "tickets.cursor"
TICKETS_SWEPT = "tickets.swept_at"
SWEPT = "swept_at"
RULES = "rules"
# The incident that a ticket which a person labelled names, by the ticket's id.
HAND_MADE = "hand-made"
POLICY_ENTRY = "an entry of the policy"


def pull(
    app: App, report: Report, *, past: bool = False, force: bool = False, stopping: Callable[[], bool] = never
) -> None:
    """Take in what changed on every side; `past`: the whole backfill window again, `force`: believe what vanished.

    A side out of reach is named and the others go on. Asked to stop, it ends between two pages: what was not read to
    its end counts as silent, and the next start reads it again.
    """
    now = app.clock.now()
    if app.memory.noted(FIRST_CYCLE) is None:
        app.memory.note_down(FIRST_CYCLE, now.isoformat())
    app.memory.forget_quarantine(now - QUARANTINE_LASTS)
    # What an entry's mender mended is no longer ill.
    app.memory.readmit(what=POLICY_ENTRY)
    report.set_aside(app.skipped, app.memory, now)
    if app.memory.noted(RULES) != app.rules_print:
        app.memory.mark_all()
        rearm_all(app)
        app.memory.note_down(RULES, app.rules_print)
    try:
        _pull_incidents(app, report, now, past=past, stopping=stopping)
    except ConnectorError as error:
        report.side_failed(app.source_name, error)
    take_incident_hints(app, now)
    try:
        _pull_tickets(app, report, now, force=force, stopping=stopping)
        take_ticket_hints(app, lambda tickets: _take_tickets(app, report, tickets, now), now)
        _know_projects(app, now)
    except ConnectorError as error:
        report.side_failed(app.tracker_name, error)
    for name in app.publishers:
        try:
            go_on(stopping)
            read_documents(app, report, name, now)
        except ConnectorError as error:
            report.side_failed(name, error)


def _pull_incidents(app: App, report: Report, now: datetime, *, past: bool, stopping: Callable[[], bool]) -> None:
    cursor = _time(app.memory.noted(FEED_CURSOR))
    swept = _time(app.memory.noted(SWEPT))
    asked = sweep_asked(app.memory, app.source_name)
    due = _is_due(swept, now) or asked is not None
    if cursor is None or past:
        since = now - app.backfill
        take_directory(app)
        pages = until(stopping, app.source.incidents(since, now))
        _take_pages(app, report, app.progress("pages of incidents read", pages), now)
    else:
        # A clock that was set back must not turn the window round.
        since = min(cursor, now) - FEED_OVERLAP
        if due:
            _sweep_incidents(app, report, now, stopping)
    _, told_to = _take_pages(app, report, until(stopping, app.source.changes(since, now)), now)
    with app.memory.transaction():
        # Only now: a cursor that runs ahead of a commit loses what lies between them.
        app.memory.note_down(FEED_CURSOR, told_to.isoformat())
        app.memory.forget_entries(told_to - 2 * FEED_OVERLAP)
        if cursor is None:
            first = _time(app.memory.noted(FIRST_CYCLE)) or now
            app.memory.note_down(FIRST_CYCLE, min(first, told_to).isoformat())
    if cursor is None or due:
        app.memory.note_down(SWEPT, now.isoformat())
        sweep_done(app.memory, app.source_name, asked)


def _is_due(swept: datetime | None, now: datetime) -> bool:
    """Once a day; a sweep in the future was made by a clock that has been set back since."""
    return swept is None or not timedelta(0) <= now - swept < SWEEP_EVERY


def _sweep_incidents(app: App, report: Report, now: datetime, stopping: Callable[[], bool]) -> None:
    """Once a day: people, recent incidents, and what the feed may not show, such as an edited note.

    Whose head changed is read anew, and for a week after the end also whose did not, with what was merged into it.
    """
    take_directory(app)
    changed, _ = _take_pages(app, report, until(stopping, app.source.incidents(now - app.backfill, now)), now)
    live = app.memory.incidents(opened.incident_id for opened in app.memory.every_postmortem() if opened.live)
    fresh = [head.id for head in live.values() if head.resolved_at and now - head.resolved_at < FRESH_INCIDENT]
    merged = [source.id for id_ in fresh for source in app.memory.merged_into(id_)]
    app.memory.mark([*changed, *fresh, *merged], stale=True)


def _take_pages(app: App, report: Report, pages: Iterable[FeedPage], now: datetime) -> tuple[list[str], datetime]:
    """Take a feed in; the incidents that are new or differ, and the time up to which the feed can have told.

    By its own time, since ours may be ahead: what happens in between would never be read.
    """
    every: list[str] = []
    told_to = now
    ranks = app.memory.recall(PRIORITY, IncidentPriority)
    for page in pages:
        told_to = min(told_to, page.told_at or now)
        heads = [_ranked(incident, ranks) for incident in page.incidents]
        report.set_aside(page.maladies, app.memory, now)
        with app.memory.transaction():
            known = app.memory.incidents(incident.id for incident in heads)
            changed = app.memory.save_incidents(heads)
            _strike(app, [incident for incident in heads if incident.id not in known])
            report.pulled_incidents += len(changed)
            fresh = app.memory.take_unseen(page.entries, forget_before=told_to - 2 * FEED_OVERLAP)
            app.memory.note_pages(fresh)
            # Our own note bears somebody's name, and is no act of theirs.
            app.memory.note_presence(entry for entry in fresh if not ours(entry.text or ""))
            _mark(app, fresh, {incident.id: incident for incident in heads})
            _follow_merges(app, changed)
        every += changed
    return every, told_to


def _strike(app: App, fresh: list[Incident]) -> None:
    """What struck before we first looked, or long ago, is no news."""
    first = _time(app.memory.noted(FIRST_CYCLE))
    strike(app, [incident for incident in fresh if first and incident.created_at >= first])


def _ranked(incident: Incident, ranks: dict[str, IncidentPriority]) -> Incident:
    """The priority as the account ranks it: its name alone does not tell."""
    known = ranks.get(incident.priority.id) if incident.priority else None
    return replace(incident, priority=known) if known else incident


def _mark(app: App, fresh: tuple[LogEntry, ...], heads: dict[str, Incident]) -> None:
    """What new entries mean: somebody noted an action, or the story went on. Our own note is neither."""
    telling = [entry for entry in fresh if entry.kind != "notify" and not ours(entry.text or "")]
    noted = {e.incident_id for e in telling if e.kind == "annotate" and e.text and read_actions(e.text)[0]}
    app.memory.mark({entry.incident_id for entry in telling}, stale=True)
    app.memory.mark(noted, noted=True)
    # A note on an incident that was merged away is told by the incident that took it over.
    targets = {heads[id_].merged_into for id_ in noted if id_ in heads}
    app.memory.mark((target for target in targets if target), noted=True, stale=True)


def _follow_merges(app: App, changed: tuple[str, ...]) -> None:
    heads = app.memory.incidents(changed)
    app.memory.mark({head.merged_into for head in heads.values() if head.merged_into}, stale=True)


def _pull_tickets(app: App, report: Report, now: datetime, *, force: bool, stopping: Callable[[], bool]) -> None:
    cursor = _time(app.memory.noted(TICKET_CURSOR))
    latest = cursor
    batch: list[Ticket] = []
    listed = app.tracker.changes(app.house.namespace, cursor - SEARCH_OVERLAP if cursor else None)
    for ticket in until(stopping, listed):
        batch.append(ticket)
        latest = max(latest or ticket.updated_at, ticket.updated_at)
    _take_tickets(app, report, batch, now)
    swept = _time(app.memory.noted(TICKETS_SWEPT))
    if swept is None:
        _meet(app, report, batch, now)
    asked = sweep_asked(app.memory, app.tracker_name)
    due = _is_due(swept, now) or asked is not None
    standing = [(refusal, ok) for refusal, ok in app.memory.refusals() if refusal.id == VANISHED]
    believed = force or any(approved for _, approved in standing)
    # What was held back stands until the next sweep, or until somebody says that it is true.
    if (due and swept is not None) or (standing and believed):
        _sweep_tickets(app, report, now, believed=believed)
    else:
        report.refused += [refusal for refusal, _ in standing]
    if due:
        app.memory.note_down(TICKETS_SWEPT, now.isoformat())
        sweep_done(app.memory, app.tracker_name, asked)
    # The watermark is the tracker's own time, so our clock may be wrong.
    if latest:
        app.memory.note_down(TICKET_CURSOR, latest.isoformat())


def _know_projects(app: App, now: datetime) -> None:
    """Ask for the projects of all routes, once each: a misspelt one shows before anything waits for it.

    What they take is asked again by the first filing, since that may change until then. Where an earlier memory filed
    tickets it is remembered: their priorities are read by it.
    """
    if app.mode is Mode.SHADOW:
        return
    known = recall_lookups(app).rules.keys() | recall_projects(app.memory)
    ask = ask_rules if met_before(app.memory) else look_for_project
    for project, issue_type in dict.fromkeys(place_of(route, app.house) for route in destinations(app.rules)):
        if (project, issue_type) not in known:
            ask(app, project, issue_type, now)


def _meet(app: App, report: Report, listed: Iterable[Ticket], now: datetime) -> None:
    """Nothing was filed from this memory yet, so a ticket with a marker is another's work: of a lost database, or of
    one that lies elsewhere. It may have reminded people today, and a day is the longest that any of their days lasts.
    """
    report.met_before = sum(any(map(is_marker, ticket.labels)) for ticket in listed)
    if report.met_before:
        app.memory.note_down(HUSHED_UNTIL, (now + HUSH).isoformat())


def _take_tickets(app: App, report: Report, tickets: list[Ticket], now: datetime) -> None:
    tickets = with_whole_talk(app, tickets)
    note_leavers(app, tickets)
    changed = app.memory.save_tickets(tickets)
    report.pulled_tickets += len(changed)
    ours_by_id = app.memory.items_with_tickets(changed)
    app.memory.mark({item.incident_id for item in ours_by_id.values()})
    by_id = {ticket.id: ticket for ticket in tickets}
    strangers = [by_id[id_] for id_ in changed if id_ not in ours_by_id]
    _mark_marked(app, strangers)
    _take_hand_made(app, report, strangers, now)


def _take_hand_made(app: App, report: Report, strangers: Iterable[Ticket], now: datetime) -> None:
    """Tickets that people labelled: an item of the incident that they name, set aside where that is not clear."""
    hand_made = [ticket for ticket in strangers if not any(is_marker(label) for label in ticket.labels)]
    found = {ticket.id: _incidents_named_in(app, ticket) for ticket in hand_made}
    named = {id_: incidents[0].id for id_, incidents in found.items() if len(incidents) == 1}
    app.memory.remember(HAND_MADE, named, now)
    app.memory.mark(named.values(), noted=True, stale=True)
    for ticket in hand_made:
        app.memory.readmit(what=f"ticket {ticket.key}")
    lost = [_unclear(ticket, found[ticket.id]) for ticket in hand_made if len(found[ticket.id]) != 1]
    report.set_aside(lost, app.memory, now)


def _unclear(ticket: Ticket, incidents: tuple[Incident, ...]) -> Malady:
    names = ", ".join(f"#{incident.number}" for incident in incidents)
    why = (
        f"it carries our label and names more than one incident ({names}): leave one of them in it"
        if incidents
        else "it carries our label but names no incident that we know: write the incident's number (#12) into it"
    )
    return Malady(what=f"ticket {ticket.key}", where=ticket.key, error=why)


def _mark_marked(app: App, strangers: Iterable[Ticket]) -> None:
    """A ticket with an item's marker that is not the item's own: a late duplicate, or the answer that we missed."""
    labels = {label for ticket in strangers for label in ticket.labels if is_marker(label)}
    if labels:
        items = app.memory.items(every=True)
        app.memory.mark({item.incident_id for item in items if marker(app.house.namespace, item.key) in labels})


def _incidents_named_in(app: App, ticket: Ticket) -> tuple[Incident, ...]:
    """The incidents that a hand-made ticket names: by link, else by number with a #, else by id."""
    text = f"{ticket.title}\n{ticket.text}"
    for pattern in (r"/incidents/([A-Z0-9]{6,20})\b", r"#(\d{1,9})\b", r"\b([PQR][A-Z0-9]{6,19})\b"):
        named = [app.memory.incident_named(word) for word in re.findall(pattern, text)]
        found = {incident.id: incident for incident in named if incident}
        if found:
            return tuple(found.values())
    return ()


def _sweep_tickets(app: App, report: Report, now: datetime, *, believed: bool) -> None:
    """Once a day: every open ticket by id, for what no search shows: deletions, moves, lost permissions."""
    for project, issue_type in recall_lookups(app).rules:
        ask_rules(app, project, issue_type, now)
    known = app.memory.open_ticket_ids()
    read = app.tracker.read(known)
    before = app.memory.tickets(known)
    refusal = _vanished(read.missing, before, app.rules.vanished_share)
    if refusal and not believed:
        report.refused.append(refusal)
        return
    _take_tickets(app, report, list(read.found), now)
    # An incident that a ticket names may have become known since.
    clear = app.memory.recall(HAND_MADE, str)
    strange = [ticket for ticket in app.memory.strange_tickets() if app.house.namespace in ticket.labels]
    _take_hand_made(app, report, [ticket for ticket in strange if ticket.id not in clear], now)
    lose(app, read.missing, before, now)


def _vanished(missing: tuple[str, ...], before: dict[str, Ticket], share: float) -> Refusal | None:
    """Many at once, or a whole project: more likely a lost permission than a clean-up, so nothing is changed."""
    # Those that were gone before are no news.
    missing = tuple(id_ for id_ in missing if id_ in before)
    gone = {before[id_].project for id_ in missing}
    emptied = [
        project
        for project in sorted(gone)
        if sum(t.project == project for t in before.values()) >= VANISHED_PROJECT_AT_LEAST
        and all(t.id in missing for t in before.values() if t.project == project)
    ]
    many = len(before) >= VANISHED_AT_LEAST and len(missing) > share * len(before)
    if not emptied and not many:
        return None
    where = f"all tickets of {', '.join(emptied)}" if emptied else f"{len(missing)} of {len(before)} open tickets"
    return Refusal(
        id=VANISHED,
        guard=Guard.TICKETS_VANISHED,
        what=(
            f"{where} can no longer be seen; check the token's permissions. Nothing was changed. "
            f"If people deleted them: `callsheet approve {VANISHED}` for the daemon, or --force on the command line"
        ),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
