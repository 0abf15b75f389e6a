"""Which repository, and who we are there. What people write here never becomes an option of another program."""

import re
from typing import ClassVar, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from callsheet.connect.address import is_loopback
from callsheet.connect.options import ConnectorOptions, comma_list

# git@example.com:team/postmortems.git, as hosts print it.
_SHORT = re.compile(r"(?P<user>[A-Za-z0-9_.-]+)@(?P<host>[A-Za-z0-9.-]+):(?P<path>[^/\s].*)")
_HOST = re.compile(r"[A-Za-z0-9:]([A-Za-z0-9.:-]*[A-Za-z0-9])?")
_PATH = re.compile(r"/[\w.~/+ -]+")
_PART = re.compile(r"[\w+][\w .+-]*|\.[\w-][\w .+-]*")
_BRANCH = re.compile(r"(?!.*(\.\.|//|\.lock(/|$)|\.$|/\.|/$))[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}")
_HOST_KEY = re.compile(r"[a-z0-9@.-]+ [A-Za-z0-9+/=]{20,}( \S+)?")
_ADDRESS = (
    "must be https://host/path.git or ssh://git@host/path.git; plain http:// is for a server on this machine only"
)


class GitOptions(ConnectorOptions):
    """One branch of one repository, and a folder in it."""

    prefix: ClassVar[str] = "GIT_"

    remote_url: str = Field(
        description="Set it to the repository's address: https://git.example.com/team/postmortems.git, or ssh://…"
    )
    username: str = Field(default="x-access-token", description="The user of GIT_TOKEN; most hosts take any name.")
    token: SecretStr | None = Field(default=None, description="A token that may read and write the repository.")
    ssh_key: SecretStr | None = Field(
        default=None, description="For ssh:// addresses: the private key, in OpenSSH form."
    )
    ssh_host_key: str | None = Field(
        default=None,
        description="For ssh:// addresses: the server's public key, `ssh-ed25519 AAAA…`; several by comma.",
    )
    branch: str = Field(default="main", description="The branch that is read and pushed to.")
    folder: str = Field(default="postmortems", description="The folder in the repository; `.` for its root.")
    author_name: str = Field(default="Callsheet", description="Who the commits are by.")
    author_email: str = Field(default="callsheet@localhost", description="The e-mail address in the commits.")

    @property
    def address(self) -> SplitResult:
        """The remote's address in its parts."""
        return urlsplit(self.remote_url)

    @property
    def parts(self) -> tuple[str, ...]:
        """The folder, from the root down."""
        return tuple(part for part in self.folder.split("/") if part != ".")

    @property
    def host_keys(self) -> tuple[str, ...]:
        """The server's public keys."""
        return comma_list(self.ssh_host_key or "")

    @field_validator("remote_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        short = _SHORT.fullmatch(value)
        whole = f"ssh://{short['user']}@{short['host']}/{short['path']}" if short else value
        # urlsplit's own errors repeat parts of the address.
        try:
            parts = urlsplit(whole)
            host, fine = parts.hostname or "", parts.port != 0
        except ValueError:
            host, fine, parts = "", False, urlsplit("")
        allowed = parts.scheme in {"https", "ssh"} or (parts.scheme == "http" and is_loopback(host))
        if not (fine and allowed and _HOST.fullmatch(host) and _PATH.fullmatch(parts.path)):
            raise ValueError(_ADDRESS)
        if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
            raise ValueError("must not hold credentials; put the token into GIT_TOKEN")
        if parts.username is not None and not re.fullmatch(r"\w[\w.-]*", parts.username):
            raise ValueError(_ADDRESS)
        if parts.query or parts.fragment:
            raise ValueError("must not have a query or fragment; give the address alone")
        return whole.rstrip("/")

    @field_validator("token")
    @classmethod
    def _sendable(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[!-~]+", value.get_secret_value()):
            raise ValueError("has characters that no token has; copy the token alone, without spaces or quotes")
        return value

    @field_validator("username")
    @classmethod
    def _one_name(cls, value: str) -> str:
        if not re.fullmatch(r"[!-9;-~]+", value):
            raise ValueError("must be a user name without spaces and colons")
        return value

    @field_validator("ssh_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith("-----BEGIN "):
            raise ValueError("is no private key in OpenSSH or PEM form; name its file in GIT_SSH_KEY_FILE")
        return value

    @field_validator("ssh_host_key")
    @classmethod
    def _is_a_host_key(cls, value: str | None) -> str | None:
        if value and not all(map(_HOST_KEY.fullmatch, comma_list(value))):
            raise ValueError("must be a public key as `ssh-keyscan` prints it, without the host: ssh-ed25519 AAAA…")
        return value

    @field_validator("branch")
    @classmethod
    def _is_a_branch(cls, value: str) -> str:
        if not _BRANCH.fullmatch(value):
            raise ValueError("must be the name of a branch, such as main")
        return value

    @field_validator("folder")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        parts = value.strip("/").split("/")
        if value.startswith("/") or any(
            part.lower() == ".git" or not _PART.fullmatch(part) for part in parts if part != "."
        ):
            raise ValueError("must be a folder in the repository, such as postmortems or docs/incidents")
        return "/".join(parts)

    @field_validator("author_name", "author_email")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable() or set(value) & set("<>"):
            raise ValueError("goes into a commit: use one line without < and >")
        return value

    @model_validator(mode="after")
    def _proves_itself(self) -> Self:
        if self.address.scheme == "ssh" and (self.ssh_key is None or not self.host_keys):
            raise ValueError(
                "GIT_REMOTE_URL is an ssh:// address, so GIT_SSH_KEY (or GIT_SSH_KEY_FILE) and GIT_SSH_HOST_KEY must "
                "be set; or take the https:// address and GIT_TOKEN"
            )
        return self
