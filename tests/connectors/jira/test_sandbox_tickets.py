"""Filing and reading tickets in the sandbox over HTTP, in both flavours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from callsheet.connect.errors import AuthRefused, Malformed, RateLimited, Rejected, Transient
from callsheet.connect.ports import Tracker
from callsheet.model.text import Bullets, Span, paragraph
from callsheet.model.ticket import Category, Field, TicketChange
from tests.connectors.jira.house import NOW
from tests.connectors.jira.stage import Stage, draft, owner
from tests.connectors.jira.test_text import EVIL

# Creating


def test_a_ticket_is_filed_with_everything_in_one_request(stage: Stage) -> None:
    tracker: Tracker = stage.jira()
    ana, _ = owner(stage), stage.sent()
    body = (paragraph("From ", Span(text="INC-1", url="https://x.test/1")), Bullets(items=(paragraph("one"),)))
    ref = tracker.create(draft(title="Add\nan alert", body=body, owner=ana, due_on=date(2026, 11, 30), priority_id="2"))
    assert stage.sent() == {"POST /issue": 1}
    assert ref.url == f"{stage.env['JIRA_BASE_URL']}/browse/{ref.key}"
    ticket = tracker.read([ref.id]).found[0]
    assert (ticket.id, ticket.key, ticket.url, ticket.project) == (ref.id, ref.key, ref.url, "OPS")
    assert (ticket.title, ticket.due_on, ticket.priority) == ("Add an alert", date(2026, 11, 30), "High")
    assert (ticket.status, ticket.category, ticket.resolution) == ("To Do", Category.NEW, None)
    assert (ticket.owner and ticket.owner.id, ticket.labels) == (ana, {"callsheet", "cs-1"})
    assert ticket.text.replace("\n\n", "\n") == "From INC-1 (https://x.test/1)\n- one"
    assert ticket.created_at == ticket.updated_at == NOW


@pytest.mark.parametrize("fault", ["drop_after", "truncate", "empty_body"])
def test_a_create_whose_answer_is_lost_made_one_ticket_and_says_it_may_have(stage: Stage, fault: str) -> None:
    stage.fault(fault, "/issue", method="POST", times=1)
    jira = stage.jira()
    with pytest.raises(Transient if fault == "drop_after" else Malformed) as caught:
        jira.create(draft())
    assert caught.value.outcome_unknown
    assert stage.sent() == {"POST /issue": 1}
    assert len(stage.issues("cs-1")) == 1
    # The index lags: an empty answer proves nothing for a while.
    assert jira.find(["cs-1"]) == ()
    stage.wait()
    assert [ticket.key for ticket in jira.find(["cs-1"])] == ["OPS-5"]


def test_a_gateway_error_after_the_commit_is_unknown_and_before_it_too(stage: Stage) -> None:
    for act in (True, False):
        stage.fault("html_502", "/issue", method="POST", times=1, act=act)
        with pytest.raises(Transient) as caught:
            stage.jira().create(draft())
        assert caught.value.outcome_unknown
        assert len(stage.issues("cs-1")) == 1


def test_a_throttled_create_did_not_happen(stage: Stage) -> None:
    stage.fault("rate_limit", "/issue", method="POST", times=1, seconds=3)
    jira = stage.jira()
    with pytest.raises(RateLimited) as caught:
        jira.create(draft())
    assert (caught.value.retry_after, caught.value.outcome_unknown) == (3.0, False)
    assert stage.issues("cs-1") == []
    jira.create(draft())
    assert stage.house.clock.waits == [3.0]


@pytest.mark.parametrize("title", EVIL)
def test_malicious_words_are_filed_as_words(stage: Stage, title: str) -> None:
    jira = stage.jira()
    ref = jira.create(draft(title=title, body=(paragraph(title), Bullets(items=(paragraph(title), paragraph(""))))))
    ticket = jira.read([ref.id]).found[0]
    words = title.replace("\n", " ")
    assert ticket.title == words
    assert ticket.text.replace("\n\n", "\n") == f"{words}\n- {words}"
    if stage.flavour == "datacenter":
        raw = stage.issues("cs-1")[0]["fields"]["description"]
        assert "[~" not in raw.replace("\\[", "")


def test_a_huge_body_and_a_huge_title_are_filed_cut(stage: Stage) -> None:
    body = tuple(Bullets(items=tuple(paragraph("{*}" * 200) for _ in range(20))) for _ in range(20))
    ref = stage.jira().create(draft(title="🚒" * 300, body=body))
    ticket = stage.jira().read([ref.id]).found[0]
    assert ticket.title.endswith("…")
    assert ticket.text.endswith("…")


def test_a_field_that_is_off_the_screen_is_named(stage: Stage) -> None:
    with pytest.raises(Rejected) as caught:
        stage.jira().create(draft(project="WEB", due_on=date(2026, 11, 30)))
    assert set(caught.value.fields) == {"duedate"}
    assert not caught.value.outcome_unknown
    with pytest.raises(Rejected) as caught:
        stage.jira().create(draft(project="SEC"))
    assert set(caught.value.fields) == {"customfield_10050"}
    stage.jira().create(draft(project="SEC", extra={"customfield_10050": {"id": "10201"}}))


# Reading


def test_a_quiet_poll_is_one_request(stage: Stage) -> None:
    jira = stage.jira()
    assert list(jira.changes("callsheet", NOW)) == []
    assert sum(stage.sent().values()) == stage.house.requests == 1


def test_changes_come_oldest_first_from_the_moment_asked_for(stage: Stage) -> None:
    jira = stage.jira()
    refs = []
    for number in range(3):
        refs.append(jira.create(draft(f"cs-{number}")))
        stage.wait()
    stage.act("due", issue=refs[0].key, on="2026-12-24")
    stage.wait()
    assert [ticket.key for ticket in jira.changes("callsheet", None)] == [refs[n].key for n in (1, 2, 0)]
    changed = list(jira.changes("callsheet", NOW + timedelta(seconds=25)))
    assert [(ticket.key, ticket.due_on) for ticket in changed] == [(refs[0].key, date(2026, 12, 24))]


def test_more_than_a_page_is_read_to_its_end(stage: Stage) -> None:
    for number in range(205):
        stage.act("create", labels=["callsheet"], summary=f"Item {number}")
    stage.wait()
    stage.sent()
    found = list(stage.jira().changes("callsheet", None))
    assert len({ticket.id for ticket in found}) == len(found) == 205
    assert sum(stage.sent().values()) == 3


def test_many_tickets_are_read_by_id_in_few_requests(stage: Stage) -> None:
    ids = [stage.act("create", labels=["callsheet"])["id"] for _ in range(105)]
    stage.wait()
    stage.sent()
    read = stage.jira().read([*ids, *ids])
    assert ([ticket.id for ticket in read.found], read.missing) == (ids, ())
    assert sum(stage.sent().values()) == 2


def test_a_ticket_that_the_index_lacks_is_found_by_id(stage: Stage) -> None:
    stage.fault("lag", seconds=600)
    refs = [stage.jira().create(draft(f"cs-{number}")) for number in range(7)]
    stage.wait()
    assert stage.jira().find(["cs-1"]) == ()
    assert len(stage.jira().read([ref.id for ref in refs]).found) == 7


def test_a_deleted_ticket_is_missing_and_a_moved_one_is_not(stage: Stage) -> None:
    jira = stage.jira()
    kept, moved, gone = (jira.create(draft(f"cs-{number}")) for number in range(3))
    stage.act("delete", issue=gone.key)
    stage.act("move", issue=moved.key, to="SEC")
    stage.sent()
    read = jira.read([kept.id, moved.id, gone.id, "99999"])
    assert read.missing == (gone.id, "99999")
    keys = {ticket.id: (ticket.key, ticket.project) for ticket in read.found}
    assert keys == {kept.id: (kept.key, "OPS"), moved.id: ("SEC-2", "SEC")}
    sent = stage.sent()
    assert sent == (
        {"POST /issue/bulkfetch": 1, "GET /issue/{issueIdOrKey}": 2}
        if stage.flavour == "cloud"
        else {"GET /issue/{issueIdOrKey}": 4}
    )


def test_an_expired_token_is_refused_and_never_read_as_absence(stage: Stage) -> None:
    jira = stage.jira()
    ref = jira.create(draft())
    stage.wait()
    stage.fault("expire_token")
    calls: tuple[Callable[[], object], ...] = (
        lambda: list(jira.changes("callsheet", None)),
        lambda: jira.find(["cs-1"]),
        lambda: jira.read([ref.id]),
        lambda: jira.read([ref.id] * 3 + [str(number) for number in range(9)]),
        lambda: jira.comments(ref.id),
        lambda: jira.transition(ref.id, Category.DONE, ()),
        lambda: jira.account("ann@corp.example", "Ann"),
        lambda: jira.assignable("OPS", "x"),
        lambda: jira.rules("OPS", "Task"),
        lambda: jira.create(draft()),
        lambda: jira.update(ref.id, TicketChange(fields={Field.TITLE: "x"})),
        jira.who_am_i,
    )
    for call in calls:
        with pytest.raises(AuthRefused):
            call()
    assert len(stage.issues("cs-1")) == 1
    stage.mend()
    assert len(jira.find(["cs-1"])) == 1


def test_a_wrong_token_is_refused_with_what_to_do(stage: Stage) -> None:
    name = "JIRA_API_TOKEN" if stage.flavour == "cloud" else "JIRA_PERSONAL_ACCESS_TOKEN"
    with pytest.raises(AuthRefused, match=name):
        stage.house.jira({**stage.env, name: "wrong"}).who_am_i()


def test_unknown_fields_and_values_break_nothing(stage: Stage) -> None:
    jira = stage.jira()
    ref = jira.create(draft())
    stage.wait()
    for fault, category in (("unknown_fields", Category.NEW), ("unknown_enum", Category.UNKNOWN)):
        stage.fault(fault)
        assert jira.read([ref.id]).found[0].category is category
        assert len(list(jira.changes("callsheet", None))) == 1
        assert jira.rules("OPS", "Task").issue_type_id == "10100"
        stage.mend()
