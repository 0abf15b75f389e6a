"""Everything that an operator told us, read and checked at once: env files, environment, policy -> Configuration."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from callsheet.connect import registry
from callsheet.connect.options import ConnectorOptions, Problem, Problems, Section
from callsheet.connect.registry import Connector
from callsheet.plan.rules import Calendar, Rules
from callsheet.settings.core import Settings
from callsheet.settings.environment import (
    DEFAULT,
    FILE_SUFFIX,
    Given,
    Unreadable,
    Variables,
    gather,
    in_quotes,
    read_text,
    with_secret_files,
)
from callsheet.settings.masking import masked, quoted, shown_default, shown_value
from callsheet.settings.policy_file import read_policy
from callsheet.settings.roles import Find, in_use
from callsheet.settings.sign_in import half
from callsheet.settings.unknown import unknown

POLICY = "CALLSHEET_POLICY"
MISSING = "missing"
# The HTTP clients look for these in the process environment, in either case.
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "all_proxy", "no_proxy")

Found = TypeVar("Found")
Sections = tuple[type[Section], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The whole configuration, without a fault.

    `skipped` are entries of the policy that could not be read: they are shown, and the rest counts.
    `options` are by connector name, for all connectors in use. `templates` is DIR/templates if it is there. `shown`
    has for each variable its name, its value (`***` for a secret) and where it came from, for `config show`.
    `proxies` are the proxy variables that were given: those of an env file reach the HTTP clients only when somebody
    puts them into the process environment.
    """

    settings: Settings
    rules: Rules
    options: Mapping[str, ConnectorOptions] = field(repr=False)
    directory: Path
    skipped: tuple[Problem, ...] = ()
    templates: Path | None = None
    shown: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)


class Unusable(Problems):
    """Faults that keep a cycle from starting. `shown` is as that of a Configuration: it can be shown all the same."""

    def __init__(self, problems: list[Problem], *, shown: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__(problems)
        self.shown = shown


@dataclass(frozen=True, slots=True)
class _Read:
    """What was given, before it is checked."""

    variables: Variables
    connectors: Mapping[str, Connector]

    @property
    def values(self) -> dict[str, str]:
        return {name: given.value for name, given in self.variables.items()}

    @property
    def sections(self) -> Sections:
        return (Settings, *(connector.options for connector in self.connectors.values()))

    @property
    def secrets(self) -> list[str]:
        return [name for section in self.sections for name in section.secrets()]

    @property
    def known(self) -> list[str]:
        plain = [name for section in self.sections for name in section.variables()]
        return [*plain, *(name + FILE_SUFFIX for name in self.secrets), *PROXIES]


def load(
    directory: Path, environ: Mapping[str, str], *, explicit: bool = False, find: Find = registry.load
) -> Configuration:
    """The configuration from `DIR/*.env`, `DIR/policy.toml` and the process environment, which wins.

    `explicit` says that somebody named the folder, so that it must be there. Problems names all faults at once, and
    no value but a short one that is wrong and can't be a secret.
    """
    problems: list[Problem] = []
    folder = directory if usable(directory, explicit=explicit) else None
    read = _read(folder, environ, find, problems)
    # What a file that can't be read may well hold is not called missing, and what is told already is not called wrong.
    hidden, known = any(it.variable.endswith(".env") for it in problems), {it.variable for it in problems}
    values = read.values
    wrong: list[Problem] = []
    settings = _attempt(lambda: Settings.read(values), wrong)
    options = {name: _options(connector, values, wrong) for name, connector in read.connectors.items()}
    news = [it for it in wrong if it.variable not in known and (not hidden or it.variable in read.variables)]
    problems += quoted(news, read.variables, read.secrets)
    policy = _attempt(lambda: read_rules(read.variables, settings), problems)
    problems += _ca_file(settings)
    problems += half(values)
    if problems and policy:
        problems += policy[1]
    if problems or settings is None or policy is None:
        raise Unusable(masked(_once(problems), read.variables, read.known, read.secrets), shown=tuple(_shown(read)))
    return Configuration(
        settings=settings,
        rules=policy[0],
        skipped=policy[1],
        options={name: section for name, section in options.items() if section is not None},
        directory=directory,
        templates=folder / "templates" if folder and (folder / "templates").is_dir() else None,
        shown=tuple(_shown(read)),
        proxies={name: values[name] for name in PROXIES if name in values},
    )


def usable(directory: Path, *, explicit: bool) -> bool:
    """Whether there is a folder to read; one that must be there, or is there and shut, is a problem and the only one.

    Nothing else can be said before it is mended. `os.access` answers where pathlib's questions would raise.
    """
    if os.access(directory, os.R_OK | os.X_OK) and directory.is_dir():
        return True
    if explicit or os.access(directory, os.F_OK):
        advice = "create it, or give Callsheet's user the right to read it"
        raise Problems([Problem("--config", f"there is no folder {directory} that can be read; {advice}")])
    return False


def _read(folder: Path | None, environ: Mapping[str, str], find: Find, problems: list[Problem]) -> _Read:
    variables = with_policy(folder, gather(folder, environ, problems))
    read = _Read(variables, in_use(variables, find, problems))
    problems += unknown(variables, read.known, [section.prefix for section in read.sections])
    problems += in_quotes(variables, read.known)
    return _Read(with_secret_files(variables, read.secrets, problems), read.connectors)


def with_policy(folder: Path | None, variables: Variables) -> Variables:
    """The same variables, with CALLSHEET_POLICY as the folder's own where nobody named one."""
    if folder is None or POLICY in variables or not (folder / "policy.toml").exists():
        return variables
    return variables | {POLICY: Given(value=str(folder / "policy.toml"), origin=DEFAULT)}


def _attempt(read: Callable[[], Found], problems: list[Problem]) -> Found | None:
    try:
        return read()
    except Problems as error:
        problems += error.problems
    return None


def _options(connector: Connector, values: Mapping[str, str], problems: list[Problem]) -> ConnectorOptions | None:
    return _attempt(lambda: connector.options.read(values), problems)


def read_rules(variables: Variables, settings: Settings | None) -> tuple[Rules, tuple[Problem, ...]]:
    """The policy's rules, and what in it was skipped. Problems when it can't be read at all."""
    zone = settings.time_zone.key if settings else "UTC"
    if POLICY not in variables:
        return Rules(calendar=Calendar(zone=zone)), ()
    return read_policy(Path(variables[POLICY].value), default_zone=zone)


def _ca_file(settings: Settings | None) -> list[Problem]:
    if settings is None or settings.ca_file is None:
        return []
    text = read_text(settings.ca_file)
    if isinstance(text, Unreadable):
        return [Problem("CALLSHEET_CA_FILE", f"cannot be read: {text}; {text.advice}")]
    if "-----BEGIN CERTIFICATE-----" not in text:
        return [Problem("CALLSHEET_CA_FILE", "holds no certificate; give one or more in PEM form")]
    return []


def _once(problems: list[Problem]) -> list[Problem]:
    """The first problem of each secret: one that could not be read from its file isn't wrong in itself as well."""
    unread = {it.variable.removesuffix(FILE_SUFFIX) for it in problems if it.variable.endswith(FILE_SUFFIX)}
    return [it for it in problems if it.variable not in unread]


def _shown(read: _Read) -> Iterator[tuple[str, str, str]]:
    """A line for each variable of the core and of the connectors in use, then the proxies that are given."""
    secrets = set(read.secrets)
    for section in read.sections:
        for name, model_field in zip(section.variables(), section.model_fields.values(), strict=True):
            default = "" if model_field.is_required() else model_field.get_default(call_default_factory=True)
            where = MISSING if model_field.is_required() else DEFAULT
            yield _line(name, read.variables.get(name), (shown_default(default), where), secret=name in secrets)
    for name in PROXIES:
        if name in read.variables:
            yield _line(name, read.variables[name], ("", DEFAULT), secret=False)


def _line(name: str, given: Given | None, otherwise: tuple[str, str], *, secret: bool) -> tuple[str, str, str]:
    if given is None:
        return name, *otherwise
    return name, shown_value(given.value, secret=secret), given.origin
