"""What helm makes of the chart: valid on the Kubernetes we name, safe, and a configuration that Callsheet takes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from callsheet.settings import load
from tests.chart.rig import BUILT, CASES, CHART, ROOT, definitions, helm, objects, pod, readme, rendered, texts

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
SHIP = ROOT / "build" / "ship" / "bin" / "python"
# The oldest that Chart.yaml takes, and the newest that the schemas know.
KUBERNETES = ("1.27.0", "1.37.0")
CANARY = "canary"
JIRA_SECRET = "connectors.jira.secret"
# What stands in for a secret that the cluster has: good as a token, and as an address of Apprise.
SECRET = "mailtos://a:b@smtp.example.com?to={email}"
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)


def judged(manifests: str, version: str) -> str:
    """What the schemas have against these manifests; "" when nothing."""
    if not SHIP.exists():
        pytest.skip("build/ship absent: make chart-check makes it from locks/ship.lock")
    words = [str(SHIP), str(Path(__file__).with_name("judge.py")), str(definitions()), version]
    run = subprocess.run(words, input=manifests, capture_output=True, text=True, check=False, timeout=60)
    assert not run.stderr, run.stderr
    assert (run.returncode == 0) == (run.stdout.strip() == "")
    return run.stdout.strip()


@each_case
def test_lint_has_nothing_to_say(case: Path) -> None:
    helm("lint", "--strict", "--values", str(case), str(CHART))


@pytest.mark.parametrize("version", KUBERNETES)
@each_case
def test_every_object_is_valid(case: Path, version: str) -> None:
    assert judged(rendered(case), version) == ""


def test_a_field_that_no_schema_knows_is_found() -> None:
    everything = next(case for case in CASES if case.stem == "everything")
    broken = rendered(everything).replace("interval: 30s", "intervall: 30s").replace("readOnlyRootF", "readOnlyF")

    found = judged(broken, KUBERNETES[-1]).splitlines()

    assert [re.sub(r" .*", "", line) for line in found] == ["Deployment", "ServiceMonitor"]


@each_case
def test_callsheet_takes_what_its_pod_is_given(case: Path, tmp_path: Path) -> None:
    """The variables, secrets and files of the pod, laid out in a folder and read as the daemon reads them."""
    specification = pod(case)
    (container,) = specification["containers"]
    lay_out(case, specification, container, tmp_path)
    variables = {each["name"]: each.get("value", SECRET) for each in container["env"]}
    placed = {name: re.sub(r"^(?=/(run|etc)/)", str(tmp_path), value) for name, value in variables.items()}

    configuration = load(tmp_path / "data" / "config", placed, explicit=False)

    assert configuration.skipped == ()
    assert configuration.settings.listen == "0.0.0.0:8080"
    given = [(name, origin) for name, _, origin in configuration.shown if origin != "default"]
    assert {"PAGERDUTY_API_TOKEN"} < {name for name, _ in given}


def fenced(page: str, info: str) -> str:
    """A block of a page in docs/."""
    (text,) = re.findall(rf"^```yaml {info}\n(.*?)^```", (ROOT / "docs" / page).read_text(), re.MULTILINE | re.DOTALL)
    return str(text)


def test_the_values_of_the_install_page_make_a_pod_that_callsheet_takes(tmp_path: Path) -> None:
    case = tmp_path / "values.yaml"
    case.write_text(fenced("install.md", "values"))

    assert judged(rendered(case), KUBERNETES[-1]) == ""
    test_callsheet_takes_what_its_pod_is_given(case, tmp_path)


def test_the_pod_that_restores_a_backup_is_valid() -> None:
    assert judged(fenced("backup.md", "restore"), KUBERNETES[0]) == ""


def lay_out(case: Path, specification: dict[str, Any], container: dict[str, Any], root: Path) -> None:
    """Make the files that the pod's volumes bring."""
    places = {mount["name"]: root / mount["mountPath"].lstrip("/") for mount in container["volumeMounts"]}
    ours = {each["metadata"]["name"]: each["data"] for each in objects(case, "ConfigMap")}
    for volume in specification["volumes"]:
        source = volume.get("configMap") or volume.get("secret") or {}
        texts_of = ours.get(source.get("name", ""), {})
        for item in source.get("items", ()):
            path = places[volume["name"]] / item["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts_of.get(item["key"], SECRET))
        if volume["name"] == "ca":
            places["ca"].mkdir(parents=True)
            (places["ca"] / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")


@each_case
def test_a_secret_stands_in_secrets_only(case: Path) -> None:
    elsewhere = [each for each in yaml.safe_load_all(rendered(case)) if each and each["kind"] != "Secret"]

    assert not [text for each in elsewhere for text in texts(each) if CANARY in text]
    if CANARY in case.read_text():
        assert CANARY in rendered(case)


@each_case
def test_the_pod_keeps_to_the_restricted_standard(case: Path) -> None:
    specification = pod(case)
    (container,) = specification["containers"]
    whole, own = specification["securityContext"], container["securityContext"]

    assert whole["runAsNonRoot"] is True
    assert whole["seccompProfile"] == {"type": "RuntimeDefault"}
    assert own == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    kinds = {kind for volume in specification["volumes"] for kind in volume if kind != "name"}
    assert kinds <= {"configMap", "emptyDir", "persistentVolumeClaim", "secret"}
    assert specification["automountServiceAccountToken"] is False


@each_case
def test_one_daemon_holds_the_database_and_has_a_minute_to_end(case: Path) -> None:
    (deployment,) = objects(case, "Deployment")

    assert (deployment["spec"]["replicas"], deployment["spec"]["strategy"]) == (1, {"type": "Recreate"})
    assert pod(case)["terminationGracePeriodSeconds"] == 60


@each_case
def test_only_a_dead_process_is_started_anew_and_only_one_that_can_work_is_ready(case: Path) -> None:
    (container,) = pod(case)["containers"]
    asked = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}

    assert {name: get["path"] for name, get in asked.items()} == {
        "startup": "/healthz",
        "liveness": "/healthz",
        "readiness": "/readyz",
    }
    assert {get["port"] for get in asked.values()} <= {port["name"] for port in container["ports"]}


def test_the_ingress_for_webhooks_lets_in_nothing_else() -> None:
    paths = [path for case in CASES for name, path in let_in(case) if not name.endswith("-pages")]

    assert paths == ["/webhooks/"]


def test_the_ingress_for_pages_keeps_inside_what_asks_nobody() -> None:
    paths = {path for case in CASES for name, path in let_in(case) if name.endswith("-pages")}

    assert {"/", "/sheet", "/mine", "/sign-in"} <= paths
    assert not paths & {"/status", "/metrics", "/healthz", "/readyz", "/webhooks", "/webhooks/"}


def let_in(case: Path) -> list[tuple[str, str]]:
    """The paths of each Ingress, by its name."""
    return [
        (ingress["metadata"]["name"], path["path"])
        for ingress in objects(case, "Ingress")
        for rule in ingress["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]


@pytest.mark.parametrize(
    ("settings", "renders"),
    [
        ([], False),
        (["settings.CALLSHEET_OIDC_ISSUER=https://login.example.com"], False),
        (["connectors.callsheet.secret.values.CALLSHEET_WEB_TOKEN=x"], True),
        (["settings.CALLSHEET_WEB_PROXIES=10.0.0.0/8"], True),
        (
            [
                "settings.CALLSHEET_OIDC_ISSUER=https://login.example.com",
                "connectors.callsheet.secret.values.CALLSHEET_OIDC_CLIENT_SECRET=x",
            ],
            True,
        ),
    ],
)
def test_pages_are_let_in_only_once_it_is_said_who_may_look(settings: list[str], renders: bool) -> None:
    given = [word for each in ["pages.ingress.enabled=true", *settings] for word in ("--set", each)]
    run = helm("template", "trial", str(CHART), *given, check=False)

    assert (run.returncode == 0) is renders, run.stderr
    assert renders or "say first who may look" in run.stderr


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("setings.CALLSHEET_MODE=shadow", "setings"),
        ("settings.CALLSHEET_LISTEN=0.0.0.0:1", "the Service's port is service.port"),
        ("connectors.jira.secret.existing=tokens", "no keys say what to take from it"),
        ("connectors.jira.secret.keys.JIRA_API_TOKEN=jira", "existing does not say of which"),
        (f"{JIRA_SECRET}.existing=a,{JIRA_SECRET}.keys.A=b,{JIRA_SECRET}.values.A={CANARY}", "take the other away"),
        ("connectors.jira.secret.as=file", "as"),
        ("connectors.jira.settings.JIRA_API_TOKEN=canary", "put it into connectors.jira.secret"),
        ("settings.CALLSHEET_WEB_TOKEN=canary", "put it into connectors.callsheet.secret"),
        ("ingress.enabled=maybe", "enabled"),
    ],
)
def test_a_slip_in_the_values_is_told_before_anything_is_made(value: str, named: str) -> None:
    run = helm("template", "trial", str(CHART), "--set", value, check=False)

    assert run.returncode != 0
    assert named in run.stderr
    assert CANARY not in run.stderr


def test_what_is_missing_is_said_at_the_installation() -> None:
    told = helm("install", "trial", str(CHART), "--dry-run=client", "--set", "persistence.enabled=false").stdout

    assert "gives no PAGERDUTY_API_TOKEN" in told
    assert "gives no JIRA_API_TOKEN and no JIRA_PERSONAL_ACCESS_TOKEN" in told
    assert "There is no policy yet" in told
    assert "lost with the pod" in told


def test_the_readme_is_what_the_values_say(tmp_path: Path) -> None:
    assert readme(tmp_path) == (CHART / "README.md").read_text(encoding="utf-8"), "run `make chart-readme`"


def test_the_tools_are_pinned() -> None:
    assert all(re.fullmatch(r"v\d+\.\d+\.\d+", version) for _, version in BUILT.values())
