"""The notifier port over apprise: a digest to the address that the URL template makes of a person, or to the team's."""

from collections.abc import Iterator

from callsheet.connect.context import Context
from callsheet.connect.errors import Rejected, Transient
from callsheet.connect.ports import Examination
from callsheet.connect.registry import Connector
from callsheet.model.check import Check, error, fine, unproved, warning
from callsheet.model.nudge import Digest, Recipient
from callsheet.model.text import Letter
from callsheet_apprise import wire
from callsheet_apprise.client import Channel, Unconfirmed, Unusable
from callsheet_apprise.options import AppriseOptions

_UNUSABLE = "does not make an address that Apprise can use"
_ADVICE = "check its scheme and parts against Apprise's documentation, or try it with the `apprise` command"


class AppriseNotifier:
    """Nudges to people and to the team through any of Apprise's services."""

    def __init__(self, options: AppriseOptions, context: Context) -> None:
        self._options = options
        self._count = context.count
        self._channel = Channel(ca_file=context.ca_file)

    def examine(self, wanted: Examination) -> Iterator[Check]:
        """Whether the URLs make a service each; nothing is sent."""
        if self._options.person_url is None:
            fix = "set APPRISE_PERSON_URL, unless the team's channel and comments on tickets are enough"
            yield warning("apprise: APPRISE_PERSON_URL", "is not set: people are reminded on their tickets only", fix)
        else:
            somebody = Recipient(id="x", name="Some Body", email="some.body@example.com")
            address = wire.filled(self._options.person_url.get_secret_value(), somebody)
            yield self._opened("APPRISE_PERSON_URL", address, wanted)
        if self._options.team_url is not None:
            yield self._opened("APPRISE_TEAM_URL", self._options.team_url.get_secret_value(), wanted)

    def _opened(self, variable: str, url: str | None, wanted: Examination) -> Check:
        try:
            service = self._channel.open(url or "")
        except Unusable:
            return error(f"apprise: {variable}", _UNUSABLE, _ADVICE)
        told = f"makes an address of {service.service_name}"
        if wanted.messages:
            return fine(f"apprise: {variable}", told)
        what = f"{told}; only a message proves that it arrives"
        return unproved(f"apprise: {variable}", what, "send one: `callsheet doctor --send-test`")

    def reaches(self, digest: Digest) -> bool:
        """Whether there is a template, and a value for every placeholder that it uses."""
        return self._address(digest) is not None

    def send(self, digest: Digest, subject: str, body: Letter) -> None:
        """Send once.

        decision table
          no address, or one that Apprise can't use -> Rejected: nothing left, another channel may be tried
          Apprise says yes                          -> done
          one recipient, and HTTP 4xx to them       -> Rejected: they did not take it
          one recipient, and the mail server's no   -> Rejected: nothing but a yes makes the mail its own to deliver
          anything else                             -> Transient, outcome unknown: of several recipients one may have
                                                       refused, and a lost answer looks the same as a refusal
        """
        variable = "APPRISE_TEAM_URL" if digest.to.team else "APPRISE_PERSON_URL"
        address = self._address(digest)
        if address is None:
            raise Rejected(f"{variable} makes no address of this person: a value that it needs is missing")
        try:
            service = self._channel.open(address)
        except Unusable:
            raise Rejected(f"{variable} {_UNUSABLE}. {_ADVICE[0].upper()}{_ADVICE[1:]}") from None
        self._count()
        try:
            self._channel.send(service, subject, body)
        except Unconfirmed as error:
            if error.refused:
                raise Rejected(str(error)) from None
            raise Transient(f"{error}: the message may or may not have arrived", sent=True) from None

    def _address(self, digest: Digest) -> str | None:
        if digest.to.team:
            return self._options.team_url.get_secret_value() if self._options.team_url else None
        template = self._options.person_url
        return wire.filled(template.get_secret_value(), digest.to) if template else None


CONNECTOR = Connector(name="apprise", options=AppriseOptions, notifier=AppriseNotifier)
