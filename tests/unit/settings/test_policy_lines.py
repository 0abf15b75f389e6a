"""Places in a TOML text."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from callsheet.settings.policy_lines import line_numbers, line_of

TEXT = """\
# [not.a.table]
standing = []

a.b = 1  # dotted
text = '''
[fake]
key = 1
'''
[calendars."A [team] = x"]
zone = "UTC"
list = [
  # a comment
  { x = 1 },
  [ "y" ],
]
[[routes]]
name = "one"
[routes.fields]
"quoted key" = 1
[[routes]]
name = "two"
[routes.fields]
z = 1
[[routes.parts]]
p = 1
[[routes.parts]]
p = 2
"""


def test_every_table_key_and_element_has_its_line() -> None:
    assert line_numbers(TEXT) == {
        ("standing",): 2,
        ("a",): 4,
        ("a", "b"): 4,
        ("text",): 5,
        ("calendars", "A [team] = x"): 9,
        ("calendars", "A [team] = x", "zone"): 10,
        ("calendars", "A [team] = x", "list"): 11,
        ("calendars", "A [team] = x", "list", 0): 11,
        ("calendars", "A [team] = x", "list", 0, "x"): 11,
        ("calendars", "A [team] = x", "list", 1): 11,
        ("calendars", "A [team] = x", "list", 1, 0): 11,
        ("routes", 0): 16,
        ("routes", 0, "name"): 17,
        ("routes", 0, "fields"): 18,
        ("routes", 0, "fields", "quoted key"): 19,
        ("routes", 1): 20,
        ("routes", 1, "name"): 21,
        ("routes", 1, "fields"): 22,
        ("routes", 1, "fields", "z"): 23,
        ("routes", 1, "parts", 0): 24,
        ("routes", 1, "parts", 0, "p"): 25,
        ("routes", 1, "parts", 1): 26,
        ("routes", 1, "parts", 1, "p"): 27,
    }


def test_what_is_missing_is_placed_where_it_is_missing() -> None:
    lines = line_numbers(TEXT)
    assert line_of(("routes", 1, "project"), lines) == 20
    assert line_of(("routes", 1, "fields", "z", 3), lines) == 23
    assert line_of(("nowhere",), lines) is None


KEYS = st.text("ab=[]#\"'. ", min_size=1, max_size=4)
VALUES = st.recursive(
    st.integers(0, 9) | st.text("a=[]#{}\n'", max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=3))
def test_any_key_of_any_table_is_found_on_the_line_that_it_was_written_on(content: dict[str, dict[str, Any]]) -> None:
    text, written = "", {}
    for table, pairs in content.items():
        written[(table,)] = text.count("\n") + 1
        text += f"[{quoted(table)}]\n"
        for key, value in pairs.items():
            written[(table, key)] = text.count("\n") + 1
            text += f"{quoted(key)} = {toml(value)}\n# comment [x]\n"
    assert tomllib.loads(text) == content
    found = line_numbers(text)
    assert {path: line for path, line in found.items() if path in written} == written


def quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def toml(value: Any) -> str:
    """A value, over several lines wherever TOML allows it."""
    if isinstance(value, list):
        return "[\n" + ",\n".join(toml(part) for part in value) + "\n]"
    if isinstance(value, str):
        return '"""\n' + value + '"""'
    return str(value)
