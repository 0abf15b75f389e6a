"""The ways to install agree with each other and with the program, and the FAQ quotes what the program says."""

from __future__ import annotations

import re
from configparser import RawConfigParser
from pathlib import Path

import yaml

from callsheet.cli.printing import CONFIGURATION
from callsheet.connect import registry
from callsheet.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
CHART = ROOT / "helm" / "callsheet"
# Words of the system, of Docker and of Kubernetes.
FROM_OUTSIDE = {
    "Read-only file system",
    "database is locked",
    "disk I/O error",
    "unable to open database file",
    "certificate verify failed",
    "No project could be found with key",
}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def unit() -> RawConfigParser:
    """The service file of the install page."""
    (found,) = re.findall(r"^```ini callsheet.service\n(.*?)^```", text("docs/install.md"), re.MULTILINE | re.DOTALL)
    parser = RawConfigParser(strict=False)
    parser.read_string(found)
    return parser


def test_every_way_gives_a_minute_to_end() -> None:
    (service,) = yaml.safe_load(text("compose.yaml"))["services"].values()

    assert service["stop_grace_period"] == "60s"
    assert unit()["Service"]["TimeoutStopSec"] == "60"
    assert "terminationGracePeriodSeconds: 60\n" in text("helm/callsheet/templates/deployment.yaml")


def test_every_way_knows_the_same_user() -> None:
    values = yaml.safe_load(text("helm/callsheet/values.yaml"))["podSecurityContext"]
    (user,) = re.findall(r"^USER (\d+):\d+$", text("Dockerfile"), re.MULTILINE)

    assert {values["runAsUser"], values["runAsGroup"], values["fsGroup"]} == {int(user)}
    assert f"| user | {user}," in text("docs/install.md")


def test_a_configuration_that_needs_a_person_is_not_tried_again() -> None:
    assert unit()["Service"]["RestartPreventExitStatus"] == str(CONFIGURATION)


def test_the_chart_has_the_version_of_the_program() -> None:
    chart = yaml.safe_load(text("helm/callsheet/Chart.yaml"))
    (version,) = re.findall(r'^version = "(.+)"$', text("pyproject.toml"), re.MULTILINE)

    assert {chart["version"], chart["appVersion"]} == {version}
    assert f"ARG VERSION={version}\n" in text("Dockerfile")


def test_the_chart_knows_every_secret_by_its_name_and_no_plain_variable() -> None:
    helpers = (CHART / "templates" / "_helpers.tpl").read_text(encoding="utf-8")
    (pattern,) = re.findall(r'regexMatch "(.+)" \$variable', helpers)
    sections = [Settings, *(registry.load(name).options for name in registry.names())]
    variables = {name for section in sections for name in section.variables()}

    refused = {name for name in variables if re.search(pattern, name)}

    assert refused == {name for section in sections for name in section.secrets()}


def test_the_faq_quotes_what_the_program_says() -> None:
    headings = re.findall(r"^\*\*(.+?)\*\*", text("docs/faq.md"), re.MULTILINE)
    quotes = {part for heading in headings for quote in re.findall(r'"(.+?)"', heading) for part in quote.split("…")}
    said = "".join(
        path.read_text(encoding="utf-8") for root in ("src", "connectors") for path in (ROOT / root).rglob("*.py")
    )
    # The system's reason follows ours.
    asked = {re.sub(r" (Permission denied|Is a directory)$", "", quote).strip() for quote in quotes} - FROM_OUTSIDE

    assert len(asked) > 4
    assert {quote for quote in asked if quote not in said} == set()
