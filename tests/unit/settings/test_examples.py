"""config/: the examples load as they are, name every variable and key, and tell the defaults."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from callsheet.connect import registry
from callsheet.connect.options import Problems
from callsheet.plan.rules import Rules
from callsheet.settings import Settings, load, read_policy
from callsheet.settings.masking import shown_default
from callsheet.settings.policy_model import PolicyFile

CONFIG = Path(__file__).parents[3] / "config"
EXAMPLES = sorted(CONFIG.glob("*.env.example"))


def examples_of(connector: str) -> str:
    return (CONFIG / f"{connector}.env.example").read_text(encoding="utf-8")


def lines(text: str) -> dict[str, str]:
    """The variables of an example, set or behind a #."""
    return {match[1]: match[2] for match in re.finditer(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", text, re.MULTILINE)}


def copied(folder: Path, *, uncomment: bool = False) -> Path:
    """The examples as an operator would copy them."""
    for path in EXAMPLES:
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"^#(?=[A-Z][A-Z0-9_]+=)", "", text, flags=re.MULTILINE) if uncomment else text
        (folder / path.name.removesuffix(".example")).write_text(text, encoding="utf-8")
    return folder


def test_there_is_an_example_for_the_core_and_for_each_connector() -> None:
    assert {path.name.removesuffix(".env.example") for path in EXAMPLES} >= {"callsheet", *registry.names()}


def test_the_core_s_example_names_every_variable_and_tells_its_default() -> None:
    shown = lines(examples_of("callsheet"))
    for name, field in zip(Settings.variables(), Settings.model_fields.values(), strict=True):
        assert name in shown
        default = field.get_default(call_default_factory=True)
        if default not in (None, ()):
            read = Settings.read({name: shown[name]})
            assert read == Settings(), f"{name}={shown[name]} is not the default, {shown_default(default)}"


@pytest.mark.parametrize("connector", registry.names())
def test_a_connector_s_example_names_every_variable_and_tells_its_default(connector: str) -> None:
    options = registry.load(connector).options
    shown = lines(examples_of(connector))
    files = {f"{name}_FILE" for name in options.secrets()}
    assert set(shown) == {*options.variables(), *files}
    for name, field in zip(options.variables(), options.model_fields.values(), strict=True):
        default = shown_default(None if field.is_required() else field.default)
        if default:
            assert shown[name] == default


def test_no_example_holds_a_secret() -> None:
    secrets = [name for connector in registry.names() for name in registry.load(connector).options.secrets()]
    for path in EXAMPLES:
        shown = lines(path.read_text(encoding="utf-8"))
        assert not [name for name in secrets if shown.get(name)]


def test_copied_examples_ask_for_nothing_but_the_tokens(tmp_path: Path) -> None:
    with pytest.raises(Problems) as raised:
        load(copied(tmp_path), {})
    assert {problem.variable for problem in raised.value.problems} == {"PAGERDUTY_API_TOKEN", "JIRA_API_TOKEN"}


def test_copied_examples_load_once_the_tokens_are_there(tmp_path: Path) -> None:
    configuration = load(copied(tmp_path), {"PAGERDUTY_API_TOKEN": "u+token", "JIRA_API_TOKEN": "token"})
    assert configuration.settings == Settings()
    assert list(configuration.options) == ["pagerduty", "jira", "files"]


def test_every_variable_of_the_examples_is_one_that_is_read(tmp_path: Path) -> None:
    with pytest.raises(Problems) as raised:
        load(copied(tmp_path, uncomment=True), {})
    assert not [str(problem) for problem in raised.value.problems if "not a variable" in str(problem)]


def test_the_policy_in_config_is_the_defaults() -> None:
    assert read_policy(CONFIG / "policy.toml", default_zone="UTC") == (Rules(), ())


def test_the_policy_in_config_holds_with_every_sample_taken() -> None:
    text = (CONFIG / "policy.toml").read_text(encoding="utf-8")
    # A sample starts right behind the #, prose does not.
    text = re.sub(r"^#(?! |$)", "", text, flags=re.MULTILINE)
    policy = PolicyFile.model_validate(tomllib.loads(text))
    assert _unset(policy) == []


def _unset(table: BaseModel) -> list[str]:
    """The keys that a file leaves out, in the table and in those within."""
    missing = sorted(set(type(table).model_fields) - table.model_fields_set)
    for name in table.model_fields_set:
        value = getattr(table, name)
        inner = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else [value]
        missing += [f"{name}.{key}" for part in inner if isinstance(part, BaseModel) for key in _unset(part)]
    return missing
