"""A whole digest through a real mail server: what arrives is one mail, HTML and text, that says where and how."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from callsheet.connect.errors import Rejected, Transient
from callsheet.model.nudge import Digest, NudgeLine, Recipient, Rung
from callsheet.model.text import Bar, Bars, paragraph
from callsheet.plan.digest import digest_body, subject

from .conftest import House

TODAY = date(2026, 11, 24)
EVIL = 'Escape <img src=x onerror="1"> & \r\nBcc: eve@example.com @everyone'


class Post:
    """What aiosmtpd calls; `refused` addresses are turned away, and mails to `unwanted` ones after their last line."""

    def __init__(self) -> None:
        self.came: list[Envelope] = []
        self.refused: set[str] = set()
        self.unwanted: set[str] = set()

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 nobody by that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - same
        if self.unwanted & {*envelope.rcpt_tos}:
            return "554 unwanted"
        self.came.append(envelope)
        return "250 taken"


def read(box: Post) -> EmailMessage:
    """The one mail that came, as a mail program reads it."""
    (envelope,) = box.came
    assert isinstance(envelope.content, bytes)
    found = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


@pytest.fixture
def post() -> Iterator[tuple[Post, str]]:
    """A mail server, and the template that leads to it."""
    box = Post()
    # The server knocks at its own port when it starts, so it must be told a free one.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"mailto://127.0.0.1:{port}?from=callsheet@example.com&to={{email}}&mode=insecure"
    controller.stop()


class Seen(HTMLParser):
    """What a reader of the HTML part sees, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self._hidden = 0
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given: dict[str, Any] = dict(attrs)
        self._hidden += tag == "span" and "display:none" in given.get("style", "")
        self.links += [given["href"]] if tag == "a" else []

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag == "span" and self._hidden > 0

    def handle_data(self, data: str) -> None:
        self.words += "" if self._hidden else data


def line(number: int, rung: Rung, **more: Any) -> NudgeLine:
    given: dict[str, Any] = {
        "item_key": f"ai-{number}",
        "title": f"Promise {number}",
        "due_on": date(2026, 11, 20),
        "days_late": 4 if rung in {Rung.OVERDUE, Rung.STRUCK, Rung.ESCALATED} else 0,
        "rung": rung,
        "priority": "P1",
        "ticket_id": f"1000{number}",
        "ticket_key": f"OPS-{number}",
        "url": f"https://acme.tracker.example/browse/OPS-{number}",
        **more,
    }
    return NudgeLine(**given)


DIGEST = Digest(
    to=Recipient(id="ada@example.com", name="Ada Lovelace", email="ada@example.com"),
    local_on=TODAY,
    lines=(
        line(1, Rung.STRUCK, about="#1042 Checkout API is down"),
        line(2, Rung.OVERDUE, title=EVIL),
        line(3, Rung.DUE_TODAY, due_on=TODAY),
        line(4, Rung.DUE_SOON, due_on=date(2026, 11, 27)),
        line(5, Rung.NEW, due_on=date(2027, 1, 8), fresh=True),
        line(6, Rung.ESCALATED, owner="Ben Okoro", step="fallback"),
    ),
)


def parts(mail: EmailMessage) -> tuple[str, str]:
    """The text and the HTML of a mail."""
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def test_a_digest_is_one_mail_whose_two_parts_say_the_same_with_links(house: House, post: tuple[Post, str]) -> None:
    box, url = post
    house.notifier(url).send(DIGEST, subject(DIGEST), digest_body(DIGEST))
    mail = read(box)
    assert box.came[0].rcpt_tos == ["ada@example.com"]
    assert mail["Subject"] == (
        "Action items: 1 hit by a new incident, 1 overdue, 1 due today, 1 due soon, 1 new, 1 stuck with others"
    )
    assert mail["Bcc"] is None
    text, html = parts(mail)
    links = [f"https://acme.tracker.example/browse/OPS-{number}" for number in range(1, 7)]
    assert re.findall(r"https://\S+?(?=[)\s])", text) == links
    assert Seen(html).links == links
    for words in (
        "Hello Ada, these promises from post-mortems are waiting for you:",
        "was due on Friday 20 November, 4 days ago",
        "is due today",
        "is due on Friday 27 November",
        "is due on Friday 8 January 2027",
        "#1042 Checkout API is down hit its service.",
        "It is with Ben Okoro.",
        "callsheet: snooze 2w because …",
    ):
        assert words in text
        assert words in Seen(html).words


def test_what_comes_from_outside_is_words_in_both_parts(house: House, post: tuple[Post, str]) -> None:
    box, url = post
    house.notifier(url).send(DIGEST, f"Due {EVIL}", digest_body(DIGEST))
    text, html = parts(read(box))
    assert "img" not in Seen(html).tags
    assert 'Escape <img src=x onerror="1"> &' in Seen(html).words
    assert 'Escape <img src=x onerror="1"> &' in text
    assert read(box)["Bcc"] is None
    assert "\n" not in read(box)["Subject"]


def test_a_chart_is_cells_in_html_and_words_in_text(house: House, post: tuple[Post, str]) -> None:
    box, url = post
    rows = (Bar(label="Platform", count=3, of=5, words="3 of 5 kept"), Bar(label="Idle <b>", count=0, of=5, words="-"))
    house.notifier(url).send(DIGEST, "Season", (paragraph("How it went:"), Bars(rows=rows)))
    text, html = parts(read(box))
    assert 'width="60%"' in html  # 3 of 5
    assert "b" not in Seen(html).tags
    assert "Platform: 3 of 5 kept" in text.splitlines()


@pytest.mark.parametrize("stage", ["recipient", "message"])
def test_what_the_mail_server_refuses_is_a_clear_no(house: House, post: tuple[Post, str], stage: str) -> None:
    box, url = post
    (box.refused if stage == "recipient" else box.unwanted).add("ada@example.com")
    with pytest.raises(Rejected, match=r"answered with SMTP status 55\d$") as caught:
        house.notifier(url).send(DIGEST, "Due", digest_body(DIGEST))
    assert "ada@example.com" not in str(caught.value)
    assert box.came == []


def test_one_refused_address_of_two_is_not_known_to_have_failed(house: House, post: tuple[Post, str]) -> None:
    box, url = post
    box.refused.add("gone@example.com")
    with pytest.raises(Transient) as caught:
        house.notifier(url.replace("{email}", "{email},gone@example.com")).send(DIGEST, "Due", digest_body(DIGEST))
    assert caught.value.outcome_unknown
