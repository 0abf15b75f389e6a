"""A publisher and a notifier in memory, with the hands of people who read and edit there."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from callsheet.connect.errors import EditedMeanwhile, Rejected, Transient
from callsheet.connect.ports import Malady, Published
from callsheet.model.nudge import Digest
from callsheet.model.text import Letter, plain
from callsheet.testing.faults import Faults


def _publisher_faults() -> Faults:
    return Faults(writes=("publish",))


def _notifier_faults() -> Faults:
    return Faults(writes=("send",))


@dataclass(slots=True)
class MemoryPublisher:
    """Documents on a shelf: two publishers over one `shelf` are two processes at one place.

    The shelf maps an incident's id to where its document stands, and its text (None once it was deleted). `copies` are
    those beside the documents, by incident and suffix.
    """

    shelf: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    faults: Faults = field(default_factory=_publisher_faults)
    copies: dict[str, dict[str, str]] = field(default_factory=dict)

    def publish(self, incident_id: str, name: str, text: str, expected: str | None) -> Published:
        """Write the whole document; EditedMeanwhile when another version stands there."""
        with self.faults.around("publish"):
            location, standing = self.shelf.get(incident_id, (f"memory:{name}.md", None))
            if standing is not None and _version(standing) != expected:
                raise EditedMeanwhile(f"{location} was edited meanwhile")
            self.shelf[incident_id] = (location, text)
        return _published(incident_id, location, text)

    def copy_beside(self, incident_id: str, name: str, copies: Mapping[str, str]) -> None:  # noqa: ARG002 - the port's
        """Keep the copies by incident and suffix."""
        with self.faults.around("copy_beside"):
            self.copies.setdefault(incident_id, {}).update(copies)

    def read_changed(self, known: dict[str, str]) -> Iterator[Published | Malady]:
        """Documents whose version differs from the known ones."""
        with self.faults.around("read_changed"):
            standing = tuple(self.shelf.items())
        for incident_id, (location, text) in standing:
            if text is not None and known.get(incident_id) != _version(text):
                yield _published(incident_id, location, text)

    # What people do.

    def text(self, incident_id: str) -> str:
        """The document as it stands; empty where there is none."""
        return self.shelf.get(incident_id, ("", None))[1] or ""

    def edit(self, incident_id: str, text: str) -> None:
        """Somebody edits it."""
        self.shelf[incident_id] = (self.shelf[incident_id][0], text)

    def remove(self, incident_id: str) -> None:
        """Somebody deletes it."""
        self.shelf[incident_id] = (self.shelf[incident_id][0], None)


def _version(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _published(incident_id: str, location: str, text: str) -> Published:
    return Published(incident_id=incident_id, text=text, version=_version(text), location=location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What arrived."""

    digest: Digest
    subject: str
    body: str


@dataclass(slots=True)
class MemoryNotifier:
    """A channel to everybody with an e-mail address, or to those that `reach` lets through. `inbox` is what came in.

    A team's channel is there when `team` says so.
    """

    reach: Callable[[Digest], bool] = lambda digest: digest.to.email is not None
    inbox: list[Message] = field(default_factory=list)
    broken: bool = False
    team: bool = False
    faults: Faults = field(default_factory=_notifier_faults)

    def reaches(self, digest: Digest) -> bool:
        """Whether it has an address."""
        return self.team if digest.to.team else self.reach(digest)

    def send(self, digest: Digest, subject: str, body: Letter) -> None:
        """Send once; what arrives while it is broken arrives, and nobody hears of it."""
        if not self.reaches(digest):
            raise Rejected(f"there is no address for {digest.to.name}")
        with self.faults.around("send"):
            self.inbox.append(Message(digest=digest, subject=" ".join(subject.split()), body=plain(body)))
            if self.broken:
                raise Transient("the channel broke down", sent=True)
