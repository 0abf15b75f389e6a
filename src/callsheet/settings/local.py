"""The core's own settings and the policy, for commands that read what lies here: no secret, and no connector."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from callsheet.connect.options import Problem, Problems
from callsheet.plan.rules import Rules
from callsheet.settings.configuration import POLICY, read_rules, usable, with_policy
from callsheet.settings.core import Settings
from callsheet.settings.environment import gather
from callsheet.settings.masking import masked, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """What a reader needs.

    `troubles` are faults of the env files and of the policy: they may hide a setting, so they are told. A policy that
    can't be read at all leaves the defaults.
    """

    settings: Settings
    rules: Rules
    troubles: tuple[Problem, ...] = ()


def policy_path(directory: Path, environ: Mapping[str, str], *, explicit: bool = False) -> Path:
    """The file that the rules are read from, which may not be there: CALLSHEET_POLICY, else the folder's own."""
    folder = directory if usable(directory, explicit=explicit) else None
    given = gather(folder, environ, []).get(POLICY)
    return Path(given.value) if given else directory / "policy.toml"


def local(directory: Path, environ: Mapping[str, str], *, explicit: bool = False) -> Local:
    """The core's settings as `load` reads them. Problems when one of them is wrong; what else is, is not asked."""
    found: list[Problem] = []
    folder = directory if usable(directory, explicit=explicit) else None
    variables = with_policy(folder, gather(folder, environ, found))
    ours, secrets = Settings.variables(), Settings.secrets()
    try:
        settings = Settings.read({name: given.value for name, given in variables.items()})
    except Problems as error:
        raise Problems(masked(quoted(error.problems, variables, secrets), variables, ours, secrets)) from None
    troubles = [problem for problem in found if problem.variable in ours or ".env" in problem.variable]
    try:
        rules, skipped = read_rules(variables, settings)
    except Problems as error:
        rules, skipped = read_rules({}, settings)[0], tuple(error.problems)
    return Local(settings=settings, rules=rules, troubles=(*troubles, *skipped))
