"""No secret of any variable of any connector reaches a problem, a traceback or a repr."""

import traceback
from pathlib import Path

import pytest

from callsheet.connect import registry
from callsheet.connect.options import Problem, Problems
from callsheet.connect.registry import Connector
from callsheet.settings import Configuration, Settings, load
from callsheet.settings.environment import Given
from callsheet.settings.masking import masked, shown_default, shown_value

WORD = "kanarie"  # Not a word of any test's name: those are in the paths that may be told.
# A plain one, one as a URL's password, one that no header can carry, one that looks like a path, one over two lines.
CANARIES = (
    "kanarie-7f3a9c51d0e2",
    "https://user:kanarie-7f3a9c51d0e2@example.com/x?token=kanarie-7f3a9c51d0e2",
    "json://user:kanarie7f3a9c51d0e2@127.0.0.1/{email}",
    "kanarie 7f3a\t9c51\x7f",
    "kanarie/7f3a/9c51==",
    "kanarie7f3a9c51,\nkanarie9c51d0e2",
    "[kanarie-7f3a9c51d0e2",
    "5kanarie",
)
CONNECTORS = {name: registry.load(name) for name in registry.names()}
SECRETS = [name for connector in CONNECTORS.values() for name in connector.options.secrets()]
VARIABLES = [
    *Settings.variables(),
    *(name for connector in CONNECTORS.values() for name in connector.options.variables()),
    *(f"{name}_FILE" for name in SECRETS),
]
BASE = {
    "CALLSHEET_NOTIFIERS": ",".join(name for name, it in CONNECTORS.items() if it.notifier),
    "CALLSHEET_PUBLISHERS": ",".join(name for name, it in CONNECTORS.items() if it.publisher),
    "PAGERDUTY_API_TOKEN": "u+token",
    "PAGERDUTY_FROM_EMAIL": "callsheet@example.com",
    "JIRA_BASE_URL": "https://example.atlassian.net",
    "JIRA_EMAIL": "callsheet@example.com",
    "JIRA_API_TOKEN": "token",
    "JIRA_PROJECT": "OPS",
    "APPRISE_TEAM_URL": "json://example.com/team",
    "CALLSHEET_DRAFTER": "openai",
    "DRAFT_BASE_URL": "https://models.example.com/v1",
    "DRAFT_MODEL": "example-model",
    "GIT_REMOTE_URL": "https://git.example.com/team/postmortems.git",
}


def find(name: str) -> Connector:
    if name not in CONNECTORS:
        return registry.load(name)  # It raises as it does for everybody.
    return CONNECTORS[name]  # Found once: looking through what is installed takes its time.


def outcome(folder: Path, environ: dict[str, str]) -> Configuration | Problems:
    try:
        return load(folder, environ, find=find)
    except Problems as problems:
        return problems


def told(problems: Problems) -> str:
    """All that a careless logger could print of it."""
    assert problems.__cause__ is None
    assert problems.__context__ is None
    texts = ["".join(traceback.format_exception(problems)), str(problems), repr(problems), repr(problems.args)]
    return "\n".join([*texts, *(repr(vars(problem)) for problem in problems.problems)])


def test_all_connectors_are_looked_at() -> None:
    assert set(load(Path("nowhere"), BASE).options) == set(CONNECTORS)


@pytest.mark.parametrize("in_file", [False, True], ids=["environment", "env file"])
@pytest.mark.parametrize("variable", VARIABLES)
def test_a_canary_in_any_variable_is_told_to_nobody(tmp_path: Path, variable: str, in_file: bool) -> None:
    for canary in CANARIES:
        check(tmp_path, variable, canary, in_file=in_file)


def check(tmp_path: Path, variable: str, canary: str, *, in_file: bool) -> None:
    given = BASE | {variable: canary}
    if variable.removesuffix("_FILE") in SECRETS and variable.endswith("_FILE"):
        given.pop(variable.removesuffix("_FILE"), None)
    if in_file:
        escaped = given.pop(variable).replace("'", "\\'")
        (tmp_path / "some.env").write_text(f"{variable}='{escaped}'\n")
    found = outcome(tmp_path, given)
    if isinstance(found, Problems):
        assert WORD not in told(found)
    elif variable in SECRETS:
        assert WORD not in repr(found) + str(found) + repr(found.settings) + repr(found.shown) + repr(found.options)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_told_to_nobody_when_something_else_is_wrong(tmp_path: Path, secret: str) -> None:
    for canary in CANARIES:
        for wrong in VARIABLES:
            if wrong not in {secret, f"{secret}_FILE"}:
                found = outcome(tmp_path, BASE | {secret: canary, wrong: "\x7f wrong"})
                assert WORD not in (told(found) if isinstance(found, Problems) else repr(found) + repr(found.shown))


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_from_a_file_is_told_to_nobody(tmp_path: Path, secret: str) -> None:
    path = tmp_path / "secret"
    for canary in CANARIES:
        path.write_text(canary)
        given = BASE | {f"{secret}_FILE": str(path)}
        given.pop(secret, None)
        found = outcome(tmp_path, given)
        assert WORD not in (told(found) if isinstance(found, Problems) else repr(found) + repr(found.shown))


def test_a_secret_in_a_file_that_is_no_text_is_told_to_nobody(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"kanarie\xff\xfe")
    found = outcome(tmp_path, {**BASE, "PAGERDUTY_API_TOKEN": "", "PAGERDUTY_API_TOKEN_FILE": str(path)})
    assert isinstance(found, Problems)
    assert WORD not in told(found)


def test_a_database_s_password_is_not_shown(tmp_path: Path) -> None:
    found = outcome(tmp_path, {**BASE, "CALLSHEET_DATABASE_URL": "sqlite:///kanarie.db"})
    assert isinstance(found, Configuration)
    assert WORD not in repr(found.settings)


def test_a_careless_problem_is_masked() -> None:
    variables = {
        "A_TOKEN": Given(value="secret-1, secret-22"),
        "A_URL": Given(value="https://me:hunter22@example.com/"),
        "A_NAME": Given(value="pasted0token0pasted"),
        "A_MODE": Given(value="datacenter"),
        "A_PATH": Given(value="/var/lib/something/long"),
        "OTHERS": Given(value="unrelated0unrelated"),
    }
    problem = Problem("A_TOKEN", "secret-22 hunter22 pasted0token0pasted datacenter /var/lib/something/long")
    problem.what += " unrelated0unrelated"
    (found,) = masked([problem], variables, [name for name in variables if name != "OTHERS"], ["A_TOKEN"])
    assert str(found) == "A_TOKEN: *** *** *** datacenter /var/lib/something/long unrelated0unrelated"


def test_what_is_shown_of_values() -> None:
    assert shown_value("anything", secret=True) == "***"
    assert shown_value("https://me:pw@example.com/a@b", secret=False) == "https://***@example.com/a@b"
    assert shown_default(True) == "true"
    assert shown_default(Path("a")) == "a"
