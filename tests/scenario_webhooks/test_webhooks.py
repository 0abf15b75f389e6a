"""The daemon and its webhooks: what they name is taken in at once, and without them nothing is lost."""

from __future__ import annotations

import socket
import subprocess
import threading

from callsheet.run.schedule import RUNG_EVERY
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.scenario_webhooks.daemon import HOUR, Daemon, living, until


def filed(p: Play) -> str:
    """An incident whose one promise of its own and standing item are filed."""
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    p.wait(seconds=30)
    p.settled()
    return incident


def is_done(p: Play, title: str) -> bool:
    return p.item(title).status.value == "done"


def test_a_note_that_pagerduty_tells_of_is_filed_long_before_the_next_poll(play: StartPlay) -> None:
    p = play(env=HOUR)
    incident = filed(p)
    with living(p) as daemon:
        p.box.pagerduty_act("note", incident=incident, text="TODO: Write it down @ana.ferreira")
        p.wait(seconds=10)
        assert daemon.pagerduty_tells(incident) == (202, {"webhook": "taken"})
        until(lambda: any("Write it down" in title for title in p.titles()), "the note's ticket")


def test_a_new_incident_that_pagerduty_tells_of_is_opened_at_once(play: StartPlay) -> None:
    p = play(env=HOUR)
    p.settled()
    with living(p) as daemon:
        incident = p.incident(ACTION)
        daemon.pagerduty_tells(incident, "incident.resolved")
        until(p.tickets, "its tickets")


def test_a_ticket_that_jira_tells_of_is_taken_in_at_once(play: StartPlay) -> None:
    p = play(env=HOUR)
    filed(p)
    with living(p) as daemon:
        ticket = p.ticket("Alert when")
        # The search has not heard of it: only a read by id shows it.
        p.box.jira_act("transition", flavour=p.flavour, issue=ticket["key"], to="Done")
        assert daemon.jira_tells(ticket) == (202, {"webhook": "taken"})
        until(lambda: is_done(p, "Alert when"), "the ticket is done")


def test_a_signing_secret_that_is_renewed_in_its_file_needs_no_restart(play: StartPlay) -> None:
    p = play(env=HOUR)
    incident = filed(p)
    secret = p.env.pop("PAGERDUTY_WEBHOOK_SECRET")
    place = p.config / "signing"
    place.write_text(secret)
    p.env["PAGERDUTY_WEBHOOK_SECRET_FILE"] = str(place)
    with living(p) as daemon:
        p.env["PAGERDUTY_WEBHOOK_SECRET"] = "renewed-" + secret
        assert daemon.pagerduty_tells(incident)[0] == 401
        # Looked for once in a while: this one comes too early.
        place.write_text("renewed-" + secret)
        until(lambda: daemon.pagerduty_tells(incident)[0] == 202, "the renewed secret is taken up")


def test_with_all_webhooks_lost_the_next_poll_finds_everything(play: StartPlay) -> None:
    p = play(env={"CALLSHEET_CYCLE_EVERY": "1s"})
    incident = filed(p)
    with living(p):
        p.in_jira("transition", issue=p.ticket("Alert when")["key"], to="Done")
        p.box.pagerduty_act("note", incident=incident, text="TODO: Write it down @ana.ferreira")
        p.wait(seconds=10)
        until(lambda: is_done(p, "Alert when"), "the ticket is done")
        until(lambda: any("Write it down" in title for title in p.titles()), "the note's ticket")


def test_echoes_of_our_own_writes_start_no_loop(play: StartPlay) -> None:
    p = play(env=HOUR)
    incident = filed(p)
    tickets = p.tickets()
    with living(p) as daemon:
        p.forget()
        cycles = daemon.cycles()
        assert daemon.pagerduty_tells(incident)[0] == 202
        for ticket in tickets:
            assert daemon.jira_tells(ticket, "jira:issue_created")[0] == 202
        until(lambda: daemon.cycles() > cycles, "a cycle for the echoes")
        until(lambda: not daemon.status()["unknown"], "quiet")
        # A cycle that was rung for may begin as late as this.
        threading.Event().wait(RUNG_EVERY + 1)
        assert p.writes() == {}
        # Those that came in after the first of them began shared one more, and that was all.
        assert daemon.cycles() - cycles <= 2
    assert (len(p.tickets()), len(p.our_notes(incident))) == (len(tickets), 1)


def test_a_cycle_without_hints_still_makes_two_requests(play: StartPlay) -> None:
    p = play(env=HOUR)
    filed(p)
    p.forget()
    with living(p) as daemon:
        assert daemon.cycles() == 1
        assert sum(p.requests().values()) == 2, p.requests()


def test_forged_doubled_and_reordered_webhooks_change_nothing(play: StartPlay) -> None:
    p = play(env=HOUR)
    incident = filed(p)
    titles = p.titles()
    with living(p) as daemon:
        p.forget()
        for _ in range(20):
            forged = {"X-PagerDuty-Signature": "v1=" + "0" * 64}
            assert daemon.pagerduty_tells(incident, **forged)[0] == 401
        assert daemon.cycles() == 1
        for kind in ("incident.resolved", "incident.acknowledged", "incident.triggered"):
            daemon.pagerduty_tells(incident, kind, **{"X-Webhook-Id": "the same"})
        assert daemon.status()["webhooks"]["pagerduty"]["received"] == {"duplicate": 2, "taken": 1, "unsigned": 20}
        until(lambda: daemon.cycles() == 2, "one cycle")
        assert p.writes() == {}
    assert p.titles() == titles


def test_hints_outlive_a_kill(play: StartPlay) -> None:
    p = play(env=HOUR)
    incident = filed(p)
    daemon = Daemon(p)
    until(lambda: daemon.cycles() >= 1, "the first cycle")
    daemon.pagerduty_tells(incident)
    daemon.kill()
    with living(p) as again:
        status, _ = again.get("/readyz")
        assert status == 200
    with p.store() as store:
        assert store.database["hint"].count == 0
        assert store.database["heard_event"].count == 2


def test_an_oversized_webhook_brings_the_sweep(play: StartPlay) -> None:
    p = play(env=HOUR)
    filed(p)
    with living(p) as daemon:
        p.forget()
        assert daemon.ask("POST", "/webhooks/pagerduty", b"x" * 300_000, {})[0] == 202
        until(lambda: "GET /incidents" in p.requests(), "a sweep")


def test_the_probes_tell_life_and_readiness_and_an_outage_elsewhere_is_neither(play: StartPlay) -> None:
    p = play(env={"CALLSHEET_CYCLE_EVERY": "1s"})
    p.settled()
    with living(p) as daemon:
        assert daemon.get("/healthz") == (200, {"alive": True})
        assert daemon.get("/readyz") == (200, {"ready": True, "reasons": []})
        for side in ("pagerduty", "jira"):
            p.box.fault("status", side=side, status=503)
        cycles = daemon.cycles()
        until(lambda: daemon.cycles() > cycles, "a cycle during the outage")
        assert daemon.get("/readyz")[0] == 200
        assert daemon.get("/healthz")[0] == 200
        p.box.no_faults()


def test_sigterm_ends_server_and_daemon_with_exit_code_0_though_somebody_stays_connected(play: StartPlay) -> None:
    p = play(env=HOUR)
    p.settled()
    daemon = Daemon(p)
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=60) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        assert daemon.end() == 0
    assert not any("Traceback" in line for line in daemon.words)


def test_a_port_in_use_is_told_with_what_to_do_and_exit_code_2(play: StartPlay) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        p = play(env={"CALLSHEET_LISTEN": address})
        done: subprocess.CompletedProcess[str] = p.cli("run")
    assert done.returncode == 2
    assert "CALLSHEET_LISTEN" in done.stderr
    assert address in done.stderr
    assert "Traceback" not in done.stderr


def test_once_beside_nobody_needs_no_port(play: StartPlay) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        p = play(env={"CALLSHEET_LISTEN": f"127.0.0.1:{other.getsockname()[1]}"})
        assert p.cli("once").returncode == 0
