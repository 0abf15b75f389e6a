"""The apprise library behind a narrow door: loaded late, kept silent, and told to send once.

What it would do by itself: repeat a message when the URL says `retry=`, call a failure a success when the URL says
`optional=yes`, follow redirects, log addresses, and let its HTTP library log them too.
"""

import logging
import os
import re
import ssl
import tempfile
import warnings
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callsheet.model.text import Letter
from callsheet_apprise import wire

if TYPE_CHECKING:
    from apprise import Apprise, AppriseResult
    from apprise.plugins.base import NotifyBase

# OpenSSL's own variable for the authorities that are trusted unless somebody says more.
_TRUST = "SSL_CERT_FILE"
# Their debug lines hold the path of every request, which is the secret of a Slack or Teams webhook.
_TALKATIVE = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry", "requests")
_STATUS = re.compile(r"\b(error|smtp)=(\d{3})\b")
# How smtplib's exceptions show the answer of a mail server: (550, b'nobody by that name').
_SMTP = re.compile(r"^Socket Exception: .*?\(([45]\d\d), b['\"]", re.DOTALL)
# Not 408, 409 and 425, which speak of the moment and not of the message. What a mail server does not take with a 2xx
# is not its to deliver (RFC 5321, 6.1).
_NO = re.compile(r"(HTTP status 4(?!08|09|25)|SMTP status [45])\d\d$")
# Services count differently, and rewriting Markdown makes it longer: stay well below their limits.
_ROOM = 0.8

_sending: ContextVar[bool] = ContextVar("callsheet_apprise_sending", default=False)


class Unusable(Exception):
    """The URL does not make a service; nothing was sent."""


class Unconfirmed(Exception):
    """The service did not say yes. The text holds no secret.

    `refused`: it was asked for one recipient alone, and said no; else the message may have arrived all the same.
    """

    def __init__(self, what: str, *, refused: bool = False) -> None:
        super().__init__(what)
        self.refused = refused


class Channel:
    """Sends through any Apprise URL. `ca_file` is trusted besides the public authorities."""

    def __init__(self, *, ca_file: Path | None) -> None:
        self._ca_file = ca_file
        self._bundle: str | None = None

    def open(self, url: str) -> "NotifyBase":
        """The service of a URL, which makes no request. Unusable when there is none."""
        with _silence():
            apprise = _library()
            asset = apprise.AppriseAsset(
                app_id="Callsheet", app_desc="Callsheet", async_mode=False, http_redirects=False, secure_logging=True
            )
            service: NotifyBase | None = apprise.Apprise.instantiate(url, asset=asset)
        if service is None:
            raise Unusable
        service.retry = 0
        service.optional = False
        if service.verify_certificate and self._ca_file:
            # The HTTP library takes a path where apprise declares a switch.
            service.verify_certificate = self._trusted(self._ca_file)  # type: ignore[assignment]  # see above
        return service

    def send(self, service: "NotifyBase", subject: str, body: Letter) -> None:
        """Hand over one message, once. Unconfirmed in every case but a clear yes."""
        failure = self._send(service, subject, body)
        # Raised here, where no exception of the library is at hand: theirs quote addresses.
        if failure:
            raise Unconfirmed(failure, refused=len(service) == 1 and _NO.search(failure) is not None)

    def _send(self, service: "NotifyBase", subject: str, body: Letter) -> str | None:
        name = str(service.service_name)
        with _silence():
            apprise = _library()
            sender = apprise.Apprise(asset=service.asset)
            sender.add(service)
            try:
                with self._vouched(service):
                    result = self._notify(sender, service, subject, body)
            except Exception as error:
                # Any of a hundred plugins: what they raise may hold the URL, so only its kind is told.
                return f"{name} failed with {type(error).__name__}"
            return None if result else f"{name} {_reason(result)}"

    def _notify(self, sender: "Apprise", service: "NotifyBase", subject: str, body: Letter) -> "AppriseResult":
        # The format is chosen before the words are written, so that apprise never converts ours into another.
        form = service.resolve_format(_library().NotifyFormat.MARKDOWN)
        title = wire.title(subject, form.value, longest=service.title_maxlen)
        mail = form.value == "html" and type(service).__module__.startswith("apprise.plugins.email")
        text = wire.written(body, "mail" if mail else form.value, longest=int(service.body_maxlen * _ROOM))
        return sender.notify(body=text or title, title=title, body_format=form)

    @contextmanager
    def _vouched(self, service: "NotifyBase") -> Iterator[None]:
        """Have mail trust the private authority too: its TLS is apprise's own, and hears of the environment alone.

        What else is opened meanwhile trusts the same: the usual authorities and ours.
        """
        if not (self._ca_file and service.verify_certificate):
            yield
            return
        before = os.environ.get(_TRUST)
        os.environ[_TRUST] = self._trusted(self._ca_file)
        try:
            yield
        finally:
            if before is None:
                os.environ.pop(_TRUST, None)
            else:
                os.environ[_TRUST] = before

    def _trusted(self, ca_file: Path) -> str:
        """A bundle of the usual authorities and the private one: the libraries take one file for all."""
        if self._bundle is None:
            from requests.utils import DEFAULT_CA_BUNDLE_PATH  # noqa: PLC0415 - comes with apprise, as late as it

            handle, self._bundle = tempfile.mkstemp(prefix="callsheet-ca-", suffix=".pem")
            with os.fdopen(handle, "wb") as bundle:
                usual = (DEFAULT_CA_BUNDLE_PATH, ssl.get_default_verify_paths().cafile)
                files = [*(Path(each) for each in usual if each), ca_file]
                bundle.write(b"\n".join(file.read_bytes() for file in files))
            weakref.finalize(self, Path(self._bundle).unlink, missing_ok=True)
        return self._bundle


def _reason(result: "AppriseResult") -> str:
    if result.status.name == "TIMEOUT":
        return "did not answer in time"
    statuses = [found for entry in result.logs() for found in _STATUS.finditer(entry.message)]
    if not statuses:
        return "did not take the message, or could not be met"
    return f"answered with {'SMTP' if statuses[-1][1] == 'smtp' else 'HTTP'} status {statuses[-1][2]}"


@cache
def _library() -> Any:
    """Apprise with all its plugins, loaded on first use: it takes half a second and 100 MB that few need."""
    # Some plugins import modules that Python is about to drop; that is between apprise and Python.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise  # noqa: PLC0415 - see above

        apprise.Apprise.instantiate("json://localhost")  # plugins are loaded by the first URL, whatever it is
    return apprise


@contextmanager
def _silence() -> Iterator[None]:
    """No address is logged while this lasts, in whatever thread apprise does it: it copies our context there."""
    _tame()
    token = _sending.set(True)
    try:
        yield
    finally:
        _sending.reset(token)


def _tame() -> None:
    # Filters on the loggers themselves come before every handler, whoever attached it; adding one twice adds it once.
    logging.getLogger("apprise").addFilter(_ONLY_THE_STATUS)
    # What a mail server answered is told to those alone who ask for everything; the filter lets nothing else through.
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_NOTHING)


class _OnlyTheStatus(logging.Filter):
    """While we send, apprise may log a status of HTTP or SMTP, from which a result's reason comes, and no word more."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not _sending.get():
            return record.levelno >= logging.WARNING
        said = _word_of(record)
        record.msg, record.args, record.exc_info, record.exc_text = "a service answered", None, None, None
        if said:
            record.msg = f"a service answered with {said}"
            # A result keeps warnings alone.
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return said is not None


def _word_of(record: logging.LogRecord) -> str | None:
    """The status that a record tells, as `_STATUS` reads it."""
    message = record.getMessage()
    mail = _SMTP.search(message)
    if mail:
        return f"smtp={mail[1]}"
    found = _STATUS.search(message) if record.levelno >= logging.WARNING else None
    return found.group() if found else None


class _Nothing(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 - all of them, whatever they say
        return not _sending.get()


_ONLY_THE_STATUS = _OnlyTheStatus()
_NOTHING = _Nothing()
