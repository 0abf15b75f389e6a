"""The image is small, holds nothing that it does not need, and works for nobody in particular on a read-only root."""

from __future__ import annotations

import re
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.image.rig import USER, Image, daemon, ended, get, inner, own
from tests.scenario_webhooks.daemon import until
from tests.shape.tree import project

pytestmark = [pytest.mark.system, pytest.mark.timeout(1500)]
LARGEST_MEGABYTES = 150


def test_it_adds_little_to_its_base(image: Image) -> None:
    megabytes = image.megabytes_over_base()

    print(f"{megabytes} MB over its base")
    assert 20 < megabytes <= LARGEST_MEGABYTES


def test_it_says_what_it_is(image: Image) -> None:
    labels = image.config["Labels"]

    assert labels["org.opencontainers.image.version"] == project()["project"]["version"]
    assert labels["org.opencontainers.image.licenses"] == project()["project"]["license"]
    assert image.config["User"] == f"{USER}:{USER}"
    assert image.config["Volumes"] == {"/data": {}}


def test_it_has_no_tool_to_build_with_and_no_trace_of_its_building(image: Image, data: Path) -> None:
    asked = "for tool in pip pip3 gcc make git hatchling curl; do command -v $tool; done; python3 -m pip --version"

    done = image.run("sh", "-c", asked, data=data)

    assert (done.stdout, "No module named pip" in done.stderr) == ("", True)
    assert not (image.root / "etc" / "pip.conf").exists()
    assert not any((image.root / "run" / "secrets").glob("*"))
    assert not (image.root / "src").exists()


def test_only_data_and_tmp_can_be_written_and_no_privilege_is_left(image: Image, data: Path) -> None:
    try_to_write = "for place in / /opt/callsheet /etc /data /tmp; do touch $place/x && echo $place; done"
    asked = f"id -u; {try_to_write}; cat /proc/self/status"

    done = image.run("sh", "-c", asked, data=data)

    assert done.stdout.splitlines()[:3] == [str(USER), "/data", "/tmp"]
    assert "CapEff:\t0000000000000000" in done.stdout


def test_init_tells_before_it_asks_that_it_may_not_write_there(image: Image, data: Path, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()

    done = image.run("callsheet", "init", data=data, binds=["--bind", str(config), "/data/config"])

    assert (done.returncode, done.stdout, "so nothing was asked" in done.stderr) == (2, "", True), done.stderr


def test_the_demo_plays_to_its_end(image: Image, data: Path) -> None:
    done = image.run("callsheet", "demo", data=data, env={"CALLSHEET_DEMO_FAST": "1"})

    assert done.returncode == 0, done.stdout + done.stderr
    assert list((data / "callsheet-demo" / "postmortems").glob("*.md"))


def test_the_daemon_lives_on_env_files_answers_probes_and_ends_when_asked(
    image: Image, data: Path, tmp_path: Path, make_sandbox: Any
) -> None:
    with make_sandbox(incidents=3) as box:
        config = written(tmp_path / "config", box.env())
        with daemon(image, data, config) as (process, port, started):
            until(lambda: get(port, "/readyz")[0] == 200, "ready")
            print(f"ready after {monotonic() - started:.1f} s")
            until(lambda: get(port, "/status")[1]["cycles"] >= 1, "the first cycle")
            print(f"{resident(inner(process))} MB resident after the first cycle")
            assert get(port, "/healthz") == (200, {"alive": True})
            assert healthy(image, data, port)
            assert ended(process) == 0
        assert not healthy(image, data, port)
    assert list((data / "postmortems").glob("*.md"))
    assert (data / "callsheet.db").stat().st_uid == USER


def written(folder: Path, variables: dict[str, str]) -> Path:
    """An operator's folder: one env file, and a policy that takes every incident."""
    folder.mkdir()
    lines = [f"{name}={value}" for name, value in variables.items()]
    (folder / "all.env").write_text("\n".join(lines) + "\n")
    (folder / "policy.toml").write_text('[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n')
    own(folder)
    return folder


def healthy(image: Image, data: Path, port: int) -> bool:
    """What the image's own HEALTHCHECK finds, run beside the daemon as Docker does."""
    _, *words = image.config["Healthcheck"]["Test"]
    return image.run(*words, data=data, env={"CALLSHEET_LISTEN": f"127.0.0.1:{port}"}).returncode == 0


def resident(pid: int) -> int:
    """Megabytes of memory."""
    (kilobytes,) = re.findall(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(kilobytes) // 1024
