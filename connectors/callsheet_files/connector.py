"""The publisher port over a folder: publish writes one whole file, read_changed finds what people edited.

Whose file is whose is in `callsheet.connect.documents`.
"""

import errno
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from callsheet.connect import documents
from callsheet.connect.context import Context
from callsheet.connect.documents import Unreadable
from callsheet.connect.errors import EditedMeanwhile, Rejected, Transient
from callsheet.connect.ports import Examination, Malady, Published
from callsheet.connect.registry import Connector
from callsheet.model.check import Check, error, fine
from callsheet_files.client import File, Folder, Stamp
from callsheet_files.options import FilesOptions

_PASSING = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.EBUSY}
)
_SETTLED_AFTER_NS = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a file said when it was last read. Not `settled` ones are read again even if they look the same."""

    stamp: Stamp
    version: str
    incident: str | None
    settled: bool


class FilesPublisher:
    """One folder of documents. Safe for threads of one process; the store's lock keeps other processes away."""

    def __init__(self, options: FilesOptions) -> None:
        self._folder = Folder(options.dir)
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}
        self._homes: dict[str, str] = {}
        self._scanned = False

    def examine(self, wanted: Examination) -> Iterator[Check]:  # noqa: ARG002 - documents are written in every mode
        """Whether documents can be written, as far as rights tell; nothing is."""
        name, fix = "files: FILES_DIR", "give Callsheet's user the right to write there, or name another folder"
        place = self._folder.path.resolve()
        told = f"{place}"
        while not place.exists():
            place = place.parent
            told = f"{self._folder.path.resolve()}, made when the first document is written"
        if os.access(place, os.W_OK | os.X_OK) and place.is_dir():
            yield fine(name, told)
        else:
            yield error(name, f"{place} can't be written to", fix)

    def publish(self, incident_id: str, name: str, text: str, expected: str | None) -> Published:
        """Write the whole document atomically; where the incident has a file already, that file.

        decision table                        the incident's file, or the one that holds the name
          gone, whatever was expected      -> written anew: a document that changes must be somewhere
          there, of the expected version   -> replaced
          there, of any other version      -> EditedMeanwhile
        """
        wanted = documents.file_name(name)
        data = documents.encoded(text)
        with self._lock, self._explained("write to"):
            self._folder.create()
            home = self._home(incident_id, expected) or wanted
            there = self._there(home)
            if there and documents.version_of(there.data) != expected:
                raise EditedMeanwhile(documents.in_the_way(home, there.data, incident_id))
            self._folder.write(home, data, over=there)
            self._homes[incident_id] = home
        return self._published(incident_id, home, text, documents.version_of(data))

    def copy_beside(self, incident_id: str, name: str, copies: Mapping[str, str]) -> None:
        """Write each copy beside the document, under its name. They are ours: what stood there is replaced."""
        with self._lock, self._explained("write to"):
            self._folder.create()
            home = self._home(incident_id, None) or documents.file_name(name)
            for suffix, text in copies.items():
                beside = documents.copy_name(home, suffix)
                self._folder.write(beside, documents.encoded(text), over=self._there(beside))

    def read_changed(self, known: dict[str, str]) -> Iterator[Published | Malady]:
        """Documents that are not as known, by file name; first what could not be read.

        A file that vanished is no news: its document is written again when it changes.
        """
        with self._lock, self._explained("read"):
            maladies = self._scan()
            changed = [
                (incident, home)
                for incident, home in self._homes.items()
                if self._known[home].version != known.get(incident)
            ]
        yield from maladies
        for incident, home in sorted(changed, key=lambda pair: pair[1]):
            with self._explained("read"):
                news = self._news(incident, home)
            if news:
                yield news

    def _news(self, incident: str, home: str) -> Published | Malady | None:
        try:
            file = self._folder.read(home)
            text = documents.decoded(file.data)
        except FileNotFoundError:
            return None
        except Unreadable as error:
            return documents.malady(home, error)
        # Somebody writes while we read: this version is as good as the one the scan saw, if it is still the same
        # document; if it is not, the next scan tells.
        if documents.incident_of(file.data) != incident:
            return None
        return self._published(incident, home, text, documents.version_of(file.data))

    def _home(self, incident_id: str, expected: str | None) -> str | None:
        """The incident's file name, None when it has none. Scans only when memory can't be enough.

        A backfill publishes thousands of new documents: none of them may cost a look at all the others.
        """
        home = self._homes.get(incident_id)
        if home and self._says(home, incident_id):
            return home
        if home or expected is not None or not self._scanned:
            self._scan()
        return self._homes.get(incident_id)

    def _says(self, home: str, incident_id: str) -> bool:
        try:
            return documents.incident_of(self._folder.read(home).data) == incident_id
        except (FileNotFoundError, Unreadable):
            return False

    def _there(self, home: str) -> File | None:
        try:
            return self._folder.read(home)
        except FileNotFoundError:
            return None
        except Unreadable as error:
            raise Rejected(f"{home} {error}") from None

    def _scan(self) -> list[Malady]:
        """Look at every file from outside, and into those that look new. What can't be used is named."""
        maladies: list[Malady] = []
        found: dict[str, _Known] = {}
        for name, stamp in self._folder.names():
            if not documents.is_document(name):
                continue
            try:
                found[name] = self._look(name, stamp)
            except FileNotFoundError:
                continue
            except Unreadable as error:
                maladies.append(documents.malady(name, error))
        self._known = found
        self._scanned = True
        named = {name: known.incident for name, known in found.items() if known.incident}
        self._homes, copies = documents.homes(named, self._homes)
        return maladies + copies

    def _look(self, name: str, stamp: Stamp | None) -> _Known:
        known = self._known.get(name)
        if known and known.settled and known.stamp == stamp:
            return known
        if not documents.is_text(name):
            raise Unreadable("has a name that is not readable text; rename it")
        file = self._folder.read(name)
        return _Known(
            stamp=file.stamp,
            version=documents.version_of(file.data),
            incident=documents.checked(file.data),
            settled=_settled(file.stamp),
        )

    def _published(self, incident_id: str, home: str, text: str, version: str) -> Published:
        location = str(self._folder.path / home)
        return Published(incident_id=incident_id, text=text, version=version, location=location)

    @contextmanager
    def _explained(self, doing: str) -> Iterator[None]:
        """Turn what the file system says into what a person can do about it."""
        try:
            yield
        except OSError as error:
            what = f"can't {doing} the folder {self._folder.path} (FILES_DIR): {error.strerror or error}"
            if error.errno in _PASSING:
                raise Transient(what, sent=False) from error
            raise Rejected(
                f"{what}. Make it a folder that Callsheet's user may read and write, or set FILES_DIR to another one"
            ) from error


def _settled(stamp: Stamp) -> bool:
    """Whether a later write must get another stamp: stamps are coarse, so a very young one proves nothing.

    Asked of the machine's clock, not of the Context's: it is compared with what the file system wrote.
    """
    return time.time_ns() - max(stamp.modified_ns, stamp.changed_ns) > _SETTLED_AFTER_NS


def _publisher(options: Any, _context: Context) -> FilesPublisher:
    return FilesPublisher(options)


CONNECTOR = Connector(name="files", options=FilesOptions, publisher=_publisher)
