"""Two whole seasons: a team across three zones, both clock changes, a leap day, holidays, days away, and a leaver.

The daemon is the real one, on the in-memory twins and an injected clock; what it promises is checked on what arrived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from callsheet.model.action_item import ActionItem
from callsheet.model.nudge import NudgeLine, Rung
from callsheet.model.ticket import Category
from callsheet.plan.due import is_business_day
from callsheet.plan.rules import Calendar, NudgeRules, Route, Rules
from callsheet.run.cycle import run_cycle
from callsheet.testing.builders import make_account, make_person
from callsheet.testing.clock import FakeClock
from callsheet.testing.twins import MemoryNotifier
from tests.unit.run.world import World

# 2027-Q4 and 2028-Q1 from their first day to their last, and a week: through the autumn's clock change, Christmas,
# New Year, the leap day of 2028 and the spring's clock change.
START = datetime(2027, 9, 30, 6, 0, tzinfo=UTC)
END = datetime(2028, 4, 7, 6, 0, tzinfo=UTC)
LEAVES_ON = date(2027, 12, 6)
AWAY = (date(2027, 11, 8), date(2027, 11, 19))
PEOPLE = {
    "Ana Ferreira": Calendar(zone="Europe/Berlin", country="DE"),
    "Marcus Hill": Calendar(zone="America/New_York", country="US"),
    "Rahul Mehta": Calendar(zone="Asia/Kolkata", country="IN"),
    "Grace Okafor": Calendar(zone="Europe/London", country="GB"),
    "Sofie Lindqvist": Calendar(zone="Europe/Stockholm", country="SE"),
}
LEAVER = "Sofie Lindqvist"
OWNERS = ("Ana Ferreira", "Marcus Hill", "Rahul Mehta")


def handle(name: str) -> str:
    return ".".join(name.lower().split())


def mail(name: str) -> str:
    return f"{handle(name)}@example.com"


RULES = Rules(
    standing=(),
    default_route=Route(fallback_owner=mail("Grace Okafor")),
    nudge=NudgeRules(away={mail("Marcus Hill"): (AWAY,)}, team_after=6),
)


@dataclass(frozen=True)
class Heard:
    """One line that somebody read, and when."""

    who: str
    at: datetime
    on: date
    line: NudgeLine


@dataclass
class Journey:
    """What arrived, in order, and the promises as they ended."""

    heard: list[Heard] = field(default_factory=list)
    digests: Counter[tuple[str, date]] = field(default_factory=Counter)
    items: tuple[ActionItem, ...] = ()
    seen: int = 0

    def read(self, world: World) -> None:
        """What came since the last look."""
        for message in world.notifier.inbox[self.seen :]:
            digest = message.digest
            self.digests[digest.to.id, digest.local_on] += 1
            self.heard += [Heard(digest.to.id, world.clock.now(), digest.local_on, line) for line in digest.lines]
        self.seen = len(world.notifier.inbox)


def moments() -> Iterator[datetime]:
    """When the daemon is seen: every four hours, and each hour around the changes of the clocks."""
    changes = [datetime(2027, 10, 31, tzinfo=UTC), datetime(2027, 11, 7, tzinfo=UTC)]
    changes += [datetime(2028, 3, 12, tzinfo=UTC), datetime(2028, 3, 26, tzinfo=UTC)]
    at = START + timedelta(hours=1)
    while at < END:
        yield at
        close = any(abs(at - change) < timedelta(hours=30) for change in changes)
        at += timedelta(hours=1 if close else 4)


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """The whole journey, made once: each week every owner promises something, and only some of it is kept."""
    folder = tmp_path_factory.mktemp("journey")
    world = World(folder, rules=RULES, clock=FakeClock(START), notifier=MemoryNotifier(team=True), has_team=True)
    world.source.people = tuple(make_person(name, time_zone=calendar.zone) for name, calendar in PEOPLE.items())
    world.tracker.accounts |= {account.id: account for account in map(make_account, PEOPLE)}
    found = Journey()
    with world.store() as store:
        # No documents: they are not what this is about, and would be most of the work.
        app = world.assembled(store, publishers={})
        app = replace(app, house=replace(app.house, publishers=()))
        run_cycle(app)
        weeks = iter(range(1, 1000))
        for at in moments():
            world.clock.advance(max(at - world.clock.now(), timedelta(0)))
            if at.weekday() == 0 and at.hour < 4 and at < END - timedelta(days=30):
                promise(world, next(weeks))
            if at.weekday() == 3 and at.hour < 4:
                keep_some(world)
            if at.date() == LEAVES_ON and at.hour < 4:
                leave(world)
            report = run_cycle(app)
            assert (report.failed, report.quarantined, report.unknown) == ([], [], 0)
            found.read(world)
        found.items = store.items(every=True)
    return found


def promise(world: World, week: int) -> None:
    """An incident that ends now, with one promise for each owner; dates fall on any day of the week."""
    due_on = world.clock.now().date() + timedelta(days=5 + week % 9)
    text = "\n".join(f"ACTION: Promise {week} of {n} @{handle(n)} due {due_on.isoformat()}" for n in OWNERS)
    if week <= 3:
        text += f"\nACTION: Promise {week} of {LEAVER} @{handle(LEAVER)} due 2028-02-{14 + week}"
    world.story(text, id=f"Q{week:013d}", number=1000 + week)


def leave(world: World) -> None:
    """One account is deactivated."""
    gone = replace(make_account(LEAVER), active=False)
    world.tracker.accounts[gone.id] = gone
    for ticket in world.tracker.tickets:
        if ticket.owner and ticket.owner.id == gone.id:
            world.tracker.edit(ticket.id, owner=gone)


def keep_some(world: World) -> None:
    """A third of what is open is done."""
    for ticket in world.tracker.tickets:
        chosen = int(ticket.id) % 3 == world.clock.now().day % 3 and LEAVER not in ticket.title
        if chosen and ticket.category is not Category.DONE:
            world.tracker.move_to(ticket.id, Category.DONE)


def works(who: str, day: date) -> bool:
    """Whether that is a working day of theirs, reckoned without the code under test but for the public holidays."""
    name = next(name for name in PEOPLE if mail(name) == who)
    away = name == "Marcus Hill" and AWAY[0] <= day <= AWAY[1]
    return is_business_day(day, PEOPLE[name]) and not away


def local(who: str, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(next(zone.zone for name, zone in PEOPLE.items() if mail(name) == who)))


def test_the_journey_has_enough_to_tell(journey: Journey) -> None:
    assert len(journey.items) > 60
    assert len(journey.digests) > 100
    # Nobody deletes a ticket on the way.
    assert {heard.line.rung for heard in journey.heard} == set(Rung) - {Rung.GONE}
    assert {heard.who for heard in journey.heard} >= {mail(name) for name in PEOPLE}
    assert any(heard.on == date(2028, 2, 29) for heard in journey.heard)


def test_nobody_gets_two_digests_on_a_local_day(journey: Journey) -> None:
    assert {day: count for day, count in journey.digests.items() if count > 1} == {}


def test_nobody_gets_one_at_night_on_a_free_day_or_while_they_are_away(journey: Journey) -> None:
    for heard in journey.heard:
        if heard.who.startswith("team:"):
            continue
        there = local(heard.who, heard.at)
        assert time(9) <= there.time() < time(17), heard
        assert there.date() == heard.on
        assert works(heard.who, heard.on), heard


def test_every_overdue_item_is_spoken_of_within_one_working_day_of_its_owner(journey: Journey) -> None:
    looked = 0
    for item in journey.items:
        assert item.owner is not None
        assert item.owner.email is not None
        assert item.terms.due_on is not None
        day = item.terms.due_on + timedelta(days=1)
        while not works(item.owner.email, day):
            day += timedelta(days=1)
        over = local(item.owner.email, item.closed_at).date() if item.closed_at else date.max
        if over <= day or day >= END.date() - timedelta(days=1):
            continue
        looked += 1
        heard = [
            h.on for h in journey.heard if h.line.item_key == item.key and h.line.owner is None and h.line.days_late
        ]
        assert min(heard, default=date.max) <= day, (item.spoken.title, item.terms.due_on)
    assert looked > 20


def test_each_escalation_fires_once(journey: Journey) -> None:
    fired = Counter((heard.line.item_key, heard.line.step) for heard in journey.heard if heard.line.step)
    assert {step.partition(":")[0] for _, step in fired if step} == {"fallback", "team", "incident"}
    assert {what: count for what, count in fired.items() if count > 1} == {}


def test_who_leaves_hands_over_with_one_message(journey: Journey) -> None:
    handed = [heard for heard in journey.heard if heard.line.rung is Rung.HANDED]
    assert sorted(heard.line.title for heard in handed) == [f"Promise {week} of {LEAVER}" for week in (1, 2, 3)]
    assert {(heard.who, heard.on) for heard in handed} == {(mail("Grace Okafor"), LEAVES_ON)}
    assert [h for h in journey.heard if h.who == mail(LEAVER) and h.on > LEAVES_ON] == []


def test_nobody_hears_of_what_is_done(journey: Journey) -> None:
    closed = {item.key: item.closed_at for item in journey.items if item.closed_at}
    # The daemon hears of it at its next look, four hours later at most.
    late = [
        h for h in journey.heard if h.line.item_key in closed and h.at > closed[h.line.item_key] + timedelta(hours=5)
    ]
    assert late == []
