"""A season as programs and spreadsheets read it: `season --json` and `season --csv`."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from callsheet.model.season import Season
from callsheet.model.ticket import Ticket
from callsheet.plan.season import Figures, Line, Tally, open_first, team_of
from callsheet.plan.sheet_words import owner_words
from callsheet.plan.turns import CastTally
from callsheet.run.shapes import Cast, Counts, InTrend, SeasonReport, Span

# The last two are empty: who fills them in hands the file back to `season --close --from`.
COLUMNS = (
    "season", "standing", "late", "key", "ticket", "title", "owner", "team", "service", "kind", "fix", "priority",
    "due_on", "filed_on", "closed_on", "because", "incident", "decision", "value",
)  # fmt: skip

CASTING_COLUMNS = ("season", "priority", "incidents", "took_over", "matched", "below", "above", "unknown")


def as_json(told: Figures, before: Iterable[Figures]) -> SeasonReport:
    """The document that `season --json` prints. `before` is the trend, oldest first, with the season itself."""
    days, found = told.days, told.investigated
    return {
        "season": span(told.season),
        **counts(told.total),
        "over": told.over,
        "closed_on": told.closed_on.isoformat() if told.closed_on else None,
        "carried_in": told.carried_in,
        "by_team": _parts(told.by_team),
        "by_service": _parts(told.by_service),
        "by_kind": _parts(told.by_kind),
        "days": {
            "incident_to_postmortem": days.incident_to_postmortem,
            "incident_to_filed": days.incident_to_filed,
            "incident_to_done": days.incident_to_done,
            "filed_to_done": days.filed_to_done,
        },
        "repeats_on_open_promises": told.repeats_on_open_promises,
        "repeats_after_stopgap": told.repeats_after_stopgap,
        "investigations": {
            "incidents": found.incidents,
            "complete": found.complete,
            "reviewed": found.reviewed,
            "causes_stated": found.causes,
            "minutes_to_resolve": found.minutes_to_resolve,
        },
        "casting": _casting(told),
        "trend": [InTrend(season=span(each.season), casting=_casting(each), **counts(each.total)) for each in before],
    }


def counts(each: Tally) -> Counts:
    """How a set of promises stands."""
    return {
        "promised": each.promised,
        "kept": each.kept,
        "kept_late": each.kept_late,
        "cut": each.cut,
        "renewed": each.renewed,
        "drifted": each.drifted,
        "open": each.open,
        "overdue": each.overdue,
    }


def _casting(told: Figures) -> dict[str, Cast]:
    return {priority: _cast(each) for priority, each in told.casting.items()}


def _cast(each: CastTally) -> Cast:
    return {
        "incidents": each.incidents,
        "took_over": each.took_over,
        "matched": each.matched,
        "below": each.below,
        "above": each.above,
        "unknown": each.unknown,
    }


def casting_rows(told: Iterable[Figures]) -> list[tuple[str, ...]]:
    """Each season's casting by priority, under CASTING_COLUMNS: totals, without names."""
    return [
        (figures.season.name, priority, *(str(getattr(each, name)) for name in CASTING_COLUMNS[2:]))
        for figures in told
        for priority, each in figures.casting.items()
    ]


def span(season: Season) -> Span:
    """Which season it is."""
    return {
        "name": season.name,
        "starts_on": season.starts_on.isoformat(),
        "ends_on": season.ends_on.isoformat(),
    }


def _parts(parts: Mapping[str, Tally]) -> dict[str, Counts]:
    return {name: counts(tally) for name, tally in parts.items()}


def rows(told: Figures, tickets: Mapping[str, Ticket]) -> list[tuple[str, ...]]:
    """Each promise of the season under COLUMNS, open ones first."""
    return [_row(line, tickets) for line in sorted(told.lines, key=open_first)]


def _row(line: Line, tickets: Mapping[str, Ticket]) -> tuple[str, ...]:
    item, incident = line.promise.item, line.promise.incident
    ticket = tickets.get(item.ticket_id or "")
    return (
        line.season.name,
        line.standing.value,
        "yes" if line.late else "",
        item.key,
        ticket.key if ticket else "",
        item.spoken.title,
        owner_words(item),
        team_of(line),
        incident.service.name,
        item.kind or "",
        item.fix or "",
        item.terms.priority or "",
        line.due_on.isoformat(),
        _day(line.promise.filed_at),
        _day(item.closed_at),
        item.status_because or "",
        f"#{incident.number} {incident.title}",
        "",
        "",
    )


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""
