"""The doctor on this machine: its disk, files, clock, and the channels that messages leave it by."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from callsheet.cli import doctor
from callsheet.connect.context import Exchange
from callsheet.model.check import Result
from callsheet.run.doctor import Skew
from callsheet.store import Store, place
from callsheet.store.place import disk_of, is_networked
from callsheet.testing.clock import FakeClock
from tests.conftest import StartPlay
from tests.loopback import answering
from tests.scenario.daemon import Play
from tests.unit.cli.conftest import Run
from tests.unit.cli.doctoring import lines, troubles
from tests.unit.run.world import NOW

POLICY = '[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n'


@pytest.fixture
def there(play: StartPlay) -> Play:
    return play(policy=POLICY)


class Sink(BaseHTTPRequestHandler):
    """A service that takes every message."""

    def do_POST(self) -> None:
        self.server.got.append(self.rfile.read(int(self.headers["content-length"])).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def sink() -> Iterator[tuple[str, list[str]]]:
    """The address of such a service, and what came in."""
    server = HTTPServer(("127.0.0.1", 0), Sink)
    server.got = []
    with answering(server):
        yield f"json://robot:canary-sink-77aa@127.0.0.1:{server.server_port}/{{handle}}", server.got


def test_a_test_message_goes_to_the_fallback_owner_and_only_when_asked_for(
    there: Play, run: Run, sink: tuple[str, list[str]]
) -> None:
    url, got = sink
    there.env |= {"CALLSHEET_NOTIFIERS": "apprise", "APPRISE_PERSON_URL": url}
    said = run("doctor", "--json", at=there)
    assert (got, "canary-sink-77aa" in said.out) == ([], False)
    assert lines(said)["apprise: APPRISE_PERSON_URL"]["fix"] == "send one: `callsheet doctor --send-test`"
    said = run("doctor", "--json", "--send-test", at=there)
    found = lines(said)
    assert found["apprise: test message to grace.okafor@larkspur.example"]["result"] == "ok"
    assert found["apprise: APPRISE_PERSON_URL"]["result"] == "ok"
    (message,) = got
    assert "Callsheet: a test message" in message


@pytest.mark.parametrize("person", [True, False])
def test_the_team_s_channel_gets_a_test_message_of_its_own(
    there: Play, run: Run, sink: tuple[str, list[str]], person: bool
) -> None:
    url, got = sink
    there.env |= {"CALLSHEET_NOTIFIERS": "apprise", "APPRISE_TEAM_URL": url.replace("/{handle}", "/team")}
    there.env |= {"APPRISE_PERSON_URL": url} if person else {}
    said = run("doctor", "--json", "--send-test", at=there)
    assert (said.code, lines(said)["apprise: test message to the team"]["result"]) == (0, "ok")
    assert len(got) == 1 + person


def test_a_test_message_that_is_not_taken_is_an_error(there: Play, run: Run) -> None:
    there.env |= {"CALLSHEET_NOTIFIERS": "apprise", "APPRISE_PERSON_URL": "json://127.0.0.1:9/{handle}"}
    said = run("doctor", "--json", "--send-test", at=there)
    assert said.code == 1
    assert "apprise: test message to grace.okafor@larkspur.example" in troubles(lines(said))


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


def test_a_folder_that_is_not_there_is_to_be_created(there: Play, run: Run, tmp_path: Path) -> None:
    there.env["CALLSHEET_DATABASE_URL"] = f"sqlite:///{tmp_path}/slip/data/callsheet.db"
    found = lines(run("doctor", "--json", at=there))["database"]
    assert (found["result"], found["detail"]) == ("error", f"its folder {tmp_path}/slip/data does not exist")
    assert found["fix"].startswith("create it")


def test_a_mount_that_is_read_only_is_told_as_the_system_does_and_no_right_is_asked_for(
    there: Play, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As for a read-only volume: a test can't mount one.
    monkeypatch.setattr("os.statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    found = lines(run("doctor", "--json", at=there))["database"]
    assert (found["result"], found["detail"]) == ("error", f"{there.database} can't be written: Read-only file system")
    assert found["fix"].startswith("mount it so that it can be written")


def test_what_only_the_database_knows_is_not_checked_where_it_can_not_be_opened(there: Play, run: Run) -> None:
    name = "jira: tickets of this namespace"
    assert lines(run("doctor", "--json", at=there))[name]["result"] == "ok"
    there.database.write_bytes(b"this is no database at all" * 50)
    found = lines(run("doctor", "--json", at=there))
    assert troubles(found) == {"database"}
    assert found[name]["detail"] == "not checked: needs the database"


def test_a_full_disk_is_an_error_before_anything_is_there(
    there: Play, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "ROOM_NEEDED", 1 << 60)
    found = lines(run("doctor", "--json", at=there))["database"]
    assert (found["result"], "is full" in found["detail"], "make space" in found["fix"]) == ("error", True, True)


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
    ("ahead", "result", "told"),
    [
        (0, Result.OK, "0 s apart"),
        (29, Result.OK, "29 s apart"),
        (-60, Result.WARNING, "1 min behind"),
        (600, Result.ERROR, "10 min ahead"),
        (1_570_081, Result.ERROR, "18 days 4 h ahead"),
    ],
)
def test_a_clock_that_is_wrong_is_told_by_how_much(ahead: int, result: Result, told: str) -> None:
    skew = Skew(FakeClock(NOW))
    for late in (300, 0):
        at = NOW - timedelta(seconds=ahead + late * (1 if ahead >= 0 else -1))
        skew.hear("jira", Exchange(method="GET", path="/", status=200, seconds=1, answered_at=at))
    (check,) = skew.checks()
    assert (check.result, told in check.detail) == (result, True)


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
