"""Copies beside a document."""

from icalendar import Calendar

from callsheet.render.copies import copies, document_page
from tests.unit.render.story import postmortem


def test_a_page_needs_nothing_else_and_nothing_in_it_runs() -> None:
    text = (
        "---\nincident: Q1\n---\n# Slow <script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=y>\n"
    )
    made = document_page("</title><script>alert(2)</script>", text, None)
    assert made.startswith("<!doctype html>")
    assert "<script" not in made
    assert "<img" not in made
    assert 'href="javascript' not in made
    assert "&lt;script&gt;alert(1)" in made
    assert "incident: Q1" not in made


def test_only_the_wanted_forms_are_made() -> None:
    told = postmortem()
    assert copies((), told, "# One\n", None) == {}
    assert set(copies(("html",), told, "# One\n", None)) == {".html"}
    made = copies(("html", "ics"), told, "# One\n", None)
    assert "<h1>One</h1>" in made[".html"]
    # Without an hour that suits everyone there is nothing to invite to.
    assert (".ics" in made) == (told.review.starts_at is not None)
    assert made == copies(("html", "ics"), told, "# One\n", None)
    if ".ics" in made:
        assert [event["DTSTART"].dt for event in Calendar.from_ical(made[".ics"]).walk("VEVENT")] == [
            told.review.starts_at
        ]
