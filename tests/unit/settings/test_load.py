"""The whole configuration: connectors by role, all problems at once, policy, and what is shown."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from callsheet.connect.options import Problems
from callsheet.plan.rules import Rules
from callsheet.settings import load


def test_the_least_configuration_loads_with_the_defaults(given) -> None:
    configuration = given.load()
    assert list(configuration.options) == ["pagerduty", "jira", "files"]
    assert configuration.rules == Rules()
    assert configuration.directory == given.directory
    assert configuration.templates is None
    with pytest.raises(FrozenInstanceError):
        configuration.templates = Path("x")


def test_every_fault_is_told_at_once(given) -> None:
    given.environ.clear()
    given.file("a.env", "CALLSHEET_MODE=dry\nJIRA_RETRIES=many\nJIRA_PROJCT=OPS\n")
    given.file("policy.toml", "[open]\nminuts = 3\n[due]\nP1 = 'x'\n")
    assert given.problems({"CALLSHEET_CA_FILE": "/nowhere.pem", "CALLSHEET_NOTIFIERS": "fax"}) == [
        "CALLSHEET_NOTIFIERS: names no notifier; installed are none",
        "JIRA_PROJCT: is not a variable that Callsheet reads (a.env line 3); did you mean JIRA_PROJECT?",
        "CALLSHEET_MODE: must be 'full', 'file-tickets' or 'shadow' (a.env line 1: ‘dry’)",
        "PAGERDUTY_API_TOKEN: is missing. Set it to a token.",
        "JIRA_PROJECT: is missing. Set it to a project.",
        "JIRA_RETRIES: must be a whole number (a.env line 2: ‘many’)",
        "policy.toml:2 open.minuts: is not a known key here; did you mean minutes? Known are priorities, minutes",
        "policy.toml:4 due.P1: must be a whole number, without quotes",
    ]


def test_a_misspelt_connector_is_told_what_was_meant(given) -> None:
    (problem,) = given.problems({"CALLSHEET_TRACKER": "jria"})
    assert problem.startswith("CALLSHEET_TRACKER: names no tracker; installed are jira")
    assert problem.endswith("; did you mean jira?")


def test_who_names_a_channel_hears_of_connectors_that_are_one() -> None:
    with pytest.raises(Problems) as raised:
        load(Path("nowhere"), {"CALLSHEET_NOTIFIERS": "slack", "CALLSHEET_SOURCE": "opsgenie"})
    told = [str(problem) for problem in raised.value.problems]
    assert told[:2] == [
        "CALLSHEET_SOURCE: names no source; installed are pagerduty",
        "CALLSHEET_NOTIFIERS: names no notifier; installed are apprise",
    ]


def test_what_a_shut_env_file_may_hold_is_not_called_missing(given) -> None:
    given.environ.clear()
    given.file("jira.env", "").write_bytes(b"\xff")
    shut = "jira.env: cannot be read: it is not UTF-8 text; save it as UTF-8"
    assert given.problems() == [shut]
    assert given.problems({"JIRA_RETRIES": "many"}) == [shut, "JIRA_RETRIES: must be a whole number (‘many’)"]


def test_a_connector_that_cannot_play_its_role_is_told_what_it_can(given) -> None:
    assert given.problems({"CALLSHEET_TRACKER": "files"}) == [
        "CALLSHEET_TRACKER: files cannot be a tracker; it can be a publisher"
    ]


def test_a_connector_that_cannot_be_imported_is_a_problem(given) -> None:
    (problem,) = given.problems({"CALLSHEET_NOTIFIERS": "broken"})
    assert problem.startswith("CALLSHEET_NOTIFIERS: the connector broken cannot be loaded: No module named 'gone'")


def test_a_connector_that_is_not_in_use_is_not_asked_for_anything(given) -> None:
    given.file("a.env", "FILES_DIRR=x\n")
    assert given.problems()
    given.file("a.env", "CALLSHEET_PUBLISHERS=,\nFILES_DIRR=x\n")
    assert list(given.load().options) == ["pagerduty", "jira"]


def test_the_policy_of_the_folder_is_used_if_it_is_there(given) -> None:
    path = given.file("policy.toml", "[guards]\nfilings_a_cycle = 7\n")
    configuration = given.load()
    assert configuration.rules.filings_a_cycle == 7
    assert configuration.settings.policy == path


def test_a_named_policy_goes_before_the_folder_s(given, tmp_path: Path) -> None:
    given.file("policy.toml", "broken")
    other = tmp_path / "other.toml"
    other.write_text("[guards]\nfilings_a_cycle = 8\n")
    assert given.load({"CALLSHEET_POLICY": str(other)}).rules.filings_a_cycle == 8


def test_a_named_policy_must_be_there(given) -> None:
    (problem,) = given.problems({"CALLSHEET_POLICY": "/nowhere/policy.toml"})
    assert problem.startswith("CALLSHEET_POLICY: /nowhere/policy.toml cannot be read: No such file")


@pytest.mark.parametrize("policy", [None, "", "[calendars.SRE]\ncountry = 'DE'\n"])
def test_dates_are_read_in_the_team_s_zone_unless_the_policy_says_otherwise(given, policy: str | None) -> None:
    if policy is not None:
        given.file("policy.toml", policy)
    rules = given.load({"CALLSHEET_TIME_ZONE": "Asia/Tokyo"}).rules
    assert rules.calendar.zone == "Asia/Tokyo"
    assert {calendar.zone for calendar in rules.calendars.values()} <= {"Asia/Tokyo"}


def test_templates_are_found(given) -> None:
    (given.directory / "templates").mkdir()
    assert given.load().templates == given.directory / "templates"


def test_a_ca_file_must_hold_a_certificate(given) -> None:
    path = given.file("ca.pem", "-----BEGIN CERTIFICATE-----\n")
    assert given.load({"CALLSHEET_CA_FILE": str(path)}).settings.ca_file == path
    path.write_text("nothing")
    assert given.problems({"CALLSHEET_CA_FILE": str(path)}) == [
        "CALLSHEET_CA_FILE: holds no certificate; give one or more in PEM form"
    ]


def test_proxies_of_an_env_file_are_handed_on(given) -> None:
    given.file("a.env", "HTTPS_PROXY=http://user:canary@proxy:3128\nNO_PROXY=localhost\n")
    configuration = given.load()
    assert configuration.proxies == {"HTTPS_PROXY": "http://user:canary@proxy:3128", "NO_PROXY": "localhost"}
    assert ("HTTPS_PROXY", "http://***@proxy:3128", "a.env") in configuration.shown
    assert "canary" not in repr(configuration)


def test_each_variable_is_shown_with_its_place_and_no_secret(given, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary\n")
    given.file("policy.toml", "")
    given.file("jira.env", f"JIRA_RETRIES=5\nJIRA_WEBHOOK_SECRET_FILE={secret}\n")
    configuration = given.load({"CALLSHEET_BACKFILL": "2w"})
    shown = {name: (value, origin) for name, value, origin in configuration.shown}
    names = [*type(configuration.settings).variables()]
    names += [name for options in configuration.options.values() for name in options.variables()]
    assert list(shown) == names
    assert shown["CALLSHEET_BACKFILL"] == ("2w", "environment")
    assert shown["CALLSHEET_CYCLE_EVERY"] == ("1m", "default")
    assert shown["CALLSHEET_PUBLISHERS"] == ("files", "default")
    assert shown["CALLSHEET_MODE"] == ("full", "default")
    assert shown["CALLSHEET_TIME_ZONE"] == ("UTC", "default")
    assert shown["CALLSHEET_PUBLIC_URL"] == ("", "default")
    assert shown["CALLSHEET_POLICY"] == (str(given.directory / "policy.toml"), "default")
    assert shown["PAGERDUTY_API_TOKEN"] == ("***", "environment")
    assert shown["JIRA_RETRIES"] == ("5", "jira.env")
    assert shown["JIRA_WEBHOOK_SECRET"] == ("***", "jira.env (JIRA_WEBHOOK_SECRET_FILE)")


def test_the_error_ends_with_the_problems_and_carries_nothing_else(given) -> None:
    with pytest.raises(Problems) as raised:
        given.load({"CALLSHEET_MODE": "dry", "JIRA_RETRIES": "many"})
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
