"""The invitation is a calendar file that calendars read, at the same event every time."""

from dataclasses import replace
from datetime import UTC, date, datetime

from icalendar import Calendar

from callsheet.model.person import Person
from callsheet.model.postmortem import Postmortem
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
