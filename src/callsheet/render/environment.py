"""Jinja as every template of Callsheet is run: with undefined names refused.

Templates may be replaced from the configuration folder. Those run in the immutable sandbox: a template is not trusted
with more than its own value. Where all of them are ours there is nobody to distrust.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Final

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateError,
)
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.sandbox import ImmutableSandboxedEnvironment

from callsheet.document.markdown import Markdown, escape

UNKNOWN: Final = "unknown"


class BadTemplate(ValueError):
    """A template could not be read or run. The message names the file and the line."""


def environment(templates: Path | None, finalize: Callable[[object], str]) -> Environment:
    """A file in `templates` wins over ours of the same name; `finalize` escapes every value."""
    loaders: list[BaseLoader] = [] if templates is None else [FileSystemLoader(templates)]
    # The sandbox looks at each attribute of each value: a fifth of a long page's time.
    kind = Environment if templates is None else ImmutableSandboxedEnvironment
    return kind(
        loader=ChoiceLoader([*loaders, PackageLoader("callsheet.render", "templates")]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        finalize=finalize,
        bytecode_cache=_compiled(finalize, sandboxed=templates is not None),
        # Ours stay as they were installed; looking after each of them takes a fifth of a document's time.
        auto_reload=templates is not None,
    )


class Compiled(BytecodeCache):
    """What this process has compiled, by name and text: environments are made often, templates change seldom."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """As Jinja asks for it."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """As Jinja brings it."""
        if bucket.code:
            self._known[bucket.key, bucket.checksum] = bucket.code


@cache
def _compiled(finalize: Callable[[object], str], *, sandboxed: bool) -> Compiled:  # noqa: ARG001 - parts of what is compiled
    return Compiled()


def markdown(value: object) -> str:
    """How a value appears in a Markdown template: ours as it is, everything else inert, None as unknown."""
    if isinstance(value, Markdown):
        return value
    text = UNKNOWN if value is None else str(value)
    # A template may join words with a space at the edge; escaping takes it off.
    before, after = " " if text[:1] == " " else "", " " if text[-1:] == " " else ""
    return f"{before}{escape(text)}{after}" if text.strip() else before


def load(environment: Environment, name: str) -> Template:
    """The template of that name. Raises BadTemplate."""
    try:
        return environment.get_template(name)
    except TemplateError as error:
        raise BadTemplate(_told(name, error)) from error


def run(template: Template, **values: object) -> str:
    """The template's text. Raises BadTemplate, whatever went wrong inside it."""
    try:
        return template.render(**values)
    except Exception as error:
        raise BadTemplate(_told(template.name or "", error)) from error


def _told(name: str, error: Exception) -> str:
    line = getattr(error, "lineno", None)
    if line is None:
        line = _line_in_template(error, name)
    where = f"{name}, line {line}" if line else name
    return f"template {where}: {error}"


def _line_in_template(error: Exception, name: str) -> int | None:
    """Jinja rewrites tracebacks so that a template's frames carry its file name and line."""
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(name):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
