"""Variables as they were given: the process environment over `DIR/*.env`, each with the place that it came from."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from callsheet.connect.options import Problem

ENVIRONMENT = "environment"
DEFAULT = "default"
FILE_SUFFIX = "_FILE"
_STAND_IN = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A variable's value and its place: `environment`, `default`, or an env file by name with the line in it."""

    value: str = field(repr=False)
    origin: str = ENVIRONMENT
    line: int | None = None

    @property
    def place(self) -> str:
        """The place for people: `jira.env line 3`."""
        return self.origin if self.line is None else f"{self.origin} line {self.line}"

    @property
    def spot(self) -> str:
        """Where a person goes with it: `line 3 of jira.env`, or the environment."""
        return f"line {self.line} of {self.origin}" if self.in_file else "it in the environment"

    @property
    def in_file(self) -> bool:
        """Whether it stands in an env file."""
        return self.line is not None


Variables = dict[str, Given]


def gather(folder: Path | None, environ: Mapping[str, str], problems: list[Problem]) -> Variables:
    """All variables that have a value; what is wrong with the files joins the problems. The environment wins."""
    variables: Variables = {}
    for path in _env_files(folder) if folder else ():
        text = read_text(path)
        if isinstance(text, str):
            problems += _add(variables, path.name, text)
        else:
            problems.append(Problem(path.name, f"cannot be read: {text}; give Callsheet's user the right to read it"))
    return variables | {name: Given(value=value.strip()) for name, value in environ.items() if value.strip()}


def in_quotes(variables: Variables, known: Iterable[str]) -> Iterator[Problem]:
    """One problem for each value of the process environment that kept its quotes, as with `docker run --env-file`."""
    for name in known:
        given = variables.get(name)
        if given and not given.in_file and re.fullmatch(r"(['\"]).*\1", given.value, re.DOTALL):
            yield Problem(name, "stands in quotes, which count as part of it in the environment; take them away")


def _env_files(folder: Path) -> list[Path]:
    # Hidden ones are what editors and systems leave behind (`._jira.env`).
    return sorted(path for path in folder.glob("*.env") if not path.name.startswith(".") and not path.is_dir())


class Unreadable(Exception):
    """Why a file's text could not be had. It carries none of the file's content."""


def read_text(path: Path) -> str | Unreadable:
    """The text of a file, or why not. UTF-8, with or without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        return Unreadable(error.strerror or type(error).__name__)
    except ValueError:  # Not UTF-8, or a null byte in the name; both errors carry what was read.
        return Unreadable("it is not UTF-8 text")


def _add(variables: Variables, file: str, text: str) -> Iterator[Problem]:
    """Add what a file gives, and tell what in it can't be used."""
    for binding in parse_stream(io.StringIO(text)):
        line = _line(binding)
        # The line is not repeated: it may well be the rest of a broken secret.
        if binding.error or (binding.key is not None and binding.value is None):
            yield Problem(f"{file} line {line}", "is not NAME=value; mend the line, or put # before a comment")
        elif binding.key is not None and (value := (binding.value or "").strip()):
            given = Given(value=value, origin=file, line=line)
            before = variables.setdefault(binding.key, given)
            if before.value != value:
                yield Problem(binding.key, f"has one value in {before.place} and another in {given.place}; keep one")


def _line(binding: Binding) -> int:
    # A binding's text starts with the blank lines before it.
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def with_secret_files(variables: Variables, secrets: Iterable[str], problems: list[Problem]) -> Variables:
    """The same variables, with NAME from the file that NAME_FILE names, for each secret.

    A secret that can't be had joins the problems and gets a stand-in, so that nobody calls it missing as well.
    """
    filled = dict(variables)
    for name in secrets:
        if (pointer := variables.get(name + FILE_SUFFIX)) is not None:
            secret = _secret(name, variables.get(name), pointer)
            problems += [secret] if isinstance(secret, Problem) else []
            filled[name] = Given(value=_STAND_IN) if isinstance(secret, Problem) else secret
    return filled


def _secret(name: str, direct: Given | None, pointer: Given) -> Given | Problem:
    variable = name + FILE_SUFFIX
    if direct is not None:
        places = f"{name} ({direct.place}) and {variable} ({pointer.place})"
        return Problem(name, f"is given twice, as {places}; keep one of them", f"take {variable} or {name} away")
    path = Path(pointer.value)
    # Somebody may have put the secret itself here, so only what is surely a path is repeated.
    shown = pointer.value if path.is_absolute() or pointer.value.startswith(".") else "the file that it names"
    text = read_text(path)
    if isinstance(text, Unreadable):
        advice = "create it, or give Callsheet's user the right to read it"
        return Problem(variable, f"{shown} cannot be read: {text}; {advice}")
    if not text.strip():
        return Problem(variable, f"{shown} is empty; write the secret into it")
    return Given(value=text.strip(), origin=f"{pointer.origin} ({variable})", line=pointer.line)
