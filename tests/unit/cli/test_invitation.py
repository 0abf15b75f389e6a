"""`callsheet show INCIDENT --invitation`: the hour that was proposed, another once it is over, none at the end."""

from __future__ import annotations

from icalendar import Calendar

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION
from tests.unit.cli.conftest import Run

# Grace Okafor, in New York, has a part in it; half of the world could not meet her.
POLICY = "[theatre]\ndirectors = ['lena.weber@larkspur.example']\n"
REVIEW = "Hold the blameless review"


def test_an_hour_that_is_over_is_proposed_anew_until_the_review_was_held(play: StartPlay, run: Run) -> None:
    there = play(policy=POLICY)
    there.settled()
    incident = there.incident(ACTION)
    there.settled()
    first = run("show", incident, "--invitation", at=there)
    assert first.err == ""
    there.wait(days=20)
    there.settled()
    later = run("show", incident, "--invitation", at=there)
    assert "is over; this is another." in later.err
    (event,) = Calendar.from_ical(later.out).walk("VEVENT")
    assert event.start > there.box.now()
    assert event["uid"] == Calendar.from_ical(first.out).walk("VEVENT")[0]["uid"]
    there.in_jira("transition", issue=there.ticket(REVIEW)["key"], to="Done")
    there.settled()
    held = run("show", incident, "--invitation", at=there)
    assert (held.code, held.out) == (1, "")
    assert "was held; there is nobody to invite any more" in held.err
    assert run("season", "2026-Q4", "--json", at=there).json["investigations"]["reviewed"] == 1
    assert "draft, though the review was held" in run("show", incident, at=there).out
