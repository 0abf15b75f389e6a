"""Variables: where they are read from, and which place wins."""

import os
from pathlib import Path

import pytest


def test_files_are_read_and_the_process_environment_wins(given) -> None:
    given.file("a.env", "# comment\n\nexport CALLSHEET_NAMESPACE='from a file'\nCALLSHEET_BACKFILL=7d # a week\n")
    settings = given.load({"CALLSHEET_NAMESPACE": "from-the-process"}).settings
    assert settings.namespace == "from-the-process"
    assert settings.backfill.days == 7


def test_a_value_of_the_environment_that_kept_its_quotes_is_told_once(given) -> None:
    told = "stands in quotes, which count as part of it in the environment; take them away"
    kept = {"CALLSHEET_MODE": "'shadow'", "PAGERDUTY_API_TOKEN": '"canary"', "HTTPS_PROXY": '""', "PS1": '"$ "'}
    assert set(given.problems(kept)) == {f"{name}: {told}" for name in kept if name != "PS1"}
    given.file("a.env", 'CALLSHEET_NAMESPACE="team"\n')
    assert given.load({"JIRA_PROJECT": "O'PS'"}).settings.namespace == "team"


def test_nothing_is_interpolated(given) -> None:
    given.file("a.env", "PAGERDUTY_BASE_URL=https://${HOME}/$HOME\n")
    assert given.load().options["pagerduty"].base_url == "https://${HOME}/$HOME"


def test_an_empty_value_is_unset_wherever_it_stands(given) -> None:
    given.file("a.env", "JIRA_PROJECT=\nCALLSHEET_NAMESPACE=team\n")
    given.file("b.env", "JIRA_PROJECT=OPS\n")
    del given.environ["JIRA_PROJECT"]
    configuration = given.load({"CALLSHEET_NAMESPACE": " "})
    assert configuration.options["jira"].project == "OPS"
    assert configuration.settings.namespace == "team"


def test_two_values_in_two_files_are_a_problem_that_names_both(given) -> None:
    given.file("a.env", "JIRA_RETRIES=1\n")
    given.file("b.env", "\n\nJIRA_RETRIES=2\n")
    assert given.problems() == ["JIRA_RETRIES: has one value in a.env line 1 and another in b.env line 3; keep one"]


def test_two_values_in_one_file_are_a_problem_too(given) -> None:
    given.file("a.env", "JIRA_RETRIES=1\nJIRA_RETRIES=2\n")
    assert given.problems() == ["JIRA_RETRIES: has one value in a.env line 1 and another in a.env line 2; keep one"]


def test_the_same_value_in_two_files_is_no_problem(given) -> None:
    given.file("a.env", "JIRA_RETRIES=1\n")
    given.file("b.env", "JIRA_RETRIES='1'\n")
    assert given.load().options["jira"].retries == 1


@pytest.mark.parametrize("line", ["canary-secret", "JIRA_PROJECT canary-secret", "JIRA_PROJECT: canary-secret", "='x'"])
def test_a_line_that_is_no_variable_is_named_and_not_repeated(given, line: str) -> None:
    given.file("a.env", f"\n# fine\n\n{line}\nJIRA_RETRIES=2\n")
    (problem,) = given.problems()
    assert problem.startswith("a.env line 4: is not NAME=value")
    assert "canary" not in problem


def test_windows_files_are_read(given) -> None:
    (given.directory / "a.env").write_bytes(b"\xef\xbb\xbfJIRA_RETRIES=7\r\nCALLSHEET_NAMESPACE=win\r\n")
    configuration = given.load()
    assert configuration.options["jira"].retries == 7
    assert configuration.settings.namespace == "win"


def test_a_file_that_is_no_text_is_a_problem(given) -> None:
    (given.directory / "a.env").write_bytes(b"JIRA_PROJECT=\xff\xfe\n")
    assert given.problems() == ["a.env: cannot be read: it is not UTF-8 text; save it as UTF-8"]


def test_a_file_that_cannot_be_opened_is_a_problem(given) -> None:
    (given.directory / "a.env").symlink_to(given.directory / "nowhere")
    (problem,) = given.problems()
    assert problem.startswith("a.env: cannot be read: No such file")


def test_hidden_files_and_examples_are_left_alone(given) -> None:
    given.file("._a.env", "JIRA_PROJCT=1\n")
    given.file("jira.env.example", "JIRA_PROJCT=1\n")
    (given.directory / ".venv.env").mkdir()
    given.load()


def test_a_folder_where_docker_found_no_file_to_mount_is_told_and_its_variables_are_not_called_missing(given) -> None:
    del given.environ["JIRA_PROJECT"]
    (given.directory / "jira.env").mkdir()
    (problem,) = given.problems()
    assert problem.startswith("jira.env: is a folder, as Docker makes one")
    assert problem.endswith("remove it, and write the file")


def test_the_default_folder_need_not_exist_and_a_named_one_must(given, tmp_path: Path) -> None:
    given.directory = tmp_path / "nowhere"
    given.load()
    (problem,) = given.problems(explicit=True)
    assert problem.startswith(f"--config: there is no folder {given.directory} that can be read; create it")
    given.directory.write_text("a file")
    assert given.problems(explicit=True) == given.problems() == [problem]


def test_a_folder_that_is_shut_is_a_problem_and_no_traceback(given, monkeypatch: pytest.MonkeyPatch) -> None:
    # As for a user without the right: tests may run as root, to whom no folder is shut.
    monkeypatch.setattr("os.access", lambda path, mode: mode == os.F_OK)
    (problem,) = given.problems()
    assert problem.endswith("give Callsheet's user the right to read it")


def test_a_secret_comes_from_its_file_without_the_line_end(given, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("from-the-file\n")
    del given.environ["PAGERDUTY_API_TOKEN"]
    configuration = given.load({"PAGERDUTY_API_TOKEN_FILE": str(secret)})
    assert configuration.options["pagerduty"].api_token.get_secret_value() == "from-the-file"


def test_a_secret_and_its_file_at_once_are_a_problem_that_names_both_places(given, tmp_path: Path) -> None:
    given.file("pagerduty.env", f"PAGERDUTY_API_TOKEN_FILE={tmp_path / 'token'}\n")
    (problem,) = given.problems()
    assert problem == (
        "PAGERDUTY_API_TOKEN: is given twice, as PAGERDUTY_API_TOKEN (environment) and "
        "PAGERDUTY_API_TOKEN_FILE (pagerduty.env line 1); keep one of them"
    )


def test_a_secret_file_that_cannot_be_read_is_named_once_with_what_to_do(given, tmp_path: Path) -> None:
    del given.environ["PAGERDUTY_API_TOKEN"]
    path = tmp_path / "token"
    (problem,) = given.problems({"PAGERDUTY_API_TOKEN_FILE": str(path)})
    assert problem == (
        f"PAGERDUTY_API_TOKEN_FILE: {path} cannot be read: No such file or directory; "
        "create it, or name one that is there"
    )
    (problem,) = given.problems({"PAGERDUTY_API_TOKEN_FILE": str(tmp_path)})
    assert problem.endswith("Is a directory; name the file in it")
    path.write_text("\n")
    (problem,) = given.problems({"PAGERDUTY_API_TOKEN_FILE": str(path)})
    assert problem == f"PAGERDUTY_API_TOKEN_FILE: {path} is empty; write the secret into it"


def test_a_secret_in_place_of_its_file_is_not_repeated(given) -> None:
    del given.environ["PAGERDUTY_API_TOKEN"]
    (problem,) = given.problems({"PAGERDUTY_API_TOKEN_FILE": "canary/7 secret"})
    assert problem.startswith("PAGERDUTY_API_TOKEN_FILE: the file that it names cannot be read")
    assert "canary" not in problem


def test_a_plain_variable_has_no_file(given) -> None:
    given.file("jira.env", "JIRA_PROJECT_FILE=/x\n")
    assert given.problems() == [
        "JIRA_PROJECT_FILE: is not a variable that Callsheet reads (jira.env line 1); did you mean JIRA_PROJECT?"
    ]
