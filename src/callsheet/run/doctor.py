"""The sides proved, for `callsheet doctor`: who we are there, where tickets go, who gets what, whose clock is wrong.

By reads alone. One question that goes wrong is one line, and the others are asked all the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice

from callsheet.connect.context import Exchange
from callsheet.connect.errors import AuthRefused, ConnectorError, Forbidden, Malformed, NotFound, Rejected
from callsheet.connect.examine import failed
from callsheet.connect.ports import Clock, Examinable, Examination
from callsheet.model.action_item import is_marker
from callsheet.model.check import Check, Result, error, fine, unasked, warning
from callsheet.model.nudge import TICKET
from callsheet.model.person import Account, Person
from callsheet.model.span import span
from callsheet.model.ticket import MatchKind, ProjectRules
from callsheet.plan.filing import lacking
from callsheet.plan.owners import known_as
from callsheet.plan.ownership import place_of
from callsheet.plan.policy import Mode
from callsheet.plan.routing import destinations, misplaced, misranked
from callsheet.plan.rules import Route
from callsheet.run.app import App
from callsheet.run.pull import TICKETS_SWEPT

# Two readings of the feed overlap by two minutes: beyond that, entries could be missed.
SKEW_LIMIT = timedelta(minutes=2)
SKEW_NOTICED = timedelta(seconds=30)
# So many tickets with our label tell whether one of them was filed by us.
LOOKED_AT = 50


class Skew:
    """Listens to the exchanges, and compares the other sides' clocks with ours."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.found: dict[str, timedelta] = {}

    def hear(self, side: str, exchange: Exchange) -> None:
        """One answer; the nearest of a side's counts, since others may have waited somewhere."""
        if exchange.answered_at is not None:
            ahead = self._clock.now() - exchange.answered_at
            self.found[side] = min(ahead, self.found.get(side, ahead), key=abs)

    def checks(self) -> Iterator[Check]:
        """One check for each side that told its time, to the second; where all agree against us, one for all."""
        said = dict(sorted(self.found.items()))
        against_us = min(said.values(), default=timedelta(0)) >= SKEW_NOTICED or (
            max(said.values(), default=timedelta(0)) <= -SKEW_NOTICED
        )
        if against_us and len(said) > 1:
            yield _apart("this machine's clock", min(said.values(), key=abs), f"that of {' and '.join(said)}")
            return
        for side, ahead in said.items():
            yield _apart(f"{side}: clock", ahead, "theirs")


def _apart(name: str, ahead: timedelta, theirs: str) -> Check:
    seconds = abs(round(ahead.total_seconds()))
    if abs(ahead) < SKEW_NOTICED:
        return fine(name, f"{seconds} s apart from ours")
    which = "ahead of" if ahead > timedelta(0) else "behind"
    tell = error if abs(ahead) > SKEW_LIMIT else warning
    return tell(name, f"ours is {span(abs(ahead))} {which} {theirs}", "set this machine's clock (NTP)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a side. `fix` is for a clear no, `project` the one that it is about."""

    name: str
    ask: Callable[[], Iterable[Check]]
    fix: str = "mend this, and run `callsheet doctor` again"
    project: str = ""


def examine(app: App, *, messages: bool = False, remembers: bool = True) -> Iterator[Check]:
    """Everything about the sides, one after the other. `messages`: a test message over each channel follows.

    `remembers`: the memory is the database's, and not an empty one in place of one that can't be opened.
    """
    wanted = Examination(
        writes=app.mode is Mode.FULL,
        files=app.mode is not Mode.SHADOW,
        projects=tuple(dict.fromkeys(place_of(route, app.house) for route in destinations(app.rules))),
        tickets=_tickets(app),
        messages=messages,
    )
    yield from _answers([Question(name="the policy", ask=partial(_policy, app))])
    people: list[Person] = []
    yield from _answers(_of_source(app, wanted, people))
    yield from _answers(_of_tracker(app, wanted, people, remembers=remembers))
    for name, connector in {**app.publishers, **app.notifiers, **app.drafters}.items():
        yield from _answers([_examination(connector, name, wanted)])


def _of_source(app: App, wanted: Examination, people: list[Person]) -> Iterator[Question]:
    yield _examination(app.source, app.source_name, wanted)
    yield Question(name=f"{app.source_name}: people and priorities", ask=partial(_people, app, people))
    if app.rules.calendars or any(route.teams or route.services for route in app.rules.routes):
        name = f"{app.source_name}: teams and services of the policy"
        yield Question(name=name, ask=partial(_places, app, name))


def _of_tracker(app: App, wanted: Examination, people: list[Person], *, remembers: bool) -> Iterator[Question]:
    side = app.tracker_name
    yield Question(name=f"{side}: who am I", ask=partial(_who, app))
    yield _examination(app.tracker, side, wanted)
    if app.memory.noted(TICKETS_SWEPT) is None:
        name = f"{side}: tickets of this namespace"
        ask = partial(_strange_tickets, app, name) if remembers else lambda: (unasked(name, "the database"),)
        yield Question(name=name, ask=ask)
    for route in destinations(app.rules):
        project, kind = place_of(route, app.house)
        name = f"{side}: route {route.name}, {kind} in {project}"
        fix = "correct project and issue type, or grant our account the right to create there"
        yield Question(name=name, ask=partial(_route, app, route, name), fix=fix, project=project)
    for owner, project in _fallbacks(app):
        name = f"{side}: fallback owner {owner} in {project}"
        yield Question(name=name, ask=partial(_fallback, app, name, owner, project, people), project=project)


def _answers(questions: Iterable[Question]) -> Iterator[Check]:
    """The checks of one side. One cause is one error: what can't be asked because of it is not."""
    needs, errors = "", list[Check]()
    for question in questions:
        for check in [unasked(question.name, needs)] if needs else _asked(question, errors):
            needs = needs or check.bars
            if check.result is Result.ERROR:
                errors.append(check)
            yield check


def _asked(question: Question, errors: Iterable[Check]) -> Iterator[Check]:
    """The checks of one question; when it breaks off, the reason is one too. `errors` are those found before it."""
    try:
        yield from question.ask()
    except ConnectorError as fault:
        needs = _known_to_lack(question, fault, errors)
        yield unasked(question.name, needs) if needs else failed(question.name, fault, fix=question.fix)
    except Exception as fault:
        # One connector's fault must not hide what the others say.
        yield error(question.name, f"{type(fault).__name__}", "this is a fault of the program: please report it")


def _known_to_lack(question: Question, fault: ConnectorError, errors: Iterable[Check]) -> str:
    """What an error above says already of this clear no; empty where the fault is news, such as a lost connection."""
    if isinstance(fault, Rejected | Forbidden | NotFound) and question.project:
        if any(check.project == question.project for check in errors):
            return f"what is wrong in {question.project} to be mended"
    elif isinstance(fault, Forbidden) and any(check.denied for check in errors):
        return "the permissions that are missing above"
    return ""


def _examination(connector: object, name: str, wanted: Examination) -> Question:
    return Question(name=f"{name}: own checks", ask=partial(_examined, connector, name, wanted))


def _examined(connector: object, name: str, wanted: Examination) -> Iterator[Check]:
    """What the connector says of itself; one that can't be examined says nothing."""
    if isinstance(connector, Examinable):
        yield from connector.examine(wanted)
    else:
        yield fine(f"{name}: own checks", "this connector offers none")


def _policy(app: App) -> Iterator[Check]:
    for malady in app.skipped:
        yield warning(
            f"policy: {malady.where}", f"skipped: {malady.error}", "mend the line; the rest of the policy holds"
        )
    channels = {*app.notifiers, TICKET}
    for route in destinations(app.rules):
        name = f"policy: route {route.name}"
        if route.fallback_owner is None:
            what = "no fallback owner: an item that names nobody gets a ticket without an owner"
            yield warning(name, what, "set fallback_owner under [default_route] in policy.toml")
        if route.channel is not None and route.channel not in channels:
            fix = f"add {route.channel} to CALLSHEET_NOTIFIERS, or correct the route's channel"
            yield warning(name, f"its channel {route.channel} is not configured", fix)
    if not app.notifiers:
        what = "no notifier is configured: people are reminded by comments on their tickets, and get no final document"
        fix = "put apprise into CALLSHEET_NOTIFIERS and set APPRISE_PERSON_URL to reach people by chat or mail"
        yield warning("reminders", what, fix)


def _people(app: App, found: list[Person]) -> Iterator[Check]:
    """The account's people: fallback owners are looked for among those with an e-mail."""
    name = f"{app.source_name}: people and priorities"
    directory = app.source.directory()
    found += (person for person in directory.people if person.email)
    told = f"{len(directory.people)} people; {len(directory.priorities)} priorities"
    if directory.priorities:
        yield from _never(app, misranked(app.rules, (each.name for each in directory.priorities)))
    yield fine(name, told if directory.priorities else f"{told}, so urgency and length decide what gets a post-mortem")


def _places(app: App, name: str) -> Iterator[Check]:
    """Whether there is what routes and calendars name: a misspelt team matches nothing, and nobody is told."""
    try:
        places = app.source.places()
    except (Forbidden, Malformed) as fault:
        fix = "see that they are spelt right, or let our key list them"
        yield warning(name, f"can't be looked up: {fault.what}", fix)
        return
    wrong = list(_never(app, misplaced(app.rules, places.teams, places.services)))
    yield from wrong or [fine(name, "all there")]


def _never(app: App, wrong: Iterable[tuple[str, str | None]]) -> Iterator[Check]:
    for what, near in wrong:
        told = f"there is none in {app.source_name}, so it never matches{f'; did you mean {near}?' if near else ''}"
        yield warning(f"policy: {what}", told, "correct it in policy.toml, by name or id")


def _who(app: App) -> Iterator[Check]:
    name = f"{app.tracker_name}: who am I"
    try:
        account = app.tracker.who_am_i()
    except AuthRefused as fault:
        yield failed(name, fault, fix="make a new token for our account, and set it", first=True)
    except ConnectorError as fault:
        fix = "see that this is the address of its REST API, and that its kind (Cloud or Data Center) is set right"
        yield failed(name, fault, fix=fix, first=True)
    else:
        yield fine(name, f"{account.name} ({account.email or account.id})")


def _strange_tickets(app: App, name: str) -> Iterator[Check]:
    """Tickets of ours that this database, which has listed none yet, can't know: another one filed them."""
    listed = islice(app.tracker.changes(app.house.namespace, None), LOOKED_AT)
    first = next((ticket for ticket in listed if any(map(is_marker, ticket.labels))), None)
    if first is None:
        yield fine(name, "none yet, and the database is new")
        return
    fix = (
        "see that CALLSHEET_DATABASE_URL names the database that filed them (a relative path begins in the folder that "
        "you are in); if it is lost, the next cycle takes them over"
    )
    yield warning(name, f"there are some, such as {first.key}, and this database knows of none", fix)


def _fallbacks(app: App) -> Iterable[tuple[str, str]]:
    """Whoever gets what names nobody, with the project of the tickets."""
    routes = destinations(app.rules)
    owned = ((route.fallback_owner, route) for route in routes if route.fallback_owner)
    return dict.fromkeys((owner, place_of(route, app.house)[0]) for owner, route in owned)


def _route(app: App, route: Route, name: str) -> Iterator[Check]:
    """Where a route's tickets go, and what the project takes."""
    rules = app.tracker.rules(*place_of(route, app.house))
    yield fine(name, f"can be created; priorities {', '.join(each.name for each in rules.priorities) or 'none'}")
    yield from _screen(name, rules, route)


def _screen(name: str, rules: ProjectRules, route: Route) -> Iterator[Check]:
    if not rules.has_labels:
        fix = "add Labels to the project's create screen: without it a ticket can't be found again"
        yield error(f"{name}: labels", "not on the create screen", fix)
    for what in lacking(rules, route):
        yield error(f"{name}: required field", what, "write that line")
    if rules.has_due_on:
        yield fine(f"{name}: due date", "on the create screen")
    else:
        told = "not on the create screen: the date stands in the description, and Callsheet keeps its own"
        yield warning(f"{name}: due date", told, "add Due date to the screen, if you want it there")
    if not rules.has_owner:
        yield warning(f"{name}: assignee", "not on the create screen", "add Assignee to it: tickets have no owner so")


def _fallback(app: App, name: str, owner: str, project: str, people: list[Person]) -> Iterator[Check]:
    """Whether who gets what names nobody can be given a ticket."""
    person = known_as(owner, people)
    email = (person.email if person else None) or owner
    try:
        match = app.tracker.account(email, person.name if person else "")
        if match.account is not None:
            yield _given(name, app, match.account, project)
            return
    except Forbidden as fault:
        yield warning(name, f"can't be looked up: {fault.what}", "grant our account Browse Users and Groups")
        return
    why = "several accounts could be meant" if match.kind is MatchKind.SEVERAL else "no account is found"
    yield error(name, why, "name somebody in fallback_owner who has an account with that e-mail there")


def _given(name: str, app: App, account: Account, project: str) -> Check:
    if app.tracker.assignable(project, account.id):
        return fine(name, f"{account.name}, can be given tickets of {project}")
    return error(
        name, f"{account.name} can't be given tickets of {project}", "grant Assignable User there, or name another"
    )


def _tickets(app: App) -> dict[str, str]:
    """One open ticket of ours in each project."""
    known = app.memory.tickets(app.memory.open_ticket_ids())
    return {ticket.project: ticket.id for ticket in known.values()}
