"""Working on tickets in the sandbox over HTTP, in both flavours: edits, steps, comments, links, look-ups."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from callsheet.connect.errors import NotFound, Rejected, Transient
from callsheet.model.text import paragraph
from callsheet.model.ticket import Category, Field, MatchKind, TicketChange
from tests.connectors.jira.house import NOW
from tests.connectors.jira.stage import DROPPED, Stage, domain, draft, owner

# Editing


def test_fields_are_set_and_cleared_and_labels_added(stage: Stage) -> None:
    jira = stage.jira()
    ref = jira.create(draft(owner=owner(stage), due_on=date(2026, 11, 30)))
    stage.act("label", issue=ref.key, add="mine")
    stage.sent()
    lena = owner(stage, "Lena Weber")
    stage.sent()
    change = {Field.TITLE: "New", Field.OWNER: lena, Field.DUE_ON: date(2026, 12, 1), Field.PRIORITY: "1"}
    jira.update(ref.id, TicketChange(fields=change, add_labels=("season-2026-q4",)))
    assert stage.sent() == {"PUT /issue/{issueIdOrKey}": 1}
    ticket = jira.read([ref.id]).found[0]
    assert (ticket.title, ticket.due_on, ticket.priority) == ("New", date(2026, 12, 1), "Highest")
    assert (ticket.owner and ticket.owner.id) == lena
    assert ticket.labels == {"callsheet", "cs-1", "mine", "season-2026-q4"}
    jira.update(ref.id, TicketChange(fields={Field.OWNER: None, Field.DUE_ON: None}))
    ticket = jira.read([ref.id]).found[0]
    assert (ticket.owner, ticket.due_on) == (None, None)


def test_a_lost_edit_is_repeated(stage: Stage) -> None:
    jira = stage.jira()
    ref = jira.create(draft())
    stage.sent()
    stage.fault("drop_after", method="PUT", times=1)
    jira.update(ref.id, TicketChange(fields={Field.TITLE: "New"}))
    assert stage.sent() == {"PUT /issue/{issueIdOrKey}": 2}


def test_an_edit_of_a_deleted_ticket_is_not_found(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.jira().update("99999", TicketChange(fields={Field.TITLE: "New"}))


# Transitions


@pytest.mark.parametrize(
    ("project", "resolutions", "status", "resolution"),
    [
        ("OPS", DROPPED, "Won't Do", "Won't Do"),
        ("OPS", (), "Done", "Done"),
        ("LAB", DROPPED, "Complete", None),
    ],
)
def test_a_ticket_is_brought_to_a_done_status(
    stage: Stage, project: str, resolutions: tuple[str, ...], status: str, resolution: str | None
) -> None:
    jira = stage.jira()
    kind = "10110" if project == "LAB" else "10100"
    ref = jira.create(draft(project=project, issue_type_id=kind))
    stage.sent()
    jira.transition(ref.id, Category.DONE, resolutions)
    assert sum(stage.sent().values()) == 4
    ticket = jira.read([ref.id]).found[0]
    assert (ticket.status, ticket.category, ticket.resolution) == (status, Category.DONE, resolution)
    stage.sent()
    jira.transition(ref.id, Category.DONE, resolutions)
    assert stage.sent() == {"GET /issue/{issueIdOrKey}": 1}


def test_a_workflow_without_such_a_step_is_a_plain_sentence(stage: Stage) -> None:
    jira = stage.jira()
    ref = jira.create(draft(project="WEB"))
    with pytest.raises(Rejected, match=r"offers no step from 'To Do'.*'In Progress'"):
        jira.transition(ref.id, Category.DONE, DROPPED)
    jira.transition(ref.id, Category.STARTED, ())
    jira.transition(ref.id, Category.DONE, DROPPED)
    assert jira.read([ref.id]).found[0].resolution == "Won't Do"
    jira.transition(ref.id, Category.NEW, ())
    assert jira.read([ref.id]).found[0].category is Category.NEW


def test_a_lost_step_is_not_repeated(stage: Stage) -> None:
    jira = stage.jira()
    ref = jira.create(draft())
    stage.fault("drop_after", method="POST", path="/issue/{issueIdOrKey}/transitions", times=1)
    with pytest.raises(Transient) as caught:
        jira.transition(ref.id, Category.DONE, DROPPED)
    assert caught.value.outcome_unknown
    stage.sent()
    jira.transition(ref.id, Category.DONE, DROPPED)
    assert stage.sent() == {"GET /issue/{issueIdOrKey}": 1}


# Comments and links


def test_a_comment_is_written_once_and_found_by_its_marker(stage: Stage) -> None:
    jira = stage.jira()
    ref = jira.create(draft())
    stage.act("comment", issue=ref.key, text="Looking into it")
    stage.sent()
    stage.fault("drop_after", method="POST", path="/issue/{issueIdOrKey}/comment", times=1)
    with pytest.raises(Transient) as caught:
        jira.comment(ref.id, (paragraph("Due [today]"),), "nudge_2026-11-02/a")
    assert caught.value.outcome_unknown
    stage.mend()
    number = jira.comment(ref.id, (paragraph("Again"),), "second")
    assert stage.sent() == {"POST /issue/{issueIdOrKey}/comment": 2}
    comments = jira.comments(ref.id)
    assert stage.sent() == {"GET /issue/{issueIdOrKey}/comment": 1}
    assert [comment.text.split("\n")[0] for comment in comments] == ["Looking into it", "Due [today]", "Again"]
    assert ["nudge_2026-11-02/a" in comment.text for comment in comments] == [False, True, False]
    assert comments[2].id == number
    assert [comment.author and comment.author.id for comment in comments[1:]] == [jira.who_am_i().id] * 2
    assert comments[0].created_at == NOW


def test_more_comments_than_a_page_are_all_read(stage: Stage) -> None:
    ref = stage.jira().create(draft())
    for number in range(103):
        stage.act("comment", issue=ref.key, text=f"{number}")
    assert [comment.text for comment in stage.jira().comments(ref.id)] == [str(number) for number in range(103)]


def test_a_duplicate_is_linked_once(stage: Stage) -> None:
    jira = stage.jira()
    kept, twin = jira.create(draft()), jira.create(draft())
    stage.sent()
    jira.link_duplicate(twin.id, kept.id)
    jira.link_duplicate(twin.id, kept.id)
    assert stage.sent() == {"GET /issue/{issueIdOrKey}": 2, "POST /issueLink": 1}
    links = {issue["id"]: issue["fields"]["issuelinks"] for issue in stage.issues("cs-1")}
    # "the twin duplicates the kept one", seen from both ends.
    assert links[twin.id][0]["outwardIssue"]["id"] == kept.id
    assert links[kept.id][0]["inwardIssue"]["id"] == twin.id


# Looking up


def test_a_project_tells_what_it_takes(stage: Stage) -> None:
    jira = stage.jira()
    ops = jira.rules("OPS", "task")
    assert stage.sent() == {
        "GET /issue/createmeta/{projectIdOrKey}/issuetypes": 1,
        "GET /issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}": 1,
    }
    assert (ops.issue_type, ops.issue_type_id, ops.required) == ("Task", "10100", ())
    assert (ops.has_due_on, ops.has_owner, ops.has_labels) == (True, True, True)
    assert [choice.name for choice in ops.priorities] == ["Highest", "High", "Medium", "Low", "Lowest"]
    sec = jira.rules("SEC", "Task").required
    assert [(field.id, field.name, field.kind) for field in sec] == [("customfield_10050", "Risk class", "choice")]
    assert [choice.name for choice in sec[0].allowed] == ["Low", "Medium", "High"]
    web = jira.rules("WEB", "Task")
    assert (web.has_due_on, web.priorities) == (False, ())


def test_an_unknown_project_or_type_says_what_there_is(stage: Stage) -> None:
    with pytest.raises(Rejected, match=r"no project 'INT'.*JIRA_PROJECT") as caught:
        stage.jira().rules("INT", "Task")
    assert set(caught.value.fields) == {"project"}
    with pytest.raises(Rejected, match="one of: Task, Bug") as caught:
        stage.jira().rules("OPS", "Epic")
    assert set(caught.value.fields) == {"issuetype"}


def test_people_are_found_exactly_or_not_at_all(stage: Stage) -> None:
    jira, at = stage.jira(), domain(stage)
    ana = jira.account(f"Ana.Ferreira@{at}", "Ana Ferreira")
    # A contractor whose address begins like hers is listed first.
    assert (ana.kind, ana.account and ana.account.name) == (MatchKind.EMAIL, "Ana Ferreira")
    marcus = jira.account(f"marcus.hill@{at}", "Marcus Hill")
    assert marcus.kind is (MatchKind.BY_NAME if stage.flavour == "cloud" else MatchKind.EMAIL)
    assert marcus.account is not None
    if stage.flavour == "cloud":
        assert jira.account(f"marcus.hill@{at}", "Mark Hill").kind is MatchKind.NOBODY
    for email, name in (
        (f"noor.haddad@{at}", "Noor Haddad"),
        (f"tomasz.zielinski@{at}", "Tomasz Zielinski"),
        ("ana", "Ana Ferreira"),
        ("", "Ana Ferreira"),
    ):
        assert jira.account(email, name).kind is MatchKind.NOBODY


def test_who_may_own_a_ticket_is_asked_for_one_account(stage: Stage) -> None:
    jira = stage.jira()
    ana, felix = owner(stage), owner(stage, "Felix Brandt")
    assert jira.assignable("OPS", ana)
    assert not jira.assignable("OPS", felix)
    assert jira.assignable("SEC", felix)
    assert not jira.assignable("OPS", ana[:-1])


def test_who_we_are_is_our_own_account(stage: Stage) -> None:
    assert stage.jira().who_am_i().name == "Callsheet"


def test_the_defaults_can_be_reached(stage: Stage) -> None:
    jira = stage.jira()
    assert (jira.default_project, jira.default_issue_type) == ("OPS", "Task")
    assert jira.settles_within == timedelta(minutes=5 if stage.flavour == "cloud" else 1)
    assert stage.sent() == {}
