"""What is wrong in policy.toml, in words that say what to write: pydantic's and tomllib's faults -> sentences."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from callsheet.connect.options import in_words
from callsheet.model.spelling import did_you_mean
from callsheet.settings.policy_lines import Path
from callsheet.settings.policy_model import PolicyFile

# By pydantic's name for the fault; others keep pydantic's words.
_WORDS: Mapping[str, str] = {
    "missing": "is missing: add it",
    "dict_type": "must be a table",
    "string_type": "must be a text in quotes",
    "date_type": "must be a date such as 2027-02-15, without quotes",
    "bool_type": "must be true or false, without quotes",
}
_NUMBERS = {"int_type": "a whole number", "float_type": "a number"}
_SHARE = "; 30 % is 0.3"
# Less is another word.
_LIKENESS = 0.7
# By how tomllib's words begin, which differ little from one Python to the next.
_SYNTAX = {
    "Invalid value": 'what stands behind the = can\'t be read; a text needs straight quotes: "OPS"',
    "Expected '=' after a key": "a line is key = value, a [table], or a comment behind #; what is more than letters, "
    'digits, _ and - stands in quotes: "ana@example.com" = …',
    "Expected ']'": 'what is more than letters, digits, _ and - stands in quotes: [calendars."Payments EU"]',
    "Invalid statement": "a line is key = value, a [table], or a comment behind #",
    "Expected newline": "something stands behind the value; each key has its own line",
    "Unterminated string": "a text lacks its closing quote",
    "Unescaped": "write a text with a \\ in single quotes: 'a\\b'",
    "Unclosed array": "a list lacks its closing ]",
}


def syntax(message: str) -> str:
    """What tomllib says, with what was probably meant."""
    twice = re.match(r"Cannot declare \((.+?),?\) twice", message)
    if twice:
        table = ".".join(re.findall(r"'([^']*)'", twice[1]))
        return f"the table [{table}] stands there twice, or as [{table}] and as [[{table}]]; keep one"
    if message.startswith("Cannot overwrite"):
        return "a key stands there twice; keep one"
    hint = next((words for start, words in _SYNTAX.items() if message.startswith(start)), "")
    return f"{message}: {hint}" if hint else message


def unclosed(statement: str) -> str:
    """What a statement lacks that goes on until the file ends; empty when that can't be told."""
    value = statement.partition("=")[2].lstrip()
    if value.startswith(('"""', "'''")):
        return f"a text lacks its closing {value[:3]}"
    closing = {"[": "a list lacks its closing ]", "{": "a table in { } lacks its closing }"}
    return closing.get(value[:1], "")


def what(fault: Any, content: Mapping[str, Any]) -> str:
    """A fault of pydantic's in words; `content` is the whole file."""
    kind, loc = str(fault["type"]), fault["loc"]
    if kind == "extra_forbidden":
        return _unknown(loc, is_table=isinstance(_at(content, loc), dict))
    if kind in _NUMBERS:
        return f"must be {_NUMBERS[kind]}{', without quotes' if isinstance(_at(content, loc), str) else ''}"
    if kind == "list_type":
        once = isinstance(_at(content, loc), dict)
        return f"is there for several: write [[{_header(loc)}]]" if once else "must be a list: write it in [ ]"
    if kind == "model_type":
        return f"must be a table: write [{_header(loc)}]"
    limits: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
        "greater_than": lambda given: f"must be more than {given['gt']:g}",
        "greater_than_equal": lambda given: f"must be {given['ge']:g} or more",
        "less_than_equal": lambda given: f"must be {given['le']:g} or less{_SHARE * (given['le'] == 1)}",
        "too_short": lambda given: f"needs {given['min_length']} entries",
        "too_long": lambda given: f"takes {given['max_length']} entries at most",
        "literal_error": lambda given: "must be " + given["expected"].replace("'", '"').replace("False", "false"),
    }
    if kind in limits:
        return limits[kind](fault["ctx"])
    return _WORDS.get(kind) or in_words(fault)


def _header(loc: Path) -> str:
    return ".".join(map(str, loc))


def _at(content: Any, loc: Path) -> Any:
    for part in loc:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            return None
    return content


def _unknown(loc: Path, *, is_table: bool) -> str:
    """An unknown key, with those that are known there, or the tables where it is one."""
    name, table = str(loc[-1]), _table(loc[:-1])
    near = did_you_mean(name, table.model_fields, likeness=_LIKENESS)
    homes = list(dict.fromkeys(_homes(name, PolicyFile)))
    if name in PolicyFile.model_fields and not near:
        place = "in a table of its own" if is_table else "at the top of the file, above the first [table]"
        return f"is not a known key here; it belongs {place}"
    if homes and not near:
        return f"is not a known key here; it belongs below {' or '.join(homes)}"
    return f"is not a known key here{near or ';'} {'K' if near else 'k'}nown are {', '.join(table.model_fields)}"


def _table(loc: Path) -> type[BaseModel]:
    """The table that a path leads into."""
    model: type[BaseModel] = PolicyFile
    for part in loc:
        if part in model.model_fields:
            model = _table_in(model.model_fields[str(part)].annotation) or model
    return model


def _homes(name: str, model: type[BaseModel], way: str = "") -> Iterator[str]:
    """Every table that has a key of this name, as its header is written."""
    for part, field in model.model_fields.items():
        table = _table_in(field.annotation)
        if table is None:
            continue
        header = f"{way}{part}" if not str(field.annotation).startswith("dict") else f'{way}{part}."NAME"'
        if name in table.model_fields:
            yield f"[[{header}]]" if str(field.annotation).startswith("list") else f"[{header}]"
        yield from _homes(name, table, f"{header}.")


def _table_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((table for part in get_args(annotation) if (table := _table_in(part))), None)
