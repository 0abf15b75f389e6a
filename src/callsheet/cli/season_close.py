"""`callsheet season --close`: decisions from flags, from a file, or asked for one by one."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import typer

from callsheet.cli.printing import printable, refuse, say
from callsheet.model.counted import counted
from callsheet.model.season import Season
from callsheet.plan.dates import BusinessDays, read_date
from callsheet.plan.due import add_business_days
from callsheet.plan.policy import Mode
from callsheet.plan.rules import DUE_DAYS, Rules
from callsheet.plan.season import Line, today_of
from callsheet.run.closing import Choice, Closing, Decision, Undecidable, close, not_over, undecided, waiting_seasons
from callsheet.run.ports import Memory

ALL = "all"
ANSWERS = {"r": Choice.RENEW, "c": Choice.CUT, "k": Choice.CARRY}
Ask = Callable[[str, str | None], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the command line says: `ITEM=DATE`, `ITEM=REASON`, items, and a file of decisions."""

    renew: Sequence[str] = ()
    cut: Sequence[str] = ()
    carry: Sequence[str] = ()
    file: Path | None = None

    @property
    def any(self) -> bool:
        """Whether it says anything."""
        return bool(self.renew or self.cut or self.carry or self.file)


@dataclass(slots=True)
class _Read:
    """Decisions so far, and what could not be read."""

    today: date
    rules: Rules
    decisions: list[Decision] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def take(self, word: str, choice: str, value: str, *, where: str = "") -> None:
        """One decision in words: the date of a renewal, the reason of a cut."""
        named = next((each for each in Choice if each.value == choice.strip().casefold()), None)
        if named is None:
            said = f"“{choice.strip()}” is" if choice.strip() else f"“{value.strip()}” stands beside"
            self.problems.append(f"{where}{word}: {said} none of renew, cut and carry")
            return
        due_on = date_of(value, self.today, self.rules) if named is Choice.RENEW else None
        if named is Choice.RENEW and due_on is None:
            what = f"“{value.strip()}” names no day" if value.strip() else "a renewal needs a day"
            self.problems.append(f"{where}{word}: {what}; write one such as 2027-01-29 or “in 3 weeks”")
            return
        because = value.strip() if named is Choice.CUT else None
        self.decisions.append(Decision(word=word, choice=named, due_on=due_on, because=because))


def close_season(memory: Memory, season: Season, given: Given, rules: Rules, now: datetime, mode: Mode) -> list[str]:
    """Take the decisions in, or ask for them on a terminal, and follow them. What came of it, in words."""
    today = today_of(rules, now)
    if too_early := not_over(season, rules, now):
        refuse(f"{too_early}.", *_over(memory, rules, now))
    waiting = undecided(memory, season, rules, now)
    if not waiting and not given.any:
        close(memory, season, (), rules, now)
        return [f"Nothing in {season.name} is left to decide. It is closed."]
    read = _Read(today=today, rules=rules)
    if given.any:
        _from_words(given, read)
    elif sys.stdin.isatty():
        read.decisions += asked(waiting, season, today, rules, _prompt, _tickets(memory, waiting))
    else:
        name = season.name
        refuse(
            f"{name} has {len(waiting)} open, undecided. Say --renew ITEM=DATE, --cut ITEM=REASON or --carry ITEM",
            f"for each; or fill in `callsheet season {name} --csv` and give it back with --from; or call this on a",
            "terminal, where it asks.",
        )
    try:
        done = close(memory, season, read.decisions, rules, now, carry_rest=ALL in given.carry, unread=read.problems)
    except Undecidable as error:
        refuse("Nothing was changed:", *(f"  {problem}" for problem in error.problems))
    return list(told(done, mode))


def _over(memory: Memory, rules: Rules, now: datetime) -> Iterator[str]:
    """The season that was perhaps meant."""
    for season in waiting_seasons(memory, rules, now)[-1:]:
        yield f"{season.name} is over and has promises to decide: `callsheet season {season.name} --close`."


def date_of(words: str, today: date, rules: Rules) -> date | None:
    """The day that somebody means, read like any date in Callsheet."""
    found = read_date(words.strip(), noted_on=today) if words.strip() else None
    if isinstance(found, BusinessDays):
        return add_business_days(today, found.count, rules.calendar)
    return found if isinstance(found, date) else None


def _from_words(given: Given, read: _Read) -> None:
    for choice, words in ((Choice.RENEW, given.renew), (Choice.CUT, given.cut)):
        for each in words:
            word, _, value = each.partition("=")
            read.take(word.strip(), choice, value)
    for word in given.carry:
        if word != ALL:
            read.take(word, Choice.CARRY, "")
    if given.file:
        _from_file(given.file, read)


def _from_file(path: Path, read: _Read) -> None:
    """Rows with a `decision`; a spreadsheet may have saved them with other separators."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        why = "it is not UTF-8 text" if isinstance(error, UnicodeError) else (error.strerror or str(error)).lower()
        refuse(f"{path} can't be read: {why}. Give the CSV file, saved as UTF-8.")
    first = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=max(",;\t", key=first.count))
    if not {"key", "decision", "value"} <= set(rows.fieldnames or ()):
        refuse(f"{path} needs the columns key, decision and value, as `callsheet season --csv` prints them.")
    for row in rows:
        decision, value = (row["decision"] or "").strip(), (row["value"] or "").strip()
        if decision or value:
            read.take(row["key"], decision, value, where=f"line {rows.line_num}, ")


def _tickets(memory: Memory, waiting: Sequence[Line]) -> Mapping[str, str]:
    """The name and the address of each item's ticket."""
    found = memory.tickets(line.promise.item.ticket_id or "" for line in waiting)
    items = (line.promise.item for line in waiting)
    return {item.key: f"{t.key}, {t.url}" for item in items if (t := found.get(item.ticket_id or ""))}


def asked(
    waiting: Sequence[Line], season: Season, today: date, rules: Rules, ask: Ask, tickets: Mapping[str, str]
) -> Iterator[Decision]:
    """What a person says about one promise after the other; `q` ends it, and what was said until then counts."""
    typer.echo(f"{season.name} has {len(waiting)} open without a decision. For each: r renew with a new date, c cut,")
    typer.echo("k keep it open (it shows as drifted), s skip for now, q stop here.")
    for number, line in enumerate(waiting, start=1):
        _introduce(
            line, f"{number} of {len(waiting)}", today, tickets.get(line.promise.item.key, line.promise.item.key)
        )
        answer = _answer(ask)
        if answer == "q":
            return
        if answer in ANSWERS:
            yield _detailed(ANSWERS[answer], line, season, today, rules, ask)


def _introduce(line: Line, place: str, today: date, ticket: str) -> None:
    item, incident = line.promise.item, line.promise.incident
    late = (today - line.due_on).days
    typer.echo(f"\n{place}: {printable(item.spoken.title)}")
    owner = item.owner.name if item.owner else "nobody"
    days = f", {counted(late, 'day')} ago" if late > 0 else ""
    typer.echo(f"    {item.terms.priority or 'no priority'}, {printable(owner)}, due {line.due_on.isoformat()}{days}")
    typer.echo(f"    after #{incident.number} {printable(incident.title)}")
    typer.echo(f"    {printable(ticket)}")


def _answer(ask: Ask) -> str:
    while (answer := ask("r/c/k/s/q", None).strip().casefold()[:1]) not in {*ANSWERS, "s", "q"}:
        say("Please answer r, c, k, s or q.")
    return answer


def _detailed(choice: Choice, line: Line, season: Season, today: date, rules: Rules, ask: Ask) -> Decision:
    key = line.promise.item.key
    if choice is Choice.CUT:
        while not (because := ask("Why is it cut", None).strip()):
            say("A cut needs its reason; it stays visible.")
        return Decision(word=key, choice=choice, because=because)
    if choice is Choice.CARRY:
        return Decision(word=key, choice=choice)
    proposed = _proposed(line, season, today, rules)
    while (due_on := date_of(ask("New date", proposed.isoformat()), today, rules)) is None or due_on < today:
        say(f"Please name a day from {today.isoformat()} on, such as {proposed.isoformat()}.")
    return Decision(word=key, choice=choice, due_on=due_on)


def _proposed(line: Line, season: Season, today: date, rules: Rules) -> date:
    """As if it were promised anew when the next season begins."""
    days = rules.due_days.get(line.promise.item.terms.priority or "", max(DUE_DAYS.values()))
    return add_business_days(max(today, season.ends_on), days, rules.calendar)


def _prompt(question: str, default: str | None) -> str:
    # An empty answer comes back, too: the one who asks knows what to say to it.
    answer: str = typer.prompt(f"    {question}", default=default or "", show_default=default is not None)
    return answer


def told(done: Closing, mode: Mode) -> Iterator[str]:
    """What was decided, and what follows from it."""
    counts = {choice: len(items) for choice, items in done.done.items()}
    renewed, cut, carried = (counts.get(choice, 0) for choice in Choice)
    left = len(done.undecided)
    state = "It is closed." if done.closed else f"{left} still without a decision, so it is not closed yet."
    yield f"{done.season.name}: {renewed} renewed, {cut} cut, {carried} carried. {state}"
    if not renewed + cut:
        return
    if mode is Mode.FULL:
        then = ["writes new dates to their tickets"] if renewed else []
        then += ["closes the tickets of what was cut"] if cut else []
        yield f"The next cycle {', and '.join(then)}."
    else:
        yield f"In mode {mode.value} no ticket is changed: it happens once CALLSHEET_MODE is full."
