"""A secret that is renewed in its file, or in an env file, is taken up without a restart once the old is refused."""

from __future__ import annotations

import threading
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog
from prometheus_client import generate_latest

from callsheet.bootstrap import open_store
from callsheet.cli.daemon import Daemon, with_secrets_of
from callsheet.run.pulse import Bell
from callsheet.store.sqlite import Store
from callsheet.testing.clock import FakeClock
from callsheet.web.counters import Counters
from callsheet.web.server import provider_of
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.unit.run.world import NOW
from tests.unit.web.provider import CLIENT, SECRET, providing
from tests.unit.web.signing import ANA, PUBLIC

TOKENS = ["PAGERDUTY_API_TOKEN", "JIRA_API_TOKEN"]


class Running:
    """`callsheet run` without its schedule: the bell's rings are counted, and cycles run when the test says."""

    def __init__(self, play: Play, store: Store) -> None:
        self.rings = 0
        bell = Bell()
        bell.hear_by(self.ring)
        self.counters = Counters()
        self.daemon = Daemon(
            play.configuration(),
            store,
            threading.Event(),
            counters=self.counters,
            bell=bell,
            reload=play.configuration,
        )

    def ring(self) -> None:
        self.rings += 1


@pytest.mark.parametrize("where", ["file", "env file"])
@pytest.mark.parametrize("name", TOKENS)
def test_a_renewed_secret_is_taken_up_when_the_old_one_is_refused(play: StartPlay, name: str, where: str) -> None:
    p = play()
    p.settled()
    token, place = p.env.pop(name), p.config / ("secret" if where == "file" else "tokens.env")

    def write(value: str) -> None:
        place.write_text(f"{value}\n" if where == "file" else f"{name}={value}\n")

    if where == "file":
        p.env[f"{name}_FILE"] = str(place)
    write("an-old-token-0123456789")
    side = name.partition("_")[0].lower()
    p.incident(ACTION)
    with closing(open_store(p.configuration())) as store:
        running = Running(p, store)
        assert running.daemon.cycle().strangers == {side}
        assert running.rings == 0
        write(token)
        assert running.daemon.cycle().strangers == {side}
        assert running.rings == 1
        report = running.daemon.cycle()
        assert (report.exit_code, report.counts["ticket.filed"]) == (0, 2)
    told = generate_latest(running.counters.registry).decode()
    assert f'callsheet_reconcile_total{{kind="{side}",result="unreachable"}} 2.0' in told
    assert f'callsheet_reconcile_total{{kind="{side}",result="ok"}} 1.0' in told


def test_a_configuration_that_can_not_be_read_just_now_changes_nothing(play: StartPlay) -> None:
    p = play()
    p.settled()
    p.box.fault("status", status=401, side="jira")
    with closing(open_store(p.configuration())) as store:
        running = Running(p, store)
        del p.env["JIRA_API_TOKEN"]
        with structlog.testing.capture_logs() as logs:
            running.daemon.cycle()
        assert [line["problems"] for line in logs if line["event"] == "secrets.unreadable"]
        p.box.no_faults()
        assert running.daemon.cycle().exit_code == 0


def test_only_secrets_are_taken_up_all_else_waits_for_a_restart(play: StartPlay) -> None:
    p = play()
    old = p.configuration()
    p.env |= {"CALLSHEET_MODE": "shadow", "JIRA_PROJECT": "WEB"}
    assert with_secrets_of(p.configuration(), old) is None
    p.env["CALLSHEET_WEB_TOKEN"] = "another-token-0123456789"
    assert with_secrets_of(p.configuration(), old) is None
    p.env["JIRA_API_TOKEN"] = "another-token-0123456789"
    changed = with_secrets_of(p.configuration(), old)
    assert changed is not None
    assert (changed.settings, changed.options["pagerduty"]) == (old.settings, old.options["pagerduty"])
    assert changed.options["jira"].model_dump(exclude={"api_token"}) == old.options["jira"].model_dump(
        exclude={"api_token"}
    )


def test_the_client_secret_that_people_sign_in_by_is_taken_up_and_nothing_else_of_the_pages(play: StartPlay) -> None:
    p = play(
        env={
            "CALLSHEET_OIDC_ISSUER": "https://login.example.com",
            "CALLSHEET_OIDC_CLIENT_ID": "callsheet",
            "CALLSHEET_OIDC_CLIENT_SECRET": "one-secret-0123456789",
            "CALLSHEET_OIDC_ALLOW": "example.com",
            "CALLSHEET_PUBLIC_URL": "https://callsheet.example.com",
        }
    )
    old = p.configuration()
    p.env |= {"CALLSHEET_OIDC_CLIENT_SECRET": "another-secret-0123456789", "CALLSHEET_OIDC_ALLOW": "evil.example"}
    changed = with_secrets_of(p.configuration(), old)
    assert changed is not None
    assert changed.settings.sign_in is not None
    assert changed.settings.sign_in.client_secret.get_secret_value() == "another-secret-0123456789"
    assert changed.settings.sign_in.allow == ("example.com",)


def test_the_secret_of_the_sign_in_is_taken_up_when_the_provider_refuses_the_old_one(play: StartPlay) -> None:
    p = play()
    place = p.config / "client-secret"
    place.write_text(SECRET)
    with providing(PUBLIC) as provider:
        p.env |= {
            "CALLSHEET_PUBLIC_URL": PUBLIC,
            "CALLSHEET_OIDC_ISSUER": provider.issuer,
            "CALLSHEET_OIDC_CLIENT_ID": CLIENT,
            "CALLSHEET_OIDC_CLIENT_SECRET_FILE": str(place),
            "CALLSHEET_OIDC_ALLOW": "example.com",
        }
        old = p.configuration()
        ours = provider_of(old, FakeClock(NOW), lambda: with_secrets_of(p.configuration(), old) or old)
        assert ours is not None
        for renewed in (None, "CANARY-the-next-secret", "CANARY-the-one-after-it"):
            if renewed:
                provider.secret = renewed
                place.write_text(renewed)
            url, errand = ours.begin()
            (code,) = parse_qs(urlsplit(provider.signed_in(url)).query)["code"]
            assert ours.finish(code, errand) == ANA
