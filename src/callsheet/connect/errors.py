"""What a connector may raise. It classifies at the edge; the middle decides what to do about it.

ConnectorError
├── Transient          a fault that may pass: network, 5xx, 408 (`sent` tells whether the request may have arrived)
├── RateLimited        the other side asks to wait `retry_after` seconds
├── AuthRefused        the credential is wrong, expired, or lacks a permission
│   └── Forbidden      it is accepted, and lacks a permission
├── Rejected           the request was understood and refused; `fields` names what to mend
├── NotFound           no such thing, or no right to see it
└── Malformed          the answer could not be read: for a write its outcome is unknown
"""

from collections.abc import Mapping


class ConnectorError(Exception):
    """A connector could not do what was asked.

    `what` is a sentence for people, without any secret. `request_id` is the other side's id of the exchange.
    `repeats_lost` is set by who repeats a request: the answer to an earlier try of it was lost.
    """

    def __init__(self, what: str, *, request_id: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.request_id = request_id
        self.repeats_lost = False

    @property
    def outcome_unknown(self) -> bool:
        """Whether a write that raised this may have been carried out all the same."""
        return self.repeats_lost


class Transient(ConnectorError):
    """A fault that may pass. `sent` is False when the request certainly never left (DNS, refused connection)."""

    def __init__(self, what: str, *, sent: bool, request_id: str | None = None) -> None:
        super().__init__(what, request_id=request_id)
        self.sent = sent

    @property
    def outcome_unknown(self) -> bool:
        """A request that left may have been carried out."""
        return self.sent or super().outcome_unknown


class RateLimited(ConnectorError):
    """Too many requests. `retry_after` is in seconds; `scope` is the other side's word for the limit that was hit."""

    def __init__(
        self, what: str, *, retry_after: float, scope: str | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(what, request_id=request_id)
        self.retry_after = retry_after
        self.scope = scope


class AuthRefused(ConnectorError):
    """The credential was not accepted, or lacks a permission; also an answer that was served to nobody."""


class Forbidden(AuthRefused):
    """The credential was accepted, and lacks a permission."""


class Rejected(ConnectorError):
    """A clear no. `fields` maps the other side's field id to its message; it may be empty."""

    def __init__(self, what: str, *, fields: Mapping[str, str] | None = None, request_id: str | None = None) -> None:
        super().__init__(what, request_id=request_id)
        self.fields = dict(fields or {})


class NotFound(ConnectorError):
    """No such thing, or no right to see it: the two can't be told apart from here."""


class Malformed(ConnectorError):
    """An answer that could not be read. `where` is the place in it."""

    def __init__(self, what: str, *, where: str = "", request_id: str | None = None) -> None:
        super().__init__(what, request_id=request_id)
        self.where = where

    @property
    def outcome_unknown(self) -> bool:
        """A write whose answer is unreadable may have been carried out."""
        return True


class EditedMeanwhile(ConnectorError):
    """The document changed between reading and writing: read it again, then decide."""
