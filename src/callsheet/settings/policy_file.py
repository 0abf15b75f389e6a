"""policy.toml -> Rules. Every problem names its line and key: `policy.toml:12 routes.labels`."""

import copy
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from callsheet.connect import registry
from callsheet.connect.options import Problem, Problems
from callsheet.model.nudge import TICKET
from callsheet.model.spelling import did_you_mean
from callsheet.plan.rules import Rules
from callsheet.settings import policy_faults, policy_lines, policy_sense
from callsheet.settings.environment import Unreadable, read_text
from callsheet.settings.policy_model import PolicyFile
from callsheet.settings.roles import able


def read_policy(path: Path, *, default_zone: str) -> tuple[Rules, tuple[Problem, ...]]:
    """The rules of a policy file, and what was skipped in it; `default_zone` is the calendar's if it names none.

    An entry that can't be read is skipped and shown, so that one slip does not stop the daemon; Problems is raised
    for a file that can't be read at all.
    """
    policy, problems = _read(path, strictly=False)
    if policy is None:
        raise Problems(problems)
    return policy.rules(default_zone), tuple(problems)


def check_policy(path: Path) -> list[Problem]:
    """Everything that is wrong with a policy file, also what harms nothing but is not what was meant."""
    return _read(path, strictly=True)[1]


def policy_hints(path: Path, today: date) -> list[Problem]:
    """What stops nothing in a policy file and deserves a look: days away that are over, and channels that nothing here
    can be. Nothing of one that can't be read.
    """
    text = read_text(path)
    try:
        content = {} if isinstance(text, Unreadable) else tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return []
    return _placed(path, str(text), [*policy_sense.days_over(content, today), *_unknown_channels(content)])


def _unknown_channels(content: dict[str, Any]) -> Iterator[policy_sense.Fault]:
    """Channels that no installed connector can be: CALLSHEET_NOTIFIERS could not name them either."""
    named = list(policy_sense.channels(content))
    known = [*able("notifier", registry.load), TICKET] if named else []
    for place, channel in named:
        if channel not in known:
            near = did_you_mean(channel, known)
            what = f"no installed connector is the notifier {channel}; there are {', '.join(known)}{near}"
            yield place, f"{what}. Until then, people are reminded as if no channel stood here"


def schema() -> dict[str, Any]:
    """The JSON Schema of the policy file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **PolicyFile.model_json_schema()}


def _read(path: Path, *, strictly: bool) -> tuple[PolicyFile | None, list[Problem]]:
    text = read_text(path)
    if isinstance(text, Unreadable):
        # Somebody may have put something else into the variable, so only what is surely a file's name is repeated.
        file = path if path.suffix == ".toml" else "the policy file"
        return None, [Problem("CALLSHEET_POLICY", f"{file} cannot be read: {text}; {text.advice}")]
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax(path.name, text, str(error))]
    policy, faults = _validate(content)
    faults += policy_sense.clashes(content)
    if faults:
        policy = _salvaged(content, faults)
    faults += policy_sense.dead_routes(content) if strictly else ()
    return policy, _placed(path, text, faults)


def _placed(path: Path, text: str, faults: list[policy_sense.Fault]) -> list[Problem]:
    """The faults with their lines and keys, from the top."""
    lines = policy_lines.line_numbers(text) if faults else {}
    problems = [(policy_lines.line_of(loc, lines) or 1, loc, what) for loc, what in faults]
    problems.sort(key=lambda problem: problem[0])
    return [Problem(f"{path.name}:{line} {_key(loc)}".rstrip(), what) for line, loc, what in problems]


def _syntax(file: str, text: str, message: str) -> Problem:
    if message.endswith("(at end of document)"):
        line, statement = policy_lines.unfinished(text)
        return Problem(
            f"{file}:{line}", f"is not valid TOML: {policy_faults.unclosed(statement) or policy_faults.syntax(message)}"
        )
    place = re.search(r"\(at line (\d+)", message)
    line = int(place[1]) if place else text.count("\n") + 1
    return Problem(f"{file}:{line}", f"is not valid TOML: {policy_faults.syntax(message)}")


def _validate(content: dict[str, Any]) -> tuple[PolicyFile | None, list[policy_sense.Fault]]:
    try:
        return PolicyFile.model_validate(content), []
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
    return None, [(_place(fault["loc"]), policy_faults.what(fault, content)) for fault in faults]


def _salvaged(content: dict[str, Any], faults: list[policy_sense.Fault]) -> PolicyFile:
    """The policy without what is wrong in it: a whole entry of a list, else the key, at last the whole table."""
    pruned = copy.deepcopy(content)
    for loc in sorted({_whole_entry(loc) for loc, _ in faults}, key=_from_the_end, reverse=True):
        _prune(pruned, loc)
    policy, left = _validate(pruned)
    if policy is None:
        kept = {name: table for name, table in pruned.items() if name not in {loc[0] for loc, _ in left}}
        policy = PolicyFile.model_validate(kept)
    return policy


def _whole_entry(loc: policy_lines.Path) -> policy_lines.Path:
    """Up to the entry of a list: two faults in one entry must not take the next one away with it."""
    end = next((place for place, part in enumerate(loc, start=1) if isinstance(part, int)), len(loc))
    return loc[:end]


def _from_the_end(loc: policy_lines.Path) -> tuple[tuple[int, str], ...]:
    """Later entries of a list first, so that removing one does not move those that are still to go."""
    return tuple((part, "") if isinstance(part, int) else (0, part) for part in loc)


def _prune(content: dict[str, Any], loc: policy_lines.Path) -> None:
    inner: Any = content
    for depth, part in enumerate(loc):
        if isinstance(inner, list) and isinstance(part, int):
            if part < len(inner):
                del inner[part]
            return
        if not isinstance(inner, dict) or part not in inner:
            return
        last = depth == len(loc) - 1 or not isinstance(inner[part], dict | list)
        if last:
            del inner[part]
            return
        inner = inner[part]


def _place(loc: policy_lines.Path) -> policy_lines.Path:
    # pydantic marks a fault in a mapping's key so.
    return tuple(part for part in loc if part != "[key]")


def _key(loc: policy_lines.Path) -> str:
    """A path as TOML would write it, without positions: the line tells them, but for those of a list in one line."""
    names = [part for part in loc if isinstance(part, str)]
    key = ".".join(name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"' for name in names)
    return f"{key} entry {loc[-1] + 1}" if loc and isinstance(loc[-1], int) and not _is_table(loc) else key


def _is_table(loc: policy_lines.Path) -> bool:
    """Whether a path leads to an entry that has a header of its own."""
    return loc[:-1] in {("routes",), ("standing",), ("seasons", "named")}
