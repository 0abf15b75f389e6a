"""The review session: who directs it, when it is held, who is invited, and what each has to say."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from callsheet.model.person import Person
from callsheet.model.postmortem import Form
from callsheet.plan.review_session import desk_for, director, scenes
from callsheet.plan.review_time import review_time
from callsheet.plan.rules import Calendar, NudgeRules
from callsheet.plan.workdays import Desk
from callsheet.testing.builders import make_person
from tests.unit.plan.test_skeleton import told
from tests.unit.plan.test_stage import ACK, BERLIN, END, NEW_YORK, staged
from tests.unit.render.story import MARCUS, at, incident, note

PEOPLE = tuple(make_person(name) for name in ("Ana A", "Ben B", "Cem C", "Dan D"))


def test_the_director_goes_round_and_passes_over_who_was_there() -> None:
    def chosen(number: int, involved: set[str], directors: tuple[str, ...] = ()) -> str | None:
        return director(incident(number=number), PEOPLE, involved, directors)

    assert [chosen(number, set()) for number in (4, 5, 6, 7, 8)] == ["Ana A", "Ben B", "Cem C", "Dan D", "Ana A"]
    assert chosen(5, {PEOPLE[1].id}) == "Cem C"
    assert chosen(5, set(), ("dan.d@example.com", PEOPLE[0].id)) == "Dan D"
    assert chosen(5, {person.id for person in PEOPLE}) is None


def test_who_left_or_has_no_address_directs_nothing() -> None:
    gone = (replace(PEOPLE[0], active=False), replace(PEOPLE[1], email=None))
    assert director(incident(), gone, set(), ()) is None


def test_a_program_or_the_account_that_we_work_under_directs_only_where_the_policy_says_so() -> None:
    bot = make_person("Callsheet")
    lent = replace(make_person("Jane Doe"), lent=True)
    assert bot.machine
    assert not lent.machine
    assert director(incident(), (bot, lent), set(), ()) is None
    assert director(incident(), (bot, lent), set(), (lent.email or "",)) == "Jane Doe"


def test_the_reading_takes_as_long_as_there_is_to_read() -> None:
    minutes = [sum(scene.minutes for scene in scenes(beats, Form.FULL)) for beats in (4, 40, 400)]
    assert minutes == [48, 58, 68]
    assert sum(scene.minutes for scene in scenes(40, Form.CONCISE)) == 20


def test_each_actor_has_their_lines_and_their_open_questions() -> None:
    story = staged(told(ACK, END, notes=(note(5, MARCUS, "I think it is DNS."), note(6, MARCUS, "p99 is 4 s."))))
    parts = {part.name: (part.lines, part.questions) for part in story.review.parts}
    assert parts["Marcus Hill"] == ((at(5), at(6)), ((at(6), "What did you think was going on?"),))
    assert [when for when, _ in parts["Ana Ferreira"][1]] == [at(3), at(74)]


def desks(*zones: str, hours: NudgeRules | None = None) -> list[Desk]:
    """One person's desk in each zone."""
    people = (Person(id=zone, name=zone, time_zone=zone) for zone in zones)
    return [desk_for(person, Calendar(), hours or NudgeRules()) for person in people]


def test_the_review_is_inside_everyone_s_working_hours() -> None:
    """Berlin and New York share 14:00 to 16:00 UTC on a November day, Berlin and Auckland nothing."""
    friday = date(2026, 11, 6)
    at_two = datetime(2026, 11, 9, 14, 0, tzinfo=UTC)
    assert review_time(friday, 48, desks(BERLIN, NEW_YORK), Calendar()) == at_two
    assert review_time(friday, 121, desks(BERLIN, NEW_YORK), Calendar()) is None
    assert review_time(friday, 48, desks(BERLIN, "Pacific/Auckland"), Calendar()) is None
    team = Calendar(zone=BERLIN, country="DE")
    assert review_time(date(2026, 12, 23), 48, desks(BERLIN), team) == datetime(2026, 12, 24, 8, tzinfo=UTC)
    assert review_time(date(2026, 12, 24), 48, desks(BERLIN), team) == datetime(2026, 12, 28, 8, tzinfo=UTC)


def test_the_hours_are_the_policy_s_and_nobody_is_away_or_on_holiday() -> None:
    friday = date(2026, 11, 6)
    late = NudgeRules(opens=time(10), closes=time(16))
    assert review_time(friday, 48, desks(BERLIN, hours=late), Calendar()) == datetime(2026, 11, 9, 9, tzinfo=UTC)
    away = NudgeRules(away={BERLIN.casefold(): ((date(2026, 11, 9), date(2026, 11, 10)),)})
    assert review_time(friday, 48, desks(BERLIN, hours=away), Calendar()) == datetime(2026, 11, 11, 8, tzinfo=UTC)
    # Veterans Day in New York.
    before = date(2026, 11, 10)
    assert review_time(before, 48, desks(NEW_YORK), Calendar()) == datetime(2026, 11, 12, 14, tzinfo=UTC)


def test_who_has_left_or_was_forgotten_is_not_invited() -> None:
    known = (Person(id="PANA", name="Ana Ferreira", email="ana@x.example", time_zone=BERLIN),)
    gone = replace(known[0], active=False)
    lost = (Person(id="PMARCUS", name="Marcus Hill", email="m@x.example"),)
    notes = (note(5, MARCUS, "Hm."),)
    made = staged(told(ACK, END, notes=notes, people=(*known, *lost)), people=(*PEOPLE, gone)).review
    assert [guest.name for guest in made.invited] == ["Marcus Hill", made.director]
    assert [part.name for part in made.parts] == ["Ana Ferreira", "Marcus Hill"]
    forgotten = (replace(known[0], id="forgotten-12ab"),)
    made = staged(told(ACK, END, notes=notes, people=(*forgotten, *lost)), people=PEOPLE).review
    assert [guest.name for guest in made.invited] == ["Marcus Hill", made.director]


def test_who_takes_part_is_invited_with_the_director() -> None:
    """An unknown zone is said, not guessed in silence."""
    known = (Person(id="PANA", name="Ana Ferreira", email="ana@x.example", time_zone=BERLIN),)
    made = staged(told(ACK, END, notes=(note(5, MARCUS, "Hm."),), people=known), people=PEOPLE, zone=BERLIN).review
    assert [guest.name for guest in made.invited] == ["Ana Ferreira", "Marcus Hill", made.director]
    assert made.invited[0].email == "ana@x.example"
    assert made.time_unsure == ("Marcus Hill", made.director)
    assert made.starts_at == datetime(2026, 11, 4, 8, 0, tzinfo=UTC)
    assert staged(told()).review.starts_at is None
