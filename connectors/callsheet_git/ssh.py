"""The way to a git server by the system's `ssh`, under dulwich's protocol.

Nothing of this user's or this machine's ssh settings has a say, and an unknown server is never trusted.
"""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from dulwich.client import SSHGitClient, SSHVendor, SubprocessWrapper
from dulwich.protocol import Protocol

from callsheet.connect.context import Context
from callsheet.connect.errors import Rejected
from callsheet_git.options import GitOptions

SECONDS = 300.0


class Ssh:
    """The way to one repository by the system's `ssh`; `client` gives a conversation."""

    def __init__(self, options: GitOptions, context: Context) -> None:
        self._options, self._context = options, context

    def client(self) -> "SshClient":
        """A fresh conversation."""
        address = self._options.address
        return SshClient(
            address.hostname or "",
            port=address.port,
            username=address.username,
            vendor=_Vendor(self._options, self._context.count),
            thin_packs=False,
        )


class SshClient(SSHGitClient):
    """One conversation with a server, in dulwich's words; `close` ends what is still open."""

    _open: Protocol | None = None

    def _connect(
        self, cmd: bytes, path: str | bytes, protocol_version: int | None = None
    ) -> tuple[Protocol, Callable[[], bool], IO[bytes] | None]:
        found = super()._connect(cmd, path, protocol_version)
        self._open = found[0]
        return found

    def close(self) -> None:
        """dulwich leaves a conversation open that broke off in its first words."""
        if self._open is not None:
            self._open.close()


class _Vendor(SSHVendor):
    """Runs `ssh` with a key that lies on the disk for as long as it runs, and with nothing of this user's settings."""

    def __init__(self, options: GitOptions, count: Callable[[], None]) -> None:
        self._options, self._count = options, count

    def run_command(
        self, host: str, command: bytes, username: str | None = None, port: int | None = None, *_: object, **__: object
    ) -> SubprocessWrapper:
        """Run git's other half over there. Rejected when this machine has no `ssh`."""
        program = shutil.which("ssh")
        if program is None:
            raise Rejected("this machine has no `ssh`; install it, or take the https:// address and GIT_TOKEN")
        place = Path(tempfile.mkdtemp(prefix="callsheet-ssh-"))
        try:
            words = [program, *self._settings(place), *(["-p", str(port)] if port else [])]
            self._count()
            process = subprocess.Popen(  # noqa: S603 - a fixed program; host and path were checked by the options
                [*words, "--", f"{username}@{host}" if username else host, command.decode()],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            )
        except BaseException:
            shutil.rmtree(place)
            raise
        return _Running(process, place)

    def _settings(self, place: Path) -> list[str]:
        key, hosts = place / "key", place / "known_hosts"
        secret = self._options.ssh_key.get_secret_value() if self._options.ssh_key else ""
        key.touch(mode=0o600)
        key.write_text(f"{secret.strip()}\n")
        hosts.write_text("".join(f"callsheet {line}\n" for line in self._options.host_keys))
        settings = {
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "StrictHostKeyChecking": "yes",
            "HostKeyAlias": "callsheet",
            "UserKnownHostsFile": hosts,
            "GlobalKnownHostsFile": "/dev/null",
            "ForwardAgent": "no",
            "ConnectTimeout": "10",
            "ServerAliveInterval": "15",
            "ServerAliveCountMax": "4",
        }
        return ["-F", "/dev/null", "-T", "-i", str(key)] + [f"-o{name}={value}" for name, value in settings.items()]


class _Running(SubprocessWrapper):
    """An `ssh` that is killed when it takes too long, and whose key goes when it ends."""

    def __init__(self, process: "subprocess.Popen[bytes]", place: Path) -> None:
        super().__init__(process)
        self._place = place
        self._timer = threading.Timer(SECONDS, process.kill)
        self._timer.daemon = True
        self._timer.start()

    def close(self, timeout: int | None = 10) -> None:
        try:
            super().close(timeout)
        finally:
            self._timer.cancel()
            shutil.rmtree(self._place, ignore_errors=True)
