"""`callsheet policy check` looks at the file that a cycle would read."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Run

WRONG, FINE = "[open]\nminuts = 3\n", "[open]\nminutes = 30\n"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_it_is_the_folder_s_own_unless_another_is_named(run: Run, monkeypatch, tmp_path: Path) -> None:
    written(tmp_path / "config" / "policy.toml", FINE)
    assert (run("policy", "check").code, run("policy", "check").out) == (0, "config/policy.toml is fine.\n")
    other = written(tmp_path / "other.toml", WRONG)
    written(tmp_path / "config" / "callsheet.env", f"CALLSHEET_POLICY={other}\n")
    assert "other.toml:2 open.minuts: is not a known key here" in run("policy", "check").err
    monkeypatch.setenv("CALLSHEET_POLICY", str(written(tmp_path / "third.toml", FINE)))
    assert run("policy", "check").out == f"{tmp_path}/third.toml is fine.\n"
    assert run("policy", "check", str(other)).code == 2


def test_a_named_one_must_be_there_and_the_folder_s_own_need_not(run: Run, monkeypatch, tmp_path: Path) -> None:
    assert run("policy", "check").out.startswith("There is no config/policy.toml; the defaults apply")
    monkeypatch.setenv("CALLSHEET_POLICY", "/nowhere.toml")
    said = run("policy", "check")
    assert (said.code, "/nowhere.toml cannot be read" in said.err) == (2, True)
    said = run("--config", str(tmp_path / "slip"), "policy", "check")
    assert (said.code, "there is no folder" in said.err) == (2, True)


def test_a_channel_that_no_installed_notifier_is_gets_a_line_of_its_own(run: Run, tmp_path: Path) -> None:
    route = '[[routes]]\nname = "shop"\nservices = ["Shop"]\nchannel = '
    path = tmp_path / "config" / "policy.toml"
    written(path, f'[default_route]\nchannel = "pager"\n\n{route}"aprise"\n')
    said = run("policy", "check")
    assert (said.code, said.out) == (0, "config/policy.toml is fine but for that.\n")
    first, second = said.err.splitlines()
    assert first.startswith(
        "policy.toml:2 default_route.channel: no installed connector is the notifier pager; there are apprise, ticket."
    )
    assert second.startswith("policy.toml:7 routes.channel: ")
    assert "did you mean apprise?" in second
    written(path, f'[default_route]\nchannel = "ticket"\n\n{route}"apprise"\n')
    assert (run("policy", "check").err, run("policy", "check").out) == ("", "config/policy.toml is fine.\n")
