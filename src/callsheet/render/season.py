"""A season as a page for leaders: figures, bars made of cells, and every promise. No script, nothing from elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from callsheet.model.ticket import Ticket
from callsheet.plan.season import Figures, Line, Standing, Tally, open_first, team_of
from callsheet.plan.shares import shares
from callsheet.plan.sheet_words import owner_words
from callsheet.render.page import page
from callsheet.render.times import day

PAGE: Final = "season.html.j2"
# Told apart by lightness too, for those who see no hue.
_COLOURS: Final = {
    Standing.KEPT: "#2f6f4f",
    Standing.KEPT_LATE: "#86b49a",
    Standing.RENEWED: "#d9a441",
    Standing.CUT: "#9aa1a8",
    Standing.DRIFTED: "#a8432f",
    Standing.OPEN: "#dde3e8",
}


def season_page(told: Sequence[Figures], tickets: Mapping[str, Ticket], now: datetime, templates: Path | None) -> str:
    """The season and the trend that led to it: the last of `told`, and those before. Raises BadTemplate."""
    shown = told[-1]
    return page(
        templates,
        PAGE,
        told=shown,
        trend=[(each, bar(each.total)) for each in told] if len(told) > 1 else [],
        bar=bar,
        parts=[
            (heading, tallies, _columns(tallies))
            for heading, tallies in (
                ("By team", shown.by_team),
                ("By service", shown.by_service),
                ("By kind", shown.by_kind),
            )
        ],
        rows=[_row(line, tickets) for line in sorted(shown.lines, key=open_first)],
        day=day,
        now=now,
    )


def _columns(tallies: Mapping[str, Tally]) -> list[tuple[str, str]]:
    """The columns that say something, so that a table fits a phone: heading and field of a tally."""
    seldom = [("Cut", "cut"), ("Renewed", "renewed"), ("Drifted", "drifted")]
    told = [(heading, name) for heading, name in seldom if any(getattr(tally, name) for tally in tallies.values())]
    return [("Promised", "promised"), ("Kept", "kept"), ("Kept late", "kept_late"), *told, ("Open", "open")]


def bar(tally: Tally) -> list[dict[str, object]]:
    """The pieces of a bar: what, how many, which colour, and how wide in percent. Together they make a hundred."""
    return [
        {
            "name": each.standing.words,
            "count": each.count,
            "colour": _COLOURS[each.standing],
            "width": max(round(each.end) - round(each.start), 1),
        }
        for each in shares(tally)
    ]


def _row(line: Line, tickets: Mapping[str, Ticket]) -> dict[str, object]:
    item, incident = line.promise.item, line.promise.incident
    ticket = tickets.get(item.ticket_id or "")
    return {
        "title": item.spoken.title,
        "ticket": ticket.key if ticket else item.key,
        "url": ticket.url if ticket else None,
        "owner": owner_words(item) or "nobody",
        "team": team_of(line),
        "incident": f"#{incident.number} {incident.title}",
        "incident_url": incident.url,
        "due_on": line.due_on,
        "standing": line.standing.words,
        "late": line.late,
        "because": item.status_because if line.standing is Standing.CUT else None,
    }
