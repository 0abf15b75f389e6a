"""A season for people at a terminal: lines that fit its width."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from rich.cells import cell_len, set_cell_size

from callsheet.cli.printing import printable
from callsheet.model.counted import counted
from callsheet.model.season import Season
from callsheet.plan.season import Days, Figures, Investigated, Tally

LABEL = 16
BAR = 20
NARROWEST_NAME = 12


def as_words(told: Figures, before: Iterable[Figures], *, today: date, width: int) -> Iterator[str]:
    """The season, then where it comes from. `before` is the trend, oldest first, with the season itself."""
    yield f"Season {printable(told.season.name)}: {_from_to(told.season)}; {_how_far(told, today)}"
    yield ""
    if told.total.promised:
        yield from _tables(told, width)
    else:
        yield f"Nothing was promised for {printable(told.season.name)} so far."
        yield "A promise counts once its ticket is filed or adopted, in the season of its due date."
    yield ""
    for label, words in _facts(told):
        yield from _wrapped(label, words, width)
    older = [each for each in before if each.season != told.season and each.total.promised]
    if older and told.total.promised:
        yield ""
        yield from _trend([*older, told])


def _from_to(season: Season) -> str:
    """`1 October to 31 December 2026`."""
    first, last = season.starts_on, season.ends_on
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%B}{year} to {last.day} {last:%B %Y}"


def _how_far(told: Figures, today: date) -> str:
    if told.closed_on:
        return f"closed on {told.closed_on.isoformat()}"
    if told.over:
        return f"over since {(told.season.ends_on + timedelta(days=1)).isoformat()}, not closed"
    if today < told.season.starts_on:
        return "still to come"
    left = (told.season.ends_on - today).days
    return "its last day" if left == 0 else f"{counted(left, 'day')} left"


def _tables(told: Figures, width: int) -> Iterator[str]:
    parts: list[tuple[str, Mapping[str, Tally]]] = [
        ("Team", told.by_team),
        ("Service", told.by_service),
        ("Kind", told.by_kind),
    ]
    columns = ["promised", "kept", "kept late", "cut", "renewed", "drifted" if told.over else "open"]
    columns += [] if told.over else ["overdue"]
    numbers = sum(len(column) + 2 for column in columns)
    names = [name for _, tallies in parts for name in tallies]
    longest = max((cell_len(printable(name)) for name in names), default=0) + 2
    room = max(NARROWEST_NAME, min(longest, width - numbers))
    yield " " * room + "".join(f"  {column}" for column in columns)
    yield _row("All", told.total, columns, room)
    for heading, tallies in parts:
        yield heading
        for name, tally in tallies.items():
            yield _row(f"  {printable(name)}", tally, columns, room)


def _row(name: str, tally: Tally, columns: list[str], room: int) -> str:
    numbers = "".join(f"  {_number(tally, column):>{len(column)}}" for column in columns)
    return f"{_fitted(name, room)}{numbers}"


def _number(tally: Tally, column: str) -> int:
    number: int = getattr(tally, column.replace(" ", "_"))
    return number


def _fitted(name: str, room: int) -> str:
    return set_cell_size(name, room) if cell_len(name) <= room else f"{set_cell_size(name, room - 1)}…"


def _facts(told: Figures) -> Iterator[tuple[str, str]]:
    total = told.total
    if total.promised:
        yield "Kept on time", f"{bar(total)} {total.kept} of {total.promised}"
    if told.carried_in:
        yield "Carried in", f"{counted(told.carried_in, 'promise')} of earlier seasons still open"
    days = days_words(told.days)
    if days:
        yield "Days, median", days
    yield "Investigations", investigated_words(told.investigated)
    if told.investigated.incidents:
        yield "Repeats", repeats_words(told)
    if told.casting:
        yield "Casting", casting_words(told)
        yield "Leaders", uncalled_words(told)


def bar(tally: Tally, width: int = BAR) -> str:
    """The share that was kept on time; a promise that can still be kept counts as not yet."""
    full = round(width * tally.kept / tally.promised) if tally.promised else 0
    return "█" * full + "░" * (width - full)


def days_words(days: Days) -> str:
    """`0.1 from incident to post-mortem, 0.2 to filing, 8 to done; 7.5 from filing to done`, of what is known."""
    legs = (
        ("to post-mortem", days.incident_to_postmortem),
        ("to filing", days.incident_to_filed),
        ("to done", days.incident_to_done),
    )
    known = [(name, value) for name, value in legs if value is not None]
    from_incident = [f"{value:g} {'' if n else 'from incident '}{name}" for n, (name, value) in enumerate(known)]
    words = [", ".join(from_incident)] if known else []
    words += [f"{days.filed_to_done:g} from filing to done"] if days.filed_to_done is not None else []
    return "; ".join(words)


def investigated_words(found: Investigated) -> str:
    """How whole the investigations are; the time to resolve never stands alone."""
    if not found.incidents:
        return "no incident with a post-mortem"
    words = (
        f"{found.complete} of {found.incidents} complete ({found.reviewed} reviewed, {found.causes} with causes stated)"
    )
    if found.time_to_resolve:
        words += f"; median time to resolve {found.time_to_resolve}"
    return words


def repeats_words(told: Figures) -> str:
    """Incidents that come back where something was still promised."""
    return (
        f"{counted(told.repeats_on_open_promises, 'incident')} on a service with an open promise, "
        f"{told.repeats_after_stopgap} after a stopgap"
    )


def casting_words(told: Figures) -> str:
    """How often the level of who managed an incident was the one that its priority asks for. Totals, never names."""
    parts = []
    for priority, each in told.casting.items():
        known = each.incidents - each.unknown
        beside = [f"{each.below} below" if each.below else "", f"{each.above} above" if each.above else ""]
        rest = ", ".join(part for part in beside if part)
        parts.append(
            f"{priority} {each.matched} of {known}{f' ({rest})' if rest else ''}" if known else f"{priority} unknown"
        )
    return f"who managed the incident had the level that its priority asks for: {'; '.join(parts)}"


def uncalled_words(told: Figures) -> str:
    """In how many incidents a leader acted without being called. Totals, never names."""
    parts = (f"{priority} {each.took_over} of {each.incidents}" for priority, each in told.casting.items())
    return f"incidents that one joined without being called: {'; '.join(parts)}"


def _trend(shown: list[Figures]) -> Iterator[str]:
    room = max(cell_len(printable(each.season.name)) for each in shown)
    for label, each in zip(["Trend", *[""] * len(shown)], shown, strict=False):
        total = each.total
        rest = [f"{total.renewed} renewed", f"{total.drifted} drifted"] if each.over else [f"{total.open} open"]
        kept = f"{total.kept} of {total.promised} kept on time"
        name = set_cell_size(printable(each.season.name), room)
        yield f"{label:{LABEL}}{name} {bar(total, BAR // 2)} {kept}, {', '.join(rest)}"


def _wrapped(label: str, words: str, width: int) -> Iterator[str]:
    """Words beside their label, in as many lines as it takes."""
    line = f"{label:{LABEL}}"
    empty = line
    for word in words.split(" "):
        if line != empty and cell_len(line) + len(word) + 1 > width:
            yield line.rstrip()
            line = empty = " " * LABEL
        line += word if line == empty else f" {word}"
    yield line.rstrip()
