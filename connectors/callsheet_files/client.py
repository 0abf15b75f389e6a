"""The folder: verbs of the file system that follow no link, leave no half-written file, and block on nothing.

Every name is used relative to the open folder, so neither a renamed folder nor a planted link leads elsewhere.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from callsheet.connect.documents import LARGEST, Unreadable
from callsheet.connect.errors import EditedMeanwhile

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_IS_A_LINK = "is a symbolic link, and links are not followed; put the file itself there"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Stamp(NamedTuple):
    """What a file looks like from outside: while it stays the same, so do the bytes."""

    inode: int
    modified_ns: int
    changed_ns: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it was read. `mode` are its permission bits."""

    stamp: Stamp
    mode: int
    data: bytes


class Folder:
    """One folder of plain files. Raises OSError, Unreadable for what is no plain file, and EditedMeanwhile."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Make the folder, and those above it, unless it is there."""
        self.path.mkdir(parents=True, exist_ok=True)

    def names(self) -> list[tuple[str, Stamp | None]]:
        """The entries but folders, with a stamp for plain files and None for links and devices; none without it."""
        found: list[tuple[str, Stamp | None]] = []
        with suppress(FileNotFoundError), os.scandir(self.path) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    about = entry.stat(follow_symlinks=False)
                    if not stat.S_ISDIR(about.st_mode):
                        found.append((entry.name, _stamp(about) if stat.S_ISREG(about.st_mode) else None))
        return sorted(found)

    def read(self, name: str) -> File:
        """A plain file's bytes. FileNotFoundError when it is gone."""
        with self._opened() as folder:
            _plain(os.stat(name, dir_fd=folder, follow_symlinks=False))
            with os.fdopen(_open(folder, name), "rb") as file:
                # Again, now that it is open: the name may have been given to something else in between.
                about = _plain(os.fstat(file.fileno()))
                data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise Unreadable(f"is larger than {LARGEST >> 20} MB; move what does not belong into a post-mortem")
        return File(stamp=_stamp(about), mode=stat.S_IMODE(about.st_mode), data=data)

    def write(self, name: str, data: bytes, over: File | None) -> None:
        """Replace a file as a whole, or make it: after a crash it is the old one or the new one.

        `over` is the file as it was read, None when there was none; EditedMeanwhile when that is no longer so.
        """
        # One fixed name for each document: what a killed process left behind is overwritten, not collected.
        spare = f".callsheet-{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}.tmp"
        with self._opened() as folder:
            try:
                self._fill(folder, spare, data, over)
                if self._stamp_of(folder, name) != (over.stamp if over else None):
                    raise EditedMeanwhile(f"{name} changed while it was being written; it is read again first")
                os.replace(spare, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(spare, dir_fd=folder)
                raise
            os.fsync(folder)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _fill(self, folder: int, spare: str, data: bytes, over: File | None) -> None:
        with suppress(FileNotFoundError):
            os.unlink(spare, dir_fd=folder)
        # 0o666 under the umask: these files are for people to edit, unlike what `tempfile` would make.
        with os.fdopen(os.open(spare, _NEW, 0o666, dir_fd=folder), "wb") as file:
            if over:
                os.fchmod(file.fileno(), over.mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _stamp_of(self, folder: int, name: str) -> Stamp | None:
        try:
            return _stamp(os.stat(name, dir_fd=folder, follow_symlinks=False))
        except FileNotFoundError:
            return None


def _open(folder: int, name: str) -> int:
    try:
        return os.open(name, _READ, dir_fd=folder)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EMLINK}:  # Linux and the BSDs name a link differently here
            raise Unreadable(_IS_A_LINK) from None
        if error.errno in {errno.EACCES, errno.EPERM}:
            raise Unreadable("can't be opened; let Callsheet's user read and write it") from None
        raise


def _plain(about: os.stat_result) -> os.stat_result:
    if stat.S_ISLNK(about.st_mode):
        raise Unreadable(_IS_A_LINK)
    if not stat.S_ISREG(about.st_mode):
        raise Unreadable("is not a plain file; remove it")
    return about


def _stamp(about: os.stat_result) -> Stamp:
    # Both times: tools may set the first back to what it was, and some network shares keep the second badly.
    return Stamp(inode=about.st_ino, modified_ns=about.st_mtime_ns, changed_ns=about.st_ctime_ns, size=about.st_size)
