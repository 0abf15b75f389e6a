"""Where in policy.toml something stands: tomllib tells values, not places."""

import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]


def line_numbers(text: str) -> dict[Path, int]:
    """The line of each table, key and list element of a valid TOML text, as paths: ("routes", 0, "labels").

    The text is cut into statements, the shortest runs of lines that are valid TOML by themselves; each is read alone,
    below the table whose header came last. What a statement spans several lines for stands at its first.
    """
    found: dict[Path, int] = {}
    lists: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        content = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _enter(content, lists)
            found.setdefault(table, line)
        else:
            for path in _paths(content, table):
                found.setdefault(path, line)
    return found


def line_of(path: Path, lines: dict[Path, int]) -> int | None:
    """The line of that place, else of the nearest one around it."""
    return next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), None)


def unfinished(text: str) -> tuple[int, str]:
    """The line at which the statement begins that does not end, and its text."""
    line = 1
    for start, statement in _statements(text):
        line = start + statement.count("\n")
    rest = text.split("\n")[line - 1 :]
    while rest and (not rest[0].strip() or rest[0].lstrip().startswith("#")):
        rest, line = rest[1:], line + 1
    return line, "\n".join(rest)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    start, waiting = 1, ""
    for number, line in enumerate(text.split("\n"), start=1):
        start = number if not waiting else start
        waiting += line + "\n"
        try:
            tomllib.loads(waiting)
        except tomllib.TOMLDecodeError:
            continue
        yield start, waiting
        waiting = ""


def _enter(header: dict[str, object], lists: dict[Path, int]) -> Path:
    """The path of the table that a header opens; `lists` counts the elements of each [[list]] so far."""
    path: Path = ()
    here: object = header
    while isinstance(here, dict) and here:
        name, here = next(iter(here.items()))
        path = (*path, name)
        if isinstance(here, list):
            lists[path] = lists.get(path, -1) + 1
            here = None
        if path in lists:
            path = (*path, lists[path])
    return path


def _paths(value: object, path: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        parts: Iterator[tuple[str | int, object]] = iter(value.items())
    elif isinstance(value, list):
        parts = iter(enumerate(value))
    else:
        return
    for name, part in parts:
        yield (*path, name)
        yield from _paths(part, (*path, name))
