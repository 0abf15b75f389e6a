"""Decisions without a network: workflow, people, screens, wire, signatures."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr

from callsheet.connect.errors import Malformed, Rejected
from callsheet.model.ticket import Category, Field, MatchKind, TicketChange, TicketDraft
from callsheet_jira import people, screens, signature, wire, workflow
from callsheet_jira.flavour import Cloud, DataCenter
from tests.connectors.jira.house import CANARY, issue

# Workflow


def step(number: str, to: str, category: str, **fields: Any) -> dict[str, Any]:
    return {"id": number, "name": f"To {to}", "to": {"name": to, "statusCategory": {"key": category}}, "fields": fields}


def screen(*names: str, required: bool = False) -> dict[str, Any]:
    values = [{"id": str(100 + place), "name": name} for place, name in enumerate(names)]
    return {"required": required, "allowedValues": values}


DROPPED = ("Won't Do", "Won't Fix")


@pytest.mark.parametrize(
    ("offered", "wanted"),
    [
        ([step("1", "Done", "done")], ("1", None)),
        ([step("1", "Done", "done"), step("2", "Won’t  do", "done")], ("2", None)),
        ([step("1", "Done", "done", resolution=screen("Done", "Won't Fix"))], ("1", "101")),
        ([step("1", "Done", "done", resolution=screen("Won't Fix")), step("2", "Won't Do", "done")], ("2", None)),
        ([step("1", "Done", "done", resolution=screen("Done", "Won't Do", required=True))], ("1", "101")),
        ([step("1", "Doing", "indeterminate"), step("2", "Erledigt", "done")], ("2", None)),
    ],
)
def test_a_dropped_ticket_takes_the_step_that_says_so(offered: list[Any], wanted: tuple[str, str | None]) -> None:
    chosen = workflow.choose(offered, Category.DONE, DROPPED, "To Do")
    assert (chosen.transition_id, chosen.resolution_id) == wanted


def test_a_resolution_goes_only_where_it_is_offered() -> None:
    assert workflow.choose([step("1", "Won't Do", "done")], Category.DONE, DROPPED, "x").body() == {
        "transition": {"id": "1"}
    }


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        ([], "offered are: none"),
        ([step("1", "Doing", "indeterminate"), step("2", "Review", "indeterminate")], "'Doing', 'Review'"),
        ([step("1", "Done", "done", resolution=screen("Done", required=True) | {"name": "Resolution"})], "Resolution"),
        ([step("1", "Done", "done", cause={"required": True, "name": "Root cause"})], "Root cause"),
    ],
)
def test_no_way_is_a_sentence_that_names_what_there_is(offered: list[Any], said: str) -> None:
    with pytest.raises(Rejected) as caught:
        workflow.choose(offered, Category.DONE, DROPPED, "To Do")
    assert said in caught.value.what
    assert "'To Do'" in caught.value.what
    assert "by hand" in caught.value.what


# People


def user(number: int, name: str, email: str | None = None, **more: Any) -> dict[str, Any]:
    shown = {"emailAddress": email} if email else {}
    return {"accountId": f"a{number}", "displayName": name, "active": True, "accountType": "atlassian", **shown, **more}


ANN = "ann@corp.example"


@pytest.mark.parametrize(
    ("hits", "kind", "found"),
    [
        ([], MatchKind.NOBODY, None),
        ([user(1, "Ann", "ann@corp.example.evil"), user(2, "Ann", ANN.upper())], MatchKind.EMAIL, "a2"),
        ([user(1, "Ann", "ann@corp.example.evil")], MatchKind.NOBODY, None),
        ([user(1, "Ann")], MatchKind.BY_NAME, "a1"),
        ([user(1, "Anna")], MatchKind.NOBODY, None),
        ([user(1, "Ann"), user(2, "Ann")], MatchKind.SEVERAL, None),
        ([user(1, "Ann", ANN), user(2, "Ann", ANN)], MatchKind.SEVERAL, None),
        ([user(1, "Ann", ANN, active=False)], MatchKind.NOBODY, None),
        ([user(1, "Ann", ANN, accountType="app"), user(2, "Ann")], MatchKind.BY_NAME, "a2"),
        ([user(1, "Ann", ANN), user(2, "Ann")], MatchKind.EMAIL, "a1"),
    ],
)
def test_an_account_is_matched_exactly_or_not_at_all(hits: list[Any], kind: MatchKind, found: str | None) -> None:
    match = people.match(hits, ANN, "ann", Cloud().account)
    assert (match.kind, match.account and match.account.id) == (kind, found)


def test_nobody_without_a_name_is_matched_by_name() -> None:
    assert people.match([user(1, "")], ANN, "", Cloud().account).kind is MatchKind.NOBODY


# Screens


def test_required_fields_are_those_that_nobody_fills() -> None:
    def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
        return {"fieldId": name, "name": name.title(), "required": True, "schema": {"type": kind}, **more}

    rules = screens.rules(
        [
            field("summary", "string"),
            field("reporter", "user"),
            field("priority", "priority", allowedValues=[{"id": "1", "name": "Top"}]),
            field("cf_text", "string"),
            field("cf_number", "number"),
            field("cf_day", "date"),
            field("cf_who", "user"),
            field("cf_option", "option", allowedValues=[{"id": "7", "value": "High"}, {"name": "no id"}]),
            field("cf_many", "array", allowedValues=[{"id": "8", "name": "A"}]),
            field("cf_odd", "any"),
            field("cf_default", "string", hasDefaultValue=True),
            field("cf_optional", "string") | {"required": False},
        ],
        project="OPS",
        kind={"id": "3", "name": "Task"},
    )
    kinds = {entry.id.removeprefix("cf_"): entry.kind for entry in rules.required}
    assert kinds == {
        "text": "text",
        "number": "number",
        "day": "date",
        "who": "person",
        "option": "choice",
        "many": "choices",
        "odd": "other",
    }
    assert [choice.name for entry in rules.required for choice in entry.allowed] == ["High", "A"]
    assert (rules.has_due_on, rules.has_owner, rules.has_labels) == (False, False, False)


def test_an_unknown_issue_type_is_answered_with_those_there_are() -> None:
    kinds = [{"id": "1", "name": "Task"}, {"id": "2", "name": "Bug"}, {"id": "3", "name": "Part", "subtask": True}]
    assert screens.issue_type(kinds, "task", "OPS")["id"] == screens.issue_type(kinds, "1", "OPS")["id"] == "1"
    with pytest.raises(Rejected, match="one of: Task, Bug"):
        screens.issue_type(kinds, "Part", "OPS")
    with pytest.raises(Rejected, match="Create Issues"):
        screens.issue_type([], "Task", "OPS")


# Wire


def read(raw: object) -> Any:
    cloud = Cloud()
    return wire.ticket(raw, browse="https://x.test", text=cloud.words, account=cloud.account)


def test_an_issue_with_nothing_but_an_id_and_a_key_is_read() -> None:
    ticket = read({"id": 7, "key": "A-1"})
    assert (ticket.id, ticket.project, ticket.category, ticket.owner) == ("7", "A", Category.UNKNOWN, None)


@pytest.mark.parametrize("raw", [{}, {"id": "1"}, {"key": "A-1"}, [], None, "x", {"id": "", "key": "A-1"}])
def test_an_issue_without_a_name_is_malformed(raw: object) -> None:
    with pytest.raises(Malformed):
        read(raw)


@pytest.mark.parametrize(
    ("key", "category"),
    [("new", "NEW"), ("indeterminate", "STARTED"), ("done", "DONE"), ("undefined", "NEW"), ("later", "UNKNOWN")],
)
def test_a_category_is_told_by_its_key_alone(key: str, category: str) -> None:
    status = {"name": "Done", "statusCategory": {"key": key, "name": "Complete"}}
    assert read(issue(1, status=status)).category is Category[category]


def test_odd_values_are_read_as_nothing() -> None:
    ticket = read(issue(1, duedate="soon", labels=[1, "a"], assignee={"x": 1}, priority="P1", updated="?", created=5))
    assert (ticket.due_on, ticket.labels, ticket.owner, ticket.priority) == (None, frozenset({"a"}), None, None)
    assert ticket.updated_at.year == 1970


def test_a_draft_becomes_fields_and_the_policy_overrides_nothing() -> None:
    draft = TicketDraft(
        project="OPS",
        issue_type_id="3",
        title="Add\nan alert",
        body=(),
        labels=("callsheet", "cs-1"),
        owner="5b10",
        due_on=date(2026, 11, 30),
        priority_id="2",
        extra={"customfield_1": {"id": "7"}, "summary": "no", "labels": ["no"]},
    )
    assert wire.new_issue(draft, description="words", person=Cloud().person) == {
        "customfield_1": {"id": "7"},
        "project": {"key": "OPS"},
        "issuetype": {"id": "3"},
        "summary": "Add an alert",
        "labels": ["callsheet", "cs-1"],
        "description": "words",
        "assignee": {"accountId": "5b10"},
        "duedate": "2026-11-30",
        "priority": {"id": "2"},
    }


def test_a_draft_leaves_out_what_it_does_not_know() -> None:
    draft = TicketDraft(project="OPS", issue_type_id="3", title="x", body=(), labels=())
    assert set(wire.new_issue(draft, description=None, person=DataCenter().person)) == {
        "project",
        "issuetype",
        "summary",
        "labels",
    }


def test_a_change_sets_fields_clears_them_and_adds_labels() -> None:
    change = TicketChange(
        fields={Field.TITLE: "New", Field.OWNER: None, Field.DUE_ON: date(2026, 12, 1), Field.PRIORITY: None},
        add_labels=("late",),
    )
    assert wire.edited(change, person=DataCenter().person) == {
        "fields": {"summary": "New", "assignee": {"name": None}, "duedate": "2026-12-01", "priority": None},
        "update": {"labels": [{"add": "late"}]},
    }
    assert wire.edited(change, person=Cloud().person)["fields"]["assignee"] is None
    assert wire.edited(TicketChange(), person=Cloud().person) == {}


@pytest.mark.parametrize("fields", [{Field.STATUS: "done"}, {Field.TITLE: None}, {Field.DUE_ON: "soon"}])
def test_a_change_that_no_edit_can_make_is_rejected(fields: Any) -> None:
    with pytest.raises(Rejected):
        wire.edited(TicketChange(fields=fields), person=Cloud().person)


@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"[]", b"null", b'{"errors": null, "errorMessages": 3}'])
def test_an_error_body_without_words_says_nothing(body: bytes) -> None:
    assert wire.complaint(body) == ("", {})


def test_an_error_body_is_heard_in_every_shape() -> None:
    assert wire.complaint(b'{"message": "No."}') == ("No.", {})
    message, fields = wire.complaint(b'{"errorMessages": ["A."], "errors": {"duedate": "B."}}')
    assert (message, fields) == ("A. duedate: B.", {"duedate": "B."})
    assert len(wire.complaint(json.dumps({"message": "x" * 9999}).encode())[0]) == 500


@pytest.mark.parametrize("webhook", [{}, {"issue": 1}, {"issue": {"id": "../1"}}, {"issue": {"key": "A-1"}}])
def test_a_webhook_about_no_issue_touches_nothing(webhook: dict[str, object]) -> None:
    assert wire.touched(webhook) is None


# Signature


def test_a_signature_is_checked_over_the_raw_body_with_every_secret() -> None:
    body, secret = b'{"a": 1}', SecretStr(CANARY)
    signed = "sha256=" + hmac.new(CANARY.encode(), body, hashlib.sha256).hexdigest()
    assert signature.verify(signed, body, [SecretStr("other"), secret])
    assert signature.verify(signed.upper().replace("SHA", "sha"), body, [secret])
    for header in (None, "", signed[7:], "sha1=" + signed[7:], "sha256=", "sha256=é", signed + "0"):
        assert not signature.verify(header, body, [secret])
    assert not signature.verify(signed, b'{"a":1}', [secret])
    assert not signature.verify(signed, body, [])
