"""Jira's issues: what it accepts, what it refuses, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from .office import Office, document

TASK = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}}


def account(office: Office, name: str) -> str:
    return next(each.id for each in office.world.jira.directory.accounts if each.name == name)


def create(office: Office, **fields: Any) -> Any:
    return office.jira.post("/issue", {"fields": {**TASK, "summary": "Do it", **fields}})


def test_a_ticket_keeps_what_it_was_given_properties_included(office: Office) -> None:
    reply = office.jira.post(
        "/issue",
        {
            "fields": {
                **TASK,
                "summary": "Alert earlier",
                "description": document("Because."),
                "duedate": "2026-11-30",
                "labels": ["callsheet", "cs-abc"],
                "priority": {"name": "High"},
                "assignee": {"accountId": account(office, "jonas.weber")},
            },
            "properties": [{"key": "callsheet", "value": {"key": "abc"}}],
        },
    )
    assert reply.status == 201
    assert set(reply.body) == {"id", "key", "self"}
    body = office.jira.get(f"/issue/{reply.body['id']}", properties="callsheet")
    fields = body["fields"]
    assert body["properties"] == {"callsheet": {"key": "abc"}}
    assert fields["duedate"] == "2026-11-30"
    assert fields["priority"]["name"] == "High"
    assert fields["assignee"]["displayName"] == "Jonas Weber"
    assert fields["status"]["statusCategory"]["key"] == "new"
    assert fields["description"] == document("Because.")


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"summary": ""}, {"summary": "You must specify a summary of the issue."}),
        ({"summary": "x" * 256}, {"summary": "Summary can't exceed 255 characters."}),
        (
            {"summary": "a\nb"},
            {"summary": "The summary is invalid because it contains newline characters."},
        ),
        ({"labels": ["a b"]}, {"labels": "The label 'a b' contains spaces which is invalid."}),
        ({"duedate": "30.11.2026"}, {"duedate": "Error parsing date string: 30.11.2026"}),
        ({"priority": {"name": "BLARG"}}, {"priority": "Priority name 'BLARG' is not valid"}),
        (
            {"description": "words"},
            {"description": "Operation value must be an Atlassian Document (see the Atlassian Document Format)"},
        ),
        (
            {"customfield_1": 1},
            {"customfield_1": "Field 'customfield_1' cannot be set. It is not on the appropriate screen, or unknown."},
        ),
        ({"assignee": {"name": "jonas"}}, {"assignee": "expected Object containing a 'accountId' property"}),
        ({"issuetype": {"name": "BLARG"}}, {"issuetype": "issue type is required"}),
        ({"project": {"key": "NOPE"}}, {"project": "valid project is required"}),
    ],
)
def test_a_field_it_cannot_take_is_named_with_the_recorded_words(
    office: Office, fields: dict[str, Any], errors: dict[str, str]
) -> None:
    reply = create(office, **fields)
    assert reply.status == 400
    assert reply.body == {"errorMessages": [], "errors": errors}


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}],
        [{"type": "paragraph", "content": [{"type": "text", "text": "a\nb"}]}],
        [{"type": "paragraph", "content": []}],
        [{"type": "listItem", "content": []}],
        [],
    ],
)
def test_unsupported_content_is_refused_without_saying_where(office: Office, content: list[Any]) -> None:
    reply = create(office, description={"type": "doc", "version": 1, "content": content})
    assert reply.status == 400
    assert "unsupported content" in reply.body["errorMessages"][0]


def test_a_text_over_32767_characters_is_too_long(office: Office) -> None:
    reply = create(office, description=document("x" * 32_768))
    assert "32,767" in reply.body["errors"]["description"]


def test_people_who_may_not_be_assigned_are_refused(office: Office) -> None:
    for name, project in (("felix.brandt", "OPS"), ("tomasz.zielinski", "WEB")):
        reply = create(office, project={"key": project}, assignee={"accountId": account(office, name)})
        assert "cannot be assigned issues." in reply.body["errors"]["assignee"]
    assert create(office, assignee={"accountId": "712020:unknown"}).status == 400


def test_a_project_may_demand_a_field_or_hide_one(office: Office) -> None:
    security, web = {"key": "SEC"}, {"key": "WEB"}
    assert create(office, project=security).body["errors"] == {"customfield_10050": "Risk class is required."}
    assert create(office, project=security, customfield_10050={"value": "High"}).status == 201
    assert list(create(office, project=web, duedate="2026-11-30").body["errors"]) == ["duedate"]


def test_an_edit_adds_and_removes_labels_without_clobbering(office: Office) -> None:
    key = office.file(labels=["a", "b"])
    edit = {"fields": {"summary": "New"}, "update": {"labels": [{"add": "c"}, {"remove": "a"}]}}
    assert office.jira.put(f"/issue/{key}", edit).status == 204
    fields = office.jira.get(f"/issue/{key}")["fields"]
    assert (fields["summary"], fields["labels"]) == ("New", ["b", "c"])


def test_an_edit_ignores_a_transition_in_its_body(office: Office) -> None:
    key = office.file()
    office.jira.put(f"/issue/{key}", {"fields": {"duedate": None}, "transition": {"id": "31"}})
    assert office.jira.get(f"/issue/{key}")["fields"]["status"]["name"] == "To Do"


def test_assigning_and_unassigning(office: Office) -> None:
    key, lena = office.file(), account(office, "lena.weber")
    assert office.jira.put(f"/issue/{key}/assignee", {"accountId": lena}).status == 204
    assert office.jira.get(f"/issue/{key}")["fields"]["assignee"]["accountId"] == lena
    assert office.jira.put(f"/issue/{key}/assignee", {"accountId": None}).status == 204
    assert office.jira.get(f"/issue/{key}")["fields"]["assignee"] is None
    assert office.jira.put(f"/issue/{key}/assignee", {"name": "lena"}).status == 400


def test_only_transitions_from_the_current_status_exist(office: Office) -> None:
    key = office.file()
    names = [each["name"] for each in office.jira.get(f"/issue/{key}/transitions")["transitions"]]
    assert names == ["In Progress", "Done", "Won't Do"]
    assert office.jira.post(f"/issue/{key}/transitions", {"transition": {"id": "51"}}).status == 400
    assert office.jira.post(f"/issue/{key}/transitions", {"transition": {"id": "31"}}).status == 204
    fields = office.jira.get(f"/issue/{key}")["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Done", "Done")
    assert office.jira.post(f"/issue/{key}/transitions", {"transition": {"id": "51"}}).status == 204
    assert office.jira.get(f"/issue/{key}")["fields"]["resolution"] is None


def test_a_resolution_goes_only_where_the_screen_has_one(office: Office) -> None:
    key, resolution = office.file(), {"resolution": {"name": "Duplicate"}}
    path = f"/issue/{key}/transitions"
    refused = office.jira.post(path, {"transition": {"id": "31"}, "fields": resolution})
    assert list(refused.body["errors"]) == ["resolution"]
    assert office.jira.post(path, {"transition": {"id": "41"}, "fields": resolution}).status == 204
    assert office.jira.get(f"/issue/{key}")["fields"]["resolution"]["name"] == "Duplicate"


def test_a_team_managed_project_is_done_without_a_resolution(office: Office) -> None:
    key = create(office, project={"key": "LAB"}).body["key"]
    found = office.jira.get(f"/issue/{key}/transitions")["transitions"]
    done = next(each for each in found if each["to"]["statusCategory"]["key"] == "done")
    office.jira.post(f"/issue/{key}/transitions", {"transition": {"id": done["id"]}})
    fields = office.jira.get(f"/issue/{key}")["fields"]
    assert (fields["status"]["name"], fields["resolution"]) == ("Complete", None)


def test_comments_carry_properties_and_can_be_edited(office: Office) -> None:
    key = office.file()
    made = office.jira.post(
        f"/issue/{key}/comment",
        {"body": document("one"), "properties": [{"key": "marker", "value": "m1"}]},
    )
    assert made.status == 201
    office.jira.put(f"/issue/{key}/comment/{made.body['id']}", {"body": document("two")})
    page = office.jira.get(f"/issue/{key}/comment", expand="properties")
    assert (page["total"], page["comments"][0]["body"]) == (1, document("two"))
    assert page["comments"][0]["properties"] == [{"key": "marker", "value": "m1"}]
    assert office.jira.post(f"/issue/{key}/comment", {"body": "words"}).status == 400


def test_a_remote_link_is_upserted_by_its_global_id(office: Office) -> None:
    key = office.file()
    link = {"globalId": "g", "object": {"url": "https://a.example", "title": "A"}}
    statuses = [office.jira.post(f"/issue/{key}/remotelink", link).status for _ in range(2)]
    del link["globalId"]
    statuses += [office.jira.post(f"/issue/{key}/remotelink", link).status for _ in range(2)]
    assert statuses == [201, 200, 201, 201]
    assert len(office.jira.get(f"/issue/{key}/remotelink")) == 3


def test_linked_issues_show_each_other(office: Office) -> None:
    first, second = office.file(), office.file()
    body = {"type": {"name": "Duplicate"}, "inwardIssue": {"key": second}, "outwardIssue": {"key": first}}
    assert office.jira.post("/issueLink", body).status == 201
    link = office.jira.get(f"/issue/{second}")["fields"]["issuelinks"][0]
    assert (link["type"]["outward"], link["outwardIssue"]["key"]) == ("duplicates", first)


def test_properties_are_overwritten_as_a_whole(office: Office) -> None:
    path = f"/issue/{office.file()}/properties/callsheet"
    assert [office.jira.put(path, value).status for value in ({"a": 1}, {"b": 2})] == [201, 200]
    assert office.jira.get(path) == {"key": "callsheet", "value": {"b": 2}}
    assert office.jira.ask("GET", path + "-not").status == 404


def test_the_changelog_tells_old_and_new_oldest_first(office: Office) -> None:
    key = office.file()
    office.jira.put(f"/issue/{key}", {"fields": {"duedate": "2026-12-01"}})
    office.jira.post(f"/issue/{key}/transitions", {"transition": {"id": "21"}})
    first, second = office.jira.get(f"/issue/{key}/changelog")["values"]
    assert first["items"][0]["to"] == "2026-12-01"
    assert first["items"][0]["toString"] == "2026-12-01 00:00:00.0"
    assert (second["items"][0]["fromString"], second["items"][0]["toString"]) == ("To Do", "In Progress")


def test_data_center_speaks_v2_with_names_and_text(office: Office) -> None:
    fields = {**TASK, "summary": "x", "description": "h1. Words", "assignee": {"name": "jonas.weber"}}
    made = office.datacenter.post("/issue", {"fields": fields})
    assert made.status == 201
    shown = office.datacenter.get(f"/issue/{made.body['key']}")["fields"]
    assert shown["assignee"]["name"] == "jonas.weber"
    assert "accountId" not in shown["assignee"]
    assert shown["description"] == "h1. Words"
    refused = office.datacenter.post("/issue", {"fields": {**fields, "assignee": {"accountId": "1"}}})
    assert refused.body["errors"]["assignee"] == "expected Object containing a 'name' property"


def test_an_unknown_issue_is_404(office: Office) -> None:
    reply = office.jira.ask("GET", "/issue/OPS-999")
    assert reply.status == 404
    assert reply.body["errorMessages"] == ["Issue does not exist or you do not have permission to see it."]
