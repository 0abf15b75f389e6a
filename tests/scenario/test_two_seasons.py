"""Two seasons as people live them: a sandbox over HTTP, mails through a real mail server, the team on a web hook.

Three zones, both clock changes, a leap day, holidays, days away, somebody who leaves, and an account with a past. What
is promised is checked on what arrived, by the words in it.
"""

from __future__ import annotations

import json
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from callsheet.plan.due import is_business_day
from callsheet.plan.rules import Calendar
from callsheet.run.cycle import run_cycle
from tests.conftest import MakeSandbox
from tests.loopback import answering
from tests.scenario.daemon import A_MOMENT, Play

START = datetime(2027, 9, 30, 14, tzinfo=UTC)
END = datetime(2028, 4, 7, 20, tzinfo=UTC)
LEAVES_ON = date(2027, 12, 6)
AWAY = (date(2027, 11, 8), date(2027, 11, 19))
BERLIN, KOLKATA, NEW_YORK = "Ana Ferreira", "Rahul Mehta", "Ana Kowalski"
OWNERS = (BERLIN, KOLKATA, NEW_YORK)
BOSS, LEAVER, LEADER = "Grace Okafor", "Sofie Lindqvist", "Lena Weber"
PEOPLE = {
    BERLIN: Calendar(zone="Europe/Berlin", country="DE"),
    KOLKATA: Calendar(zone="Asia/Kolkata", country="IN"),
    NEW_YORK: Calendar(zone="America/New_York", country="US"),
    BOSS: Calendar(zone="America/New_York", country="US"),
    LEAVER: Calendar(zone="Europe/Berlin", country="DE"),
    LEADER: Calendar(zone="Europe/Berlin", country="DE"),
}
# It takes longer than other tests may.
pytestmark = pytest.mark.timeout(900)
# When the daemon is seen: a morning in each of the zones, which is night or evening in another one.
HOURS = (time(3, 40), time(8, 10), time(14, 10))
LINE = re.compile(r"(OPS-\d+) (.+?) \(http\S+/browse/OPS-\d+\) \(P\d, from #\d+ [^)]+\) (.+)")


def handle(name: str) -> str:
    return name.lower().replace(" ", ".")


def mail(name: str) -> str:
    return f"{handle(name)}@larkspur.example"


POLICY = f"""
standing = []
[default_route]
fallback_owner = "{mail(BOSS)}"
[nudge]
leaders = ["{mail(LEADER)}"]
[nudge.escalate]
team_after = 6
[nudge.away]
"{mail(NEW_YORK)}" = ["{AWAY[0]}..{AWAY[1]}"]
"""


@dataclass(frozen=True)
class Letter:
    """What somebody (`team` is the channel) read, and when."""

    who: str
    at: datetime
    subject: str
    text: str

    @property
    def there(self) -> datetime:
        """When, where they are."""
        return self.at.astimezone(ZoneInfo(PEOPLE[self.who].zone))

    def lines(self) -> Iterator[tuple[str, str, str, str]]:
        """Of each item: the heading that it stands under, its ticket, its title, and what is said of it."""
        heading = ""
        for line in self.text.splitlines():
            found = LINE.search(line)
            if found:
                yield heading, found[1], found[2], found[3]
            elif line.strip() and not line.startswith("-"):
                heading = line.strip().strip("*")


@dataclass
class Journey:
    """What arrived, in order; when each promise was closed; and what stands in Jira at the end."""

    now: Callable[[], datetime]
    letters: list[Letter] = field(default_factory=list)
    closed: dict[str, datetime] = field(default_factory=dict)
    due: dict[str, date] = field(default_factory=dict)
    tickets: str = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        assert {part.get_content_type() for part in found.iter_parts()} == {"text/plain", "text/html"}
        body = found.get_body(("plain",))
        assert body
        (address,) = envelope.rcpt_tos
        name = next(name for name in PEOPLE if mail(name) == address)
        self.letters.append(Letter(name, self.now(), str(found["subject"]), body.get_content()))
        return "250 taken"

    def digests(self) -> list[Letter]:
        """Those that remind somebody of something."""
        return [each for each in self.letters if each.who != "team" and not each.subject.startswith("Season ")]

    def to_team(self) -> list[Letter]:
        return [each for each in self.letters if each.who == "team"]


@contextmanager
def channels(journey: Journey) -> Iterator[dict[str, str]]:
    """A mail server and a web hook, and the variables that lead there."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            words = re.sub(r"\[(OPS-\d+ [^\]]*)\]\((\S+)\)", r"\1 (\2)", said["message"])
            journey.letters.append(Letter("team", journey.now(), said["title"], words))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    post = Controller(journey, hostname="127.0.0.1", port=port)
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Hook)) as server:
        post.start()
        try:
            yield {
                "CALLSHEET_NOTIFIERS": "apprise",
                "APPRISE_PERSON_URL": f"mailto://127.0.0.1:{port}?from=callsheet@larkspur.example&to={{email}}",
                "APPRISE_TEAM_URL": f"json://127.0.0.1:{server.server_port}/team",
                "CALLSHEET_LOG_LEVEL": "warning",
            }
        finally:
            post.stop()


@pytest.fixture(scope="module")
def journey(make_sandbox: MakeSandbox, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """The whole journey, made once: each week every owner promises something, and only some of it is kept."""
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("NO_PROXY", "127.0.0.1")
        box = stack.enter_context(make_sandbox(seed=7, incidents=0, now=START - timedelta(days=3), at_scale=True))
        box.fault("limit", side="pagerduty", per_minute=10_000_000)
        found = Journey(box.now)
        env = stack.enter_context(channels(found))
        folder = Path(tmp_path_factory.mktemp("seasons"))
        lived(found, Play(box, folder, env=env, policy=POLICY, flavour="cloud"))
    return found


def lived(journey: Journey, p: Play) -> None:
    """From a day before the first season to a week after the second."""
    # The past: promises in notes that nobody filed, and a ticket that people made.
    p.incident(*(f"ACTION: Old promise @{handle(name)} due 2027-09-20" for name in OWNERS))
    p.in_jira("create", summary="Old ticket", assignee=mail(BERLIN), due="2027-09-20")
    with p.app() as app:
        week = 0
        for at in moments():
            p.box.advance(max(at - p.box.now(), timedelta(0)))
            if at.time() == HOURS[0] and at.weekday() == 0 and START < at < END - timedelta(days=21):
                week += 1
                promise(journey, p, week)
            if at.time() == HOURS[0] and at.weekday() == 3:
                keep_some(journey, p)
            if at.time() == HOURS[0] and at.date() == LEAVES_ON:
                p.in_jira("deactivate", to=LEAVER)
            report = run_cycle(app)
            assert (report.exit_code, report.failed, report.quarantined, report.unknown) == (0, [], [], 0)
    journey.tickets = json.dumps(p.box.state()["jira"]["issues"])


def moments() -> Iterator[datetime]:
    """Three times on each working day, and once on a free one."""
    day = START.date()
    while day <= END.date():
        hours = HOURS if day.weekday() < 5 else HOURS[1:2]
        yield from (at for hour in hours if START <= (at := datetime.combine(day, hour, UTC)) <= END)
        day += timedelta(days=1)


def promise(journey: Journey, p: Play, week: int) -> None:
    """An incident that ends at once, with a promise of each owner; dates fall on any day of the week."""
    due_on = p.box.now().date() + timedelta(days=5 + week % 9)
    words = [f"ACTION: Promise {week} of {name} @{handle(name)} due {due_on}" for name in OWNERS]
    journey.due |= {f"Promise {week} of {name}": due_on for name in OWNERS}
    if week <= 3:
        words.append(f"ACTION: Promise {week} of {LEAVER} @{handle(LEAVER)} due 2028-02-{14 + week}")
    p.incident(*words)


def keep_some(journey: Journey, p: Play) -> None:
    """A third of what is open is done."""
    for ticket in p.tickets():
        number, title = int(ticket["key"].partition("-")[2]), ticket["fields"]["summary"]
        if number % 3 == p.box.now().day % 3 and LEAVER not in title and title not in journey.closed:
            p.box.jira_act("transition", issue=ticket["key"], to="Done")
            journey.closed[title] = p.box.now()
    p.box.advance(A_MOMENT)


def works(who: str, day: date) -> bool:
    away = who == NEW_YORK and AWAY[0] <= day <= AWAY[1]
    return is_business_day(day, PEOPLE[who]) and not away


def test_the_journey_has_enough_to_tell(journey: Journey) -> None:
    assert len(journey.due) > 60
    assert len(journey.digests()) > 150
    assert {letter.who for letter in journey.letters} == {*PEOPLE, "team"}
    assert any(letter.there.date() == date(2028, 2, 29) for letter in journey.digests())


def test_nobody_gets_two_digests_on_a_local_day(journey: Journey) -> None:
    days = Counter((letter.who, letter.there.date()) for letter in journey.digests())
    assert {day: count for day, count in days.items() if count > 1} == {}


def test_nobody_gets_one_at_night_on_a_free_day_or_while_they_are_away(journey: Journey) -> None:
    for letter in journey.digests():
        assert time(9) <= letter.there.time() < time(17), letter
        assert works(letter.who, letter.there.date()), letter
    read_on = {(letter.who, letter.there.date()) for letter in journey.digests()}
    thanksgiving, republic_day = (NEW_YORK, date(2027, 11, 25)), (KOLKATA, date(2028, 1, 26))
    assert read_on & {thanksgiving, republic_day} == set()


def test_every_overdue_item_is_spoken_of_within_one_working_day_of_its_owner(journey: Journey) -> None:
    told: dict[str, date] = {}
    for letter in journey.digests():
        for _, _, title, said in letter.lines():
            if title.endswith(f" of {letter.who}") and "was due on" in said:
                told.setdefault(title, letter.there.date())
    looked = 0
    for title, due_on in journey.due.items():
        owner, day = title.partition(" of ")[2], due_on + timedelta(days=1)
        while not works(owner, day):
            day += timedelta(days=1)
        closed = journey.closed.get(title)
        if day >= END.date() - timedelta(days=1) or (
            closed and closed.astimezone(ZoneInfo(PEOPLE[owner].zone)).date() <= day
        ):
            continue
        looked += 1
        assert told.get(title, date.max) <= day, (title, due_on)
    assert looked > 20


def test_each_escalation_fires_once(journey: Journey) -> None:
    stuck = Counter(
        (letter.who, ticket)
        for letter in journey.letters
        for heading, ticket, _, _ in letter.lines()
        if heading == "Stuck with others"
    )
    assert {who for who, _ in stuck} == {BOSS, "team"}
    assert {what: count for what, count in stuck.items() if count > 1} == {}


def test_a_new_incident_on_the_service_of_an_overdue_item_is_told_once_to_each(journey: Journey) -> None:
    hit = Counter(
        (letter.who, ticket, found[0])
        for letter in journey.letters
        for heading, ticket, _, said in letter.lines()
        if heading == "Hit by a new incident" and (found := re.search(r"#\d+", said))
    )
    assert hit
    assert {what: count for what, count in hit.items() if count > 1} == {}


def test_who_leaves_hands_over_with_one_message(journey: Journey) -> None:
    handed = [
        (letter.who, letter.there.date(), title)
        for letter in journey.digests()
        for heading, _, title, _ in letter.lines()
        if heading == "Came to you"
    ]
    assert sorted(title for _, _, title in handed) == [f"Promise {week} of {LEAVER}" for week in (1, 2, 3)]
    assert {who for who, _, _ in handed} == {BOSS}
    assert len({day for _, day, _ in handed}) == 1
    assert handed[0][1] - LEAVES_ON <= timedelta(days=2)


def test_the_team_hears_each_week_and_the_leader_each_month(journey: Journey) -> None:
    weeks = [
        letter.at.date().isocalendar()[:2] for letter in journey.to_team() if letter.subject.startswith("Promises")
    ]
    assert len(weeks) == len(set(weeks)) > 24
    months = [letter.there.strftime("%Y-%m") for letter in journey.letters if letter.who == LEADER]
    assert months == ["2027-11", "2027-12", "2028-01", "2028-02", "2028-03", "2028-04"]


def test_nobody_hears_of_what_was_there_before(journey: Journey) -> None:
    assert "Old ticket" in journey.tickets
    assert [letter for letter in journey.letters if "Old promise" in letter.text or "Old ticket" in letter.text] == []
    assert "Old promise" not in journey.tickets
