"""What the chart lets people in from outside to: every page that asks who is there, and nothing that does not."""

from __future__ import annotations

import re
from pathlib import Path

from callsheet.web.acts import ACTS
from callsheet.web.app import build
from tests.lent import REPOSITORY
from tests.unit.web.house import opened
from tests.unit.web.reading import paths_of

# They ask nobody who they are. `/status` tells programs which items the tracker refused: people have `/sync`.
INSIDE = {"/healthz", "/readyz", "/metrics", "/status"}


def allowed() -> tuple[set[str], set[str]]:
    """The paths of the chart's Ingress for pages: those that are met exactly, and beginnings."""
    text = (REPOSITORY / "helm" / "callsheet" / "templates" / "ingress.yaml").read_text(encoding="utf-8")
    exact, beginnings = (set(re.findall(r'"(/[^"]*)"', line)) for line in re.findall(r"range list (.*) }}", text))
    return exact, beginnings


def is_let_in(path: str, exact: set[str], beginnings: set[str]) -> bool:
    """As Kubernetes reads it: a beginning is of whole parts between slashes."""
    return path in exact or any(path == begin or path.startswith(f"{begin}/") for begin in beginnings)


def test_every_page_can_be_reached_through_the_chart_s_ingress_and_nothing_else(tmp_path: Path) -> None:
    exact, beginnings = allowed()
    with opened(tmp_path) as web:
        paths = paths_of(build(web.desk, web.site).routes) | set(ACTS)

    assert {path for path in paths if not is_let_in(path, exact, beginnings)} == INSIDE
