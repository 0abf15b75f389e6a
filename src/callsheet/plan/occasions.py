"""The team's weekly word and the leaders' monthly one: when they are due, and what they say. Beside `nudging`."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from callsheet.model.action_item import ActionItem, ItemStatus
from callsheet.model.counted import counted
from callsheet.model.effect import Reason, SendReport
from callsheet.model.incident import Incident
from callsheet.model.nudge import Recipient
from callsheet.model.text import Bar, Bars, Bullets, Letter, Paragraph, Span, paragraph
from callsheet.plan.dates import day_words
from callsheet.plan.meaning import Reading
from callsheet.plan.nudging import source_of, team
from callsheet.plan.owners import known_as
from callsheet.plan.rhythm import Facts, Occasion, Rhythm
from callsheet.plan.rules import NudgeRules
from callsheet.plan.season import NO_TEAM, Figures, Standing, Tally
from callsheet.plan.snapshot import House
from callsheet.plan.workdays import Desk, desk_of

LONGEST_LIST = 10


def occasions(reading: Reading, house: House) -> tuple[Occasion, ...]:
    """The words whose time has come, whether they were said already or not. Nothing of before our own first day."""
    rules, found = reading.rules.nudge, []
    desk = desk_of(None, reading.rules.calendar, rules)
    today = desk.today(reading.now)
    if house.has_team_channel and desk.at_work(reading.now) and _week_has_come(desk, today, rules):
        found.append(Occasion(rhythm=Rhythm.WEEK, to=team("week"), since=_monday(today), today=today))
    if desk.at_work(reading.now) and house.has_notifier:
        to_all = (_leader(word, reading) for word in rules.leaders)
        since = today.replace(day=1)
        found += [Occasion(rhythm=Rhythm.MONTH, to=to, since=since, today=today) for to in to_all if to]
    began = desk.today(reading.first_cycle_at)
    return tuple(occasion for occasion in found if began < occasion.since)


def _week_has_come(desk: Desk, today: date, rules: NudgeRules) -> bool:
    """On the policy's day of the week, or the first working day after it."""
    return rules.team_digest_on is not None and today.weekday() >= rules.team_digest_on and desk.works_on(today)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _leader(word: str, reading: Reading) -> Recipient | None:
    person = known_as(word, reading.people)
    email = person.email if person else word if "@" in word else None
    if email is None:
        return None
    name = person.name if person else email
    return Recipient(id=f"report:{email.casefold()}", name=name, email=email)


def reports(due: Iterable[Occasion], facts: Facts, reading: Reading) -> tuple[SendReport, ...]:
    """The words that are due, in words. Where nothing was ever promised nothing is said."""
    found = []
    for occasion in due:
        if occasion.rhythm is Rhythm.WEEK and facts.items:
            found.append(_report(occasion, Reason.WEEK_BEGAN, *_weekly(occasion.today, facts, reading.now)))
        if occasion.rhythm is Rhythm.MONTH and facts.figures and facts.figures.total.promised:
            found.append(_report(occasion, Reason.MONTH_BEGAN, *_monthly(facts.figures, facts.before)))
    return tuple(found)


def _report(occasion: Occasion, reason: Reason, subject: str, body: Letter) -> SendReport:
    return SendReport(
        key=f"report:{occasion.to.id}:{occasion.since.isoformat()}",
        reason=reason,
        to=occasion.to,
        since=occasion.since,
        subject=subject,
        body=body,
    )


# The week.


def _weekly(today: date, facts: Facts, now: datetime) -> tuple[str, Letter]:
    opened = [item for item in facts.items if item.open]
    late = sorted((item for item in opened if item.overdue(today)), key=_by_date)
    friday = _monday(today) + timedelta(days=6)
    soon = [item for item in opened if item.terms.due_on and today <= item.terms.due_on <= friday]
    lately = [item for item in facts.items if item.closed_at and now - item.closed_at <= timedelta(days=7)]
    done = sum(item.status is ItemStatus.DONE for item in lately)
    told = [f"{done} done in the last seven days", f"{len(soon)} due this week", f"{len(late)} overdue"]
    blocks: list[Paragraph | Bullets | Bars] = [
        paragraph(f"Hello team. Of the promises from post-mortems {len(opened)} are open: {', '.join(told)}."),
    ]
    if late:
        blocks += [_heading("Overdue, by team"), _late_by_team(opened, facts.incidents, today)]
        blocks += [_heading("Waiting longest"), *_listed(late, facts, today)]
    if soon:
        blocks += [_heading("Due this week"), *_listed(sorted(soon, key=_by_date), facts, today)]
    subject = f"Promises this week: {len(late)} overdue, {len(soon)} due, {done} done last week"
    return subject, tuple(blocks)


def _by_date(item: ActionItem) -> tuple[date, str]:
    return item.terms.due_on or date.max, item.key


def _late_by_team(opened: list[ActionItem], incidents: Mapping[str, Incident], today: date) -> Bars:
    counts: dict[str, list[bool]] = {}
    for item in opened:
        incident = incidents.get(item.incident_id)
        name = incident.teams[0].name if incident and incident.teams else NO_TEAM
        counts.setdefault(name, []).append(item.overdue(today))
    late = sorted(((sum(each), len(each), name) for name, each in counts.items() if any(each)), reverse=True)
    most = max(count for count, _, _ in late)
    return Bars(
        rows=tuple(
            Bar(label=name, count=count, of=most, words=f"{count} of {open_} open") for count, open_, name in late
        )
    )


def _listed(items: list[ActionItem], facts: Facts, today: date) -> tuple[Paragraph | Bullets, ...]:
    entries = tuple(_entry(item, facts, today) for item in items[:LONGEST_LIST])
    more = len(items) - LONGEST_LIST
    return (Bullets(items=entries), *([paragraph(f"… and {more} more.")] if more > 0 else []))


def _entry(item: ActionItem, facts: Facts, today: date) -> Paragraph:
    ticket = facts.tickets.get(item.ticket_id or "")
    name = Span(text=f"{ticket.key} {item.spoken.title}" if ticket else item.spoken.title)
    linked = Span(text=name.text, url=ticket.url) if ticket else name
    due = f", due {day_words(item.terms.due_on, today)}" if item.terms.due_on else ""
    incident = facts.incidents.get(item.incident_id)
    source = f" ({source_of(incident)})" if incident else ""
    return paragraph(linked, f"{source}: {item.owner.name if item.owner else 'nobody yet'}{due}")


# The month.


def _monthly(figures: Figures, before: Figures | None) -> tuple[str, Letter]:
    total, name = figures.total, figures.season.name
    blocks: list[Paragraph | Bullets | Bars] = [
        paragraph(
            f"Season {name}: {total.promised} promises from post-mortems, {total.kept} kept, "
            f"{total.kept_late} kept late, {total.overdue} overdue."
        ),
        Bars(rows=tuple(_bar(each.words, getattr(total, each.value), total.promised) for each in Standing)),
    ]
    if len(figures.by_team) > 1:
        rows = (_bar(team_name, _kept(tally), tally.promised) for team_name, tally in sorted(figures.by_team.items()))
        blocks += [_heading("Kept, by team"), Bars(rows=tuple(rows))]
    blocks += [_heading("Beside that"), Bullets(items=tuple(paragraph(line) for line in _beside(figures, before)))]
    return f"Season {name}: {_kept(total)} of {total.promised} promises kept", tuple(blocks)


def _kept(tally: Tally) -> int:
    return tally.kept + tally.kept_late


def _bar(label: str, count: int, of: int) -> Bar:
    return Bar(label=label, count=count, of=of, words=f"{count} of {of}")


def _beside(figures: Figures, before: Figures | None) -> Iterable[str]:
    days, seen = figures.days, figures.investigated
    if before and before.total.promised:
        yield f"The season before, {before.season.name}: {_kept(before.total)} of {before.total.promised} kept."
    if seen.incidents:
        yield f"{seen.complete} of {seen.incidents} investigations are complete: review held, causes stated."
    if seen.time_to_resolve:
        yield f"Half of the incidents were resolved within {seen.time_to_resolve}."
    if days.filed_to_done is not None:
        yield f"Half of the promises were kept within {days.filed_to_done:.0f} days."
    if figures.repeats_on_open_promises:
        again = counted(figures.repeats_on_open_promises, "incident")
        yield f"{again} hit a service that still had an open promise."
    if figures.repeats_after_stopgap:
        again = counted(figures.repeats_after_stopgap, "incident")
        yield f"{again} came back after a stopgap without a root fix."
    yield "Promises are kept by teams: ask what is in the way, not who is."


def _heading(words: str) -> Paragraph:
    return paragraph(Span(text=words, strong=True))
