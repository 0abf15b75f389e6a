"""Jira's configuration and people: createmeta in both shapes, users with their traps, tokens that expired."""

from __future__ import annotations

import pytest

from .office import Office, Side


def test_cloud_and_data_center_name_the_createmeta_lists_differently(office: Office) -> None:
    cloud = office.jira.get("/issue/createmeta/OPS/issuetypes")
    center = office.datacenter.get("/issue/createmeta/OPS/issuetypes")
    assert [each["name"] for each in cloud["issueTypes"]] == ["Task", "Bug"]
    assert [each["name"] for each in center["values"]] == ["Task", "Bug"]
    kind = cloud["issueTypes"][0]["id"]
    assert "fields" in office.jira.get(f"/issue/createmeta/OPS/issuetypes/{kind}")
    assert "values" in office.datacenter.get(f"/issue/createmeta/OPS/issuetypes/{kind}")


def test_createmeta_pages_hold_200_at_most(office: Office) -> None:
    assert office.jira.ask("GET", "/issue/createmeta/OPS/issuetypes", maxResults=201).status == 400
    page = office.jira.get("/issue/createmeta/OPS/issuetypes/10100", maxResults=3, startAt=1)
    assert (len(page["fields"]), page["startAt"], page["total"]) == (3, 1, 8)


def test_createmeta_tells_what_is_on_the_screen_and_what_is_required(office: Office) -> None:
    def fields(project: str) -> dict[str, bool]:
        page = office.jira.get(f"/issue/createmeta/{project}/issuetypes/10100")
        return {each["fieldId"]: each["required"] for each in page["fields"]}

    assert "duedate" in fields("OPS")
    assert not {"duedate", "priority"} & set(fields("WEB"))
    assert fields("SEC")["customfield_10050"] is True


def test_a_team_managed_project_has_statuses_of_its_own(office: Office) -> None:
    statuses = office.jira.get("/project/LAB/statuses")[0]["statuses"]
    assert [each["name"] for each in statuses] == ["Backlog", "Doing", "Complete"]
    assert statuses[0]["scope"] == {"type": "PROJECT", "project": {"id": "10003"}}
    assert office.jira.get("/project/LAB")["style"] == "next-gen"


@pytest.mark.parametrize("flavour", ["jira", "datacenter"])
def test_a_project_goes_by_key_or_id_and_not_by_its_title(office: Office, flavour: str) -> None:
    side: Side = getattr(office, flavour)
    told = ["No project could be found with key 'Operations'."]
    for path, query in (
        ("/project/{}", {}),
        ("/project/{}/statuses", {}),
        ("/issue/createmeta/{}/issuetypes", {}),
        ("/issue/createmeta/{}/issuetypes/10100", {}),
        ("/mypermissions", {"permissions": "CREATE_ISSUES", "projectKey": "{}"}),
        ("/user/assignable/search", {"query": "Ana", "username": "Ana", "project": "{}"}),
    ):
        key, number, title = (
            side.ask("GET", path.format(name), **{each: value.format(name) for each, value in query.items()})
            for name in ("OPS", "10000", "Operations")
        )
        assert (key.status, number.status, title.status) == (200, 200, 404), path
        assert title.body["errorMessages"] == told
    fields = {"project": {"key": "Operations"}, "issuetype": {"name": "Task"}, "summary": "By its title"}
    refused = side.post("/issue", {"fields": fields})
    assert (refused.status, refused.body["errors"]) == (400, {"project": "valid project is required"})


def test_a_query_takes_a_projects_title_too(office: Office) -> None:
    by = [office.jira.post("/search/jql", {"jql": f"project = {name}"}) for name in ("OPS", "10000", "operations")]
    assert by[0].body["issues"]
    assert by[0].body == by[1].body == by[2].body


def test_user_search_matches_prefixes_and_lists_a_stranger_first(office: Office) -> None:
    found = office.jira.get("/user/search", query="ana.ferreira@larkspur.example")
    assert [each["displayName"] for each in found] == ["Ana Ferreira (contractor)", "Ana Ferreira"]
    assert found[0]["emailAddress"] != "ana.ferreira@larkspur.example"


def test_a_hidden_address_is_not_shown_and_found_only_as_a_whole(office: Office) -> None:
    whole = office.jira.get("/user/search", query="marcus.hill@larkspur.example")
    assert [each["displayName"] for each in whole] == ["Marcus Hill"]
    assert "emailAddress" not in whole[0]
    assert office.jira.get("/user/search", query="marcus.hill@lark") == []
    assert len(office.jira.get("/user/search", query="Marcus")) == 1


def test_inactive_and_missing_people_are_not_found(office: Office) -> None:
    for name in ("tomasz.zielinski", "noor.haddad"):
        assert office.jira.get("/user/search", query=f"{name}@larkspur.example") == []


def test_assignable_search_tells_whether_one_account_may_be_assigned(office: Office) -> None:
    felix = office.jira.get("/user/search", query="Felix")[0]["accountId"]
    path = "/user/assignable/search"
    assert office.jira.get(path, project="OPS", accountId=felix) == []
    assert len(office.jira.get(path, project="WEB", accountId=felix)) == 1


def test_data_center_searches_by_username(office: Office) -> None:
    found = office.datacenter.get("/user/search", username="marcus.hill")
    assert (found[0]["name"], found[0]["emailAddress"]) == ("marcus.hill", "marcus.hill@larkspur.example")


def test_permissions_are_told_for_the_ones_asked_for(office: Office) -> None:
    body = office.jira.get("/mypermissions", projectKey="OPS", permissions="CREATE_ISSUES,LINK_ISSUES")
    assert {key: each["havePermission"] for key, each in body["permissions"].items()} == {
        "CREATE_ISSUES": True,
        "LINK_ISSUES": True,
    }
    assert office.jira.ask("GET", "/mypermissions", permissions="FLY").status == 400


def test_authenticated_answers_prove_it_in_their_headers(office: Office) -> None:
    cloud = office.jira.ask("GET", "/priority").headers
    center = office.datacenter.ask("GET", "/priority").headers
    assert cloud["X-AAccountId"] == office.jira.get("/myself")["accountId"]
    assert cloud["atl-traceid"]
    assert center["X-AUSERNAME"] == "callsheet"


def test_a_wrong_token_is_401(office: Office) -> None:
    for name, prefix in (("jira", "/rest/api/3"), ("jira-dc", "/rest/api/2")):
        side = Side(office.front, name, prefix, {"authorization": "Bearer wrong"})
        assert side.ask("GET", "/priority").status == 401


@pytest.mark.parametrize("flavour", ["jira", "datacenter"])
def test_an_expired_token_answers_200_with_nothing_in_it(office: Office, flavour: str) -> None:
    key = office.file()
    office.advance(seconds=5)
    office.world.faults.add({"kind": "expire_token"})
    side: Side = getattr(office, flavour)
    path = "/search/jql" if flavour == "jira" else "/search"
    reply = side.post(path, {"jql": "project = OPS"})
    assert (reply.status, reply.body["issues"]) == (200, [])
    assert reply.headers["x-seraph-loginreason"] == "AUTHENTICATED_FAILED"
    assert not {"X-AAccountId", "X-AUSERNAME"} & set(reply.headers)
    assert side.get(f"/issue/{key}/transitions")["transitions"] == []
    assert side.ask("GET", f"/issue/{key}").status == 404
    assert side.ask("GET", "/myself").status == 401
    assert side.post("/issue", {"fields": {}}).status == 401
    assert side.ask("GET", "/serverInfo").status == 200
    office.world.faults.clear()
    assert side.get("/myself")
