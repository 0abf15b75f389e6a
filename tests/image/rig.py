"""The image without Docker: built by buildah on a base that debootstrap makes, run by bubblewrap.

It proves each step of the Dockerfile and what the image does when it runs, not the official base image: that one is
replaced by Debian with the same minor version of Python, in the same places.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / "build" / "image"
USER = 65532
NEEDED = ("apt-get", "buildah", "bwrap", "debootstrap")
OFFICIAL = "docker.io/library/python:"
VERSION = "import sys; print('.'.join(map(str, sys.version_info[:2])))"
# What a base brings beside Debian's smallest. `venv` gives /usr/local the python and the pip of the official image.
PACKAGES = "python3,python3-venv,ca-certificates"
LITTER = ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale")
# Settings of pip that say where packages come from.
SOURCES = ("index-url", "extra-index-url", "trusted-host", "proxy", "default-timeout", "timeout")


def missing() -> str | None:
    """Why the image can't be built here, and what to do; None when it can."""
    lost = [name for name in NEEDED if not shutil.which(name)]
    if lost:
        return f"{', '.join(lost)} absent: apt install buildah debootstrap bubblewrap (Debian, Ubuntu)"
    return None if os.geteuid() == 0 else "not root: a base image is made by root, sudo make image-check"


def say(*words: str, **options: Any) -> str:
    """Run a program; what it says. Its errors go where pytest shows them."""
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, **options).stdout.strip()


def buildah(*words: str, **options: Any) -> str:
    """Run buildah on a store of its own, in a way that needs no daemon and no kernel feature."""
    environment = {**os.environ, "BUILDAH_ISOLATION": "chroot"}
    store = ["--storage-driver", "vfs", "--root", str(STORE / "root"), "--runroot", str(STORE / "run")]
    return say("buildah", *store, *words, env=environment, **options)


def base() -> str:
    """The name of the base image; it is made when it is not there, which takes a minute or two."""
    there = buildah("images", "--format", "{{.Name}}:{{.Tag}}").splitlines()
    found = next((name for name in there if name.startswith(OFFICIAL)), None)
    if found:
        return found
    with tempfile.TemporaryDirectory(prefix="callsheet-base-") as folder:
        root = Path(folder) / "root"
        codename = say("sh", "-c", '. /etc/os-release && echo "$VERSION_CODENAME"')
        say("debootstrap", "--variant=minbase", f"--include={PACKAGES}", codename, str(root), mirror(codename))
        for place in LITTER:
            shutil.rmtree(root / place, ignore_errors=True)
        say("chroot", str(root), "/usr/bin/python3", "-m", "venv", "/usr/local")
        minor = say("chroot", str(root), "python3", "-c", VERSION)
        name = f"{OFFICIAL}{minor}-slim"
        container = buildah("from", "scratch")
        buildah("add", "--quiet", container, str(root), "/")
        buildah("commit", "--quiet", "--rm", container, name)
    return name


def mirror(codename: str) -> str:
    """Where this machine takes its own packages from."""
    form = "$(CREATED_BY) $(CODENAME) $(REPO_URI)"
    lines = say("apt-get", "indextargets", "--format", form).splitlines()
    return next(line.split()[2] for line in lines if line.startswith(f"Packages {codename} "))


def pip_secrets(folder: Path) -> list[str]:
    """This machine's own way to packages, as secrets of the build."""
    told = dict(re.findall(r"^(?:global|:env:)\.([\w-]+)='(.*)'$", say("python3", "-m", "pip", "config", "list"), re.M))
    lines = ["[global]", *(f"{name} = {told[name]}" for name in SOURCES if name in told)]
    secrets = []
    if "cert" in told:
        lines.append("cert = /run/secrets/ca")
        secrets = [f"--secret=id=ca,src={told['cert']}"]
    path = folder / "pip.conf"
    path.write_text("\n".join(lines) + "\n")
    return [*secrets, f"--secret=id=pip,src={path}"]


class Image:
    """The built image: what it says of itself, its files, and a way to run it. `seconds` is how long building took."""

    def __init__(self, name: str, root: Path, base_name: str, seconds: float) -> None:
        self.name, self.root, self.base_name, self.seconds = name, root, base_name, seconds

    @cached_property
    def config(self) -> dict[str, Any]:
        """Its configuration as Docker would read it."""
        told: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", self.name))["Docker"]["config"]
        return told

    def megabytes_over_base(self) -> int:
        """What its layers add to those of its base; what they hide of it still counts."""
        told = buildah("images", "--format", "{{.Name}}:{{.Tag}} {{.Size}}").splitlines()
        sizes = {line.split()[0]: float(line.split()[1]) for line in told if line.endswith(" MB")}
        return round(sizes[self.name] - sizes[self.base_name])

    def command(
        self, *words: str, data: Path, env: dict[str, str] | None = None, binds: Sequence[str] = (), user: int = USER
    ) -> list[str]:
        """The command line that runs `words` in it: its user, its variables, its folder; only /data and /tmp writable.

        The network is this machine's own. No privilege is left and none can be gained.
        """
        variables = dict(pair.split("=", 1) for pair in self.config["Env"]) | (env or {})
        return [
            "bwrap",
            *("--ro-bind", str(self.root), "/", "--bind", str(data), "/data", *binds),
            *("--perms", "1777", "--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev"),
            *("--unshare-pid", "--as-pid-1", "--unshare-ipc", "--die-with-parent"),
            *("--chdir", self.config["WorkingDir"], "--clearenv"),
            *(part for name, value in variables.items() for part in ("--setenv", name, value)),
            *("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"),
            *("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"),
            *words,
        ]

    def run(self, *words: str, data: Path, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        command = self.command(*words, data=data, **options)
        return subprocess.run(
            command, capture_output=True, text=True, timeout=110, check=False, stdin=subprocess.DEVNULL
        )


@contextmanager
def built() -> Iterator[Image]:
    """The image, made from the tree as it stands."""
    name, below = "localhost/callsheet:check", base()
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="callsheet-pip-") as folder:
        secrets = pip_secrets(Path(folder))
        options = ["--pull-never", "--format", "docker", "--build-arg", f"BASE={below}", *secrets]
        print(buildah("bud", *options, "--tag", name, str(ROOT)))
    took = monotonic() - began
    container = buildah("from", "--pull-never", name)
    try:
        yield Image(name, Path(buildah("mount", container)), below, took)
    finally:
        buildah("rm", container)
        buildah("rmi", name)


def own(folder: Path) -> None:
    """Give a folder to the image's user, and let them come to it."""
    subprocess.run(["chown", "-R", f"{USER}:{USER}", str(folder)], check=True)
    for above in (folder, *folder.parents[:3]):
        above.chmod(0o755)


def free_port() -> int:
    """One that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def get(port: int, path: str) -> tuple[int, Any]:
    """Status and JSON; status 0 while nobody listens."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    except OSError:
        return 0, None
    finally:
        connection.close()


@contextmanager
def daemon(image: Image, data: Path, config: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """The image's own command on a free port: bubblewrap around it, the port, and when it was begun."""
    port, started = free_port(), monotonic()
    (data / "config").mkdir(exist_ok=True)
    own(data)
    words = [*image.config["Entrypoint"], *image.config["Cmd"]]
    binds = ["--ro-bind", str(config), "/data/config"]
    env = {"CALLSHEET_LISTEN": f"127.0.0.1:{port}"}
    process = subprocess.Popen(image.command(*words, data=data, env=env, binds=binds))
    try:
        yield process, port, started
    finally:
        if process.poll() is None:
            os.kill(inner(process), signal.SIGKILL)
        process.wait(10)


def ended(process: subprocess.Popen[bytes]) -> int:
    """Ask the program to end, as Docker does; its exit code."""
    os.kill(inner(process), signal.SIGTERM)
    return process.wait(30)


def inner(process: subprocess.Popen[bytes]) -> int:
    """The number outside of what is process 1 inside: bubblewrap hands no signal on."""
    (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(child)
