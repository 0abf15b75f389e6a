from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callsheet.connect.options import Problems
from callsheet.settings import Mode, Settings


def read(**values: str) -> Settings:
    return Settings.read({f"CALLSHEET_{name.upper()}": value for name, value in values.items()})


def problem(**values: str) -> str:
    with pytest.raises(Problems) as raised:
        read(**values)
    (only,) = raised.value.problems
    return str(only)


def test_the_defaults_are_those_that_are_promised() -> None:
    settings = read()
    assert (settings.source, settings.tracker) == ("pagerduty", "jira")
    assert (settings.notifiers, settings.publishers) == ((), ("files",))
    assert settings.database_url == "sqlite:///callsheet.db"
    assert settings.namespace == "callsheet"
    assert settings.mode is Mode.FULL
    assert (settings.cycle_every, settings.backfill) == (timedelta(seconds=60), timedelta(days=30))
    assert settings.settle_time is None
    assert settings.policy is None
    assert settings.time_zone == ZoneInfo("UTC")
    assert (settings.listen, settings.address, settings.public_url) == ("127.0.0.1:8080", ("127.0.0.1", 8080), None)
    assert (settings.log_level, settings.log_format) == ("info", "auto")
    assert (settings.ca_file, settings.clock_url) == (None, None)


def test_every_variable_is_read() -> None:
    settings = read(
        source="a",
        tracker="b",
        notifiers="c, d,,c",
        publishers="files,git",
        drafter="openai",
        database_url="sqlite:////data/x.db",
        namespace="team-1",
        mode="File-Tickets",
        cycle_every="5m",
        backfill="0d",
        settle_time="1m",
        policy="p.toml",
        time_zone="Europe/Berlin",
        listen="[::1]:0",
        public_url="https://callsheet.example.com/x/",
        web_token="CANARY-token-for-the-pages",
        web_proxies="10.0.0.0/8, ::1",
        web_proxy_header="X-Who",
        oidc_issuer="https://login.example.com/",
        oidc_client_id="callsheet",
        oidc_client_secret="CANARY-secret-of-the-client",
        oidc_allow="Example.com, ana@example.org",
        log_level="DEBUG",
        log_format="json",
        ca_file="ca.pem",
        clock_url="http://127.0.0.1:9090/_sandbox/clock",
    )
    assert len(settings.model_fields_set) == len(Settings.variables())
    assert (settings.notifiers, settings.publishers) == (("c", "d"), ("files", "git"))
    assert settings.mode is Mode.FILE_TICKETS
    assert (settings.backfill, settings.settle_time) == (timedelta(), timedelta(minutes=1))
    assert settings.policy == Path("p.toml")
    assert settings.address == ("::1", 0)
    assert settings.public_url == "https://callsheet.example.com/x"
    assert (settings.oidc_issuer, settings.oidc_allow) == (
        "https://login.example.com/",
        ("example.com", "ana@example.org"),
    )
    assert [str(network) for network in settings.web_proxies] == ["10.0.0.0/8", "::1/128"]
    assert "CANARY" not in repr(settings)
    assert settings.log_level == "debug"


def test_the_process_environment_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSHEET_NAMESPACE", "from-the-process")
    assert Settings().namespace == "callsheet"
    assert read().namespace == "callsheet"


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("database_url", "postgresql://u:p@h/db", "sqlite:///FILE"),
        ("namespace", "two words", "label"),
        ("namespace", "x" * 41, "label"),
        ("mode", "dry", "'full', 'file-tickets' or 'shadow'"),
        ("cycle_every", "60", "90s"),
        ("cycle_every", "0s", "1s or more"),
        ("settle_time", "0s", "45s or more"),
        ("settle_time", "44s", "sent a second time"),
        ("time_zone", "Europe/Berln", "did you mean Europe/Berlin or"),
        ("time_zone", "Europe", "IANA"),
        ("time_zone", "../../etc/passwd", "IANA"),
        ("listen", "8080", "HOST:PORT"),
        ("listen", "localhost:99999", "HOST:PORT"),
        ("public_url", "callsheet.example.com", "https://"),
        ("public_url", "https://[broken", "https://"),
        ("public_url", "https://user:pw@example.com", "no user, password"),
        ("clock_url", "http://clock.example.com/now", "this machine"),
        ("clock_url", "http://127.0.0.1.example.com/now", "this machine"),
        ("web_token", "short", "openssl rand"),
        ("oidc_issuer", "login.example.com", "starts with https://"),
        ("oidc_issuer", "http://login.example.com", "on this machine only"),
        ("oidc_issuer", "https://login.example.com/?x=1", "plain URL"),
        ("oidc_client_secret", "short", "make a longer one"),
        ("oidc_allow", "example", "e-mail domains or addresses"),
        ("oidc_allow", "*", "e-mail domains or addresses"),
        ("oidc_allow", "example.com, ana@@example.com", "e-mail domains or addresses"),
        ("web_proxies", "10.0.0.1/8", "addresses or networks"),
        ("web_proxies", "proxy.example.com", "addresses or networks"),
        ("web_proxy_header", "X Who", "a header's name"),
        ("log_level", "loud", "'debug'"),
        ("log_format", "xml", "'auto'"),
    ],
)
def test_a_wrong_value_is_told_what_it_should_be(name: str, value: str, advice: str) -> None:
    text = problem(**{name: value})
    assert text.startswith(f"CALLSHEET_{name.upper()}: ")
    assert advice in text


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Problems) as raised:
        read(mode="dry", backfill="long", listen="here")
    assert [problem.variable for problem in raised.value.problems] == [
        "CALLSHEET_MODE",
        "CALLSHEET_BACKFILL",
        "CALLSHEET_LISTEN",
    ]


def test_an_empty_value_is_no_value() -> None:
    assert read(namespace="", mode="").namespace == "callsheet"


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read().namespace = "other"


def test_every_secret_is_known_as_one() -> None:
    hidden = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert {f"CALLSHEET_{name.upper()}" for name in hidden} == set(Settings.secrets())
