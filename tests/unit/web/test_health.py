"""Probes: alive is alive, ready is able to work, and an outage elsewhere is neither's business."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import closing
from pathlib import Path

import pytest

from callsheet.connect.errors import Transient
from callsheet.connect.options import Problems
from callsheet.store import place
from callsheet.web.desk import Desk
from callsheet.web.health import unready
from callsheet.web.server import address_of, listen
from tests.unit.web.house import Web, opened


def reasons(web: Web) -> tuple[int, list[str]]:
    status, said = web.get("/readyz")
    assert said["ready"] is (status == 200)
    return status, said["reasons"]


def test_alive_says_that_the_process_is(web: Web) -> None:
    assert web.get("/healthz") == (200, {"alive": True})


def test_ready_needs_a_scheduler_that_ticks(web: Web) -> None:
    assert reasons(web) == (503, ["the scheduler does not tick"])
    web.desk.pulse.beat()
    assert reasons(web) == (200, [])


def test_ready_needs_our_schema(web: Web) -> None:
    web.desk.pulse.beat()
    web.store.database.execute("PRAGMA user_version = 99")
    status, (why,) = reasons(web)
    assert (status, "schema 99" in why) == (503, True)
    assert web.get("/healthz")[0] == 200


def test_ready_needs_a_database_that_can_be_read(web: Web) -> None:
    web.desk.pulse.beat()
    web.store.database.execute("ALTER TABLE meta RENAME TO lost")
    status, (why,) = reasons(web)
    assert (status, why.startswith("the database can't be read")) == (503, True)


def test_ready_needs_a_database_that_can_be_written_and_room_for_it(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.desk.pulse.beat()
    with monkeypatch.context() as patch:
        # Rights would not stop root, as whom the tests may run.
        patch.setattr(place.os, "access", lambda path, mode: not mode & os.W_OK)
        assert reasons(web) == (503, [f"the database {web.store.path} can't be written"])
    with monkeypatch.context() as patch:
        patch.setattr(place, "ROOM_NEEDED", 1 << 60)
        assert reasons(web) == (503, [f"the disk of the database {web.store.path} is full"])
    assert reasons(web) == (200, [])


def test_ready_does_not_wait_for_a_cycle_that_writes(web: Web) -> None:
    web.desk.pulse.beat()
    with web.store.transaction():
        web.store.note_down("a", "b")
        assert reasons(web) == (200, [])


def test_a_cycle_that_broke_off_shows_until_one_goes_through(web: Web) -> None:
    web.desk.pulse.beat()
    web.desk.pulse.ended(OSError("disk full"))
    assert reasons(web) == (503, ["the last cycle broke off: OSError: disk full"])
    web.desk.pulse.ended(None)
    assert reasons(web) == (200, [])


def test_a_side_out_of_reach_fails_no_probe(web: Web) -> None:
    web.desk.pulse.beat()
    web.desk.pulse.ended(Transient("nobody there", sent=False))
    assert reasons(web) == (200, [])


def test_whoever_was_asked_to_stop_is_no_longer_ready(web: Web) -> None:
    web.desk.pulse.beat()
    desk = Desk(
        reading=web.desk.reading,
        writing=web.desk.writing,
        receivers={},
        clock=web.clock,
        pulse=web.desk.pulse,
        bell=web.desk.bell,
        stopping=lambda: True,
        expected=web.desk.expected,
    )
    assert unready(desk) == ["it was asked to stop"]


def test_status_is_that_of_the_command_and_what_came_in(web: Web) -> None:
    status, said = web.get("/status")
    assert status == 200
    assert said["items"] == {
        "open": 0,
        "overdue": 0,
        "past_date_unfiled": 0,
        "filed": 0,
        "not_filed": 0,
        "held_from_backfill": 0,
    }
    assert said["cycles"] == 0
    assert said["webhooks"] == {
        "pagerduty": {"configured": True, "received": {}},
        "jira": {"configured": True, "received": {}},
    }


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/webhooks", "/webhooks/pagerduty", "/x"])
def test_nothing_else_is_served(web: Web, path: str) -> None:
    assert web.get(path)[0] in {404, 405}


def test_garbage_gets_a_400_and_no_one_else_notices(web: Web) -> None:
    with web.socket() as bare:
        bare.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        assert bare.recv(100).startswith(b"HTTP/1.1 400")
    assert web.get("/healthz")[0] == 200


def test_the_server_ends_within_a_moment_although_somebody_is_connected(tmp_path: Path) -> None:
    before = threading.active_count()
    with opened(tmp_path) as web, web.socket() as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
    assert threading.active_count() <= before + 1


def test_a_taken_port_is_a_problem_of_the_configuration_that_says_what_to_do() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        with pytest.raises(Problems) as caught:
            listen(other.getsockname()[:2])
        (problem,) = caught.value.problems
    assert problem.variable == "CALLSHEET_LISTEN"
    assert "in use; stop the program" in problem.what
    assert "set another" in problem.what


@pytest.mark.parametrize("host", ["192.0.2.1", "not..a..name"])
def test_an_address_of_somebody_else_is_one_too(host: str) -> None:
    with pytest.raises(Problems):
        listen((host, 0))


class Listener(socket.socket):
    """A socket that says it listens on an address of IPv6, which not every machine has."""

    def getsockname(self) -> tuple[str, int, int, int]:
        return "::1", 8080, 0, 0


def test_an_address_is_told_as_people_open_it() -> None:
    with closing(listen(("127.0.0.1", 0))) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
    with closing(Listener()) as listener:
        assert address_of(listener) == "http://[::1]:8080"
