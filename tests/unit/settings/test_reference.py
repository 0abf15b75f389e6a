"""docs/configuration.md is what the classes say, and has every variable."""

from pathlib import Path

from callsheet.connect import registry
from callsheet.settings import Settings
from callsheet.settings.reference import reference

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "run `make docs`"


def test_every_variable_is_a_line_with_its_meaning() -> None:
    cells = [line.split("|") for line in reference().splitlines() if line.startswith("| `")]
    rows = {name.strip(" `"): told.strip() for _, name, _, told, _ in cells}
    connectors = [registry.load(name).options for name in registry.names()]
    every = [*Settings.variables(), *(name for options in connectors for name in options.variables())]
    assert set(every) < set(rows)
    assert all(rows.values())
    secrets = {*Settings.secrets(), *(name for options in connectors for name in options.secrets())}
    assert {name for name, told in rows.items() if "**Secret.**" in told} == secrets
