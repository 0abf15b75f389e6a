"""Misspelt variables are named; other people's are left alone."""

import pytest


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CALLSHEET_NAMESPCE", "CALLSHEET_NAMESPACE"),
        ("JIRA_PROJCT", "JIRA_PROJECT"),
        ("PAGERDUTTY_API_TOKEN", "PAGERDUTY_API_TOKEN"),
        ("jira_project", "JIRA_PROJECT"),
    ],
)
def test_a_misspelt_variable_in_a_file_is_named_with_what_was_meant(given, name: str, meant: str) -> None:
    given.file("a.env", f"{name}=canary\n")
    expected = f"{name}: is not a variable that Callsheet reads (a.env line 1); did you mean {meant}?"
    assert given.problems() == [expected]


def test_an_unknown_variable_of_ours_without_a_likeness_is_named_alone(given) -> None:
    given.file("a.env", "JIRA_ZZZZZZZZZZZZZZZZZZZZ=1\n")
    assert given.problems() == ["JIRA_ZZZZZZZZZZZZZZZZZZZZ: is not a variable that Callsheet reads (a.env line 1)"]


def test_in_the_process_environment_only_what_is_surely_ours_is_ours(given) -> None:
    given.load({"JIRA_HOME": "/opt/jira", "JIRA_PROJECT_KEY": "x", "PAGERDUTTY_API_TOKEN": "x", "PATH": "/bin"})
    (problem,) = given.problems({"CALLSHEET_NAMESPCE": "x"})
    assert problem.endswith("(environment); did you mean CALLSHEET_NAMESPACE?")


def test_other_variables_in_a_file_are_left_alone(given) -> None:
    given.file("a.env", "TZ=UTC\nPYTHONUNBUFFERED=1\nHTTPS_PROXY=http://proxy:3128\n")
    given.load()


def test_the_variables_of_the_tests_are_left_alone(given) -> None:
    given.load({"CALLSHEET_CONTRACTS": "x", "CALLSHEET_PAYLOADS": "x"})


def test_what_kubernetes_adds_for_a_service_is_left_alone(given) -> None:
    given.load(
        {
            "CALLSHEET_SERVICE_HOST": "10.0.0.1",
            "CALLSHEET_SERVICE_PORT": "8080",
            "CALLSHEET_SERVICE_PORT_HTTP": "8080",
            "CALLSHEET_PORT": "tcp://10.0.0.1:8080",
            "CALLSHEET_PORT_8080_TCP": "tcp://10.0.0.1:8080",
            "CALLSHEET_PORT_8080_TCP_PROTO": "tcp",
            "CALLSHEET_PORT_8080_TCP_PORT": "8080",
            "CALLSHEET_PORT_8080_TCP_ADDR": "10.0.0.1",
            "CALLSHEET_WEBHOOKS_SERVICE_HOST": "10.0.0.2",
            "CALLSHEET_WEBHOOKS_PORT": "tcp://10.0.0.2:80",
        }
    )
    assert given.problems({"CALLSHEET_PORT": "8080"})


@pytest.mark.parametrize(
    ("name", "meant"), [("JIRA_PROJCT", "JIRA_PROJECT"), ("PAGERDUTY_API_TOKENS", "PAGERDUTY_API_TOKEN")]
)
def test_in_a_container_everything_is_the_process_environment_so_a_slip_of_one_letter_is_named(
    given, name: str, meant: str
) -> None:
    expected = f"{name}: is not a variable that Callsheet reads (environment); did you mean {meant}?"
    assert given.problems({name: "canary"}) == [expected]
