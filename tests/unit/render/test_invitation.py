"""The invitation is a calendar file that calendars read, at the same event every time."""

from dataclasses import replace
from datetime import UTC, date, datetime

from icalendar import Calendar

from callsheet.model.person import Person
from callsheet.model.postmortem import Guest, Postmortem
from callsheet.plan.skeleton import Staging
from callsheet.render.invitation import invitation
from callsheet.testing.builders import make_person
from tests.unit.render.story import dossier, incident, postmortem

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
PEOPLE = (
    Person(id="PANA", name="Ana Ferreira", email="ana@x.example", time_zone="Europe/Berlin"),
    Person(id="PMARCUS", name="Marcus Hill", email="marcus@x.example", time_zone="America/New_York"),
)


def invited(title: str = "Checkout is slow") -> Postmortem:
    told = dossier(people=PEOPLE, incident=incident(title=title))
    return postmortem(told, staging=Staging(people=(make_person("Dan Director"),)))


def test_a_calendar_reads_it() -> None:
    file = invitation(invited(), NOW) or ""
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2026, 11, 4, 14, 0, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 11, 4, 14, 48, tzinfo=UTC)
    assert event["summary"] == "Post-mortem review: Checkout is slow"
    assert "Director: Dan Director" in event["description"]
    addresses = [str(each) for each in event["attendee"]]
    assert addresses == ["mailto:ana@x.example", "mailto:marcus@x.example", "mailto:dan.director@example.com"]


def test_it_is_a_file_to_import_whose_guests_are_invited_by_the_director() -> None:
    """RFC 5546 allows no guests in what is published, RFC 5545 none without who invites them."""
    calendar = Calendar.from_ical(invitation(invited(), NOW) or "")
    (event,) = calendar.walk("VEVENT")
    assert "method" not in calendar
    assert (event["organizer"], event["organizer"].params["CN"]) == ("mailto:dan.director@example.com", "Dan Director")
    assert event.decoded("dtstamp") == NOW


def test_without_a_director_who_can_be_reached_the_guests_stand_in_its_words() -> None:
    story = invited()
    for review in (replace(story.review, director=None), replace(story.review, director="Nobody Known")):
        file = invitation(replace(story, review=review), NOW) or ""
        (event,) = Calendar.from_ical(file).walk("VEVENT")
        assert not {"attendee", "organizer"} & {name.lower() for name in event}
        assert "Invited: Ana Ferreira, Marcus Hill, Grace Okafor, Dan Director" in event["description"]


def test_people_and_addresses_add_no_line_of_their_own() -> None:
    story = invited()
    bad = (
        Guest(name='Ana "Q"; Ferreira\r\nX-EVIL:1', email="ana@x.example"),
        Guest(name="Broken", email="a@x.example\r\nX-EVIL:1"),
    )
    review = replace(story.review, director=bad[0].name, invited=bad)
    head = replace(story.incident, url="https://x.example/\r\nX-EVIL:1")
    file = invitation(replace(story, incident=head, review=review), NOW) or ""
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert "X-EVIL" not in event
    assert event["attendee"] == event["organizer"] == "mailto:ana@x.example"
    assert max(len(line) for line in file.encode().split(b"\r\n")) <= 75


def test_the_same_incident_has_the_same_event() -> None:
    def identity(story: Postmortem) -> str:
        return str(Calendar.from_ical(invitation(story, NOW) or "").walk("VEVENT")[0]["uid"])

    assert identity(invited()) == identity(replace(invited("Renamed"), opened_on=date(2026, 12, 1)))


def test_a_title_adds_no_line_of_its_own() -> None:
    """Not with line ends, semicolons or a whole event in it."""
    bad = "x\r\nATTENDEE:mailto:evil@x.example\r\nEND:VEVENT;\\,"
    file = invitation(invited(bad), NOW) or ""
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert "evil@x.example" not in [str(each) for each in event["attendee"]]
    assert event["summary"] == "Post-mortem review: x ATTENDEE:mailto:evil@x.example END:VEVENT;\\,"


def test_nobody_is_invited_where_no_hour_suits_all() -> None:
    apart = (PEOPLE[0], replace(PEOPLE[1], time_zone="Pacific/Auckland"))
    assert invitation(postmortem(dossier(people=apart)), NOW) is None
