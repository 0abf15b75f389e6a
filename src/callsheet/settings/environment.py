"""Variables as they were given: the process environment over `DIR/*.env`, each with the place that it came from."""

import errno
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
_A_FOLDER = (
    "is a folder, as Docker makes one where the file that it should mount is not there; remove it, and write the file"
)
_ADVICE = {
    errno.ENOENT: "create it, or name one that is there",
    errno.EACCES: "give Callsheet's user the right to read it",
    errno.EISDIR: "name the file in it",
}


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
        if path.is_dir():
            problems.append(Problem(path.name, _A_FOLDER))
            continue
        text = read_text(path)
        if isinstance(text, str):
            problems += _add(variables, path.name, text)
        else:
            problems.append(Problem(path.name, f"cannot be read: {text}; {text.advice}"))
    return variables | {name: Given(value=value.strip()) for name, value in environ.items() if value.strip()}


def in_quotes(variables: Variables, known: Iterable[str]) -> Iterator[Problem]:
    """One problem for each value of the process environment that kept its quotes, as with `docker run --env-file`."""
    for name in known:
        given = variables.get(name)
        if given and not given.in_file and re.fullmatch(r"(['\"]).*\1", given.value, re.DOTALL):
            yield Problem(name, "stands in quotes, which count as part of it in the environment; take them away")


def _env_files(folder: Path) -> list[Path]:
    # Hidden ones are what editors and systems leave behind (`._jira.env`).
    return sorted(path for path in folder.glob("*.env") if not path.name.startswith("."))


class Unreadable(Exception):
    """Why a file's text could not be had, and what to do. It carries none of the file's content."""

    def __init__(self, why: str, advice: str) -> None:
        super().__init__(why)
        self.advice = advice


def read_text(path: Path) -> str | Unreadable:
    """The text of a file, or why not. UTF-8, with or without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "name a file that can be read")
        return Unreadable(error.strerror or type(error).__name__, advice)
    except ValueError:  # Not UTF-8, or a null byte in the name; both errors carry what was read.
        return Unreadable("it is not UTF-8 text", "save it as UTF-8")


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
                what = f"has one value in {before.place} and another in {given.place}; keep one"
                yield Problem(binding.key, what, f"take {before.spot} or {given.spot} away")


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
        return Problem(variable, f"{shown} cannot be read: {text}; {text.advice}", f"mend {pointer.spot}, or the file")
    if not text.strip():
        return Problem(variable, f"{shown} is empty; write the secret into it", "mend the file")
    return Given(value=text.strip(), origin=f"{pointer.origin} ({variable})", line=pointer.line)
