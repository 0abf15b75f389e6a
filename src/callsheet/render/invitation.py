"""The review's invitation as a calendar file. What comes from outside is text in it, and only text."""

from datetime import datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from callsheet.document.markdown import clip, fold, safe_url
from callsheet.model.postmortem import Guest, Postmortem
from callsheet.render.screenplay import LONGEST_NAME

PRODUCT = "-//Callsheet//Review//EN"


def invitation(postmortem: Postmortem, stamped_at: datetime) -> str | None:
    """An iCalendar file with one event; None where no hour suits everyone.

    The same post-mortem has the same event for ever, so a later file moves it and makes no second one.
    """
    review, incident = postmortem.review, postmortem.incident
    if review.starts_at is None:
        return None
    event = Event()
    event.add("uid", f"review-{incident.account}-{incident.id}@callsheet")
    event.add("dtstamp", stamped_at)
    event.add("dtstart", review.starts_at)
    event.add("dtend", review.starts_at + timedelta(minutes=review.minutes))
    event.add("summary", f"Post-mortem review: {clip(incident.title, LONGEST_NAME)}")
    if url := safe_url(incident.url):
        event.add("url", url)
    event.add("description", _described(postmortem))
    guests = [guest for guest in review.invited if guest.email and guest.email.isprintable()]
    # A file with guests must say who invites them.
    if director := next((_address(guest) for guest in guests if guest.name == review.director), None):
        event.add("organizer", director, encode=False)
        for guest in guests:
            event.add("attendee", _address(guest), encode=False)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _address(guest: Guest) -> vCalAddress:
    address = vCalAddress(f"mailto:{guest.email}")
    address.params["CN"] = vText(fold(guest.name))
    return address


def _described(postmortem: Postmortem) -> str:
    review = postmortem.review
    lines = ["Nobody is on trial. Each actor reads their own lines and says what they believed then.", ""]
    lines += [f"Director: {fold(review.director or 'to be found')}"]
    lines += [f"Invited: {', '.join(fold(guest.name) for guest in review.invited)}"] if review.invited else []
    lines += [f"{number}. {scene.title} ({scene.minutes} min)" for number, scene in enumerate(review.scenes, start=1)]
    return "\n".join(lines)
