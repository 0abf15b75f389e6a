"""Comments on a ticket: what its owner asks for, what is refused and why, and what is a sign of life."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from callsheet.model.action_item import ActionItem, DueReason, ItemStatus, Reply
from callsheet.model.effect import RecordStatus
from callsheet.model.person import Account
from callsheet.model.text import plain
from callsheet.model.ticket import AccountMatch, Category, MatchKind, TicketComment
from callsheet.plan.commands import first_read, listened, replies
from callsheet.plan.rules import Route
from callsheet.plan.snapshot import Lookups
from callsheet.testing.builders import NOON, make_account, make_item, make_ticket
from tests.unit.plan.reading import INCIDENT, RULES, reading

# NOON is a Monday, the 2nd of November.
AT = NOON + timedelta(hours=1)
ITEM = make_item(filed="10001")
ANA, GRACE, MARCUS = make_account(), make_account("Grace Okafor"), make_account("Marcus Hill")


def said(text: str, *, by: Account | None = ANA, minutes: int = 0, **more: Any) -> TicketComment:
    at = AT + timedelta(minutes=minutes)
    return TicketComment(**{"id": f"C{minutes}", "text": text, "author": by, "created_at": at, **more})


def hear(*comments: TicketComment, item: ActionItem = ITEM, rules: Any = RULES, **more: Any) -> RecordStatus | None:
    ticket = make_ticket(owner=ANA, comments=comments)
    return listened(item, ticket, INCIDENT, reading(rules), more.get("lookups", Lookups()))


def after(*comments: TicketComment, **more: Any) -> ActionItem:
    effect = hear(*comments, **more)
    assert effect is not None
    return effect.settled


def refusal(text: str, **more: Any) -> str:
    (reply,) = after(said(text, **more)).replies
    return reply.why


# What is carried out.


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("2w", date(2026, 11, 16)),
        ("10 days", date(2026, 11, 12)),
        ("for 1 month", date(2026, 12, 2)),
        ("until Dec 5", date(2026, 12, 5)),
        ("2026-11-20", date(2026, 11, 20)),
        ("3 business days", date(2026, 11, 5)),
    ],
)
def test_a_snooze_names_a_length_or_a_day(words: str, until: date) -> None:
    item = after(said(f"callsheet: snooze {words} because the vendor answers then"))
    assert (item.snoozed_until, item.snoozed_because) == (until, "the vendor answers then")
    assert item.terms == ITEM.terms


def test_dropping_it_needs_a_reason_and_keeps_it() -> None:
    item = after(said("callsheet: drop because the service is switched off"))
    assert (item.status, item.status_because) == (ItemStatus.DROPPED, "the service is switched off")


@pytest.mark.parametrize("words", ["@marcus.hill", "Marcus Hill", "@Marcus Hill", "[~marcus.hill]"])
def test_it_is_handed_over_to_somebody_who_is_named_beyond_doubt(words: str) -> None:
    item = after(said(f"callsheet: owner {words} because he knows the pool"))
    assert item.owner is not None
    assert (item.owner.name, item.terms.owner) == ("Marcus Hill", None)


def test_a_new_date_is_written_to_the_ticket_next() -> None:
    item = after(said("Callsheet : due Dec 5"))
    assert (item.terms.due_on, item.due_reason) == (date(2026, 12, 5), DueReason.COMMENT)
    assert item.base == ITEM.base


def test_several_commands_are_carried_out_in_their_order_each_once() -> None:
    both = said("callsheet: due Dec 5"), said("callsheet: due Dec 12", minutes=1)
    item = after(*reversed(both))
    assert item.terms.due_on == date(2026, 12, 12)
    assert hear(*both, item=item) is None


def test_each_line_of_a_comment_that_begins_so_is_a_command() -> None:
    item = after(said("callsheet: due Dec 5\nSorry, and thank you.\n  callsheet: owner @marcus.hill"))
    assert item.owner is not None
    assert (item.terms.due_on, item.owner.name, item.asked_in) == (date(2026, 12, 5), "Marcus Hill", "C0")


@pytest.mark.parametrize("quoted", ["> callsheet: drop because x", "```\ncallsheet: drop because x\n```"])
def test_what_is_quoted_and_what_is_code_asks_for_nothing(quoted: str) -> None:
    for words in (quoted, f"{quoted}\nWhy was this written?", f"Why was this written?\n{quoted}"):
        item = after(said(words))
        assert (item.alive_at, item.status, item.replies) == (AT, ItemStatus.OPEN, ())
    for both in (f"{quoted}\ncallsheet: due Dec 5", f"callsheet: due Dec 5\n{quoted}"):
        item = after(said(both).kept())
        assert (item.status, item.terms.due_on) == (ItemStatus.OPEN, date(2026, 12, 5))


def test_code_marks_around_words_are_no_part_of_them() -> None:
    item = after(said("callsheet: owner `@marcus.hill`"))
    assert item.owner is not None
    assert item.owner.name == "Marcus Hill"


def test_a_comment_is_carried_out_as_a_whole_or_not_at_all() -> None:
    item = after(said("callsheet: due Dec 5\ncallsheet: owner @nobody.here"))
    assert (item.terms, item.owner) == (ITEM.terms, ITEM.owner)
    (reply,) = item.replies
    assert "nobody by that name" in reply.why


@pytest.mark.parametrize("words", ["because it moved", "- it moved", "— it moved", "– because it moved", ": it moved"])
def test_a_reason_may_follow_a_dash_or_a_colon(words: str) -> None:
    item = after(said(f"callsheet: drop {words}"))
    assert (item.status, item.status_because) == (ItemStatus.DROPPED, "it moved")
    assert after(said(f"callsheet: snooze 2w {words}")).snoozed_because == "it moved"


def test_the_ledger_tells_what_was_asked_for() -> None:
    effect = hear(said("callsheet: snooze 2w because the vendor is late"))
    assert effect is not None
    assert effect.after["snoozed"] == "until 2026-11-16: the vendor is late"


@pytest.mark.parametrize("known_by", ["address", "look-up"])
def test_the_fallback_owner_may_ask_too(known_by: str) -> None:
    hidden = replace(GRACE, email=None)
    match = AccountMatch(kind=MatchKind.EMAIL, account=hidden)
    lookups = Lookups(accounts={("grace.okafor@example.com", "Grace Okafor"): match})
    by = GRACE if known_by == "address" else hidden
    item = after(said("callsheet: due Dec 5", by=by), lookups=lookups)
    assert item.terms.due_on == date(2026, 12, 5)
    assert item.alive_at is None


# What is refused.


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("callsheet: snooze 2w", "needs a reason"),
        ("callsheet: snooze because later", "names no day"),
        ("callsheet: snooze 11/12 because later", "either way round"),
        ("callsheet: snooze until Nov 1 because later", "not ahead"),
        ("callsheet: snooze 11 months because later", "at most 90 days"),
        ("callsheet: drop", "needs a reason"),
        ("callsheet: drop it because it is done", "needs a reason"),
        ("callsheet: owner", "names nobody"),
        ("callsheet: owner @nobody.here", "nobody by that name"),
        ("callsheet: due next sprint", "not a day that I can read"),
        ("callsheet: due yesterday", "not a day that I can read"),
        ("callsheet: due Nov 1", "has passed"),
        ("callsheet: explode", "“explode” is not something that I know"),
        ("callsheet:", "nothing to do"),
    ],
)
def test_what_is_not_clear_is_refused_in_words(text: str, why: str) -> None:
    assert why in refusal(text)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("callsheet snooze 2w", "snooze"),
        ("Callsheet, snooze until Dec 5 because the vendor answers then", "snooze"),
        ("callsheet drop", "drop"),
        ("callsheet drop it because the service is retired", "drop"),
        ("callsheet owner @marcus.hill", "owner"),
        ("callsheet owner [~marcus.hill]", "owner"),
        ("callsheet owner Marcus Hill", "owner"),
        ("callsheet due Dec 5\ncallsheet: drop because x", "due"),
        ("callsheet due 11/12", "due"),
        ("callsheet snooze: 2w", "snooze"),
    ],
)
def test_a_command_without_its_colon_does_nothing_and_is_told_so(text: str, verb: str) -> None:
    item = after(said(text).kept())
    assert [reply.why for reply in item.replies] == [f"a command needs its colon: “callsheet: {verb} …”"]
    assert replace(item, replies=(), alive_at=None, comments_read_at=None) == ITEM


@pytest.mark.parametrize(
    "text",
    [
        "Callsheet filed this",
        "Callsheet",
        "Callsheet due dates are wrong here",
        "Callsheet owner names look odd",
        "Callsheet drop downs are broken because of the new theme",
        "Callsheet drop-downs are broken",
        "Callsheet's due dates",
        "Callsheets: snooze 2w",
        "Thanks. callsheet snooze 2w",
        "> callsheet snooze 2w",
    ],
)
def test_a_sentence_about_callsheet_gets_no_answer(text: str) -> None:
    assert after(said(text).kept()).replies == ()
    assert hear(said(text, by=MARCUS).kept()) is None


@pytest.mark.parametrize("by", [MARCUS, None])
def test_nobody_else_may_ask(by: Account | None) -> None:
    assert refusal("callsheet: drop because I say so", by=by) == "only Ana Ferreira or Grace Okafor can ask for this"


def test_without_owner_and_fallback_it_says_what_to_do() -> None:
    ticket = make_ticket(comments=(said("callsheet: due Dec 5"),))
    rules = replace(RULES, default_route=Route())
    effect = listened(replace(ITEM, owner=None), ticket, INCIDENT, reading(rules), Lookups())
    assert effect is not None
    assert "assign the ticket first" in effect.settled.replies[0].why


def test_what_is_over_is_over() -> None:
    item = after(said("callsheet: due Dec 5"), item=replace(ITEM, status=ItemStatus.DONE))
    assert item.terms == ITEM.terms
    assert "done already" in item.replies[0].why


def test_a_refusal_gets_one_reply_that_is_no_command() -> None:
    item = after(said("callsheet: explode\n{code}<b>"))
    (comment,) = replies(item, lambda key: f"marker of {key}")
    assert (comment.key, comment.answers) == (f"reply:{ITEM.key}:C0", "C0")
    assert comment.marker == f"marker of {comment.key}"
    assert not said(plain(comment.body)).kept().text
    assert "snooze 2w because" in plain(comment.body)
    assert replies(replace(item, replies=()), str) == ()


# Signs of life, and what is none.


def test_any_word_of_the_owner_is_a_sign_of_life() -> None:
    item = after(said("On it, the fix is in review"))
    assert (item.alive_at, item.replies) == (AT, ())


@pytest.mark.parametrize(
    "comment",
    [
        said("Any news?", by=MARCUS),
        said("A reminder for Ana Ferreira: this action item is due today.", by=ANA, ours=True),
        said("callsheet: drop because our own account says so", by=ANA, ours=True),
        said("please write callsheet: due Dec 5", by=MARCUS),
    ],
)
def test_what_others_and_we_ourselves_say_is_none(comment: TicketComment) -> None:
    assert hear(comment) is None


def test_what_was_said_before_the_ticket_was_adopted_was_not_said_to_us() -> None:
    before = said("callsheet: drop because old")
    ticket = make_ticket(owner=ANA, comments=(before,))
    adopted = first_read(ITEM, ticket)
    assert listened(adopted, ticket, INCIDENT, reading(), Lookups()) is None
    more = replace(ticket, comments=(before, said("callsheet: due Dec 5", minutes=1)))
    effect = listened(adopted, more, INCIDENT, reading(), Lookups())
    assert effect is not None
    assert (effect.settled.status, effect.settled.terms.due_on) == (ItemStatus.OPEN, date(2026, 12, 5))


def test_a_dropped_ticket_in_a_done_category_is_no_obstacle() -> None:
    ticket = make_ticket(owner=ANA, category=Category.DONE, comments=(said("callsheet: drop because obsolete"),))
    effect = listened(ITEM, ticket, INCIDENT, reading(), Lookups())
    assert effect is not None
    assert effect.settled.status is ItemStatus.DROPPED


def test_a_reply_is_kept_until_it_was_given() -> None:
    waiting = replace(ITEM, replies=(Reply(comment_id="C9", why="no"),))
    item = after(said("callsheet: explode"), item=waiting)
    assert [reply.comment_id for reply in item.replies] == ["C9", "C0"]
