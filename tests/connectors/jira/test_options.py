"""Configuration and queries: what is refused before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.connect.errors import Rejected
from callsheet.connect.options import Problems
from callsheet_jira import jql
from callsheet_jira.options import JiraOptions
from tests.connectors.jira.house import CANARY

CLOUD = {
    "JIRA_BASE_URL": "https://example.atlassian.net/",
    "JIRA_PROJECT": "OPS",
    "JIRA_EMAIL": "callsheet@example.com",
    "JIRA_API_TOKEN": CANARY,
}
CENTER = {
    "JIRA_BASE_URL": "https://jira.example.com/jira",
    "JIRA_PROJECT": "OPS",
    "JIRA_PERSONAL_ACCESS_TOKEN": CANARY,
}


# Options


def test_the_flavour_follows_from_the_credential() -> None:
    assert JiraOptions.read(CLOUD).on_cloud
    assert not JiraOptions.read(CENTER).on_cloud
    assert not JiraOptions.read({**CLOUD, "JIRA_FLAVOUR": "datacenter"}).on_cloud


def test_defaults_are_those_of_the_manual() -> None:
    options = JiraOptions.read(CLOUD)
    assert (options.base_url, options.browse_base) == ("https://example.atlassian.net",) * 2
    assert (options.issue_type, options.webhook_secrets) == ("Task", ())
    assert JiraOptions.read({**CLOUD, "JIRA_BROWSE_URL": "https://x.test/"}).browse_base == "https://x.test"
    assert set(JiraOptions.secrets()) == {"JIRA_API_TOKEN", "JIRA_PERSONAL_ACCESS_TOKEN", "JIRA_WEBHOOK_SECRET"}


@pytest.mark.parametrize(
    ("env", "variable", "advice"),
    [
        ({**CLOUD, "JIRA_PERSONAL_ACCESS_TOKEN": "x"}, "JIRA_PERSONAL_ACCESS_TOKEN", "remove the other"),
        ({**CENTER, "JIRA_FLAVOUR": "cloud"}, "JIRA_PERSONAL_ACCESS_TOKEN", "JIRA_API_TOKEN instead"),
        ({**CLOUD, "JIRA_API_TOKEN": ""}, "JIRA_API_TOKEN", "Set JIRA_EMAIL and JIRA_API_TOKEN"),
        ({**CLOUD, "JIRA_EMAIL": ""}, "JIRA_EMAIL", "Set JIRA_EMAIL and JIRA_API_TOKEN"),
        ({**CENTER, "JIRA_PERSONAL_ACCESS_TOKEN": ""}, "JIRA_API_TOKEN", "JIRA_PERSONAL_ACCESS_TOKEN"),
        ({**CLOUD, "JIRA_BASE_URL": "http://jira.example.com"}, "JIRA_BASE_URL", "https://"),
        ({**CLOUD, "JIRA_BASE_URL": "jira.example.com"}, "JIRA_BASE_URL", "whole address"),
        ({**CLOUD, "JIRA_BASE_URL": "https://me:pw@jira.example.com"}, "JIRA_BASE_URL", "own variable"),
        ({**CLOUD, "JIRA_BASE_URL": "https://jira.example.com:80800"}, "JIRA_BASE_URL", "whole address"),
        ({**CLOUD, "JIRA_BASE_URL": "https://169.254.169.254"}, "JIRA_BASE_URL", "link-local"),
        (
            {**CLOUD, "JIRA_BASE_URL": "https://X.atlassian.net/jira/software/projects/OPS"},
            "JIRA_BASE_URL",
            "write https://x.atlassian.net alone",
        ),
        ({**CLOUD, "JIRA_BASE_URL": "https://x.atlassian.net/browse/OPS-1"}, "JIRA_BASE_URL", "address of a page"),
        ({**CLOUD, "JIRA_FLAVOUR": "server"}, "JIRA_FLAVOUR", "cloud"),
        (
            {name: value for name, value in CLOUD.items() if name != "JIRA_PROJECT"},
            "JIRA_PROJECT",
            "key of the project",
        ),
    ],
)
def test_a_wrong_configuration_says_what_to_do(env: Mapping[str, str], variable: str, advice: str) -> None:
    with pytest.raises(Problems) as caught:
        JiraOptions.read(env)
    assert [problem.variable for problem in caught.value.problems] == [variable]
    assert advice in str(caught.value)
    assert CANARY not in str(caught.value) + repr(caught.value)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(Problems) as caught:
        JiraOptions.read({})
    named = [problem.variable for problem in caught.value.problems]
    assert named == ["JIRA_BASE_URL", "JIRA_PROJECT", "JIRA_API_TOKEN"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8123/jira", "http://localhost:2990/jira/", "http://[::1]:1/x"])
def test_loopback_may_go_without_tls_and_keep_its_path(url: str) -> None:
    assert JiraOptions.read({**CLOUD, "JIRA_BASE_URL": url}).base_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "https://tools.example.com/jira",
        "https://api.atlassian.com/ex/jira/11223344-a1b2-3b33-c444-def123456789",
        "https://proxy.example.com/x.atlassian.net/jira",
        "https://myatlassian.net/jira",
    ],
)
def test_a_path_is_kept_wherever_jira_may_live_under_one(url: str) -> None:
    assert JiraOptions.read({**CLOUD, "JIRA_BASE_URL": url}).base_url == url


def test_options_never_show_their_secrets() -> None:
    options = JiraOptions.read({**CLOUD, "JIRA_WEBHOOK_SECRET": f"{CANARY}-1, {CANARY}-2"})
    assert [secret.get_secret_value() for secret in options.webhook_secrets] == [f"{CANARY}-1", f"{CANARY}-2"]
    assert CANARY not in repr(options) + str(options) + repr(options.webhook_secrets)


# JQL


@pytest.mark.parametrize("word", ["INT", "DO", "and", "null", 'a" OR project = "X', "back\\slash", "ünï"])
def test_jql_values_are_always_quoted(word: str) -> None:
    shown = jql.quoted(word)
    assert (shown[0], shown[-1]) == ('"', '"')
    assert json.loads(shown) == word


@given(st.text(min_size=1).filter(str.isprintable))
def test_a_jql_value_ends_nowhere_but_at_its_end(text: str) -> None:
    shown = jql.quoted(text)
    inner = shown[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inner
    assert "\\" not in inner


def test_jql_time_is_a_bare_number_of_milliseconds() -> None:
    since = datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC)
    query = jql.labelled("callsheet", since)
    assert query == 'labels = "callsheet" AND updated >= 1793610000123 ORDER BY updated ASC, key ASC'
    assert jql.labelled("cs-1") == 'labels = "cs-1" ORDER BY updated ASC, key ASC'


@pytest.mark.parametrize("label", ["two words", "", "a\nb", "x" * 256])
def test_what_can_be_no_label_is_refused_before_it_is_sent(label: str) -> None:
    with pytest.raises(Rejected, match="label"):
        jql.labelled(label)
