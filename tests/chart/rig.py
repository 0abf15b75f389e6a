"""The tools: helm, helm-docs and compose-go, built by Go at pinned versions into build/tools; promtool; the schemas."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm" / "callsheet"
TOOLS = ROOT / "build" / "tools"
CASES = sorted((Path(__file__).parent / "values").glob("*.yaml"))
# With versions, so that a change of one builds it anew.
BUILT = {
    "helm": ("helm.sh/helm/v4/cmd/helm", "v4.3.1"),
    # As compose-go names its command: docker compose's own reader.
    "cmd": ("github.com/compose-spec/compose-go/v2/cmd", "v2.4.9"),
    "helm-docs": ("github.com/norwoodj/helm-docs/cmd/helm-docs", "v1.14.2"),
}
# Its module carries the definitions of ServiceMonitor and PrometheusRule.
OPERATOR = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
GO = (1, 26)


def go(*words: str, **options: Any) -> str:
    """Run Go; what it says. Skips, by name, where no Go is that can build what we need."""
    found = re.match(r"go(\d+)\.(\d+)", _said("go", "env", "GOVERSION") if shutil.which("go") else "")
    if found is None or (int(found[1]), int(found[2])) < GO:
        pytest.skip(f"Go {GO[0]}.{GO[1]} or later absent: it builds helm (https://go.dev/dl)")
    return _said("go", *words, **options)


def tool(name: str) -> str:
    """The path of a tool; it is built when it is not there, which takes minutes for helm."""
    package, version = BUILT[name]
    folder = TOOLS / f"{name}-{version}"
    if not (folder / name).exists():
        go("install", "-trimpath", f"{package}@{version}", env={**os.environ, "GOBIN": str(folder), "GOFLAGS": ""})
    return str(folder / name)


def promtool() -> str:
    """Prometheus' own judge of rules."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool absent: apt install prometheus")
    return found


@cache
def definitions() -> Path:
    """The folder with the Prometheus operator's definitions."""
    told = json.loads(go("mod", "download", "-json", OPERATOR, cwd="/"))
    return Path(told["Dir"]) / "example" / "prometheus-operator-crd"


def helm(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run helm."""
    run = subprocess.run([tool("helm"), *words], capture_output=True, text=True, check=False, timeout=60)
    assert not check or run.returncode == 0, run.stdout + run.stderr
    return run


@cache
def rendered(case: Path) -> str:
    """All that the chart makes of these values, as YAML."""
    return helm("template", "trial", str(CHART), "--namespace", "ops", "--values", str(case)).stdout


def objects(case: Path, kind: str) -> list[dict[str, Any]]:
    """The objects of a kind."""
    return [each for each in yaml.safe_load_all(rendered(case)) if each and each["kind"] == kind]


def pod(case: Path) -> dict[str, Any]:
    """The pod's specification."""
    (deployment,) = objects(case, "Deployment")
    specification: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return specification


def readme(folder: Path) -> str:
    """The chart's README as its values make it; `folder` is for a copy."""
    copy = shutil.copytree(CHART, folder / "callsheet")
    words = ["--chart-search-root", str(folder), "--sort-values-order", "file", "--log-level", "error"]
    subprocess.run([tool("helm-docs"), *words], check=True)
    return (copy / "README.md").read_text(encoding="utf-8")


def texts(value: Any) -> Iterator[str]:
    """Every string in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def _said(*words: str, **options: Any) -> str:
    run = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True, timeout=900, **options)
    return run.stdout.strip()


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        (CHART / "README.md").write_text(readme(Path(made)), encoding="utf-8")
