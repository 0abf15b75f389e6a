"""The core's own settings: variables `CALLSHEET_*`, each checked, with what to do when it is wrong."""

import ipaddress
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from callsheet.connect.address import is_loopback, plain_url, sheltered_url
from callsheet.connect.options import Section, comma_list
from callsheet.model.spelling import near_names
from callsheet.plan.policy import Mode
from callsheet.settings.address import host_and_port
from callsheet.settings.duration import duration
from callsheet.settings.sign_in import SignIn, allowed

PREFIX = "CALLSHEET_"
_CITIES = "such as Europe/Berlin or America/New_York; abbreviations don't tell summer from winter"
SHORTEST_TOKEN = 16
# A claim may be 10 s old, wait 5 s as it was asked to, connect for 5 s, and be answered for 15 s; then a little.
LEAST_SETTLE = timedelta(seconds=45)


def zone(key: str) -> ZoneInfo:
    """The IANA zone of that name. ValueError offers the nearest names."""
    # A key can also be a folder of the database (OSError), or no file name at all (ValueError).
    with suppress(KeyError, ValueError, OSError):
        return ZoneInfo(key)
    cities = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    near = " or ".join(near_names(key, cities, at_most=2, likeness=0.75))
    raise ValueError(f"is not an IANA time zone, which names a city: {f'did you mean {near}?' if near else _CITIES}")


def _lowered(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _duration(value: object) -> object:
    return duration(value) if isinstance(value, str) else value


def _positive(value: timedelta) -> timedelta:
    if value < timedelta(seconds=1):
        raise ValueError("must be 1s or more")
    return value


def _settles(value: timedelta) -> timedelta:
    if value < LEAST_SETTLE:
        raise ValueError("must be 45s or more: a write that is still on its way would be sent a second time")
    return value


def _zone(value: object) -> object:
    return zone(value) if isinstance(value, str) else value


def _namespace(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", value):
        raise ValueError("must be 1 to 40 of A-Z, a-z, 0-9, _ and -: it becomes a label")
    return value


def _database_url(value: str) -> str:
    if not value.startswith("sqlite:///") or value == "sqlite:///":
        raise ValueError("must be sqlite:///FILE, such as sqlite:///callsheet.db or sqlite:////data/callsheet.db")
    return value


def _listen(value: str) -> str:
    host_and_port(value)
    return value


def _public_url(value: str) -> str:
    plain_url(value)
    return value.rstrip("/")


def _issuer(value: str) -> str:
    sheltered_url(value)
    return value


def _clock_url(value: str) -> str:
    if not is_loopback(plain_url(value).hostname or ""):
        raise ValueError("is for the sandbox and tests: it must be on this machine, http://127.0.0.1:PORT/…")
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_TOKEN:
        raise ValueError(f"is shorter than {SHORTEST_TOKEN} characters; `openssl rand -hex 32` makes a good one")
    return value


def _client_secret(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_TOKEN:
        raise ValueError(f"is shorter than {SHORTEST_TOKEN} characters, and signs our cookies too: make a longer one")
    return value


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return tuple(ipaddress.ip_network(part) for part in comma_list(value))
    except ValueError:
        raise ValueError("must be addresses or networks by comma, such as 10.0.0.0/8, 192.0.2.7") from None


def _header(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,60}", value):
        raise ValueError("must be a header's name, such as X-Forwarded-User")
    return value


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Networks = Annotated[tuple[Network, ...], BeforeValidator(_networks)]
Token = Annotated[SecretStr, AfterValidator(_long_enough)]
ClientSecret = Annotated[SecretStr, AfterValidator(_client_secret)]
Names = Annotated[tuple[str, ...], BeforeValidator(comma_list)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
PositiveDuration = Annotated[timedelta, AfterValidator(_positive), BeforeValidator(_duration)]


class Settings(Section):
    """What the core is told by its variables. `database_url` stays out of the repr: such URLs can hold a password."""

    prefix: ClassVar[str] = PREFIX

    source: str = Field(default="pagerduty", description="The connector that incidents come from.")
    tracker: str = Field(default="jira", description="The connector that tickets are filed with.")
    notifiers: Names = Field(
        default=(),
        description="Connectors that reach people, separated by commas; without one, comments on tickets remind them.",
    )
    publishers: Names = Field(
        default=("files",), description="Connectors that keep the documents, separated by commas."
    )
    drafter: str | None = Field(
        default=None, description="The connector that drafts texts by a language model; nobody without it."
    )
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        default="sqlite:///callsheet.db", repr=False, description="Where Callsheet remembers: sqlite:///FILE."
    )
    namespace: Annotated[str, AfterValidator(_namespace)] = Field(
        default="callsheet",
        description="Goes into every marker and label: two installations on one tracker never meet.",
    )
    mode: Annotated[Mode, BeforeValidator(_lowered)] = Field(
        default=Mode.FULL, description="full, file-tickets (documents and new tickets only) or shadow (nothing leaves)."
    )
    cycle_every: PositiveDuration = Field(default=timedelta(seconds=60), description="How often the daemon looks.")
    backfill: Duration = Field(default=timedelta(days=30), description="How far back the first start reads.")
    settle_time: Annotated[timedelta, AfterValidator(_settles), BeforeValidator(_duration)] | None = Field(
        default=None,
        description="How long an unknown write is searched for before it may be sent again; 45s or more. "
        "Not set: as the tracker needs it, 5m with Jira Cloud and 1m with Data Center.",
    )
    policy: Path | None = Field(
        default=None, description="The policy file; without it policy.toml of the config folder."
    )
    time_zone: Annotated[ZoneInfo, BeforeValidator(_zone)] = Field(
        default=ZoneInfo("UTC"), description="The team's IANA time zone where nothing says otherwise."
    )
    listen: Annotated[str, AfterValidator(_listen)] = Field(
        default="127.0.0.1:8080",
        description="HOST:PORT of pages, health, metrics and webhooks; in the image 0.0.0.0:8080.",
    )
    public_url: Annotated[str, AfterValidator(_public_url)] | None = Field(
        default=None, description="Where people reach the pages; links back point there, else to the incident."
    )
    web_token: Token | None = Field(
        default=None, description="Opens the pages to who signs in with it; programs send it as a bearer token."
    )
    web_proxies: Networks = Field(
        default=(),
        description="Addresses of sign-in proxies, by comma: they are believed when they say who it is.",
    )
    web_proxy_header: Annotated[str, AfterValidator(_header)] = Field(
        default="X-Forwarded-User", description="The header in which such a proxy says it."
    )
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = Field(
        default=None,
        description="The provider of OpenID Connect that people sign in with, as it calls itself.",
    )
    oidc_client_id: str | None = Field(default=None, description="What that provider calls Callsheet.")
    oidc_client_secret: ClientSecret | None = Field(
        default=None, description="The secret that it made for Callsheet; it also signs the cookies."
    )
    oidc_allow: Annotated[tuple[str, ...], AfterValidator(allowed), BeforeValidator(comma_list)] = Field(
        default=(), description="Who may come in that way: e-mail domains and addresses, by comma."
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lowered)] = Field(
        default="info", description="debug, info, warning or error."
    )
    log_format: Annotated[Literal["auto", "json", "console"], BeforeValidator(_lowered)] = Field(
        default="auto", description="auto (json when not on a terminal), json or console."
    )
    ca_file: Path | None = Field(default=None, description="A private CA in PEM form, trusted besides the system's.")
    clock_url: Annotated[str, AfterValidator(_clock_url)] | None = Field(
        default=None, description="For the sandbox and tests, loopback only: where to ask for the time."
    )

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of `listen`."""
        return host_and_port(self.listen)

    @property
    def sign_in(self) -> SignIn | None:
        """How people sign in with their company's account; None unless all that it needs is set."""
        if self.oidc_issuer and self.oidc_client_id and self.oidc_client_secret and self.public_url and self.oidc_allow:
            return SignIn(
                issuer=self.oidc_issuer,
                client_id=self.oidc_client_id,
                client_secret=self.oidc_client_secret,
                allow=self.oidc_allow,
                public_url=self.public_url,
            )
        return None

    @property
    def seal_with(self) -> str | None:
        """What cookies and forms are signed with: who changes it ends every session. None: nothing that lasts."""
        words = [self.web_token, self.oidc_client_secret if self.sign_in else None]
        return "\n".join(word.get_secret_value() for word in words if word) or None
