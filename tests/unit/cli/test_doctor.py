"""The doctor: a line for each thing, with what to do; it asks everybody, goes on after a no, and writes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run
from tests.unit.cli.doctoring import lines, troubles

POLICY = '[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n'
ROUTES = {"r": "SEC", "w": "WEB"}
PERMISSIONS = "BROWSE_PROJECTS CREATE_ISSUES ASSIGN_ISSUES EDIT_ISSUES TRANSITION_ISSUES ADD_COMMENTS LINK_ISSUES"
ONLY_A_WRITE_PROVES = {"pagerduty: scope incidents.write", "jira: filing"}
ABOVE = "mend what stands above, and run `callsheet doctor` again"


@pytest.fixture
def there(play: StartPlay) -> Play:
    return play(policy=POLICY)


@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
def test_a_sound_configuration_is_proved_line_by_line(play: StartPlay, run: Run, flavour: str) -> None:
    there = play(flavour=flavour, policy=POLICY)
    said = run("doctor", "--json", at=there)
    found = lines(said)
    assert (said.code, troubles(found)) == (0, set())
    for scope in ("incidents.read", "users.read", "priorities.read", "change_events.read"):
        assert found[f"pagerduty: scope {scope}"]["result"] == "ok"
    for permission in (*PERMISSIONS.split(), "USER_PICKER"):
        assert found[f"jira: permission {permission} in OPS"]["result"] == "ok"
    assert found["pagerduty: who am I"]["detail"] == "an API key of the account, of no user"
    assert {name for name, line in found.items() if line["result"] == "warning"} == {
        "reminders",
        *ONLY_A_WRITE_PROVES,
        *(["jira: token expiry"] if flavour == "cloud" else []),
    }
    assert all("only" in found[name]["detail"] for name in ONLY_A_WRITE_PROVES)
    assert "Grace Okafor" in found["jira: fallback owner grace.okafor@larkspur.example in OPS"]["detail"]
    assert found["jira: route default, Task in OPS: due date"]["result"] == "ok"
    assert "Highest" in found["jira: route default, Task in OPS"]["detail"]
    assert ("Cloud" if flavour == "cloud" else "Data Center") in found["jira: product"]["detail"]
    assert found["jira: closing a Task in OPS"]["result"] == "ok"
    assert found["jira: clock"]["result"] == found["pagerduty: clock"]["result"] == "ok"
    assert "is not there yet" in found["database"]["detail"]
    assert found["files: FILES_DIR"]["result"] == "ok"


def test_it_writes_nothing_anywhere(there: Play, run: Run) -> None:
    before = there.box.state()
    there.forget()
    run("doctor", at=there)
    assert there.requests()
    assert there.writes() == {}
    assert there.box.state()["jira"]["issues"] == before["jira"]["issues"]
    assert not there.database.exists()
    assert not there.documents.exists()


def test_a_ticket_that_is_there_shows_the_real_way_to_done(there: Play, run: Run) -> None:
    there.settled()
    there.incident(ACTION)
    there.settled()
    there.forget()
    found = lines(run("doctor", "--json", at=there))
    assert found["jira: closing a Task in OPS"]["detail"] == "one of our tickets offers a step into it"
    assert "schema" in found["database"]["detail"]


def test_people_get_words_and_a_count_and_last_what_nobody_can_clear_before_the_first_write(
    there: Play, run: Run
) -> None:
    said = run("doctor", at=there)
    *shown, counts = said.out.splitlines()
    assert "ok       pagerduty: scope users.read: read" in shown
    oks = [place for place, line in enumerate(shown) if line.startswith("ok ")]
    last = [line.split(": ")[1] for line in shown[max(oks) + 1 :] if line.startswith("warning ")]
    assert last == ["scope incidents.write", "token expiry", "filing"]
    assert shown[-1].startswith("         -> nothing before the first ticket")
    assert counts == f"0 errors, 4 warnings (3 that no read can prove), {len(oks)} ok."


def test_lines_that_want_the_same_say_it_once(there: Play, run: Run) -> None:
    there.env["PAGERDUTY_API_TOKEN"] = "wrong"
    said = run("doctor", at=there)
    shown = said.out.splitlines()
    assert shown[-1].startswith("1 error, 10 warnings (6 not checked, 3 that no read can prove), ")
    assert sum(line == f"         -> {ABOVE}" for line in shown) == 2  # an ok stands between


# One no after the other; the others are asked all the same.


def answer(permission: str, *, has: bool) -> dict[str, Any]:
    names = [*PERMISSIONS.split(), "USER_PICKER"]
    return {"permissions": {name: {"key": name, "havePermission": has or name != permission} for name in names}}


@pytest.mark.parametrize(("mode", "result"), [("full", "error"), ("shadow", "warning")])
def test_a_permission_that_lacks_is_an_error_where_the_mode_uses_it(
    there: Play, run: Run, mode: str, result: str
) -> None:
    there.env["CALLSHEET_MODE"] = mode
    there.box.fault(
        "status", side="jira", path="/rest/api/3/mypermissions", status=200, body=answer("TRANSITION_ISSUES", has=False)
    )
    said = run("doctor", "--json", at=there)
    line = lines(said)["jira: permission TRANSITION_ISSUES in OPS"]
    assert (line["result"], said.code) == (result, int(result == "error"))
    assert "grant our account TRANSITION_ISSUES" in line["fix"]


@pytest.mark.parametrize(
    ("path", "scope"), [("/priorities", "priorities.read"), ("/change_events", "change_events.read")]
)
def test_a_scope_that_lacks_is_named_alone(there: Play, run: Run, path: str, scope: str) -> None:
    there.box.fault("status", side="pagerduty", path=path, status=403)
    said = run("doctor", "--json", at=there)
    assert said.code == 1
    assert f"pagerduty: scope {scope}" in troubles(lines(said))
    assert lines(said)["pagerduty: scope incidents.read"]["result"] == "ok"


def test_a_plan_without_priorities_is_no_fault(there: Play, run: Run) -> None:
    there.box.fault("status", side="pagerduty", path="/priorities", status=402, body={"error": {"message": "no"}})
    found = lines(run("doctor", "--json", at=there))
    assert "the account's plan does not have it" in found["pagerduty: scope priorities.read"]["detail"]


@pytest.mark.parametrize(
    ("env", "cause", "needs", "unasked"),
    [
        ({"PAGERDUTY_API_TOKEN": "wrong"}, "pagerduty: who am I", "a working token", 6),
        ({"JIRA_API_TOKEN": "wrong"}, "jira: who am I", "a working token", 4),
        ({"JIRA_FLAVOUR": "datacenter"}, "jira: who am I", "an answer that can be read", 4),
        ({"JIRA_BASE_URL": "http://127.0.0.1:9"}, "jira: who am I", "the other side to be reached", 4),
        ({"JIRA_PROJECT": "NOPE"}, "jira: permissions in NOPE", "what is wrong in NOPE to be mended", 2),
    ],
)
def test_one_cause_is_one_error_and_what_hangs_on_it_is_a_warning_that_it_was_not_checked(
    there: Play, run: Run, env: dict[str, str], cause: str, needs: str, unasked: int
) -> None:
    there.env |= env
    said = run("doctor", "--json", at=there)
    found = lines(said)
    # A side that nobody reaches is asked again a few times, which is told; nothing else is.
    beside = {json.loads(line)["event"] for line in said.err.splitlines()}
    assert (troubles(found), beside - {"side.awaited"}) == ({cause}, set())
    hanging = [line for line in found.values() if line["detail"] == f"not checked: needs {needs}"]
    assert (len(hanging), {line["result"] for line in hanging}, said.code) == (unasked, {"warning"}, 1)
    assert {line["fix"] for line in hanging} == {ABOVE}


def test_a_scope_that_lacks_does_not_come_back_as_other_errors(there: Play, run: Run) -> None:
    there.box.fault("status", side="pagerduty", path="/users", status=403)
    found = lines(run("doctor", "--json", at=there))
    assert troubles(found) == {"pagerduty: scope users.read"}
    assert found["pagerduty: PAGERDUTY_FROM_EMAIL"]["detail"] == "not checked: needs the scope users.read"


def test_an_expired_token_of_one_side_leaves_the_other_side_proved(there: Play, run: Run) -> None:
    there.box.fault("expire_token", side="jira")
    said = run("doctor", "--json", at=there)
    found = lines(said)
    assert said.code == 1
    assert "jira: who am I" in troubles(found)
    assert found["pagerduty: scope users.read"]["result"] == "ok"
    assert found["files: FILES_DIR"]["result"] == "ok"


@pytest.mark.parametrize(
    ("env", "policy", "check", "fix"),
    [
        ({"JIRA_PROJECT": "NOPE"}, POLICY, "jira: permissions in NOPE", "see that the project NOPE exists"),
        ({"JIRA_ISSUE_TYPE": "Epos"}, POLICY, "jira: route default, Epos in OPS", "correct project and issue type"),
        ({"PAGERDUTY_FROM_EMAIL": "a@b.example"}, POLICY, "pagerduty: PAGERDUTY_FROM_EMAIL", "PAGERDUTY_FROM_EMAIL"),
        ({"PAGERDUTY_TEAM_IDS": "PNOTEAM"}, POLICY, "pagerduty: team PNOTEAM", "correct PAGERDUTY_TEAM_IDS"),
        ({"PAGERDUTY_SERVICE_IDS": "PNONE"}, POLICY, "pagerduty: service PNONE", "correct PAGERDUTY_SERVICE_IDS"),
        (
            {},
            '[default_route]\nfallback_owner = "no.body@larkspur.example"\n',
            "jira: fallback owner no.body@larkspur.example in OPS",
            "name somebody in fallback_owner",
        ),
    ],
)
def test_what_is_named_and_not_there_is_an_error(
    play: StartPlay, run: Run, env: dict[str, str], policy: str, check: str, fix: str
) -> None:
    said = run("doctor", "--json", at=play(env=env, policy=policy))
    found = lines(said)
    assert (said.code, found[check]["result"]) == (1, "error")
    assert fix in found[check]["fix"]


def test_a_wrong_issue_type_is_one_trouble_and_nothing_is_said_about_its_statuses(play: StartPlay, run: Run) -> None:
    there = play(env={"JIRA_ISSUE_TYPE": "Epos"}, policy=POLICY)
    found = lines(run("doctor", "--json", at=there))
    assert troubles(found) == {"jira: route default, Epos in OPS"}
    assert not [name for name in found if name.startswith("jira: closing")]


def test_an_issue_type_that_is_given_by_its_id_has_its_statuses_looked_at(play: StartPlay, run: Run) -> None:
    found = lines(run("doctor", "--json", at=play(env={"JIRA_ISSUE_TYPE": "10100"}, policy=POLICY)))
    assert troubles(found) == set()
    assert "its workflow has a status for it" in found["jira: closing a 10100 in OPS"]["detail"]


def test_a_channel_that_is_not_configured_is_a_warning(play: StartPlay, run: Run) -> None:
    said = run("doctor", "--json", at=play(policy=f'{POLICY}channel = "pager"\n'))
    found = lines(said)["policy: route default"]
    assert (said.code, found["result"]) == (0, "warning")
    assert found["detail"] == "its channel pager is not configured"
    assert "add pager to CALLSHEET_NOTIFIERS, or correct" in found["fix"]


def test_what_a_project_requires_or_lacks_is_told_with_the_line_to_write(play: StartPlay, run: Run) -> None:
    routes = [f'[[routes]]\nname = "{name}"\nteams = ["{name}"]\nproject = "{key}"\n' for name, key in ROUTES.items()]
    there = play(policy=POLICY + "".join(routes))
    found = lines(run("doctor", "--json", at=there))
    required = next(line for name, line in found.items() if name.startswith("jira: route r") and "required" in name)
    assert 'write into policy.toml under [routes.fields] of the route "r"' in required["detail"]
    assert found["jira: permission CREATE_ISSUES in SEC"]["result"] == "ok"
    assert found["jira: route w, Task in WEB: due date"]["result"] == "warning"


def test_a_notifier_without_a_url_for_people_and_no_fallback_owner_are_warnings(play: StartPlay, run: Run) -> None:
    env = {"CALLSHEET_NOTIFIERS": "apprise", "APPRISE_TEAM_URL": "json://127.0.0.1:9/team"}
    said = run("doctor", "--json", at=play(env=env))
    found = lines(said)
    assert said.code == 0
    assert found["apprise: APPRISE_PERSON_URL"]["result"] == "warning"
    assert "no fallback owner" in found["policy: route default"]["detail"]


def test_a_broken_configuration_is_told_problem_by_problem(play: StartPlay, run: Run) -> None:
    there = play(env={"CALLSHEET_MODE": "half"})
    del there.env["JIRA_API_TOKEN"]
    said = run("doctor", "--json", at=there)
    found = lines(said)
    assert said.code == 2
    assert troubles(found) == {"CALLSHEET_MODE", "JIRA_API_TOKEN"}
    assert "jira.env" in found["JIRA_API_TOKEN"]["fix"]
    assert "‘half’" in found["CALLSHEET_MODE"]["detail"]
    assert found["the sides"]["detail"] == "not checked: needs a configuration without errors"


def test_a_misspelt_variable_is_to_be_renamed_and_a_wrong_value_mended_where_it_stands(
    play: StartPlay, run: Run
) -> None:
    there = play()
    (there.config / "pagerduty.env").write_text("PAGERDUTY_TEEM_IDS=P1\nCALLSHEET_BACKFILL=soon\n")
    found = lines(run("doctor", "--json", at=there))
    assert found["PAGERDUTY_TEEM_IDS"]["fix"] == "rename or remove line 1 of pagerduty.env"
    assert found["CALLSHEET_BACKFILL"]["fix"] == "mend line 2 of pagerduty.env"
    assert found["CALLSHEET_BACKFILL"]["detail"].endswith("(pagerduty.env line 2: ‘soon’)")
