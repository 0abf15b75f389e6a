"""`docs/templates.md` against the program: every file, name and function, and nothing besides."""

import re
from pathlib import Path

import pytest

import callsheet.render
from callsheet.render.environment import BadTemplate
from callsheet.render.renderer import FUNCTIONS, Renderer, context
from callsheet.render.times import Clock
from tests.unit.render.story import postmortem

PAGE = Path(__file__).parents[3] / "docs" / "templates.md"
TEXT = PAGE.read_text(encoding="utf-8")
TEMPLATES = Path(callsheet.render.__file__).parent / "templates"


def first_cells(heading: str) -> list[str]:
    """What stands as code in the first column of the table with this heading in its first cell."""
    (table,) = re.findall(rf"^\| {heading} \|.*\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    rows = [row.split(" | ")[0] for row in table.splitlines()]
    return [code for row in rows for code in re.findall(r"`([^`]+)`", row)]


def test_every_template_is_listed_and_there() -> None:
    assert sorted(first_cells("file")) == sorted(path.name for path in TEMPLATES.iterdir() if path.is_file())


def test_every_name_that_a_template_sees_is_listed() -> None:
    assert sorted(first_cells("name")) == sorted(context(postmortem()))


def test_every_function_is_listed() -> None:
    assert sorted(re.sub(r"\(.*", "", code) for code in first_cells("function")) == sorted(FUNCTIONS)


def test_what_is_told_of_the_clock_and_of_the_improvements_is_there() -> None:
    told = postmortem()
    assert all(hasattr(Clock("UTC", told.impact.started_at), name) for name in re.findall(r"clock\.(\w+)", TEXT))
    (keys,) = re.findall(r"the call sheet in a glance: (.*) \|", TEXT)
    assert set(re.findall(r"`(\w+)`", keys)) == set(context(told)["improvements"])


@pytest.mark.parametrize(
    "body",
    ["{{ p._x }}", "{% import 'os' as os %}", "{% include '/etc/passwd' %}", "{{ sheet.append(1) }}", "{{ nosuch }}"],
)
def test_what_a_template_may_not_do_is_refused(tmp_path: Path, body: str) -> None:
    (tmp_path / "impact.md.j2").write_text(body, encoding="utf-8")
    with pytest.raises(BadTemplate):
        Renderer(tmp_path).document(postmortem())


def test_a_file_whose_form_is_wrong_is_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "impact.md.j2").write_text("\n{% if %}", encoding="utf-8")
    with pytest.raises(BadTemplate, match=r"impact\.md\.j2, line 2"):
        Renderer(tmp_path)


def test_every_value_is_escaped_and_none_is_printed_as_unknown(tmp_path: Path) -> None:
    body = "{{ '<b>' }} {{ '<b>' | safe }} {{ '*' ~ '<i>' }} {{ none }}\n"
    (tmp_path / "impact.md.j2").write_text(body.replace("\\n", "\n"), encoding="utf-8")
    text = Renderer(tmp_path).document(postmortem())
    assert "\\<b\\> \\<b\\> \\*\\<i\\> unknown" in text
