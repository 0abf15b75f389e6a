"""Words of others that want to be more than words: inert in every place to which they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_string
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.conftest import StartPlay
from tests.connectors.apprise.conftest import Mailbox, mailbox
from tests.scenario.daemon import Play
from tests.scenario.test_faults import until_quiet

__all__ = ["mailbox"]

# One line that tries everything at once. It must come out as these words.
SCRIPT = "<script>alert(1)</script>"
EVIL = (
    f"{SCRIPT} <img src=x onerror=alert(2)> [click](javascript:alert(3)) ![x](http://evil.example/x.png) `rm` **b** "
    "| cell | {code}x{code} [~admin] !evil.png! h1. <!channel> <@U012AB3CD> @everyone &amp; ../../etc/passwd "
    "=cmd|' /C calc'!A0 \x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b31m \u202egnp.exe"
)
LINES = "ops\r\nBcc: evil@evil.example\r\nContent-Type: text/html\r\n\r\n<b>owned</b>"
ACTION = f"ACTION: {EVIL} @ana.ferreira due 2026-11-20 P1"
ESCAPES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def begin(play: StartPlay, **options: Any) -> tuple[Play, str]:
    p = play(policy="standing = []\n", **options)
    p.settled()
    incident = p.incident(ACTION, f"I thought: {EVIL}", title=f"{EVIL} {LINES}")
    until_quiet(p)
    return p, incident


def text_of(node: Any) -> str:
    """All words of an ADF document."""
    if isinstance(node, list):
        return " ".join(map(text_of, node))
    if not isinstance(node, dict):
        return ""
    return str(node.get("text", "")) + text_of(node.get("content"))


def kinds(node: Any) -> Iterator[str]:
    """All node and mark types of an ADF document, and the targets of its links."""
    if isinstance(node, list):
        for each in node:
            yield from kinds(each)
    elif isinstance(node, dict):
        yield str(node.get("type"))
        yield from kinds(node.get("content"))
        for mark in node.get("marks") or []:
            yield str(mark.get("type"))
            yield str((mark.get("attrs") or {}).get("href", ""))


class Page(HTMLParser):
    """What a browser would make of HTML: its tags and attributes, its links with their words, and all words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.links: list[list[str]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append([dict(attrs).get("href") or "", ""])

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.links:
            self.links[-1][1] = self.links[-1][1] or data

    def innocent(self) -> None:
        """No active tag, no handler, and no link but ours and those that show where they lead."""
        assert not {tag for tag, _ in self.tags} & {"script", "img", "iframe", "svg", "style", "object", "b"}
        assert not [name for _, attributes in self.tags for name in attributes if name.startswith("on")]
        elsewhere = [link for link in self.links if not link[0].startswith(("http://127.0.0.1", "#"))]
        assert all(target == words and target.startswith("http") for target, words in elsewhere), elsewhere


def shown(markdown: str) -> Page:
    """A document as a renderer of the kind that lets HTML through shows it."""
    page = Page()
    page.feed(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown))
    page.close()
    return page


def test_the_document_renders_to_html_without_anything_active(play: StartPlay) -> None:
    p, incident = begin(play)
    text = p.document(incident)
    assert not ESCAPES.search(text.replace("\n", ""))
    assert "\u202e" not in text
    html = shown(text)
    html.innocent()
    assert "alert(1)" in html.words, "the words are still there"


def test_files_are_named_by_us(play: StartPlay) -> None:
    p, _ = begin(play)
    (path,) = p.paths()
    assert re.fullmatch(r"[0-9a-z-]+-[A-Z0-9]+-[a-z0-9-]{0,60}\.md", path.name), path.name
    assert [found for found in p.folder.rglob("*") if found.name == "passwd"] == []


def test_a_cloud_ticket_holds_words_and_our_links_only(play: StartPlay) -> None:
    p, incident = begin(play)
    (ticket,) = p.tickets()
    fields = ticket["fields"]
    assert "\n" not in fields["summary"]
    assert len(fields["summary"]) <= 255
    assert "alert(1)" in fields["summary"]
    assert "script" in text_of(fields["description"])
    found = set(kinds(fields["description"]))
    targets = {each for each in found if ":" in each}
    assert found - targets - {""} <= {"doc", "paragraph", "bulletList", "listItem", "text", "link", "strong"}
    assert all(target.startswith("http://127.0.0.1") and incident in target for target in targets), targets


def test_a_data_center_ticket_holds_no_macro_mention_or_image(play: StartPlay) -> None:
    p, _ = begin(play, flavour="datacenter")
    (ticket,) = p.tickets()
    body = ticket["fields"]["description"]
    for active in (r"(?<!\\)\{code", r"(?<!\\)\[~", r"(?<!\\)!evil", r"(?m)^h1\."):
        assert not re.search(active, body), (active, body)
    assert "alert(1)" in body


def test_reminders_on_a_ticket_and_the_note_hold_words_only(play: StartPlay) -> None:
    p, incident = begin(play)
    p.wait(days=21)
    until_quiet(p)
    (ticket,) = p.tickets()
    (comment, *_) = ticket["fields"]["comment"]["comments"]
    assert set(kinds(comment["body"])) <= {
        "doc",
        "paragraph",
        "bulletList",
        "listItem",
        "text",
        "link",
        "strong",
        "",
    } | {target for target in kinds(comment["body"]) if target.startswith("http://127.0.0.1")}
    (note,) = p.our_notes(incident)
    assert not ESCAPES.search(note.replace("\n", ""))
    # One line for each item: no line of theirs can pass for one of ours.
    assert len(note.splitlines()) <= 4


def test_a_mail_has_one_subject_and_one_recipient_whatever_the_title_says(
    play: StartPlay, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    url = f"mailto://127.0.0.1:{mailbox.port}?from=callsheet@larkspur.example&to={{email}}"
    p, _ = begin(play, env={"CALLSHEET_NOTIFIERS": "apprise", "APPRISE_PERSON_URL": url})
    p.wait(days=21)
    p.once()
    (raw,) = mailbox.mails
    mail = message_from_string(raw)
    assert [len(mail.get_all(name) or []) for name in ("Subject", "To", "Bcc")] == [1, 1, 0]
    assert "ana.ferreira@larkspur.example" in str(mail["To"])
    bodies = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_maintype() == "text"]
    said = b"\n".join(body for body in bodies if isinstance(body, bytes)).decode()
    assert "alert(1)" in said
    assert not re.search(r"<(?:script|img)\b", said.casefold()) or "html" not in str(mail.get_content_type())


def test_the_command_lines_own_output_holds_no_terminal_sequence(play: StartPlay) -> None:
    p, incident = begin(play)
    p.box.pagerduty_act("note", incident=incident, text=f"ACTION: {EVIL}\nACTION {EVIL} by noon {EVIL}")
    p.in_jira("create", summary=EVIL, labels=["callsheet"])
    p.in_jira("due", issue=p.tickets()[0]["key"], on="2026-11-13")
    p.wait(days=21)
    key = next(iter(p.items().values())).key
    commands = (
        ("plan",), ("plan", "--json"), ("once",), ("status",), ("status", "--json"), ("sheet",), ("sheet", "--json"),
        ("explain", key), ("explain", key, "--json"), ("show", incident), ("drop", key, "--because", EVIL),
    )  # fmt: skip
    seen = 0
    for words in commands:
        done = p.cli(*words)
        said = done.stdout + done.stderr
        seen += "alert(1)" in said
        assert not ESCAPES.search(said.replace("\n", "").replace("\t", "")), (words, ESCAPES.findall(said))
    assert seen >= 6, "the words were shown"
    p.env["CALLSHEET_LOG_FORMAT"] = "console"
    said = p.cli("once").stderr
    assert not ESCAPES.search(said.replace("\n", "")), ESCAPES.findall(said)


def test_names_of_people_are_words_too(play: StartPlay, tmp_path: Any) -> None:
    person = {
        "id": "PEVIL",
        "type": "user",
        "name": "Eve <script>alert(1)</script> [x](javascript:alert(3)) | **b** \x1b[31m <!channel>",
        "email": "eve@larkspur.example",
        "time_zone": "UTC",
    }
    world = tmp_path / "world.json"
    world.write_text(json.dumps({"incidents": [], "users": [person]}))
    p = play(policy="standing = []\n", load=(world,))
    p.settled()
    incident = p.incident("ACTION: Check the names @eve due 2026-11-20")
    p.box.pagerduty_act("note", incident=incident, text="I looked.", user="eve@larkspur.example")
    p.wait(minutes=1)
    until_quiet(p)
    text = p.document(incident)
    assert not ESCAPES.search(text.replace("\n", ""))
    shown(text).innocent()
    assert "Eve" in text
