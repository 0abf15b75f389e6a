"""The doctor: a line for each thing, with what to do; it asks everybody, goes on after a no, and writes nothing."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from callsheet.cli import doctor
from callsheet.connect.context import Exchange
from callsheet.model.check import Result
from callsheet.run.doctor import Skew
from callsheet.store import Store
from callsheet.store.place import disk_of, is_networked
from callsheet.testing.clock import FakeClock
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run, Said
from tests.unit.run.world import NOW

POLICY = '[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n'
ROUTES = {"r": "SEC", "w": "WEB"}
PERMISSIONS = "BROWSE_PROJECTS CREATE_ISSUES ASSIGN_ISSUES EDIT_ISSUES TRANSITION_ISSUES ADD_COMMENTS LINK_ISSUES"
Lines = dict[str, dict[str, str]]


@pytest.fixture
def there(play: StartPlay) -> Play:
    return play(policy=POLICY)


def lines(said: Said) -> Lines:
    """The checks by name; every line that is not ok says what to do."""
    found: list[dict[str, str]] = said.json
    for line in found:
        assert set(line) == {"check", "result", "detail", "fix"}
        assert line["fix"] or line["result"] not in {"warning", "error"}, line
        assert not line["fix"] or line["result"] not in {"ok", "skipped"}, line
    return {line["check"]: line for line in found}


def troubles(found: Lines) -> set[str]:
    return {name for name, line in found.items() if line["result"] == "error"}


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
    assert found["pagerduty: scope incidents.write"]["detail"] == "only writing a note proves it"
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


def test_people_get_words_and_a_count(there: Play, run: Run) -> None:
    said = run("doctor", at=there)
    assert "ok       pagerduty: scope users.read: read\n" in said.out
    assert "         -> look at the first tickets" in said.out
    assert said.out.splitlines()[-1].startswith("0 errors, ")


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
    ("env", "cause", "needs", "skipped"),
    [
        ({"PAGERDUTY_API_TOKEN": "wrong"}, "pagerduty: who am I", "a working token", 6),
        ({"JIRA_API_TOKEN": "wrong"}, "jira: who am I", "a working token", 3),
        ({"JIRA_FLAVOUR": "datacenter"}, "jira: who am I", "an answer that can be read", 3),
        ({"JIRA_BASE_URL": "http://127.0.0.1:9"}, "jira: who am I", "the other side to be reached", 3),
        ({"JIRA_PROJECT": "NOPE"}, "jira: permissions in NOPE", "what is wrong in NOPE to be mended", 2),
    ],
)
def test_one_cause_is_one_error_and_what_hangs_on_it_is_skipped(
    there: Play, run: Run, env: dict[str, str], cause: str, needs: str, skipped: int
) -> None:
    there.env |= env
    said = run("doctor", "--json", at=there)
    found = lines(said)
    # A side that nobody reaches is asked again a few times, which is told; nothing else is.
    beside = {json.loads(line)["event"] for line in said.err.splitlines()}
    assert (troubles(found), beside - {"side.awaited"}) == ({cause}, set())
    assert sum(line["detail"] == f"not checked: needs {needs}" for line in found.values()) == skipped


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


def test_what_a_project_requires_or_lacks_is_told_with_the_line_to_write(play: StartPlay, run: Run) -> None:
    routes = [f'[[routes]]\nname = "{name}"\nteams = ["{name}"]\nproject = "{key}"\n' for name, key in ROUTES.items()]
    there = play(policy=POLICY + "".join(routes))
    found = lines(run("doctor", "--json", at=there))
    required = next(line for name, line in found.items() if name.startswith("jira: route r") and "required" in name)
    assert 'write into policy.toml under [routes.fields] of the route "r"' in required["detail"]
    assert found["jira: permission CREATE_ISSUES in SEC"]["result"] == "ok"
    assert found["jira: route w, Task in WEB: due date"]["result"] == "note"


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


class Sink(BaseHTTPRequestHandler):
    """A service that takes every message."""

    def do_POST(self) -> None:
        self.server.got.append(self.rfile.read(int(self.headers["content-length"])).decode())  # type: ignore[attr-defined] # ours
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def sink() -> Iterator[tuple[str, list[str]]]:
    """The address of such a service, and what came in."""
    server = HTTPServer(("127.0.0.1", 0), Sink)
    server.got = []  # type: ignore[attr-defined] # where the handler puts it
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"json://robot:canary-sink-77aa@127.0.0.1:{server.server_port}/{{handle}}", server.got  # type: ignore[attr-defined] # as above
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_test_message_goes_to_the_fallback_owner_and_only_when_asked_for(
    there: Play, run: Run, sink: tuple[str, list[str]]
) -> None:
    url, got = sink
    there.env |= {"CALLSHEET_NOTIFIERS": "apprise", "APPRISE_PERSON_URL": url}
    said = run("doctor", "--json", at=there)
    assert (got, "canary-sink-77aa" in said.out) == ([], False)
    assert lines(said)["apprise: APPRISE_PERSON_URL"]["result"] == "note"
    said = run("doctor", "--json", "--send-test", at=there)
    assert lines(said)["apprise: test message"]["detail"].startswith("taken for grace.okafor@larkspur.example")
    (message,) = got
    assert "Callsheet: a test message" in message


def test_a_test_message_that_is_not_taken_is_an_error(there: Play, run: Run) -> None:
    there.env |= {"CALLSHEET_NOTIFIERS": "apprise", "APPRISE_PERSON_URL": "json://127.0.0.1:9/{handle}"}
    said = run("doctor", "--json", "--send-test", at=there)
    assert said.code == 1
    assert "apprise: test message" in troubles(lines(said))


# This machine


def test_a_database_that_is_no_database_or_newer_is_an_error(there: Play, run: Run) -> None:
    there.database.write_bytes(b"this is no database at all" * 50)
    found = lines(run("doctor", "--json", at=there))
    assert "can't be read" in found["database"]["detail"]
    there.database.unlink()
    Store(there.database).close()
    with sqlite3.connect(there.database) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "schema 99" in lines(run("doctor", "--json", at=there))["database"]["detail"]


def test_env_files_that_others_can_read_are_a_warning(there: Play, run: Run) -> None:
    path = there.config / "jira.env"
    path.write_text("#nothing\n")
    for mode, result in ((0o644, "warning"), (0o604, "warning"), (0o640, "ok"), (0o600, "ok")):
        path.chmod(mode)
        line = lines(run("doctor", "--json", at=there))[str(path)]
        assert line["result"] == result
        assert line["fix"] == (f"it holds secrets: `chmod o= {path}`" if result == "warning" else "")


MOUNTS = """\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
36 21 0:30 / /data rw,relatime shared:9 - nfs4 filer:/export rw
37 21 0:31 / /data/my\\040disk rw - xfs /dev/sdb rw
38 21 0:32 / /mnt rw - fuse.sshfs me@there: rw
not a line
"""


@pytest.mark.parametrize(
    ("path", "disk", "networked"),
    [
        ("/var/lib/callsheet.db", "ext4", False),
        ("/data/callsheet.db", "nfs4", True),
        ("/data/my disk/callsheet.db", "xfs", False),
        ("/database/callsheet.db", "ext4", False),
        ("/mnt/x/callsheet.db", "fuse.sshfs", True),
    ],
)
def test_a_network_file_system_is_told_from_a_disk(path: str, disk: str, networked: bool) -> None:
    assert (disk_of(Path(path), MOUNTS), is_networked(disk_of(Path(path), MOUNTS))) == (disk, networked)


def test_a_database_on_a_network_file_system_is_an_error(
    there: Play, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("36 21 0:30 / / rw,relatime shared:9 - nfs4 filer:/export rw\n")
    monkeypatch.setattr(doctor, "MOUNTS", mounts)
    found = lines(run("doctor", "--json", at=there))
    assert found["database: disk"]["result"] == "error"
    assert "local disk" in found["database: disk"]["fix"]


def test_folders_that_can_not_be_written_are_errors(there: Play, run: Run, tmp_path: Path) -> None:
    # Rights would not stop root, but nobody can make a file within a file.
    (tmp_path / "file").write_text("")
    there.env |= {
        "FILES_DIR": f"{tmp_path}/file/x",
        "CALLSHEET_DATABASE_URL": f"sqlite:///{tmp_path}/file/callsheet.db",
    }
    assert {"files: FILES_DIR", "database"} <= troubles(lines(run("doctor", "--json", at=there)))


@pytest.mark.parametrize(
    ("ahead", "result"), [(0, Result.OK), (29, Result.OK), (-60, Result.WARNING), (600, Result.ERROR)]
)
def test_a_clock_that_is_wrong_is_told_by_how_much(ahead: int, result: Result) -> None:
    skew = Skew(FakeClock(NOW))
    for late in (300, 0):
        at = NOW - timedelta(seconds=ahead + late * (1 if ahead >= 0 else -1))
        skew.hear("jira", Exchange(method="GET", path="/", status=200, seconds=1, answered_at=at))
    (check,) = skew.checks()
    assert (check.result, f"{abs(ahead)} s" in check.detail) == (result, True)


@pytest.mark.parametrize(
    ("jira", "pagerduty", "checks"),
    [
        (300, 310, ["this machine's clock"]),
        (-300, -310, ["this machine's clock"]),
        (300, 0, ["jira: clock", "pagerduty: clock"]),
        (300, -300, ["jira: clock", "pagerduty: clock"]),
    ],
)
def test_a_clock_of_ours_that_is_wrong_is_one_error(jira: int, pagerduty: int, checks: list[str]) -> None:
    skew = Skew(FakeClock(NOW))
    for side, ahead in (("jira", jira), ("pagerduty", pagerduty)):
        at = NOW - timedelta(seconds=ahead)
        skew.hear(side, Exchange(method="GET", path="/", status=200, seconds=1, answered_at=at))
    found = list(skew.checks())
    assert [check.check for check in found] == checks
    assert found[0].result is Result.ERROR
