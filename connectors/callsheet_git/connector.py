"""The publisher port over a git repository: each publish is one commit, pushed at once; read_changed sees others'.

What others pushed is never pushed over. Where they touched another file, our commit goes on top of theirs; where they
touched the same document, it is read first, and the core merges it with all else that people wrote.
"""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from callsheet.connect import documents
from callsheet.connect.context import Context
from callsheet.connect.errors import EditedMeanwhile, Rejected, Transient
from callsheet.connect.examine import probed
from callsheet.connect.ports import Examination, Malady, Published
from callsheet.connect.registry import Connector
from callsheet.model.check import Check, Result, unasked
from callsheet_git.client import Moved, Remote
from callsheet_git.options import GitOptions
from callsheet_git.tree import Author, File, Head, committed, differing

TRIES = 5


class GitPublisher:
    """One folder of one branch. Safe for threads; other processes and people are met at the server."""

    def __init__(self, options: GitOptions, context: Context) -> None:
        self._options, self._clock = options, context.clock
        self._remote = Remote(options, context)
        self._author = Author(name=options.author_name, email=options.author_email)
        self._lock = threading.Lock()
        self._head: Head | None = None
        self._homes: dict[str, str] = {}
        self._copies: list[Malady] = []

    def examine(self, wanted: Examination) -> Iterator[Check]:
        """Whether the branch can be read, and whether the server would let us push; nothing is."""
        fix = "check GIT_REMOTE_URL, GIT_BRANCH and GIT_FOLDER, and what the token or key may do"
        read = probed("git: GIT_REMOTE_URL", self._read, fix=fix)
        yield read
        if wanted.files and read.result is not Result.OK:
            yield unasked("git: push", read.bars or "the repository to be read")
        elif wanted.files:
            fix = "give the token or key the right to write to the repository"
            yield probed("git: push", self._let_in, fix=fix)

    def publish(self, incident_id: str, name: str, text: str, expected: str | None) -> Published:
        """Commit the whole document and push; where the incident has a file already, that file.

        decision table                        the incident's file, or the one that holds the name
          gone, whatever was expected      -> written anew: a document that changes must be somewhere
          there, the very same text        -> no commit
          there, of the expected version   -> replaced
          there, of any other version      -> EditedMeanwhile
          a link, a submodule              -> Rejected: nothing is followed
        and when somebody pushed first, all of it again on top of theirs, a few times.
        """
        wanted, data = documents.file_name(name), documents.encoded(text)
        with self._lock:
            for _ in range(TRIES):
                head = self._head or self._take(self._remote.read())
                home = self._homes.get(incident_id) or wanted
                if not _stands(head, home, data, incident_id, expected):
                    try:
                        self._push(head, home, data)
                    except Moved:
                        self._head = None
                        continue
                return self._published(incident_id, home, text)
        raise Transient(self._outrun(), sent=False)

    def _outrun(self) -> str:
        return f"others pushed to {self._options.branch} {TRIES} times while we tried; it is tried again"

    def copy_beside(self, incident_id: str, name: str, copies: Mapping[str, str]) -> None:
        """Commit the copies that are not there as they are, all in one, beside the document and under its name."""
        with self._lock:
            for _ in range(TRIES):
                head = self._head or self._take(self._remote.read())
                home = self._homes.get(incident_id) or documents.file_name(name)
                wanted = {documents.copy_name(home, suffix): documents.encoded(text) for suffix, text in copies.items()}
                wanted = differing(head, wanted)
                try:
                    if wanted:
                        self._commit(head, wanted, f"Follow {home}")
                except Moved:
                    self._head = None
                    continue
                return
        raise Transient(self._outrun(), sent=False)

    def read_changed(self, known: dict[str, str]) -> Iterator[Published | Malady]:
        """Documents that are not as known, by file name; first what could not be read.

        One request while nobody pushed; else the branch is fetched. A file that vanished is no news: its document is
        written again when it changes.
        """
        with self._lock:
            head = self._head
            if head is None or self._remote.latest() != head.commit:
                head = self._take(self._remote.read())
            changed = sorted(
                (home, incident)
                for incident, home in self._homes.items()
                if head.files[home].version != known.get(incident)
            )
            maladies = [*head.maladies, *self._copies]
        yield from maladies
        for home, incident in changed:
            yield self._published(incident, home, documents.decoded(head.files[home].data))

    def _push(self, head: Head, home: str, data: bytes) -> None:
        self._commit(head, {home: data}, f"{'Update' if home in head.files else 'Add'} {home}")

    def _commit(self, head: Head, files: Mapping[str, bytes], why: str) -> None:
        after, objects = committed(head, self._options.parts, files, by=self._author, at=self._clock.now(), why=why)
        self._remote.push(head, after, objects)
        self._take(after)

    def _take(self, head: Head) -> Head:
        """What the branch is by now, and whose file is whose."""
        named = {name: file.incident for name, file in head.files.items() if file.incident}
        self._homes, self._copies = documents.homes(named, self._homes)
        self._head = head
        return head

    def _published(self, incident_id: str, home: str, text: str) -> Published:
        path = "/".join([*self._options.parts, home])
        version = documents.version_of(documents.encoded(text))
        return Published(incident_id=incident_id, text=text, version=version, location=f"{self._options.branch}:{path}")

    def _read(self) -> str:
        head = self._remote.read()
        if head.commit is None:
            return f"an empty repository; the first document makes its branch {self._options.branch}"
        where = f"{self._options.branch} at {head.commit.decode()[:10]}"
        return f"{where}, {sum(file.incident is not None for file in head.files.values())} post-mortems there"

    def _let_in(self) -> str:
        self._remote.may_push()
        return f"we are let in to push; whether {self._options.branch} takes it only a push shows"


def _stands(head: Head, home: str, data: bytes, incident_id: str, expected: str | None) -> bool:
    """Whether this text is there already. Raises when what is there must not be replaced."""
    if home in head.odd:
        raise Rejected(f"{documents.shown(home)} is a link or a submodule in the repository; remove it there")
    there: File | None = head.files.get(home)
    if there is None or there.data == data:
        return there is not None
    if there.version != expected:
        raise EditedMeanwhile(documents.in_the_way(home, there.data, incident_id))
    return False


def _publisher(options: Any, context: Context) -> GitPublisher:
    return GitPublisher(options, context)


CONNECTOR = Connector(name="git", options=GitOptions, publisher=_publisher)
