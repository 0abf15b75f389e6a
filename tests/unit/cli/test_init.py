"""`callsheet init`: questions become files that load; secrets are neither shown nor open; nothing is overwritten."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from dotenv import dotenv_values
from typer.testing import CliRunner, Result

from callsheet.cli.init import QUESTIONS, files, quoted
from callsheet.cli.init_policy import with_owner
from callsheet.cli.main import app
from callsheet.settings import Mode, load
from tests.conftest import StartPlay
from tests.unit.cli.conftest import Run

TOKENS = {"PAGERDUTY_API_TOKEN": "canary-pd-0123456789", "JIRA_API_TOKEN": "canary-jira-0123456789"}
PLAIN = {
    "PAGERDUTY_FROM_EMAIL": "callsheet@larkspur.example",
    "JIRA_BASE_URL": "https://larkspur.atlassian.net",
    "JIRA_EMAIL": "bot@larkspur.example",
    "JIRA_PROJECT": "OPS",
    "fallback_owner": "grace.okafor@larkspur.example",
}
SETS = [word for name, value in PLAIN.items() for word in ("--set", f"{name}={value}")]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for question in QUESTIONS:
        monkeypatch.delenv(question.name, raising=False)
    monkeypatch.chdir(tmp_path)


def init(*words: str, say: str = "", env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, ["--config", "conf", "init", *words], input=say, env=env)


def answers(**given: str) -> str:
    """What a person types, question by question; Enter takes a default."""
    typed = {**TOKENS, **PLAIN, **given}
    asked = [q for q in QUESTIONS if not q.here and (q.only is None or q.only[1] == typed.get(q.only[0], "cloud"))]
    return "".join(f"{typed.get(q.name, '')}\n" for q in asked)


def asked_again(typed: str, wrong: str, right: str) -> str:
    """The same answers, with a wrong one before a right one."""
    return typed.replace(f"{right}\n", f"{wrong}\n{right}\n", 1)


def test_the_answers_become_files_that_load_and_that_nobody_else_can_read() -> None:
    said = init(say=answers())
    assert said.exit_code == 0, said.output
    read = load(Path("conf"), {}, explicit=True)
    assert (read.settings.mode, read.rules.default_route.fallback_owner) == (Mode.SHADOW, PLAIN["fallback_owner"])
    values = {name: value for path in Path("conf").glob("*.env") for name, value in dotenv_values(path).items()}
    assert values.items() >= {**TOKENS, **{k: v for k, v in PLAIN.items() if k.isupper()}}.items()
    for path in Path("conf").iterdir():
        # The user of a container reads the policy, and no secret.
        assert stat.S_IMODE(path.stat().st_mode) == (0o644 if path.name == "policy.toml" else 0o600), path
    assert "`callsheet --config conf doctor`" in said.output
    assert "`callsheet --config conf plan`" in said.output
    assert "canary" not in said.output


def test_a_personal_token_is_asked_for_on_data_center_and_a_channel_switches_reminders_on() -> None:
    url = "mailtos://me:it's#1@smtp.example.com?to={email}"
    pat = "canary-pat-0123456789"
    said = init(say=answers(JIRA_FLAVOUR="datacenter", JIRA_PERSONAL_ACCESS_TOKEN=pat, APPRISE_PERSON_URL=url))
    assert said.exit_code == 0, said.output
    assert dotenv_values("conf/apprise.env")["APPRISE_PERSON_URL"] == url
    assert dotenv_values("conf/jira.env")["JIRA_PERSONAL_ACCESS_TOKEN"] == pat
    assert "JIRA_EMAIL" not in dotenv_values("conf/jira.env")
    assert load(Path("conf"), {}).settings.notifiers == ("apprise",)


@pytest.mark.parametrize(
    ("name", "wrong", "told"),
    [
        ("PAGERDUTY_FROM_EMAIL", "callsheet", "must be the plain e-mail address"),
        ("PAGERDUTY_API_TOKEN", "callsheet@larkspur.example", "the token itself is wanted here"),
        ("JIRA_BASE_URL", "larkspur", "must be a whole address"),
        ("JIRA_EMAIL", "OPS", "must be the e-mail address of the account"),
        ("JIRA_API_TOKEN", "https://larkspur.atlassian.net", "the token itself is wanted here"),
        ("JIRA_PROJECT", "ATATT3xcanary9f4a06105dad1d65eda3252fec", "looks like a token"),
        ("JIRA_PROJECT", "canary-project, the first", "must be the key of a project"),
        ("fallback_owner", "nobody", "must be an e-mail address"),
    ],
)
def test_an_answer_that_does_not_work_is_asked_for_again_at_once(name: str, wrong: str, told: str) -> None:
    said = init(say=asked_again(answers(), wrong, {**PLAIN, **TOKENS}[name]))
    assert said.exit_code == 0, said.output
    assert said.output.count("  That does not work: ") == 1
    assert told in said.output
    assert "canary" not in said.output.replace(wrong, "", 0 if "TOKEN" in name else 1)
    read = load(Path("conf"), {})
    shown = {name: value for name, value, _ in read.shown}
    assert (shown["JIRA_EMAIL"], shown["JIRA_PROJECT"]) == (PLAIN["JIRA_EMAIL"], "OPS")
    assert read.rules.default_route.fallback_owner == PLAIN["fallback_owner"]


def test_a_script_hears_of_answers_in_the_wrong_place_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    said = run("init", "--yes", *SETS, "--set", f"JIRA_PROJECT={TOKENS['JIRA_API_TOKEN']}A1b2C3d4E5f6")
    assert (said.code, "JIRA_PROJECT: looks like a token" in said.err, "canary" in said.err) == (2, True, False)


def test_where_nobody_can_answer_it_says_how_to_go_on_and_writes_nothing() -> None:
    said = init(say="shadow\n")
    assert (said.exit_code, "`-it`" in said.output, "`--yes`" in said.output) == (2, True, True)
    assert not Path("conf").exists()


def test_a_folder_that_is_mounted_read_only_is_told_so_and_no_right_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As for a read-only volume: a test can't mount one.
    monkeypatch.setattr("os.statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    said = init(say=answers())
    assert (said.exit_code, "is mounted read-only" in said.output, "chown" in said.output) == (2, True, False)


def test_an_answer_that_is_needed_is_asked_for_again_and_that_is_said() -> None:
    said = init(say=asked_again(asked_again(answers(), "", "OPS"), "  ", TOKENS["JIRA_API_TOKEN"]))
    assert said.exit_code == 0, said.output
    assert said.output.count("  An answer is needed here.\n") == 2
    assert said.output.count("Key of the project that gets tickets: ") == 2
    assert dotenv_values("conf/jira.env")["JIRA_PROJECT"] == "OPS"


def test_an_empty_fallback_owner_is_taken_and_its_question_says_what_that_means() -> None:
    said = init(say=answers(fallback_owner=""))
    assert said.exit_code == 0, said.output
    assert "names nobody (empty: it has no owner until somebody is named)" in said.output
    assert load(Path("conf"), {}).rules.default_route.fallback_owner is None


def test_it_ends_with_where_database_and_documents_will_be(tmp_path: Path) -> None:
    said = init(say=answers())
    assert f"the database will be at {tmp_path}/callsheet.db\n" in said.output
    assert f"the post-mortems will be at {tmp_path}/postmortems\n" in said.output
    assert "relative paths count from the folder that callsheet is started in. Let it be the same one" in said.output
    assert "(a relative path counts from the folder callsheet is started in)" in said.output


def test_whole_paths_need_no_word_about_the_folder_one_stands_in() -> None:
    said = init(say=answers(CALLSHEET_DATABASE_URL="sqlite:////srv/callsheet.db", FILES_DIR="/srv/theatre"))
    assert "the database will be at /srv/callsheet.db\nthe post-mortems will be at /srv/theatre\n" in said.output
    assert "as seen from here" not in said.output


def test_where_things_will_be_is_told_by_the_files_that_were_kept() -> None:
    Path("conf").mkdir()
    Path("conf/callsheet.env").write_text("CALLSHEET_DATABASE_URL=sqlite:////srv/kept.db\n")
    said = init("--yes", *SETS, env=TOKENS)
    assert "the database will be at /srv/kept.db\n" in said.output
    Path("conf/callsheet.env").write_text("CALLSHEET_DATABASE_URL=postgresql://db\n")
    broken = init("--yes", *SETS, env=TOKENS)
    assert (broken.exit_code, "will be at" in broken.output, "doctor` proves it" in broken.output) == (0, False, True)


def test_whoever_sits_at_a_terminal_hears_first_how_many_questions_come() -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "callsheet", "init"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as it:
        os.close(theirs)
        shown = b""
        while b"Mode:" not in shown:
            shown += os.read(ours, 4096)
        it.kill()
    os.close(ours)
    assert shown.startswith(f"Callsheet's settings, in about {len(answers().splitlines())} questions. ".encode())


def test_a_kind_of_jira_that_settles_no_token_is_asked_for_again() -> None:
    said = init(say=answers().replace("\n\nbot@", "\nauto\ncloud\nbot@"))
    assert said.exit_code == 0, said.output
    assert "  That does not work: write cloud or datacenter" in said.output
    assert dotenv_values("conf/jira.env")["JIRA_FLAVOUR"] == "cloud"


def test_the_sandbox_has_a_clock_which_is_asked_for() -> None:
    clock = "http://127.0.0.1:8181/_sandbox/clock"
    address = "http://127.0.0.1:8181/jira"
    typed = answers(JIRA_BASE_URL=address).replace("OPS\n\n", f"OPS\n\n{clock}\n")
    said = init(say=typed)
    assert said.exit_code == 0, said.output
    assert "CALLSHEET_CLOCK_URL, as `callsheet sandbox` printed it" in said.output
    assert dotenv_values("conf/callsheet.env")["CALLSHEET_CLOCK_URL"] == clock


def test_scripts_give_secrets_by_environment_and_the_rest_by_set() -> None:
    said = init("--yes", *SETS, env=TOKENS)
    assert said.exit_code == 0, said.output
    assert load(Path("conf"), {}).rules.default_route.fallback_owner == PLAIN["fallback_owner"]


def test_scripts_hear_all_that_is_missing_at_once_and_nothing_is_written(run: Run) -> None:
    said = run("init", "--yes", "--set", "JIRA_PROJECT=OPS")
    assert said.code == 2
    for name in ("PAGERDUTY_API_TOKEN", "PAGERDUTY_FROM_EMAIL", "JIRA_BASE_URL", "JIRA_API_TOKEN"):
        assert f"{name}: is missing" in said.err
    assert said.err.startswith("Nothing was written:\n")
    assert "callsheet init" not in said.err
    assert not Path("config").exists()


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("JIRA_API_TOKEN=canary-x", "JIRA_API_TOKEN: is a secret, and --set shows it"),
        ("JIRA_TOKEN=canary-x", "is probably JIRA_API_TOKEN, which is a secret"),
        ("JIRA_TOKEN=canary-x", 'it is taken from the environment (`export JIRA_API_TOKEN="$(cat FILE)"`'),
        ("NOPE=canary-x", "asks for no NOPE; it takes CALLSHEET_MODE"),
        ("JIRA_PROJEKT=1", "did you mean JIRA_PROJECT"),
        ("canary", "takes NAME"),
    ],
)
def test_a_secret_or_an_unknown_name_is_refused_on_the_command_line(run: Run, word: str, told: str) -> None:
    said = run("init", "--yes", "--set", word)
    assert (said.code, told in said.err, "canary" in said.err) == (2, True, False)
    assert ("PAGERDUTY_API_TOKEN" in said.err, "callsheet init" in said.err) == (False, False)


def test_a_folder_that_can_not_be_written_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    # Rights would not stop root, but nobody can make a folder within a file.
    (tmp_path / "conf").write_text("")
    said = init()
    assert said.exit_code == 2
    assert "conf is no folder that this user" in said.output
    assert "Mode:" not in said.output


def test_nothing_is_overwritten_without_being_asked() -> None:
    Path("conf").mkdir()
    Path("conf/jira.env").write_text("JIRA_PROJECT=MINE\n")
    kept = init("--yes", *SETS, env=TOKENS).output
    assert "kept conf/jira.env as it is, so what was answered for it is not written; --overwrite replaces it" in kept
    assert Path("conf/jira.env").read_text() == "JIRA_PROJECT=MINE\n"
    Path("conf/pagerduty.env").unlink()
    said = init(say=answers() + "n\nn\nn\ny\n")
    assert "conf/jira.env is there. Replace it?" in said.output
    assert Path("conf/jira.env").read_text() == "JIRA_PROJECT=MINE\n"
    init("--yes", "--overwrite", *SETS, env=TOKENS)
    assert "JIRA_PROJECT=OPS" in Path("conf/jira.env").read_text()


SHIPPED = (Path(__file__).parents[3] / "config" / "policy.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("asked", [True, False])
def test_the_policy_of_a_clone_gets_the_fallback_owner_and_keeps_the_rest(*, asked: bool) -> None:
    Path("conf").mkdir()
    Path("conf/policy.toml").write_text(SHIPPED)
    said = init(say=answers()) if asked else init("--yes", *SETS, env=TOKENS)
    assert said.exit_code == 0, said.output
    assert "set fallback_owner in conf/policy.toml; the rest of it is as it was" in said.output
    line = f'fallback_owner = "{PLAIN["fallback_owner"]}"'
    assert Path("conf/policy.toml").read_text() == SHIPPED.replace('#fallback_owner = "oncall-lead@example.com"', line)
    assert load(Path("conf"), {}).rules.default_route.fallback_owner == PLAIN["fallback_owner"]


@pytest.mark.parametrize(("says", "owner"), [("n", "lead@x.example"), ("y", "grace.okafor@larkspur.example")])
def test_a_fallback_owner_that_is_there_is_changed_only_by_a_yes(says: str, owner: str) -> None:
    Path("conf").mkdir()
    Path("conf/policy.toml").write_text('[default_route]\nfallback_owner = "lead@x.example"  # until May\n')
    said = init(say=answers() + f"{says}\n")
    assert "has lead@x.example as fallback owner. Make it grace.okafor@larkspur.example?" in said.output
    assert Path("conf/policy.toml").read_text() == f'[default_route]\nfallback_owner = "{owner}"  # until May\n'
    again = init("--yes", "--overwrite", *SETS, env=TOKENS)
    assert again.exit_code == 0
    assert load(Path("conf"), {}).rules.default_route.fallback_owner == PLAIN["fallback_owner"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '\n[default_route]\nfallback_owner = "a@b.example"\n'),
        ("[open]\nminutes = 5", '[open]\nminutes = 5\n[default_route]\nfallback_owner = "a@b.example"\n'),
        ("[default_route]\nlabels = []\n", '[default_route]\nfallback_owner = "a@b.example"\nlabels = []\n'),
        (
            "[default_route]\n[default_route.fields]\nx = 1\n",
            '[default_route]\nfallback_owner = "a@b.example"\n[default_route.fields]\nx = 1\n',
        ),
        ("default_route = { labels = [] }\n", None),
        ("[default_route", None),
    ],
)
def test_one_key_is_set_in_any_policy_or_the_line_is_shown(before: str, after: str | None) -> None:
    assert with_owner(before, "a@b.example") == after
    if after is None:
        Path("conf").mkdir()
        Path("conf/policy.toml").write_text(before)
        said = init("--yes", *SETS, env=TOKENS).output
        assert 'under [default_route]:\n  fallback_owner = "grace.okafor@larkspur.example"' in said
        assert Path("conf/policy.toml").read_text() == before


@pytest.mark.parametrize("value", ["plain", "two words", "it's", 'a"b', "a#b", "a\\b", "json://u:p@h/{email}?x=1&y=$Z"])
def test_any_value_is_read_back_as_it_was(tmp_path: Path, value: str) -> None:
    path = tmp_path / "x.env"
    path.write_text(f"A={quoted(value)}\n")
    assert dotenv_values(path, interpolate=False)["A"] == value


def test_every_question_is_about_a_variable_that_is_written_where_the_examples_have_it() -> None:
    config = Path(__file__).parents[3] / "config"
    for question in QUESTIONS:
        if question.name != "fallback_owner":
            example = (config / f"{question.file}.example").read_text(encoding="utf-8")
            assert f"{question.name}=" in example
    assert set(files(PLAIN | TOKENS | {"JIRA_FLAVOUR": "cloud"})) == {"pagerduty.env", "jira.env"}


def test_what_init_writes_satisfies_the_doctor(play: StartPlay, run: Run, tmp_path: Path) -> None:
    there = play()
    plain = {q.name: there.env[q.name] for q in QUESTIONS if q.name in there.env and not q.secret}
    sets = [
        word
        for name, value in (plain | {"fallback_owner": PLAIN["fallback_owner"]}).items()
        for word in ("--set", f"{name}={value}")
    ]
    said = run("init", "--yes", *sets, at=there)
    assert said.code == 0, said.err
    there.env = {"CALLSHEET_CLOCK_URL": there.env["CALLSHEET_CLOCK_URL"]}
    doctor = run("doctor", at=there)
    assert doctor.code == 0, doctor.out
    assert "canary" not in said.err + said.out + doctor.out


def test_the_question_for_the_notes_author_says_why_it_is_asked_in_shadow_mode() -> None:
    said = init(say=answers())
    assert "in whose name notes will be written (in full mode; shadow writes none yet)" in said.output
